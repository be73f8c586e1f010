/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests of whole machines share: instruction words, and a machine with some of them in RAM.
 */
#ifndef ENT_TESTS_UNIT_MACHINE_BENCH_H
#define ENT_TESTS_UNIT_MACHINE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/machine.h"

#define CODE BOARD_RAM_BASE /* where PE 0 starts */

#define MOVZ(rd, imm)	  (0xd2800000u | (u32)(imm) << 5 | (rd))
#define MOVK16(rd, imm)	  (0xf2a00000u | (u32)(imm) << 5 | (rd))
#define ADD1(rd)	  (0x91000400u | (rd) << 5 | (rd))
#define STR(rt, rn)	  (0xf9000000u | (rn) << 5 | (rt))
#define B(words)	  (0x14000000u | ((u32)(words)&0x3ffffff))
#define LDXR(rt, rn)	  (0xc85f7c00u | (rn) << 5 | (rt))
#define MSR_CNTHCTL(rt)	  (0xd51ce100u | (rt))
#define MSR_CNTP_CVAL(rt) (0xd51be240u | (rt))
#define MSR_CNTP_CTL(rt)  (0xd51be220u | (rt))
enum { NOP = 0xd503201f, WFE = 0xd503205f, WFI = 0xd503207f, SEV = 0xd503209f, SEVL = 0xd50320bf };
enum { SMC = 0xd4000003 };

/* A machine of 1 MiB; with `count` words it starts at the first. */
static struct machine *make_machine(
	const struct machine_config *given, const u32 *words, size_t count)
{
	struct machine_config config = *given;
	struct status status;
	struct machine *machine;

	config.ram_size = 1 << 20;
	machine = machine_create(&config, &status);
	if (machine == NULL)
		fail_msg("%s", status.text);
	if (count == 0)
		return machine;
	memcpy(machine_memory(machine)->region[0].host, words, 4 * count);
	machine_start(machine, CODE, CODE + 4 * count);
	return machine;
}

#endif
