/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PE that is only its system registers, for the tests of sysregs/.
 */
#ifndef ENT_TEST_SYSREGS_PE_H
#define ENT_TEST_SYSREGS_PE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sysregs/table.h"
#include "tests/no_board.h"

static const struct cpu_ops pe_ops = { NO_TIMERS };

static inline struct cpu *pe_create(const char *profile, bool has_el2, u8 pa_bits)
{
	static struct cpu_group group;
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	assert_non_null(cpu);
	cpu->ops = &pe_ops;
	cpu->group = &group;
	cpu->has_el2 = has_el2;
	assert_true(sysregs_select_profile(cpu, profile));
	cpu->pa_bits = pa_bits;
	sysregs_reset(cpu);
	/* FP is enabled in both formats of CPTR_EL2: only tests of its traps ask for them. */
	cpu->sys[SR_CPACR_EL1] |= CPACR_EL1_FPEN;
	cpu->sys[SR_CPTR_EL2] |= CPTR_EL2_E2H_FPEN;
	return cpu;
}

static inline void pe_set_el(struct cpu *cpu, unsigned el)
{
	cpu->pstate.el = (u8)el;
	cpu->pstate.sp = el != EL0;
}

/* PMEVCNTR<n>, PMEVTYPER<n> of counters that are not implemented. */
static inline bool is_absent_counter(enum sysreg_id id)
{
	return (id >= SR_PMEVCNTR0_EL0 + PMU_COUNTERS && id <= SR_PMEVCNTR30_EL0) ||
	       (id >= SR_PMEVTYPER0_EL0 + PMU_COUNTERS && id <= SR_PMEVTYPER30_EL0);
}

/* Columns of the encoding. */
static inline u64 op0_of(enum sysreg_id id)
{
	return bits(sysreg_encoding(id), 15, 14);
}

static inline u64 op1_of(enum sysreg_id id)
{
	return bits(sysreg_encoding(id), 13, 11);
}

#endif
