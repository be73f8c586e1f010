/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about system instructions, answered by the machine's own rules: assembly to words,
 * named fields of registers, and what an instruction would do in a state and why.
 */
#ifndef ENT_EXPLAIN_H
#define ENT_EXPLAIN_H

#include "base/base.h"
#include "cpu/state.h"
#include "sysregs/sysregs.h"

/* ---- assemble.c ---- */

/*
 * The word of one instruction: a line of asm.def, or any as `0x...` or `.inst 0x...`. What was not
 * understood is said in the status, with the nearest names.
 */
struct status assemble(const char *text, u32 *insn);

/* ---- names.c ---- */

/* The register of this name in any case (SR_NONE: there is none), operations (op0 = 1) too. */
enum sysreg_id register_by_name(const char *name);
bool is_operation_name(enum sysreg_id id);

/*
 * Names near to a wrong one, for messages: offer each candidate, then ask for the text, which is ""
 * or ", is it A, B or C?".
 */
struct nearest {
	const char *wanted;
	struct {
		const char *name;
		unsigned distance;
	} best[3];
	unsigned count;
};
void nearest_offer(struct nearest *nearest, const char *candidate);
void nearest_say(const struct nearest *nearest, char *text, size_t size);
/* Offers all registers, or all operations that begin with `prefix` ("TLBI_") without it. */
void nearest_offer_registers(struct nearest *nearest);
void nearest_offer_operations(struct nearest *nearest, const char *prefix);

/* ---- fields.c ---- */

/* A row of fields.def. A register may have two formats, that with HCR_EL2.E2H and that without. */
struct field {
	const char *group; /* the register, or several: "ESR_ELx" */
	const char *name;  /* without "E2H_" */
	u8 high, low;
	bool is_e2h;
};

/* The field of a register behind `previous` (NULL: the first) in the format; NULL: there is none.
 */
const struct field *field_next(enum sysreg_id id, bool e2h, const struct field *previous);
/* By name in any case. NULL: there is none. */
const struct field *field_find(enum sysreg_id id, bool e2h, const char *name);
/* The one that has this bit. NULL: none has. */
const struct field *field_at(enum sysreg_id id, bool e2h, unsigned bit);
/* "HCR_EL2.TVM" of a mask that is a field, or "HCR_EL2[17]" of a bit; PSTATE's as "PSTATE.SP". */
void field_say(enum sysreg_id id, bool e2h, u64 mask, char *text, size_t size);

/* ---- state.c ---- */

/* A PE without memory, to ask questions about. NULL: the host has no memory left. */
struct explain_pe {
	struct cpu *cpu;
	struct cpu_group group;
	struct memory memory;
};
struct explain_pe *explain_pe_create(const char *profile, bool has_el2);
void explain_pe_destroy(struct explain_pe *pe);

/*
 * Writes a control register as software would, but says so if the PE does not keep the value:
 * read-only registers, RES0 and RES1 bits. name: of what is set, for the message.
 */
struct status explain_set(struct cpu *cpu, enum sysreg_id id, u64 value, const char *name);

/* ---- explain.c ---- */

enum outcome_kind { OUTCOME_OK, OUTCOME_UNDEFINED, OUTCOME_TRAP, OUTCOME_MEMORY };
extern const char *const outcome_names[]; /* "ok" ... */

struct explain_outcome {
	enum outcome_kind kind;
	enum sysreg_id reg; /* ok: the register or operation that is reached; SR_NONE: no matter */
	u8 target_el;	    /* undefined, trap: EL1 or EL2 */
	u8 ec;
	u32 iss;    /* with operands */
	u16 offset; /* memory: from VNCR_EL2.BADDR */
};

/* A change of one bit of a control, and what would happen then. */
struct explain_flip {
	enum sysreg_id reg; /* SR_SPSel: PSTATE.SP */
	u64 bit;
	bool to;
	struct explain_outcome outcome;
};

enum { EXPLAIN_MAX = 256 };
struct explanation {
	struct explain_outcome outcome;
	bool is_unallocated; /* no instruction of this PE */
	/* Fields of the controls that were read, in order, with their values in place. */
	unsigned consulted_count;
	struct consulted consulted[EXPLAIN_MAX];
	int deciding; /* index in consulted[]; -1: no control was read */
	unsigned flip_count;
	struct explain_flip flips[EXPLAIN_MAX];
};

/*
 * What the instruction would do in the state of the PE, why, and which single bits would change
 * that. The rules are those of the machine: sysreg_route() and insn_route() answer.
 */
void explain(const struct cpu *cpu, u32 insn, struct explanation *out);
/* Only the outcome. */
struct explain_outcome explain_outcome(const struct cpu *cpu, u32 insn);
/* "trap to EL2, EC 0x18 SYSREG, ISS 0x0300400 (write of SCTLR_EL1, x0)" */
void outcome_say(const struct explain_outcome *outcome, char *text, size_t size);
bool outcomes_are_equal(const struct explain_outcome *a, const struct explain_outcome *b);

#endif
