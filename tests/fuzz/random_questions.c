/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-random-questions: asks explain/ about random instructions in random states of the
 * controls. The machine must do what was said, and nothing but the controls that were consulted may
 * change the answer.
 */
#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/decode.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"
#include "mmu/mmu.h"
#include "sysregs/table.h"
#include "tests/no_board.h"

enum { PROFILES_MAX = 8 };

static struct options {
	u64 seed, questions;
} options = { .seed = 1, .questions = 500000 };

/* How many had each outcome; one that never occurs would make the rest worthless. */
static u64 outcomes[OUTCOME_MEMORY + 1];

/* The question that is asked, from 1: those before it matter too, by the controls they found. */
static u64 question;

static void failed(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void failed(const char *format, ...)
{
	va_list arguments;

	printf("--seed %" PRIu64 " --questions %" PRIu64 ": ", options.seed, question);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	exit(1);
}

/* ---- Words and states ---- */

static u32 encoded(enum sysreg_id id, bool is_read)
{
	return 0xd5000000 | sysreg_encoding(id) << 5 | (u32)is_read << 21;
}

/* Any word of a row of a64.def, or an access of a row of sysreg.def or near one. */
static u32 random_word(struct rng *rng)
{
	const struct insn_row *row = &insn_rows[rng_below(rng, insn_row_count)];
	u32 word = (u32)rng_next(rng);

	if (rng_below(rng, 4) == 0)
		return (word & ~row->mask) | row->value;
	word = encoded((enum sysreg_id)rng_below(rng, SYSREG_COUNT), word & 1);
	if (rng_below(rng, 16) == 0)
		word ^= 1u << (5 + rng_below(rng, 16));
	return word;
}

/* The bits of every register that some answer has named: the controls. */
static u64 controls[SYSREG_COUNT];

static void change(struct cpu *cpu, enum sysreg_id reg, u64 mask, u64 keep_hcr, struct rng *rng)
{
	u64 bits_ = rng_next(rng) & rng_next(rng) & mask;

	if (reg == SR_SPSel)
		pstate_set_el(cpu, cpu->pstate.el, (unsigned)rng_below(rng, 2));
	else if (reg == SR_HCR_EL2)
		bits_ &= ~keep_hcr;
	if (reg != SR_SPSel)
		sysreg_write(cpu, reg, cpu->sys[reg] ^ bits_);
}

/*
 * A walk through the states that matter for an instruction: controls that were read are changed by
 * chance, and so others come to be read. Now and then all controls are, that what an answer should
 * have read changes too.
 */
static void walk(struct cpu *cpu, u32 insn, u64 keep_hcr, struct rng *rng, unsigned steps)
{
	static struct explanation answer;

	for (unsigned id = 0; id < SYSREG_COUNT && steps % 2 != 0; id++) {
		if (controls[id] != 0 && (id != SR_SPSel || cpu->pstate.el != EL0))
			change(cpu, (enum sysreg_id)id, controls[id], keep_hcr, rng);
	}
	for (unsigned step = 0; step < steps; step++) {
		explain(cpu, insn, &answer);
		for (unsigned i = 0; i < answer.consulted_count; i++) {
			const struct consulted *control = &answer.consulted[i];

			controls[control->reg] |= control->mask;
			change(cpu, control->reg, control->mask, keep_hcr, rng);
		}
	}
	if (cpu->pstate.el == EL1 && is_tge(cpu))
		sysreg_write(cpu, SR_HCR_EL2, cpu->sys[SR_HCR_EL2] & ~HCR_EL2_TGE);
}

/* ---- Nothing else decides ---- */

static bool is_writable(const struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	return !row->is_operation && !row->alias_of && row->write_el != NOBODY &&
	       row->read == NULL && cpu_has(cpu, (enum feature_id)row->feature);
}

static u64 consulted_bits(const struct explanation *answer, enum sysreg_id id)
{
	u64 mask = 0;

	for (unsigned i = 0; i < answer->consulted_count; i++)
		mask |= answer->consulted[i].reg == id ? answer->consulted[i].mask : 0;
	return mask;
}

static void must_not_matter(
	struct cpu *cpu, u32 insn, const struct explanation *answer, enum sysreg_id id, u64 change)
{
	struct cpu changed = *cpu;
	struct explain_outcome outcome;
	char before[300], after[300], name[40];

	sysreg_write(&changed, id, cpu->sys[id] ^ change);
	if (changed.pstate.el == EL1 && is_tge(&changed)) /* EL1 cannot be entered */
		return;
	outcome = explain_outcome(&changed, insn);
	if (outcomes_are_equal(&outcome, &answer->outcome))
		return;
	outcome_say(&answer->outcome, before, sizeof(before));
	outcome_say(&outcome, after, sizeof(after));
	field_say(id, is_e2h(cpu), change, name, sizeof(name));
	failed("%08" PRIx32 " at EL%u, HCR_EL2 0x%" PRIx64
	       ": %s was not consulted, but changed: '%s', then '%s'",
		insn, (unsigned)cpu->pstate.el, cpu->sys[SR_HCR_EL2], name, before, after);
}

/* every: each bit for itself; else some of each register at once. */
static void nothing_else(struct cpu *cpu, u32 insn, bool every, struct rng *rng)
{
	static struct explanation answer;

	explain(cpu, insn, &answer);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u64 others = ~consulted_bits(&answer, (enum sysreg_id)id);

		if (!is_writable(cpu, (enum sysreg_id)id))
			continue;
		if (id == SR_HCR_EL2 && cpu->pstate.el == EL1)
			others &= ~HCR_EL2_TGE; /* with it there is no EL1 */
		if (!every)
			must_not_matter(
				cpu, insn, &answer, (enum sysreg_id)id, others & rng_next(rng));
		for (; every && others != 0; others &= others - 1)
			must_not_matter(cpu, insn, &answer, (enum sysreg_id)id, others & -others);
	}
	if (consulted_bits(&answer, SR_SPSel) == 0 && cpu->pstate.el != EL0) {
		struct cpu changed = *cpu;
		struct explain_outcome outcome;

		pstate_set_el(&changed, cpu->pstate.el, !cpu->pstate.sp);
		outcome = explain_outcome(&changed, insn);
		if (!outcomes_are_equal(&outcome, &answer.outcome))
			failed("%08" PRIx32 ": PSTATE.SP was not consulted, but changed", insn);
	}
}

