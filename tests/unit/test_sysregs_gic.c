/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 CPU interface: which names lead to the virtual one, masks, and the virtual interface's
 * life of an interrupt in a list register. IHI 0069. Traps are in test_sysregs_traps.c.
 */
#include "tests/unit/sysregs_pe.h"

/* A guest with both kinds of interrupts routed to EL2, the virtual interface on. */
static struct cpu *create_guest(void)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_IMO | HCR_EL2_FMO);
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En);
	sysreg_write(cpu, SR_ICH_VMCR_EL2, 0xf8000003 | 2 << 21 | 3 << 18);
	pe_set_el(cpu, EL1);
	return cpu;
}

/* By the name that the guest uses. */
static u64 guest_read(struct cpu *cpu, enum sysreg_id id)
{
	struct route route = sysreg_route(cpu, id, DIR_READ);

	assert_int_equal(route.goes, TO_REGISTER);
	return sysreg_take(cpu, route.reg);
}

static void guest_write(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	struct route route = sysreg_route(cpu, id, DIR_WRITE);

	assert_int_equal(route.goes, TO_REGISTER);
	sysreg_write(cpu, route.reg, value);
}

/* ---- Names ---- */

enum { F = 1, I = 2, A = 4 };

static const struct {
	enum sysreg_id name, is;
	u8 by; /* any of these bits of HCR_EL2 */
	enum direction direction;
} virtuals[] = {
	/* clang-format off */
	{ SR_ICC_PMR_EL1,     SR_ICV_PMR_EL1,     F | I, DIR_WRITE },
	{ SR_ICC_CTLR_EL1,    SR_ICV_CTLR_EL1,    F | I, DIR_READ },
	{ SR_ICC_RPR_EL1,     SR_ICV_RPR_EL1,     F | I, DIR_READ },
	{ SR_ICC_DIR_EL1,     SR_ICV_DIR_EL1,     F | I, DIR_WRITE },
	{ SR_ICC_IAR0_EL1,    SR_ICV_IAR0_EL1,    F,     DIR_READ },
	{ SR_ICC_EOIR0_EL1,   SR_ICV_EOIR0_EL1,   F,     DIR_WRITE },
	{ SR_ICC_HPPIR0_EL1,  SR_ICV_HPPIR0_EL1,  F,     DIR_READ },
	{ SR_ICC_BPR0_EL1,    SR_ICV_BPR0_EL1,    F,     DIR_WRITE },
	{ SR_ICC_AP0R0_EL1,   SR_ICV_AP0R0_EL1,   F,     DIR_READ },
	{ SR_ICC_IGRPEN0_EL1, SR_ICV_IGRPEN0_EL1, F,     DIR_WRITE },
	{ SR_ICC_IAR1_EL1,    SR_ICV_IAR1_EL1,    I,     DIR_READ },
	{ SR_ICC_EOIR1_EL1,   SR_ICV_EOIR1_EL1,   I,     DIR_WRITE },
	{ SR_ICC_HPPIR1_EL1,  SR_ICV_HPPIR1_EL1,  I,     DIR_READ },
	{ SR_ICC_BPR1_EL1,    SR_ICV_BPR1_EL1,    I,     DIR_READ },
	{ SR_ICC_AP1R0_EL1,   SR_ICV_AP1R0_EL1,   I,     DIR_WRITE },
	{ SR_ICC_IGRPEN1_EL1, SR_ICV_IGRPEN1_EL1, I,     DIR_READ },
	{ SR_ICC_SRE_EL1,     SR_ICC_SRE_EL1,     0,     DIR_WRITE },
	{ SR_DISR_EL1,        SR_VDISR_EL2,       A,     DIR_WRITE },
	/* clang-format on */
};

static void names_of_the_virtual_interface(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	sysreg_write(cpu, SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable);
	for (size_t i = 0; i < COUNT(virtuals); i++) {
		for (unsigned hcr = 0; hcr < 8; hcr++) {
			for (unsigned el = EL1; el <= EL2; el++) {
				bool is_virtual = el == EL1 && (hcr & virtuals[i].by);
				struct route got;

				sysreg_write(cpu, SR_HCR_EL2,
					(hcr & F ? HCR_EL2_FMO : 0) | (hcr & I ? HCR_EL2_IMO : 0) |
						(hcr & A ? HCR_EL2_AMO : 0));
				pe_set_el(cpu, el);
				got = sysreg_route(cpu, virtuals[i].name, virtuals[i].direction);
				if (got.goes != TO_REGISTER ||
					got.reg != (is_virtual ? virtuals[i].is : virtuals[i].name))
					fail_msg("%s at EL%u, HCR_EL2 %u: %s",
						sysreg_name(virtuals[i].name), el, hcr,
						sysreg_name(got.reg));
			}
		}
	}
	free(cpu);
}

