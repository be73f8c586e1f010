/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts as tables: what the memory types of both stages combine to (HCR_EL2.CD, FWB),
 * what address translation instructions mean under {E2H,TGE}, VM and PAN, and which virtual
 * interrupt is taken where. The lines are the same on Entresol and on qemu-system-aarch64 -cpu max.
 *
 * Not here, because QEMU 7.2 differs from the architecture: Device memory is not Outer Shareable,
 * and with a Normal type it takes that one's low bits for Device's; with FWB stage 2's Device type
 * hides stage 1's, and CD has no effect; TGE without E2H leaves stage 1 of EL1&0 on for them.
 */
#define SPSR_NOT_COMPARED (3ul << 10) /* BTYPE */
/* Interrupts: what was interrupted goes on with them masked. */
#define GO_ON() ((frame->vector & 0x1ff) < 0x80 ? 0 : (frame->spsr |= 7ul << 6, 1))
#include "facts.h"

#define HCR_VM	BIT(0)
#define HCR_CD	BIT(32)
#define HCR_FWB BIT(46)
#define HCR_RW	BIT(31)
#define HCR_E2H BIT(34)
#define HCR_TGE BIT(27)

enum { VALID = 1, TABLE = 3, PAGE = 3, AP_EL0 = 1 << 6, AP_RO = 1 << 7, AF = 1 << 10 };
#define PXN	BIT(53)
#define UXN	BIT(54)
#define ATTR(n) ((u64)(n) << 2)
#define SH(n)	((u64)(n) << 8)

/* EL1&0: l1, l2, l3; EL2 and EL2&0: h1, h2, h3; stage 2: s1, s2, s3. */
static u64 l1[512] __attribute__((aligned(4096))), l2[512] __attribute__((aligned(4096)));
static u64 l3[512] __attribute__((aligned(4096))), h1[512] __attribute__((aligned(4096)));
static u64 h2[512] __attribute__((aligned(4096))), h3[512] __attribute__((aligned(4096)));
static u64 s1[512] __attribute__((aligned(4096))), s2[512] __attribute__((aligned(4096)));
static u64 s3[512] __attribute__((aligned(4096)));

#define TEST_VA	  0x80000000ul
#define TEST_IPA  0x90000000ul /* what stage 2 maps page by page */
#define HOST_PA	  0x48000000ul
#define GUEST_PA  0x49000000ul
#define IDENTITY  (0x40000000 | VALID | AF | SH(3))
#define TCR_VALUE (25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32)
#define TCR_E2H0  (25 | 1 << 8 | 1 << 10 | 3 << 12 | 2ul << 16 | BIT(31) | BIT(23))
#define SCTLR_ON  (0x30d00800ul | BIT(12) | BIT(2) | BIT(0))
#define SCTLR_OFF 0x30d00800ul

static void build_tables(void)
{
	l1[1] = h1[1] = IDENTITY;
	l1[2] = (u64)l2 | TABLE;
	l2[0] = (u64)l3 | TABLE;
	h1[2] = (u64)h2 | TABLE;
	h2[0] = (u64)h3 | TABLE;
	s1[1] = IDENTITY | 0xf << 2 | 3 << 6;
	s1[2] = (u64)s2 | TABLE;
	s2[TEST_IPA >> 21 & 511] = (u64)s3 | TABLE;
	WRITE(mair_el1, 0x4fbbff440c080400);
	WRITE(mair_el2, 0x4fbbff440c0804ff);
	WRITE(ttbr0_el1, (u64)l1);
	WRITE(ttbr0_el2, (u64)h1);
	WRITE(tcr_el1, TCR_VALUE);
	WRITE(vtcr_el2, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31));
	WRITE(vttbr_el2, (u64)s1 | BIT(48));
}

static void flush(void)
{
	asm volatile("dsb sy\n\ttlbi alle1\n\ttlbi alle2\n\tdsb sy\n\tisb" : : : "memory");
}

/* ---- Memory types ---- */

static u64 type_of(unsigned s1_type, unsigned s1_sh, unsigned s2_type, unsigned s2_sh)
{
	int both_devices = s1_type < 4 && s2_type < 4 && !(READ(hcr_el2) & HCR_FWB);
	u64 par;

	l3[0] = TEST_IPA | PAGE | AF | ATTR(s1_type) | SH(s1_sh);
	s3[0] = GUEST_PA | PAGE | AF | 3 << 6 | ATTR(s2_type) | SH(s2_sh);
	flush();
	asm volatile("at s12e1r, %0\n\tisb" : : "r"(TEST_VA));
	par = READ(par_el1);
	if (par >> 60 != 0)
		return par >> 56 << 4 | (par >> 7 & 3);
	return both_devices ? par >> 56 : 0xd;
}

static int is_reserved(unsigned s2_type, u64 fwb)
{
	return fwb ? s2_type == 4 || s2_type > 7 : s2_type > 3 && (s2_type & 3) == 0;
}

static void memory_types(u64 hcr)
{
	WRITE(hcr_el2, HCR_RW | HCR_VM | hcr);
	WRITE(sctlr_el1, SCTLR_ON);
	for (unsigned s1_type = 0; s1_type < 8; s1_type++) {
		for (unsigned s2_type = 0; s2_type < 16; s2_type++) {
			if (is_reserved(s2_type, hcr & HCR_FWB))
				continue;
			put_hex("  s1 ", s1_type);
			put_hex(" s2 ", s2_type);
			for (unsigned sh = 0; sh < 16; sh++) {
				if ((sh & 3) != 1 && sh >> 2 != 1) /* reserved */
					put_hex(" ", type_of(s1_type, sh & 3, s2_type, sh >> 2));
			}
			end_line();
		}
	}
}