/* ---- The machine does what the answer says ---- */

#define RAM_BASE 0x40000000ull
#define CODE	 (RAM_BASE + 0x1000)
#define VECTORS	 (RAM_BASE + 0x4000)
#define VNCR	 (RAM_BASE + 0x8000)
#define DATA	 (RAM_BASE + 0xa000)
enum { RAM_SIZE = 0x10000 };

static struct {
	bool is_taken;
	struct event event;
} seen;

static void keep_exception(struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	if (event->kind == EVENT_EXCEPTION && !seen.is_taken) {
		seen.is_taken = true;
		seen.event = *event;
	}
}

static const struct cpu_ops ops = { NO_BUS, NO_TIMERS, NO_FIRMWARE, .event = keep_exception };

/* Classes that an instruction may meet once it is allowed. */
static bool is_of_execution(unsigned ec)
{
	return ec == EC_DABT_LOWER || ec == EC_DABT_SAME || ec == EC_SP_ALIGNMENT ||
	       ec == EC_PC_ALIGNMENT || ec == EC_IABT_LOWER || ec == EC_IABT_SAME;
}

static bool is_as_said(const struct explain_outcome *said)
{
	unsigned ec = (unsigned)(seen.event.esr >> 26) & 0x3f;

	if (said->kind == OUTCOME_OK || said->kind == OUTCOME_MEMORY)
		return !seen.is_taken || is_of_execution(ec);
	return seen.is_taken && ec == said->ec && (seen.event.esr & 0x1ffffff) == said->iss &&
	       seen.event.to_el == said->target_el;
}

static void put_word(struct memory *memory, u64 address, u64 value, size_t size)
{
	memcpy(memory->region[0].host + (address - RAM_BASE), &value, size);
	memory_written(memory, PA(address), size);
}

static u64 get_word(const struct memory *memory, u64 address)
{
	u64 value;

	memcpy(&value, memory->region[0].host + (address - RAM_BASE), sizeof(value));
	return value;
}

/* The word of VNCR memory went to X<t>, or came from it. */
static bool is_memory_used(const struct cpu *cpu, u32 insn, u16 offset, u64 memory_value, u64 xt)
{
	unsigned t = insn & 31;

	if (bit(insn, 21))
		return t == 31 || cpu->x[t] == memory_value;
	return get_word(cpu->memory, VNCR + offset) == xt;
}

static void prepare(struct cpu *cpu, unsigned el, u32 insn, struct rng *rng)
{
	/* No translation and no interrupts: the instruction alone is asked. */
	static const u64 keep = HCR_EL2_VM | HCR_EL2_DC | HCR_EL2_VF | HCR_EL2_VI | HCR_EL2_VSE;

	cpu_reset(cpu, EL2, CODE);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS);
	sysreg_write(cpu, SR_VBAR_EL2, VECTORS + 0x800);
	if (cpu_has(cpu, FEAT_NV2))
		sysreg_write(cpu, SR_VNCR_EL2, VNCR);
	pstate_set_el(cpu, el, el != EL0);
	walk(cpu, insn, keep, rng, (unsigned)rng_below(rng, 6));
	for (unsigned i = 0; i < 31; i++)
		cpu->x[i] = DATA + 0x40 * i;
	cpu->x[SLOT_SP] = DATA;
	cpu->observe = BIT(EVENT_EXCEPTION);
}

