# SPDX-License-Identifier: Apache-2.0
# A guest hypervisor under FEAT_NV2: the registers of virtual EL2 in the page at VNCR_EL2, and who is who.
#: run --cpu v8.4-nv2 {hyp} -- mode=vhe nest=vhe nv=2
info registers vel2_HCR_EL2
#: expect vel2_HCR_EL2   <unavailable>
tbreak exit_eret
continue
#: expect Temporary breakpoint 1, exit_eret .*
print $EL
#: expect \$1 = 2
monitor transitions 1
#: expect .* PE 0  EL1 L1 \(virtual EL2\) -> EL2 host  ERET: .*
set $page = $VNCR_EL2
print $vel2_HCR_EL2 == *(unsigned long *)($page + 0x78)
#: expect \$2 = 1
set $old = $vel2_HCR_EL2
set $vel2_HCR_EL2 = 0x123
print/x *(unsigned long *)($page + 0x78)
#: expect \$3 = 0x123
set $vel2_HCR_EL2 = $old
info registers virtual_el2
#: expect vel2_HCR_EL2 .*
#: expect vel2_VTTBR_EL2 .*
info registers el2
#: expect HCR_EL2 .*
info registers timer
#: expect CNTVOFF_EL2 .*
info registers gic
#: expect ICH_HCR_EL2 .*
info registers debug
#: expect MDSCR_EL1 .*
info registers el1
#: expect SCTLR_EL1 .*
info registers system
#: expect EL .*
#: expect DAIF .*
monitor sys vel2_vncr*
#: expect vel2_VNCR_EL2 0x.*
monitor sys esr_el2
#: expect ESR_EL2 0x.* IL EC=0x1a
monitor memory s2
#: expect addresses are intermediate physical addresses, which stage 2 translates
x/i $ELR_EL2
#: expect .*	eret
monitor memory el2
reverse-stepi
print $EL
#: expect \$4 = 2
tbreak *($ELR_EL2)
set $eret = $ELR_EL2
delete
monitor memory current
tbreak *$eret
reverse-continue
#: expect Temporary breakpoint .*
print $EL
#: expect \$5 = 1
monitor el
#: expect PE 0: EL1 L1 \(virtual EL2\), pc .*
info threads
#: expect \* 1 .*PE 0: EL1 L1 \(virtual EL2\).*
monitor explain
#: expect eret  d69f03e0, EL1h, as it is now
#: expect   trap to EL2: EC 0x1a ERET, .*
monitor walk pc
#: expect .*, EL1&0
#: expect .*stage 2 level 1 .*on the way to stage 1.s next
#: expect   stage 2 grants .*
monitor walk pc --regime s2
#: expect .*, stage 2
monitor walk 0x40200000 --regime el2&0
#: expect .*, EL2&0
monitor walk nonsense
#: expect walk: 'nonsense' is no address: .*
monitor walk 0 --regime el3
#: expect walk: no regime 'el3'; .*
monitor fly
#: expect no command 'fly'; see monitor help
set $MIDR_EL1 = 1
#: expect Could not write register "MIDR_EL1"; remote failure reply 'E\.it is read-only'