/* ---- Address translation instructions ---- */

static const u64 leaves[] = { AF, AF | AP_RO, AF | AP_EL0, AF | AP_EL0 | AP_RO, 0, AF | PXN | UXN };
/* Of each of them once more with stage 2 absent and read-only. */
enum { LEAVES = COUNT(leaves), PAGES = 3 * LEAVES + 1 };

static void map_pages(void)
{
	for (u64 i = 0; i < 3 * LEAVES; i++) {
		u64 ipa = TEST_IPA + (i << 12);
		u64 rights = i < LEAVES ? 3 << 6 : i < 2 * LEAVES ? 0 : 1 << 6;

		l3[i] = ipa | PAGE | leaves[i % LEAVES] | ATTR(5) | SH(3);
		h3[i] = (HOST_PA + (i << 12)) | PAGE | leaves[i % LEAVES] | ATTR(0) | SH(3);
		s3[i] = rights == 0
				? 0
				: (GUEST_PA + (i << 12)) | PAGE | AF | rights | ATTR(0xf) | SH(3);
	}
	l3[3 * LEAVES] = h3[3 * LEAVES] = 0;
	flush();
}

/* PAR_EL1 without NS, which is UNKNOWN in Non-secure state. */
static u64 par(void)
{
	u64 value = READ(par_el1);

	return value & 1 ? value : value & ~BIT(9);
}

#define AT(op)                                                                                     \
	do {                                                                                       \
		put("  " op);                                                                      \
		for (u64 i_ = 0; i_ < PAGES; i_++) {                                               \
			asm volatile("at " op ", %0\n\tisb" : : "r"(TEST_VA + (i_ << 12)));        \
			put_hex(" ", par());                                                       \
			if (line_length > 200)                                                     \
				end_line();                                                        \
		}                                                                                  \
		end_line();                                                                        \
	} while (0)

static void all_at(void)
{
	AT("s1e1r");
	AT("s1e1w");
	AT("s1e0r");
	AT("s1e0w");
	AT("s1e1rp");
	AT("s1e1wp");
	AT("s12e1r");
	AT("s12e1w");
	AT("s12e0r");
	AT("s12e0w");
	AT("s1e2r");
	AT("s1e2w");
}

/* n: E2H, TGE, VM, PAN. */
static void translations(unsigned n)
{
	u64 e2h = n & 1 ? HCR_E2H : 0, tge = n & 2 ? HCR_TGE : 0, vm = n & 4 ? HCR_VM : 0;

	if (tge && !e2h)
		return;
	put_hex("AT under E2H ", n & 1);
	put_hex(" TGE ", n >> 1 & 1);
	put_hex(" VM ", n >> 2 & 1);
	put_hex(" PAN ", n >> 3 & 1);
	end_line();
	WRITE(sctlr_el1, SCTLR_ON);
	WRITE(hcr_el2, HCR_RW | e2h | tge | vm);
	WRITE(tcr_el2, e2h ? TCR_VALUE : TCR_E2H0);
	flush();
	if (n & 8)
		asm volatile("msr pan, #1");
	WRITE(sctlr_el2, SCTLR_ON);
	all_at();
	WRITE(sctlr_el2, SCTLR_OFF);
	asm volatile("msr pan, #0");
	WRITE(hcr_el2, HCR_RW);
}

/* ---- Virtual interrupts ---- */

static void nothing(void)
{
	asm volatile("nop\n\tnop");
}

static void look(void)
{
	say("ISR_EL1 ", READ(isr_el1));
}

/* n: what is pended (0 to 3), which classes are routed, TGE, E2H, EL0 or EL1, all masked. */
static void interrupts(unsigned n)
{
	unsigned pend = n & 3, route = n >> 2 & 7, tge = n >> 5 & 1, e2h = n >> 6 & 1;
	unsigned el = n >> 7 & 1, masked = n >> 8 & 1;
	u64 hcr = HCR_RW | (u64)route << 3 | (tge ? HCR_TGE : 0) | (e2h ? HCR_E2H : 0);

	if (tge && el == 1)
		return;
	put_hex("virtual interrupts: pended ", pend);
	put_hex(" routed ", route);
	put_hex(" TGE ", tge);
	put_hex(" E2H ", e2h);
	put_hex(" EL", el);
	put_hex(" masked ", masked);
	end_line();
	WRITE(sctlr_el1, SCTLR_OFF);
	WRITE(esr_el1, 0);
	WRITE(hcr_el2, hcr | (pend ? BIT(5 + pend) : 0));
	run_at(el && masked ? look : nothing,
		(el ? SPSR_EL1H : SPSR_EL0) & (masked ? ~0ul : ~0x3c0ul), 0);
	say("HCR_EL2 ", READ(hcr_el2));
	WRITE(hcr_el2, HCR_RW);
}

int main(void)
{
	static const u64 controls[] = { 0, HCR_CD, HCR_FWB };

	build_tables();
	for (unsigned i = 0; i < COUNT(controls); i++) {
		put_hex("memory types under HCR_EL2 ", controls[i]);
		end_line();
		memory_types(controls[i]);
	}
	map_pages();
	for (unsigned n = 0; n < 16; n++)
		translations(n);
	for (unsigned n = 0; n < 512; n++)
		interrupts(n);
	write0("done\n");
	return 0;
}
