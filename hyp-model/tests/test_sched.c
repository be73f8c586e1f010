/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run loop, its requests and kicks (HYPERVISOR-SPEC A.6), the host's interrupts, and who runs
 * when.
 */
#include "support.h"

#include <string.h>

#include "core/exit.h"
#include "core/inject.h"
#include "core/sched.h"
#include "core/switch.h"
#include "core/timer.h"
#include "guest/abi.h"

#define ESR(ec) ((u64)(ec) << ESR_EC_SHIFT | ESR_IL)
#define ENABLE	F(CNTx_CTL, ENABLE)

static struct vm vms[MAX_VMS];
static struct vcpu *running; /* whom the script's guest functions look at */

static void off(struct context *context)
{
	context->x[0] = PSCI_SYSTEM_OFF;
}

static void nothing_special(struct context *context)
{
	context->x[0] = PSCI_VERSION;
}

/* One vCPU each, "eve0", "eve1" ... on one machine. */
static void guests(enum hyp_mode mode, unsigned count)
{
	static const char *const names[] = { "eve0", "eve1", "eve2", "eve3" };

	machine(mode);
	timer_cpu_init();
	memset(vms, 0, sizeof(vms));
	for (unsigned i = 0; i < count; i++) {
		struct vm_config config = guest_config();

		config.name = names[i];
		config.vcpus = 1;
		config.ram_size = MIB(4);
		assert_true(vm_create(&vms[i], &config));
	}
	running = &vms[0].vcpus[0];
	host_log_clear();
}

static void script(const struct host_exit *exits, size_t count)
{
	host_script(exits, count);
}

/* ---- A.6: the loop ---- */

static void sees_in_guest(struct context *context)
{
	assert_int_equal(running->mode, IN_GUEST);
	off(context);
}

static void ws_12_mode_is_published_with_a_barrier(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = sees_in_guest }
	};
	long enter, barrier;

	(void)state;
	guests(MODE_VHE, 1);
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(running->mode, OUTSIDE_GUEST);
	/* Before the guest's registers of this stay, the first of which is HCR_EL2. */
	barrier = host_log_find(0, LOG_DSB_ISH, 0);
	enter = host_log_find(0, LOG_WRITE, SR_HCR_EL2);
	while (host_log_find((size_t)barrier + 1, LOG_DSB_ISH, 0) >= 0 &&
		host_log_find((size_t)barrier + 1, LOG_DSB_ISH, 0) < enter)
		barrier = host_log_find((size_t)barrier + 1, LOG_DSB_ISH, 0);
	assert_true(barrier >= 0 && barrier < enter);
}

/*
 * A request that comes after the requests were processed: here the flush itself makes it, by
 * raising L1's maintenance interrupt. MUT-75: without the last look L2 would run.
 */
static void at_virtual_el2(struct context *context)
{
	assert_u64(running->context.pstate & F(SPSR, M), PSTATE_EL2h);
	assert_u64(running->context.pc, 0x800480); /* IRQ from a lower level */
	off(context);
}

static void enable_ppi(struct vcpu *vcpu, unsigned intid)
{
	struct virq *irq = &vcpu->vgic.irq[intid];

	vcpu->vm->vgic.ctlr = 0x12;
	irq->is_enabled = irq->is_group1 = true;
	irq->priority = 0x80;
	vcpu->vgic.own.vmcr = FV(ICH_VMCR_EL2, VPMR, 0xf8) | F(ICH_VMCR_EL2, VENG1);
}

static void l2_is_about_to_run(void)
{
	running = &nested_guest(VM_EL2_VHE, 2)->vcpus[0];
	timer_cpu_init();
	running->context.pstate = PSTATE_DAIF | PSTATE_EL1h;
	running->context.pc = 0x1000;
	*context_stored(&running->context, REG(VBAR_EL2)) = 0x800000;
	*context_stored(&running->context, REG(HCR_EL2)) =
		F(HCR_EL2, E2H) | F(HCR_EL2, VM) | F(HCR_EL2, IMO) | F(HCR_EL2, RW);
}

static void ws_12_last_look_finds_late_requests(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = at_virtual_el2 }
	};

	(void)state;
	l2_is_about_to_run();
	enable_ppi(running, VGIC_MAINTENANCE_PPI);
	*context_stored(&running->context, REG(ICH_HCR_EL2)) =
		F(ICH_HCR_EL2, En) | F(ICH_HCR_EL2, UIE);
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
}

