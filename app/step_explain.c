/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why: what an instruction would do here, and which control sent a transition where it went. The
 * machine's own rules are asked (explain/); of an abort its walk is made again.
 */
#include <stdarg.h>
#include <string.h>

#include "app/explain.h"
#include "app/json.h"
#include "app/step.h"
#include "debug/walk.h"
#include "exceptions/exceptions.h"

struct status step_do_explain(struct step *step, const struct step_arguments *arguments)
{
	struct cpu *cpu = step_cpu(step);
	char text[200];
	struct explain_question question = {
		.text = text, .profile = step->driven->options->machine.profile, .cpu = cpu
	};
	struct explanation answer;
	struct status status = status_ok();

	if (arguments->count != 0) {
		snprintf(text, sizeof(text), "%.199s", arguments->rest);
		status = assemble(text, &question.insn);
	} else if (step_insn(cpu, cpu->pstate.el, cpu->pc, &question.insn)) {
		disassemble_at(cpu->pc, question.insn, text, sizeof(text));
	} else {
		status = status_error(STATUS_USAGE,
			"the instruction at pc cannot be fetched; 'walk pc' says why");
	}
	if (status.code != STATUS_OK)
		return status;
	explain(cpu, question.insn, &answer);
	explain_print_text(&question, &answer, step->out);
	if (step->json != NULL)
		cJSON_AddItemToObject(step->json, "explanation", explain_json(&question, &answer));
	return status;
}

/* ---- A cause ---- */

__attribute__((format(printf, 2, 3))) static void note(
	struct step_cause *cause, const char *format, ...)
{
	va_list args;

	if (cause->count == CAUSE_LINES)
		return;
	va_start(args, format);
	vsnprintf(cause->line[cause->count++], CAUSE_LINE, format, args);
	va_end(args);
}

/* The PE as it was before: an exception changes PSTATE and what only it reads. */
static struct cpu *before(struct step *step, const struct transition *t)
{
	struct cpu *copy = &step->before;

	*copy = *machine_cpu(step->machine, t->cpu);
	copy->sys[SR_HCR_EL2] = t->hcr;
	copy->consulted = NULL;
	pstate_set_el(copy, t->from.el, (unsigned)bit(t->from.pstate, 0));
	pstate_from_spsr(copy, t->from.pstate);
	copy->pc = t->from.pc;
	return copy;
}

/* Calls return behind the instruction. */
static bool is_call(unsigned ec)
{
	return ec == EC_HVC64 || ec == EC_SVC64 || ec == EC_SMC64;
}

/* Is the class one that a control of instructions makes, and no access or fetch? */
static bool is_of_insn(unsigned ec)
{
	static const u8 classes[] = { EC_UNKNOWN, EC_WFX, EC_FP_ACCESS, EC_PAUTH, EC_SVC64,
		EC_HVC64, EC_SMC64, EC_SYSREG, EC_ERET, EC_BRK64 };

	return memchr(classes, (int)ec, sizeof(classes)) != NULL;
}

static void insn_cause(struct step *step, const struct transition *t, struct step_cause *cause)
{
	unsigned ec = (unsigned)bits(t->esr, 31, 26);
	struct cpu *cpu = before(step, t);
	u64 pc = t->from.pc - (is_call(ec) && ec != EC_SMC64 ? 4 : 0);
	char text[100], control[64];
	struct explanation answer;
	u32 insn;

	if (!step_insn(cpu, t->from.el, pc, &insn))
		return;
	disassemble_at(pc, insn, text, sizeof(text));
	explain(cpu, insn, &answer);
	if (answer.outcome.ec != ec || answer.outcome.target_el != t->to.el)
		return; /* not this one: a semihosting call, or memory has changed since */
	if (ec == EC_ERET)
		note(cause,
			"it wants to return to ELR_EL1 0x%" PRIx64 ", SPSR_EL1 0x%" PRIx64 " (%s)",
			cpu->sys[SR_ELR_EL1], cpu->sys[SR_SPSR_EL1],
			pstate_say(cpu->sys[SR_SPSR_EL1], control, sizeof(control)));
	if (answer.deciding < 0) {
		note(cause, "%s: no control has a say", text);
		return;
	}
	{
		const struct consulted *d = &answer.consulted[answer.deciding];

		field_say(d->reg, is_e2h(cpu), d->mask, control, sizeof(control));
		note(cause, "%s: %s = %" PRIu64 " decides", text, control,
			(d->value & d->mask) >> __builtin_ctzll(d->mask));
	}
	for (unsigned i = 0; i < answer.flip_count; i++) {
		const struct explain_flip *flip = &answer.flips[i];

		if ((int)flip->control != answer.deciding)
			continue;
		outcome_say(&flip->outcome, text, sizeof(text));
		note(cause, "otherwise: %s", text);
		return;
	}
}

