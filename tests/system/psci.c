/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about the firmware as lines: PSCI with two PEs. Not asked, because QEMU's answers are its
 * own: ids with an upper half, PSCI_FEATURES of SMCCC_VERSION, AFFINITY_INFO above level 0 and of
 * nobody, SYSTEM_RESET2, workarounds and TRNG, which it has not; CPU_SUSPEND with a level.
 */
#include "facts.h"

/* What PE 1 leaves: its x0, CurrentEL, DAIF, MPIDR, SPSel, SCTLR.M. Then it turns itself off. */
static volatile u64 left_by_1[8];

asm("	.text\n"
    "	.balign 4\n"
    "second:\n"
    "	adrp	x1, left_by_1\n"
    "	add	x1, x1, :lo12:left_by_1\n"
    "	mrs	x2, CurrentEL\n"
    "	mrs	x3, daif\n"
    "	stp	x0, x2, [x1]\n"
    "	mrs	x2, mpidr_el1\n"
    "	stp	x3, x2, [x1, #16]\n"
    "	mrs	x2, SPSel\n"
    "	mrs	x3, sctlr_el2\n"
    "	and	x3, x3, #1\n"
    "	stp	x2, x3, [x1, #32]\n"
    "	mov	x2, #1\n"
    "	dmb	ish\n"
    "	str	x2, [x1, #48]\n"
    "	movz	x0, #0x8400, lsl #16\n"
    "	movk	x0, #2\n"
    "	smc	#0\n"
    "	b	.\n");
extern const char second[];

enum {
	PSCI_VERSION = 0x84000000,
	CPU_OFF = 0x84000002,
	CPU_ON = 0xc4000003u,
	AFFINITY_INFO = 0xc4000004u,
	MIGRATE = 0x84000005,
	MIGRATE_INFO_TYPE = 0x84000006,
	SYSTEM_OFF = 0x84000008,
	SYSTEM_RESET = 0x84000009,
	PSCI_FEATURES = 0x8400000a,
};

static void features(void)
{
	static const u64 ids[] = { PSCI_VERSION, 0x84000001, 0xc4000001, CPU_OFF, 0x84000003,
		CPU_ON, 0x84000004, AFFINITY_INFO, MIGRATE_INFO_TYPE, SYSTEM_OFF, SYSTEM_RESET,
		PSCI_FEATURES, 0xc4000000, 0xc4000002, 0x84000005, 0x84000007, 0x8400000b,
		0x8400000e, 0x84000013, 0 };

	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		put_hex("  features of ", ids[i]);
		put_hex(" ", smc(PSCI_FEATURES, ids[i], 0, 0));
		end_line();
	}
}

static void starts_1(u64 context)
{
	left_by_1[6] = 0;
	say("CPU_ON ", smc(CPU_ON, 1, (u64)second, context));
	while (left_by_1[6] == 0)
		;
	for (unsigned i = 0; i < 6; i++)
		say("PE 1 left ", left_by_1[i]);
	while (smc(AFFINITY_INFO, 1, 0, 0) != 1)
		;
	say("is off again ", smc(AFFINITY_INFO, 1, 0, 0));
}

int main(void)
{
	say("version ", smc(PSCI_VERSION, 0, 0, 0));
	say("MIGRATE_INFO_TYPE ", smc(MIGRATE_INFO_TYPE, 0, 0, 0));
	say("MIGRATE ", smc(MIGRATE, 0, 0, 0));
	say("no such function ", smc(0x84000fff, 0, 0, 0));
	say("not PSCI at all ", smc(0x12345678, 0, 0, 0));
	features();
	say("AFFINITY_INFO 0 ", smc(AFFINITY_INFO, 0, 0, 0));
	say("AFFINITY_INFO 1 ", smc(AFFINITY_INFO, 1, 0, 0));
	say("CPU_ON of itself ", smc(CPU_ON, 0, (u64)second, 0));
	say("CPU_ON of nobody ", smc(CPU_ON, 2, (u64)second, 0));
	say("CPU_ON of nobody's cluster ", smc(CPU_ON, 0x100, (u64)second, 0));
	starts_1(0x123456789abcdef0);
	starts_1(7);
	return 0;
}
