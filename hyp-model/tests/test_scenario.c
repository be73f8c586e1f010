/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs with scripted guests: the verdict, the exit code, what cannot be run, the marks of the
 * microbenchmarks, the two ways to format a number.
 */
#include "support.h"

#include <string.h>

#include "core/cost.h"
#include "core/print.h"
#include "core/scenario.h"
#include "guest/abi.h"

#define HVC ((u64)EC_HVC64 << ESR_EC_SHIFT | ESR_IL)
#define SMC ((u64)EC_SMC64 << ESR_EC_SHIFT | ESR_IL)

static void call(struct context *context, u64 function, u64 x1, u64 x2)
{
	context->x[0] = function;
	context->x[1] = x1;
	context->x[2] = x2;
}

static void report_good(struct context *context)
{
	call(context, HVC_REPORT, 42, 0);
}

static void report_bad(struct context *context)
{
	call(context, HVC_REPORT, 42, 70123);
}

static void off(struct context *context)
{
	call(context, PSCI_SYSTEM_OFF, 0, 0);
}

static void machine_with_line(enum hyp_mode mode, const char *line)
{
	machine_off(mode);
	host_command_line(line);
}

/* Two exits: what it reports, if anything, and the end. */
static void script_of(u64 esr, void (*report)(struct context *context))
{
	static struct host_exit exits[2]; /* looked at later */

	exits[0] = (struct host_exit){ .code = EXIT_TRAP, .esr = esr, .guest = report };
	exits[1] = (struct host_exit){ .code = EXIT_TRAP, .esr = esr, .guest = off };
	host_script(report ? exits : exits + 1, report ? 2 : 1);
}

static void a_good_guest_is_content(void **state)
{
	static const char *const lines[] = { "hyp.elf mode=nvhe", "hyp.elf mode=vhe" };

	(void)state;
	for (unsigned mode = 0; mode < COUNT(lines); mode++) {
		machine_with_line((enum hyp_mode)mode, lines[mode]);
		script_of(HVC, report_good);
		assert_int_equal(hyp_main(), EXIT_CODE_OK);
		assert_non_null(strstr(host_console(), "  L1 ada: all 42 checks held\n"));
		assert_non_null(strstr(host_console(), "hyp: level 0: every expectation held\n"));
		assert_non_null(strstr(host_console(), "exits: L1 psci "));
		assert_int_equal(host_script_left(), 0);
	}
}

static void failures_are_told(void **state)
{
	(void)state;
	machine_with_line(MODE_VHE, "hyp.elf");
	script_of(HVC, report_bad);
	assert_int_equal(hyp_main(), EXIT_CODE_FAILED);
	assert_non_null(
		strstr(host_console(), "  L1 ada: FAILED: payload timer, line 123 of its file\n"));
	assert_non_null(strstr(host_console(), "hyp: level 0: FAILED\n"));

	machine_with_line(MODE_VHE, "hyp.elf");
	script_of(HVC, NULL);
	assert_int_equal(hyp_main(), EXIT_CODE_FAILED);
	assert_non_null(strstr(host_console(), "  L1 ada: FAILED: ended without a report\n"));
}

/* The first report counts: a guest cannot take back what it said. */
static void a_report_stands(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	scenario_report(vm, 3, 9);
	scenario_report(vm, 4, 0);
	assert_u64(vm->result, BIT(63) | 3ul << 32 | 9);
}

static void a_bad_knob_is_usage(void **state)
{
	static const char want[] = "hyp: cannot use 'colour=red'; the knobs are\n  mode=nvhe|vhe ";

	(void)state;
	machine_with_line(MODE_VHE, "hyp.elf mode=vhe colour=red");
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	assert_memory_equal(host_console(), want, sizeof(want) - 1);
	assert_non_null(strstr(host_console(), "EL1 or EL2 (default vhe)\n"));
	assert_non_null(strstr(host_console(), "(default 4)\n"));
	assert_non_null(strstr(host_console(), "\n    keys "));
}

