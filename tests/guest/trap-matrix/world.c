/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers under their names at EL2 and their upkeep; stage 2 tables; the timer that ends WFI.
 */
#include "world.h"

#include "log.h"
#include "rows.h"

#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const u64 reg##_##field = MASK(high, low);
#include "sysregs/fields.def"
#undef FIELD

#define READ(reg)                                                                                  \
	({                                                                                         \
		u64 value_;                                                                        \
		asm volatile("mrs %0, " #reg : "=r"(value_));                                      \
		value_;                                                                            \
	})
#define WRITE(reg, value)                                                                          \
	do {                                                                                       \
		u64 written_ = (value);                                                            \
		asm volatile("msr " #reg ", %0\n\tisb" : : "r"(written_) : "memory");              \
	} while (0)

u64 vncr_page[VNCR_WORDS] __attribute__((aligned(4096)));
u64 scratch_page[512] __attribute__((aligned(4096)));
static u64 stage2[512] __attribute__((aligned(4096)));

/* Per register: at EL2 it can be read and written, and keeps its value. */
static bool is_kept[SYSREG_COUNT];
static u64 expected[SYSREG_COUNT], at_reset[SYSREG_COUNT];
static bool is_readable[SYSREG_COUNT];
static u16 alias_row[SYSREG_COUNT]; /* its _EL12 or _EL02 name, 0: none */
static u64 hcr;			    /* as it read back */
static bool has_timer;

/* ---- Registers at EL2 ---- */

static bool access(unsigned id, bool is_write, u64 *value)
{
	struct cell cell = { .spsr_to = PSTATE_EL2H, .door = (u64)door_brk, .x0 = *value };

	if ((hcr & HCR_EL2_E2H) && rows[id].e2h_is && alias_row[id])
		id = alias_row[id];
	cell.pc = stub_of_row(id, is_write);
	run_cell(&cell);
	*value = cell.result;
	return cell.elr == (u64)door_brk;
}

bool world_read(unsigned id, u64 *value)
{
	*value = 0;
	return access(id, false, value);
}

bool world_write(unsigned id, u64 value)
{
	return access(id, true, &value);
}

void world_write_el1_exception(u64 elr, u64 spsr, u64 esr, u64 far)
{
	if (hcr & HCR_EL2_E2H) { /* as ELR_EL12 and so on */
		WRITE(S3_5_C4_C0_1, elr);
		WRITE(S3_5_C4_C0_0, spsr);
		WRITE(S3_5_C5_C2_0, esr);
		WRITE(S3_5_C6_C0_0, far);
	} else {
		WRITE(elr_el1, elr);
		WRITE(spsr_el1, spsr);
		WRITE(esr_el1, esr);
		WRITE(far_el1, far);
	}
}

u64 world_expected(unsigned id)
{
	return expected[id];
}

bool world_hcr(u64 mask)
{
	return hcr & mask;
}

static bool is_time(unsigned id)
{
	return id == SR_CNTP_TVAL_EL0 || id == SR_CNTV_TVAL_EL0 || id == SR_CNTHP_TVAL_EL2 ||
	       id == SR_CNTHV_TVAL_EL2;
}

/* Exceptions and returns write them; matrix.c sets them before a cell. */
static bool is_exceptions(unsigned id)
{
	return id == SR_ELR_EL1 || id == SR_SPSR_EL1 || id == SR_ESR_EL1 || id == SR_FAR_EL1 ||
	       id == SR_ELR_EL2 || id == SR_SPSR_EL2 || id == SR_ESR_EL2 || id == SR_FAR_EL2 ||
	       id == SR_HPFAR_EL2;
}

/* Finds out what EL2 can read and what keeps its value when it is written back. */
static void survey(void)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u64 again;

		if (rows[id].alias_of) {
			alias_row[rows[id].alias_of] = (u16)id;
			continue;
		}
		if (rows[id].is_operation || !has_encoding(id) || !world_read(id, &at_reset[id]))
			continue;
		is_readable[id] = true;
		expected[id] = at_reset[id];
		if (!world_read(id, &again) || again != at_reset[id] || is_time(id) ||
			is_exceptions(id) || !world_write(id, at_reset[id]))
			continue;
		is_kept[id] = world_read(id, &again) && again == at_reset[id];
	}
}

void world_repair(void)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u64 value;

		if (is_kept[id] && world_read(id, &value) && value != expected[id])
			world_write(id, expected[id]);
	}
}

void world_apply(const struct setting *setting)
{
	for (unsigned i = 0; i < setting->count; i++) {
		const struct setting_value *v = &setting->values[i];
		u64 value = (at_reset[v->reg] & ~v->mask) | v->value, got;

		world_write(v->reg, value);
		if (v->reg == SR_HCR_EL2) {
			hcr = READ(hcr_el2);
			asm volatile("isb");
		}
		if (!is_readable[v->reg] || !world_read(v->reg, &got))
			continue;
		expected[v->reg] = got;
		if (got == value)
			continue;
		log_text("v ");
		log_number(v->reg);
		log_text(" ");
		log_hex(got);
		log_text("\n");
	}
}

/* ---- Memory ---- */

