/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked traces of HYPERVISOR-SPEC I, step by step: a VHE hypervisor on NV2 as the guest. What
 * the hardware would do for it between two exits is done by the functions of the script; each looks
 * first at the state in which it is entered.
 */
#include "l1_tables.h"

#include "core/exit.h"
#include "core/inject.h"
#include "core/nested.h"
#include "core/sched.h"
#include "core/stage2.h"
#include "core/traps.h"
#include "guest/abi.h"

#define ESR(ec, iss) ((u64)(ec) << ESR_EC_SHIFT | ESR_IL | (iss))
#define HCR(bit)     F(HCR_EL2, bit)

#define L1_PC	     0x40200100ul
#define L1_VBAR	     0x40208000ul
#define L2_PC	     0x80001000ul
#define L2_HOLE	     0xc0005678ul /* L1's stage 2 has nothing there */
#define L2_PSTATE    (PSTATE_EL1h | PSTATE_DAIF)
#define L1_LR	     (1ul << 62 | 1ul << 60 | 40) /* pending, group 1, INTID 40 */
#define TRANSLATION2 0x06ul
#define WRITE_OF_X5  (BIT(24) | 3ul << 22 | 5ul << 16 | BIT(15) | BIT(6)) /* STR X5 */

static struct vcpu *vcpu;
static u64 baseline;
static unsigned steps; /* how far the trace came */

static u64 *page(unsigned offset)
{
	return &vcpu->context.page->word[offset / 8];
}

/* The last write of that register before now. */
static long last_write(enum host_reg reg)
{
	long found = -1;

	for (long i = host_log_find(0, LOG_WRITE, reg); i >= 0;
		i = host_log_find((size_t)i + 1, LOG_WRITE, reg))
		found = i;
	return found;
}

/* L1 at virtual EL2, about to do the first step of a trace. */
static void l1_is_at(u64 vhcr)
{
	vcpu = &nested_guest(VM_EL2_VHE, 2)->vcpus[0];
	timer_cpu_init();
	vmid_reset();
	l1_no_tables();
	l1_set(vcpu, REG(HCR_EL2), vhcr | HCR(E2H) | HCR(RW));
	l1_set(vcpu, REG(VBAR_EL2), L1_VBAR);
	l1_set(vcpu, REG(SP_EL2), 0x40300000);
	vcpu->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	vcpu->context.pc = L1_PC;
	baseline = vcpu->hcr_el2;
	steps = 0;
}

static void run_script(const struct host_exit *exits, size_t count)
{
	host_script(exits, count);
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
	assert_int_equal(steps, count);
}

/* What every entry at virtual EL2 has: B.2, B.3, canonical stage 2. */
static void assert_at_virtual_el2(u64 physical_mode)
{
	assert_true(vcpu->cpu->in_hyp_context);
	assert_u64(host_get(SR_HCR_EL2), baseline | HCR(NV) | HCR(NV2) | HCR(AT) | HCR(TTLB));
	assert_u64(host_get(SR_VNCR_EL2), (u64)vcpu->context.page);
	assert_u64(host_get(SR_SPSR_EL2) & F(SPSR, M), physical_mode);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
	assert_u64(host_get(SR_VTTBR_EL2), mmu_vttbr(&vcpu->vm->mmu));
}

static void assert_no_shadow(void)
{
	for (unsigned i = 0; i < vcpu->vm->shadows.count; i++)
		assert_false(vcpu->vm->shadows.mmu[i].is_valid);
}

static void off(struct context *context)
{
	context->x[0] = PSCI_SYSTEM_OFF;
	steps++;
}

/* ---- I.1: the first instruction of L2 ---- */

/* What L1 wants L2 to have. */
static const struct {
	unsigned offset;
	enum host_reg live;
	u64 value;
} l2_registers[] = {
	{ 0x110, SR_SCTLR_EL12, 0x30d00800 },
	{ 0x120, SR_TCR_EL12, 0x19 },
	{ 0x200, SR_TTBR0_EL12, 0x80100000 },
	{ 0x140, SR_MAIR_EL12, 0xff44 },
	{ 0x250, SR_VBAR_EL12, 0x80002000 },
	{ 0x240, SR_SP_EL1, 0x80300000 },
};

