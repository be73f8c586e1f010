/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about the GICv3's distributor and redistributors with four PEs, printed as
 * lines: registers, states of interrupts, priorities, routing, SGIs. The same on Entresol and on
 * qemu-system-aarch64.
 *
 * Not here, because QEMU differs: it has LPIs (bits of GICD_TYPER, GICR_TYPER, GICR_CTLR, and
 * PROPBASER, PENDBASER), keeps eight bits of priorities and RES0 bits of IROUTER; it has no 1-of-N
 * (GICD_TYPER.No1N), delivers to a redistributor that sleeps, and sends nothing to group 0 by
 * ICC_SGI1R_EL1. QEMU 7.2 says one bank too few in GICD_TYPER. GICR_WAKER is 6 there at the start;
 * here firmware has woken the PE.
 */
#include "facts.h"

enum { CPUS = 4, NONE = 1023 };

#define GICD	      ((u64)BOARD_GICD_BASE)
#define GICR(cpu)     ((u64)BOARD_GICR_BASE + BOARD_GICR_EACH * (cpu))
#define PRIVATE(cpu)  (GICR(cpu) + 0x10000) /* the second frame: SGIs and PPIs */
#define IROUTER(spi)  (GICD + 0x6000 + 8 * (spi))
#define FRAME(intid)  ((intid) < 32 ? PRIVATE(0) : GICD)
#define WORD(intid)   (FRAME(intid) + (intid) / 32 * 4)
#define MASK(intid)   (1u << (intid) % 32)
#define PRIORITY_BITS 0xf8f8f8f8u

enum {
	CTLR = 0,
	TYPER = 4,
	IIDR = 8,
	WAKER = 0x14,
	IGROUPR = 0x80,
	ISENABLER = 0x100,
	ICENABLER = 0x180,
	ISPENDR = 0x200,
	ICPENDR = 0x280,
	ISACTIVER = 0x300,
	ICACTIVER = 0x380,
	IPRIORITYR = 0x400,
	ITARGETSR = 0x800,
	ICFGR = 0xc00,
	IGRPMODR = 0xd00,
	NSACR = 0xe00,
	SGIR = 0xf00,
	PIDR4 = 0xffd0,
	PIDR0 = 0xffe0,
	CIDR0 = 0xfff0
};

static u32 get(u64 address)
{
	return *(volatile u32 *)address;
}

static void set(u64 address, u32 value)
{
	*(volatile u32 *)address = value;
	asm volatile("dsb sy\n\tisb" : : : "memory");
}

static void set_byte(u64 address, u32 value)
{
	*(volatile unsigned char *)address = (unsigned char)value;
	asm volatile("dsb sy\n\tisb" : : : "memory");
}

/* ---- Registers ---- */

