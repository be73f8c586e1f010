/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest hypervisor that misbehaves, at virtual EL2 with its MMU off. First what has one right
 * answer, each a check; then, for ever, whatever its seed says. An exception to EL2, from itself or
 * from its guest, ends the attempt that is going on and nothing else (hostile.S).
 */
#include "guest/hostile.h"
#include "guest/oracle.h"

enum { FIRST_LINE = 0 };

u64 checks_held, first_failed;

void expect(bool held, u64 line)
{
	if (held)
		checks_held++;
	else if (first_failed == 0)
		first_failed = line;
}

/*
 * Its stage 2, of the smallest granule that its ID register offers: 39 bits of input for 4 KiB and
 * 36 for others. The root is of the first level that has blocks; one of them has all of RAM.
 */
struct geometry geometry;

enum { RANDOM_ENTRIES = 512 };

struct stage2_table root, scratch;

static u64 entries(void)
{
	return 1ul << (geometry.granule - 3);
}

unsigned shift_of(unsigned level)
{
	return geometry.granule + (3 - level) * (geometry.granule - 3);
}

u64 index_of(u64 ipa, unsigned level)
{
	return ipa >> shift_of(level) & (entries() - 1);
}

u64 *root_entry(u64 ipa)
{
	return &root.entry[index_of(ipa, geometry.root_level)];
}

u64 leaf(u64 ipa, unsigned level)
{
	u64 kind = level == 3 ? S2_BLOCK | 2 : S2_BLOCK;

	return (ipa >> shift_of(level) << shift_of(level)) | kind;
}

#define VTCR(t0sz, tg0)                                                                            \
	(1ul << 31 | 2ul << 16 | (tg0) << 14 | 3ul << 12 | 5ul << 8 | 1ul << 6 | (t0sz))

static void choose_geometry(void)
{
	static const struct {
		unsigned id_shift; /* TGran*_2 of ID_AA64MMFR0_EL1; here never 0, "as stage 1" */
		struct geometry geometry;
	} rows[] = {
		{ 40, { 12, 1, VTCR(25ul, 0ul) } },
		{ 32, { 14, 2, VTCR(28ul, 2ul) } },
		{ 36, { 16, 2, VTCR(28ul, 1ul) } },
	};
	unsigned i = 0;

	while (i + 1 < COUNT(rows) && (READ_SYSREG(id_aa64mmfr0_el1) >> rows[i].id_shift & 15) < 2)
		i++;
	geometry = rows[i].geometry;
}

/* HCR_EL2.E2H can be written. If not, what it reads as says nothing: it may be memory (B.5). */
static bool is_rw;

static bool is_e2h(void)
{
	return (READ_SYSREG(hcr_el2) & HCR_E2H) != 0;
}

/* The read of an ID register is an exit, after which the register is what it can be. */
static void find_form(void)
{
	el2_is_vhe = is_e2h();
	WRITE_SYSREG(hcr_el2, READ_SYSREG(hcr_el2) ^ HCR_E2H);
	isb();
	(void)READ_SYSREG(id_aa64mmfr0_el1);
	is_rw = is_e2h() != el2_is_vhe;
	el2_write_hcr(HCR_RW);
}

/* Random writes change it; names of EL1's registers are by what it is now. */
static void follow_form(void)
{
	if (is_rw)
		el2_is_vhe = is_e2h();
}

void good_registers(void)
{
	follow_form();
	WRITE_SYSREG(vttbr_el2, (u64)&root);
	WRITE_SYSREG(vtcr_el2, geometry.vtcr);
	WRITE_SYSREG(vpidr_el2, READ_SYSREG(midr_el1));
	WRITE_SYSREG(vmpidr_el2, 1ul << 31 | this_cpu());
	WRITE_SYSREG(cptr_el2, el2_is_vhe ? 3ul << 20 : 0x33ff);
	WRITE_SYSREG(mdcr_el2, 0);
	WRITE_SYSREG(s3_4_c12_c11_0, 0); /* ICH_HCR_EL2 */
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1);
	WRITE_EL1(vbar_el1, s3_5_c12_c0_0, (u64)l2_vectors);
	el2_write_hcr(HCR_L2);
}

void good_world(void)
{
	for (unsigned i = 0; i < entries(); i++)
		root.entry[i] = 0;
	*root_entry(GUEST_RAM_IPA) = leaf(GUEST_RAM_IPA, geometry.root_level);
	dsb();
	good_registers();
	__asm__ volatile("tlbi vmalls12e1is\n\tdsb ish\n\tisb" ::: "memory");
}

u64 run(const char *pc, u64 pstate, u64 x1)
{
	return run_guest((struct entry){ (u64)pc, pstate, 0, x1 });
}

