/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which registers an instruction writes, for who looks on: the results of its timing class.
 */
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/timing_class.h"

static const char *const results[CLASS_COUNT] = {
#define CLASS(id, kind, early, at, late, result, base, ...) [CLASS_##id] = result base,
#include "timing/class.def"
#undef CLASS
};

/* A letter of class.def, and how many registers it stands for. */
static void add(struct insn_writes *writes, const struct decoded *d, char letter, unsigned count)
{
	static const char letters[] = "dnmaDNMA";
	const u8 fields[] = { d->rd, d->rn, d->rm, d->ra };
	const char *known = strchr(letters, letter);

	if (letter == 'l')
		writes->x |= BIT(SLOT_LR);
	for (unsigned i = 0; known != NULL && i < count; i++) {
		unsigned number = fields[(known - letters) % 4] + i;

		if (known - letters >= 4)
			writes->v |= (u32)BIT(number % 32);
		else if (number != SLOT_ZERO && number != SLOT_SINK)
			writes->x |= BIT(number);
	}
}

struct insn_writes cpu_insn_writes(const struct cpu *cpu, u32 insn)
{
	struct insn_writes writes = { 0 };
	struct decoded d;

	if (!decode(insn, 0, cpu->features, &d))
		return writes;
	for (const char *text = results[timing_class_of(&d)]; *text != '\0'; text++) {
		unsigned count = text[1] >= '2' && text[1] <= '4' ? (unsigned)(text[1] - '0') : 1;

		add(&writes, &d, *text, count);
	}
	return writes;
}
