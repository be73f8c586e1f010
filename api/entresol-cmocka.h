/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-cmocka.h - trap tests with cmocka: a state, one instruction, one assertion.
 *
 *	static void tvm_traps_sctlr_el1_write(void **state)
 *	{
 *		struct ent_machine *cpu = cpu_at(EL1, &(struct setup){ .HCR_EL2 = HCR_EL2_TVM });
 *
 *		(void)state;
 *		run_one(cpu, MSR(SCTLR_EL1, 0));
 *		assert_trap(cpu, EL2, EC_SYSREG, ISS_MSR(SCTLR_EL1, 0));
 *	}
 *
 * An assertion says what may change, and fails when anything else in the PE or in RAM did. What it
 * expects of an exception (vector, PSTATE, SPSR, ELR) it computes from DDI 0487 D1.3, here, and not
 * with the simulator's own code.
 *
 * Names without ENT_ are those of this header: registers are written as in the manual and are
 * checked by the compiler. One test at a time per process. docs/TRAP-TESTS.md has a worked example.
 */
#ifndef ENTRESOL_CMOCKA_H
#define ENTRESOL_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <entresol.h>

/* a test uses some of what follows */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-const-variable"

/* ---- Names ---- */

enum { EL0, EL1, EL2 };

enum {
#define EC(name, value, text) EC_##name = value,
#include "exceptions/ec.def"
#undef EC
};

/* HCR_EL2_TVM: masks in place. */
#define FIELD(reg, field, high, low)                                                               \
	static const uint64_t reg##_##field = (UINT64_MAX >> (63 - (high))) & (UINT64_MAX << (low));
#include "sysregs/fields.def"
#undef FIELD

/* Instructions. rt: 0..31, imm: 0..65535 */
#define MSR(reg, rt) ENT_MSR(ENT_##reg, rt)
#define MRS(reg, rt) ENT_MRS(ENT_##reg, rt)
#define SYS(op, rt)  ENT_MSR(ENT_##op, rt)
#define WFI	     0xd503207fu
#define WFE	     0xd503205fu
#define ERET	     0xd69f03e0u
#define SVC(imm)     (0xd4000001u | (uint32_t)(imm) << 5)
#define HVC(imm)     (0xd4000002u | (uint32_t)(imm) << 5)
#define SMC(imm)     (0xd4000003u | (uint32_t)(imm) << 5)
#define BRK(imm)     (0xd4200000u | (uint32_t)(imm) << 5)

/* Syndromes, ESR_ELx.ISS. DDI 0487 D17.2.37 */
#define ISS_MSR(reg, rt) ENTRESOL_ISS(ENT_##reg, rt, 0)
#define ISS_MRS(reg, rt) ENTRESOL_ISS(ENT_##reg, rt, 1)
#define ISS_SYS(op, rt)	 ENTRESOL_ISS(ENT_##op, rt, 0)
#define ISS_WFI		 0x1e00000u /* CV = 1, COND = 1110, TI = 0 */
#define ISS_WFE		 0x1e00001u
#define ISS_FP		 0x1e00000u

/* Op0<21:20> Op2<19:17> Op1<16:14> CRn<13:10> Rt<9:5> CRm<4:1> Direction<0> */
#define ENTRESOL_ISS(reg, rt, is_read)                                                             \
	((uint32_t)(((reg) >> 14 & 3) << 20 | ((reg)&7) << 17 | ((reg) >> 11 & 7) << 14 |          \
		    ((reg) >> 7 & 15) << 10 | (rt) << 5 | ((reg) >> 3 & 15) << 1 | (is_read)))

/* ---- The state to begin with ---- */

/*
 * What differs from reset. A register that is 0 here keeps its reset value (set it to 0 after
 * cpu_at() with ent_set()); others are written in the order of the table, HCR_EL2 first, and must
 * not name bits that the profile has not.
 */