void flush(void)
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
	el2_write_hcr(HCR_RW | HCR_TGE);
	EXPECT(run(l2_call, EL1h, 0) == SYNC_HERE);
	EXPECT(EC(caught.esr) == 0x0e);
	el2_write_hcr(HCR_L2);
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
	unsigned level = geometry.root_level;
	u64 *ram = root_entry(GUEST_RAM_IPA), block = leaf(GUEST_RAM_IPA, level);

	good_world();
	*ram = 0;
	flush();
	expect_fetch_fault(TRANSLATION | level, __LINE__);
	EXPECT(caught.far == (u64)l2_call);
	EXPECT((caught.hpfar & 0xfffffffff0ul) == (u64)l2_call >> 12 << 4);
	*ram = block & ~S2_AF;
	flush();
	expect_fetch_fault(ACCESS_FLAG | level, __LINE__);
	*ram = block | S2_XN;
	flush();
	expect_fetch_fault(PERMISSION | level, __LINE__);
	for (unsigned at = level; at <= 3; at++)
		root.entry[index_of((u64)l2_call, at)] = (u64)&root | S2_TABLE;
	flush();
	expect_fetch_fault(ACCESS_FLAG | 3, __LINE__); /* itself, itself, itself */
	*ram = GUEST_HOLE_IPA | S2_TABLE;
	flush();
	expect_fetch_fault(WALK_ABORT | (level + 1), __LINE__);
	good_world();
	WRITE_SYSREG(vttbr_el2, GUEST_HOLE_IPA);
	isb();
	expect_fetch_fault(WALK_ABORT | level, __LINE__);
	good_world();
	WRITE_SYSREG(vtcr_el2, geometry.vtcr | 3ul << 6); /* SL0: reserved */
	isb();
	expect_fetch_fault(TRANSLATION | 0, __LINE__);
}

/* All that is not RAM to itself, what is around the UART by leaves of the smaller size. */
static void map_devices(void)
{
	unsigned level = geometry.root_level;
	u64 start = GUEST_UART_IPA >> shift_of(level) << shift_of(level);

	for (u64 ipa = 0; ipa < GUEST_RAM_IPA; ipa += 1ul << shift_of(level))
		*root_entry(ipa) = leaf(ipa, level) & ~S2_NORMAL;
	*root_entry(GUEST_UART_IPA) = (u64)&scratch | S2_TABLE;
	for (u64 i = 0; i < entries(); i++)
		scratch.entry[i] = leaf(start + (i << shift_of(level + 1)), level + 1) & ~S2_NORMAL;
	flush();
}

/* What stage 2 maps to a device is a device for the guest, too. */
static void tables_that_lead_to_devices(void)
{
	unsigned level = geometry.root_level + 1;

	good_world();
	map_devices();
	EXPECT(run(l2_load, EL1h, GUEST_UART_IPA + 0x18) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x16 && (caught.esr & 0xffff) == 6);
	EXPECT((caught.x0 & 0x90) == 0x90);
	EXPECT(run(l2_load, EL1h, GUEST_HOLE_IPA) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x16 && (caught.esr & 0xffff) == 77); /* to the guest's EL1 */
	scratch.entry[index_of(GUEST_UART_IPA, level)] &= ~S2_READ;
	flush();
	EXPECT(run(l2_load, EL1h, GUEST_UART_IPA + 0x18) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x24 && FSC(caught.esr) == (PERMISSION | level));
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
	if (!el2_is_vhe || (READ_SYSREG(s3_0_c0_c7_4) >> 20 & 0xf) == 0) /* MMFR4.NV_frac */
		return;
	good_world();
	WRITE_SYSREG(s3_4_c2_c2_0, GUEST_HOLE_IPA);
	el2_write_hcr(HCR_L2 | HCR_NV | HCR_NV2);
	EXPECT(run(l2_read_hcr, EL1h, 0) == SYNC_BELOW); /* whatever its class says */
	EXPECT(EC(caught.esr) == 0x25 && (caught.esr & 1ul << 13) != 0);
	el2_write_hcr(HCR_L2);
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
	for (unsigned i = 0; i < RANDOM_ENTRIES; i++) {
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

	follow_form();
	el2_write_hcr((random() & random()) | keep | (random() % 8 == 0 ? 0 : HCR_VM));
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
	find_form();
	choose_geometry();
	switch (command_number("stage2", 0)) {
	case 1: stage2_main();
	case 2: inhost_main();
	default: break;
	}
	random_seed(command_number("hostile", 1));
	interrupts();
	a_guest_can_call();
	a_guest_can_be_taken_back();
	illegal_returns();
	tables_that_lead_nowhere();
	tables_that_lead_to_devices();
	own_exceptions();
	wild_vncr();
	shadows();
	put(first_failed == 0 ? "hostile: answers as they should be\n" : "hostile: FAILED\n");
	call_below(HVC_REPORT, checks_held, first_failed);
	for (;;)
		one_round();
}
