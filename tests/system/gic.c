/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about the GICv3's CPU interfaces, printed as lines: SGIs and a PPI to itself
 * through the distributor of the virt board, virtual interrupts by list registers. The same on
 * Entresol and on qemu-system-aarch64.
 *
 * Not here, because QEMU differs: a pending interrupt whose group ICC_IGRPENn disables hides those
 * of the other group; ICH_MISR_EL2.VGrp0D looks at group 1; what is kept of bits of priorities that
 * are not implemented, and of INTIDs.
 */
static int on_interrupt(void);

#define SPSR_NOT_COMPARED (0xful << 28 | 3ul << 10) /* NZCV: of whatever code; BTYPE */
#define GO_ON()		  (is_interrupt(frame) && on_interrupt())
#include "facts.h"

#define HCR_RW	BIT(31)
#define HCR_FMO BIT(3)
#define HCR_IMO BIT(4)
#define HCR_TGE BIT(27)

static volatile u32 *const gicd = (u32 *)(u64)BOARD_GICD_BASE;
static volatile u32 *const gicr = (u32 *)(u64)BOARD_GICR_BASE;
static volatile u32 *const private = (u32 *)0x080b0000; /* the second page: SGIs and PPIs */

enum { /* offsets in words */
	CTLR = 0,
	WAKER = 0x14 / 4,
	IGROUPR0 = 0x80 / 4,
	ISENABLER0 = 0x100 / 4,
	ICENABLER0 = 0x180 / 4,
	ISPENDR0 = 0x200 / 4,
	ICPENDR0 = 0x280 / 4,
	ISACTIVER0 = 0x300 / 4,
	ICACTIVER0 = 0x380 / 4,
	IPRIORITYR = 0x400 / 4
};

enum { PPI = 20, MAINTENANCE = 25, NONE = 1023 };

static void set_priority(unsigned intid, u32 priority)
{
	unsigned shift = intid % 4 * 8;
	volatile u32 *reg = &private[IPRIORITYR + intid / 4];

	*reg = (*reg & ~(0xffu << shift)) | priority << shift;
}

static void barrier(void)
{
	asm volatile("dsb sy\n\tisb" : : : "memory");
}

/* SGI n has priority 0x10 * n; 8 to 15 are group 0, the rest group 1. */
static void distributor_on(void)
{
	gicd[CTLR] = 3;
	gicr[WAKER] = 0;
	while (gicr[WAKER] & 4)
		;
	private[IGROUPR0] = ~0xff00u;
	for (unsigned n = 0; n < 16; n++)
		set_priority(n, 0x10 * n);
	set_priority(PPI, 0x80);
	set_priority(MAINTENANCE, 0x20);
	private[ISENABLER0] = 0xffff | 1u << PPI | 1u << MAINTENANCE;
	barrier();
}

static void interface_on(void)
{
	WRITE(icc_ctlr_el1, 0);
	WRITE(icc_bpr0_el1, 0);
	WRITE(icc_bpr1_el1, 0);
	WRITE(icc_ap0r0_el1, 0);
	WRITE(icc_ap1r0_el1, 0);
	WRITE(icc_pmr_el1, 0xff);
	WRITE(icc_igrpen0_el1, 1);
	WRITE(icc_igrpen1_el1, 1);
	private[ICPENDR0] = ~0u;
	private[ICACTIVER0] = ~0u;
	barrier();
}

static void sgi(unsigned n)
{
	u64 value = (u64)n << 24 | 1;

	if (n < 8)
		WRITE(icc_sgi1r_el1, value);
	else
		WRITE(icc_sgi0r_el1, value);
	barrier();
}