/* Nothing else is redirected, and ICV_NAME is behind ICC_NAME; nobody reaches it otherwise. */
static void virtual_rows_are_the_list(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg *row = &sysreg_rows[id];
		const struct sysreg *to = &sysreg_rows[row->virtual_is];

		if (strncmp(row->name, "ICV_", 4) == 0)
			assert_true(row->read_el == NOBODY && row->write_el == NOBODY &&
				    op0_of((enum sysreg_id)id) == 0);
		if (row->virtual_is == 0)
			continue;
		count++;
		if (row->virtual_is != SR_VDISR_EL2 &&
			(strcmp(to->name + 4, row->name + 4) != 0 ||
				to->encoding != (row->encoding & 0x3fff)))
			fail_msg("%s is %s", row->name, to->name);
	}
	assert_int_equal(count, COUNT(virtuals) - 1);
}

static void without_el2_nothing_is_virtual(void **state)
{
	struct cpu *cpu = pe_create("v8.1", false, 40);

	(void)state;
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_IMO);
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_route(cpu, SR_ICC_PMR_EL1, DIR_READ).reg, SR_ICC_PMR_EL1);
	assert_int_equal(sysreg_route(cpu, SR_ICC_SRE_EL1, DIR_READ).goes, TO_REGISTER);
	free(cpu);
}

/* ---- Masks: what is read after a write ---- */

static const struct {
	enum sysreg_id reg;
	u64 ones, zero;
} masks[] = {
	/* clang-format off */
	{ SR_ICC_PMR_EL1,     0xf8,       0 },
	{ SR_ICC_BPR0_EL1,    7,          2 },
	{ SR_ICC_BPR1_EL1,    7,          3 },
	{ SR_ICC_AP0R0_EL1,   0xffffffff, 0 },
	{ SR_ICC_AP1R0_EL1,   0xffffffff, 0 },
	{ SR_ICC_CTLR_EL1,    0x8c03,     0x8c00 },
	{ SR_ICC_SRE_EL1,     7,          7 },
	{ SR_ICC_SRE_EL2,     0xf,        7 },
	{ SR_ICC_IGRPEN0_EL1, 1,          0 },
	{ SR_ICC_IGRPEN1_EL1, 1,          0 },
	{ SR_ICV_PMR_EL1,     0xf8,       0 },
	{ SR_ICV_BPR0_EL1,    7,          2 },
	{ SR_ICV_BPR1_EL1,    7,          3 },
	{ SR_ICV_AP0R0_EL1,   0xffffffff, 0 },
	{ SR_ICV_AP1R0_EL1,   0xffffffff, 0 },
	{ SR_ICV_CTLR_EL1,    0x8c03,     0x8c00 },
	{ SR_ICV_IGRPEN0_EL1, 1,          0 },
	{ SR_ICV_IGRPEN1_EL1, 1,          0 },
	{ SR_ICH_HCR_EL2,     0xf8005cff, 0 },
	{ SR_ICH_VMCR_EL2,    0xf8fc021b, 0x004c0008 },
	{ SR_ICH_LR0_EL2,     0xf0f81fff00ffffff, 0 },
	{ SR_ICH_LR3_EL2,     0xf0f81fff00ffffff, 0 },
	/* clang-format on */
};

static void writes_are_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);
		u64 ones, zero;

		sysreg_write(cpu, masks[i].reg, ~(u64)0);
		ones = sysreg_read(cpu, masks[i].reg);
		sysreg_write(cpu, masks[i].reg, 0);
		zero = sysreg_read(cpu, masks[i].reg);
		if (ones != masks[i].ones || zero != masks[i].zero)
			fail_msg("%s keeps 0x%" PRIx64 " of ones, 0x%" PRIx64 " of zero",
				sysreg_name(masks[i].reg), ones, zero);
		free(cpu);
	}
}

