/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn of the run loop (HYPERVISOR-SPEC A.6): what is looked at before each entry and after
 * each exit is really looked at there.
 */
#include "l1_tables.h"

#include "core/exit.h"
#include "core/nested.h"
#include "core/sched.h"
#include "core/user.h"
#include "guest/abi.h"

#define ESR(ec)	    ((u64)(ec) << ESR_EC_SHIFT | ESR_IL)
#define HCR(bit)    F(HCR_EL2, bit)
#define L1_VBAR	    0x40208000ul
#define SERROR_SAME 0x380ul /* vectors: from the same level, and from a lower one */
#define SERROR_LOW  0x580ul

static struct vcpu *vcpu;

static void off(struct context *context)
{
	context->x[0] = PSCI_SYSTEM_OFF;
}

static void l1(u64 vhcr, u64 daif)
{
	vcpu = &nested_guest(VM_EL2_VHE, 2)->vcpus[0];
	timer_cpu_init();
	vmid_reset();
	l1_set(vcpu, REG(HCR_EL2), vhcr | HCR(E2H) | HCR(RW));
	l1_set(vcpu, REG(VBAR_EL2), L1_VBAR);
	vcpu->context.pstate = PSTATE_EL2h | daif;
	vcpu->context.pc = 0x40200100;
	vcpu->vsesr_el2 = 0x77;
}

static void at_its_serror_vector(struct context *context)
{
	assert_u64(context->pc, L1_VBAR + SERROR_SAME);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), ESR(EC_SERROR) | 0x77);
	off(context);
}

static void nv_36_before_the_entry_what_waits_is_delivered(void **state)
{
	static const struct host_exit exit = {
		.code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = at_its_serror_vector
	};

	(void)state;
	l1(HCR(AMO), 0);
	vcpu->is_serror_pending_nested = true;
	host_script(&exit, 1);
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
}

static void masks_it_and_enters_l2(struct context *context)
{
	(void)context;
	assert_true(host_get(SR_HCR_EL2) & HCR(VSE)); /* masked: the hardware has it */
	host_set(SR_ELR_EL1, 0x80001000);
	host_set(SR_SPSR_EL1, PSTATE_EL1h | PSTATE_DAIF);
}

static void l1_has_it_and_l2_has_not_run(struct context *context)
{
	assert_u64(context->pc, L1_VBAR + SERROR_LOW);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x80001000);
	off(context);
}

/* After an exit a pending one is taken back from the hardware, whose VSE would be L2's. */
static void nv_36_after_the_exit_it_waits_again(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_ERET), .guest = masks_it_and_enters_l2 },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = l1_has_it_and_l2_has_not_run },
	};

	(void)state;
	l1(HCR(AMO) | HCR(VM), PSTATE_DAIF);
	vcpu->is_serror_pending_nested = true;
	host_script(exits, COUNT(exits));
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
}

static void starts_the_timer_of_its_guest(struct context *context)
{
	*context_stored(context, REG(CNTV_CVAL_EL0)) = 0;
	*context_stored(context, REG(CNTV_CTL_EL0)) = F(CNTx_CTL, ENABLE);
}

static void sees_that_it_has_fired(struct context *context)
{
	assert_u64(*context_stored(context, REG(CNTV_CTL_EL0)),
		F(CNTx_CTL, ENABLE) | F(CNTx_CTL, ISTATUS));
	assert_true(vcpu->timers.timer[TIMER_V].level);
	off(context);
}

/* L1 wrote it into the page without an exit; the next exit, whatever it is, finds it. */
static void tm_7_after_the_exit_timers_in_the_page_are_seen(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_IRQ, .guest = starts_the_timer_of_its_guest },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = sees_that_it_has_fired },
	};

	(void)state;
	l1(0, PSTATE_DAIF);
	host_script(exits, COUNT(exits));
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
}

/* The one whose PSTATE was refused is killed; this host goes on. */
static void ws_14_a_vm_with_an_illegal_pstate_is_killed(void **state)
{
	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	timer_cpu_init();
	vmid_reset();
	vcpu->context.pstate = PSTATE_EL2h;
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_true(vcpu->vm->is_off);
	assert_true(vcpu->vm->result != 0);
	assert_null(vcpu->cpu);
	assert_true(host_get(SR_HCR_EL2) & HCR(TGE));
}

/* MUT-11: user space asks for what the vCPU cannot have, with EL2 and without. */
static void ws_16_user_space_sets_modes_that_the_vcpu_has(void **state)
{
	static const struct {
		u64 mode;
		bool is_plains, is_hypervisors;
	} modes[] = { { PSTATE_EL0t, true, true }, { PSTATE_EL1t, true, true },
		{ PSTATE_EL1h, true, true }, { PSTATE_EL2t, false, true },
		{ PSTATE_EL2h, false, true }, { 0xd, false, false }, { 0x1, false, false },
		{ 0x10, false, false }, { 0x13, false, false } };

	(void)state;
	for (unsigned el2 = 0; el2 < 2; el2++) {
		if (el2)
			l1(0, PSTATE_DAIF);
		else
			vcpu = &guest(MODE_VHE)->vcpus[0];
		for (unsigned i = 0; i < COUNT(modes); i++) {
			bool is_good = el2 ? modes[i].is_hypervisors : modes[i].is_plains;
			u64 before = PSTATE_DAIF | PSTATE_EL1h, asked = PSTATE_DAIF | modes[i].mode;

			vcpu->context.pstate = before;
			assert_int_equal(user_set_pstate(vcpu, asked), is_good);
			assert_u64(vcpu->context.pstate, is_good ? asked : before);
		}
	}
}

/* MD-6: what the thread of the host had in its registers is there when it is back. */
static void ws_9_the_thread_that_ran_a_guest_has_its_registers(void **state)
{
	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	timer_cpu_init();
	vmid_reset();
	options.user = 1;
	user_calls(vcpu);
	vcpu->context.pstate = PSTATE_EL2h; /* ends at once */
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	user_is_back();
	assert_true(host_get(SR_TPIDR_EL0) != 0);
	options.user = 0;
}

static void come_back(void *unused)
{
	(void)unused;
	user_is_back();
}

/* MD-6, MUT-03: its loads as EL0 would do them reach user space, the kernel's own do not. */
static void ws_9_the_host_does_not_reach_user_space_by_itself(void **state)
{
	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	options.user = 1;
	user_calls(vcpu);
	user_is_back();
	hal_set_pan(false);
	assert_true(panics(come_back, NULL, "WS-8"));
	hal_set_pan(true);
	hal_user_store(this_cpu()->index, 1);
	assert_true(panics(come_back, NULL, "WS-3"));
	options.user = 0;
}

TESTS(cmocka_unit_test(ws_16_user_space_sets_modes_that_the_vcpu_has),
	cmocka_unit_test(ws_9_the_thread_that_ran_a_guest_has_its_registers),
	cmocka_unit_test(ws_9_the_host_does_not_reach_user_space_by_itself),
	cmocka_unit_test(nv_36_before_the_entry_what_waits_is_delivered),
	cmocka_unit_test(nv_36_after_the_exit_it_waits_again),
	cmocka_unit_test(tm_7_after_the_exit_timers_in_the_page_are_seen),
	cmocka_unit_test(ws_14_a_vm_with_an_illegal_pstate_is_killed))
