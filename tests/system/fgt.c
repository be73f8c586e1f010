/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_FGT on bare metal, printed as lines, the same on Entresol and on qemu-system-aarch64 -cpu
 * max from version 8: each bit of the five controls alone, and which of all accesses of fgt.def it
 * traps at EL1 and EL0, by their syndrome; SVC and ERET; what else has a say.
 *
 * Not here, because QEMU 10 does not have them: the registers of error records, DBGPRCR_EL1,
 * DBGAUTHSTATUS_EL1; because it has no such trap: PMUSERENR_EL0; and ACCDATA_EL1, which no profile
 * has.
 */
#define SPSR_NOT_COMPARED (3ul << 10 | BIT(13)) /* BTYPE; ALLINT, of FEAT_NMI */
/* Is an SVC's return address behind it? */
#define ALSO_REPORTED() put(ec == 0x15 && frame->elr != svc_at ? " behind" : "")
static volatile unsigned long svc_at;
#include "facts.h"

#define HCR	    (BIT(31) | 3ul << 40 | BIT(47) | BIT(53)) /* RW, APK, API, FIEN, EnSCXT */
#define HCR_TGE	    BIT(27)
#define HCR_E2H	    BIT(34)
#define SCTLR	    (0x30c00800ul | BIT(12) | BIT(2) | 1)
#define SCTLR_EL2   0x30c50830ul
#define SCTLR_ALLOW (BIT(26) | BIT(15) | BIT(14) | BIT(10)) /* UCI, UCT, DZE, EnRCTX */

enum { R = 1, W = 2, RW = R | W };

#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const u64 reg##_##field = BIT(low);
#include "sysregs/fields.def"
#undef FIELD

/* Encodings in their place in the instruction. */
enum {
#define SYSREG(name, op0, op1, crn, crm, op2, ...)                                                 \
	ENC_##name = (op0) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5,
#include "sysregs/sysreg.def"
#undef SYSREG
};

enum {
#define FGT(reg, ...) ROW_##reg,
#include "sysregs/fgt.def"
#undef FGT
	ROWS
};