/* Steps 1 to 5: all of it stores and redirected registers, and then ERET. */
static void l1_enters_l2(struct context *context)
{
	u64 vhcr = HCR(E2H) | HCR(RW) | HCR(VM) | HCR(IMO) | HCR(FMO), hcr = host_get(SR_HCR_EL2);

	(void)context;
	assert_at_virtual_el2(PSTATE_EL1h);
	for (size_t i = 0; i < COUNT(l2_registers); i++)
		*page(l2_registers[i].offset) = l2_registers[i].value;
	*page(0x020) = L1_VTTBR;
	*page(0x040) = L1_VTCR;
	*page(0x050) = 0x80000003; /* VMPIDR_EL2 */
	*page(0x088) = 0x410fd040; /* VPIDR_EL2 */
	*page(0x400) = L1_LR;
	*page(0x4c0) = F(ICH_HCR_EL2, En);
	assert_no_shadow(); /* S2-6 */
	*page(0x078) = vhcr;
	assert_u64(host_get(SR_HCR_EL2), hcr);
	assert_true(vcpu_is_hyp_ctxt(vcpu)); /* the mode is still EL2 */
	host_set(SR_ELR_EL1, L2_PC);
	host_set(SR_SPSR_EL1, L2_PSTATE);
	host_set(SR_SP_EL1, 0x40300f00); /* L1's stack has moved */
	host_log_clear();
	steps++;
}

/* Steps 6 to 9 lie behind: the context was changed between a put and a load. */
static void l2_is_entered(struct context *context)
{
	const struct s2_mmu *mmu = vcpu->hw_mmu;

	(void)context;
	/* 6, 7: saved as virtual EL2's, and the two that ERET names are where it goes. */
	assert_u64(vcpu->context.pc, L2_PC);
	assert_u64(vcpu->context.pstate, L2_PSTATE);
	assert_u64(*context_stored(&vcpu->context, REG(ELR_EL2)), L2_PC);
	assert_u64(*context_stored(&vcpu->context, REG(SPSR_EL2)), L2_PSTATE);
	assert_u64(*context_stored(&vcpu->context, REG(SP_EL2)), 0x40300f00);
	assert_u64(*context_stored(&vcpu->context, REG(VBAR_EL2)), L1_VBAR);
	assert_true(vcpu_is_nested_ctxt(vcpu));
	/* 8: its shadow, with a VMID that is not L1's; timers, list registers, registers. */
	assert_ptr_equal(mmu, shadow_lookup(vcpu->vm, L1_VTTBR, L1_VTCR, true));
	assert_int_equal(mmu->references, 1);
	assert_u64(host_get(SR_VTTBR_EL2), mmu_vttbr(mmu));
	assert_u64(host_get(SR_VTCR_EL2), mmu->vtcr_el2);
	assert_int_not_equal(vmid_of(mmu), 0);
	assert_int_not_equal(vmid_of(mmu), vmid_of(&vcpu->vm->mmu));
	assert_int_equal(vcpu->timers.direct[HW_TIMER_V], TIMER_V);
	assert_int_equal(vcpu->timers.direct[HW_TIMER_P], TIMER_P);
	assert_u64(host_get(SR_ICH_LR0_EL2), L1_LR);
	for (size_t i = 0; i < COUNT(l2_registers); i++)
		assert_u64(host_get(l2_registers[i].live), l2_registers[i].value);
	assert_u64(host_get(SR_VPIDR_EL2), 0x410fd040);
	assert_u64(host_get(SR_VMPIDR_EL2), 0x80000003);
	/* 9 */
	assert_u64(host_get(SR_HCR_EL2), baseline | HCR(VM) | HCR(IMO) | HCR(FMO));
	assert_false(vcpu->cpu->in_hyp_context);
	assert_u64(host_get(SR_SPSR_EL2), L2_PSTATE);
	assert_u64(host_get(SR_ELR_EL2), L2_PC);
	/* In order: nothing of L2's is loaded with TGE=0, and HCR_EL2 comes last. */
	assert_true(last_write(SR_TTBR0_EL12) < last_write(SR_VTTBR_EL2));
	assert_true(last_write(SR_VTTBR_EL2) < last_write(SR_HCR_EL2));
	host_log_clear();
	steps++;
}