/* What the PE sees: pending IRQ and FIQ, the highest pending ones, the running priority. */
static void show(const char *why)
{
	put("  ");
	put(why);
	put_hex(": isr ", READ(isr_el1));
	put_hex(" hppir0 ", READ(icc_hppir0_el1));
	put_hex(" hppir1 ", READ(icc_hppir1_el1));
	put_hex(" rpr ", READ(icc_rpr_el1));
	put_hex(" ap0r ", READ(icc_ap0r0_el1));
	put_hex(" ap1r ", READ(icc_ap1r0_el1));
	end_line();
}

static void show_distributor(const char *why)
{
	put("  ");
	put(why);
	put_hex(": pending ", private[ISPENDR0]);
	put_hex(" active ", private[ISACTIVER0]);
	end_line();
}

static u64 acknowledge(unsigned group)
{
	u64 intid = group ? READ(icc_iar1_el1) : READ(icc_iar0_el1);

	say(group ? "iar1 " : "iar0 ", intid);
	return intid;
}

static void end(unsigned group, u64 intid)
{
	if (group)
		WRITE(icc_eoir1_el1, intid);
	else
		WRITE(icc_eoir0_el1, intid);
	barrier();
}

/* ---- Interrupts that are taken: acknowledged and ended at once ---- */

static volatile unsigned taken;

static int on_interrupt(void)
{
	u64 intid = READ(icc_iar0_el1);
	unsigned group = 0;

	if (intid == NONE) {
		group = 1;
		intid = READ(icc_iar1_el1);
	}
	put_hex("  interrupt ", intid);
	put_hex(" group ", group);
	put_hex(" rpr ", READ(icc_rpr_el1));
	end_line();
	taken++;
	if (intid == MAINTENANCE) { /* its level stays until its conditions are gone */
		say("misr ", READ(ich_misr_el2));
		WRITE(ich_hcr_el2, 0);
	}
	if (intid != NONE)
		end(group, intid);
	return 1;
}

static void unmask(void)
{
	asm volatile("msr daifclr, #3\n\tisb" : : : "memory");
}

static void mask(void)
{
	asm volatile("nop\n\tnop\n\tisb\n\tmsr daifset, #3" : : : "memory");
}

static void window(void)
{
	unmask();
	mask();
}

/* ---- The physical interface ---- */

static void case_registers(void)
{
	say("CTLR ", READ(icc_ctlr_el1));
	say("SRE_EL1 ", READ(icc_sre_el1));
	say("VTR ", READ(ich_vtr_el2));
	WRITE(icc_pmr_el1, 0xff);
	say("PMR ", READ(icc_pmr_el1));
	WRITE(icc_bpr0_el1, 0);
	WRITE(icc_bpr1_el1, 0);
	say("BPR0 ", READ(icc_bpr0_el1));
	say("BPR1 ", READ(icc_bpr1_el1));
	WRITE(icc_ctlr_el1, 3);
	say("CTLR ", READ(icc_ctlr_el1));
	say("BPR1 with CBPR ", READ(icc_bpr1_el1));
	WRITE(icc_bpr1_el1, 7);
	say("BPR1 with CBPR ", READ(icc_bpr1_el1));
	WRITE(icc_bpr0_el1, 7);
	say("BPR1 with CBPR ", READ(icc_bpr1_el1));
	WRITE(icc_ctlr_el1, 0);
	say("BPR1 ", READ(icc_bpr1_el1));
	WRITE(ich_vmcr_el2, 0xf8ffffff);
	say("VMCR ", READ(ich_vmcr_el2));
	WRITE(ich_vmcr_el2, 0);
	say("VMCR ", READ(ich_vmcr_el2));
	WRITE(ich_hcr_el2, 0xf80000ff);
	say("ICH_HCR ", READ(ich_hcr_el2));
	WRITE(ich_hcr_el2, 0);
}

