/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers of guests: which are in the CPU and which are made by software, HYPERVISOR-SPEC A.18 and
 * D.3. Knows the two names of the CPU's timers and the interrupts behind them; which timer belongs
 * where is timer_nested.c.
 */
#include "core/timer.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/mutant.h"
#include "core/registers.h"
#include "core/vm.h"

#define WRITABLE (F(CNTx_CTL, ENABLE) | F(CNTx_CTL, IMASK))

static const struct {
	reg_t ctl, cval;
	unsigned intid;
} timers[TIMER_COUNT] = {
#define TIMER(id, ctl, cval, intid) [TIMER_##id] = { { CTX_##ctl }, { CTX_##cval }, intid },
#include "core/timer.def"
#undef TIMER
};

/* The CPU's timers under the names that reach the guest's at a host of each mode (WS-1). */
struct hw_names {
	u64 (*read_ctl)(void), (*read_cval)(void);
	void (*write_ctl)(u64), (*write_cval)(u64);
};
#define HW_NAMES(name, suffix)                                                                     \
	{                                                                                          \
		read_##name##_CTL_##suffix, read_##name##_CVAL_##suffix,                           \
			write_##name##_CTL_##suffix, write_##name##_CVAL_##suffix                  \
	}
static const struct {
	unsigned intid;
	struct hw_names in[MODE_VHE + 1];
} hardware[HW_TIMER_COUNT] = {
	[HW_TIMER_V] = { INTID_CNTV,
		{ [MODE_NVHE] = HW_NAMES(CNTV, EL0), [MODE_VHE] = HW_NAMES(CNTV, EL02) } },
	/* On nVHE this one is the host's own; no guest timer is ever in it. */
	[HW_TIMER_P] = { INTID_CNTP,
		{ [MODE_NVHE] = HW_NAMES(CNTP, EL0), [MODE_VHE] = HW_NAMES(CNTP, EL02) } },
};

/* Physical PPIs that may be active since we took them or said so; of each CPU. */
static bool maybe_active[MAX_CPUS][HW_TIMER_COUNT];

static const struct hw_names *names(enum hw_timer hw)
{
	return &hardware[hw].in[host.mode];
}

static void set_physical_active(enum hw_timer hw, bool is_active)
{
	bool *maybe = &maybe_active[this_cpu()->index][hw];

	/* Under another hypervisor each of these is an exit: never say what is known. */
	if (!is_active && !*maybe)
		return;
	hal_gic_set_active(hardware[hw].intid, is_active);
	*maybe = is_active;
}

static u64 *stored_ctl(const struct vcpu *vcpu, enum timer_id id)
{
	return context_stored((struct context *)&vcpu->context, timers[id].ctl);
}

static u64 *stored_cval(const struct vcpu *vcpu, enum timer_id id)
{
	return context_stored((struct context *)&vcpu->context, timers[id].cval);
}

/* The hardware that has this timer right now, or HW_TIMER_COUNT. */
static enum hw_timer hardware_of(const struct vcpu *vcpu, enum timer_id id)
{
	enum hw_timer hw = 0;

	if (!vcpu->timers.is_loaded)
		return HW_TIMER_COUNT;
	while (hw < HW_TIMER_COUNT && vcpu->timers.direct[hw] != id)
		hw++;
	return hw;
}

static bool has_line(u64 ctl)
{
	return (ctl & F(CNTx_CTL, ENABLE)) && (ctl & F(CNTx_CTL, ISTATUS)) &&
	       !(ctl & F(CNTx_CTL, IMASK));
}

static void set_level(struct vcpu *vcpu, enum timer_id id, bool level)
{
	struct guest_timer *timer = &vcpu->timers.timer[id];

	if (timer->level == level)
		return;
	timer->level = level;
	vgic_set_line(vcpu, timers[id].intid, level);
}

/* When the guest's counter, which is `counter` at `now`, will be `cval`; it is not yet. */
static u64 real_time(u64 now, u64 counter, u64 cval)
{
	u64 left = cval - counter;

	return now + left < now ? TIMER_NEVER : now + left;
}

/*
 * A timer made by software: ISTATUS is computed and published (TM-7), the interrupt follows it
 * (TM-4). When it will fire if nothing changes.
 */
