# SPDX-License-Identifier: Apache-2.0
# Watchpoints of all kinds in both directions: who wrote the syndrome that hyp.elf keeps of a guest's exit.
#: run {hyp}
break exit_hvc
continue
continue
#: expect Breakpoint 1, exit_hvc .*
#: expect Breakpoint 1, exit_hvc .*
print/x vcpu->fault.esr
#: expect \$1 = 0x5a000000
set $place = &vcpu->fault.esr
delete
watch *(unsigned long *)$place
reverse-continue
#: expect Old value = 1509949440
#: expect New value = 2474639429
#: expect fixup_exit .*
# the machine is at the writer, before it writes
x/i $pc
#: expect => .*<fixup_exit\+.*	str	x0, .*
reverse-continue
#: expect Old value = 2474639429
#: expect New value = 2474704965
continue
#: expect Old value = 2474704965
#: expect New value = 2474639429
continue
#: expect Old value = 2474639429
#: expect New value = 1509949440
# and now behind it
x/i $pc - 4
#: expect .*<fixup_exit\+.*	str	x0, .*
delete
rwatch *(unsigned long *)$place
continue
#: expect Hardware read watchpoint 3: .*
#: expect Value = 1509949440
x/i $pc - 4
#: expect .*	ldr	x19, .*
reverse-continue
#: expect Value = 1509949440
x/i $pc
#: expect => .*	ldr	x19, .*
delete
awatch *(unsigned long *)$place
continue
continue
#: expect Value = 1509949440
#: expect Value = 1509949440
hbreak exit_hvc
delete 4
continue
#: expect Breakpoint 5, exit_hvc .*
delete
# physical memory, which is flat here, by QEMU's packet
maintenance packet qqemu.PhyMemMode
#: expect received: "0"
print/x *(unsigned long *)$place
#: expect \$2 = 0x5a000000
maintenance packet Qqemu.PhyMemMode:1
#: expect received: "OK"
print/x *(unsigned long *)$place
#: expect \$3 = 0x5a000000
monitor phys off
#: expect addresses are virtual addresses, as the PE translates them now
# a device is not asked
monitor phys on
x/wx 0x09000000
#: expect Cannot access memory at address 0x9000000
#: never .*Invalid.*
detach
#: same hash
