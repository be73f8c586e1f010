/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler: each CPU takes turns over its vCPUs, sleeps when none has anything to do, and is
 * woken by a kick or its timer. Knows nothing of what a turn is (run_loop.c).
 */
#include "core/sched.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/options.h"
#include "core/print.h"
#include "core/timer.h"
#include "core/user.h"
#include "core/vmid.h"
#include "hal.h"

enum { MAX_GRACE = 1000 };

/* What all CPUs work at. A new `job` number starts the secondary CPUs. */
static struct {
	struct vm *vms;
	unsigned count, cpus;
	volatile u64 job;
} work;

static struct {
	volatile bool is_asleep;
	volatile u64 wakes_at; /* while asleep; TIMER_NEVER: somebody else must wake it */
	volatile u64 done;     /* last job it has finished */
	bool is_started;
	unsigned next; /* whose turn it is, over the vCPUs of all VMs */
} cpu_state[MAX_CPUS];

unsigned sched_home(const struct vcpu *vcpu)
{
	return work.cpus ? vcpu->index % work.cpus : 0;
}

void sched_block(struct vcpu *vcpu)
{
	vcpu->is_in_wfi = true;
}

/*
 * Asleep or not, its CPU looks whose turn it is: whoever it runs may have got the CPU without end,
 * being alone. A vCPU that is loaded looks by itself before it goes on.
 */
void sched_wake(const struct vcpu *vcpu)
{
	unsigned cpu = sched_home(vcpu);

	if (!vcpu->is_in_wfi || vcpu->cpu)
		return;
	cpus[cpu].is_rescheduling = true;
	if (cpu != this_cpu()->index)
		hal_kick(cpu);
}

static void wake_others(void)
{
	hal_dsb_ish();
	for (unsigned i = 0; i < work.cpus; i++)
		if (i != this_cpu()->index)
			hal_kick(i);
}

/* The vCPU number `i` of all of them, or NULL: there is none. */
static struct vcpu *numbered(unsigned i)
{
	struct vm *vm = &work.vms[i / MAX_VCPUS];

	return i % MAX_VCPUS < vm->config.vcpus ? &vm->vcpus[i % MAX_VCPUS] : NULL;
}

static bool is_mine(const struct vcpu *vcpu)
{
	return vcpu && sched_home(vcpu) == this_cpu()->index;
}

static bool is_runnable(struct vcpu *vcpu)
{
	if (!vcpu || vcpu->vm->is_off || !vcpu->is_on)
		return false;
	return !vcpu->is_in_wfi || *(volatile const u64 *)&vcpu->requests || vgic_can_wake(vcpu) ||
	       (vcpu->hcr_el2 & F(HCR_EL2, VSE)) || vcpu->is_serror_pending_nested;
}

static bool is_all_off(void)
{
	for (unsigned i = 0; i < work.count; i++)
		if (!*(volatile bool *)&work.vms[i].is_off)
			return false;
	return true;
}

/* TM-5, TM-11: blocked vCPUs get the interrupts of timers that have fired. When the next does. */
static u64 look_at_timers(void)
{
	u64 earliest = TIMER_NEVER;

	for (unsigned i = 0; i < work.count * MAX_VCPUS; i++) {
		struct vcpu *vcpu = numbered(i);
		u64 at;

		if (!is_mine(vcpu) || !vcpu->is_in_wfi || vcpu->vm->is_off)
			continue;
		at = timer_wakeup(vcpu);
		earliest = at < earliest ? at : earliest;
	}
	return earliest;
}

static unsigned runnable_count(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < work.count * MAX_VCPUS; i++)
		count += is_mine(numbered(i)) && is_runnable(numbered(i));
	return count;
}

static struct vcpu *pick(void)
{
	unsigned count = work.count * MAX_VCPUS, *next = &cpu_state[this_cpu()->index].next;

	for (unsigned n = 0; n < count; n++) {
		struct vcpu *vcpu = numbered((*next + n) % count);

		if (!is_mine(vcpu) || !is_runnable(vcpu))
			continue;
		*next = (*next + n + 1) % count;
		return vcpu;
	}
	return NULL;
}

/* A slice ends only if somebody else wants the CPU: a lone vCPU is measured without ticks. */
static u64 slice_end(const struct vcpu *vcpu)
{
	if (options.quantum == 0 || (this_cpu()->is_alone && !vcpu->vm->config.is_hostile))
		return TIMER_NEVER;
	return host_now() + (options.quantum + vcpu->grace) * read_CNTFRQ_EL0() / 1000000;
}