static void execute_one(struct cpu *cpu, u32 insn, struct rng *rng)
{
	u64 in_memory = 0x1234567800000000 | insn, xt = DATA + 0x40 * (u64)(insn & 31);
	struct explain_outcome said;
	char text[300], did[200] = "no exception";

	prepare(cpu, (unsigned)rng_below(rng, EL_COUNT), insn, rng);
	said = explain_outcome(cpu, insn);
	outcomes[said.kind]++;
	put_word(cpu->memory, CODE, insn, 4);
	if (said.kind == OUTCOME_MEMORY)
		put_word(cpu->memory, VNCR + said.offset, in_memory, 8);
	seen.is_taken = false;
	text[0] = (char)('0' + cpu->pstate.el);
	outcome_say(&said, text + 1, sizeof(text) - 1);
	cpu_step(cpu, 1);
	if (is_as_said(&said) &&
		(said.kind != OUTCOME_MEMORY || is_memory_used(cpu, insn, said.offset, in_memory,
							(insn & 31) == 31 ? 0 : xt)))
		return;
	if (seen.is_taken)
		esr_describe(seen.event.esr, did, sizeof(did));
	failed("%08" PRIx32 " at EL%c, HCR_EL2 0x%" PRIx64
	       ": '%s' was said, but: %s (ESR 0x%" PRIx64 " to EL%u)",
		insn, text[0], cpu->sys[SR_HCR_EL2], text + 1, did, seen.event.esr,
		(unsigned)seen.event.to_el);
}

/* ---- Asking ---- */

static void ask_what_decides(const char *profile, struct rng *rng)
{
	unsigned el = (unsigned)rng_below(rng, EL_COUNT);
	u32 insn = random_word(rng);
	struct explain_pe *pe;
	struct status status = explain_pe_create(profile, true, NULL, &pe);

	if (status.code != STATUS_OK)
		failed("%s", status.text);
	pstate_set_el(pe->cpu, el, el != EL0);
	sysreg_write(pe->cpu, SR_HCR_EL2, HCR_EL2_RW);
	walk(pe->cpu, insn, 0, rng, (unsigned)rng_below(rng, 6));
	nothing_else(pe->cpu, insn, rng_below(rng, 64) == 0, rng);
	explain_pe_destroy(pe);
}

/* A machine of a profile. */
struct lane {
	struct cpu *cpu;
	struct memory memory;
	struct cpu_group group;
};

static bool create_lane(struct lane *lane, const char *profile)
{
	lane->memory = (struct memory){ .region_count = 1,
		.region[0] = { .base = PA(RAM_BASE),
			.size = RAM_SIZE,
			.host = calloc(1, RAM_SIZE),
			.page_flags = calloc(1, RAM_SIZE / PAGE_SIZE) } };
	lane->cpu = cpu_create(profile, 40, ENGINE_STEP, &lane->memory, &lane->group, &ops, NULL);
	return lane->cpu != NULL;
}

/* Every question is one to the machine; each tenth also asks what else decides: it takes longer. */
static bool ask_all(void)
{
	static struct lane lanes[PROFILES_MAX];
	struct rng rng = { .state = options.seed };
	const char *const *profiles = sysregs_profiles();
	unsigned count = 0;

	for (; profiles[count] != NULL; count++) {
		if (!create_lane(&lanes[count], profiles[count]))
			return false;
	}
	for (question = 1; question <= options.questions; question++) {
		execute_one(lanes[question % count].cpu, random_word(&rng), &rng);
		if (question % 10 == 0)
			ask_what_decides(profiles[question / 10 % count], &rng);
	}
	for (unsigned i = 0; i < count; i++) {
		cpu_destroy(lanes[i].cpu);
		free(lanes[i].memory.region[0].host);
		free(lanes[i].memory.region[0].page_flags);
	}
	return true;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case 'n': options.questions = strtoull(arg, NULL, 0); break;
	case 's': options.seed = strtoull(arg, NULL, 0); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool all_outcomes_occurred(void)
{
	bool all = true;

	for (unsigned kind = 0; kind < COUNT(outcomes); kind++) {
		printf("  %-16s %10" PRIu64 "\n", outcome_names[kind], outcomes[kind]);
		all &= outcomes[kind] != 0;
	}
	return all;
}

int main(int argc, char **argv)
{
	static const struct argp_option rows[] = { { "questions", 'n', "N", 0,
							   "Questions (default 500000)", 0 },
		{ "seed", 's', "SEED", 0, "Seed (default 1)", 0 }, { 0 } };
	static const struct argp argp = { rows, parse_option, NULL,
		"Asks what random instructions do in random states, and has the machine do it.",
		NULL, NULL, NULL };

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	decode_init();
	if (!ask_all())
		return 2;
	printf("%" PRIu64 " questions; by outcome:\n", options.questions);
	return !all_outcomes_occurred() && options.questions >= 50000;
}