static const struct {
	const char *name;
	u64 address;
	u32 compared;
} registers[] = {
	/* clang-format off */
	{ "GICD_CTLR",        GICD + CTLR,              ~0u },
	{ "GICD_TYPER",       GICD + TYPER,             ~(1u << 17 | 1u << 25 | 0x1fu) },
	{ "GICD_IIDR",        GICD + IIDR,              ~0u },
	{ "GICD_TYPER2",      GICD + 0xc,               ~0u },
	{ "GICD_STATUSR",     GICD + 0x10,              ~0u },
	{ "GICD_IGROUPR0",    GICD + IGROUPR,           ~0u },
	{ "GICD_IGROUPR1",    GICD + IGROUPR + 4,       ~0u },
	{ "GICD_IGROUPR8",    GICD + IGROUPR + 32,      ~0u },
	{ "GICD_IGROUPR9",    GICD + IGROUPR + 36,      ~0u },
	{ "GICD_ISENABLER0",  GICD + ISENABLER,         ~0u },
	{ "GICD_ISENABLER1",  GICD + ISENABLER + 4,     ~0u },
	{ "GICD_ICENABLER1",  GICD + ICENABLER + 4,     ~0u },
	{ "GICD_ISENABLER9",  GICD + ISENABLER + 36,    ~0u },
	{ "GICD_ISPENDR0",    GICD + ISPENDR,           ~0u },
	{ "GICD_ISPENDR8",    GICD + ISPENDR + 32,      ~0u },
	{ "GICD_ICPENDR8",    GICD + ICPENDR + 32,      ~0u },
	{ "GICD_ISACTIVER0",  GICD + ISACTIVER,         ~0u },
	{ "GICD_ISACTIVER8",  GICD + ISACTIVER + 32,    ~0u },
	{ "GICD_ICACTIVER8",  GICD + ICACTIVER + 32,    ~0u },
	{ "GICD_IPRIORITYR0", GICD + IPRIORITYR,        ~0u },
	{ "GICD_IPRIORITYR8", GICD + IPRIORITYR + 32,   PRIORITY_BITS },
	{ "GICD_IPRIORITYR71", GICD + IPRIORITYR + 284, PRIORITY_BITS },
	{ "GICD_IPRIORITYR72", GICD + IPRIORITYR + 288, ~0u },
	{ "GICD_ITARGETSR0",  GICD + ITARGETSR,         ~0u },
	{ "GICD_ITARGETSR8",  GICD + ITARGETSR + 32,    ~0u },
	{ "GICD_ICFGR0",      GICD + ICFGR,             ~0u },
	{ "GICD_ICFGR1",      GICD + ICFGR + 4,         ~0u },
	{ "GICD_ICFGR2",      GICD + ICFGR + 8,         ~0u },
	{ "GICD_ICFGR17",     GICD + ICFGR + 68,        ~0u },
	{ "GICD_ICFGR18",     GICD + ICFGR + 72,        ~0u },
	{ "GICD_IGRPMODR1",   GICD + IGRPMODR + 4,      ~0u },
	{ "GICD_NSACR2",      GICD + NSACR + 8,         ~0u },
	{ "GICD_SGIR",        GICD + SGIR,              ~0u },
	{ "GICD_IROUTER31",   IROUTER(31),              ~0u },
	{ "GICD_IROUTER32",   IROUTER(32),              0x80ffffffu },
	{ "its upper half",   IROUTER(32) + 4,          0xff },
	{ "GICD_IROUTER287",  IROUTER(287),             0x80ffffffu },
	{ "GICD_PIDR4",       GICD + PIDR4,             ~0u },
	{ "GICD_PIDR0",       GICD + PIDR0,             ~0u },
	{ "GICD_PIDR1",       GICD + PIDR0 + 4,         ~0u },
	{ "GICD_PIDR2",       GICD + PIDR0 + 8,         ~0u },
	{ "GICD_PIDR3",       GICD + PIDR0 + 12,        ~0u },
	{ "GICD_CIDR0",       GICD + CIDR0,             ~0u },
	{ "GICD_CIDR1",       GICD + CIDR0 + 4,         ~0u },
	{ "GICD_CIDR2",       GICD + CIDR0 + 8,         ~0u },
	{ "GICD_CIDR3",       GICD + CIDR0 + 12,        ~0u },
	{ "a hole",           GICD + 0x5000,            ~0u },
	{ "GICR_IIDR",        GICR(1) + 4,              ~0u },
	{ "GICR_TYPER",       GICR(1) + 8,              0xffff10 },
	{ "its upper half",   GICR(1) + 12,             ~0u },
	{ "GICR_TYPER",       GICR(3) + 8,              0xffff10 },
	{ "its upper half",   GICR(3) + 12,             ~0u },
	{ "GICR_STATUSR",     GICR(1) + 0x10,           ~0u },
	{ "GICR_PIDR0",       GICR(1) + PIDR0,          ~0u },
	{ "GICR_PIDR2",       GICR(1) + PIDR0 + 8,      ~0u },
	{ "GICR_CIDR1",       GICR(1) + CIDR0 + 4,      ~0u },
	{ "GICR_IGROUPR0",    PRIVATE(1) + IGROUPR,     ~0u },
	{ "GICR_ISENABLER0",  PRIVATE(1) + ISENABLER,   ~0u },
	{ "GICR_ICENABLER0",  PRIVATE(1) + ICENABLER,   ~0u },
	{ "GICR_ISPENDR0",    PRIVATE(1) + ISPENDR,     ~0u },
	{ "GICR_ICPENDR0",    PRIVATE(1) + ICPENDR,     ~0u },
	{ "GICR_ISACTIVER0",  PRIVATE(1) + ISACTIVER,   ~0u },
	{ "GICR_ICACTIVER0",  PRIVATE(1) + ICACTIVER,   ~0u },
	{ "GICR_IPRIORITYR0", PRIVATE(1) + IPRIORITYR,  PRIORITY_BITS },
	{ "GICR_IPRIORITYR7", PRIVATE(1) + IPRIORITYR + 28, PRIORITY_BITS },
	{ "GICR_IPRIORITYR8", PRIVATE(1) + IPRIORITYR + 32, ~0u },
	{ "GICR_ICFGR0",      PRIVATE(1) + ICFGR,       ~0u },
	{ "GICR_ICFGR1",      PRIVATE(1) + ICFGR + 4,   ~0u },
	{ "GICR_IGRPMODR0",   PRIVATE(1) + IGRPMODR,    ~0u },
	{ "GICR_NSACR",       PRIVATE(1) + NSACR,       ~0u },
	{ "no PIDR2",         PRIVATE(1) + PIDR0 + 8,   ~0u },
	/* clang-format on */
};

