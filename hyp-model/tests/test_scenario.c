/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs with scripted guests: turns, the verdict, the table, the exit code, the two ways to
 * format a number.
 */
#include "support.h"

#include <string.h>

#include "core/print.h"
#include "core/scenario.h"
#include "guest/abi.h"

#define HVC (0x16ul << 26 | ESR_IL)
#define WFI (0x01ul << 26 | ESR_IL)

static void call(struct context *context, u64 function, u64 x1, u64 x2)
{
	context->x[0] = function;
	context->x[1] = x1;
	context->x[2] = x2;
}

static void add(struct context *context)
{
	call(context, HVC_ADD, 1, 1);
}

static void report_good(struct context *context)
{
	call(context, HVC_REPORT, 42, 0);
}

static void report_bad(struct context *context)
{
	call(context, HVC_REPORT, 42, 123);
}

static void off(struct context *context)
{
	call(context, PSCI_SYSTEM_OFF, 0, 0);
}

static void machine_with_line(const char *line)
{
	host_reset();
	host_command_line(line);
#define CTX(class, name, nvhe, vhe) host_set(SR_##name, HOST_VALUE(name));
#include "core/context.def"
#undef CTX
}

static const struct host_exit good_guest[] = {
	{ EXIT_TRAP, HVC, 0, 0, 0, report_good },
	{ EXIT_TRAP, HVC, 0, 0, 0, off },
};

static void both_modes_run_and_hold(void **state)
{
	struct host_exit script[4];

	(void)state;
	memcpy(script, good_guest, sizeof(good_guest));
	memcpy(script + 2, good_guest, sizeof(good_guest));
	machine_with_line("hyp.elf guests=1");
	host_script(script, 4);
	assert_int_equal(hyp_main(), EXIT_CODE_OK);
	assert_non_null(strstr(host_console(), "\nnVHE: "));
	assert_non_null(strstr(host_console(), "\nVHE: "));
	assert_non_null(strstr(host_console(), "ada: all 42 checks held\n"));
	assert_non_null(strstr(host_console(), "hyp: every expectation held\n"));
	assert_int_equal(host_get(SR_HCR_EL2) & F(HCR_EL2, E2H), F(HCR_EL2, E2H));
}

static void failures_are_told_and_counted(void **state)
{
	static const struct host_exit fails[] = {
		{ EXIT_TRAP, HVC, 0, 0, 0, report_bad },
		{ EXIT_TRAP, HVC, 0, 0, 0, off },
	};

	(void)state;
	machine_with_line("hyp.elf guests=1 mode=vhe");
	host_script(fails, 2);
	assert_int_equal(hyp_main(), EXIT_CODE_FAILED);
	assert_non_null(strstr(host_console(), "ada: FAILED: the check at line 123"));

	machine_with_line("hyp.elf guests=1 mode=vhe");
	host_script(fails + 1, 1);
	assert_int_equal(hyp_main(), EXIT_CODE_FAILED);
	assert_non_null(
		strstr(host_console(), "ada: FAILED: switched itself off without a report"));
	assert_non_null(strstr(host_console(), "hyp: FAILED\n"));
}

/* Turns are visible in VTTBR_EL2: a WFI ends one, and so does the quantum. */
static void guests_take_turns(void **state)
{
	static const struct host_exit script[] = {
		{ EXIT_TRAP, WFI, 0, 0, 0, NULL },	  /* ada yields */
		{ EXIT_TRAP, HVC, 0, 0, 0, add },	  /* bob, whose quantum is 2 */
		{ EXIT_TRAP, HVC, 0, 0, 0, report_good }, /* bob */
		{ EXIT_TRAP, HVC, 0, 0, 0, report_good }, /* ada */
		{ EXIT_TRAP, HVC, 0, 0, 0, off },	  /* ada */
		{ EXIT_TRAP, HVC, 0, 0, 0, off },	  /* bob */
	};
	static const u64 vmids[] = { 1, 2, 2, 1, 1, 2 };
	size_t turn = 0;
	u64 vttbr = 0;

	(void)state;
	machine_with_line("hyp.elf mode=nvhe quantum=2");
	host_script(script, COUNT(script));
	assert_int_equal(hyp_main(), EXIT_CODE_OK);
	for (size_t i = 0; i < host_log_count(); i++) {
		if (host_log(i)->kind == LOG_WRITE && host_log(i)->reg == SR_VTTBR_EL2)
			vttbr = host_log(i)->value;
		if (host_log(i)->kind == LOG_ENTER)
			assert_int_equal(vttbr >> 48, vmids[turn++]);
	}
	assert_int_equal(turn, COUNT(vmids));
}

static void bad_knob_is_usage(void **state)
{
	(void)state;
	machine_with_line("hyp.elf mode=vhe colour=red");
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	assert_string_equal(
		host_console(), "hyp: cannot use 'colour=red'; knobs: " OPTIONS_HELP "\n");
}

static void without_vhe(void **state)
{
	struct host_exit script[4];

	(void)state;
	memcpy(script, good_guest, sizeof(good_guest));
	memcpy(script + 2, good_guest, sizeof(good_guest));
	machine_with_line("hyp.elf guests=1 mode=vhe");
	host_set(SR_ID_AA64MMFR1_EL1, 0);
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	machine_with_line(NULL); /* nobody tells: two guests, both modes */
	host_set(SR_ID_AA64MMFR1_EL1, 0);
	host_script(script, 4);
	assert_int_equal(hyp_main(), EXIT_CODE_OK);
	assert_non_null(strstr(host_console(), "VHE: not run, this CPU has no FEAT_VHE\n"));
}

static void without_nvhe(void **state)
{
	struct host_exit script[2];

	(void)state;
	memcpy(script, good_guest, sizeof(good_guest));
	machine_with_line("hyp.elf guests=1 mode=nvhe");
	host_set(SR_ID_AA64MMFR4_EL1, FV(ID_AA64MMFR4_EL1, E2H0, 0xf));
	assert_int_equal(hyp_main(), EXIT_CODE_USAGE);
	assert_string_equal(host_console(),
		"hyp: mode=nvhe: this CPU cannot clear HCR_EL2.E2H; use mode=vhe\n");
	machine_with_line("hyp.elf guests=1");
	host_set(SR_ID_AA64MMFR4_EL1, FV(ID_AA64MMFR4_EL1, E2H0, 0xe));
	host_script(script, 2);
	assert_int_equal(hyp_main(), EXIT_CODE_OK);
	assert_non_null(strstr(
		host_console(), "\nnVHE: not run, this CPU cannot clear HCR_EL2.E2H\n\nVHE: "));
}

/* Time may differ between machines; it stands behind a '|' (same_lines.sh cuts there). */
static void table_counts_and_times(void **state)
{
	(void)state;
	machine(MODE_NVHE);
	for (unsigned i = 0; i < 3; i++) {
		stats_leave();
		stats_reason(REASON_HYPERCALL);
		stats_enter();
	}
	stats_leave();
	stats_print("nVHE");
	assert_int_equal(stats_count(REASON_HYPERCALL), 3);
	assert_int_equal(stats_count(REASON_RETRY), 1);
	assert_non_null(strstr(host_console(), " 3 |        10        10\n"));
	assert_null(strstr(host_console(), "wait for interrupt"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_modes_run_and_hold),
		cmocka_unit_test(failures_are_told_and_counted),
		cmocka_unit_test(guests_take_turns),
		cmocka_unit_test(bad_knob_is_usage),
		cmocka_unit_test(without_vhe),
		cmocka_unit_test(without_nvhe),
		cmocka_unit_test(table_counts_and_times),
		cmocka_unit_test(print_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
