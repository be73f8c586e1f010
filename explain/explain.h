/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about system instructions, answered by the machine's own rules: assembly to words,
 * named fields of registers, and what an instruction would do in a state and why.
 */
#ifndef ENT_EXPLAIN_H
#define ENT_EXPLAIN_H

#include <stdio.h>

#include "base/base.h"
#include "base/nearest.h"
#include "cpu/state.h"
#include "sysregs/sysregs.h"

/* ---- assemble.c ---- */

/*
 * The word of one instruction: a line of asm.def, or any as `0x...` or `.inst 0x...`. What was not
 * understood is said in the status, with the nearest names.
 */
struct status assemble(const char *text, u32 *insn);

/* ---- disassemble.c ---- */

void disassemble(u32 insn, char *text, size_t size);
/* The same with the targets of branches, and addresses beside it, from where it is. */
void disassemble_at(u64 address, u32 insn, char *text, size_t size);

/* ---- names.c ---- */

/* S<op0>_<op1>_C<n>_C<m>_<op2> in any case, op0 2 or 3; *encoding as in sysregs.h. */
bool is_generic_name(const char *name, u32 *encoding);
/* The register of this name in any case, or of this encoding (SR_NONE: there is none), operations
 * (op0 = 1) by name too. */
enum sysreg_id register_by_name(const char *name);
bool is_operation_name(enum sysreg_id id);
/* false: a register that only another one's name leads to (op0 = 0), as ICV_PMR_EL1. */
bool has_encoding(enum sysreg_id id);

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

/* The field of a register above `previous` (NULL: the lowest) in the format; NULL: there is none.
 */
const struct field *field_next(enum sysreg_id id, bool e2h, const struct field *previous);
/* By name in any case. NULL: there is none. */
const struct field *field_find(enum sysreg_id id, bool e2h, const char *name);
/* The one that has this bit. NULL: none has. */
const struct field *field_at(enum sysreg_id id, bool e2h, unsigned bit);
/* What it does, a row of describe_fields.def; "": not described. */
const char *field_description(const struct field *field);
/* What this value of it is called; NULL: nothing. */
const char *field_value_name(const struct field *field, u64 value);
/* "HCR_EL2.TVM" of a mask that is a field, or "HCR_EL2[17]" of a bit; PSTATE's as "PSTATE.SP". */
void field_say(enum sysreg_id id, bool e2h, u64 mask, char *text, size_t size);

/* ---- state.c ---- */

/* A PE without memory after reset, to ask questions about. choice NULL: the default ones. *out is
 * NULL unless STATUS_OK. */
struct explain_pe {
	struct cpu *cpu;
	struct cpu_group group;
	struct memory memory;
};
struct status explain_pe_create(
	const char *profile, bool has_el2, const u8 choice[CHOICE_COUNT], struct explain_pe **out);
void explain_pe_destroy(struct explain_pe *pe);

/*
 * Writes a register as software would, but says so if that cannot be: it is absent, read-only, an
 * operation or a name of another, or a bit of `asked` did not become what value says (RES0, RES1).
 */
struct status explain_set(struct cpu *cpu, enum sysreg_id id, u64 value, u64 asked);
/* What it would say; nothing changes. */
struct status explain_may_set(const struct cpu *cpu, enum sysreg_id id, u64 value, u64 asked);

/* ---- features.c ---- */

const char *feature_name(enum feature_id feature);

/* ---- registers.c ---- */

/* What the row of a register says, for a PE. */
struct register_facts {
	const char *name, *description; /* "": none */
	unsigned op0, op1, crn, crm, op2;
	int read_el, write_el; /* the lowest EL that may by this name; -1: none may */
	bool is_operation;
	const char *feature, *profile; /* NULL: always there; NULL: no profile has it */
	u64 reset, res0, res1;
	bool has_masks; /* res0 and res1 are those of this PE */
	int vncr;	/* offset; -1: never memory of FEAT_NV2 */
	const char *vncr_when;
	enum sysreg_id e2h_is, alias_of, nv2_is, virtual_is; /* SR_NONE: no such rule */
	/* Every control that some access by this name at some EL reads. */
	unsigned control_count;
	struct {
		char text[40];
	} control[64];
};
bool register_exists(const struct cpu *cpu, enum sysreg_id id);
/* Has the name a value of its own in this PE? Else: an operation, another register's name, absent.
 */
struct status register_has_value(const struct cpu *cpu, enum sysreg_id id);
/* Is there an EL that may read it by this name, and write it? */
bool register_is_readable(enum sysreg_id id);
bool register_is_writable(enum sysreg_id id);
void register_describe(const struct cpu *cpu, enum sysreg_id id, struct register_facts *out);
/* Its row of describe.def. */
const char *register_description(enum sysreg_id id);
/* The same without masks and controls, which take longer. */
void register_summarize(const struct cpu *cpu, enum sysreg_id id, struct register_facts *out);

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
	unsigned control; /* index in consulted[] */
	u64 bit;	  /* in place */
	struct explain_outcome outcome;
};

enum { EXPLAIN_MAX = 256 };
struct explanation {
	struct explain_outcome outcome;
	const char *reads;   /* of a read that is ok: read_returns() */
	bool is_unallocated; /* no instruction of this PE */
	/* Fields of the controls that were read, in order, with their values in place; SR_SPSel
	 * stands for PSTATE.SP. */
	unsigned consulted_count;
	struct consulted consulted[EXPLAIN_MAX];
	int deciding; /* index in consulted[]; -1: none that could be otherwise */
	unsigned flip_count;
	struct explain_flip flips[EXPLAIN_MAX];
};

/*
 * What the instruction would do in the state of the PE, why, and which single bits would change
 * that. The rules are those of the machine: sysreg_route() and insn_route() answer.
 */
void explain(const struct cpu *cpu, u32 insn, struct explanation *out);
/* Does the flip change only to which EL the exception goes? */
bool explain_flips_target(const struct explanation *answer, const struct explain_flip *flip);
/* Only the outcome. */
struct explain_outcome explain_outcome(const struct cpu *cpu, u32 insn);
/* "trap to EL2, EC 0x18 SYSREG, ISS 0x0300400 (write of SCTLR_EL1, x0)" */
void outcome_say(const struct explain_outcome *outcome, char *text, size_t size);
bool outcomes_are_equal(const struct explain_outcome *a, const struct explain_outcome *b);

/* ---- reads.c ---- */

/* Whose value a read of the register returns here, if its name does not tell; NULL: its own. */
const char *read_returns(const struct cpu *cpu, enum sysreg_id id);

/* ---- matrix.c ---- */

enum matrix_format { MATRIX_CSV, MATRIX_JSON };

/* The state of a setting of the matrix, in a PE after reset. Bits that the PE has not stay. */
struct status matrix_setting(struct cpu *cpu, const char *name);

/*
 * Writes the trap matrix of a PE after reset: the settings of settings.h, all or only those of
 * {E2H, TGE, NV, NV1, NV2} alone.
 */
struct status matrix_print(const struct cpu *cpu, bool all, enum matrix_format format, FILE *out);

#endif