static void case_one_sgi(void)
{
	show("nothing");
	acknowledge(1);
	sgi(5);
	show("pending");
	show_distributor("pending");
	acknowledge(0);
	acknowledge(1);
	show("active");
	show_distributor("active");
	acknowledge(1);
	end(1, NONE);
	show("no end");
	end(1, 5);
	show("ended");
	show_distributor("ended");
	sgi(9);
	show("group 0");
	acknowledge(1);
	acknowledge(0);
	show("active");
	end(0, 9);
	WRITE(icc_sgi1r_el1, BIT(40) | 3ul << 24); /* all but this PE */
	WRITE(icc_sgi1r_el1, 3ul << 24 | 2);	   /* another that is not there */
	WRITE(icc_sgi0r_el1, 3ul << 24 | 1);	   /* group 1 */
	WRITE(icc_asgi1r_el1, 3ul << 24 | 1);
	show_distributor("not here");
}

static void case_nesting(void)
{
	sgi(6);
	sgi(4);
	show("two");
	acknowledge(1);
	show("the higher");
	sgi(2);
	show("preempted");
	acknowledge(1);
	sgi(10);
	show("group 0 is lower");
	acknowledge(0);
	end(0, 2);
	show("the other group's end");
	end(1, 2);
	end(1, 4);
	show("the lower ones");
	acknowledge(1);
	end(1, 6);
	acknowledge(0);
	end(0, 10);
	show("all over");
}

static void case_binary_points(void)
{
	for (u64 bpr = 3; bpr < 8; bpr++) {
		put_hex("  BPR1 ", bpr);
		end_line();
		interface_on();
		WRITE(icc_bpr1_el1, bpr);
		sgi(7);
		acknowledge(1);
		show("0x70 is active");
		for (unsigned n = 7; n-- > 2;) {
			sgi(n);
			show("preempts?");
			private[ICPENDR0] = ~0u;
			barrier();
		}
	}
	interface_on();
	WRITE(icc_bpr0_el1, 5);
	sgi(11);
	acknowledge(0);
	sgi(9);
	show("BPR0: 0x90 by 0xb0");
	sgi(7);
	show("group 1 has its own");
	WRITE(icc_ctlr_el1, 1);
	show("CBPR: 0x70 by 0x80");
	WRITE(icc_bpr0_el1, 7);
	show("CBPR: none");
}

static void case_masks(void)
{
	sgi(5);
	for (u64 pmr = 0x40; pmr <= 0x60; pmr += 8) {
		WRITE(icc_pmr_el1, pmr);
		put_hex("  PMR ", READ(icc_pmr_el1));
		end_line();
		show("0x50");
	}
	WRITE(icc_igrpen1_el1, 0);
	show("disabled");
	acknowledge(1);
	WRITE(icc_igrpen1_el1, 1);
	show("enabled");
	gicd[CTLR] = 1;
	barrier();
	show("disabled at the distributor");
	gicd[CTLR] = 3;
	barrier();
	show("enabled");
	private[ICENABLER0] = 1 << 5;
	barrier();
	show("the interrupt is disabled");
	private[ISENABLER0] = 1 << 5;
	barrier();
	set_priority(5, 0x68);
	barrier();
	show("another priority");
	set_priority(5, 0x50);
	WRITE(icc_ap1r0_el1, 1 << 4);
	show("a higher one is restored");
	WRITE(icc_ap1r0_el1, 0);
}

static void case_split(void)
{
	WRITE(icc_ctlr_el1, 2);
	sgi(5);
	acknowledge(1);
	end(1, 5);
	show("dropped");
	show_distributor("dropped");
	sgi(5);
	show("active and pending");
	show_distributor("active and pending");
	WRITE(icc_dir_el1, 5);
	barrier();
	show("deactivated");
	acknowledge(1);
	WRITE(icc_dir_el1, 5); /* before the drop */
	barrier();
	show("deactivated, not dropped");
	show_distributor("deactivated, not dropped");
	end(1, 5);
	show("dropped");
	WRITE(icc_ctlr_el1, 0);
}

