/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An EL2 program that asks the machine questions at random and prints the answers: started on the
 * bare machine its EL2 is the real one, started as a guest hypervisor it is a virtual one, and both
 * must answer the same (HYPERVISOR-SPEC E.4, oracle i). tests/oracle.sh compares them.
 *
 * Questions are address translation instructions (AT-1 to AT-5), with random tables of all regimes.
 */
#include "guest/oracle.h"

#define SCTLR_M	  (1ul << 0)
#define SCTLR_C	  (1ul << 2)
#define SCTLR_EE  (1ul << 25)
#define SCTLR_EL2 0x30c50830ul

/* Of L2's stage 1 and of the hypervisor's upper half; of stage 2; of the hypervisor itself. */
static struct table s1[3], s2[3], own;

/* What is never written, so that it reads the same wherever the program runs. */
static struct table blank[64];

static bool one_in(u64 n)
{
	return (random() >> 32) % n == 0;
}

static u64 pick(const u64 *values, u64 count)
{
	return values[(random() >> 32) % count];
}
#define PICK(...)                                                                                  \
	({                                                                                         \
		static const u64 values_[] = { __VA_ARGS__ };                                      \
		pick(values_, COUNT(values_));                                                     \
	})

void oracle_put_hex(u64 value)
{
	char digits[20];
	unsigned at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value != 0);
	put(" ");
	put(&digits[at]);
}

/* --- random worlds ------------------------------------------------------------------------------
 */

/* Memory that is there, a hole, addresses that are too large. */
u64 oracle_random_address(void)
{
	if (one_in(12))
		return PICK(GUEST_HOLE_IPA, 1ul << 40, 1ul << 44, 1ul << 47);
	return (u64)&blank[(random() >> 32) % COUNT(blank)];
}

/* Bits that are rarely set, each with probability 1/8. */
static u64 rare(void)
{
	return random() & random() & random();
}

/* Not the reserved value. */
static u64 random_sh(void)
{
	return PICK(0, 2, 3) << 8;
}

static u64 random_s1(void)
{
	u64 table = (u64)&s1[(random() >> 32) % COUNT(s1)];

	if (one_in(8))
		return one_in(2) ? 0 : random();
	if (one_in(2)) /* a table; APTable, UXNTable and PXNTable */
		return (one_in(16) ? oracle_random_address() : table) | 3 | (rare() & 0xful << 59);
	return oracle_random_address() | 1 | (one_in(3) ? 0 : 2) | (one_in(10) ? 0 : 1ul << 10) |
	       random_sh() | (random() & (7ul << 2 | 3ul << 6 | 1ul << 11)) |
	       (rare() & (1ul << 52 | 3ul << 53));
}

static u64 random_s2(void)
{
	u64 table = (u64)&s2[(random() >> 32) % COUNT(s2)];

	if (one_in(8))
		return one_in(2) ? 0 : random();
	if (one_in(3))
		return (one_in(16) ? oracle_random_address() : table) | 3;
	return oracle_random_address() | 1 | (one_in(3) ? 0 : 2) | (one_in(10) ? 0 : 1ul << 10) |
	       (one_in(3) ? 0xful << 2 : random() & 0xful << 2) |
	       (one_in(6) ? random() & 3ul << 6 : 3ul << 6) | random_sh() |
	       (rare() & (1ul << 52 | 2ul << 53));
}

void oracle_random_tables(void)
{
	for (unsigned t = 0; t < COUNT(s1); t++) {
		for (unsigned i = 0; i < 512; i++) {
			s1[t].entry[i] = random_s1();
			s2[t].entry[i] = random_s2();
		}
	}
	/* Half of the time stage 2 lets the tables of stage 1 be read. */
	if (one_in(2))
		s2[0].entry[1] = GUEST_RAM_IPA | 0x7fdul;
	for (unsigned i = 2; i < 512; i++)
		own.entry[i] = random_s1();
}

/*
 * TCR_EL1 and, with E2H, TCR_EL2. A virtual EL2 has no hardware dirty state (HD), and without E2H
 * no FEAT_HAFDBS and FEAT_HPDS at all: NV-4.
 */
