/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks of translation tables in words: every descriptor with its place, and what an access finds.
 * The data is mmu_inspect()'s.
 */
#ifndef ENT_DEBUG_WALK_H
#define ENT_DEBUG_WALK_H

#include <stdio.h>

#include "debug/guest_memory.h"

/*
 * A command as users type it, behind its name: ADDRESS [--regime el1|el2|el1&0|el2&0|s2]. The
 * regime is the PE's present one if none is named. STATUS_USAGE.
 */
struct status walk_command(const struct cpu *cpu, const char *text, FILE *out);

/* All of it, with what reads, writes and fetches would find, at the regime's EL and at EL0. */
void walk_print(const struct cpu *cpu, struct inspected what, FILE *out);

/* "EL1&0", "EL2", "EL2&0", "stage 2" */
const char *walk_regime_name(const struct cpu *cpu, enum inspected_regime regime);
/* "table", "block of 2 MiB", "page", "invalid"; granule is not known, so a block has no size. */
const char *walk_descriptor_kind(const struct inspected_step *step);
/* "stage 2 translation fault, level 3"; returns text. */
const char *walk_fault_say(const struct inspection *inspection, char *text, size_t size);
/* A number, or a register of the PE by name: x0 to x30, sp, pc, lr. */
bool walk_parse_address(const struct cpu *cpu, const char *text, u64 *address);

#endif
