/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest hypervisor that misbehaves, at virtual EL2 with its MMU off. First what has one right
 * answer, each a check; then, for ever, whatever its seed says. An exception to EL2, from itself or
 * from its guest, ends the attempt that is going on and nothing else (hostile.S).
 */
#include "guest/guest.h"
#include "guest/oracle.h"

extern char l2_load[], l2_loop[], l2_read_hcr[];

/* What attempt() says: 1 + vector; vectors 0-3 from SP_EL0, 4-7 from this level, 8-11 from below.
 */
enum { RETURNED = 0, SYNC_HERE = 5, IRQ_HERE = 6, SYNC_BELOW = 9, IRQ_BELOW = 10 };

#define HCR_VM	 (1ul << 0)
#define HCR_AMO	 (1ul << 5)
#define HCR_IMO	 (1ul << 4)
#define HCR_FMO	 (1ul << 3)
#define HCR_TGE	 (1ul << 27)
#define HCR_RW	 (1ul << 31)
#define HCR_E2H	 (1ul << 34)
#define HCR_NV	 (1ul << 42)
#define HCR_NV2	 (1ul << 45)
#define HCR_L2	 (HCR_RW | HCR_VM | HCR_AMO | HCR_IMO | HCR_FMO)
#define EL1h	 0x3c5ul
#define VTCR	 (1ul << 31 | 2ul << 16 | 3ul << 12 | 1ul << 10 | 1ul << 8 | 1ul << 6 | 25)
#define S2_BLOCK (1ul | 0xful << 2 | 3ul << 6 | 3ul << 8 | 1ul << 10)
#define S2_TABLE 3ul
#define S2_READ	 (1ul << 6)
#define EC(esr)	 ((esr) >> 26)
#define FSC(esr) ((esr)&0x3f)

/* --- with the MMU off ---------------------------------------------------------------------------
 */

static u64 checks_held, first_failed;
static bool is_vhe;
static u64 random_state;

static void expect(bool held, u64 line)
{
	if (held)
		checks_held++;
	else if (first_failed == 0)
		first_failed = line;
}
#define EXPECT(condition) expect((condition), __LINE__)

static void put(const char *text)
{
	for (; *text != '\0'; text++)
		*(volatile u32 *)GUEST_UART_IPA = (u32)(unsigned char)*text;
}

static u64 call_below(u64 function, u64 argument1, u64 argument2)
{
	register u64 x0 __asm__("x0") = function;
	register u64 x1 __asm__("x1") = argument1;
	register u64 x2 __asm__("x2") = argument2;

	__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "x3", "memory");
	return x0;
}

/* xorshift64* */
static u64 random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dul;
}

static struct {
	u64 entry[512];
} root __attribute__((aligned(PAGE))), scratch __attribute__((aligned(PAGE)));

static void write_hcr(u64 value)
{
	WRITE_SYSREG(hcr_el2, is_vhe ? value | HCR_E2H : value);
	isb();
}

/* EL1's own registers: at an EL2 with E2H they have another name. */
#define WRITE_EL1(nvhe, vhe, value)                                                                \
	(is_vhe ? (void)({ WRITE_SYSREG(vhe, value); }) : (void)({ WRITE_SYSREG(nvhe, value); }))

static void good_world(void)
{
	for (unsigned i = 0; i < 512; i++)
		root.entry[i] = 0;
	root.entry[1] = GUEST_RAM_IPA | S2_BLOCK;
	dsb();
	WRITE_SYSREG(vttbr_el2, (u64)&root);
	WRITE_SYSREG(vtcr_el2, VTCR);
	WRITE_SYSREG(vpidr_el2, READ_SYSREG(midr_el1));
	WRITE_SYSREG(vmpidr_el2, 1ul << 31);
	WRITE_SYSREG(cptr_el2, is_vhe ? 3ul << 20 : 0x33ff);
	WRITE_SYSREG(mdcr_el2, 0);
	WRITE_SYSREG(s3_4_c12_c11_0, 0); /* ICH_HCR_EL2 */
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, 0x30d00800ul);
	WRITE_EL1(vbar_el1, s3_5_c12_c0_0, (u64)l2_vectors);
	write_hcr(HCR_L2);
	__asm__ volatile("tlbi vmalls12e1is\n\tdsb ish\n\tisb" ::: "memory");
}