/* The guest's registers are fields of the hypervisor's. */
static void vmcr_is_the_guests_registers(void **state)
{
	struct cpu *cpu = create_guest();

	(void)state;
	guest_write(cpu, SR_ICC_PMR_EL1, 0xa7);
	guest_write(cpu, SR_ICC_BPR0_EL1, 5);
	guest_write(cpu, SR_ICC_BPR1_EL1, 4);
	guest_write(cpu, SR_ICC_CTLR_EL1, 2);
	guest_write(cpu, SR_ICC_IGRPEN0_EL1, 0);
	assert_int_equal(
		sysreg_read(cpu, SR_ICH_VMCR_EL2), 0xa0000000 | 5 << 21 | 4 << 18 | 1 << 9 | 8 | 2);
	guest_write(cpu, SR_ICC_AP1R0_EL1, 0x10);
	assert_int_equal(cpu->sys[SR_ICH_AP1R0_EL2], 0x10);
	assert_int_equal(guest_read(cpu, SR_ICC_RPR_EL1), 0x20);
	assert_int_equal(cpu->sys[SR_ICC_PMR_EL1] | cpu->sys[SR_ICC_AP1R0_EL1], 0);
	free(cpu);
}

/* CBPR: one binary point, group 1's reads one higher and is not written. */
static void common_binary_point(void **state)
{
	static const enum sysreg_id names[2][3] = {
		{ SR_ICC_CTLR_EL1, SR_ICC_BPR0_EL1, SR_ICC_BPR1_EL1 },
		{ SR_ICV_CTLR_EL1, SR_ICV_BPR0_EL1, SR_ICV_BPR1_EL1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);

		sysreg_write(cpu, names[i][2], 6);
		sysreg_write(cpu, names[i][1], 3);
		sysreg_write(cpu, names[i][0], ICx_CTLR_EL1_CBPR);
		assert_int_equal(sysreg_read(cpu, names[i][2]), 4);
		sysreg_write(cpu, names[i][2], 5);
		assert_int_equal(sysreg_read(cpu, names[i][2]), 4);
		sysreg_write(cpu, names[i][1], 7);
		assert_int_equal(sysreg_read(cpu, names[i][2]), 7);
		sysreg_write(cpu, names[i][0], 0);
		assert_int_equal(sysreg_read(cpu, names[i][2]), 6);
		free(cpu);
	}
}

/* No distributor: nothing is pending, whatever is enabled; priorities may be restored. */
static void nothing_is_pending(void **state)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	(void)state;
	sysreg_write(cpu, SR_ICC_PMR_EL1, 0xf8);
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR0_EL1), 1023);
	assert_int_equal(sysreg_take(cpu, SR_ICC_IAR1_EL1), 1023);
	assert_int_equal(sysreg_read(cpu, SR_ICC_HPPIR0_EL1), 1023);
	assert_int_equal(sysreg_read(cpu, SR_ICC_HPPIR1_EL1), 1023);
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0xff);
	sysreg_write(cpu, SR_ICC_AP1R0_EL1, 0x300);
	sysreg_write(cpu, SR_ICC_AP0R0_EL1, 0x400);
	assert_int_equal(sysreg_read(cpu, SR_ICC_RPR_EL1), 0x40);
	assert_int_equal(cpu->lines, 0);
	free(cpu);
}

/* ---- The list registers ---- */

#define LR(state, group, priority, intid)                                                          \
	((u64)(state) << 62 | (u64)(group) << 60 | (u64)(priority) << 48 | (intid))
enum { PENDING = 1, ACTIVE = 2, BOTH = 3, GROUP0 = 0, GROUP1 = 1 };
#define HW  BIT(61)
#define EOI BIT(41)

