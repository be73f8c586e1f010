/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of this host's stage-2 tables: granule, input size, start level, leaf sizes. DDI 0487
 * D8.2. Knows the machine and the knob; no table.
 */
#include "core/stage2.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/granule.h"
#include "core/options.h"

bool stage1_has_granule(u64 id, unsigned which)
{
	return which == 12   ? FGET(id, ID_AA64MMFR0_EL1, TGran4) != 15
	       : which == 14 ? FGET(id, ID_AA64MMFR0_EL1, TGran16) != 0
			     : FGET(id, ID_AA64MMFR0_EL1, TGran64) != 15;
}

/* TGran*_2; 0 there: as for stage 1. */
static bool has_granule(u64 id, unsigned which)
{
	u64 stage2 = which == 12   ? FGET(id, ID_AA64MMFR0_EL1, TGran4_2)
		     : which == 14 ? FGET(id, ID_AA64MMFR0_EL1, TGran16_2)
				   : FGET(id, ID_AA64MMFR0_EL1, TGran64_2);

	return stage2 == 0 ? stage1_has_granule(id, which) : stage2 != 1;
}

/* The knob's, or a larger one: a hypervisor below may not offer what is smaller than its own. */
unsigned stage2_choose_granule(void)
{
	u64 id = read_ID_AA64MMFR0_EL1();
	unsigned wanted = options.granule == 64 ? 16 : options.granule == 16 ? 14 : 12;

	for (unsigned which = wanted; which <= 16; which += 2)
		if (has_granule(id, which))
			return which;
	return 12;
}

unsigned stage2_granule(void)
{
	return host.granule;
}

/* The lowest level that 16 concatenated tables of cover the input; few levels, short walks. */
unsigned stage2_start_level(void)
{
	unsigned level = LAST_LEVEL;

	while (parange_bits(host.parange) >
		granule_shift(host.granule, level - 1) + MAX_CONCATENATED_SHIFT)
		level--;
	return level;
}

u64 stage2_input_size(void)
{
	return BIT(parange_bits(host.parange));
}

u64 stage2_vtcr(void)
{
	return FV(VTCR_EL2, T0SZ, 64 - parange_bits(host.parange)) |
	       FV(VTCR_EL2, SL0, (host.granule == 12 ? 2 : 3) - stage2_start_level()) |
	       FV(VTCR_EL2, IRGN0, 1) | FV(VTCR_EL2, ORGN0, 1) | FV(VTCR_EL2, SH0, 3) |
	       FV(VTCR_EL2, TG0, granule_tg0(host.granule)) | FV(VTCR_EL2, PS, host.parange) |
	       FV(VTCR_EL2, VS, host.has_vmid16) | BIT(31);
}

const u64 *stage2_sizes(void)
{
	static const u64 sizes[][4] = {
		{ GIB(1), MIB(2), KIB(4), 0 },
		{ MIB(32), KIB(16), 0 },
		{ MIB(512), KIB(64), 0 },
	};

	return sizes[(host.granule - 12) / 2];
}
