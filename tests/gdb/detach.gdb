# SPDX-License-Identifier: Apache-2.0
# After steps and journeys back the run goes on by itself, and what traces it is told everything once.
#: run {hyp}
break exit_hvc
continue
stepi
stepi
continue
delete
watch *(long *)($sp - 16)
continue
reverse-continue
reverse-stepi
reverse-stepi
detach
#: expect .*Inferior 1.*detached.*
#: same trace
#: same hash