static void case_taken(void)
{
	WRITE(hcr_el2, HCR_RW | HCR_IMO | HCR_FMO);
	sgi(5);
	sgi(9);
	window();
	WRITE(icc_pmr_el1, 0x40);
	sgi(5);
	unmask();
	say("masked, taken so far ", taken);
	WRITE(icc_pmr_el1, 0xf8);
	asm volatile("nop" : : : "memory");
	say("unmasked by PMR ", taken);
	WRITE(icc_igrpen1_el1, 0);
	WRITE(icc_sgi1r_el1, 6ul << 24 | 1);
	barrier();
	say("disabled ", taken);
	WRITE(icc_igrpen1_el1, 1);
	asm volatile("nop" : : : "memory");
	say("enabled ", taken);
	WRITE(icc_ap1r0_el1, 1);
	WRITE(icc_sgi1r_el1, 6ul << 24 | 1);
	barrier();
	say("a higher one is active ", taken);
	WRITE(icc_eoir1_el1, 99); /* whatever it was */
	asm volatile("nop" : : : "memory");
	say("ended ", taken);
	mask();
}

static void code_nop(void)
{
	asm volatile("nop\n\tnop");
}

static void case_routes(void)
{
	WRITE(hcr_el2, HCR_RW | HCR_IMO);
	sgi(5);
	run_at(code_nop, SPSR_EL1H, 0); /* whatever PSTATE.I */
	sgi(9);
	run_at(code_nop, SPSR_EL1H & ~0xc0ul, 0); /* FIQs are EL1's */
	WRITE(hcr_el2, HCR_RW);
	sgi(5);
	run_at(code_nop, SPSR_EL1H & ~0xc0ul, 0);
	sgi(5);
	run_at(code_nop, SPSR_EL1H, 0);
	show("masked");
	window();
	show("not EL2's"); /* HCR_EL2 says EL1: not taken at EL2 */
	run_at(code_nop, SPSR_EL0, 0);
	run_at(code_nop, SPSR_EL0 & ~0xc0ul, 0);
	WRITE(hcr_el2, HCR_RW | HCR_TGE);
	sgi(5);
	run_at(code_nop, SPSR_EL0, 0);
	sgi(9);
	window();
	WRITE(hcr_el2, HCR_RW | HCR_IMO | HCR_FMO);
}

/* ---- The virtual interface ---- */

#define LR(state, group, priority, intid)                                                          \
	((u64)(state) << 62 | (u64)(group) << 60 | (u64)(priority) << 48 | (intid))
#define LR_HW(intid) (BIT(61) | (u64)(intid) << 32)
#define LR_EOI	     BIT(41)
enum { PENDING = 1, ACTIVE = 2, BOTH = 3 };
enum { VMCR = 0xf8000003 };

static void virtual_on(u64 hcr)
{
	WRITE(hcr_el2, HCR_RW | HCR_IMO | HCR_FMO);
	WRITE(ich_hcr_el2, 0);
	WRITE(ich_lr0_el2, 0);
	WRITE(ich_lr1_el2, 0);
	WRITE(ich_lr2_el2, 0);
	WRITE(ich_lr3_el2, 0);
	WRITE(ich_ap0r0_el2, 0);
	WRITE(ich_ap1r0_el2, 0);
	WRITE(ich_vmcr_el2, VMCR);
	WRITE(ich_hcr_el2, hcr);
}

static void show_lists(const char *why)
{
	put("  ");
	put(why);
	put_hex(": lr ", READ(ich_lr0_el2));
	put_hex(" ", READ(ich_lr1_el2));
	put_hex(" ap0r ", READ(ich_ap0r0_el2));
	put_hex(" ap1r ", READ(ich_ap1r0_el2));
	put_hex(" vmcr ", READ(ich_vmcr_el2));
	end_line();
	put_hex("    hcr ", READ(ich_hcr_el2));
	put_hex(" misr ", READ(ich_misr_el2));
	put_hex(" eisr ", READ(ich_eisr_el2));
	put_hex(" elrsr ", READ(ich_elrsr_el2));
	end_line();
}

