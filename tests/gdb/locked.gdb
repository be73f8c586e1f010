# SPDX-License-Identifier: Apache-2.0
# A step of another PE than the one that stopped, with a breakpoint where both are to come.
#: run --cpus 2 {hyp} -- cpus=2 vms=2 rounds=1
hbreak hal_enter_guest
continue
#: expect Thread 1 hit Breakpoint 1, .*
thread 2
set $here = $pc
set scheduler-locking on
stepi
print $pc != $here
#: expect \$1 = 1
print $_thread
#: expect \$2 = 2
set scheduler-locking off
set $here = $pc
delete
stepi
print $pc != $here
#: expect \$3 = 1
print $_thread
#: expect \$4 = 2
# of a stop that was told before, there and back
hbreak hal_enter_guest
thread 1
reverse-stepi 3
continue
#: expect .*hit Breakpoint 2, .*
delete
detach
#: never .*internal-error.*
#: same hash