static void modes_that_the_cpu_has_not(void **state)
{
	(void)state;
	machine_with_line(MODE_VHE, "hyp.elf mode=vhe");
	host_set(SR_ID_AA64MMFR1_EL1, 0);
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	assert_string_equal(
		host_console(), "hyp: mode=vhe: this CPU has no FEAT_VHE; use mode=nvhe\n");
	machine_with_line(MODE_VHE, "hyp.elf mode=nvhe");
	host_set(SR_ID_AA64MMFR4_EL1, FV(ID_AA64MMFR4_EL1, E2H0, 0xf));
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	assert_string_equal(
		host_console(), "hyp: mode=nvhe: HCR_EL2.E2H cannot be cleared; use mode=vhe\n");
}

static void runs_that_cannot_be(void **state)
{
	static const struct {
		const char *line, *why;
		unsigned nv;
	} cases[] = {
		{ "h nest=vhe", "hyp: a guest with EL2 needs a CPU with FEAT_NV", 0 },
		{ "h nest=vhe nv=2", "hyp: a guest with EL2 needs a CPU with FEAT_NV", 1 },
		{ "h hostile=1 nv=1", "hyp: a guest with EL2 needs a CPU with FEAT_NV", 0 },
		{ "h mode=nvhe nest=vhe", "hyp: a guest with EL2 needs mode=vhe", 2 },
		{ "h nest=nvhe depth=2", "hyp: depth above 1 needs nest=vhe nv=2", 2 },
		{ "h nest=vhe nv=1 depth=2", "hyp: depth above 1 needs nest=vhe nv=2", 2 },
		{ "h hostile=1 victim=nested", "hyp: victim is of hostile= with nest=", 2 },
		{ "h nest=vhe victim=nested", "hyp: victim is of hostile= with nest=", 2 },
		{ "h stage2=1 hostile=1", "hyp: oracle and stage2 are the only guest", 2 },
		{ "h stage2=1 oracle=1", "hyp: oracle and stage2 are one guest each", 2 },
		{ "h nest=vhe hostile=1 depth=2", "hyp: depth is of guests that are", 2 },
		{ "h hostile=1 vms=4", "hyp: hostile is one more guest", 2 },
		{ "h cost=1 vms=2", "hyp: cost=1 measures one guest", 0 },
		{ "h cost=1 rounds=129", "hyp: cost=1 has rounds up to 128\n", 0 },
		{ "h nest=vhe vms=4", "hyp: the guests need 83 MiB", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool is_nvhe = strstr(cases[i].line, "mode=nvhe");

		machine_with_line(is_nvhe ? MODE_NVHE : MODE_VHE, cases[i].line);
		if (cases[i].nv)
			machine_has_nv(cases[i].nv);
		if (hyp_main() != EXIT_CODE_USAGE || !strstr(host_console(), cases[i].why))
			fail_row(i, cases[i].line, "said %s", host_console());
	}
}

static void a_granule_that_the_cpu_has_not_is_told(void **state)
{
	(void)state;
	machine_with_line(MODE_VHE, "hyp.elf granule=16");
	host_set(SR_ID_AA64MMFR0_EL1, host_get(SR_ID_AA64MMFR0_EL1) &
					      ~F(ID_AA64MMFR0_EL1, TGran16) &
					      ~F(ID_AA64MMFR0_EL1, TGran16_2));
	script_of(HVC, report_good);
	assert_int_equal(hyp_main(), EXIT_CODE_OK);
	assert_non_null(strstr(host_console(),
		"hyp: granule=16: this machine has none such, stage 2 has 64 KiB\n"));
}

/* The guest is this image with a virtual EL2; what it says, it says by SMC. */
static void a_guest_hypervisor_is_built(void **state)
{
	static const char *const lines[] = { "h nest=vhe nv=2", "h nest=nvhe nv=1" };

	(void)state;
	for (unsigned i = 0; i < COUNT(lines); i++) {
		machine_with_line(MODE_VHE, lines[i]);
		machine_has_nv(i == 0 ? 2 : 1);
		script_of(SMC, report_good);
		assert_int_equal(hyp_main(), EXIT_CODE_OK);
		assert_non_null(strstr(host_console(), "  L1 ada: all 42 checks held\n"));
		assert_non_null(strstr(host_console(), "exits: L1 psci "));
	}
}

/* --- marks -------------------------------------------------------------------------------------
 */

static void exits_happen(unsigned count, enum exit_reason reason)
{
	for (unsigned i = 0; i < count; i++) {
		stats_leave();
		stats_reason(reason);
		stats_enter();
	}
}

/* Three operations cost three exits, whatever the marks and the first turn cost. */
static void cost_is_a_difference(void **state)
{
	(void)state;
	machine(MODE_VHE);
	cost_reset(0);
	cost_begin(1, 3);
	exits_happen(3 + 1, REASON_HYPERCALL);
	exits_happen(2, REASON_WFX);
	cost_end(3);
	assert_string_equal(host_console(), "");
	cost_begin(1, 6);
	exits_happen(6 + 1, REASON_HYPERCALL);
	exits_happen(2, REASON_WFX);
	cost_end(6);
	assert_string_equal(
		host_console(), "cost: hypercall | 3 0 3\ntree: hypercall 0 L1 hypercall | 3\n");
}

/* An exit of a vCPU of the hypervisor at each level: L3's guest, L2, L1. */
static void exit_of(struct vm *vm, unsigned level, enum exit_reason reason)
{
	struct vcpu *vcpu = &vm->vcpus[0];

	this_cpu()->loaded = vcpu;
	this_cpu()->in_hyp_context = level == 1;
	*context_stored(&vcpu->context, REG(HCR_EL2)) =
		F(HCR_EL2, VM) | (level == 2 ? F(HCR_EL2, NV) : 0);
	exits_happen(1, reason);
}

/* L1 hands L3's exit to L2, whose exits it handles; an IRQ of L1's is below what it interrupts. */
static void one_nested_hypercall(struct vm *vm)
{
	exit_of(vm, 3, REASON_HYPERCALL);
	exit_of(vm, 1, REASON_ERET);
	exit_of(vm, 2, REASON_SYSREG_DEBUG);
	exit_of(vm, 1, REASON_SYSREG_CPTR);
	exit_of(vm, 1, REASON_ERET);
	exit_of(vm, 2, REASON_SYSREG_DEBUG);
	exit_of(vm, 1, REASON_ERET);
	exit_of(vm, 2, REASON_ERET);
	exit_of(vm, 1, REASON_ERET);
}

/* The same exit of L1 is three lines: it stands below what it was made for. */
static void cost_is_a_tree(void **state)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	(void)state;
	cost_reset(2);
	for (unsigned times = 2; times <= 4; times += 2) {
		cost_begin(1, times);
		exit_of(vm, 1, REASON_HYPERCALL); /* the mark itself */
		exit_of(vm, 1, REASON_ERET);
		for (unsigned i = 0; i < times; i++)
			one_nested_hypercall(vm);
		cost_end(times);
	}
	assert_string_equal(host_console(), "cost: hypercall | 2 0 18\n"
					    "tree: hypercall 0 L3 hypercall | 2\n"
					    "tree: hypercall 1 L1 eret | 2\n"
					    "tree: hypercall 1 L2 debug-register | 4\n"
					    "tree: hypercall 2 L1 trap-control | 2\n"
					    "tree: hypercall 2 L1 eret | 4\n"
					    "tree: hypercall 1 L2 eret | 2\n"
					    "tree: hypercall 2 L1 eret | 2\n");
}