static u64 evaluate(struct vcpu *vcpu, enum timer_id id)
{
	u64 *stored = stored_ctl(vcpu, id);
	u64 was = *stored, ctl = was & WRITABLE, cval = *stored_cval(vcpu, id), now = 0,
	    counter = 0;

	if (ctl & F(CNTx_CTL, ENABLE)) {
		now = host_now();
		counter = now - timer_offset(vcpu, id);
		ctl |= counter >= cval ? F(CNTx_CTL, ISTATUS) : 0;
	}
	if (ctl != was && !MUTANT(66))
		*stored = ctl;
	set_level(vcpu, id, has_line(ctl));
	if (ctl != F(CNTx_CTL, ENABLE))
		return TIMER_NEVER;
	return real_time(now, counter, cval);
}

static u64 evaluate_emulated(struct vcpu *vcpu)
{
	u64 earliest = TIMER_NEVER, fires;

	for (enum timer_id id = 0; id < TIMER_COUNT; id++) {
		if (!timer_exists(vcpu, id) || hardware_of(vcpu, id) != HW_TIMER_COUNT)
			continue;
		fires = evaluate(vcpu, id);
		if (fires < earliest)
			earliest = fires;
	}
	return earliest;
}

/* The interrupt of a direct timer is raised by timer_host_irq(); here it is taken back. */
static void lower_direct(struct vcpu *vcpu, enum timer_id id)
{
	enum hw_timer hw = hardware_of(vcpu, id);

	if (!vcpu->timers.timer[id].level || has_line(names(hw)->read_ctl()))
		return;
	set_level(vcpu, id, false);
	/* Taken from us but never by the guest: nobody else would deactivate it. */
	if (!vgic_is_active(vcpu, timers[id].intid))
		set_physical_active(hw, false);
}

/*
 * The counter of a VM begins with the VM. But a virtual EL2 sees the physical counter too, which
 * cannot be moved, and computes its guest's CNTVOFF_EL2 from that: both must be one.
 */
void timer_init(struct vcpu *vcpu)
{
	struct vcpu *first = &vcpu->vm->vcpus[0];
	u64 offset = vcpu_has_nv(vcpu) ? 0 : host_now();

	if (vcpu != first)
		offset = first->timers.virtual_offset;
	vcpu->timers = (struct vcpu_timers){ .virtual_offset = offset };
	timer_reset(vcpu);
}

void timer_reset(struct vcpu *vcpu)
{
	for (enum timer_id id = 0; id < TIMER_COUNT; id++) {
		*stored_ctl(vcpu, id) = 0;
		*stored_cval(vcpu, id) = 0;
		if (timer_exists(vcpu, id))
			set_level(vcpu, id, false);
	}
}

/* TM-10: the interrupts of emulated timers are unbound before those of direct ones are bound. */
static void bind_interrupts(struct vcpu *vcpu)
{
	struct guest_timer *timer = vcpu->timers.timer;
	enum timer_id *direct = vcpu->timers.direct;

	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++)
		direct[hw] = timer_direct(vcpu, hw);
	for (enum timer_id id = 0; id < TIMER_COUNT; id++) {
		if (!timer[id].is_direct || direct[HW_TIMER_V] == id || direct[HW_TIMER_P] == id)
			continue;
		vgic_bind_hw(vcpu, timers[id].intid, 0);
		timer[id].is_direct = false;
	}
	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++) {
		if (direct[hw] == TIMER_COUNT || timer[direct[hw]].is_direct)
			continue;
		vgic_bind_hw(vcpu, timers[direct[hw]].intid, hardware[hw].intid);
		timer[direct[hw]].is_direct = true;
	}
}

static u64 write_offset(u64 offset, u64 unused)
{
	(void)unused;
	write_CNTVOFF_EL2(offset);
	return 0;
}

/* TM-2: the counter that goes with what is in CNTV. */
static void load_offset(const struct vcpu *vcpu)
{
	hal_call_hyp(write_offset, timer_offset(vcpu, vcpu->timers.direct[HW_TIMER_V]), 0);
}

static void restore_direct(struct vcpu *vcpu, enum hw_timer hw, enum timer_id id)
{
	bool is_active;

	/* What fired meanwhile is known before the CPU's interrupt could tell. */
	evaluate(vcpu, id);
	is_active = vcpu->timers.timer[id].level || vgic_is_active(vcpu, timers[id].intid);
	set_physical_active(hw, is_active);
	names(hw)->write_cval(*stored_cval(vcpu, id));
	hal_isb();
	names(hw)->write_ctl(*stored_ctl(vcpu, id) & WRITABLE);
}