static u64 random_tcr(u64 t0sz)
{
	return t0sz | PICK(25, 25, 25, 25, 30, 34, 16, 39) << 16 | PICK(2, 2, 2, 1, 3, 0) << 30 |
	       PICK(2, 2, 1, 5, 0) << 32 | (rare() & (1ul << 7 | 1ul << 23)) |
	       (random() & (1ul << 22 | 1ul << 36 | 3ul << 37)) |
	       (el2_is_vhe ? random() & (1ul << 39 | 3ul << 41) : 0);
}

static void random_el1(void)
{
	u64 t0sz = PICK(25, 25, 25, 25, 30, 34, 16, 39);
	u64 ttbr0 = one_in(10) ? oracle_random_address() : (u64)&s1[0];
	u64 ttbr1 = one_in(10) ? oracle_random_address() : (u64)&s1[1];

	WRITE_EL1(ttbr0_el1, s3_5_c2_c0_0, ttbr0);
	WRITE_EL1(ttbr1_el1, s3_5_c2_c0_1, ttbr1);
	WRITE_EL1(tcr_el1, s3_5_c2_c0_2, random_tcr(t0sz) | PICK(0, 0, 0, 0, 1, 2) << 14);
	WRITE_EL1(mair_el1, s3_5_c10_c2_0, random());
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0,
		EL1_RES1 | (one_in(10) ? 0 : SCTLR_M) | (random() & SCTLR_C) |
			(one_in(12) ? SCTLR_EE : 0));
}

/* True: the plain geometry, in which one entry of s2[0] can map all of memory. */
static bool random_stage2(void)
{
	u64 t0sz = PICK(25, 25, 25, 25, 24, 30, 16, 39), sl0 = PICK(1, 1, 1, 1, 0, 2);
	u64 tg0 = PICK(0, 0, 0, 0, 1, 2);
	u64 base = one_in(12) ? oracle_random_address() : (u64)&s2[0];

	WRITE_SYSREG(vtcr_el2, 1ul << 31 | t0sz | sl0 << 6 | tg0 << 14 | PICK(2, 2, 2, 1, 5) << 16);
	WRITE_SYSREG(vttbr_el2, base | (random() & 0xfful << 48));
	return t0sz == 25 && sl0 == 1 && tg0 == 0 && base == (u64)&s2[0];
}

/* The hypervisor's own regime, in which it goes on: the first two entries of its table are fixed.
 */
static void random_el2(void)
{
	u64 tcr = el2_is_vhe ? random_tcr(25)
			     : 25 | PICK(2, 2, 1, 5) << 16 | (random() & 1ul << 20) | 1ul << 31 |
				       1ul << 23;

	if (el2_is_vhe) { /* TTBR0 stays usable */
		tcr &= ~(1ul << 7 | 7ul << 32);
		tcr |= PICK(2, 2, 1, 5) << 32;
		WRITE_SYSREG(s3_4_c2_c0_1, one_in(10) ? oracle_random_address() : (u64)&s1[2]);
	}
	WRITE_SYSREG(tcr_el2, tcr);
	WRITE_SYSREG(mair_el2, (random() & ~0xfffful) | 0x00ff);
	WRITE_SYSREG(sctlr_el2, SCTLR_EL2 | SCTLR_M | (random() & SCTLR_C));
	isb();
}

static u64 random_hcr(void)
{
	u64 hcr = HCR_RW | (el2_is_vhe ? HCR_E2H : 0) | (one_in(4) ? 0 : HCR_VM);

	if (one_in(6))
		hcr |= HCR_TGE;
	if (one_in(12))
		hcr |= HCR_DC;
	return hcr | (rare() & (HCR_PTW | HCR_CD));
}

u64 oracle_random_va(void)
{
	u64 va = random() & 0x7fffffffff;

	if (one_in(3)) /* what is surely there */
		va &= ~(0x1feul << 30);
	if (one_in(3))
		va |= ~0x7ffffffffful;
	if (one_in(10))
		va ^= random() << 39;
	return va;
}

