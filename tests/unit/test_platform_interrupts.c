/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts of the whole board: which source is which INTID, and guests that take them through
 * distributor and CPU interface, the same on both engines and with any budget.
 */
#include "debug/hash.h"
#include "platform/machine_private.h"
#include "sysregs/sysregs.h"
#include "tests/unit/machine_bench.h"

/* Instruction words. */
#define ERET		  0xd69f03e0u
#define DAIFCLR_I	  0xd50342ffu
#define MRS_CNTPCT(rt)	  (0xd53be020u | (rt))
#define MRS_ICC_IAR1(rt)  (0xd538cc00u | (rt))
#define MSR_ICC_EOIR1(rt) (0xd518cc20u | (rt))
#define ADD(rd, rn, rm)	  (0x8b000000u | (rm) << 16 | (rn) << 5 | (rd))

static void put(struct machine *machine, u64 pa, u64 value)
{
	assert_true(bus_write(machine_bus(machine), PA(pa), 4, value));
}

static u64 get(struct machine *machine, u64 pa)
{
	u64 value;

	assert_true(bus_read(machine_bus(machine), PA(pa), 4, &value));
	return value;
}

static u64 private_frame(unsigned cpu)
{
	return BOARD_GICR_BASE + BOARD_GICR_EACH * cpu + 0x10000;
}

/* Everything of group 1 enabled, as a guest does it; routes IRQs to EL2. */
static void let_in(struct machine *machine)
{
	put(machine, BOARD_GICD_BASE, 2);
	for (unsigned i = 0; i < machine_cpu_count(machine); i++) {
		struct cpu *cpu = machine_cpu(machine, i);

		put(machine, private_frame(i) + 0x080, ~0u);
		put(machine, private_frame(i) + 0x100, ~0u);
		sysreg_write(cpu, SR_ICC_PMR_EL1, 0xff);
		sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
		sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_IMO);
		sysreg_write(cpu, SR_VBAR_EL2, CODE);
	}
}

static struct machine *make(unsigned cpus, enum engine engine, const u32 *words, size_t count)
{
	struct machine_config config = machine_default_config();

	config.cpus = cpus;
	config.engine = engine;
	return make_machine(&config, words, count);
}

/* ---- Sources ---- */

static void timer(struct cpu *cpu, enum sysreg_id ctl, enum sysreg_id cval)
{
	sysreg_write(cpu, cval, 0);
	sysreg_write(cpu, ctl, 1);
}

static void physical_timer(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	timer(cpu, SR_CNTP_CTL_EL0, SR_CNTP_CVAL_EL0);
}

static void virtual_timer(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	timer(cpu, SR_CNTV_CTL_EL0, SR_CNTV_CVAL_EL0);
}

static void hyp_timer(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	timer(cpu, SR_CNTHP_CTL_EL2, SR_CNTHP_CVAL_EL2);
}

static void hyp_virtual_timer(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	timer(cpu, SR_CNTHV_CTL_EL2, SR_CNTHV_CVAL_EL2);
}

static void pmu_overflow(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	sysreg_write(cpu, SR_PMCR_EL0, 1);
	sysreg_write(cpu, SR_PMINTENSET_EL1, BIT(31));
	sysreg_write(cpu, SR_PMOVSSET_EL0, BIT(31));
}

static void list_registers_empty(struct machine *machine, struct cpu *cpu)
{
	(void)machine;
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En | ICH_HCR_EL2_UIE);
}

static void uart_sent(struct machine *machine, struct cpu *cpu)
{
	(void)cpu;
	put(machine, BOARD_UART_BASE + 0x38, 0x20);
	put(machine, BOARD_UART_BASE, 'x');
}

static void rtc_matches(struct machine *machine, struct cpu *cpu)
{
	(void)cpu;
	wire_set(&machine->rtc.interrupt, true);
}

static void key_pressed(struct machine *machine, struct cpu *cpu)
{
	(void)cpu;
	wire_set(&machine->gpio.interrupt, true);
}