void timer_load(struct vcpu *vcpu)
{
	bind_interrupts(vcpu);
	load_offset(vcpu);
	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++) {
		enum timer_id id = vcpu->timers.direct[hw];

		if (id != TIMER_COUNT)
			restore_direct(vcpu, hw, id);
	}
	vcpu->timers.is_loaded = true;
	if (!MUTANT(65))
		host_timer_soft(evaluate_emulated(vcpu));
	if (host.mode == MODE_VHE)
		timer_traps_on(vcpu);
}

void timer_put(struct vcpu *vcpu)
{
	if (host.mode == MODE_VHE)
		timer_traps_off();
	host_timer_soft(TIMER_NEVER);
	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++) {
		enum timer_id id = vcpu->timers.direct[hw];

		if (id == TIMER_COUNT)
			continue;
		*stored_ctl(vcpu, id) = names(hw)->read_ctl();
		*stored_cval(vcpu, id) = names(hw)->read_cval();
		names(hw)->write_ctl(0);
	}
	hal_isb();
	hal_call_hyp(write_offset, 0, 0);
	vcpu->timers.is_loaded = false;
}

void timer_sync(struct vcpu *vcpu)
{
	for (enum timer_id id = 0; id < TIMER_COUNT; id++)
		if (hardware_of(vcpu, id) != HW_TIMER_COUNT)
			lower_direct(vcpu, id);
	if (vcpu_is_hyp_ctxt(vcpu) && !MUTANT(65))
		host_timer_soft(evaluate_emulated(vcpu));
}

void timer_soft_expired(struct vcpu *vcpu)
{
	host_timer_soft(evaluate_emulated(vcpu));
}

u64 timer_wakeup(struct vcpu *vcpu)
{
	return evaluate_emulated(vcpu);
}

bool timer_host_irq(unsigned intid)
{
	struct vcpu *vcpu = this_cpu()->loaded;

	if (!vcpu || !vcpu->timers.is_loaded)
		return false;
	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++) {
		enum timer_id id = vcpu->timers.direct[hw];

		if (id == TIMER_COUNT || hardware[hw].intid != intid)
			continue;
		if (!has_line(names(hw)->read_ctl()))
			return false;
		set_level(vcpu, id, true);
		maybe_active[this_cpu()->index][hw] = true;
		return true;
	}
	return false;
}

void timer_cpu_init(void)
{
	for (enum hw_timer hw = 0; hw < HW_TIMER_COUNT; hw++) {
		maybe_active[this_cpu()->index][hw] = true; /* whoever was here before us */
		hal_gic_enable(hardware[hw].intid, true);
	}
	host_timer_cpu_init();
}

u64 timer_read_ctl(const struct vcpu *vcpu, enum timer_id id)
{
	enum hw_timer hw = hardware_of(vcpu, id);
	u64 ctl = *stored_ctl(vcpu, id) & WRITABLE;

	if (hw != HW_TIMER_COUNT)
		return names(hw)->read_ctl();
	if ((ctl & F(CNTx_CTL, ENABLE)) &&
		host_now() - timer_offset(vcpu, id) >= *stored_cval(vcpu, id))
		ctl |= F(CNTx_CTL, ISTATUS);
	return ctl;
}

u64 timer_read_cval(const struct vcpu *vcpu, enum timer_id id)
{
	enum hw_timer hw = hardware_of(vcpu, id);

	return hw != HW_TIMER_COUNT ? names(hw)->read_cval() : *stored_cval(vcpu, id);
}

static void written(struct vcpu *vcpu, enum timer_id id)
{
	if (hardware_of(vcpu, id) != HW_TIMER_COUNT) {
		hal_isb();
		lower_direct(vcpu, id);
	} else if (vcpu->timers.is_loaded) {
		host_timer_soft(evaluate_emulated(vcpu));
	}
}

void timer_write_ctl(struct vcpu *vcpu, enum timer_id id, u64 value)
{
	enum hw_timer hw = hardware_of(vcpu, id);

	value &= WRITABLE;
	if (hw != HW_TIMER_COUNT)
		names(hw)->write_ctl(value);
	else
		*stored_ctl(vcpu, id) = value;
	written(vcpu, id);
}

void timer_write_cval(struct vcpu *vcpu, enum timer_id id, u64 value)
{
	enum hw_timer hw = hardware_of(vcpu, id);

	if (hw != HW_TIMER_COUNT)
		names(hw)->write_cval(value);
	else
		*stored_cval(vcpu, id) = value;
	written(vcpu, id);
}

void timer_offset_changed(struct vcpu *vcpu)
{
	if (!vcpu->timers.is_loaded)
		return;
	load_offset(vcpu);
	written(vcpu, TIMER_V);
}
