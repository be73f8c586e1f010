/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hyp-model tests share: a machine in a known state, guests on it, and their main program.
 */
#ifndef HYP_TEST_SUPPORT_H
#define HYP_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arch.h"
#include "core/cpu.h"
#include "core/options.h"
#include "core/pages.h"
#include "core/registers.h"
#include "core/stats.h"
#include "core/vm.h"
#include "hal_host.h"

/* Host values of the switched registers, 0x1000 + row of context.def, and of EL2's own. */
#define HOST_VALUE(reg) (0x1000ul + CTX_##reg)
enum {
#define EL2(name, nvhe, vhe) EL2_ROW_##name,
#include "core/el2.def"
#undef EL2
};
#define HOST_EL2_VALUE(name) (0x2000ul + EL2_ROW_##name)

/*
 * An Armv8.1 machine in `mode` whose host owns every register; memory is fresh, the log is empty,
 * the options are their defaults. On nVHE the test goes on at EL1, as the host does.
 */
void machine(enum hyp_mode mode);

/*
 * The two halves of machine(), for what lies between: other ID registers by host_set(), other
 * options.
 */
void machine_off(enum hyp_mode mode);
void machine_on(enum hyp_mode mode);

/* FEAT_NV (1) or FEAT_NV2 (2) in the ID registers; between machine_off() and machine_on(). */
void machine_has_nv(unsigned nv);

/* Starts CPU `index` in the boot CPU's mode and goes on as that CPU. */
void boot_cpu(unsigned index);

/* The configuration of a guest "eve" with two vCPUs and 8 MiB at GUEST_RAM_IPA, for vm_create(). */
struct vm_config guest_config(void);

/* That guest on machine(mode); vCPU 0 is on, at EL1h. The log is empty again. */
struct vm *guest(enum hyp_mode mode);

/*
 * A guest with a virtual EL2 on a VHE machine with FEAT_NV (nv = 1) or FEAT_NV2 (nv = 2); vCPU 0 is
 * on, at virtual EL2h. Not loaded. The log is empty.
 */
struct vm *nested_guest(enum vm_el2 form, unsigned nv);

/* The same guest on a machine that is on already, with what lay between machine_off() and on. */
struct vm *nested_guest_on_machine(enum vm_el2 form, unsigned nv);

/* Where physical memory of the guest is, through its slots: for tables a test writes. */
u64 *guest_word(struct vm *vm, ipa_t ipa);

/* cmocka's way to say which row of a table failed, and why the row is there. */
#define fail_row(i, why, ...)                                                                      \
	do {                                                                                       \
		print_error("row %zu, %s: ", (size_t)(i), why);                                    \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		fail();                                                                            \
	} while (0)

/* Compares 64-bit values and prints them in hexadecimal; cmocka's own truncates or prints -1. */
#define assert_u64(got, want)                                                                      \
	do {                                                                                       \
		u64 got_ = (got), want_ = (want);                                                  \
                                                                                                   \
		if (got_ != want_) {                                                               \
			print_error("%s: 0x%lx, not 0x%lx\n", #got, got_, want_);                  \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

/* The log as text is exactly this. */
#define assert_log(want) assert_string_equal(host_log_text(), want)

/* True if `function` ends the process with abort(), as every misuse of the HAL does. */
bool aborts(void (*function)(void));

/* True if `function` ends in a panic whose text contains `text`. */
bool panics(void (*function)(void *argument), void *argument, const char *text);

/*
 * The end of each test file: TESTS( cmocka_unit_test(a), ... ). The program runs them; with a name
 * or a pattern, those alone; with --list it prints the names, for requirements.c.
 */
bool tests_listed(int argc, char **argv, const struct CMUnitTest *tests, size_t count);
#define TESTS(...)                                                                                 \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		static const struct CMUnitTest tests[] = { __VA_ARGS__ };                          \
                                                                                                   \
		if (tests_listed(argc, argv, tests, COUNT(tests)))                                 \
			return 0;                                                                  \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