/* NV-34: the interrupt is L1's, whatever L2 was about to do. */
static void nv_34_interrupt_for_l1_before_l2_runs(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = at_virtual_el2 }
	};

	(void)state;
	l2_is_about_to_run();
	enable_ppi(running, 20);
	vgic_set_line(running, 20, true);
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
	assert_u64(vcpu_read_sys_reg(running, REG(ELR_EL2)), 0x1000);
}

static void at_virtual_el2_for_an_fiq(struct context *context)
{
	assert_u64(running->context.pstate & F(SPSR, M), PSTATE_EL2h);
	assert_u64(running->context.pc, 0x800500); /* FIQ from a lower level */
	off(context);
}

static void l2_goes_on(struct context *context)
{
	assert_u64(running->context.pstate & F(SPSR, M), PSTATE_EL1h);
	off(context);
}

/* Group 0 is the same with vFMO; without it L2 is left alone. */
static void nv_34_fiq_for_l1_before_l2_runs(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = at_virtual_el2_for_an_fiq },
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = l2_goes_on },
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(exits); i++) {
		l2_is_about_to_run();
		if (i == 0)
			*context_stored(&running->context, REG(HCR_EL2)) |= F(HCR_EL2, FMO);
		enable_ppi(running, 20);
		running->vm->vgic.ctlr |= 1;
		running->vgic.irq[20].is_group1 = false;
		running->vgic.own.vmcr |= F(ICH_VMCR_EL2, VENG0);
		vgic_set_line(running, 20, true);
		script(&exits[i], 1);
		assert_int_equal(run_loop(running), GUEST_IS_OFF);
		assert_int_equal(host_script_left(), 0);
	}
}

static u64 lr0_in_guest;

static void looks_at_lr0(struct context *context)
{
	lr0_in_guest = host_get(SR_ICH_LR0_EL2);
	off(context);
}

/* What ICH_LR0_EL2 has during a stay in that mode, with PPI 20 pending for L1. */
static u64 lr0_of_a_stay(u64 pstate, u64 vhcr)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_SMC64), .guest = looks_at_lr0 }
	};

	l2_is_about_to_run();
	running->context.pstate = PSTATE_DAIF | pstate;
	*context_stored(&running->context, REG(HCR_EL2)) = F(HCR_EL2, E2H) | vhcr;
	enable_ppi(running, 20);
	vgic_set_line(running, 20, true);
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(host_script_left(), 0);
	return lr0_in_guest & (F(ICH_LRn_EL2, State) | F(ICH_LRn_EL2, vINTID));
}

static void nv_33_interrupts_for_virtual_el2(void **state)
{
	u64 pending = FV(ICH_LRn_EL2, State, 1) | 20;

	(void)state;
	assert_u64(lr0_of_a_stay(PSTATE_EL2h, F(HCR_EL2, IMO)), pending);
	assert_u64(lr0_of_a_stay(PSTATE_EL2t, F(HCR_EL2, TGE)), pending);
	assert_u64(lr0_of_a_stay(PSTATE_EL0t, F(HCR_EL2, TGE)), pending);
	/* Not routed to EL2: it stays pending. */
	assert_u64(lr0_of_a_stay(PSTATE_EL2h, 0), 0);
}

static void nv_35_without_vimo_it_is_l2s(void **state)
{
	(void)state;
	assert_u64(lr0_of_a_stay(PSTATE_EL1h, F(HCR_EL2, VM)), FV(ICH_LRn_EL2, State, 1) | 20);
	assert_u64(running->context.pstate & F(SPSR, M), PSTATE_EL1h);
}

