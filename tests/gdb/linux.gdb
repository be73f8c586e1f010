# SPDX-License-Identifier: Apache-2.0
# A Debian kernel at EL1, by addresses: there is no System.map in its package. Its last HVC installs its vectors at EL2.
#: run --max-insns 200000000 --cpu v8.0 -m 512M --append console=ttyAMA0 images/vmlinuz-6.1
hbreak *{hvc}
continue
#: expect Breakpoint 1, 0x.*
print $EL
#: expect \$1 = 1
x/i $pc
#: expect => 0x.*:	hvc	#0x0
pipe info all-registers | cat >{dir}/before
pipe x/64gx $sp | cat >{dir}/stack
monitor walk pc
#: expect 0x.*, EL1&0
#: expect   stage 1 level 3  PA 0x.* page
#: expect   EL1: read ok; write stage 1 permission fault, level 3; fetch ok
#: expect   EL0: read stage 1 permission fault, level 3; .*
stepi
print $EL
#: expect \$2 = 2
print/x $pc - $VBAR_EL2
#: expect \$3 = 0x400
print/x $ELR_EL2 - {hvc}
#: expect \$4 = 0x4
set $HCR_EL2 = $HCR_EL2 ^ 0x40000000
reverse-stepi
print $EL
#: expect \$5 = 1
pipe info all-registers | cat >{dir}/after
shell cmp {dir}/before {dir}/after && echo same registers
#: expect same registers
# what the kernel's stack holds, and who wrote it
watch -l *(unsigned long *)$sp
set $value = *(unsigned long *)$sp
set $place = $sp
delete 1
reverse-continue
#: expect Hardware watchpoint 2: .*
#: expect New value = .*
x/i $pc
#: expect => 0x.*:	st.*
print *(unsigned long *)$place != $value
#: expect \$6 = 1
stepi
print *(unsigned long *)$place == $value
#: expect \$7 = 1
delete
tbreak *{hvc}
continue
pipe x/64gx $sp | cat >{dir}/again
shell cmp {dir}/stack {dir}/again && echo same memory
#: expect same memory
monitor time
#: expect instruction [0-9]+, of [0-9]+ that were ever executed
monitor el
#: expect PE 0: EL1 .*, pc 0x.*
detach
#: same hash
