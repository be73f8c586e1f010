/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about registers that are rows and little else: what they keep of a write, who is
 * trapped; the virtual CPU interface; ESB; printed as lines, the same on Entresol and on
 * qemu-system-aarch64 -cpu max -M gic-version=3.
 *
 * Not here, because QEMU 7.2 stores what is RES0: most bits of HCR_EL2's neighbours, SCTLR, TCR,
 * DISR and their like, ICH_HCR_EL2.TSEI without SEIs of its own, VPMR and priorities below five
 * bits; because it does otherwise than IHI 0069: it counts an end that no list register holds in
 * EOIcount though EOImode is 1, and takes VENG1 for VENG0 in ICH_MISR_EL2.VGrp0D; or chooses
 * otherwise: ICC_SRE_EL2.Enable is RAO/WI, there are no LORegions and no RAS registers but
 * ERRIDR_EL1. It has no FEAT_ECV.
 */
#define SPSR_NOT_COMPARED (3ul << 10) /* BTYPE */
#include "facts.h"

#define HCR_FMO BIT(3)
#define HCR_IMO BIT(4)
#define HCR_AMO BIT(5)
#define HCR_VSE BIT(8)
#define HCR_RW	BIT(31)
#define SCTLR	0x30c00980ul /* TSCXT is 0 */
#define ESB()	asm volatile("hint #16" : : : "memory")

static void hcr(u64 bits)
{
	WRITE(hcr_el2, HCR_RW | bits);
}