/* --- the questions ------------------------------------------------------------------------------
 */

static const char *const names[] = {
#define QUESTION(name) #name,
#include "guest/oracle.def"
#undef QUESTION
};

static void ask(u64 va)
{
	u64 which = oracle.question, at = 0;

#define QUESTION(name)                                                                             \
	if (at++ == which)                                                                         \
		__asm__ volatile("at " #name ", %0" : : "r"(va) : "memory");
#include "guest/oracle.def"
#undef QUESTION
	isb();
	oracle.par = READ_SYSREG(par_el1);
}

struct oracle oracle;

/* What AT may have written: access flags. */
u64 oracle_hash_of_tables(void)
{
	u64 hash = 0;

	for (unsigned t = 0; t < COUNT(s1); t++)
		for (unsigned i = 0; i < 512; i++)
			hash = (hash ^ s1[t].entry[i] ^ s2[t].entry[i] * 3) * 0x100000001b3ul;
	for (unsigned i = 0; i < 512; i++)
		hash = (hash ^ own.entry[i]) * 0x100000001b3ul;
	return hash;
}

static void invalidate(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi alle2\n\ttlbi alle1\n\tdsb ish\n\tisb" ::: "memory");
}

/* Lets a guest do one HVC, so that what the hypervisor below keeps for it is there and used. */
static void call_from_guest(u64 hcr)
{
	u64 sctlr = READ_EL1(sctlr_el1, s3_5_c1_c0_0);
	u64 entry = s2[0].entry[1];

	s2[0].entry[1] = GUEST_RAM_IPA | 0x7fdul;
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1);
	WRITE_EL1(vbar_el1, s3_5_c12_c0_0, (u64)l2_vectors);
	WRITE_SYSREG(hcr_el2, hcr);
	invalidate();
	run_guest((struct entry){ (u64)l2_call, EL1h, 0, 0 });
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, sctlr);
	if (one_in(2)) { /* else this is how it stays, and what it is kept as is good */
		s2[0].entry[1] = entry;
		invalidate();
	}
}

/* --- for oracle_traps.c -------------------------------------------------------------------------
 */

void oracle_good_guest(void)
{
	for (unsigned i = 0; i < 512; i++)
		s2[0].entry[i] = 0;
	s2[0].entry[1] = GUEST_RAM_IPA | 0x7fdul;
	WRITE_SYSREG(vttbr_el2, (u64)&s2[0]);
	WRITE_SYSREG(vtcr_el2, 1ul << 31 | 2ul << 16 | 1ul << 6 | 25);
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1 | 7ul << 14 | 1ul << 26); /* DZE UCT nTWI UCI */
	WRITE_EL1(vbar_el1, s3_5_c12_c0_0, (u64)l2_vectors);
	WRITE_EL1(tcr_el1, s3_5_c2_c0_2, 0);
	WRITE_SYSREG(mdscr_el1, 0);
	invalidate();
}

u64 oracle_esr_el1(void)
{
	return READ_EL1(esr_el1, s3_5_c5_c2_0);
}

u64 oracle_elr_el1(void)
{
	return READ_EL1(elr_el1, s3_5_c4_c0_1);
}

u64 oracle_far_el1(void)
{
	return READ_EL1(far_el1, s3_5_c6_c0_0);
}

struct table *oracle_s1(void)
{
	return s1;
}

struct table *oracle_s2(void)
{
	return s2;
}

void oracle_good_guest_regime(u64 tcr)
{
	WRITE_SYSREG(vttbr_el2, (u64)&s2[0]);
	WRITE_SYSREG(vtcr_el2, 1ul << 31 | 2ul << 16 | 1ul << 6 | 25);
	WRITE_EL1(ttbr0_el1, s3_5_c2_c0_0, (u64)&s1[0]);
	WRITE_EL1(tcr_el1, s3_5_c2_c0_2, tcr);
	WRITE_EL1(mair_el1, s3_5_c10_c2_0, ~0ul);
	WRITE_EL1(vbar_el1, s3_5_c12_c0_0, (u64)l2_vectors);
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1 | SCTLR_M | SCTLR_C);
	WRITE_SYSREG(mdcr_el2, 0);
	WRITE_SYSREG(mdscr_el1, 0);
	invalidate();
}