/* One exit of L2 in both runs is no cost of the operation, but what L1 did for it can be. */
static void a_parent_stays_for_its_children(void **state)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	(void)state;
	cost_reset(2);
	for (unsigned times = 1; times <= 2; times++) {
		cost_begin(1, times);
		exit_of(vm, 2, REASON_SYSREG_DEBUG);
		for (unsigned i = 0; i < times; i++)
			exit_of(vm, 1, REASON_ERET);
		cost_end(times);
	}
	assert_string_equal(host_console(), "cost: hypercall | 1 0 1\n"
					    "tree: hypercall 0 L2 debug-register | 0\n"
					    "tree: hypercall 1 L1 eret | 1\n");
}

/* More kinds of exits than there is room for are no figures, and no line of a tree. */
static void a_tree_too_large_says_so(void **state)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	(void)state;
	cost_reset(2);
	for (unsigned times = 1; times <= 2; times++) {
		cost_begin(1, times);
		for (unsigned i = 0; i < REASON_COUNT * REASON_COUNT; i++) {
			exit_of(vm, 2, (enum exit_reason)(i / REASON_COUNT));
			exit_of(vm, 1, (enum exit_reason)(i % REASON_COUNT));
		}
		cost_end(times);
	}
	assert_string_equal(host_console(), "cost: hypercall: more than 511 kinds of exits\n");
}

