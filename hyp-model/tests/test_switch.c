/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch: order of the register writes on nVHE and VHE, what the host gets back, PC
 * updates.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "core/switch.h"

#define GUEST_VALUE(reg) (0x2000ul + CTX_##reg)

static const struct host_exit hvc = { EXIT_TRAP, (u64)EC_HVC64 << 26 | ESR_IL, 0, 0, 0, NULL };

static void fill_guest(struct vm *vm)
{
	for (unsigned i = 0; i < CTX_COUNT; i++)
		vm->vcpu.context.sys[i] = 0x2000 + i;
	vm->vcpu.context.pc = 0x40001000;
}

/* The names of the registers written, and everything else that is logged, one word each. */
static const char *order(void)
{
	static char text[8192];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);
		const char *word = e->kind == LOG_WRITE	    ? host_reg_name(e->reg)
				   : e->kind == LOG_ENTER   ? "<guest>"
				   : e->kind == LOG_ISB	    ? "ISB"
				   : e->kind == LOG_DSB_NSH ? "DSB"
							    : NULL;

		if (word)
			length +=
				(size_t)snprintf(text + length, sizeof(text) - length, "%s ", word);
	}
	return text;
}

#define EL1_NVHE                                                                                   \
	"SCTLR_EL1 CPACR_EL1 TTBR0_EL1 TTBR1_EL1 TCR_EL1 ESR_EL1 AFSR0_EL1 AFSR1_EL1 FAR_EL1 "     \
	"MAIR_EL1 AMAIR_EL1 VBAR_EL1 CONTEXTIDR_EL1 CNTKCTL_EL1 ELR_EL1 SPSR_EL1 "
#define EL1_VHE                                                                                    \
	"SCTLR_EL12 CPACR_EL12 TTBR0_EL12 TTBR1_EL12 TCR_EL12 ESR_EL12 AFSR0_EL12 AFSR1_EL12 "     \
	"FAR_EL12 MAIR_EL12 AMAIR_EL12 VBAR_EL12 CONTEXTIDR_EL12 CNTKCTL_EL12 ELR_EL12 SPSR_EL12 "
#define EL1_SHARED   "PAR_EL1 TPIDR_EL1 SP_EL1 CSSELR_EL1 ACTLR_EL1 "
#define USER	     "TPIDR_EL0 TPIDRRO_EL0 "
#define COMMON	     "MDSCR_EL1 "
#define IDENTITY     "VPIDR_EL2 VMPIDR_EL2 "
#define STAGE2	     "VTCR_EL2 VTTBR_EL2 "
#define TRAPS	     "HCR_EL2 MDCR_EL2 CPTR_EL2 "
#define RETURN_STATE "ELR_EL2 SPSR_EL2 "

static void run_once(struct vm *vm)
{
	host_script(&hvc, 1);
	vcpu_load(&vm->vcpu);
	host_log_clear();
	assert_int_equal(vcpu_run(&vm->vcpu), EXIT_TRAP);
}

/*
 * A.7 nVHE, WS-5: everything in, everything out; the guest's stage 2 before HCR_EL2.VM, the host's
 * after.
 */
static void nvhe_order(void **state)
{
	struct vm *vm = guest(MODE_NVHE);

	(void)state;
	fill_guest(vm);
	run_once(vm);
	assert_string_equal(order(),
		"DSB " EL1_NVHE EL1_SHARED USER COMMON IDENTITY STAGE2 "ISB " TRAPS RETURN_STATE
		"<guest> DSB " TRAPS "VTTBR_EL2 " EL1_NVHE EL1_SHARED USER COMMON "ISB ");
}

/* A.7 VHE: between load and put only the common class, the traps and the return state move. */
static void vhe_order(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	fill_guest(vm);
	run_once(vm);
	assert_string_equal(order(), TRAPS COMMON RETURN_STATE "<guest> " TRAPS COMMON "ISB ");
}

/* A.4 and A.5, seed 002. */
static void vhe_load_and_put_order(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	fill_guest(vm);
	vcpu_load(&vm->vcpu);
	assert_string_equal(order(), USER EL1_VHE EL1_SHARED IDENTITY STAGE2);
	assert_true(vm->vcpu.sysregs_on_cpu);
	host_log_clear();
	vcpu_put(&vm->vcpu);
	assert_string_equal(order(), USER);
	assert_false(vm->vcpu.sysregs_on_cpu);
}