static void case_registers(void)
{
	for (unsigned i = 0; i < COUNT(registers); i++) {
		u64 address = registers[i].address;

		put("  ");
		put(registers[i].name);
		put_hex(" ", get(address) & registers[i].compared);
		set(address, ~0u);
		put_hex(" ones ", get(address) & registers[i].compared);
		set(address, 0x12345678);
		put_hex(" some ", get(address) & registers[i].compared);
		set(address, 0);
		put_hex(" zero ", get(address) & registers[i].compared);
		end_line();
	}
	*(volatile u64 *)IROUTER(40) = 0x1200345678;
	say("IROUTER40 ", *(volatile u64 *)IROUTER(40) & 0xff80fffffful);
	say("GICR_TYPER of 2 ", *(volatile u64 *)(GICR(2) + 8) & 0xffffffff00ffff10ul);
	set(GICD + IPRIORITYR + 40, 0x40302010);
	set_byte(GICD + IPRIORITYR + 41, 0xa0);
	say("IPRIORITYR10 ", get(GICD + IPRIORITYR + 40));
	say("a byte of it ", *(volatile unsigned char *)(GICD + IPRIORITYR + 42));
}

/* ---- Interrupts of PE 0 ---- */

static void interface_on(void)
{
	WRITE(icc_sre_el2, 0xf);
	WRITE(icc_pmr_el1, 0xff);
	WRITE(icc_bpr0_el1, 0);
	WRITE(icc_bpr1_el1, 0);
	WRITE(icc_igrpen0_el1, 1);
	WRITE(icc_igrpen1_el1, 1);
}

/* All enabled, of group 1 and priority 0x80, level-sensitive, to PE 0; none pending or active. */
static void distributor_on(void)
{
	set(GICD + CTLR, 0);
	for (unsigned word = 0; word < 9; word++) {
		set(GICD + IGROUPR + 4 * word, ~0u);
		set(GICD + ICPENDR + 4 * word, ~0u);
		set(GICD + ICACTIVER + 4 * word, ~0u);
		set(GICD + ISENABLER + 4 * word, ~0u);
	}
	for (unsigned intid = 32; intid < 288; intid++) {
		set_byte(GICD + IPRIORITYR + intid, 0x80);
		*(volatile u64 *)IROUTER(intid) = 0;
	}
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		set(GICR(cpu) + WAKER, 0);
		set(PRIVATE(cpu) + IGROUPR, ~0u);
		set(PRIVATE(cpu) + ICPENDR, ~0u);
		set(PRIVATE(cpu) + ICACTIVER, ~0u);
		set(PRIVATE(cpu) + ISENABLER, ~0u);
		set(PRIVATE(cpu) + ICFGR + 4, 0);
		for (unsigned intid = 0; intid < 32; intid++)
			set_byte(PRIVATE(cpu) + IPRIORITYR + intid, 0x80);
	}
	set(GICD + ICFGR + 8, 0);
	set(GICD + CTLR, 3);
}

static void show(const char *why, unsigned intid)
{
	put("  ");
	put(why);
	put_hex(": pending ", get(WORD(intid) + ISPENDR) >> intid % 32 & 1);
	put_hex(" active ", get(WORD(intid) + ISACTIVER) >> intid % 32 & 1);
	put_hex(" isr ", READ(isr_el1));
	put_hex(" hppir1 ", READ(icc_hppir1_el1));
	put_hex(" hppir0 ", READ(icc_hppir0_el1));
	end_line();
}

static u64 acknowledge(const char *why, unsigned intid)
{
	u64 iar = READ(icc_iar1_el1);

	asm volatile("dsb sy" : : : "memory");
	put_hex("  acknowledged ", iar);
	end_line();
	show(why, intid);
	return iar;
}

static void end(const char *why, u64 iar, unsigned intid)
{
	WRITE(icc_eoir1_el1, iar);
	show(why, intid);
}