/* Steps 10 and 11: the fetch missed, L1's stage 2 has it, and nothing but the shadow changed. */
static void l2_goes_on(struct context *context)
{
	struct stage2_mapping found;
	long leaf;

	assert_int_equal(stage2_lookup(vcpu->hw_mmu, IPA(L2_PC), &found), STAGE2_OK);
	assert_ptr_equal(
		hal_pa_to_va(PA(found.pa.v)), guest_word(vcpu->vm, IPA(L1_OUTPUT + 0x1000)));
	assert_int_equal(found.rights, S2_ALL);
	assert_int_equal(found.nested_level, 2);
	assert_u64(host_get(SR_ELR_EL2), L2_PC);
	assert_u64(host_get(SR_SPSR_EL2), L2_PSTATE);
	assert_true(vcpu_is_nested_ctxt(vcpu));
	for (long i = leaf = host_log_find(0, LOG_DESCRIPTOR, 0); i >= 0;
		i = host_log_find((size_t)i + 1, LOG_DESCRIPTOR, 0))
		leaf = i;
	assert_true(leaf >= 0 && host_log_find((size_t)leaf, LOG_DSB_ISHST, 0) > leaf);
	assert_int_equal(host_log_times(LOG_WRITE, SR_VTTBR_EL2), 0); /* no put, no load */
	off(context);
}

static const struct host_exit enters_l2 = { .code = EXIT_TRAP,
	.esr = ESR(EC_ERET, 0),
	.pstate = PSTATE_EL1h | PSTATE_DAIF,
	.guest = l1_enters_l2 };
static const struct host_exit first_fetch = { .code = EXIT_TRAP,
	.esr = ESR(EC_IABT_LOW, TRANSLATION2),
	.far = L2_PC,
	.hpfar = FV(HPFAR_EL2, FIPA, L2_PC >> 12),
	.guest = l2_is_entered };

static void trace_1_vhe_l1_runs_its_first_instruction_of_l2(void **state)
{
	const struct host_exit exits[] = { enters_l2, first_fetch,
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64, 0), .guest = l2_goes_on } };

	(void)state;
	l1_is_at(0);
	l1_map(vcpu->vm, align_down(L2_PC, MIB(2)), L1_BLOCK(L1_OUTPUT), 2);
	run_script(exits, COUNT(exits));
}

/* ---- I.2: a fault that is L1's ---- */

static void l2_stores_into_a_hole(struct context *context)
{
	(void)context;
	assert_true(vcpu_is_nested_ctxt(vcpu));
	host_set(SR_TTBR0_EL12, 0x80200000); /* L2 has gone on meanwhile */
	host_log_clear();
	steps++;
}

static void l1_gets_the_abort(struct context *context)
{
	assert_at_virtual_el2(PSTATE_EL1h);
	assert_u64(vcpu->context.pstate, PSTATE_EL2h | PSTATE_DAIF | F(SPSR, Z));
	assert_u64(host_get(SR_SPSR_EL2), PSTATE_EL1h | PSTATE_DAIF | F(SPSR, Z));
	assert_u64(host_get(SR_ELR_EL2), L1_VBAR + 0x400);
	/* Where L1 reads them without a trap: ESR, ELR, SPSR, FAR of EL2 are the CPU's EL1 ones. */
	assert_u64(host_get(SR_ESR_EL12), ESR(EC_DABT_LOW, WRITE_OF_X5 | 0x04 | 1)); /* level 1 */
	assert_u64(host_get(SR_ELR_EL12), L2_PC + 0x40);
	assert_u64(host_get(SR_SPSR_EL12), L2_PSTATE | F(SPSR, Z));
	assert_u64(host_get(SR_FAR_EL12), L2_HOLE);
	assert_u64(host_get(SR_SP_EL1), 0x40300f00);
	/* L2's registers are parked in the page. */
	assert_u64(*page(0x200), 0x80200000);
	assert_u64(*page(0x240), 0x80300000);
	assert_u64(*page(0x400), L1_LR);
	context->x[7] = 0;
	steps++;
}

/* HPFAR_EL2 has no place in the page: L1's read traps, and memory answers. */
static void l1_has_read_hpfar(struct context *context)
{
	assert_at_virtual_el2(PSTATE_EL1h);
	assert_u64(context->x[7], FV(HPFAR_EL2, FIPA, L2_HOLE >> 12));
	assert_u64(host_get(SR_ELR_EL2), L1_VBAR + 0x404);
	off(context);
}

