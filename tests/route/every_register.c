/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows cannot list: every register, read and written, at every EL in every mode of HCR_EL2.
 */
#include "tests/unit/sysregs_pe.h"

#include "tests/route/route.h"

/* The short way must say what the long one says, or nothing, under every mode of HCR_EL2, with no
 * trap armed and with all. route.c asks the same under the controls of its rows. */
void direct_accesses_agree_in_every_mode(void **state)
{
	static const u64 modes[] = { HCR_EL2_E2H, HCR_EL2_TGE, HCR_EL2_NV, HCR_EL2_NV1,
		HCR_EL2_NV2 };
	const u64 all_modes = modes[0] | modes[1] | modes[2] | modes[3] | modes[4];
	struct cpu *cpu = pe_create("v8.4-nv2", true, 40);
	unsigned direct = 0;

	(void)state;
	for (unsigned mode = 0; mode < 1u << (COUNT(modes) + 1); mode++) {
		bool all_traps = mode >> COUNT(modes);
		u64 hcr = all_traps ? ~all_modes : 0;

		for (size_t bit_of = 0; bit_of < COUNT(modes); bit_of++)
			hcr |= mode >> bit_of & 1 ? modes[bit_of] : 0;
		sysreg_write(cpu, SR_HCR_EL2, hcr);
		sysreg_write(cpu, SR_MDCR_EL2, all_traps ? ~0ull : 0);
		for (unsigned n = 0; n < 2 * EL_COUNT * SYSREG_COUNT; n++) {
			enum sysreg_id reg = (enum sysreg_id)(n / 2 / EL_COUNT);
			enum direction direction = n % 2 ? DIR_WRITE : DIR_READ;
			const struct sysreg *to;
			struct route route;
			u16 target;

			pe_set_el(cpu, n / 2 % EL_COUNT);
			target = sysreg_direct_target(cpu, reg, direction);
			if (target == SR_NONE)
				continue;
			direct++;
			to = &sysreg_rows[target];
			route = sysreg_route(cpu, reg, direction);
			if (route.goes != TO_REGISTER || route.reg != target)
				fail_msg("HCR_EL2 0x%" PRIx64 ", EL%u, %s: direct to %s", hcr,
					cpu->pstate.el, sysreg_name(reg), to->name);
			if (direction == DIR_READ ? to->read != NULL
						  : to->wrote != NULL || to->is_gated)
				fail_msg(
					"%s: direct past a hook of %s", sysreg_name(reg), to->name);
		}
	}
	assert_true(direct > 1000);
	free(cpu);
}
