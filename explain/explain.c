/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an instruction would do, and why. No rule is here: the instruction is decoded, the machine's
 * route functions decide and note the controls they read, and once more for each single bit of
 * those.
 */
#include "explain/explain.h"

#include <string.h>

#include "cpu/decode.h"
#include "cpu/pauth.h"
#include "cpu/system.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

const char *const outcome_names[] = { [OUTCOME_OK] = "ok",
	[OUTCOME_UNDEFINED] = "undefined",
	[OUTCOME_TRAP] = "trap",
	[OUTCOME_MEMORY] = "memory" };

/* Who is to be asked about an instruction. */
struct question {
	enum { ASK_NOBODY, ASK_REGISTER, ASK_ENCODING, ASK_INSN, IS_UNDEFINED, IS_ABSENT } ask;
	enum direction direction;
	u32 encoding;	    /* ASK_ENCODING */
	enum sysreg_id reg; /* ASK_REGISTER */
	enum insn_control insn;
	u32 operands; /* their part of the ISS */
};

/* Instructions that a row of insn.def decides, by handler. */
static const struct {
	enum op_id op;
	enum insn_control insn;
} controlled[] = {
	{ OP_svc, INSN_SVC },
	{ OP_hvc, INSN_HVC },
	{ OP_smc, INSN_SMC },
	{ OP_brk, INSN_BRK },
	{ OP_eret, INSN_ERET },
	{ OP_wfi, INSN_WFI },
	{ OP_wfe, INSN_WFE },
	{ OP_msr_daifset, INSN_DAIFSET },
	{ OP_msr_daifclr, INSN_DAIFCLR },
	{ OP_msr_spsel, INSN_PSTATE },
	{ OP_msr_pan, INSN_PSTATE },
	{ OP_msr_uao, INSN_PSTATE },
};

/* Handlers that sign or authenticate with the key ra. */
static const enum op_id with_key[] = { OP_pac, OP_aut, OP_ret_auth, OP_br_auth, OP_blr_auth,
	OP_ldra, OP_ldra_pre };

static struct question about_insn(enum insn_control insn, u32 operands)
{
	return (struct question){ .ask = ASK_INSN, .insn = insn, .operands = operands };
}

/* The encodings of scalar floating point, SIMD, and their loads and stores. DDI 0487 C4.1 */
static bool is_fp_or_simd(u32 insn)
{
	return bits(insn, 27, 26) == 3;
}

static bool is_in_system_space(u32 insn)
{
	return bits(insn, 31, 22) == 0x354; /* 1101010100: MSR, MRS, SYS, SYSL, hints, barriers */
}

/* ISS of EC 0x18: the word has op0 to op2 in <20:5>, Rt below, the direction above. */
static u32 sysreg_iss(u32 insn)
{
	return system_iss((u32)bits(insn, 20, 5), (u32)bits(insn, 4, 0),
		bit(insn, 21) ? DIR_READ : DIR_WRITE);
}

/* What is left of the ISS: an immediate, or the fields of an access. */
static u32 operands_of(const struct decoded *d)
{
	return is_in_system_space(d->insn) ? sysreg_iss(d->insn) : (u32)bits(d->insn, 20, 5);
}

static struct question about_access(u32 insn)
{
	struct question question = { .ask = ASK_REGISTER,
		.direction = bit(insn, 21) ? DIR_READ : DIR_WRITE,
		.encoding = (u32)bits(insn, 20, 5),
		.operands = sysreg_iss(insn) };

	question.reg = sysreg_find(question.encoding);
	/* SYSL names no row, even where SYS does. */
	if (question.reg == SR_NONE ||
		(question.encoding >> 14 == 1 && question.direction == DIR_READ))
		question.ask = ASK_ENCODING;
	return question;
}

static struct question question_of(const struct cpu *cpu, u32 insn)
{
	struct decoded d;