enum { EL1_OPEN = SPSR_EL1H & ~0xc0 };

static void case_virtual_taken(void)
{
	virtual_on(1);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40));
	WRITE(ich_lr1_el2, LR(PENDING, 0, 0x40, 41));
	show("EL2 sees none of them");
	run_at(code_nop, EL1_OPEN, 0);
	show_lists("two taken");
	WRITE(ich_lr1_el2, LR(PENDING, 1, 0x80, 42) | LR_EOI);
	run_at(code_nop, SPSR_EL1H, 0);
	show_lists("masked by PSTATE");
	WRITE(ich_hcr_el2, 0);
	run_at(code_nop, EL1_OPEN, 0);
	show_lists("En = 0");
	WRITE(ich_hcr_el2, 1);
	run_at(code_nop, SPSR_EL0 & ~0xc0ul, 0);
	show_lists("taken from EL0");
}

static void guest_nests(void)
{
	show("guest");
	acknowledge(1);
	show("active");
	acknowledge(0);
	show("active");
	acknowledge(1);
	end(0, 41);
	end(1, 40);
	show("ended");
}

static void guest_masks(void)
{
	WRITE(icc_pmr_el1, 0x84);
	say("PMR ", READ(icc_pmr_el1));
	show("masked");
	WRITE(icc_pmr_el1, 0x88);
	show("not masked");
	WRITE(icc_igrpen1_el1, 0);
	show("disabled");
	WRITE(icc_igrpen1_el1, 1);
	WRITE(icc_bpr1_el1, 7);
	WRITE(icc_ap0r0_el1, 1 << 20);
	say("BPR1 ", READ(icc_bpr1_el1));
	show("one preemption group");
	WRITE(icc_bpr1_el1, 0);
	say("BPR1 ", READ(icc_bpr1_el1));
	show("many");
	WRITE(icc_bpr0_el1, 6);
	WRITE(icc_ctlr_el1, 1);
	say("CTLR ", READ(icc_ctlr_el1));
	say("BPR1 ", READ(icc_bpr1_el1));
	show("CBPR");
}

static void guest_splits(void)
{
	WRITE(icc_ctlr_el1, 2);
	acknowledge(1);
	end(1, 40);
	show("dropped");
	WRITE(icc_dir_el1, 40);
	WRITE(icc_dir_el1, 99);
	end(1, 99);
}

static void guest_ends_others(void)
{
	WRITE(icc_ap1r0_el1, 7);
	end(1, 99);
	end(1, 1020);
	end(1, 98);
	show("ended");
}

static void guest_acknowledges(void)
{
	acknowledge(1);
}

static void guest_ends(void)
{
	end(1, 40);
}

static void case_virtual_registers(void)
{
	virtual_on(1);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40));
	WRITE(ich_lr1_el2, LR(PENDING, 0, 0x40, 41));
	WRITE(ich_vmcr_el2, VMCR & ~1u);
	show_lists("group 0 is off");
	WRITE(icc_pmr_el1, 0xf8);
	WRITE(ich_lr2_el2, LR(ACTIVE, 1, 0x20, 43));
	WRITE(ich_lr2_el2, 0);
	WRITE(ich_vmcr_el2, VMCR);
	run_at(guest_nests, SPSR_EL1H, 0);
	show_lists("nested");
	virtual_on(1);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40));
	run_at(guest_masks, SPSR_EL1H, 0);
	show_lists("masks");
	virtual_on(1);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40));
	run_at(guest_splits, SPSR_EL1H, 0);
	show_lists("split");
	virtual_on(1);
	run_at(guest_ends_others, SPSR_EL1H, 0);
	show_lists("counted");
}