static void ws_12_kick_only_who_is_inside(void **state)
{
	struct vcpu *vcpu;

	(void)state;
	guests(MODE_VHE, 1);
	vcpu = &vms[0].vcpus[0];
	vcpu_request(vcpu, REQUEST_IRQ_PENDING);
	assert_int_equal(host_log_times(LOG_KICK, 0), 0);
	vcpu->mode = IN_GUEST;
	host_log_clear();
	vcpu_request(vcpu, REQUEST_IRQ_PENDING);
	assert_int_equal(host_log_times(LOG_KICK, 0), 1);
	/* The request is there before mode is read. */
	assert_true(host_log_find(0, LOG_UNLOCK, 0) < host_log_find(0, LOG_DSB_ISH, 0));
	assert_true(host_log_find(0, LOG_DSB_ISH, 0) < host_log_find(0, LOG_KICK, 0));
	assert_true(vcpu_take_request(vcpu, REQUEST_IRQ_PENDING));
	assert_false(vcpu_take_request(vcpu, REQUEST_IRQ_PENDING));
}

static void requests_in_their_order(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off }
	};
	struct vcpu *vcpu;

	(void)state;
	/* SLEEP before RESET: who is off does not begin a new life. */
	guests(MODE_VHE, 1);
	vcpu = &vms[0].vcpus[0];
	vcpu->is_on = false;
	vcpu->reset_pc = 0x40301000;
	vcpu_request(vcpu, REQUEST_RESET);
	vcpu_request(vcpu, REQUEST_SLEEP);
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_u64(vcpu->context.pc, GUEST_PROGRAM_IPA);
	assert_u64(vcpu->requests, BIT(REQUEST_RESET));

	vcpu->is_on = true;
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(vcpu), GUEST_IS_OFF);
	assert_u64(vcpu->context.pc, 0x40301000);
	assert_u64(vcpu->requests, 0);
}

static void end_of_slice_is_seen_at_the_last_look(void **state)
{
	(void)state;
	guests(MODE_VHE, 1);
	this_cpu()->is_rescheduling = true;
	assert_int_equal(run_loop(running), GUEST_YIELDS);
	assert_int_equal(host_log_times(LOG_ENTER, 0), 0);
	assert_int_equal(running->mode, OUTSIDE_GUEST);
	assert_null(this_cpu()->loaded);
}

/* A.6 step 8 and its neighbours. */
static void interrupts_are_taken_between_sync_and_exit(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_IRQ },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off },
	};

	(void)state;
	guests(MODE_VHE, 1);
	script(exits, COUNT(exits));
	host_pend_irq(HAL_KICK_INTID);
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(host_log_times(LOG_IRQ_WINDOW, 0), 2);
	assert_true(host_log_find(0, LOG_ENTER, 0) < host_log_find(0, LOG_IRQ_WINDOW, 0));
	assert_int_equal(host_log_times(LOG_GIC_END, 0), 1); /* or no other comes through */
	assert_int_equal(host_log_times(LOG_GIC_DEACTIVATE, 0), 1);
	assert_true(host_log_find(0, LOG_GIC_END, 0) < host_log_find(0, LOG_GIC_DEACTIVATE, 0));
}

/* A.6 step 1, PC-4: out of the loop with nothing pending, and the answer on the way in. */
static void user_access_is_completed_at_the_next_run(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off }
	};

	(void)state;
	guests(MODE_VHE, 1);
	running->context.pc = 0x1000;
	running->user.is_pending = running->user.is_read = true;
	running->user.rt = 9;
	running->user.value = 0x123456789;
	script(exits, COUNT(exits));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_u64(running->context.x[9], 0x123456789);
	assert_u64(running->context.pc, 0x1004);
	assert_false(running->user.is_pending);
}

static void computes(struct context *context)
{
	(void)context;
	host_fp()->v[3] = 0x3333;
}

/* FP-2: user space that answers for the guest, and whoever is there when all guests are off. */
static void host_has_its_fp_registers_back(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_FP) },
		{ .code = EXIT_TRAP,
			.esr = ESR(EC_DABT_LOW) | BIT(24) | 2ul << 22 | 4ul << 16 | 0x07,
			.far = GUEST_USER_IPA,
			.hpfar = GUEST_USER_IPA >> 12 << 4,
			.guest = computes },
		{ .code = EXIT_TRAP, .esr = ESR(EC_FP) },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off },
	};

	(void)state;
	guests(MODE_VHE, 1);
	host_fp()->v[3] = 0x1111;
	script(exits, 2);
	assert_int_equal(run_loop(running), GUEST_TO_USER);
	assert_u64(host_fp()->v[3], 0x1111);
	assert_u64(running->fp.v[3], 0x3333);
	script(exits + 2, 2);
	sched_run(vms, 1);
	assert_u64(host_fp()->v[3], 0x1111);
}