/* Stage 2: RAM's first GiB as it is, nothing else. */
static void stage2_start(void)
{
	enum { BLOCK = 1, AF = 1 << 10, SH_INNER = 3 << 8, READ_WRITE = 3 << 6, NORMAL = 0xf << 2 };

	stage2[1] = 0x40000000 | BLOCK | AF | SH_INNER | READ_WRITE | NORMAL;
	WRITE(vtcr_el2, BIT(31) | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 6 | 25);
	WRITE(vttbr_el2, (u64)stage2);
	for (unsigned i = 0; i < VNCR_WORDS; i++)
		vncr_page[i] = vncr_pattern(8 * i);
	asm volatile("dsb sy\n\ttlbi alle1\n\ttlbi alle2\n\tdsb sy\n\tisb" : : : "memory");
}

/* ---- The timer of EL2 and the way of its interrupt ---- */

enum {
#define REGION(name, base, size) name = base,
#define EACH(name, size)
#define PPI(name, intid) name##_PPI = intid,
#define SPI(name, intid)
#include "platform/board.def"
	GICD_CTLR = 0x0000,
	GICR_WAKER = 0x0014,
	GICR_SGI = GICR + 0x10000,
	GICR_IGROUPR0 = 0x0080,
	GICR_ISENABLER0 = 0x0100
};

/* false: nothing is there. */
static bool mmio_write(u64 address, u32 value)
{
	struct cell cell = { .pc = stub_of_mmio(),
		.spsr_to = PSTATE_EL2H,
		.door = (u64)door_brk,
		.x0 = address,
		.x1 = value };

	run_cell(&cell);
	asm volatile("dsb sy");
	return cell.elr == (u64)door_brk;
}

/* With no distributor, a board may have wired the timer to the PE. */
static void gic_start(void)
{
	bool has_names = ((READ(id_aa64pfr0_el1) >> 24) & 15) != 0;

	if (!has_names || !mmio_write(GICD + GICD_CTLR, 3))
		return;
	mmio_write(GICR + GICR_WAKER, 0);
	mmio_write(GICR_SGI + GICR_IGROUPR0, ~0u);
	mmio_write(GICR_SGI + GICR_ISENABLER0, 1u << TIMER_HYP_PPI);
	WRITE(S3_4_C12_C9_5, 0xf); /* ICC_SRE_EL2 */
	WRITE(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1 */
	WRITE(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
}

void world_timer(bool on)
{
	enum { SOON = 500000 }; /* 1 / this of a second: 2 us */

	if (on)
		WRITE(cnthp_cval_el2, READ(cntpct_el0) + READ(cntfrq_el0) / SOON);
	WRITE(cnthp_ctl_el2, on);
}

bool world_has_timer(void)
{
	return has_timer;
}

/* Does the timer's interrupt arrive? ISR_EL1 shows it at EL2 while IMO routes it there. */
static void timer_start(void)
{
	WRITE(hcr_el2, hcr | HCR_EL2_IMO);
	world_timer(true);
	for (unsigned i = 0; i < 10000 && !has_timer; i++)
		has_timer = READ(isr_el1) & BIT(7);
	world_timer(false);
	WRITE(cnthp_cval_el2, BIT(40));
	WRITE(hcr_el2, hcr);
}

/* ---- Start ---- */

/* Registers that say nothing here get different values, which show where an access goes. */
static void make_different(void)
{
	static const u16 named[] = { SR_TTBR0_EL1, SR_TTBR1_EL1, SR_TTBR0_EL2, SR_TTBR1_EL2,
		SR_MAIR_EL1, SR_MAIR_EL2, SR_CONTEXTIDR_EL1, SR_CONTEXTIDR_EL2, SR_TPIDR_EL0,
		SR_TPIDR_EL1, SR_TPIDR_EL2, SR_SP_EL0, SR_SP_EL1, SR_AFSR0_EL1, SR_AFSR0_EL2,
		SR_AFSR1_EL1, SR_AFSR1_EL2, SR_AMAIR_EL1, SR_AMAIR_EL2, SR_CNTP_CVAL_EL0,
		SR_CNTV_CVAL_EL0, SR_CNTHP_CVAL_EL2, SR_CNTHV_CVAL_EL2 };
	static const u16 tcr[] = { SR_TCR_EL1, SR_TCR_EL2 };

	for (unsigned i = 0; i < COUNT(named); i++)
		world_write(named[i], BIT(40) + (i + 1) * 0x10000);
	for (unsigned i = 0; i < COUNT(tcr); i++)
		world_write(tcr[i], BIT(31) | 2 << 16 | (i + 1) << 8 | 25);
	WRITE(vbar_el1, (u64)vectors_el1);
	if (world_read(SR_VNCR_EL2, &expected[SR_VNCR_EL2]))
		world_write(SR_VNCR_EL2, (u64)vncr_page);
}

void world_start(void)
{
	hcr = HCR_EL2_RW;
	WRITE(hcr_el2, hcr);
	hcr = READ(hcr_el2);
	gic_start();
	make_different();
	stage2_start();
	survey();
	timer_start();
	log_text(has_timer ? "# WFI ends by the timer of EL2\n"
			   : "# no interrupt of the timer of EL2: WFI is not seen\n");
}