#define ENTRESOL_MEMBER_0(name)
#define ENTRESOL_MEMBER_1(name)
#define ENTRESOL_MEMBER_2(name) uint64_t name;
#define ENTRESOL_MEMBER_3(name) uint64_t name;
struct setup {
	const char *profile; /* default "v8.4-nv2" */
	const char *choices; /* as in struct ent_config */
	bool without_el2;
	bool is_sp_el0;	 /* EL1t or EL2t instead of EL1h or EL2h */
	uint64_t pstate; /* more of PSTATE than the default DAIF = 1111, e.g. SPSR_Z */
#define SYSREG(name, op0, ...) ENTRESOL_MEMBER_##op0(name)
#include "sysregs/sysreg.def"
#undef SYSREG
};

/* Where cpu_at() puts things; RAM has 1 MiB. Xn = TEST_X(n). */
enum {
	TEST_CODE = 0x40001000,
	TEST_VBAR_EL1 = 0x40010000,
	TEST_VBAR_EL2 = 0x40020000,
	TEST_VNCR =
		0x40030000, /* VNCR_EL2 with FEAT_NV2; the word at an offset is TEST_WORD(offset) */
	TEST_SP_EL0 = 0x40040000,
	TEST_SP_EL1 = 0x40050000,
	TEST_SP_EL2 = 0x40060000
};
#define TEST_X(n)	  (UINT64_C(0x5a5a000000000000) | (uint64_t)(n))
#define TEST_WORD(offset) (UINT64_C(0x7e57000000000000) | (uint64_t)(offset))

/* The test that runs. */
static struct {
	struct ent_machine *m;
	struct ent_snapshot *before; /* as of run_one() */
	uint64_t exceptions;	     /* taken before run_one() */
	uint32_t word;
	char text[2000]; /* why an assertion fails */
} entresol_test;

__attribute__((format(printf, 1, 2))) static void entresol_say(const char *format, ...)
{
	size_t length = strlen(entresol_test.text);
	va_list args;

	va_start(args, format);
	vsnprintf(entresol_test.text + length, sizeof(entresol_test.text) - length, format, args);
	va_end(args);
}