/* A physical interrupt is handed on: its end in the guest deactivates it. */
static void case_hardware(void)
{
	virtual_on(1);
	WRITE(icc_ctlr_el1, 2);
	private[ISPENDR0] = 1u << PPI;
	barrier();
	acknowledge(1);
	end(1, PPI);
	show_distributor("active");
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40) | LR_HW(PPI));
	run_at(guest_acknowledges, SPSR_EL1H, 0);
	show_distributor("acknowledged");
	show_lists("acknowledged");
	run_at(guest_ends, SPSR_EL1H, 0);
	show_distributor("ended");
	show_lists("ended");
	private[ISPENDR0] = 1u << PPI;
	barrier();
	acknowledge(1);
	end(1, PPI);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40) | LR_HW(PPI));
	run_at(guest_splits, SPSR_EL1H, 0);
	show_distributor("ended by DIR");
	WRITE(icc_ctlr_el1, 0);
}

static void case_maintenance(void)
{
	static const struct {
		u64 hcr, vmcr, lr0, lr1;
	} rows[] = {
		{ 1, VMCR, 0, 0 },
		{ 0, VMCR, LR_EOI, 0 },
		{ 1, VMCR, LR_EOI, 0 },
		{ 3, VMCR, LR(PENDING, 1, 0, 40), 0 },
		{ 3, VMCR, LR(PENDING, 1, 0, 40), LR(ACTIVE, 1, 0, 41) },
		{ 5 | 2ul << 27, VMCR, 0, 0 },
		{ 5, VMCR, 0, 0 },
		{ 9, VMCR, LR(BOTH, 1, 0, 40), 0 },
		{ 9, VMCR, LR(PENDING, 1, 0, 40), 0 },
		{ 0x11, VMCR, 0, 0 },
		{ 0x21, VMCR & ~3u, 0, 0 },
		{ 0x41, VMCR, 0, 0 },
		{ 0x81, VMCR & ~2u, 0, 0 },
		{ 0xf1, 0, 0, 0 },
	};

	for (u64 i = 0; i < COUNT(rows); i++) {
		virtual_on(0);
		WRITE(ich_vmcr_el2, rows[i].vmcr);
		WRITE(ich_lr0_el2, rows[i].lr0);
		WRITE(ich_lr1_el2, rows[i].lr1);
		WRITE(ich_hcr_el2, rows[i].hcr);
		barrier();
		show_lists("maintenance");
		show_distributor("maintenance");
		window();
		barrier();
		show_distributor("off");
	}
	virtual_on(1 | 1 << 3);
	WRITE(ich_lr0_el2, LR(PENDING, 1, 0x80, 40));
	run_at(guest_acknowledges, SPSR_EL1H, 0); /* NP: back to EL2 at once */
	show_lists("acknowledged");
	virtual_on(1);
	WRITE(ich_lr0_el2, LR(ACTIVE, 1, 0x80, 40) | LR_EOI);
	WRITE(ich_ap1r0_el2, 1 << 16);
	run_at(guest_ends, SPSR_EL1H, 0);
	show_lists("ended");
	virtual_on(1);
}

/* ---- All of them ---- */

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "registers", case_registers },
	{ "one SGI", case_one_sgi },
	{ "nesting", case_nesting },
	{ "binary points", case_binary_points },
	{ "masks", case_masks },
	{ "EOImode", case_split },
	{ "taken", case_taken },
	{ "routes", case_routes },
	{ "virtual interrupts", case_virtual_taken },
	{ "virtual registers", case_virtual_registers },
	{ "HW", case_hardware },
	{ "maintenance", case_maintenance },
};

int main(void)
{
	WRITE(hcr_el2, HCR_RW | HCR_IMO | HCR_FMO);
	WRITE(icc_sre_el2, 0xf);
	distributor_on();
	for (u64 i = 0; i < COUNT(cases); i++) {
		put(cases[i].name);
		end_line();
		interface_on();
		cases[i].run();
	}
	return 0;
}