static void no_entry_into_a_vm_that_is_off(void **state)
{
	(void)state;
	guests(MODE_VHE, 1);
	vm_kill(&vms[0], "a test");
	vm_kill(&vms[0], "only once");
	assert_non_null(strstr(host_console(), "  eve0: killed: a test\n"));
	assert_null(strstr(host_console(), "only once"));
	assert_int_equal(run_loop(running), GUEST_IS_OFF);
	assert_int_equal(host_log_times(LOG_ENTER, 0), 0);
}

/* ---- Interrupts of the host ---- */

static void take_irq(void *intid)
{
	hal_gic_enable(*(unsigned *)intid, true);
	host_pend_irq(*(unsigned *)intid);
	hal_irq_window();
}

static void host_interrupts_are_ended_and_deactivated(void **state)
{
	static unsigned ours[] = { HAL_KICK_INTID, VGIC_MAINTENANCE_PPI, INTID_CNTHP };
	static unsigned nobodys = 31;

	(void)state;
	guests(MODE_VHE, 1);
	for (size_t i = 0; i < COUNT(ours); i++) {
		take_irq(&ours[i]);
		assert_false(host_irq_is_active(ours[i]));
	}
	assert_true(panics(take_irq, &nobodys, "physical interrupt 31"));
}

/* ---- Who runs when ---- */

static void deadline_has_come(void)
{
	host_set(SR_CNTPCT_EL0, host_get(SR_CNTHP_CVAL_EL2));
	assert_u64(host_get(SR_CNTHP_CTL_EL2), ENABLE);
	host_pend_irq(host_timer_intid());
}

static void sets_its_timer(struct context *context)
{
	(void)context;
	host_set(SR_CNTV_CTL_EL0, ENABLE);
	host_set(SR_CNTV_CVAL_EL0, 5000);
}

static void sees_its_interrupt(struct context *context)
{
	assert_true(running->vgic.irq[INTID_CNTV].line);
	off(context);
}

/* TM-5 from end to end: WFI, the CPU sleeps, the host's timer wakes it, the guest goes on. */
static void tm_5_wfi_ends_with_the_timer(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_WFX), .guest = sets_its_timer },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = sees_its_interrupt },
	};

	(void)state;
	guests(MODE_VHE, 1);
	enable_ppi(running, INTID_CNTV);
	running->context.pc = 0x1000;
	running->timers.virtual_offset = 0;
	script(exits, COUNT(exits));
	host_on_wait(deadline_has_come);
	sched_run(vms, 1);
	assert_int_equal(host_log_times(LOG_WAIT, 0), 1);
	assert_u64(host_get(SR_CNTPCT_EL0), 5000);
	assert_u64(running->context.pc, 0x1004);
	assert_true(vms[0].is_off);
}

static void who_waits_for_nothing_is_killed(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_WFX) },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = nothing_special },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off },
	};

	(void)state;
	guests(MODE_VHE, 2);
	script(exits, COUNT(exits));
	sched_run(vms, 2);
	/* The other one was not disturbed, and came to its own end. */
	assert_int_equal(host_script_left(), 0);
	assert_non_null(strstr(host_console(), "eve0: killed: waits for ever"));
	assert_null(strstr(host_console(), "eve1: killed"));
	assert_true(vms[0].is_off && vms[1].is_off);
}

/* WFE gives the CPU away and stays runnable. */
static char order[16];

static void note(struct context *context)
{
	size_t length = strlen(order);

	order[length] = (char)('0' + (this_cpu()->loaded->vm - vms));
	order[length + 1] = '\0';
	context->x[0] = PSCI_VERSION;
}

static void note_and_off(struct context *context)
{
	note(context);
	off(context);
}

static void wfe_is_the_others_turn(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_WFX) | 1, .guest = note },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note },
		{ .code = EXIT_TRAP, .esr = ESR(EC_WFX) | 1, .guest = note },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
	};

	(void)state;
	guests(MODE_VHE, 2);
	order[0] = '\0';
	script(exits, COUNT(exits));
	sched_run(vms, 2);
	assert_string_equal(order, "01101");
}

static void slice_is_over(struct context *context)
{
	note(context);
	deadline_has_come();
}