/* What a register keeps of ones and of zero; it gets its value back. */
#define KEEPS(reg) KEEPS_OF(reg, ~0ul)
#define KEEPS_OF(reg, value)                                                                       \
	do {                                                                                       \
		u64 old_ = READ(reg), ones_, zero_;                                                \
                                                                                                   \
		WRITE(reg, value);                                                                 \
		ones_ = READ(reg);                                                                 \
		WRITE(reg, 0);                                                                     \
		zero_ = READ(reg);                                                                 \
		WRITE(reg, old_);                                                                  \
		put("  " #reg);                                                                    \
		put_hex(" ones ", ones_);                                                          \
		put_hex(" zero ", zero_);                                                          \
		end_line();                                                                        \
	} while (0)

#define LR_BITS 0xf0f81fff00fffffful /* State, HW, Group, priority, pINTID, vINTID of 24 bits */

static void masks(void)
{
	KEEPS_OF(icc_pmr_el1, 0xff);
	KEEPS(icc_bpr0_el1);
	KEEPS(icc_bpr1_el1);
	KEEPS(icc_ap0r0_el1);
	KEEPS(icc_ap1r0_el1);
	KEEPS(icc_ctlr_el1);
	KEEPS(icc_igrpen0_el1);
	KEEPS(icc_igrpen1_el1);
	KEEPS(icc_sre_el1);
	KEEPS(ich_ap0r0_el2);
	KEEPS(ich_ap1r0_el2);
	KEEPS_OF(ich_hcr_el2, ~BIT(13));
	KEEPS_OF(ich_vmcr_el2, ~(7ul << 24));
	KEEPS_OF(ich_lr0_el2, LR_BITS);
	KEEPS_OF(ich_lr1_el2, LR_BITS);
	KEEPS_OF(ich_lr2_el2, LR_BITS);
	KEEPS_OF(ich_lr3_el2, LR_BITS);
	KEEPS_OF(disr_el1, 0x81fffffful);
	KEEPS_OF(vdisr_el2, 0x81fffffful);
	KEEPS_OF(vsesr_el2, 0x1fffffful);
	KEEPS(scxtnum_el0);
	KEEPS(scxtnum_el1);
	KEEPS(scxtnum_el2);
	KEEPS(csselr_el1);
	KEEPS(tpidr_el2);
	KEEPS(hacr_el2);
	KEEPS(actlr_el1);
	KEEPS(amair_el1);
	KEEPS(afsr0_el1);
	KEEPS(afsr1_el1);
	say("icc_sre_el2 ", READ(icc_sre_el2) & 7);
	say("ich_vtr_el2 ", READ(ich_vtr_el2));
	say("icc_iar0_el1 ", READ(icc_iar0_el1));
	say("icc_iar1_el1 ", READ(icc_iar1_el1));
	say("icc_hppir0_el1 ", READ(icc_hppir0_el1));
	say("icc_hppir1_el1 ", READ(icc_hppir1_el1));
	say("icc_rpr_el1 ", READ(icc_rpr_el1));
	say("erridr_el1 ", READ(erridr_el1));
	say("gic ", READ(id_aa64pfr0_el1) >> 24 & 15);
	say("ras ", READ(id_aa64pfr0_el1) >> 28 & 15);
	say("csv2 ", READ(id_aa64pfr0_el1) >> 56 & 15);
	say("iesb ", READ(id_aa64mmfr2_el1) >> 12 & 15);
	say("hcx ", READ(id_aa64mmfr1_el1) >> 40 & 15);
}

/* ---- Who is trapped ---- */

static void all_names(void)
{
	TRY("mrs x0, icc_pmr_el1");
	TRY("msr icc_pmr_el1, x0");
	TRY("mrs x0, icc_iar0_el1");
	TRY("msr icc_eoir0_el1, x0");
	TRY("mrs x0, icc_hppir0_el1");
	TRY("mrs x0, icc_bpr0_el1");
	TRY("mrs x0, icc_ap0r0_el1");
	TRY("mrs x0, icc_ap1r0_el1");
	TRY("mrs x0, icc_ap0r1_el1");
	TRY("mov x0, #1023\n\tmsr icc_dir_el1, x0");
	TRY("mrs x0, icc_rpr_el1");
	TRY("mov x0, #0\n\tmsr icc_sgi1r_el1, x0");
	TRY("mov x0, #0\n\tmsr icc_asgi1r_el1, x0");
	TRY("mov x0, #0\n\tmsr icc_sgi0r_el1, x0");
	TRY("mrs x0, icc_iar1_el1");
	TRY("mov x0, #1023\n\tmsr icc_eoir1_el1, x0");
	TRY("mrs x0, icc_hppir1_el1");
	TRY("mrs x0, icc_bpr1_el1");
	TRY("mrs x0, icc_ctlr_el1");
	TRY("mrs x0, icc_sre_el1");
	TRY("mrs x0, icc_igrpen0_el1");
	TRY("mrs x0, icc_igrpen1_el1");
	TRY(".inst 0xd518cc00"); /* a write of ICC_IAR1_EL1 */
	TRY(".inst 0xd538cc20"); /* a read of ICC_EOIR1_EL1 */
	TRY("mrs x0, icc_sre_el2");
	TRY("mrs x0, ich_hcr_el2");
	TRY("mrs x0, ich_lr0_el2");
	TRY("mrs x0, ich_lr4_el2");
	TRY("mrs x0, erridr_el1");
	TRY("mrs x0, disr_el1");
	TRY("mrs x0, vdisr_el2");
	TRY("mrs x0, scxtnum_el1");
	TRY("mrs x0, scxtnum_el0");
}

static void context_number(void)
{
	TRY("mrs x0, scxtnum_el0");
}

static const struct {
	const char *name;
	u64 hcr, ich_hcr, spsr;
} trapped[] = {
	/* clang-format off */
	{ "EL1",            0,               0,       SPSR_EL1H },
	{ "EL1, TC",        0,               BIT(10), SPSR_EL1H },
	{ "EL1, TALL0",     0,               BIT(11), SPSR_EL1H },
	{ "EL1, TALL1",     0,               BIT(12), SPSR_EL1H },
	{ "EL1, TDIR",      0,               BIT(14), SPSR_EL1H },
	{ "EL1, IMO",       HCR_IMO,         0,       SPSR_EL1H },
	{ "EL1, FMO",       HCR_FMO,         0,       SPSR_EL1H },
	{ "EL1, TC, IMO",   HCR_IMO,         BIT(10), SPSR_EL1H },
	{ "EL1, TERR",      BIT(36),         0,       SPSR_EL1H },
	{ "EL1, EnSCXT",    BIT(53),         0,       SPSR_EL1H },
	{ "EL0",            0,               0,       SPSR_EL0 },
	{ "EL0, EnSCXT",    BIT(53),         0,       SPSR_EL0 },
	{ "EL0, TGE",       BIT(27),         0,       SPSR_EL0 },
	{ "EL0, TC",        HCR_IMO,         BIT(10), SPSR_EL0 },
	/* clang-format on */
};

/* ---- The virtual CPU interface ---- */

#define LR(state, group, priority, intid)                                                          \
	((u64)(state) << 62 | (u64)(group) << 60 | (u64)(priority) << 48 | (intid))
enum { PENDING = 1, ACTIVE = 2, BOTH = 3 };

static void show_virtual(const char *when)
{
	put("  ");
	put(when);
	put_hex(" rpr ", READ(icc_rpr_el1));
	put_hex(" hppir0 ", READ(icc_hppir0_el1));
	put_hex(" hppir1 ", READ(icc_hppir1_el1));
	put_hex(" isr ", READ(isr_el1));
	end_line();
}

static void guest(void)
{
	show_virtual("at first");
	say("iar1 ", READ(icc_iar1_el1));
	say("iar0 ", READ(icc_iar0_el1));
	show_virtual("acknowledged");
	say("iar1 ", READ(icc_iar1_el1));
	say("iar0 ", READ(icc_iar0_el1));
	show_virtual("acknowledged");
	WRITE(icc_eoir0_el1, 1021);
	WRITE(icc_eoir0_el1, 33);
	show_virtual("ended 33");
	WRITE(icc_eoir1_el1, 34);
	WRITE(icc_dir_el1, 34);
	show_virtual("ended 34");
	WRITE(icc_eoir1_el1, 32);
	WRITE(icc_dir_el1, 32);
	show_virtual("ended 32");
	WRITE(icc_eoir1_el1, 77);
	WRITE(icc_dir_el1, 78);
	WRITE(icc_ap1r0_el1, 0x100);
	show_virtual("restored");
	if (READ(icc_ctlr_el1) & 2)
		WRITE(icc_ap1r0_el1, 0);
	else
		WRITE(icc_eoir1_el1, 77);
	show_virtual("ended what is nowhere");
	say("pmr ", READ(icc_pmr_el1));
	say("bpr0 ", READ(icc_bpr0_el1));
	say("bpr1 ", READ(icc_bpr1_el1));
	say("ctlr ", READ(icc_ctlr_el1));
	WRITE(icc_pmr_el1, 0x80);
	WRITE(icc_bpr0_el1, 1);
	WRITE(icc_bpr1_el1, 5);
	WRITE(icc_igrpen0_el1, 0);
	show_virtual("masked");
	WRITE(icc_igrpen1_el1, 0);
	show_virtual("disabled");
}

static void show_hypervisor(void)
{
	say("lr0 ", READ(ich_lr0_el2));
	say("lr1 ", READ(ich_lr1_el2));
	say("lr2 ", READ(ich_lr2_el2));
	say("lr3 ", READ(ich_lr3_el2));
	say("ap0r0 ", READ(ich_ap0r0_el2));
	say("ap1r0 ", READ(ich_ap1r0_el2));
	say("hcr ", READ(ich_hcr_el2));
	say("vmcr ", READ(ich_vmcr_el2));
	say("misr ", READ(ich_misr_el2));
	say("eisr ", READ(ich_eisr_el2));
	say("elrsr ", READ(ich_elrsr_el2));
}

static const struct {
	const char *name;
	u64 ich_hcr, vmcr, lr[4];
} virtuals[] = {
	/* clang-format off */
	{ "off",                   0,             0xf8000003, { LR(PENDING, 1, 0x80, 32) } },
	{ "one IRQ",               1,             0xf8000003, { LR(PENDING, 1, 0x80, 32) } },
	{ "one FIQ",               1,             0xf8000003, { 0, LR(PENDING, 0, 0x80, 33) | BIT(41) } },
	{ "both",                  1,             0xf8000003, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 0, 0x40, 33) } },
	{ "both, the other way",   1,             0xf8000003, { LR(PENDING, 1, 0x40, 32), LR(PENDING, 0, 0x80, 33) } },
	{ "group 0 disabled",      1,             0xf8000002, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 0, 0x40, 33) } },
	{ "two of group 1",        1,             0xf8000003, { LR(PENDING, 1, 0x80, 32), 0, LR(PENDING, 1, 0x78, 34) } },
	{ "equal priorities",      1,             0xf8000003, { LR(PENDING, 1, 0x80, 32), 0, LR(PENDING, 1, 0x80, 34) } },
	{ "one priority group",    1,             0xf8000003 | 5 << 18, { LR(PENDING, 1, 0x80, 32), 0, LR(PENDING, 1, 0x88, 34) } },
	{ "CBPR",                  1,             0xf8000013 | 4 << 21, { LR(PENDING, 1, 0x80, 32), 0, LR(PENDING, 1, 0x78, 34) } },
	{ "EOIM",                  1,             0xf8000203, { LR(PENDING, 1, 0x80, 32), LR(PENDING, 0, 0x40, 33), LR(PENDING, 1, 0x60, 34) } },
	{ "masked",                1,             0x80000003, { LR(PENDING, 1, 0x80, 32) } },
	{ "active and pending",    1,             0xf8000003, { LR(BOTH, 1, 0x80, 32), 0, 0, LR(ACTIVE, 1, 0x10, 35) } },
	{ "an end to be told",     0xff,          0xf8000003, { BIT(41), BIT(61) | BIT(41), 0, LR(ACTIVE, 1, 0x10, 35) } },
	{ "all asked for",         0xff | 3 << 27, 0xf8000000, { 0, 0, 0, LR(PENDING, 1, 0x10, 35) } },
	/* clang-format on */
};