static const struct {
	const char *why;
	void (*act)(struct machine *machine, struct cpu *cpu);
	unsigned intid;
} sources[] = {
	/* clang-format off */
	{ "CNTP",           physical_timer,       30 },
	{ "CNTV",           virtual_timer,        27 },
	{ "CNTHP",          hyp_timer,            26 },
	{ "CNTHV",          hyp_virtual_timer,    28 },
	{ "PMUIRQ",         pmu_overflow,         23 },
	{ "maintenance",    list_registers_empty, 25 },
	{ "UART",           uart_sent,            33 },
	{ "RTC",            rtc_matches,          34 },
	{ "GPIO",           key_pressed,          39 },
	/* clang-format on */
};

/* Nothing else is pending, anywhere; PE 1 has it if it is private. */
static void sources_are_wired(void **state)
{
	static const u32 words[] = { B(0) };

	(void)state;
	for (size_t i = 0; i < COUNT(sources); i++) {
		struct machine *machine = make(2, ENGINE_STEP, words, COUNT(words));
		unsigned intid = sources[i].intid;

		machine_start_cpu(machine, 1, CODE, 0, 0);
		sources[i].act(machine, machine_cpu(machine, 1));
		for (unsigned word = 0; word < 9; word++) {
			u64 at = word == 0 ? private_frame(1) : BOARD_GICD_BASE + 4 * word;
			u64 want = word == intid / 32 ? BIT(intid % 32) : 0;

			if (get(machine, at + 0x200) != want)
				fail_msg("%s: INTIDs %u and up: 0x%lx", sources[i].why, 32 * word,
					(unsigned long)get(machine, at + 0x200));
		}
		assert_int_equal(get(machine, private_frame(0) + 0x200), 0);
		machine_destroy(machine);
	}
}

/* ---- Guests ---- */

/* CNTP interrupts a loop after 1, 2, 3, ... ticks, until it is read what and ended. */
static const u32 head[] = { MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1), DAIFCLR_I,
	/* loop: */ ADD1(3), ADD1(4), ADD1(5), ADD1(6), NOP, NOP, B(-6) };
static const u32 vector[] = { MRS_ICC_IAR1(9), ADD1(7), MRS_CNTPCT(2), ADD(2, 2, 7),
	MSR_CNTP_CVAL(2), MSR_ICC_EOIR1(9), ERET };

enum { IRQ_VECTOR = 0x280 / 4, INSNS = 50000 };
static u32 guest[IRQ_VECTOR + COUNT(vector)];

static void make_guest(void)
{
	for (unsigned i = 0; i < IRQ_VECTOR; i++)
		guest[i] = i < COUNT(head) ? head[i] : NOP;
	memcpy(guest + IRQ_VECTOR, vector, sizeof(vector));
}

static u64 hash_of(enum engine engine, u64 piece)
{
	struct machine *machine = make(1, engine, guest, COUNT(guest));
	u64 hash;

	let_in(machine);
	for (u64 done = 0; done < INSNS; done += piece)
		machine_run(machine, INSNS - done < piece ? INSNS - done : piece);
	assert_in_range(machine_cpu(machine, 0)->x[7], 70, 79);
	assert_int_equal(machine_cpu(machine, 0)->x[9], PPI_TIMER_PHYSICAL);
	hash = machine_hash(machine);
	machine_destroy(machine);
	return hash;
}

static void timers_interrupt_at_the_same_instruction(void **state)
{
	static const u64 pieces[] = { INSNS, 1, 7, 997, 2048, 2500 };
	u64 want;

	(void)state;
	make_guest();
	want = hash_of(ENGINE_STEP, INSNS);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		assert_int_equal(hash_of(ENGINE_STEP, pieces[i]), want);
		if (cpu_engine_available(ENGINE_TAIL))
			assert_int_equal(hash_of(ENGINE_TAIL, pieces[i]), want);
	}
}