u64 oracle_blank(void)
{
	return (u64)blank;
}

static void answer(u64 number, u64 va, u64 hcr, u64 ended)
{
	put("at ");
	put(el2_is_vhe ? "vhe" : "nvhe");
	oracle_put_hex(number);
	put(" ");
	put(names[oracle.question]);
	oracle_put_hex(va);
	put(" hcr");
	oracle_put_hex(hcr);
	if (ended == 0) {
		put(" par");
		oracle_put_hex(oracle.par);
	} else {
		put(" ended");
		oracle_put_hex(ended);
		oracle_put_hex(caught.esr);
		oracle_put_hex(caught.far);
	}
	put(" tables");
	oracle_put_hex(oracle_hash_of_tables());
	put("\n");
}

static void questions(u64 count)
{
	for (u64 number = 0; number < count; number++) {
		u64 hcr = random_hcr(), va, ended;
		bool is_plain;

		if (number % 16 == 0)
			oracle_random_tables();
		random_el1();
		is_plain = random_stage2();
		random_el2();
		va = oracle_random_va();
		oracle.question = (random() >> 32) % COUNT(names);
		invalidate();
		if (is_plain && one_in(2))
			call_from_guest(hcr);
		WRITE_SYSREG(hcr_el2, hcr);
		isb();
		ended = attempt(ask, va);
		WRITE_SYSREG(hcr_el2, HCR_RW | (el2_is_vhe ? HCR_E2H : 0));
		isb();
		answer(number, va, hcr, ended);
	}
}

/* --- the hypervisor itself ----------------------------------------------------------------------
 */

static void mmu_on(void)
{
	own.entry[0] = 0x405 | 1ul << 54;     /* devices: MAIR byte 1, from address 0 */
	own.entry[1] = GUEST_RAM_IPA | 0x701; /* memory: byte 0 */
	WRITE_SYSREG(ttbr0_el2, (u64)&own);
	random_el2();
}

/* An EL2 of one form only says so; what HCR_EL2 reads as says nothing, it may be memory (B.5). */
static bool has_form(bool with_e2h)
{
	u64 vh = READ_SYSREG(id_aa64mmfr1_el1) >> 8 & 15;
	u64 e2h0 = READ_SYSREG(s3_0_c0_c7_4) >> 24 & 15; /* MMFR4, signed */

	return with_e2h ? vh != 0 : e2h0 < 8;
}

static void run(bool with_e2h, u64 seed, u64 asked)
{
	WRITE_SYSREG(sctlr_el2, SCTLR_EL2);
	isb();
	WRITE_SYSREG(hcr_el2, HCR_RW | (with_e2h ? HCR_E2H : 0));
	isb();
	el2_is_vhe = with_e2h;
	random_seed(seed);
	invalidate();
	mmu_on();
	questions(asked != 0 ? asked : ORACLE_QUESTIONS);
	oracle_traps(seed, el2_is_vhe, asked != 0 ? asked : ORACLE_INSTRUCTIONS);
	oracle_accesses(seed, el2_is_vhe, asked != 0 ? asked : ORACLE_ACCESSES);
	WRITE_SYSREG(sctlr_el2, SCTLR_EL2);
	isb();
}

bool oracle_is_wanted(void)
{
	return *(const u64 *)GUEST_RAM_IPA != BOOT_MAGIC || command_number("oracle", 0) != 0;
}

_Noreturn void oracle_main(void)
{
	bool is_bare = *(const u64 *)GUEST_RAM_IPA != BOOT_MAGIC;
	u64 seed = is_bare ? 1 : command_number("oracle", 1);
	u64 asked = is_bare ? 0 : command_number("questions", 0);

	if (has_form(false))
		run(false, seed, asked);
	if (has_form(true))
		run(true, seed, asked);
	if (!is_bare)
		call_below(HVC_REPORT, 1, 0);
	call_below(PSCI_SYSTEM_OFF, 0, 0);
	for (;;)
		;
}