static void run_virtual(void)
{
	for (unsigned i = 0; i < COUNT(virtuals); i++) {
		put(virtuals[i].name);
		end_line();
		WRITE(ich_ap0r0_el2, 0);
		WRITE(ich_ap1r0_el2, 0);
		WRITE(ich_vmcr_el2, virtuals[i].vmcr);
		WRITE(ich_lr0_el2, virtuals[i].lr[0]);
		WRITE(ich_lr1_el2, virtuals[i].lr[1]);
		WRITE(ich_lr2_el2, virtuals[i].lr[2]);
		WRITE(ich_lr3_el2, virtuals[i].lr[3]);
		WRITE(ich_hcr_el2, virtuals[i].ich_hcr);
		show_hypervisor();
		hcr(HCR_IMO | HCR_FMO);
		run_at(guest, SPSR_EL1H, 0);
		hcr(0);
		show_hypervisor();
		WRITE(ich_hcr_el2, 0);
	}
}

/* ---- Errors ---- */

static void deferred(void)
{
	ESB();
	say("disr ", READ(disr_el1));
	WRITE(disr_el1, 0x1234);
	say("disr ", READ(disr_el1));
}

static void run_errors(void)
{
	static const u64 bits[] = { 0, HCR_VSE, HCR_AMO, HCR_AMO | HCR_VSE };

	WRITE(vsesr_el2, 0x1abcde1);
	for (unsigned i = 0; i < COUNT(bits); i++) {
		say("ESB, HCR_EL2 ", bits[i]);
		WRITE(vdisr_el2, 0);
		WRITE(disr_el1, 0);
		hcr(bits[i]);
		run_at(deferred, SPSR_EL1H, 0);
		say("vse ", READ(hcr_el2) & HCR_VSE);
		hcr(0);
		say("vdisr ", READ(vdisr_el2));
		say("disr ", READ(disr_el1));
	}
}

int main(void)
{
	masks();
	WRITE(sctlr_el1, SCTLR);
	for (unsigned i = 0; i < COUNT(trapped); i++) {
		put(trapped[i].name);
		end_line();
		WRITE(ich_hcr_el2, trapped[i].ich_hcr);
		WRITE(icc_sre_el2, 0xf);
		hcr(trapped[i].hcr);
		run_at(all_names, trapped[i].spsr, 0);
		if (trapped[i].spsr == SPSR_EL0) {
			write0("  TSCXT\n");
			WRITE(sctlr_el1, SCTLR | BIT(20));
			run_at(context_number, SPSR_EL0, 0);
			WRITE(sctlr_el1, SCTLR);
		}
		hcr(0);
	}
	run_virtual();
	run_errors();
	write0("done\n");
	return 0;
}
