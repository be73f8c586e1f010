/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of one CPU. Knows which registers are the host's; guests are switch.c's business.
 */
#include "core/host.h"

#include "core/arch.h"
#include "core/stage2.h"

struct host host;

void host_init(enum hyp_mode mode)
{
	hal_set_mode(mode);
	host = (struct host){
		.mode = mode,
		.hcr_el2 = read_HCR_EL2(),
		.mdcr_el2 = read_MDCR_EL2(),
		.cptr_el2 = read_CPTR_EL2(),
	};
	host.has_vmid16 = FGET(read_ID_AA64MMFR1_EL1(), ID_AA64MMFR1_EL1, VMIDBits) == 2;
	host.vtcr_el2 = stage2_vtcr(usable_parange(read_ID_AA64MMFR0_EL1()), host.has_vmid16);
	write_VTCR_EL2(host.vtcr_el2);
	write_VTTBR_EL2(0);
	hal_isb();
}
