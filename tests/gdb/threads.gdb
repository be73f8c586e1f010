# SPDX-License-Identifier: Apache-2.0
# Two PEs are two threads: each has its registers, steps while the other runs, and goes back.
#: run --cpus 2 {hyp} -- cpus=2
info threads
#: expect \* 1 .*PE 0: EL2 host.*
#: expect   2 .*PE 1: .*, off.*
# the second PE comes here, too
tbreak exit_handle thread 2
continue
#: expect Thread 2 hit Temporary breakpoint 1, exit_handle .*
info threads
#: expect   1 .*PE 0: .*
#: expect \* 2 .*PE 1: EL2 host.*
print $MPIDR_EL1
#: expect \$1 = 2147483649
thread 1
print $MPIDR_EL1
#: expect \$2 = 2147483648
thread apply all -q print $EL
thread 2
#: expect \[Switching to thread 2 .*
pipe info all-registers | cat >{dir}/before
set $here = $pc
stepi
print $pc != $here
#: expect .* = 1
stepi 20
reverse-stepi 20
reverse-stepi
print $pc == $here
#: expect .* = 1
pipe info all-registers | cat >{dir}/after
shell cmp {dir}/before {dir}/after && echo same registers
#: expect same registers
set scheduler-locking on
stepi
set scheduler-locking off
break exit_handle thread 1
continue
#: expect Thread 1 hit Breakpoint 2, exit_handle .*
reverse-continue
#: expect Thread 1 hit Breakpoint 2, exit_handle .*
delete
detach
#: same hash