static void case_states(unsigned intid)
{
	u64 iar;

	put_hex("states of ", intid);
	end_line();
	show("idle", intid);
	set(WORD(intid) + ISPENDR, MASK(intid));
	show("ISPENDR", intid);
	set(WORD(intid) + ICPENDR, MASK(intid));
	show("ICPENDR", intid);
	set(WORD(intid) + ISPENDR, MASK(intid));
	iar = acknowledge("active", intid);
	set(WORD(intid) + ISPENDR, MASK(intid));
	show("active and pending", intid);
	end("ended, pending", iar, intid);
	iar = acknowledge("active again", intid);
	end("ended", iar, intid);
	set(WORD(intid) + ISACTIVER, MASK(intid));
	show("ISACTIVER", intid);
	set(WORD(intid) + ISPENDR, MASK(intid));
	show("ISPENDR too", intid);
	set(WORD(intid) + ICACTIVER, MASK(intid));
	show("ICACTIVER", intid);
	set(WORD(intid) + ICENABLER, MASK(intid));
	show("disabled", intid);
	set(WORD(intid) + ISENABLER, MASK(intid));
	show("enabled", intid);
	set(GICD + CTLR, 1);
	show("group 1 off", intid);
	set(GICD + CTLR, 3);
	set(WORD(intid) + IGROUPR, ~MASK(intid));
	show("group 0", intid);
	set(GICD + CTLR, 2);
	show("group 0 off", intid);
	set(GICD + CTLR, 3);
	set(WORD(intid) + IGROUPR, ~0u);
	set(WORD(intid) + ICPENDR, MASK(intid));
	show("idle", intid);
}

/* A wire: that of the physical timer. */
static void case_wire(void)
{
	enum { TIMER = 30 };
	u64 iar;

	WRITE(cntp_cval_el0, 0);
	WRITE(cntp_ctl_el0, 1);
	show("level", TIMER);
	set(WORD(TIMER) + ICPENDR, MASK(TIMER));
	show("ICPENDR", TIMER);
	iar = acknowledge("active", TIMER);
	end("ended", iar, TIMER);
	iar = acknowledge("active again", TIMER);
	WRITE(cntp_ctl_el0, 0);
	show("low", TIMER);
	end("ended", iar, TIMER);
	WRITE(cntp_ctl_el0, 1);
	set(WORD(TIMER) + ISPENDR, MASK(TIMER));
	WRITE(cntp_ctl_el0, 0);
	show("latched", TIMER);
	iar = acknowledge("active", TIMER);
	end("ended", iar, TIMER);

	set(PRIVATE(0) + ICFGR + 4, 2u << (2 * (TIMER - 16)));
	WRITE(cntp_ctl_el0, 1);
	show("edge", TIMER);
	iar = acknowledge("active", TIMER);
	end("ended", iar, TIMER);
	WRITE(cntp_ctl_el0, 0);
	WRITE(cntp_ctl_el0, 1);
	WRITE(cntp_ctl_el0, 0);
	show("another", TIMER);
	set(WORD(TIMER) + ICPENDR, MASK(TIMER));
	show("ICPENDR", TIMER);
	set(PRIVATE(0) + ICFGR + 4, 0);
}

static void case_priorities(void)
{
	static const struct {
		unsigned intid, priority;
	} pending[] = { { 45, 0x60 }, { 3, 0x80 }, { 20, 0x80 }, { 287, 0x60 }, { 44, 0x60 },
		{ 0, 0xf0 }, { 100, 0x10 }, { 15, 0x80 } };

	for (unsigned i = 0; i < COUNT(pending); i++) {
		set_byte(FRAME(pending[i].intid) + IPRIORITYR + pending[i].intid,
			pending[i].priority);
		set(WORD(pending[i].intid) + ISPENDR, MASK(pending[i].intid));
		put_hex("  highest ", READ(icc_hppir1_el1));
		end_line();
	}
	set_byte(GICD + IPRIORITYR + 44, 0x08);
	put_hex("  highest ", READ(icc_hppir1_el1));
	end_line();
	for (unsigned i = 0; i < COUNT(pending); i++) {
		u64 iar = READ(icc_iar1_el1);

		put_hex("  acknowledged ", iar);
		put_hex(" running ", READ(icc_rpr_el1));
		end_line();
		WRITE(icc_eoir1_el1, iar);
	}
}

/* ---- Other PEs ---- */

static volatile struct {
	void (*code)(void);
	u64 ready;
} desk[CPUS];
static volatile u64 answer;
__attribute__((used)) static char stacks[CPUS][4096] __attribute__((aligned(16)));

__attribute__((used)) static void work(u64 cpu)
{
	interface_on();
	desk[cpu].ready = 1;
	for (;;) {
		while (desk[cpu].code == 0)
			;
		desk[cpu].code();
		asm volatile("dsb sy" : : : "memory");
		desk[cpu].code = 0;
	}
}