static void abort_cause(struct step *step, const struct transition *t, struct step_cause *cause)
{
	unsigned ec = (unsigned)bits(t->esr, 31, 26);
	bool is_fetch = ec == EC_IABT_LOWER || ec == EC_IABT_SAME;
	bool is_write = !is_fetch && bit(t->esr, 6), is_vncr = !is_fetch && bit(t->esr, 13);
	struct cpu *cpu = before(step, t);
	unsigned el = is_vncr ? EL2 : t->from.el;
	struct inspected what = { .va = is_fetch ? t->from.pc : t->far,
		.regime = (u8)mmu_inspected_regime(cpu, el),
		.kind = is_fetch   ? ACCESS_FETCH
			: is_write ? ACCESS_WRITE
				   : ACCESS_READ,
		.el0 = t->from.el == EL0,
		.is_checked = true };
	const struct inspected_step *last;
	struct inspection walk;
	char fault[80];

	mmu_inspect(cpu, what, &walk);
	if (walk.is_ok)
		return; /* alignment, an external abort, or memory has changed since */
	walk_fault_say(&walk, fault, sizeof(fault));
	note(cause, "%s of 0x%" PRIx64 " by %s: %s%s",
		is_fetch   ? "fetch"
		: is_write ? "write"
			   : "read",
		what.va, walk_regime_name(cpu, (enum inspected_regime)what.regime), fault,
		walk.is_s1ptw ? ", of a descriptor of stage 1" : "");
	if (walk.count == 0)
		return;
	last = &walk.step[walk.count - 1];
	note(cause, "stage %u level %u descriptor at 0x%" PRIx64 ": 0x%" PRIx64 " (%s)",
		last->stage, last->level, last->pa.v, last->descriptor, walk_descriptor_kind(last));
}

/* The rules are exceptions/irq.c's; here are the names of what they look at. */
static void interrupt_cause(const struct transition *t, struct step_cause *cause)
{
	static const struct {
		const char *route, *mask;
		u64 bit;
	} rows[] = {
		[INT_IRQ] = { "IMO", "I", HCR_EL2_IMO },
		[INT_FIQ] = { "FMO", "F", HCR_EL2_FMO },
		[INT_SERROR] = { "AMO", "A", HCR_EL2_AMO },
	};
	bool routed = (t->hcr & rows[t->interrupt].bit) != 0, tge = (t->hcr & HCR_EL2_TGE) != 0;

	if (t->is_virtual)
		note(cause,
			"virtual: HCR_EL2.%s = 1 gives physical ones to EL2, these to EL1; "
			"PSTATE.%s = 0",
			rows[t->interrupt].route, rows[t->interrupt].mask);
	else if (t->to.el == EL2 && (t->from.el == EL2 || (tge && t->from.el == EL0)))
		note(cause, "HCR_EL2.TGE = %d, HCR_EL2.%s = %d: to EL2; PSTATE.%s = 0", tge,
			rows[t->interrupt].route, routed, rows[t->interrupt].mask);
	else if (t->to.el == EL2)
		note(cause, "HCR_EL2.%s = %d, HCR_EL2.TGE = %d: to EL2, whatever PSTATE.%s is",
			rows[t->interrupt].route, routed, tge, rows[t->interrupt].mask);
	else
		note(cause, "HCR_EL2.%s = 0, HCR_EL2.TGE = 0: to EL1; PSTATE.%s = 0",
			rows[t->interrupt].route, rows[t->interrupt].mask);
}

static void return_cause(const struct transition *t, struct step_cause *cause)
{
	u64 hcr = t->hcr;

	if (t->is_illegal)
		note(cause, "SPSR asks for what cannot be: PSTATE.IL is set, the EL stays");
	else if (t->from.el != EL2 || t->to.el == EL2)
		return;
	else if (!(hcr & (HCR_EL2_VM | HCR_EL2_NV)))
		note(cause, "HCR_EL2.VM = 0, TGE = %d: the host's own EL%u",
			(hcr & HCR_EL2_TGE) != 0, t->to.el);
	else
		note(cause, "a guest: HCR_EL2.VM = %d, NV = %d, NV1 = %d, NV2 = %d, TGE = %d",
			(hcr & HCR_EL2_VM) != 0, (hcr & HCR_EL2_NV) != 0, (hcr & HCR_EL2_NV1) != 0,
			(hcr & HCR_EL2_NV2) != 0, (hcr & HCR_EL2_TGE) != 0);
}

const struct cpu *step_before(struct step *step, const struct transition *t)
{
	return before(step, t);
}

void step_find_cause(struct step *step, const struct transition *t, struct step_cause *cause)
{
	unsigned ec = (unsigned)bits(t->esr, 31, 26);

	cause->count = 0;
	if (t->is_return)
		return_cause(t, cause);
	else if (t->interrupt != INT_SYNC)
		interrupt_cause(t, cause);
	else if (ec == EC_DABT_LOWER || ec == EC_DABT_SAME || ec == EC_IABT_LOWER ||
		 ec == EC_IABT_SAME)
		abort_cause(step, t, cause);
	else if (is_of_insn(ec))
		insn_cause(step, t, cause);
}