static void trace_2_a_fault_of_l2_that_is_l1s(void **state)
{
	const struct host_exit exits[] = { enters_l2, first_fetch,
		{ .code = EXIT_TRAP,
			.esr = ESR(EC_DABT_LOW, WRITE_OF_X5 | TRANSLATION2),
			.far = L2_HOLE,
			.hpfar = FV(HPFAR_EL2, FIPA, L2_HOLE >> 12),
			.pc = L2_PC + 0x40,
			.pstate = L2_PSTATE | F(SPSR, Z),
			.guest = l2_stores_into_a_hole },
		{ .code = EXIT_TRAP,
			.esr = ESR(EC_SYS64, ISS_HPFAR_EL2 | 7 << 5 | 1),
			.guest = l1_gets_the_abort },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64, 0), .guest = l1_has_read_hpfar } };

	(void)state;
	l1_is_at(0);
	l1_map(vcpu->vm, align_down(L2_PC, MIB(2)), L1_BLOCK(L1_OUTPUT), 2);
	run_script(exits, COUNT(exits));
}

/* ---- I.3: a system call of InHost EL0 (seed 000) ---- */

#define USER_PC 0x40400000ul

static void l1_returns_to_its_user(struct context *context)
{
	(void)context;
	assert_at_virtual_el2(PSTATE_EL1h);
	host_set(SR_ELR_EL1, USER_PC);
	host_set(SR_SPSR_EL1, PSTATE_EL0t | F(SPSR, C));
	host_log_clear();
	steps++;
}

/* 1: the fast way; nothing but PC and PSTATE has been written. 2: SVC, which nobody here sees. */
static void l1s_user_calls(struct context *context)
{
	(void)context;
	assert_at_virtual_el2(PSTATE_EL0t);
	assert_u64(host_get(SR_SPSR_EL2), PSTATE_EL0t | F(SPSR, C));
	assert_u64(host_get(SR_ELR_EL2), USER_PC);
	assert_true(vcpu_is_host_el0(vcpu));
	assert_int_equal(host_log_times(LOG_WRITE, SR_HCR_EL2), 0);
	assert_int_equal(host_log_times(LOG_WRITE, SR_VTTBR_EL2), 0);
	assert_int_equal(host_log_times(LOG_WRITE, SR_TTBR0_EL12), 0);
	host_set(SR_ESR_EL1, ESR(EC_SVC64, 0));
	host_set(SR_ELR_EL1, USER_PC + 4);
	host_set(SR_SPSR_EL1, PSTATE_EL0t | F(SPSR, C));
	steps++;
}

/* 3: it was entered at EL0, and was at EL2 when the interrupt came. */
static void l1_goes_on_at_el2(struct context *context)
{
	assert_at_virtual_el2(PSTATE_EL1h);
	assert_u64(vcpu->context.pstate, PSTATE_EL2h | PSTATE_DAIF);
	assert_u64(host_get(SR_ELR_EL2), L1_VBAR + 0x408);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), ESR(EC_SVC64, 0));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), USER_PC + 4);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)), PSTATE_EL0t | F(SPSR, C));
	assert_no_shadow();
	off(context);
}

static void trace_3_system_call_of_inhost_el0(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP,
			.esr = ESR(EC_ERET, 0),
			.pstate = PSTATE_EL1h | PSTATE_DAIF,
			.guest = l1_returns_to_its_user },
		{ .code = EXIT_IRQ,
			.pc = L1_VBAR + 0x408,
			.pstate = PSTATE_EL1h | PSTATE_DAIF,
			.guest = l1s_user_calls },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64, 0), .guest = l1_goes_on_at_el2 },
	};

	(void)state;
	l1_is_at(HCR(TGE));
	run_script(exits, COUNT(exits));
}

/* ---- I.4: TLBI IPAS2E1IS while another vCPU runs L2 ---- */

/* What vCPU 1 reaches in L2; a miss is a fault, which is answered. */
static u64 l2_reaches(struct vcpu *other, u64 ipa)
{
	struct stage2_mapping found;

	if (stage2_lookup(other->hw_mmu, IPA(ipa), &found) != STAGE2_OK) {
		other->fault.esr = ESR(EC_DABT_LOW, TRANSLATION2);
		other->fault.far = ipa;
		other->fault.hpfar = FV(HPFAR_EL2, FIPA, ipa >> 12);
		other->fault.is_hpfar_valid = true;
		assert_int_equal(exit_handle(other, EXIT_TRAP), GUEST_CONTINUES);
		assert_int_equal(stage2_lookup(other->hw_mmu, IPA(ipa), &found), STAGE2_OK);
	}
	return found.pa.v - other->vm->slots[0].pa.v + GUEST_RAM_IPA;
}

