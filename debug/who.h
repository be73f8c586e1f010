/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Who wrote this?" as users ask it, and the answer in words. travel_who_wrote() finds it.
 */
#ifndef ENT_DEBUG_WHO_H
#define ENT_DEBUG_WHO_H

#include <stdio.h>

#include "debug/symbols.h"
#include "debug/travel.h"

/* A named part of a register. */
struct named_field {
	const char *name;
	u8 high, low;
};
/* What explain/ knows, and debug/ may not ask itself; each may be NULL. */
struct debug_names {
	/* The fields of a system register from the lowest, in one of its formats; how many. */
	unsigned (*fields)(
		enum sysreg_id id, bool is_e2h, struct named_field *fields, unsigned most);
	void (*disassemble_at)(u64 address, u32 insn, char *text, size_t size);
	const struct symbols *symbols;
};

/*
 * x0 to x30, sp, v0 to v31, a system register or REGISTER.FIELD in any case, ADDRESS[/BYTES], or
 * `pte ADDRESS`: the last descriptor that translates the address now. STATUS_USAGE.
 */
struct status who_parse(const struct cpu *cpu, const char *text, const struct debug_names *names,
	struct written *what);
/* "PE 0, EL2, pc 0x40081234 <main+0x10>: msr hcr_el2, x0  ; file.c:12"; cpu: any PE of the machine.
 * Returns text. */
const char *who_say(const struct cpu *cpu, const struct writer *writer,
	const struct debug_names *names, char *text, size_t size);

/* Asks, and prints a line or two. */
struct status who_command(struct travel *travel, const struct cpu *cpu, const char *text,
	const struct debug_names *names, FILE *out);

#endif