/* WS-2, HC-1: the host finds its registers as they were, none of them a constant. */
static void host_gets_its_registers_back(void **state)
{
	static const enum hyp_mode modes[] = { MODE_NVHE, MODE_VHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vm *vm = guest(modes[i]);
		u64 hcr = host_get(SR_HCR_EL2), mdcr = host_get(SR_MDCR_EL2),
		    cptr = host_get(SR_CPTR_EL2);

		fill_guest(vm);
		run_once(vm);
		vcpu_put(&vm->vcpu);
		assert_int_equal(host_get(SR_HCR_EL2), hcr);
		assert_int_equal(host_get(SR_MDCR_EL2), mdcr);
		assert_int_equal(host_get(SR_CPTR_EL2), cptr);
		assert_int_equal(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
		assert_int_equal(host_get(SR_TPIDRRO_EL0), HOST_VALUE(TPIDRRO_EL0));
		assert_int_equal(host_get(SR_MDSCR_EL1), HOST_VALUE(MDSCR_EL1));
		assert_int_equal(vm->vcpu.context.sys[CTX_TTBR0_EL1], GUEST_VALUE(TTBR0_EL1));
		assert_int_equal(vm->vcpu.context.sys[CTX_TPIDR_EL1], GUEST_VALUE(TPIDR_EL1));
		if (modes[i] == MODE_NVHE) {
			assert_int_equal(host_get(SR_TTBR0_EL1), HOST_VALUE(TTBR0_EL1));
			assert_int_equal(host_get(SR_VTTBR_EL2), 0);
		}
	}
}

/* The last value written to a register before the guest was entered. */
static u64 value_at_entry(enum host_reg reg)
{
	u64 value = 0;

	for (size_t i = 0; host_log(i)->kind != LOG_ENTER; i++)
		if (host_log(i)->kind == LOG_WRITE && host_log(i)->reg == reg)
			value = host_log(i)->value;
	return value;
}

static void guest_values_of_the_trap_registers(void **state)
{
	/*
	 * A.3 and A.11: baseline with TVM, E2H on VHE, TGE never; the host's API and APK (HC-3) are
	 * not the guest's.
	 */
	static const struct {
		const char *why;
		enum hyp_mode mode;
		u64 hcr, mdcr, cptr;
	} cases[] = {
		{ "nVHE", MODE_NVHE, 0x8847d663f, 0xe66, 0x001037ff },
		{ "VHE", MODE_VHE, 0xc847d663f, 0xe66, 0x10000000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		run_once(guest(cases[i].mode));
		if (value_at_entry(SR_HCR_EL2) != cases[i].hcr ||
			value_at_entry(SR_MDCR_EL2) != cases[i].mdcr ||
			value_at_entry(SR_CPTR_EL2) != cases[i].cptr)
			fail_row(i, cases[i].why, "HCR_EL2 0x%lx MDCR_EL2 0x%lx CPTR_EL2 0x%lx",
				value_at_entry(SR_HCR_EL2), value_at_entry(SR_MDCR_EL2),
				value_at_entry(SR_CPTR_EL2));
	}
}

/* Seeds 002 and 003: the accessor finds the register where it is. */
static void accessors_follow_the_register(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	fill_guest(vm);
	assert_int_equal(vcpu_read_sys_reg(&vm->vcpu, CTX_FAR_EL1), GUEST_VALUE(FAR_EL1));
	vcpu_load(&vm->vcpu);
	vcpu_write_sys_reg(&vm->vcpu, 0xabc, CTX_FAR_EL1);
	assert_int_equal(vm->vcpu.context.sys[CTX_FAR_EL1], GUEST_VALUE(FAR_EL1));
	assert_int_equal(host_get(SR_FAR_EL1), 0xabc);
	vcpu_put(&vm->vcpu);
	assert_int_equal(vm->vcpu.context.sys[CTX_FAR_EL1], 0xabc);
}

/* WS-14, CVE-2018-18021: no PSTATE of a guest returns to EL2 or to AArch32. */
static void pstate_is_sanitised(void **state)
{
	static const struct {
		const char *why;
		u64 pstate, spsr;
	} cases[] = {
		{ "EL0t goes through", 0x60000000, 0x60000000 },
		{ "EL1t goes through", 0x3c4, 0x3c4 },
		{ "EL1h goes through", 0x3c5, 0x3c5 },
		{ "EL2h becomes illegal", 0x3c9, 0x1003c9 },
		{ "EL2t becomes illegal", 0x8, 0x100009 },
		{ "EL3h becomes illegal", 0xd, 0x100009 },
		{ "reserved mode", 0x1, 0x100009 },
		{ "AArch32 user", 0x10, 0x100009 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vm *vm = guest(MODE_NVHE);

		vm->vcpu.context.pstate = cases[i].pstate;
		run_once(vm);
		if (host_get(SR_SPSR_EL2) != cases[i].spsr)
			fail_row(i, cases[i].why, "SPSR_EL2 0x%lx", host_get(SR_SPSR_EL2));
		vcpu_put(&vm->vcpu);
	}
}

static void skip_moves_pc_at_the_next_entry(void **state)
{
	struct vm *vm = guest(MODE_NVHE);

	(void)state;
	fill_guest(vm);
	vcpu_skip_instruction(&vm->vcpu);
	assert_int_equal(vm->vcpu.context.pc, 0x40001000);
	run_once(vm);
	assert_int_equal(vm->vcpu.context.pc, 0x40001004);
	assert_int_equal(vm->vcpu.pc_update, PC_KEEP);
}

/*
 * PC-3, for each level an exception can come from; the guest's registers are found by the
 * accessors.
 */
static void injected_exception(void **state)
{
	static const struct {
		const char *why;
		enum hyp_mode mode;
		u64 pstate, sctlr;
		u64 pc, new_pstate;
	} cases[] = {
		{ "EL1h", MODE_NVHE, 0x20000005, F(SCTLR_EL1, SPAN), 0x80200, 0x200003c5 },
		{ "EL1t", MODE_NVHE, 0x4, F(SCTLR_EL1, SPAN), 0x80000, 0x3c5 },
		{ "EL0", MODE_NVHE, 0x0, F(SCTLR_EL1, SPAN), 0x80400, 0x3c5 },
		{ "SPAN=0 sets PAN", MODE_NVHE, 0x5, 0, 0x80200, 0x4003c5 },
		{ "PAN is kept", MODE_VHE, 0x400005, F(SCTLR_EL1, SPAN), 0x80200, 0x4003c5 },
		{ "VHE", MODE_VHE, 0x5, F(SCTLR_EL1, SPAN), 0x80200, 0x3c5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vm *vm = guest(cases[i].mode);
		struct context *context = &vm->vcpu.context;

		fill_guest(vm);
		context->pstate = cases[i].pstate;
		context->sys[CTX_SCTLR_EL1] = cases[i].sctlr;
		context->sys[CTX_VBAR_EL1] = 0x80000;
		vcpu_inject_undefined(&vm->vcpu);
		run_once(vm);
		vcpu_put(&vm->vcpu);
		if (context->pc != cases[i].pc || context->pstate != cases[i].new_pstate ||
			context->sys[CTX_ELR_EL1] != 0x40001000 ||
			context->sys[CTX_SPSR_EL1] != cases[i].pstate ||
			context->sys[CTX_ESR_EL1] != 0x02000000 ||
			context->sys[CTX_FAR_EL1] != GUEST_VALUE(FAR_EL1))
			fail_row(i, cases[i].why, "PC 0x%lx PSTATE 0x%lx ELR 0x%lx ESR 0x%lx",
				context->pc, context->pstate, context->sys[CTX_ELR_EL1],
				context->sys[CTX_ESR_EL1]);
	}
}

static void external_abort_syndrome(void **state)
{
	static const struct {
		const char *why;
		bool is_fetch;
		u64 pstate, esr;
	} cases[] = {
		{ "data, from EL1", false, 0x5, 0x96000010 },
		{ "data, from EL0", false, 0x0, 0x92000010 },
		{ "fetch, from EL1", true, 0x5, 0x86000010 },
		{ "fetch, from EL0", true, 0x0, 0x82000010 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vm *vm = guest(MODE_NVHE);
		struct context *context = &vm->vcpu.context;

		context->pstate = cases[i].pstate;
		vcpu_inject_external_abort(&vm->vcpu, cases[i].is_fetch, 0xfeed);
		run_once(vm);
		if (context->sys[CTX_ESR_EL1] != cases[i].esr ||
			context->sys[CTX_FAR_EL1] != 0xfeed)
			fail_row(i, cases[i].why, "ESR_EL1 0x%lx FAR_EL1 0x%lx",
				context->sys[CTX_ESR_EL1], context->sys[CTX_FAR_EL1]);
	}
}

#define PERMISSION_FAULT (0x24ul << 26 | ESR_IL | 1ul << 24 | 0x4f)

/* WS-18, WS-19: HPFAR_EL2 is unset here, so only AT can give the IPA; PAR_EL1 stays the guest's. */
static void permission_fault_asks_at(void **state)
{
	static const struct host_exit exit = { EXIT_TRAP, PERMISSION_FAULT, 0xffff000000001234, 0,
		0, NULL };
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	fill_guest(vm);
	vcpu_load(&vm->vcpu);
	host_at_result(0x40055000 | 0xful << 56);
	host_script(&exit, 1);
	assert_int_equal(vcpu_run(&vm->vcpu), EXIT_TRAP);
	assert_int_equal(vm->vcpu.fault.hpfar, 0x400550);
	assert_int_equal(vm->vcpu.fault.far, 0xffff000000001234);
	assert_int_equal(host_get(SR_PAR_EL1), GUEST_VALUE(PAR_EL1));
}

/*
 * WS-19: PAR.F says that the guest changed its tables meanwhile. The guest runs again, nobody else
 * notices.
 */
static void lost_race_is_retried(void **state)
{
	static const struct host_exit exits[] = {
		{ EXIT_TRAP, PERMISSION_FAULT, 0x1234, 0, 0, NULL },
		{ EXIT_TRAP, (u64)EC_HVC64 << 26 | ESR_IL, 0, 0, 0x40005000, NULL },
	};
	struct vm *vm = guest(MODE_NVHE);

	(void)state;
	vcpu_load(&vm->vcpu);
	host_at_result(1);
	host_script(exits, 2);
	assert_int_equal(vcpu_run(&vm->vcpu), EXIT_TRAP);
	assert_int_equal(vm->vcpu.context.pc, 0x40005000);
	assert_int_equal(stats_count(REASON_RETRY), 1);
}

static void load_twice(void *argument)
{
	struct vm *vm = argument;

	vcpu_load(&vm->vcpu);
	vcpu_load(&vm->vcpu);
}

static void put_without_load(void *argument)
{
	struct vm *vm = argument;

	vcpu_put(&vm->vcpu);
}

static void two_pc_updates(void *argument)
{
	struct vm *vm = argument;

	vcpu_skip_instruction(&vm->vcpu);
	vcpu_inject_undefined(&vm->vcpu);
}

static void misuse_panics(void **state)
{
	(void)state;
	assert_true(panics(load_twice, guest(MODE_VHE), "WS-11"));
	assert_true(panics(put_without_load, guest(MODE_VHE), "not loaded"));
	assert_true(panics(two_pc_updates, guest(MODE_VHE), "INV-PC-1"));
}

static void read_unset(void)
{
	host_reset();
	read_FAR_EL2();
}

static void plain_name_with_e2h(void)
{
	machine(MODE_VHE);
	read_SCTLR_EL1();
}

static void alias_without_e2h(void)
{
	machine(MODE_NVHE);
	read_SCTLR_EL12();
}

static void tlbi_with_tge(void)
{
	machine(MODE_VHE);
	hal_tlbi_vmalle1is();
}

static void the_fake_machine_is_strict(void **state)
{
	(void)state;
	assert_true(aborts(read_unset));
	assert_true(aborts(plain_name_with_e2h));
	assert_true(aborts(alias_without_e2h));
	assert_true(aborts(tlbi_with_tge));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nvhe_order),
		cmocka_unit_test(vhe_order),
		cmocka_unit_test(vhe_load_and_put_order),
		cmocka_unit_test(host_gets_its_registers_back),
		cmocka_unit_test(guest_values_of_the_trap_registers),
		cmocka_unit_test(accessors_follow_the_register),
		cmocka_unit_test(pstate_is_sanitised),
		cmocka_unit_test(skip_moves_pc_at_the_next_entry),
		cmocka_unit_test(injected_exception),
		cmocka_unit_test(external_abort_syndrome),
		cmocka_unit_test(permission_fault_asks_at),
		cmocka_unit_test(lost_race_is_retried),
		cmocka_unit_test(misuse_panics),
		cmocka_unit_test(the_fake_machine_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