static void slices_only_with_company(void **state)
{
	static const struct host_exit alone[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off }
	};
	static const struct host_exit two[] = {
		{ .code = EXIT_IRQ, .guest = slice_is_over },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
	};

	(void)state;
	/* A vCPU that is measured has no ticks. */
	guests(MODE_VHE, 1);
	options.quantum = 100;
	script(alone, COUNT(alone));
	sched_run(vms, 1);
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 0);

	guests(MODE_VHE, 2);
	options.quantum = 100;
	order[0] = '\0';
	script(two, COUNT(two));
	sched_run(vms, 2);
	assert_string_equal(order, "010");
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 2 * 100 * 62500000ul / 1000000);

	/* Unless nobody trusts it. */
	guests(MODE_VHE, 1);
	vms[0].config.is_hostile = true;
	options.quantum = 100;
	script(alone, COUNT(alone));
	sched_run(vms, 1);
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 100 * 62500000ul / 1000000);
}

/* The slices of who was interrupted where it began get longer; the others' do not. */
static void a_slice_is_long_enough_to_get_on(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_IRQ, .guest = slice_is_over },
		{ .code = EXIT_IRQ, .pc = 0x40301000, .guest = slice_is_over },
		{ .code = EXIT_IRQ, .guest = slice_is_over },
		{ .code = EXIT_IRQ, .pc = 0x40301004, .guest = slice_is_over },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = note_and_off },
	};

	(void)state;
	guests(MODE_VHE, 2);
	options.quantum = 16;
	order[0] = '\0';
	script(exits, COUNT(exits));
	sched_run(vms, 2);
	assert_string_equal(order, "010101");
	assert_int_equal(vms[0].vcpus[0].grace, 3);
	assert_int_equal(vms[1].vcpus[0].grace, 0);
	/* 62.5 ticks a microsecond: 16, 16, 17, 16 and 19 of them. */
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 1000 + 1000 + 1062 + 1000 + 1187);
}

static void no_slices_without_quantum(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = off },
	};

	(void)state;
	guests(MODE_VHE, 2);
	script(exits, COUNT(exits));
	sched_run(vms, 2);
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 0);
	/* Off it is from the beginning, and nobody says so again. */
	assert_int_equal(host_log_times(LOG_WRITE, SR_CNTP_CTL_EL0), 1);
}

/* PSCI CPU_ON on one CPU: the second vCPU begins, at once, where it was told to. */
static void starts_the_second(struct context *context)
{
	context->x[0] = PSCI_CPU_ON;
	context->x[1] = 1;
	context->x[2] = 0x40301000;
	context->x[3] = 0x77;
}

static void is_the_second(struct context *context)
{
	assert_int_equal(this_cpu()->loaded->index, 1);
	assert_u64(this_cpu()->loaded->context.pc, 0x40301000);
	assert_u64(context->x[0], 0x77);
	off(context);
}

static void cpu_on_starts_a_vcpu(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = starts_the_second },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = is_the_second },
	};

	struct vm_config config = guest_config();

	(void)state;
	machine(MODE_VHE);
	memset(&vms[0], 0, sizeof(vms[0]));
	assert_true(vm_create(&vms[0], &config));
	script(exits, COUNT(exits));
	sched_run(vms, 1);
	assert_int_equal(host_script_left(), 0);
}

/* ---- More CPUs ---- */

static void woken_vcpu_gets_its_cpu(void **state)
{
	struct vm *vm;
	struct vcpu *second;

	(void)state;
	vm = guest(MODE_VHE);
	second = &vm->vcpus[1];
	second->is_on = true;
	sched_block(second);
	/* On its own CPU nobody is kicked: whoever runs there is at its end. */
	vcpu_request(second, REQUEST_IRQ_PENDING);
	assert_true(this_cpu()->is_rescheduling);
	assert_int_equal(host_log_times(LOG_KICK, 0), 0);
	/* Loaded, it finds the request itself; and who only waits for its turn gets it anyway. */
	this_cpu()->is_rescheduling = false;
	second->cpu = this_cpu();
	vcpu_request(second, REQUEST_IRQ_PENDING);
	assert_false(this_cpu()->is_rescheduling);
	second->cpu = NULL;
	second->is_in_wfi = false;
	vcpu_request(second, REQUEST_IRQ_PENDING);
	assert_false(this_cpu()->is_rescheduling);
}