/* Where PSCI starts a PE; x0 is its number. */
void start_other(void);
asm("start_other:\n\tadrp x1, stacks + 4096\n\tadd x1, x1, :lo12:stacks + 4096\n\t"
    "add x1, x1, x0, lsl #12\n\tmov sp, x1\n\tb work");

static void do_at(unsigned cpu, void (*code)(void))
{
	if (cpu == 0) {
		code();
		return;
	}
	desk[cpu].code = code;
	while (desk[cpu].code != 0)
		;
}

static void start_others(void)
{
	for (u64 cpu = 1; cpu < CPUS; cpu++) {
		say("CPU_ON ", smc(0xc4000003, cpu, (u64)start_other, cpu));
		while (!desk[cpu].ready)
			;
	}
}

static void take(void)
{
	answer = READ(icc_iar1_el1);
	if (answer != NONE) {
		WRITE(icc_eoir1_el1, answer);
		return;
	}
	answer = READ(icc_iar0_el1);
	if (answer != NONE) {
		WRITE(icc_eoir0_el1, answer);
		answer |= 0x10000; /* to tell the group */
	}
}

/* What every PE has to take. */
static void show_all(const char *why)
{
	put("  ");
	put(why);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		do_at(cpu, take);
		put_hex(" ", answer);
	}
	end_line();
}

static void case_routing(void)
{
	static const u64 routes[] = { 0, 1, 2, 3, 4, 0x100, 0x10000, 1ul << 32 };

	for (unsigned i = 0; i < COUNT(routes); i++) {
		*(volatile u64 *)IROUTER(40) = routes[i];
		set(WORD(40) + ISPENDR, MASK(40));
		put_hex("  IROUTER ", routes[i]);
		show_all(":");
	}
	*(volatile u64 *)IROUTER(40) = 2;
	show_all("routed anew:");
	set(PRIVATE(3) + ISPENDR, 1u << 20 | 1u << 7);
	show_all("a PPI and an SGI by ISPENDR:");
	show_all("the other:");
}

static u64 sgi_value;

static void send1(void)
{
	WRITE(icc_sgi1r_el1, sgi_value);
}

static void send0(void)
{
	WRITE(icc_sgi0r_el1, sgi_value);
}

static void send_alias(void)
{
	WRITE(icc_asgi1r_el1, sgi_value);
}

static const struct {
	const char *name;
	unsigned from;
	void (*send)(void);
	u64 value;
} sgis[] = {
	/* clang-format off */
	{ "to one",           0, send1,      5ul << 24 | 4 },
	{ "to itself",        1, send1,      15ul << 24 | 2 },
	{ "to all",           2, send1,      0ul << 24 | 0xf },
	{ "to who is not",    2, send1,      0ul << 24 | 0xfff0 },
	{ "IRM",              2, send1,      3ul << 24 | 1ul << 40 },
	{ "IRM and a list",   3, send1,      3ul << 24 | 1ul << 40 | 8 },
	{ "Aff1",             0, send1,      3ul << 24 | 1ul << 16 | 0xf },
	{ "Aff2",             0, send1,      3ul << 24 | 1ul << 32 | 0xf },
	{ "Aff3",             0, send1,      3ul << 24 | 1ul << 48 | 0xf },
	{ "SGI0R",            0, send0,      8ul << 24 | 0xf },
	{ "SGI0R, IRM",       3, send0,      8ul << 24 | 1ul << 40 },
	{ "ASGI1R",           0, send_alias, 8ul << 24 | 0xf },
	/* clang-format on */
};

/* Group 0 at PEs 1 and 3: INTID 8. */
static void case_sgis(void)
{
	set(PRIVATE(1) + IGROUPR, ~0x100u);
	set(PRIVATE(3) + IGROUPR, ~0x100u);
	for (unsigned i = 0; i < COUNT(sgis); i++) {
		sgi_value = sgis[i].value;
		do_at(sgis[i].from, sgis[i].send);
		put("  ");
		put(sgis[i].name);
		show_all(":");
	}
	show_all("nothing is left:");
}

int main(void)
{
	WRITE(hcr_el2, BIT(31) | BIT(4) | BIT(3)); /* RW, IMO, FMO */
	write0("registers\n");
	case_registers();
	distributor_on();
	interface_on();
	case_states(40);
	case_states(20);
	case_states(5);
	write0("edge-triggered\n");
	set(GICD + ICFGR + 8, 0xaaaaaaaa);
	case_states(40);
	set(GICD + ICFGR + 8, 0);
	write0("a wire\n");
	case_wire();
	write0("priorities\n");
	case_priorities();
	start_others();
	write0("routing\n");
	case_routing();
	write0("SGIs\n");
	case_sgis();
	write0("done\n");
	return 0;
}