static void enter_argument(u64 argument)
{
	enter((const struct entry *)argument);
}

static u64 run(const char *pc, u64 pstate, u64 x1)
{
	struct entry entry = { (u64)pc, pstate, 0, x1 };

	return attempt(enter_argument, (u64)&entry);
}

static void flush(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" ::: "memory");
}

enum { PPI_HPTIMER = 26 };

/* The virtual EL2 timer takes it back from a guest that does not call. */
static void arm_timer(void)
{
	WRITE_SYSREG(s3_4_c14_c2_2, READ_SYSREG(cntpct_el0) + READ_SYSREG(cntfrq_el0) / 50000);
	WRITE_SYSREG(s3_4_c14_c2_1, 1); /* CNTHP_CTL_EL2 */
	isb();
}

static void disarm_timer(void)
{
	u64 intid;

	WRITE_SYSREG(s3_4_c14_c2_1, 0);
	isb();
	intid = READ_SYSREG(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */
	if (intid < 1020)
		WRITE_SYSREG(s3_0_c12_c12_1, intid);
	isb();
}

/* --- what has one right answer ------------------------------------------------------------------
 */

static void a_guest_can_call(void)
{
	EXPECT(READ_SYSREG(currentel) == 2 << 2);
	good_world();
	EXPECT(run(l2_call, EL1h, 0) == SYNC_BELOW);
	EXPECT(caught.esr == (0x16ul << 26 | 1ul << 25 | 5));
	EXPECT(caught.elr == (u64)l2_call + 4);
	EXPECT(caught.spsr == EL1h);
}

/* NV-27: from below, whatever the guest masks. */
static void a_guest_can_be_taken_back(void)
{
	good_world();
	arm_timer();
	EXPECT(run(l2_loop, EL1h, 0) == IRQ_BELOW);
	EXPECT(caught.elr == (u64)l2_loop);
	EXPECT(READ_SYSREG(s3_0_c12_c12_2) == PPI_HPTIMER); /* ICC_HPPIR1_EL1 */
	disarm_timer();
	EXPECT(READ_SYSREG(s3_0_c12_c12_2) >= 1020);
}

/* NV-22: PSTATE.IL, the exception comes from here and from where the ERET went. */
static void illegal_returns(void)
{
	static const u64 modes[] = { 0x1, 0x2, 0x3, 0x6, 0x7, 0xc, 0xd, 0x10, 0x13 };

	good_world();
	for (unsigned i = 0; i < COUNT(modes); i++) {
		EXPECT(run(l2_call, 0x3c0 | modes[i], 0) == SYNC_HERE);
		EXPECT(EC(caught.esr) == 0x0e);
		EXPECT(caught.elr == (u64)l2_call);
		EXPECT((caught.spsr & (1ul << 20)) != 0);
	}
	write_hcr(HCR_RW | HCR_TGE);
	EXPECT(run(l2_call, EL1h, 0) == SYNC_HERE);
	EXPECT(EC(caught.esr) == 0x0e);
	write_hcr(HCR_L2);
}

static void expect_fetch_fault(u64 status, u64 line)
{
	expect(run(l2_call, EL1h, 0) == SYNC_BELOW, line);
	expect(EC(caught.esr) == 0x20, line);
	expect(FSC(caught.esr) == status, line);
	expect(caught.elr == (u64)l2_call, line);
}

static void tables_that_lead_nowhere(void)
{
	good_world();
	root.entry[1] = 0;
	flush();
	expect_fetch_fault(0x05, __LINE__); /* translation, level 1 */
	EXPECT(caught.far == (u64)l2_call);
	EXPECT((caught.hpfar & 0xfffffffff0ul) == (u64)l2_call >> 12 << 4);
	root.entry[1] = GUEST_RAM_IPA | (S2_BLOCK & ~(1ul << 10));
	flush();
	expect_fetch_fault(0x09, __LINE__); /* access flag, level 1 */
	root.entry[1] = GUEST_RAM_IPA | S2_BLOCK | 1ul << 54;
	flush();
	expect_fetch_fault(0x0d, __LINE__); /* permission, level 1: XN */
	root.entry[1] = (u64)&root | S2_TABLE;
	root.entry[(u64)l2_call >> 21 & 511] = (u64)&root | S2_TABLE;
	root.entry[(u64)l2_call >> 12 & 511] = (u64)&root | S2_TABLE;
	flush();
	expect_fetch_fault(0x0b, __LINE__); /* itself, itself, itself: access flag, level 3 */
	root.entry[1] = GUEST_HOLE_IPA | S2_TABLE;
	flush();
	expect_fetch_fault(0x16, __LINE__); /* external abort on the walk, level 2 */
	good_world();
	WRITE_SYSREG(vttbr_el2, GUEST_HOLE_IPA);
	isb();
	expect_fetch_fault(0x15, __LINE__);
	good_world();
	WRITE_SYSREG(vtcr_el2, VTCR | 3ul << 6); /* SL0: reserved */
	isb();
	expect_fetch_fault(0x04, __LINE__); /* translation, level 0 */
}

/* What stage 2 maps to a device is a device for the guest, too. */
static void tables_that_lead_to_devices(void)
{
	good_world();
	root.entry[0] = (u64)&scratch | S2_TABLE;
	for (unsigned i = 0; i < 512; i++)
		scratch.entry[i] = (u64)i << 21 | (S2_BLOCK & ~(0xful << 2));
	flush();
	EXPECT(run(l2_load, EL1h, GUEST_UART_IPA + 0x18) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x16 && (caught.esr & 0xffff) == 6);
	EXPECT((caught.x0 & 0x90) == 0x90);
	EXPECT(run(l2_load, EL1h, GUEST_HOLE_IPA) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x16 && (caught.esr & 0xffff) == 77); /* to the guest's EL1 */
	scratch.entry[GUEST_UART_IPA >> 21 & 511] &= ~S2_READ;
	flush();
	EXPECT(run(l2_load, EL1h, GUEST_UART_IPA + 0x18) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x24 && FSC(caught.esr) == 0x0e); /* permission, level 2 */
}

static void call_own_level(u64 argument)
{
	(void)argument;
	__asm__ volatile("hvc #9" ::: "x0", "x1", "x2", "x3", "memory");
}

static void read_el3(u64 argument)
{
	(void)argument;
	(void)READ_SYSREG(s3_6_c1_c1_0);
}

static void write_id(u64 argument)
{
	WRITE_SYSREG(s3_0_c0_c7_0, argument);
}

static void own_exceptions(void)
{
	EXPECT(attempt(call_own_level, 0) == SYNC_HERE);
	EXPECT(caught.esr == (0x16ul << 26 | 1ul << 25 | 9));
	EXPECT(attempt(read_el3, 0) == SYNC_HERE && EC(caught.esr) == 0);
	EXPECT(attempt(write_id, 1) == SYNC_HERE && EC(caught.esr) == 0);
	EXPECT(call_below(0xc600ffff, 0, 0) == HVC_NOT_SUPPORTED);
}

/* The hypervisor's guest with NV and NV2, whose page is nowhere; only where L1 has NV2 itself. */
static void wild_vncr(void)
{
	if (!is_vhe || (READ_SYSREG(s3_0_c0_c7_4) >> 32 & 0xf) == 0) /* MMFR4.NV_frac */
		return;
	good_world();
	WRITE_SYSREG(s3_4_c2_c2_0, GUEST_HOLE_IPA);
	write_hcr(HCR_L2 | HCR_NV | HCR_NV2);
	EXPECT(run(l2_read_hcr, EL1h, 0) == SYNC_HERE);
	EXPECT(EC(caught.esr) == 0x25 && (caught.esr & 1ul << 13) != 0);
	write_hcr(HCR_L2);
}

/* --- what the seed says -------------------------------------------------------------------------
 */

static void operation(u64 which)
{
	u64 value = random();
	u64 at = 0;

	/* Half of the values are nearly good ones. */
	if ((which & 1ul << 32) != 0)
		value &= random() & random() & random();
	which = (u32)which;
#define WRITE(name)                                                                                \
	if (at++ == which)                                                                         \
		__asm__ volatile("msr " name ", %0" : : "r"(value) : "memory");
#define OPERATION(text)                                                                            \
	if (at++ == which)                                                                         \
		__asm__ volatile(text ::: "memory");
#define OPERATION_X(text)                                                                          \
	if (at++ == which)                                                                         \
		__asm__ volatile(text : : "r"(value) : "memory");
#include "guest/hostile.def"
#undef WRITE
#undef OPERATION
#undef OPERATION_X
	isb();
}

enum {
	OPERATIONS = 0
#define WRITE(name)	  +1
#define OPERATION(text)	  +1
#define OPERATION_X(text) +1
#include "guest/hostile.def"
#undef WRITE
#undef OPERATION
#undef OPERATION_X
};

/* Descriptors that point at the tables, into memory, at devices, or anywhere; most are valid. */
static u64 random_descriptor(void)
{
	static const u64 bases[] = { GUEST_RAM_IPA, GUEST_PAGES_IPA, GUEST_UART_IPA, GUEST_GICD_IPA,
		GUEST_HOLE_IPA };
	u64 value = random();

	switch (value >> 60) {
	case 0: return value;
	case 1: return 0;
	case 2:
	case 3: return (u64)&root | S2_TABLE | (value & 0x7fcul);
	case 4:
	case 5: return (u64)&scratch | S2_TABLE | (value & 0x7fcul);
	default:
		return (bases[value % COUNT(bases)] + (value >> 16 & 0x1fful) * PAGE) |
		       (value & 0x7ful << 4) | S2_BLOCK | (value & 2);
	}
}

static void random_tables(void)
{
	for (unsigned i = 0; i < 512; i++) {
		if (random() % 4 == 0)
			root.entry[i] = random_descriptor();
		scratch.entry[i] = random_descriptor();
	}
	dsb();
}

static void interrupts(void)
{
	volatile char *frame = (volatile char *)GUEST_GICR_IPA;

	WRITE_SYSREG(s3_4_c12_c9_5, READ_SYSREG(s3_4_c12_c9_5) | 9); /* ICC_SRE_EL2 */
	isb();
	*(volatile u32 *)GUEST_GICD_IPA = 0x12;
	*(volatile u32 *)(frame + 0x14) = 0;
	*(volatile u32 *)(frame + 0x10080) = ~0u;
	*(volatile u32 *)(frame + 0x10100) = 1u << PPI_HPTIMER;
	WRITE_SYSREG(s3_0_c4_c6_0, 0xff);
	WRITE_SYSREG(s3_0_c12_c12_7, 1);
	isb();
}

/* Interrupts are open there: with E2H and TGE the guest is the host's EL0, and may mask them. */
static void random_hcr(void)
{
	u64 keep = HCR_RW | HCR_AMO | HCR_IMO | HCR_FMO;

	write_hcr((random() & random()) | keep | (random() % 8 == 0 ? 0 : HCR_VM));
}

static void random_guest(void)
{
	static const char *const programs[] = { l2_call, l2_load, l2_loop, l2_read_hcr };
	u64 which = random();
	const char *pc = which % 8 == 0 ? (const char *)&scratch : programs[which / 8 % 4];
	u64 pstate = which % 5 == 0 ? random() & 0xf030031f : 0x300 | (which % 3 == 0 ? 0 : 5);

	random_hcr();
	arm_timer();
	(void)run(pc, pstate, random());
	disarm_timer();
}

static void one_round(void)
{
	u64 count = random() % 16;

	for (u64 i = 0; i < count; i++)
		(void)attempt(operation, random() % OPERATIONS | (random() & 1ul << 32));
	if (random() % 4 == 0)
		random_tables();
	if (random() % 4 == 0)
		good_world();
	random_guest();
}

_Noreturn void hostile_main(const char *boot_block)
{
	(void)boot_block;
	if (oracle_is_wanted())
		oracle_main();
	is_vhe = (READ_SYSREG(hcr_el2) & HCR_E2H) != 0;
	random_state = command_number("hostile", 1) * 0x9e3779b97f4a7c15ul | 1;
	interrupts();
	a_guest_can_call();
	a_guest_can_be_taken_back();
	illegal_returns();
	tables_that_lead_nowhere();
	tables_that_lead_to_devices();
	own_exceptions();
	wild_vncr();
	put(first_failed == 0 ? "hostile: answers as they should be\n" : "hostile: FAILED\n");
	call_below(HVC_REPORT, checks_held, first_failed);
	for (;;)
		one_round();
}