/*
 * Two CPUs, one at a time: while CPU 0 sleeps CPU 1 runs, until it has nothing to do either.
 */
static void cpu_1(void *unused)
{
	(void)unused;
	host_cpu_entry(1)();
}

static void the_other_cpu_runs(void)
{
	int code;

	if (host_this_cpu() == 1)
		hal_exit(0);
	host_set_cpu(1);
	assert_true(host_catch_exit(cpu_1, NULL, &code));
	host_set_cpu(0);
}

static void second_is_on_cpu_1(struct context *context)
{
	assert_int_equal(this_cpu()->index, 1);
	is_the_second(context);
}

static void two_cpus_share_a_vm(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = starts_the_second },
		{ .code = EXIT_TRAP, .esr = ESR(EC_WFX) },
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = second_is_on_cpu_1 },
	};
	struct vm_config config = guest_config();
	unsigned kicks[2] = { 0, 0 };

	(void)state;
	machine(MODE_VHE);
	options.cpus = 2;
	memset(&vms[0], 0, sizeof(vms[0]));
	assert_true(vm_create(&vms[0], &config));
	host_log_clear();
	script(exits, COUNT(exits));
	host_on_wait(the_other_cpu_runs);
	sched_run(vms, 1);
	assert_int_equal(host_script_left(), 0);
	for (size_t i = 0; i < host_log_count(); i++)
		if (host_log(i)->kind == LOG_KICK)
			kicks[host_log(i)->value]++;
	/* CPU 1: the job, the vCPU switched on, the end. CPU 0: its vCPU's VM is off, the end. */
	assert_int_equal(kicks[1], 3);
	assert_int_equal(kicks[0], 2);

	/* From here on vCPU 1 belongs to CPU 1. */
	vms[0].vcpus[1].mode = IN_GUEST;
	host_log_clear();
	vcpu_request(&vms[0].vcpus[1], REQUEST_IRQ_PENDING);
	assert_int_equal(host_log((size_t)host_log_find(0, LOG_KICK, 0))->value, 1);
	vms[0].vcpus[1].mode = OUTSIDE_GUEST;
	sched_block(&vms[0].vcpus[1]);
	cpus[0].is_rescheduling = cpus[1].is_rescheduling = false;
	host_log_clear();
	vcpu_request(&vms[0].vcpus[1], REQUEST_IRQ_PENDING);
	assert_int_equal(host_log((size_t)host_log_find(0, LOG_KICK, 0))->value, 1);
	assert_true(cpus[1].is_rescheduling);
	assert_false(this_cpu()->is_rescheduling);
}

TESTS( //
	cmocka_unit_test(ws_12_mode_is_published_with_a_barrier),
	cmocka_unit_test(ws_12_last_look_finds_late_requests),
	cmocka_unit_test(ws_12_kick_only_who_is_inside),
	cmocka_unit_test(nv_33_interrupts_for_virtual_el2),
	cmocka_unit_test(nv_34_interrupt_for_l1_before_l2_runs),
	cmocka_unit_test(nv_34_fiq_for_l1_before_l2_runs),
	cmocka_unit_test(nv_35_without_vimo_it_is_l2s), cmocka_unit_test(requests_in_their_order),
	cmocka_unit_test(end_of_slice_is_seen_at_the_last_look),
	cmocka_unit_test(interrupts_are_taken_between_sync_and_exit),
	cmocka_unit_test(user_access_is_completed_at_the_next_run),
	cmocka_unit_test(host_has_its_fp_registers_back),
	cmocka_unit_test(no_entry_into_a_vm_that_is_off),
	cmocka_unit_test(host_interrupts_are_ended_and_deactivated),
	cmocka_unit_test(tm_5_wfi_ends_with_the_timer),
	cmocka_unit_test(who_waits_for_nothing_is_killed), cmocka_unit_test(wfe_is_the_others_turn),
	cmocka_unit_test(slices_only_with_company),
	cmocka_unit_test(a_slice_is_long_enough_to_get_on),
	cmocka_unit_test(no_slices_without_quantum), cmocka_unit_test(cpu_on_starts_a_vcpu),
	cmocka_unit_test(woken_vcpu_gets_its_cpu), cmocka_unit_test(two_cpus_share_a_vm))
