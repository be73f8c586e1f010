/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PE without memory or engine, for the tests of exceptions/: registers, PSTATE, lines.
 */
#ifndef ENT_TEST_EXCEPTIONS_PE_H
#define ENT_TEST_EXCEPTIONS_PE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

#define PC	 0x40001230ull
#define VBAR_EL1 0x10000ull
#define VBAR_EL2 0x20000ull
#define FAR_OLD	 0xfa0ull
#define ESR_OLD	 0xe50ull

/* SPSR_ELx.M */
enum { M_EL0 = 0, M_EL1T = 4, M_EL1H = 5, M_EL2T = 8, M_EL2H = 9 };

static struct event last_event;
static unsigned el_at_event; /* where the PE was when it was told */
static unsigned event_count;

static inline void keep_event(struct cpu *cpu, const struct event *event)
{
	last_event = *event;
	el_at_event = cpu->pstate.el;
	event_count++;
}

static const struct cpu_ops pe_ops = { NO_TIMERS, .event = keep_event };

/* A PE at `el` on SP_ELx (SP_EL0 at EL0) with nothing masked; SP_ELn is 0x1000 * (n + 1). */
static inline struct cpu *pe_create(const char *profile, unsigned el, u64 hcr)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	cpu->ops = &pe_ops;
	cpu->has_el2 = true;
	if (!sysregs_select_profile(cpu, profile))
		fail_msg("no profile %s", profile);
	sysregs_reset(cpu);
	sysreg_write(cpu, SR_HCR_EL2, hcr);
	if ((cpu->sys[SR_HCR_EL2] & hcr) != hcr)
		fail_msg("%s has not all bits of HCR_EL2 0x%" PRIx64, profile, hcr);
	sysreg_write(cpu, SR_VBAR_EL1, VBAR_EL1);
	sysreg_write(cpu, SR_VBAR_EL2, VBAR_EL2);
	cpu->sys[SR_ESR_EL1] = cpu->sys[SR_ESR_EL2] = ESR_OLD;
	cpu->sys[SR_FAR_EL1] = cpu->sys[SR_FAR_EL2] = FAR_OLD;
	cpu->sys[SR_HPFAR_EL2] = FAR_OLD;
	pstate_set_el(cpu, el, el != EL0);
	for (unsigned i = 0; i < EL_COUNT; i++)
		sp_write(cpu, i, 0x1000ull * (i + 1));
	cpu->pc = PC;
	event_count = 0;
	return cpu;
}

#define EXPECT(text, actual, expected)                                                             \
	do {                                                                                       \
		u64 actual_ = (actual), expected_ = (expected);                                    \
                                                                                                   \
		if (actual_ != expected_)                                                          \
			fail_msg("%s: " #actual " is 0x%" PRIx64 ", not 0x%" PRIx64, (text),       \
				actual_, expected_);                                               \
	} while (0)

#endif
