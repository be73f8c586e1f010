# SPDX-License-Identifier: Apache-2.0
# An instruction that cannot be fetched: a step goes to it and, by the next one, to the vector; the same back.
#: run --cpu v8.4-nv2 {hyp} -- nest=vhe nv=2 rounds=1
tbreak *(hal_enter_guest+0x80)
continue
x/i $pc
#: expect => 0x.*:	eret
stepi
print $EL
#: expect \$1 = 1
print/x $pc
#: expect \$2 = 0x40200000
stepi
print $EL
#: expect \$3 = 2
print/x $pc - $VBAR_EL2
#: expect \$4 = 0x400
reverse-stepi
print $EL
#: expect \$5 = 1
print/x $pc
#: expect \$6 = 0x40200000
reverse-stepi
x/i $pc
#: expect => 0x.*:	eret
# a breakpoint elsewhere changes nothing of this
break exit_hvc
stepi
print $EL
#: expect \$7 = 1
stepi
print $EL
#: expect \$8 = 2
reverse-stepi
print $EL
#: expect \$9 = 1
delete
# nothing can be fetched any more: a step is one step
tbreak run_vhe
continue
set $HCR_EL2 = 0
set $place = $pc
stepi
print $pc != $place
#: expect \$10 = 1
monitor time
#: never The run ends here.*
kill
