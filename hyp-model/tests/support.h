/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hyp-model tests share: a machine in a known state, and a guest on it.
 */
#ifndef HYP_TEST_SUPPORT_H
#define HYP_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arch.h"
#include "core/host.h"
#include "core/pages.h"
#include "core/stats.h"
#include "core/vm.h"
#include "hal_host.h"

/* Host values of the switched registers: 0x1000 + row of context.def. */
#define HOST_VALUE(reg) (0x1000ul + CTX_##reg)

/* A machine in `mode` whose host owns every register; memory is fresh, the log is empty. */
void machine(enum hyp_mode mode);

/* A guest "eve", VMID 5, on that machine; the log is empty again. */
struct vm *guest(enum hyp_mode mode);

/* cmocka's way to say which row of a table failed, and why the row is there. */
#define fail_row(i, why, ...)                                                                      \
	do {                                                                                       \
		print_error("row %zu, %s: ", (size_t)(i), why);                                    \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		fail();                                                                            \
	} while (0)

/* True if `function` ends the process with abort(), as every misuse of the HAL does. */
bool aborts(void (*function)(void));

/* True if `function` ends in a panic whose text contains `text`. */
bool panics(void (*function)(void *argument), void *argument, const char *text);

#endif