/*
 * A guest always gets on, however short the slices are: one that was over before the guest had
 * executed anything makes the next ones of this vCPU longer. It may also be a guest that jumps to
 * where it is, hence the limit.
 */
static void lengthen_slices(struct vcpu *vcpu)
{
	u64 grace = 2 * vcpu->grace + 1;

	vcpu->grace = grace < MAX_GRACE ? grace : MAX_GRACE;
}

static void run_turn(struct vcpu *vcpu, u64 wakeup)
{
	u64 end, pc = vcpu->context.pc;
	enum verdict verdict;

	this_cpu()->is_alone = runnable_count() < 2;
	end = slice_end(vcpu);
	vcpu->is_in_wfi = false;
	host_timer_schedule(wakeup < end ? wakeup : end);
	do {
		user_calls(vcpu);
		verdict = run_loop(vcpu);
		user_is_back();
	} while (verdict == GUEST_TO_USER);
	if (verdict == GUEST_YIELDS && end != TIMER_NEVER && vcpu->context.pc == pc)
		lengthen_slices(vcpu);
}

/* Nothing is pending for anybody, no timer runs, no CPU is awake but this one. */
static bool is_nothing_left(void)
{
	for (unsigned i = 0; i < work.cpus; i++)
		if (!cpu_state[i].is_asleep || cpu_state[i].wakes_at != TIMER_NEVER)
			return false;
	for (unsigned i = 0; i < work.count * MAX_VCPUS; i++)
		if (is_runnable(numbered(i)))
			return false;
	return true;
}

static void kill_the_waiting(void)
{
	for (unsigned i = 0; i < work.count; i++)
		if (!work.vms[i].is_off)
			vm_kill(&work.vms[i], "waits for ever");
}

/*
 * The vCPUs are looked at again after is_asleep is visible: who makes one runnable later than that
 * kicks, and hal_wait() returns at once.
 */
static void sleep_until(u64 wakeup)
{
	unsigned cpu = this_cpu()->index;

	cpu_state[cpu].wakes_at = wakeup;
	cpu_state[cpu].is_asleep = true;
	hal_dsb_ish();
	if (is_nothing_left()) {
		kill_the_waiting();
	} else if (runnable_count() == 0 && !is_all_off()) {
		host_timer_schedule(wakeup);
		hal_wait();
	}
	cpu_state[cpu].is_asleep = false;
	hal_irq_window();
}

static void run_this_cpu(void)
{
	cpu_state[this_cpu()->index].next = 0;
	while (!is_all_off()) {
		struct vcpu *vcpu;
		u64 wakeup;

		/* Before the look: who is woken after it ends the turn that begins now. */
		this_cpu()->is_rescheduling = false;
		hal_dsb_ish();
		wakeup = look_at_timers();
		vcpu = pick();
		if (vcpu)
			run_turn(vcpu, wakeup);
		else
			sleep_until(wakeup);
	}
	host_timer_schedule(TIMER_NEVER);
	fp_host_takes();
	cpu_state[this_cpu()->index].done = work.job;
	wake_others();
}

static void wait_for_job(u64 job)
{
	while (work.job == job) {
		hal_wait();
		hal_irq_window();
	}
	hal_dsb_ish(); /* the number was written last */
}

static void init_this_cpu(void)
{
	vgic_cpu_init();
	timer_cpu_init();
	hal_gic_enable(HAL_KICK_INTID, true);
}

static void secondary_main(void)
{
	u64 job = 0;

	cpu_init();
	init_this_cpu();
	for (;;) {
		wait_for_job(job);
		job = work.job;
		run_this_cpu();
	}
}

static void start_cpus(void)
{
	for (unsigned i = 1; i < work.cpus; i++) {
		if (!cpu_state[i].is_started && !hal_cpu_on(i, secondary_main))
			panic("cpus=%u, and there is no CPU %u", work.cpus, i);
		cpu_state[i].is_started = true;
	}
}

static void wait_for_others(void)
{
	for (unsigned i = 1; i < work.cpus; i++) {
		while (cpu_state[i].done != work.job) {
			hal_wait();
			hal_irq_window();
		}
	}
}

void sched_run(struct vm *vms, unsigned count)
{
	work.vms = vms;
	work.count = count;
	work.cpus = (unsigned)options.cpus;
	vmid_reset();
	init_this_cpu();
	start_cpus();
	hal_dsb_ish();
	work.job++;
	wake_others();
	run_this_cpu();
	wait_for_others();
}