	decode_init();
	if (!decode(insn, 0, cpu->features, &d))
		return (struct question){ .ask = IS_ABSENT };
	/* HLT: halting debug is never enabled. */
	if (d.op == OP_undefined || d.op == OP_hlt)
		return (struct question){ .ask = IS_UNDEFINED };
	if (is_in_system_space(insn) && bits(insn, 20, 19) != 0)
		return about_access(insn);
	if (is_fp_or_simd(insn))
		return about_insn(INSN_FP, 0);
	if (d.op == OP_eret_auth)
		return about_insn(d.ra == PAUTH_IA ? INSN_ERETAA : INSN_ERETAB, 0);
	if (d.op == OP_pacga)
		return about_insn(INSN_PAC_GA, 0);
	for (size_t i = 0; i < COUNT(with_key); i++) {
		if (with_key[i] == d.op)
			return about_insn(pauth_control((enum pauth_key)d.ra), 0);
	}
	for (size_t i = 0; i < COUNT(controlled); i++) {
		if (controlled[i].op == d.op)
			return about_insn(controlled[i].insn, operands_of(&d));
	}
	return (struct question){ .ask = ASK_NOBODY };
}

static struct route answer(const struct cpu *cpu, const struct question *question)
{
	switch (question->ask) {
	case ASK_REGISTER: return sysreg_route(cpu, question->reg, question->direction);
	case ASK_ENCODING:
		return sysreg_route_encoding(cpu, question->encoding, question->direction);
	case ASK_INSN: return insn_route(cpu, question->insn);
	case IS_UNDEFINED:
	case IS_ABSENT: return route_undefined(cpu);
	default: return (struct route){ .goes = TO_EXECUTE };
	}
}

/* Do the operands of the instruction belong to the syndrome of this class? */
static bool has_operands(unsigned ec)
{
	return ec == EC_SYSREG || ec == EC_SVC64 || ec == EC_HVC64 || ec == EC_SMC64 ||
	       ec == EC_BRK64;
}

static struct explain_outcome ask(const struct cpu *cpu, const struct question *question)
{
	struct route route = answer(cpu, question);
	struct explain_outcome outcome = { .reg = SR_NONE };

	switch (route.goes) {
	case TO_REGISTER:
	case TO_OPERATION: outcome.reg = route.reg; break;
	case TO_EXECUTE:
	case TO_NOTHING: break;
	case TO_MEMORY:
		outcome.kind = OUTCOME_MEMORY;
		outcome.offset = route.vncr;
		break;
	case TO_UNDEFINED:
		outcome.kind = OUTCOME_UNDEFINED;
		outcome.ec = EC_UNKNOWN;
		outcome.target_el = route.target_el;
		break;
	case TO_TRAP:
		outcome.kind = OUTCOME_TRAP;
		outcome.target_el = route.target_el;
		outcome.ec = route.ec;
		outcome.iss = route.iss | (has_operands(route.ec) ? question->operands : 0);
		break;
	}
	return outcome;
}

bool outcomes_are_equal(const struct explain_outcome *a, const struct explain_outcome *b)
{
	return a->kind == b->kind && a->reg == b->reg && a->target_el == b->target_el &&
	       a->ec == b->ec && a->iss == b->iss && a->offset == b->offset;
}

struct explain_outcome explain_outcome(const struct cpu *cpu, u32 insn)
{
	struct question question = question_of(cpu, insn);

	return ask(cpu, &question);
}

/* Adds the fields of what was read at once, each once. */
static void add_fields(struct explanation *out, const struct consulted *read, bool e2h)
{
	for (u64 left = read->mask, mask; left != 0; left &= ~mask) {
		unsigned low = (unsigned)__builtin_ctzll(left), i = 0;
		const struct field *field = field_at(read->reg, e2h, low);

		mask = field != NULL ? MASK(field->high, field->low) & left : BIT(low);
		while (i < out->consulted_count &&
			!(out->consulted[i].reg == read->reg && out->consulted[i].mask & mask))
			i++;
		if (i < out->consulted_count)
			continue;
		ENT_BUG_ON(out->consulted_count == EXPLAIN_MAX);
		out->consulted[out->consulted_count++] = (struct consulted){
			.reg = read->reg, .mask = mask, .value = read->value & mask
		};
	}
}

/*
 * The same PE with one bit changed as software would. false: the bit cannot be changed; with TGE
 * there is no EL1.
 */