static const struct {
	const char *why;
	u64 hcr, vmcr_enables, lr[4];
	u64 misr, eisr, elrsr;
} status_rows[] = {
	/* clang-format off */
	{ "all empty",                   0,                     0, { 0, 0, 0, 0 }, 0, 0, 0xf },
	{ "valid ones are in use",       0,                     0, { LR(PENDING, 1, 0, 5), 0, LR(ACTIVE, 0, 0, 6), LR(BOTH, 1, 0, 7) }, 0, 0, 2 },
	{ "an end to be told",           0,                     0, { EOI, 0, 0, EOI | LR(ACTIVE, 0, 0, 9) }, ICH_MISR_EL2_EOI, 1, 6 },
	{ "with HW that bit is pINTID's", 0,                    0, { HW | EOI, 0, 0, 0 }, 0, 0, 0xf },
	{ "U: none valid",               ICH_HCR_EL2_UIE,       0, { 0, 0, 0, 0 }, ICH_MISR_EL2_U, 0, 0xf },
	{ "U: one valid",                ICH_HCR_EL2_UIE,       0, { 0, LR(ACTIVE, 0, 0, 1), 0, 0 }, ICH_MISR_EL2_U, 0, 0xd },
	{ "U: two are no underflow",     ICH_HCR_EL2_UIE,       0, { 0, LR(ACTIVE, 0, 0, 1), 0, LR(PENDING, 0, 0, 2) }, 0, 0, 5 },
	{ "LRENP needs a count",         ICH_HCR_EL2_LRENPIE,   0, { 0, 0, 0, 0 }, 0, 0, 0xf },
	{ "LRENP",                       ICH_HCR_EL2_LRENPIE | 1 << 27, 0, { 0, 0, 0, 0 }, ICH_MISR_EL2_LRENP, 0, 0xf },
	{ "a count alone",               1 << 27,               0, { 0, 0, 0, 0 }, 0, 0, 0xf },
	{ "NP: none pending",            ICH_HCR_EL2_NPIE,      0, { LR(ACTIVE, 0, 0, 1), 0, 0, 0 }, ICH_MISR_EL2_NP, 0, 0xe },
	{ "NP: one pending",             ICH_HCR_EL2_NPIE,      0, { LR(PENDING, 0, 0, 1), 0, 0, 0 }, 0, 0, 0xe },
	{ "groups enabled",              0xf0,                  3, { 0, 0, 0, 0 }, 0x50, 0, 0xf },
	{ "groups disabled",             0xf0,                  0, { 0, 0, 0, 0 }, 0xa0, 0, 0xf },
	{ "group 1 enabled",             0xf0,                  2, { 0, 0, 0, 0 }, 0x60, 0, 0xf },
	{ "nobody asked for groups",     0,                     3, { 0, 0, 0, 0 }, 0, 0, 0xf },
	/* clang-format on */
};

static void status_is_computed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(status_rows); i++) {
		struct cpu *cpu = pe_create("v8.1", true, 40);

		sysreg_write(cpu, SR_ICH_HCR_EL2, status_rows[i].hcr);
		sysreg_write(cpu, SR_ICH_VMCR_EL2, status_rows[i].vmcr_enables);
		for (unsigned n = 0; n < 4; n++)
			sysreg_write(cpu, SR_ICH_LR0_EL2 + n, status_rows[i].lr[n]);
		if (sysreg_read(cpu, SR_ICH_MISR_EL2) != status_rows[i].misr ||
			sysreg_read(cpu, SR_ICH_EISR_EL2) != status_rows[i].eisr ||
			sysreg_read(cpu, SR_ICH_ELRSR_EL2) != status_rows[i].elrsr)
			fail_msg("%s: MISR 0x%" PRIx64 ", EISR 0x%" PRIx64 ", ELRSR 0x%" PRIx64,
				status_rows[i].why, sysreg_read(cpu, SR_ICH_MISR_EL2),
				sysreg_read(cpu, SR_ICH_EISR_EL2),
				sysreg_read(cpu, SR_ICH_ELRSR_EL2));
		free(cpu);
	}
}

