# SPDX-License-Identifier: Apache-2.0
# A guest at EL1 of hyp.elf: into EL2 by HVC, and back with every register as it was.
#: run {hyp}
break exit_hvc
continue
#: expect Breakpoint 1, exit_hvc .*
print $EL
#: expect \$1 = 2
set $hvc = $ELR_EL2 - 4
delete
tbreak *$hvc
continue
#: expect Temporary breakpoint 2, .*
print $EL
#: expect \$2 = 1
x/i $pc
#: expect => 0x.*:	hvc	#0x0
pipe info all-registers | cat >{dir}/before
stepi
print $EL
#: expect \$3 = 2
print/x $pc - $VBAR_EL2
#: expect \$4 = 0x400
print/x $ESR_EL2
#: expect \$5 = 0x5a000000
monitor transitions 1
#: expect  +[0-9]+  PE 0  EL1 L1 -> EL2 host  HVC64: #0x0
set $old = $HCR_EL2
set $HCR_EL2 = $old | 0x40000000
print/x $HCR_EL2 ^ $old
#: expect \$6 = 0x40000000
# RES0 as for software
set $HCR_EL2 = $old | 0x8000000000000000
print/x $HCR_EL2 ^ $old
#: expect \$7 = 0x0
set $HCR_EL2 = $old
# whoever asks changes nothing
monitor who-wrote hcr_el2.vm
#: expect PE 0, EL2, pc 0x[0-9a-f]+ <.*\+0x[0-9a-f]+>: msr hcr_el2, x[0-9]+  ; .*:[0-9]+
monitor who-wrote pte sp
#: expect PE 0, EL2, pc 0x.*: str x.*
monitor who-wrote elr_el2
#: expect PE 0, an exception taken to EL2 at pc 0x.*
#: expect   at instruction [0-9]+: .*
# a field is a number; code has its names; who cannot be known is not guessed
monitor who-wrote esr_el2.ec
#: expect .*exception.*
#: expect   at instruction [0-9]+: 0x[0-9a-f]{1,2} became 0x16
monitor who-wrote nzcv
#: expect who-wrote: of NZCV it is not known: .*
monitor who-wrote fpsr
#: expect who-wrote: of FPSR it is not known: .*
monitor who-wrote isr_el1
#: expect who-wrote: of ISR_EL1 it is not known: .*
monitor who-wrote 0x1ffffffffffffffff
#: expect who-wrote: '0x1ffffffffffffffff' is no ADDRESS .*
monitor walk 99999999999999999999999
#: expect walk: '99999999999999999999999' is no address: .*
monitor snapshot {dir}/snapshot
#: expect entresol run --from .*/snapshot goes on from here
monitor snapshot /no/such/folder/snapshot
#: expect .*/no/such/folder/snapshot.*
reverse-stepi
print $EL
#: expect \$8 = 1
pipe info all-registers | cat >{dir}/after
shell cmp {dir}/before {dir}/after && echo same registers
#: expect same registers
reverse-continue
#: expect No more reverse-execution history.
info symbol $pc
#: expect image_start in section .*
# nothing of the future
monitor transitions
#: expect there was none
stepi 1000
reverse-stepi 1000
info symbol $pc
#: expect image_start in section .*
continue
#: expect The run ends here: the guest ended it with exit code 0; it can go back.
#: expect No more reverse-execution history.
reverse-stepi
x/i $pc
#: expect => .*	hlt	#0xf000
continue
#: expect The run ends here: .*
continue
#: expect \[Inferior 1 \(Remote target\) exited normally\]
#: never .*(Invalid|Could not|rror).*
#: same hash