/* What ends WFI is what the PE is offered, and no more. */
static const struct {
	const char *why;
	bool lets_in;
	enum stop_reason reason;
} wfis[] = {
	{ "enabled in the GIC", true, STOP_EXIT },
	{ "not enabled", false, STOP_STUCK },
};

static void wfi_ends_by_what_is_offered(void **state)
{
	static const u32 words[] = { MOVZ(1, 1), MOVZ(2, 100), MSR_CNTP_CVAL(2), MSR_CNTP_CTL(1),
		WFI, MOVZ(0, 8), MOVK16(0, 0x8400), SMC };

	(void)state;
	for (size_t i = 0; i < COUNT(wfis); i++) {
		struct machine *machine = make(1, ENGINE_STEP, words, COUNT(words));

		if (wfis[i].lets_in)
			let_in(machine);
		if (machine_run(machine, MACHINE_UNLIMITED)->reason != wfis[i].reason)
			fail_msg("%s: %s", wfis[i].why, machine->stop.text);
		machine_destroy(machine);
	}
}

/*
 * PE 0 loops for ever and PE 1 sleeps. It is woken by an SGI at the very moment at which endless
 * loops are looked for, and ends the run.
 */
static void a_sleeper_that_will_wake_is_no_idle(void **state)
{
	static const u32 words[] = { B(0), NOP, WFI, MOVZ(0, 8), MOVK16(0, 0x8400), SMC };
	struct machine *machine = make(2, ENGINE_STEP, words, COUNT(words));

	(void)state;
	machine_start_cpu(machine, 1, CODE + 8, 0, 0);
	let_in(machine);
	machine_run(machine, 25000);
	assert_true(machine_cpu(machine, 1)->waiting);
	gic_ops.send_sgi(machine_cpu(machine, 0), SGI_GROUP1, 1 << 1);
	machine->next_check = machine->now;
	assert_int_equal(machine_run(machine, MACHINE_UNLIMITED)->reason, STOP_EXIT);
	machine_destroy(machine);
}

/* CPU_OFF: what is for the PE waits, 1-of-N goes elsewhere. */
static void off_is_asleep(void **state)
{
	static const u32 words[] = { MOVZ(0, 2), MOVK16(0, 0x8400), SMC };
	struct machine *machine = make(2, ENGINE_STEP, words, COUNT(words));

	(void)state;
	assert_int_equal(get(machine, BOARD_GICR_BASE + 0x14), 0);
	assert_int_equal(get(machine, BOARD_GICR_BASE + BOARD_GICR_EACH + 0x14), 6);
	machine_start_cpu(machine, 1, CODE, 0, 0);
	assert_int_equal(get(machine, BOARD_GICR_BASE + BOARD_GICR_EACH + 0x14), 0);
	assert_int_equal(machine_run(machine, MACHINE_UNLIMITED)->reason, STOP_STUCK);
	assert_int_equal(get(machine, BOARD_GICR_BASE + 0x14), 6);
	assert_int_equal(get(machine, BOARD_GICR_BASE + BOARD_GICR_EACH + 0x14), 6);
	machine_destroy(machine);
}

/* A start is a power-on. */
static void a_start_resets(void **state)
{
	static const u32 words[] = { B(0) };
	struct machine *machine = make(1, ENGINE_STEP, words, COUNT(words));

	(void)state;
	let_in(machine);
	put(machine, private_frame(0) + 0x200, 1);
	machine_start(machine, CODE, CODE);
	assert_int_equal(get(machine, BOARD_GICD_BASE), 0x50);
	assert_int_equal(get(machine, private_frame(0) + 0x200), 0);
	assert_int_equal(machine_cpu(machine, 0)->lines, 0);
	machine_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_wired),
		cmocka_unit_test(timers_interrupt_at_the_same_instruction),
		cmocka_unit_test(wfi_ends_by_what_is_offered),
		cmocka_unit_test(a_sleeper_that_will_wake_is_no_idle),
		cmocka_unit_test(off_is_asleep),
		cmocka_unit_test(a_start_resets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