/* Which interrupt the guest is told, and is it signalled. */
static const struct {
	const char *why;
	u64 hcr, vmcr, active0, active1, lr[2];
	u32 lines;
	u64 hppir0, hppir1, iar0, iar1;
} pending_rows[] = {
	/* clang-format off */
	{ "group 1 is an IRQ",            1, 0xf8000003, 0, 0, { LR(PENDING, 1, 0x80, 32), 0 }, LINE_VIRQ, 1023, 32, 1023, 32 },
	{ "group 0 is an FIQ",            1, 0xf8000003, 0, 0, { LR(PENDING, 0, 0x80, 32), 0 }, LINE_VFIQ, 32, 1023, 32, 1023 },
	{ "En = 0",                       0, 0xf8000003, 0, 0, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	{ "its group is disabled",        1, 0xf8000001, 0, 0, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 1023, 1023, 1023 },
	{ "active is not pending",        1, 0xf8000003, 0, 0, { LR(ACTIVE, 1, 0x80, 32), 0 }, 0, 1023, 1023, 1023, 1023 },
	{ "active and pending waits",     1, 0xf8000003, 0, 0, { LR(BOTH, 1, 0x80, 32), 0 }, 0, 1023, 1023, 1023, 1023 },
	{ "the higher priority",          1, 0xf8000003, 0, 0, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 1, 0x78, 33) }, LINE_VIRQ, 1023, 33, 1023, 33 },
	{ "the higher one's group",       1, 0xf8000003, 0, 0, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 0, 0x78, 33) }, LINE_VFIQ, 33, 1023, 33, 1023 },
	{ "a disabled group is passed by", 1, 0xf8000002, 0, 0, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 0, 0x78, 33) }, LINE_VIRQ, 1023, 32, 1023, 32 },
	{ "masked by priority",           1, 0x80000003, 0, 0, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	{ "above the mask",               1, 0x88000003, 0, 0, { LR(PENDING, 1, 0x80, 32), 0 }, LINE_VIRQ, 1023, 32, 1023, 32 },
	{ "a higher one is active",       1, 0xf8000003, 1 << 4, 0, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	{ "a lower one is active",        1, 0xf8000003, 0, 1 << 20, { LR(PENDING, 1, 0x80, 32), 0 }, LINE_VIRQ, 1023, 32, 1023, 32 },
	{ "an equal one is active",       1, 0xf8000003, 0, 1 << 16, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	{ "BPR1 = 5: one preemption group", 1, 0xf8000003 | 5 << 18, 0, 1 << 18, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	{ "BPR1 = 4: two",                1, 0xf8000003 | 4 << 18, 0, 1 << 18, { LR(PENDING, 1, 0x80, 32), 0 }, LINE_VIRQ, 1023, 32, 1023, 32 },
	{ "BPR0 = 3 is BPR1 = 4",         1, 0xf8000003 | 3 << 21, 0, 1 << 17, { LR(PENDING, 0, 0x80, 32), 0 }, 0, 32, 1023, 1023, 1023 },
	{ "CBPR: group 1 by BPR0",        1, 0xf8000013 | 3 << 21, 0, 1 << 17, { LR(PENDING, 1, 0x80, 32), 0 }, 0, 1023, 32, 1023, 1023 },
	/* clang-format on */
};

static void the_highest_pending_is_told(void **state)
{
	static const enum sysreg_id names[] = { SR_ICC_HPPIR0_EL1, SR_ICC_HPPIR1_EL1,
		SR_ICC_IAR0_EL1, SR_ICC_IAR1_EL1 };

	(void)state;
	for (size_t i = 0; i < COUNT(pending_rows); i++) {
		const u64 want[] = { pending_rows[i].hppir0, pending_rows[i].hppir1,
			pending_rows[i].iar0, pending_rows[i].iar1 };

		for (size_t name = 0; name < COUNT(names); name++) {
			struct cpu *cpu = create_guest();
			u64 got;

			sysreg_write(cpu, SR_ICH_HCR_EL2, pending_rows[i].hcr);
			sysreg_write(cpu, SR_ICH_VMCR_EL2, pending_rows[i].vmcr);
			sysreg_write(cpu, SR_ICH_AP0R0_EL2, pending_rows[i].active0);
			sysreg_write(cpu, SR_ICH_AP1R0_EL2, pending_rows[i].active1);
			sysreg_write(cpu, SR_ICH_LR0_EL2, pending_rows[i].lr[0]);
			sysreg_write(cpu, SR_ICH_LR3_EL2, pending_rows[i].lr[1]);
			if (cpu->lines != pending_rows[i].lines)
				fail_msg("%s: lines 0x%x", pending_rows[i].why, cpu->lines);
			got = guest_read(cpu, names[name]);
			if (got != want[name])
				fail_msg("%s: %s is %" PRIu64, pending_rows[i].why,
					sysreg_name(names[name]), got);
			free(cpu);
		}
	}
}

/* Acknowledge, preempt, end; the line follows. */
static void interrupts_nest(void **state)
{
	struct cpu *cpu = create_guest();

	(void)state;
	sysreg_write(cpu, SR_ICH_LR0_EL2, LR(PENDING, 1, 0x80, 32));
	cpu->check_irq = false;
	assert_int_equal(guest_read(cpu, SR_ICC_IAR1_EL1), 32);
	assert_int_equal(cpu->lines, 0);
	assert_int_equal(cpu->sys[SR_ICH_LR0_EL2], LR(ACTIVE, 1, 0x80, 32));
	assert_int_equal(guest_read(cpu, SR_ICC_RPR_EL1), 0x80);
	assert_int_equal(cpu->sys[SR_ICH_AP1R0_EL2], 1 << 16);
	sysreg_write(cpu, SR_ICH_LR1_EL2, LR(PENDING, 0, 0x40, 33) | EOI);
	assert_int_equal(cpu->lines, LINE_VFIQ);
	assert_true(cpu->check_irq);
	assert_int_equal(guest_read(cpu, SR_ICC_IAR0_EL1), 33);
	assert_int_equal(cpu->sys[SR_ICH_AP0R0_EL2], 1 << 8);
	guest_write(cpu, SR_ICC_EOIR0_EL1, 33);
	assert_int_equal(sysreg_read(cpu, SR_ICH_EISR_EL2), 2);
	assert_int_equal(guest_read(cpu, SR_ICC_RPR_EL1), 0x80);
	guest_write(cpu, SR_ICC_EOIR1_EL1, 32);
	assert_int_equal(guest_read(cpu, SR_ICC_RPR_EL1), 0xff);
	assert_int_equal(sysreg_read(cpu, SR_ICH_ELRSR_EL2), 0xd);
	assert_int_equal(cpu->sys[SR_ICH_HCR_EL2], ICH_HCR_EL2_En);
	free(cpu);
}

/* EOImode = 1: the end drops the priority, DIR deactivates; pending again in between is taken. */
static void split_end_and_deactivation(void **state)
{
	struct cpu *cpu = create_guest();

	(void)state;
	guest_write(cpu, SR_ICC_CTLR_EL1, ICx_CTLR_EL1_EOImode);
	sysreg_write(cpu, SR_ICH_LR2_EL2, LR(PENDING, 1, 0x80, 40));
	assert_int_equal(guest_read(cpu, SR_ICC_IAR1_EL1), 40);
	guest_write(cpu, SR_ICC_EOIR1_EL1, 40);
	assert_int_equal(guest_read(cpu, SR_ICC_RPR_EL1), 0xff);
	assert_int_equal(cpu->sys[SR_ICH_LR2_EL2] >> 62, ACTIVE);
	sysreg_write(cpu, SR_ICH_LR2_EL2, cpu->sys[SR_ICH_LR2_EL2] | BIT(62));
	guest_write(cpu, SR_ICC_DIR_EL1, 40);
	assert_int_equal(cpu->sys[SR_ICH_LR2_EL2] >> 62, PENDING);
	assert_int_equal(cpu->lines, LINE_VIRQ);
	guest_write(cpu, SR_ICC_DIR_EL1, 41); /* in no list register */
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), 1);
	guest_write(cpu, SR_ICC_CTLR_EL1, 0);
	guest_write(cpu, SR_ICC_DIR_EL1, 41); /* not without EOImode */
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), 1);
	free(cpu);
}