static void entresol_write_setup(struct ent_machine *m, const struct setup *setup)
{
#define ENTRESOL_WRITE_0(name)
#define ENTRESOL_WRITE_1(name)
#define ENTRESOL_WRITE_2(name)                                                                     \
	if (setup->name != 0)                                                                      \
		ent_set(m, ENT_##name, setup->name);
#define ENTRESOL_WRITE_3(name) ENTRESOL_WRITE_2(name)
	ENTRESOL_WRITE_3(HCR_EL2)
#define SYSREG(name, op0, ...) ENTRESOL_WRITE_##op0(name)
#include "sysregs/sysreg.def"
#undef SYSREG
}

struct entresol_value {
	uint32_t reg;
	uint64_t value;
};

static void entresol_set_all(
	struct ent_machine *m, const struct entresol_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ent_set(m, values[i].reg, values[i].value);
}

/* What is not written must be seen to be not written, also where the right value would be 0. */
static void entresol_fill(struct ent_machine *m, bool has_el2)
{
	static const struct entresol_value el1[] = { { ENT_VBAR_EL1, TEST_VBAR_EL1 },
		{ ENT_ELR_EL1, 0xe1e1e1e1e1e1e1e0 }, { ENT_SPSR_EL1, 0x600000c4 },
		{ ENT_ESR_EL1, 0xa1a1a1a1 }, { ENT_FAR_EL1, 0xf1f1f1f1f1f1f1f1 },
		{ ENT_SP_EL0, TEST_SP_EL0 }, { ENT_SP_EL1, TEST_SP_EL1 } };
	static const struct entresol_value el2[] = { { ENT_VBAR_EL2, TEST_VBAR_EL2 },
		{ ENT_ELR_EL2, 0xe2e2e2e2e2e2e2e0 }, { ENT_SPSR_EL2, 0x900000c8 },
		{ ENT_ESR_EL2, 0xa2a2a2a2 }, { ENT_FAR_EL2, 0xf2f2f2f2f2f2f2f2 },
		{ ENT_HPFAR_EL2, 0xab0 }, { ENT_SP_EL2, TEST_SP_EL2 } };

	for (unsigned n = 0; n < 31; n++)
		ent_set_x(m, n, TEST_X(n));
	entresol_set_all(m, el1, sizeof(el1) / sizeof(el1[0]));
	if (has_el2)
		entresol_set_all(m, el2, sizeof(el2) / sizeof(el2[0]));
	for (uint64_t offset = 0; offset < 0x1000; offset += 8)
		ent_set_ram64(m, TEST_VNCR + offset, TEST_WORD(offset));
	ent_set_pc(m, TEST_CODE);
	if (has_el2 && ent_get_field(m, ENT_FIELD(ID_AA64MMFR2_EL1, NV)) >= 2) /* FEAT_NV2 */
		ent_set(m, ENT_VNCR_EL2, TEST_VNCR);
}

/* Fails the test at the user's line. */
static void entresol_fail(const char *file, int line, const char *what, const char *why)
{
	print_error("ERROR: %s: %s\n", what, why);
	_fail(file, line);
}

/* EL1 does not exist while HCR_EL2.TGE is 1: no exception and no exception return leads there. */
static void entresol_check_possible(
	const char *file, int line, struct ent_machine *m, const char *what)
{
	if (ent_el(m) == EL1 && ent_get(m, ENT_ID_AA64PFR0_EL1) & ID_AA64PFR0_EL1_EL2 &&
		ent_get(m, ENT_HCR_EL2) & HCR_EL2_TGE)
		entresol_fail(file, line, what, "there is no EL1 while HCR_EL2.TGE = 1");
}

/*
 * cpu_at(el, setup): a PE at EL0, EL1 or EL2, after reset but for what `setup` says (NULL:
 * nothing), with vectors, stacks and code as above and DAIF masked. Valid until the next call.
 * Fails the test if the setup is impossible.
 */
#define cpu_at(...) entresol_cpu_at(__FILE__, __LINE__, __VA_ARGS__)

static struct ent_machine *entresol_cpu_at(
	const char *file, int line, unsigned el, const struct setup *setup)
{
	static const struct setup nothing;
	const struct setup *given = setup != NULL ? setup : &nothing;
	uint64_t mode = (uint64_t)el << 2 | (el != EL0 && !given->is_sp_el0);
	char why[200];
	struct ent_machine *m;

	ent_snapshot_free(entresol_test.before);
	ent_destroy(entresol_test.m);
	entresol_test.before = NULL;
	m = entresol_test.m = ent_create(&(struct ent_config){ .profile = given->profile,
						 .choices = given->choices,
						 .without_el2 = given->without_el2 },
		why, sizeof(why));
	if (m == NULL)
		entresol_fail(file, line, "cpu_at", why);
	entresol_fill(m, !given->without_el2);
	entresol_write_setup(m, given);
	ent_set_pstate(m, mode | ENT_SPSR_D | ENT_SPSR_A | ENT_SPSR_I | ENT_SPSR_F | given->pstate);
	if (ent_error(m) != ENT_OK)
		entresol_fail(file, line, "cpu_at", ent_error_text(m));
	entresol_check_possible(file, line, m, "cpu_at");
	return m;
}

/* run_one(machine, word): executes one instruction at the PC. */
#define run_one(m, word) entresol_run_one(__FILE__, __LINE__, m, word)

static void entresol_run_one(const char *file, int line, struct ent_machine *m, uint32_t word)
{
	entresol_check_possible(file, line, m, "run_one");
	ent_place(m, word);
	ent_snapshot_free(entresol_test.before);
	entresol_test.before = ent_snapshot(m);
	entresol_test.exceptions = ent_exception_count(m);
	entresol_test.word = word;
	if (ent_error(m) != ENT_OK)
		entresol_fail(file, line, "run_one", ent_error_text(m));
	ent_run(m, 1);
}

/* ---- What may have changed ---- */

/* A change that is expected: the name of ent_compare(), and where in RAM. */
struct entresol_allowed {
	const char *name;
	uint64_t address;
};

static bool entresol_nothing_else(
	struct ent_machine *m, const struct entresol_allowed *allowed, size_t count)
{
	struct ent_change changes[8];
	size_t found = ent_compare(m, entresol_test.before, NULL, 0), wrong = 0;
	struct ent_change *all = test_calloc(found + 1, sizeof(*all));

	ent_compare(m, entresol_test.before, all, found);
	for (size_t i = 0; i < found; i++) {
		size_t a = 0;

		while (a < count && !(strcmp(allowed[a].name, all[i].name) == 0 &&
					    allowed[a].address == all[i].address))
			a++;
		if (a == count && wrong++ < sizeof(changes) / sizeof(changes[0]))
			changes[wrong - 1] = all[i];
	}
	test_free(all);
	for (size_t i = 0; i < wrong && i < sizeof(changes) / sizeof(changes[0]); i++) {
		entresol_say("  %s", changes[i].name);
		if (changes[i].address != 0)
			entresol_say(" 0x%llx", (unsigned long long)changes[i].address);
		entresol_say(" changed too: 0x%llx, was 0x%llx\n",
			(unsigned long long)changes[i].after,
			(unsigned long long)changes[i].before);
	}
	return wrong == 0;
}

static bool entresol_is(const char *name, uint64_t is, uint64_t should_be)
{
	if (is != should_be)
		entresol_say("  %s is 0x%llx, should be 0x%llx\n", name, (unsigned long long)is,
			(unsigned long long)should_be);
	return is == should_be;
}

static void entresol_begin(struct ent_machine *m, const char *what)
{
	entresol_test.text[0] = '\0';
	if (m != entresol_test.m || entresol_test.before == NULL)
		fail_msg("%s: not behind cpu_at() and run_one()", what);
}

/* ---- Exceptions ---- */

/* What is expected of a synchronous exception. */
struct entresol_expected {
	unsigned target_el;
	uint32_t ec, iss;
	bool has_far, has_hpfar;
	uint64_t far, hpfar;
};

static bool entresol_was(struct ent_machine *m, uint32_t reg, uint64_t mask)
{
	return (ent_before(m, entresol_test.before, reg) & mask) == mask;
}

static bool entresol_has_el2(struct ent_machine *m)
{
	return ent_get_field(m, ENT_FIELD(ID_AA64PFR0_EL1, EL2)) != 0;
}

/* PSTATE as it is after exception entry, in the format of SPSR. AArch64.TakeException, D1.3 */
static uint64_t entresol_pstate_after(struct ent_machine *m, unsigned target_el)
{
	uint64_t before = ent_before_pstate(m, entresol_test.before);
	uint32_t sctlr = target_el == EL2 ? ENT_SCTLR_EL2 : ENT_SCTLR_EL1;
	bool is_pan_kept =
		entresol_was(m, sctlr, SCTLR_EL1_SPAN) ||
		(target_el == EL2 && !entresol_was(m, ENT_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE));
	bool has_pan = ent_get_field(m, ENT_FIELD(ID_AA64MMFR1_EL1, PAN)) != 0;
	bool has_ssbs = ent_get_field(m, ENT_FIELD(ID_AA64PFR1_EL1, SSBS)) != 0;
	uint64_t after = before & (SPSR_N | SPSR_Z | SPSR_C | SPSR_V | SPSR_DIT | SPSR_PAN);

	after |= (uint64_t)target_el << 2 | 1 | SPSR_D | SPSR_A | SPSR_I | SPSR_F;
	if (has_pan && !is_pan_kept)
		after |= SPSR_PAN;
	if (has_ssbs && entresol_was(m, sctlr, SCTLR_EL1_DSSBS))
		after |= SPSR_SSBS;
	return after;
}

/* SPSR_ELx. FEAT_NV: EL1 is told that it came from EL2, but for {NV,NV1,NV2} = {1,1,0}. D8.11 */
static uint64_t entresol_spsr(struct ent_machine *m, unsigned from_el, unsigned target_el)
{
	uint64_t spsr = ent_before_pstate(m, entresol_test.before);

	if (from_el == EL1 && target_el == EL1 && entresol_has_el2(m) &&
		entresol_was(m, ENT_HCR_EL2, HCR_EL2_NV) &&
		(!entresol_was(m, ENT_HCR_EL2, HCR_EL2_NV1) ||
			entresol_was(m, ENT_HCR_EL2, HCR_EL2_NV2)))
		spsr = (spsr & ~UINT64_C(0xc)) | EL2 << 2;
	return spsr;
}

/* The vector: VBAR_ELx + 0 from EL with SP_EL0, 0x200 with SP_ELx, 0x400 from a lower EL. */
static uint64_t entresol_vector(struct ent_machine *m, unsigned from_el, unsigned target_el)
{
	uint64_t vbar =
		ent_before(m, entresol_test.before, target_el == EL2 ? ENT_VBAR_EL2 : ENT_VBAR_EL1);
	bool is_spx = ent_before_pstate(m, entresol_test.before) & 1;

	return vbar + (from_el < target_el ? 0x400 : is_spx ? 0x200 : 0);
}

/* FEAT_FGT: HFGITR_EL2 traps SVC. AArch64.CheckForSVCTrap */
static bool entresol_is_svc_trapped(struct ent_machine *m, unsigned from_el)
{
	bool is_host = from_el == EL0 && entresol_was(m, ENT_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE);

	if (from_el == EL2 || is_host || !entresol_has_el2(m) ||
		ent_get_field(m, ENT_FIELD(ID_AA64MMFR0_EL1, FGT)) == 0)
		return false;
	return entresol_was(
		m, ENT_HFGITR_EL2, from_el == EL0 ? HFGITR_EL2_SVC_EL0 : HFGITR_EL2_SVC_EL1);
}

/* The preferred return address: a call returns behind itself, all else to itself. */
static uint64_t entresol_return(struct ent_machine *m, unsigned from_el, uint32_t ec)
{
	bool is_call = ec == EC_HVC64 || (ec == EC_SVC64 && !entresol_is_svc_trapped(m, from_el));

	return ent_before_pc(m, entresol_test.before) + (is_call ? 4 : 0);
}

static void entresol_say_syndrome(const char *what, unsigned el, uint64_t esr)
{
	char text[160];

	ent_describe_esr(esr, text, sizeof(text));
	entresol_say("  %s EL%u, ESR 0x%08llx, %s\n", what, el, (unsigned long long)esr, text);
}

/* false: entresol_test.text says what is wrong. */
static bool entresol_check_trap(struct ent_machine *m, const struct entresol_expected *want)
{
	const struct ent_exception *e = ent_last_exception(m);
	uint64_t esr = (uint64_t)want->ec << 26 | 1u << 25 | want->iss;
	uint64_t count = ent_exception_count(m) - entresol_test.exceptions;
	unsigned from_el = (unsigned)(ent_before_pstate(m, entresol_test.before) >> 2 & 3);
	bool is_el2 = want->target_el == EL2;
	const struct entresol_allowed allowed[] = { { "PC", 0 }, { "PSTATE.EL", 0 },
		{ "PSTATE.SP", 0 }, { "PSTATE.DAIF", 0 }, { "PSTATE.PAN", 0 }, { "PSTATE.UAO", 0 },
		{ "PSTATE.IL", 0 }, { "PSTATE.SS", 0 }, { "PSTATE.SSBS", 0 }, { "PSTATE.BTYPE", 0 },
		{ is_el2 ? "ESR_EL2" : "ESR_EL1", 0 }, { is_el2 ? "ELR_EL2" : "ELR_EL1", 0 },
		{ is_el2 ? "SPSR_EL2" : "SPSR_EL1", 0 },
		{ want->has_far ? is_el2 ? "FAR_EL2" : "FAR_EL1" : "-", 0 },
		{ want->has_hpfar ? "HPFAR_EL2" : "-", 0 } };
	bool ok = true;

	if (count != 1 || e->kind != ENT_SYNCHRONOUS || e->target_el != want->target_el ||
		e->esr != esr) {
		entresol_say_syndrome("expected", want->target_el, esr);
		if (count == 0)
			entresol_say("  got      no exception, PC 0x%llx\n",
				(unsigned long long)ent_pc(m));
		else
			entresol_say_syndrome("got     ", e->target_el, e->esr);
		if (count > 1)
			entresol_say("  as the last of %u exceptions\n", (unsigned)count);
		return false;
	}
	ok &= entresol_is("PC", ent_pc(m), entresol_vector(m, from_el, want->target_el));
	ok &= entresol_is("PSTATE", ent_pstate(m), entresol_pstate_after(m, want->target_el));
	ok &= entresol_is("ESR_ELx", ent_get(m, is_el2 ? ENT_ESR_EL2 : ENT_ESR_EL1), esr);
	ok &= entresol_is("ELR_ELx", ent_get(m, is_el2 ? ENT_ELR_EL2 : ENT_ELR_EL1),
		entresol_return(m, from_el, want->ec));
	ok &= entresol_is("SPSR_ELx", ent_get(m, is_el2 ? ENT_SPSR_EL2 : ENT_SPSR_EL1),
		entresol_spsr(m, from_el, want->target_el));
	if (want->has_far)
		ok &= entresol_is(
			"FAR_ELx", ent_get(m, is_el2 ? ENT_FAR_EL2 : ENT_FAR_EL1), want->far);
	if (want->has_hpfar)
		ok &= entresol_is("HPFAR_EL2", ent_get(m, ENT_HPFAR_EL2), want->hpfar);
	return entresol_nothing_else(m, allowed, sizeof(allowed) / sizeof(allowed[0])) && ok;
}

/* UNDEFINED goes to EL1 or above, from EL0 to EL2 with HCR_EL2.TGE. */
static unsigned entresol_undefined_el(struct ent_machine *m)
{
	unsigned el = (unsigned)(ent_before_pstate(m, entresol_test.before) >> 2 & 3);

	if (el != EL0)
		return el;
	return entresol_has_el2(m) && entresol_was(m, ENT_HCR_EL2, HCR_EL2_TGE) ? EL2 : EL1;
}

/* check: of entresol_m, so that the argument is evaluated once */
#define ENTRESOL_ASSERT(m, what, check)                                                            \
	do {                                                                                       \
		struct ent_machine *entresol_m = (m);                                              \
                                                                                                   \
		entresol_begin(entresol_m, what);                                                  \
		if (!(check))                                                                      \
			fail_msg("%s:\n%s", what, entresol_test.text);                             \
	} while (0)

/*
 * The instruction was an exception to EL `el` with this class and ISS (25 bits), and otherwise did
 * nothing: registers, PSTATE and RAM are what exception entry makes of them, FAR_ELx and HPFAR_EL2
 * untouched.
 */
#define assert_trap(m, el, ec_, iss_)                                                              \
	ENTRESOL_ASSERT(m, "assert_trap",                                                          \
		entresol_check_trap(entresol_m,                                                    \
			&(struct entresol_expected){ .target_el = el, .ec = ec_, .iss = iss_ }))

/* The same for an exception that writes FAR_ELx: aborts, PC alignment, watchpoints. */
#define assert_abort(m, el, ec_, iss_, far_)                                                       \
	ENTRESOL_ASSERT(m, "assert_abort",                                                         \
		entresol_check_trap(entresol_m, &(struct entresol_expected){ .target_el = el,      \
							.ec = ec_,                                 \
							.iss = iss_,                               \
							.has_far = true,                           \
							.far = far_ }))

/* The same for a stage-2 fault to EL2, which writes HPFAR_EL2 too: the page of the IPA. */
#define assert_stage2_abort(m, ec_, iss_, far_, ipa_)                                              \
	ENTRESOL_ASSERT(m, "assert_stage2_abort",                                                  \
		entresol_check_trap(entresol_m, &(struct entresol_expected){ .target_el = EL2,     \
							.ec = ec_,                                 \
							.iss = iss_,                               \
							.has_far = true,                           \
							.far = far_,                               \
							.has_hpfar = true,                         \
							.hpfar = ((ipa_) >> 12) << 4 }))

/* The instruction is UNDEFINED: EC 0 to where that goes from here. */
#define assert_undefined(m)                                                                        \
	ENTRESOL_ASSERT(m, "assert_undefined",                                                     \
		entresol_check_trap(                                                               \
			entresol_m, &(struct entresol_expected){                                   \
					    .target_el = entresol_undefined_el(entresol_m),        \
					    .ec = EC_UNKNOWN }))

/* ---- Instructions that are executed ---- */

static bool entresol_check_executes(struct ent_machine *m)
{
	const struct ent_exception *e = ent_last_exception(m);

	if (ent_exception_count(m) != entresol_test.exceptions) {
		entresol_say_syndrome("expected no exception, got", e->target_el, e->esr);
		return false;
	}
	return entresol_is("PC", ent_pc(m), ent_before_pc(m, entresol_test.before) + 4);
}

/* names: of ent_compare(), NULL at the end. PC may change anyway. */
static bool entresol_check_only(struct ent_machine *m, const char *const *names)
{
	struct entresol_allowed allowed[16] = { { "PC", 0 } };
	size_t count = 1;

	while (*names != NULL && count < sizeof(allowed) / sizeof(allowed[0]))
		allowed[count++] = (struct entresol_allowed){ *names++, 0 };
	return entresol_check_executes(m) && entresol_nothing_else(m, allowed, count);
}

/* MSR or MRS of the word that ran: Xt, and the direction. */
static bool entresol_is_read(void)
{
	return entresol_test.word >> 21 & 1;
}

static uint64_t entresol_rt(struct ent_machine *m)
{
	uint32_t rt = entresol_test.word & 31;

	return rt == 31 ? 0 : ent_x(m, rt);
}

static const char *entresol_rt_name(char name[4])
{
	snprintf(name, 4, "X%u", entresol_test.word & 31u);
	return name;
}

static bool entresol_check_reaches(struct ent_machine *m, uint32_t reg)
{
	char rt[4];
	const char *name = entresol_is_read() ? entresol_rt_name(rt) : ent_register_name(reg);
	uint64_t is = ent_get(m, reg), was = ent_before(m, entresol_test.before, reg);

	if (entresol_is_read() && (entresol_test.word & 31) == 31) {
		entresol_say("  the read went to XZR, where nothing tells which register it was: "
			     "use another Xt, or assert_executes\n");
		return false;
	}
	if (!entresol_check_only(m, (const char *const[]){ name, NULL }))
		return false;
	if (entresol_is_read())
		return entresol_is(name, entresol_rt(m), was);
	if (is != was || was == entresol_rt(m))
		return true;
	entresol_say("  %s was not written\n", name);
	return false;
}

static bool entresol_check_memory(struct ent_machine *m, uint64_t offset, uint64_t value)
{
	uint64_t at = (ent_get(m, ENT_VNCR_EL2) & VNCR_EL2_BADDR) + offset;
	char rt[4];
	struct entresol_allowed allowed[] = { { "PC", 0 }, { "RAM", at } };

	if (entresol_is_read())
		allowed[1] = (struct entresol_allowed){ entresol_rt_name(rt), 0 };
	if (!entresol_check_executes(m) || !entresol_nothing_else(m, allowed, 2))
		return false;
	if (entresol_is_read() && !entresol_is(rt, entresol_rt(m), value))
		return false;
	return entresol_is("the word in memory", ent_ram64(m, at), value);
}

/* No exception was taken, and PC is at the next instruction. */
#define assert_executes(m)                                                                         \
	ENTRESOL_ASSERT(m, "assert_executes", entresol_check_executes(entresol_m))

/* ... and besides PC only what is named changed: assert_only(m, "X0", "FPSR"). At most 15 names. */
#define assert_only(m, ...)                                                                        \
	ENTRESOL_ASSERT(m, "assert_only",                                                          \
		entresol_check_only(entresol_m, (const char *const[]){ __VA_ARGS__, NULL }))

/*
 * An MSR wrote the register, or an MRS read it, by whatever name, and nothing else changed. Reads
 * are told apart by the values, so registers that matter should differ, and Xt must not be XZR.
 */
#define assert_reaches(m, reg)                                                                     \
	ENTRESOL_ASSERT(m, "assert_reaches", entresol_check_reaches(entresol_m, ENT_##reg))

/*
 * FEAT_NV2: an MSR wrote `value` to the word at VNCR_EL2.BADDR + offset, or an MRS read it from
 * there, and nothing else changed. With EL2's MMU off, so that the address is the physical one.
 */
#define assert_memory(m, offset, value)                                                            \
	ENTRESOL_ASSERT(m, "assert_memory", entresol_check_memory(entresol_m, offset, value))

#pragma GCC diagnostic pop

#endif
