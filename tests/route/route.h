/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Route rows: hand-written facts about where an access or an instruction goes, a reason each. They
 * come from the text of DDI 0487 and HYPERVISOR-SPEC sections B.5, B.8 and F, not from the code.
 *
 * Each says its own "just off" twin: the control that decides (FLIP), and where the same access
 * goes with that control the other way. route.c demands it of every row that traps.
 */
#ifndef ENT_TESTS_ROUTE_H
#define ENT_TESTS_ROUTE_H

#include "sysregs/table.h"

/* A control register and what is written to it. */
struct setting {
	enum sysreg_id reg; /* SR_NONE: nothing */
	u64 value;
};

enum access_kind { ACCESS_REGISTER, ACCESS_ENCODING, ACCESS_INSN };
struct access {
	enum access_kind kind;
	u32 id; /* enum sysreg_id, an encoding without a row, or enum insn_control */
	enum direction direction;
};

/* How the twin differs: bits of a control register the other way, or another profile. */
struct flip {
	enum sysreg_id reg; /* SR_NONE: the profile, or nothing */
	u64 mask;
	const char *profile;
};

struct route_row {
	const char *why;
	const char *profile;
	u8 at; /* EL0..EL2, or one of the values below */
	u64 hcr;
	struct setting other[3]; /* written in order, after HCR_EL2 */
	struct access access;
	struct route goes;
	struct flip flip;
	struct route then; /* where it goes with the flip */
};

/* EL1t, EL2t: with PSTATE.SP = 0. ALONE: of a PE without EL2. */
enum { AT_SP_EL0 = 4, AT_ALONE = 8 };
enum { EL1t = EL1 | AT_SP_EL0, EL2t = EL2 | AT_SP_EL0 };
enum { EL0_ALONE = EL0 | AT_ALONE, EL1_ALONE = EL1 | AT_ALONE };

struct route_table {
	const char *name;
	const struct route_row *rows;
	size_t count;
};
/* clang-format off */
#define ROUTE_TABLES(X)                                                                            \
	X(hcr) X(el0) X(timer) X(debug) X(fp) X(vhe) X(nv) X(nv2) X(nv2_traps) X(insn) X(fgt)      \
	X(pmu) X(gic) X(ras) X(absent)
/* clang-format on */
#define DECLARE(name) extern const struct route_table rows_##name;
ROUTE_TABLES(DECLARE)
#undef DECLARE
static const struct route_table *const tables[] = {
#define ADDRESS(name) &rows_##name,
	ROUTE_TABLES(ADDRESS)
#undef ADDRESS
};

/* ---- every_register.c: tests of route.c's group ---- */

void direct_accesses_agree_in_every_mode(void **state);
void el1_under_nested_virtualization(void **state);
void el2_with_and_without_e2h(void **state);
void ecv_traps_el02_names(void **state);
void el0_names(void **state);
void columns_are_the_rows(void **state);

#define ROUTE_TABLE(name_) const struct route_table rows_##name_ = { #name_, rows, COUNT(rows) }

/* clang-format off */

/* ---- Columns ---- */

#define V80 "v8.0"
#define V81 "v8.1"
#define V83 "v8.3-nv"
#define V84 "v8.4-nv2"
#define MAX "max"

#define HCR(field) HCR_EL2_##field
#define E2H     HCR_EL2_E2H
#define TGE     HCR_EL2_TGE
#define IN_HOST (HCR_EL2_E2H | HCR_EL2_TGE)
#define NV      HCR_EL2_NV
#define NV_NV1  (HCR_EL2_NV | HCR_EL2_NV1)
#define NV2     (HCR_EL2_NV | HCR_EL2_NV2)
#define NV2_NV1 (HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_NV1)

/* Other controls: one register and its value, or two or three. */
#define NONE                 { { SR_NONE, 0 }, { SR_NONE, 0 }, { SR_NONE, 0 } }
#define SET(r, v)            { { SR_##r, v }, { SR_NONE, 0 }, { SR_NONE, 0 } }
#define SET2(r, v, s, w)     { { SR_##r, v }, { SR_##s, w }, { SR_NONE, 0 } }
#define SET3(r, v, s, w, t, x) { { SR_##r, v }, { SR_##s, w }, { SR_##t, x } }

/* Accesses. ENC: op0, op1, CRn, CRm, op2 of an encoding without a row */
#define MRS(r)       { ACCESS_REGISTER, SR_##r, DIR_READ }
#define MSR(r)       { ACCESS_REGISTER, SR_##r, DIR_WRITE }
#define SYS(op)      { ACCESS_REGISTER, SR_##op, DIR_WRITE }
#define SYSL(op)     { ACCESS_REGISTER, SR_##op, DIR_READ }
#define INSN(name)   { ACCESS_INSN, INSN_##name, DIR_READ }
#define ENC(op0, op1, crn, crm, op2) ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define MRS_ENC(...) { ACCESS_ENCODING, ENC(__VA_ARGS__), DIR_READ }
#define MSR_ENC(...) { ACCESS_ENCODING, ENC(__VA_ARGS__), DIR_WRITE }

/* Results. ISS_ALWAYS: CV = 1, COND = 0b1110 */
#define REG(r)       { .goes = TO_REGISTER, .reg = SR_##r }
#define OPER(op)     { .goes = TO_OPERATION, .reg = SR_##op }
#define MEM(offset)  { .goes = TO_MEMORY, .vncr = (offset) }
#define EXECUTE      { .goes = TO_EXECUTE }
#define NOTHING      { .goes = TO_NOTHING }
#define UNDEF        { .goes = TO_UNDEFINED }
#define TRAP1        { .goes = TO_TRAP, .ec = EC_SYSREG, .target_el = EL1 }
#define TRAP2        { .goes = TO_TRAP, .ec = EC_SYSREG, .target_el = EL2 }
#define TRAP_TO(el, class, syndrome)                                                               \
	{ .goes = TO_TRAP, .ec = EC_##class, .target_el = (el), .iss = (syndrome) }
#define ISS_ALWAYS   (1u << 24 | 0xeu << 20)

/* The twin. FLIP and a result; NO_TWIN: no control has a say, or the row is itself a twin */
#define FLIP(r, field) { SR_##r, r##_##field, NULL }
#define FLIP_BITS(r, mask) { SR_##r, mask, NULL }
#define IN(profile)  { SR_NONE, 0, profile }
#define NO_TWIN      { SR_NONE, 0, NULL }, { .goes = TO_REGISTER }

/* clang-format on */

#endif