static void odd_ends(void **state)
{
	struct cpu *cpu = create_guest();

	(void)state;
	guest_write(cpu, SR_ICC_EOIR1_EL1, 32); /* nothing is active */
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), 0);
	sysreg_write(cpu, SR_ICH_AP1R0_EL2, 1 << 16);
	guest_write(cpu, SR_ICC_EOIR1_EL1, 1023); /* no interrupt: ignored */
	assert_int_equal(cpu->sys[SR_ICH_AP1R0_EL2], 1 << 16);
	guest_write(cpu, SR_ICC_EOIR1_EL1, 32); /* in no list register */
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), 1);
	assert_int_equal(cpu->sys[SR_ICH_AP1R0_EL2], 0);
	sysreg_write(cpu, SR_ICH_AP1R0_EL2, 1 << 16);
	guest_write(cpu, SR_ICC_EOIR1_EL1, 8192); /* LPIs have no count */
	assert_int_equal(bits(cpu->sys[SR_ICH_HCR_EL2], 31, 27), 1);
	sysreg_write(cpu, SR_ICH_AP1R0_EL2, 1 << 16);
	sysreg_write(cpu, SR_ICH_LR0_EL2, LR(ACTIVE, 0, 0x80, 32));
	guest_write(cpu, SR_ICC_EOIR1_EL1, 32); /* of the other group: the priority drops alone */
	assert_int_equal(cpu->sys[SR_ICH_LR0_EL2] >> 62, ACTIVE);
	assert_int_equal(cpu->sys[SR_ICH_AP1R0_EL2], 0);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_virtual_interface),
		cmocka_unit_test(virtual_rows_are_the_list),
		cmocka_unit_test(without_el2_nothing_is_virtual),
		cmocka_unit_test(writes_are_masked),
		cmocka_unit_test(vmcr_is_the_guests_registers),
		cmocka_unit_test(common_binary_point),
		cmocka_unit_test(nothing_is_pending),
		cmocka_unit_test(status_is_computed),
		cmocka_unit_test(the_highest_pending_is_told),
		cmocka_unit_test(interrupts_nest),
		cmocka_unit_test(split_end_and_deactivation),
		cmocka_unit_test(odd_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