static u64 reached_before; /* by vCPU 1, when vCPU 0 has not yet executed its TLBI */

static void on_cpu_1(struct vcpu *other, u64 *reached)
{
	host_set_cpu(1);
	*reached = l2_reaches(other, L2_PC);
	host_set_cpu(0);
}

/* L1 edits its leaf and invalidates it. Until that retires, the old translation is legal. */
static void l1_changes_its_leaf(struct context *context)
{
	assert_at_virtual_el2(PSTATE_EL1h);
	l1_map(vcpu->vm, L2_PC, L1_PAGE(L1_OUTPUT + 0x7000), 3);
	on_cpu_1(&vcpu->vm->vcpus[1], &reached_before);
	context->x[2] = L2_PC >> 12;
	host_log_clear();
	steps++;
}

/* The flush of A.15, in the shadow's VMID, before the instruction was over (S2-23). */
static void l1_is_behind_its_tlbi(struct context *context)
{
	const struct s2_mmu *shadow = shadow_lookup(vcpu->vm, L1_VTTBR, L1_VTCR, true);
	static const struct {
		enum log_kind kind;
		enum host_reg reg;
	} order[] = {
		{ LOG_LOCK, 0 },
		{ LOG_DESCRIPTOR, 0 },
		{ LOG_DSB_ISHST, 0 },
		{ LOG_WRITE, SR_VTTBR_EL2 },
		{ LOG_WRITE, SR_HCR_EL2 },
		{ LOG_ISB, 0 },
		{ LOG_SYS, SR_TLBI_IPAS2E1IS },
		{ LOG_DSB_ISH, 0 },
		{ LOG_SYS, SR_TLBI_VMALLE1IS },
		{ LOG_DSB_ISH, 0 },
		{ LOG_WRITE, SR_HCR_EL2 },
		{ LOG_ISB, 0 },
		{ LOG_WRITE, SR_VTTBR_EL2 },
		{ LOG_UNLOCK, 0 },
		{ LOG_ENTER, 0 },
	};
	struct stage2_mapping found;
	long at = -1;

	for (size_t i = 0; i < COUNT(order); i++) {
		at = host_log_find((size_t)(at + 1), order[i].kind, order[i].reg);
		if (at < 0)
			fail_row(i, "order of the flush", "%s", host_log_text());
		if (i == 3)
			assert_u64(host_log((size_t)at)->value, mmu_vttbr(shadow));
	}
	assert_int_equal(stage2_lookup(shadow, IPA(L2_PC), &found), STAGE2_NOT_MAPPED);
	assert_at_virtual_el2(PSTATE_EL1h);
	assert_u64(host_get(SR_ELR_EL2), L1_PC + 4);
	off(context);
}

static void trace_4_tlbi_while_another_vcpu_runs_l2(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP,
			.esr = ESR(EC_SYS64, ISS_TLBI_IPAS2E1IS | 2 << 5),
			.guest = l1_changes_its_leaf },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64, 0), .guest = l1_is_behind_its_tlbi },
	};
	struct vcpu *other;
	u64 reached;

	(void)state;
	l1_is_at(HCR(VM));
	other = l2_of(vcpu->vm, 1);
	l1_set(vcpu, REG(VTTBR_EL2), L1_VTTBR);
	l1_set(vcpu, REG(VTCR_EL2), L1_VTCR);
	l1_map(vcpu->vm, L2_PC, L1_PAGE(L1_OUTPUT), 3);
	boot_cpu(1);
	vcpu_load(other);
	assert_u64(l2_reaches(other, L2_PC), L1_OUTPUT);
	host_set_cpu(0);
	run_script(exits, COUNT(exits));
	assert_u64(reached_before, L1_OUTPUT);
	on_cpu_1(other, &reached);
	assert_u64(reached, L1_OUTPUT + 0x7000);
	host_set_cpu(1);
	vcpu_put(other);
}

TESTS(cmocka_unit_test(trace_1_vhe_l1_runs_its_first_instruction_of_l2),
	cmocka_unit_test(trace_2_a_fault_of_l2_that_is_l1s),
	cmocka_unit_test(trace_3_system_call_of_inhost_el0),
	cmocka_unit_test(trace_4_tlbi_while_another_vcpu_runs_l2))