static bool flip(struct cpu *cpu, enum sysreg_id reg, u64 bit)
{
	u64 value = cpu->sys[reg] ^ bit;

	if (reg == SR_SPSel) {
		pstate_set_el(cpu, cpu->pstate.el, !cpu->pstate.sp);
		return true;
	}
	sysreg_write(cpu, reg, value);
	return cpu->sys[reg] == value && !(cpu->pstate.el == EL1 && is_tge(cpu));
}

static void try_flips(
	const struct cpu *cpu, const struct question *question, struct explanation *out, unsigned i)
{
	const struct consulted *field = &out->consulted[i];

	for (u64 left = field->mask; left != 0; left &= left - 1) {
		u64 one = left & -left;
		struct cpu changed = *cpu;
		struct explain_outcome outcome;

		changed.consulted = NULL;
		if (!flip(&changed, field->reg, one))
			continue;
		outcome = ask(&changed, question);
		if (outcomes_are_equal(&outcome, &out->outcome))
			continue;
		ENT_BUG_ON(out->flip_count == EXPLAIN_MAX);
		out->flips[out->flip_count++] =
			(struct explain_flip){ .control = i, .bit = one, .outcome = outcome };
	}
}

/* Does a change of the bit leave what happens, and only where the exception goes? */
bool explain_flips_target(const struct explanation *answer, const struct explain_flip *flip)
{
	struct explain_outcome moved = flip->outcome;

	moved.target_el = answer->outcome.target_el;
	return outcomes_are_equal(&moved, &answer->outcome);
}

/* The last control that changes what happens; else, where it goes; else the last that was read. */
static int deciding(const struct cpu *cpu, const struct explanation *out)
{
	int last = (int)out->consulted_count - 1;
	struct cpu changed = *cpu;

	for (unsigned i = out->flip_count; i-- > 0;) {
		if (!explain_flips_target(out, &out->flips[i]))
			return (int)out->flips[i].control;
	}
	if (out->flip_count != 0)
		return (int)out->flips[out->flip_count - 1].control;
	/* What has one value only in this PE decides nothing. */
	changed.consulted = NULL;
	if (last >= 0 && !flip(&changed, out->consulted[last].reg,
				 out->consulted[last].mask & -out->consulted[last].mask))
		return -1;
	return last;
}

void explain(const struct cpu *cpu, u32 insn, struct explanation *out)
{
	struct question question = question_of(cpu, insn);
	struct consultation consultation = { 0 };
	struct cpu asked = *cpu;

	memset(out, 0, sizeof(*out));
	asked.consulted = &consultation;
	out->is_unallocated = question.ask == IS_ABSENT;
	out->outcome = ask(&asked, &question);
	if (out->outcome.kind == OUTCOME_OK && question.direction == DIR_READ)
		out->reads = read_returns(cpu, out->outcome.reg);
	for (unsigned i = 0; i < consultation.count; i++)
		add_fields(out, &consultation.row[i], is_e2h(cpu));
	for (unsigned i = 0; i < out->consulted_count; i++)
		try_flips(cpu, &question, out, i);
	out->deciding = deciding(cpu, out);
}

void outcome_say(const struct explain_outcome *outcome, char *text, size_t size)
{
	char syndrome[200];
	const char *detail;

	switch (outcome->kind) {
	case OUTCOME_OK:
		snprintf(text, size, "ok%s%s", outcome->reg != SR_NONE ? ": " : "",
			outcome->reg != SR_NONE ? sysreg_name(outcome->reg) : "");
		break;
	case OUTCOME_MEMORY:
		snprintf(
			text, size, "memory: the word at VNCR_EL2.BADDR + 0x%03x", outcome->offset);
		break;
	case OUTCOME_UNDEFINED:
		snprintf(text, size, "UNDEFINED: EC 0x00 to EL%u", outcome->target_el);
		break;
	case OUTCOME_TRAP:
		esr_describe((u64)outcome->ec << 26 | BIT(25) | outcome->iss, syndrome,
			sizeof(syndrome));
		detail = strstr(syndrome, ": ");
		snprintf(text, size, "trap to EL%u: EC 0x%02x %s, ISS 0x%07x (%s)",
			outcome->target_el, outcome->ec, ec_name(outcome->ec), outcome->iss,
			detail != NULL ? detail + 2 : syndrome);
		break;
	}
}