/* PMEVCNTRn_EL0 and PMEVTYPERn_EL0 of counters that neither has */
#define IS_NO_COUNTER(reg)                                                                         \
	((ENC_##reg & ~0x7e0) == ENC_PMEVCNTR0_EL0 && (ENC_##reg >> 5 & 31) >= 6 &&                \
		ENC_##reg != ENC_PMCCFILTR_EL0)
#define IS_COMPARED(reg)                                                                           \
	(ENC_##reg != ENC_ACCDATA_EL1 && ENC_##reg != ENC_DBGPRCR_EL1 &&                           \
		ENC_##reg != ENC_DBGAUTHSTATUS_EL1 && ENC_##reg != ENC_PMUSERENR_EL0 &&            \
		!IS_NO_COUNTER(reg) &&                                                             \
		!(ENC_##reg >= ENC_ERRSELR_EL1 && ENC_##reg <= ENC_ERXMISC3_EL1))
#define IS_OPERATION(reg) ((ENC_##reg >> 19 & 3) == 1)
#define IS_OF_EL0(reg)	  ((ENC_##reg >> 16 & 7) == 3 && ENC_##reg != ENC_TPIDRRO_EL0)
#define IS_READ(reg, directions)                                                                   \
	(((directions)&R) && IS_COMPARED(reg) && ENC_##reg != ENC_DBGCLAIMSET_EL1)
#define IS_WRITTEN(reg, directions) (((directions)&W) && IS_COMPARED(reg))
#define DO(insn, value)                                                                            \
	do {                                                                                       \
		register u64 x0_ asm("x0") = (value);                                              \
                                                                                                   \
		asm volatile(".inst %c1" : "+r"(x0_) : "i"((u32)(insn)) : "memory");               \
		(value) = x0_;                                                                     \
	} while (0)
#define READ_ROW(reg, value)  DO(0xd5200000u | ENC_##reg, value)
#define WRITE_ROW(reg, value) DO(0xd5000000u | ENC_##reg, value)

static u64 block[64] __attribute__((aligned(256)));

/* EL1 writes what the register has; operations get the address of some memory. */
static volatile u64 values[ROWS];

static void find_values(void)
{
	u64 value;

#define FGT(reg, group, field, directions, one)                                                    \
	value = 0;                                                                                 \
	if (IS_READ(reg, directions))                                                              \
		READ_ROW(reg, value);                                                              \
	values[ROW_##reg] = value;
#include "sysregs/fgt.def"
#undef FGT
}

/* All accesses of fgt.def; those that are trapped report themselves. */
#define ACCESS(reg, directions, condition)                                                         \
	if (IS_READ(reg, directions) && (condition))                                               \
		READ_ROW(reg, value);                                                              \
	value = IS_OPERATION(reg) ? (u64)block : values[ROW_##reg];                                \
	if (IS_WRITTEN(reg, directions) && (condition))                                            \
		WRITE_ROW(reg, value);

static void at_el1(void)
{
	u64 value = 0;

#define FGT(reg, group, field, directions, one) ACCESS(reg, directions, 1)
#include "sysregs/fgt.def"
#undef FGT
}

static void at_el0(void)
{
	u64 value = 0;

	READ_ROW(TPIDRRO_EL0, value);
#define FGT(reg, group, field, directions, one) ACCESS(reg, directions, IS_OF_EL0(reg))
#include "sysregs/fgt.def"
#undef FGT
}

static void call(void)
{
	asm volatile("adr x1, 1f\n\tstr x1, [%0]\n\tadr x1, 2f\n\tstr x1, [%1]\n1:\tsvc #3\n2:"
		     :
		     : "r"(&svc_at), "r"(&resume_pc)
		     : "memory", "x1");
}

static void returns(void)
{
	TRY("eret");
	TRY(".inst 0xd69f0bff"); /* eretaa */
	TRY(".inst 0xd69f0fff");
}

/* ---- The controls ---- */

enum { OF_HFGRTR, OF_HFGWTR, OF_HFGITR, OF_HDFGRTR, OF_HDFGWTR, CONTROLS };
static const char *const names[] = { "HFGRTR_EL2", "HFGWTR_EL2", "HFGITR_EL2", "HDFGRTR_EL2",
	"HDFGWTR_EL2" };
enum { HFGxTR_EL2 = OF_HFGRTR, HDFGxTR_EL2 = OF_HDFGRTR };

static void set(unsigned control, u64 value)
{
	switch (control) {
	case OF_HFGRTR: WRITE(hfgrtr_el2, value); break;
	case OF_HFGWTR: WRITE(hfgwtr_el2, value); break;
	case OF_HFGITR: WRITE(hfgitr_el2, value); break;
	case OF_HDFGRTR: WRITE(hdfgrtr_el2, value); break;
	default: WRITE(hdfgwtr_el2, value); break;
	}
}

/* The bits that fgt.def has rows about, or only those about accesses of EL0. */
static u64 bits_of(unsigned control, int of_el0)
{
	u64 bits = 0;

#define IS_GROUP_HFGxTR_EL2(directions)                                                            \
	((control == OF_HFGRTR && ((directions)&R)) || (control == OF_HFGWTR && ((directions)&W)))
#define IS_GROUP_HFGITR_EL2(directions) (control == OF_HFGITR && ((directions)&W))
#define IS_GROUP_HDFGxTR_EL2(directions)                                                           \
	((control == OF_HDFGRTR && ((directions)&R)) || (control == OF_HDFGWTR && ((directions)&W)))
#define FGT(reg, group, field, directions, one)                                                    \
	if (IS_COMPARED(reg) && IS_GROUP_##group(directions) && (!of_el0 || IS_OF_EL0(reg)))       \
		bits |= group##_##field;
#include "sysregs/fgt.def"
#undef FGT
	return bits;
}

static void set_all_of_el0(void)
{
	for (unsigned control = 0; control < CONTROLS; control++)
		set(control, bits_of(control, 1));
}

static void set_none(void)
{
	for (unsigned control = 0; control < CONTROLS; control++)
		set(control, 0);
}

/* ---- Translation: 0x40000000 is EL1's, 0xc0000000 the same for EL0 ---- */

static u64 l1[512] __attribute__((aligned(4096)));
#define EL0_ALIAS 0x80000000ul

static void stage1_on(void)
{
	l1[1] = 0x40000701;
	l1[3] = 0x40000741;
	asm volatile("dsb sy" : : : "memory");
	WRITE(mair_el1, 0xff);
	WRITE(tcr_el1, 25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32);
	WRITE(ttbr0_el1, (u64)l1);
	WRITE(sctlr_el1, SCTLR | SCTLR_ALLOW);
	asm volatile("tlbi vmalls12e1\n\tdsb sy\n\tisb");
}

static void hcr(u64 bits)
{
	WRITE(hcr_el2, HCR | bits);
	asm volatile("tlbi vmalls12e1\n\tdsb sy\n\tisb");
}

/* EL0 leaves by a trapped SVC: EL1's handler could be trapped itself. */
static void run_el0(u64 alias)
{
	u64 before = READ(hfgitr_el2);

	set(OF_HFGITR, before | HFGITR_EL2_SVC_EL0);
	run_at(at_el0, SPSR_EL0, alias);
	set(OF_HFGITR, before);
}

int main(void)
{
	say("FGT ", READ(id_aa64mmfr0_el1) >> 56 & 15);
	hcr(0);
	stage1_on();
	WRITE(pmuserenr_el0, 1);
	find_values();
	for (unsigned i = 0; i < CONTROLS * 64; i++) {
		u64 bit = bits_of(i / 64, 0) & BIT(i % 64);

		if (bit == 0)
			continue;
		put(names[i / 64]);
		put_hex(" ", bit);
		end_line();
		set(i / 64, bit);
		run_at(at_el1, SPSR_EL1H, 0);
		run_el0(EL0_ALIAS);
		set(i / 64, 0);
	}

	write0("none\n");
	run_at(at_el1, SPSR_EL1H, 0);
	run_el0(EL0_ALIAS);
	write0("all, where SCTLR_EL1 denies EL0\n");
	set_all_of_el0();
	WRITE(sctlr_el1, SCTLR);
	run_el0(EL0_ALIAS);
	write0("all, under TGE\n");
	WRITE(sctlr_el1, (SCTLR & ~1ul) | SCTLR_ALLOW); /* QEMU wants M = 0 itself */
	hcr(HCR_TGE);
	run_el0(0);
	write0("all, in the host\n");
	/*
	 * The host denies its EL0 two things where QEMU differs: DC ZVA faults where translation is
	 * off; HCR_EL2.EnSCXT does not trap the host.
	 */
	WRITE(sctlr_el2, SCTLR_EL2 | (SCTLR_ALLOW & ~BIT(14)) | BIT(20));
	hcr(HCR_E2H | HCR_TGE);
	run_el0(0);
	hcr(0);
	set_none();

	for (unsigned i = 0; i < 4; i++) {
		put_hex("SVC ", i);
		end_line();
		set(OF_HFGITR, (i & 1 ? HFGITR_EL2_SVC_EL0 : 0) | (i & 2 ? HFGITR_EL2_SVC_EL1 : 0));
		run_at(call, SPSR_EL1H, 0);
		run_at(call, SPSR_EL0, 0);
		hcr(HCR_TGE);
		run_at(call, SPSR_EL0, 0);
		hcr(HCR_E2H | HCR_TGE);
		run_at(call, SPSR_EL0, 0);
		hcr(0);
		call();
	}
	write0("ERET\n");
	set(OF_HFGITR, HFGITR_EL2_ERET);
	run_at(returns, SPSR_EL1H, 0);
	WRITE(hcr_el2, BIT(31)); /* API = 0 has no say */
	run_at(returns, SPSR_EL1H, 0);
	hcr(0);
	set_none();
	write0("done\n");
	return 0;
}