/* A guest may say anything: unknown operations, ends without a begin, other numbers. */
static void marks_that_do_not_fit_are_none(void **state)
{
	(void)state;
	machine(MODE_VHE);
	cost_reset(0);
	cost_end(3);
	cost_begin(~0ul, 3);
	cost_end(3);
	cost_begin(1, 3);
	cost_end(3);
	cost_begin(1, 7);
	cost_end(7);
	assert_string_equal(host_console(), "");
}

static void the_table_counts(void **state)
{
	(void)state;
	machine(MODE_NVHE);
	exits_happen(3, REASON_HYPERCALL);
	stats_leave();
	stats_print(0);
	assert_int_equal(stats_count(REASON_HYPERCALL), 3);
	assert_int_equal(stats_count(REASON_RETRY), 1); /* an exit that nobody named */
	assert_non_null(strstr(host_console(), "exits: L1 hypercall "));
	assert_null(strstr(host_console(), "wfx"));
}

/* A guest hypervisor, its guest, and a hypervisor that is its guest are told apart. */
static void the_table_knows_who_ran(void **state)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);
	u64 *vhcr = context_stored(&vm->vcpus[0].context, REG(HCR_EL2));
	struct cpu *cpu = this_cpu();

	(void)state;
	cpu->loaded = &vm->vcpus[0];
	cpu->in_hyp_context = true;
	exits_happen(1, REASON_ERET);
	cpu->in_hyp_context = false;
	*vhcr = 0;
	exits_happen(1, REASON_PSCI); /* the EL1 of an nVHE one */
	*vhcr = F(HCR_EL2, VM);
	exits_happen(2, REASON_HYPERCALL);
	*vhcr = F(HCR_EL2, VM) | F(HCR_EL2, NV);
	exits_happen(3, REASON_AT);
	stats_print(2);
	assert_non_null(strstr(host_console(), "exits: L1 psci "));
	assert_non_null(strstr(host_console(), "exits: L1 eret "));
	assert_non_null(strstr(host_console(), "exits: L3 hypercall "));
	assert_non_null(strstr(host_console(), "exits: L2 at "));
}

static void print_formats(void **state)
{
	(void)state;
	host_reset();
	print("%s|%5s|%-5s|%c|%u|%5u|%-5u|%05u|%d|%d|%lx|%08x|%lu|%%", "a", "b", "c", 'd', 1u, 2u,
		3u, 4u, -5, 6, 0xfeedfeedfeedfeedul, 0xabcu, 18446744073709551615ul);
	assert_string_equal(host_console(), "a|    b|c    |d|1|    2|3    |00004|-5|6|"
					    "feedfeedfeedfeed|00000abc|18446744073709551615|%");
}

TESTS(cmocka_unit_test(a_good_guest_is_content), cmocka_unit_test(failures_are_told),
	cmocka_unit_test(a_report_stands), cmocka_unit_test(a_bad_knob_is_usage),
	cmocka_unit_test(modes_that_the_cpu_has_not), cmocka_unit_test(runs_that_cannot_be),
	cmocka_unit_test(a_granule_that_the_cpu_has_not_is_told),
	cmocka_unit_test(a_guest_hypervisor_is_built), cmocka_unit_test(cost_is_a_difference),
	cmocka_unit_test(cost_is_a_tree), cmocka_unit_test(a_tree_too_large_says_so),
	cmocka_unit_test(a_parent_stays_for_its_children),
	cmocka_unit_test(marks_that_do_not_fit_are_none), cmocka_unit_test(the_table_counts),
	cmocka_unit_test(the_table_knows_who_ran), cmocka_unit_test(print_formats))
