/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers of guests and of the host, HYPERVISOR-SPEC A.18 and D.3.
 */
#include "support.h"

#include "core/emulate.h"
#include "core/sched.h"
#include "core/switch.h"
#include "core/timer.h"
#include "core/traps.h"

#define ENABLE	F(CNTx_CTL, ENABLE)
#define IMASK	F(CNTx_CTL, IMASK)
#define ISTATUS F(CNTx_CTL, ISTATUS)

static void now_is(u64 now)
{
	host_set(SR_CNTPCT_EL0, now);
}

static void store(struct vcpu *vcpu, reg_t reg, u64 value)
{
	*context_stored(&vcpu->context, reg) = value;
}

static u64 stored(struct vcpu *vcpu, reg_t reg)
{
	return *context_stored(&vcpu->context, reg);
}

/* What vcpu_load() does around timer_load(), and no more. */
static void load(struct vcpu *vcpu)
{
	vcpu->cpu = this_cpu();
	this_cpu()->loaded = vcpu;
	timer_load(vcpu);
}

static void put(struct vcpu *vcpu)
{
	timer_put(vcpu);
	vcpu->cpu = NULL;
	this_cpu()->loaded = NULL;
}

/* A guest whose counter is 1000 behind the machine's. */
static struct vcpu *plain(enum hyp_mode mode)
{
	struct vcpu *vcpu = &guest(mode)->vcpus[0];

	now_is(1000);
	vcpu->timers.virtual_offset = 1000;
	timer_cpu_init();
	host_log_clear();
	return vcpu;
}

static struct vcpu *nested(enum vm_el2 form, unsigned nv)
{
	struct vcpu *vcpu = &nested_guest(form, nv)->vcpus[0];

	now_is(1100);
	vcpu->timers.virtual_offset = 1000;
	store(vcpu, REG(CNTVOFF_EL2), 50);
	timer_cpu_init();
	host_log_clear();
	return vcpu;
}

/* It runs its guest: at EL1, vHCR_EL2.TGE is 0 since the reset. */
static void enter_l2(struct vcpu *vcpu)
{
	vcpu->context.pstate = PSTATE_DAIF | PSTATE_EL1h;
}

static bool line(const struct vcpu *vcpu, unsigned intid)
{
	return vcpu->vgic.irq[intid].line;
}

static void no_physical_is_active(void)
{
	hal_gic_set_active(INTID_CNTV, false);
	hal_gic_set_active(INTID_CNTP, false);
}

/* ---- TM-1 to TM-5, A.18 ---- */

static void tm_1_load_restores_cval_isb_ctl(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	load(vcpu);
	put(vcpu); /* the physical interrupts are known to be inactive from here on */
	store(vcpu, REG(CNTV_CTL_EL0), ENABLE);
	store(vcpu, REG(CNTV_CVAL_EL0), 77);
	store(vcpu, REG(CNTP_CTL_EL0), ENABLE | IMASK);
	store(vcpu, REG(CNTP_CVAL_EL0), 5000);
	host_log_clear();
	load(vcpu);
	assert_log("CNTVOFF_EL2=0x3e8\n"
		   "ISB\nCNTV_CVAL_EL02=0x4d\nISB\nCNTV_CTL_EL02=0x1\n"
		   "ISB\nCNTP_CVAL_EL02=0x1388\nISB\nCNTP_CTL_EL02=0x3\n");
	assert_int_equal(vcpu->vgic.irq[27].hw_intid, INTID_CNTV);
	assert_int_equal(vcpu->vgic.irq[30].hw_intid, INTID_CNTP);
}

static void tm_1_put_reads_and_stops_them(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	load(vcpu);
	host_set(SR_CNTV_CTL_EL0, ENABLE | ISTATUS);
	host_set(SR_CNTV_CVAL_EL0, 0x123);
	host_set(SR_CNTP_CTL_EL0, 0);
	host_set(SR_CNTP_CVAL_EL0, 0x456);
	host_log_clear();
	put(vcpu);
	assert_log("CNTV_CTL_EL02=0x0\nCNTP_CTL_EL02=0x0\nISB\nCNTVOFF_EL2=0x0\n");
	assert_u64(stored(vcpu, REG(CNTV_CTL_EL0)) & ENABLE, ENABLE);
	assert_u64(stored(vcpu, REG(CNTV_CVAL_EL0)), 0x123);
	assert_u64(stored(vcpu, REG(CNTP_CTL_EL0)), 0);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)), 0x456);
}

static void tm_1_nvhe_has_the_virtual_timer_alone(void **state)
{
	struct vcpu *vcpu = plain(MODE_NVHE);

	(void)state;
	store(vcpu, REG(CNTV_CTL_EL0), ENABLE);
	store(vcpu, REG(CNTV_CVAL_EL0), 77);
	load(vcpu);
	assert_true(host_log_times(LOG_WRITE, SR_CNTV_CVAL_EL0) == 1);
	assert_u64(host_get(SR_CNTV_CVAL_EL0), 77);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1000);
	/* CNTP is the host's, whatever the guest does with its own. */
	timer_write_cval(vcpu, TIMER_P, 0x9999);
	timer_write_ctl(vcpu, TIMER_P, ENABLE | IMASK);
	assert_u64(host_get(SR_CNTP_CTL_EL0) & ENABLE, 0);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)), 0x9999);
	assert_int_equal(vcpu->vgic.irq[30].hw_intid, 0);
}

/* GI-5 through TM-1: an interrupt that the guest handles is active in the machine. */
static void tm_1_physical_active_state_is_the_guests(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	vcpu->vgic.irq[27].is_active = true;
	load(vcpu);
	assert_true(host_irq_is_active(INTID_CNTV));
	assert_false(host_irq_is_active(INTID_CNTP));
	put(vcpu);
	vcpu->vgic.irq[27].is_active = false;
	load(vcpu);
	assert_false(host_irq_is_active(INTID_CNTV));
}

static void tm_1_fired_while_put(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	store(vcpu, REG(CNTV_CTL_EL0), ENABLE);
	store(vcpu, REG(CNTV_CVAL_EL0), 77);
	now_is(1077);
	load(vcpu);
	assert_true(line(vcpu, 27));
	assert_true(host_irq_is_active(INTID_CNTV)); /* or the host would be told once more */
}

static void tm_1_interrupt_of_a_direct_timer(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	load(vcpu);
	no_physical_is_active();
	host_set(SR_CNTV_CTL_EL0, ENABLE | ISTATUS);
	host_pend_irq(INTID_CNTV);
	hal_irq_window();
	assert_true(line(vcpu, 27));
	assert_true(host_irq_is_active(INTID_CNTV)); /* until the guest ends it */

	/* The guest has moved CVAL before it ended the interrupt. */
	host_set(SR_CNTV_CTL_EL0, ENABLE);
	timer_sync(vcpu);
	assert_false(line(vcpu, 27));
	assert_false(host_irq_is_active(INTID_CNTV));

	/* Nobody's: the condition has gone, or nobody is loaded. */
	host_pend_irq(INTID_CNTV);
	hal_irq_window();
	assert_false(line(vcpu, 27));
	assert_false(host_irq_is_active(INTID_CNTV));
	put(vcpu);
	host_pend_irq(INTID_CNTV);
	hal_irq_window();
	assert_false(host_irq_is_active(INTID_CNTV));
}

static void tm_2_virtual_offset_is_the_vms(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	assert_u64(timer_offset(vcpu, TIMER_V), 1000);
	assert_u64(timer_offset(vcpu, TIMER_P), 0);
	/* All vCPUs of a VM read one counter. */
	now_is(4000);
	timer_init(&vcpu->vm->vcpus[0]);
	now_is(5000);
	timer_init(&vcpu->vm->vcpus[1]);
	assert_u64(timer_offset(&vcpu->vm->vcpus[1], TIMER_V), 4000);
}

/* A guest hypervisor derives its guest's CNTVOFF_EL2 from its physical counter, which is ours. */
static void tm_2_virtual_el2_has_no_offset(void **state)
{
	struct vcpu *vcpu;

	(void)state;
	vcpu = &nested_guest(VM_EL2_VHE, 2)->vcpus[0];
	now_is(4000);
	timer_init(vcpu);
	assert_u64(timer_offset(vcpu, TIMER_HV), 0);
	assert_u64(timer_offset(vcpu, TIMER_V), stored(vcpu, REG(CNTVOFF_EL2)));
}

static void tm_2_l1s_offset_is_for_its_guests(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 2);

	(void)state;
	load(vcpu);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1000);
	assert_u64(timer_offset(vcpu, TIMER_HV), 1000); /* MUT-63 */
	put(vcpu);
	assert_u64(host_get(SR_CNTVOFF_EL2), 0);
	enter_l2(vcpu);
	load(vcpu);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1050);
}

/* MUT-08, MUT-09: the bits move with E2H; the others are the host's; by the name of EL2. */
static void tm_3_cnthctl_is_the_hosts_but_for_two_bits(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	this_cpu()->cnthctl_el2 = 0xf4;
	load(vcpu);
	assert_int_equal(host_log_times(LOG_WRITE, SR_CNTHCTL_EL2), 1);
	assert_int_equal(host_log_times(LOG_WRITE, SR_CNTKCTL_EL1), 0);
	assert_u64(host_get(SR_CNTHCTL_EL2), 0xcf4);
	put(vcpu);
	assert_u64(host_get(SR_CNTHCTL_EL2), 0xf4);

	vcpu = plain(MODE_NVHE);
	this_cpu()->cnthctl_el2 = 0xf7;
	host_set_level(2);
	timer_traps_on(vcpu);
	assert_u64(host_get(SR_CNTHCTL_EL2), 0xf4);
	timer_traps_off();
	assert_u64(host_get(SR_CNTHCTL_EL2), 0xf7);
}

/* Under another hypervisor a write is an exit: none if the host's value does. */
static void tm_3_no_write_without_need(void **state)
{
	struct vcpu *vcpu = plain(MODE_VHE);

	(void)state;
	this_cpu()->cnthctl_el2 = 0xc00;
	load(vcpu);
	put(vcpu);
	assert_int_equal(host_log_times(LOG_WRITE, SR_CNTHCTL_EL2), 0);
}

static void tm_4_emulated_level_at_each_load(void **state)
{
	struct vcpu *vcpu = plain(MODE_NVHE);

	(void)state;
	store(vcpu, REG(CNTP_CTL_EL0), ENABLE);
	store(vcpu, REG(CNTP_CVAL_EL0), 2000);
	load(vcpu);
	assert_false(line(vcpu, 30));
	put(vcpu);
	now_is(2000);
	load(vcpu);
	assert_true(line(vcpu, 30));
}

static void tm_4_emulated_level_at_each_trapped_access(void **state)
{
	struct vcpu *vcpu = plain(MODE_NVHE);
	struct sysreg_access access = { .iss = ISS_CNTP_CVAL_EL0, .is_write = true, .value = 900 };

	(void)state;
	load(vcpu);
	assert_int_equal(emulate_timer(vcpu, &access), EMULATED);
	access = (struct sysreg_access){
		.iss = ISS_CNTP_CTL_EL0, .is_write = true, .value = ENABLE
	};
	assert_int_equal(emulate_timer(vcpu, &access), EMULATED);
	assert_true(line(vcpu, 30));
	access.value = ENABLE | IMASK;
	assert_int_equal(emulate_timer(vcpu, &access), EMULATED);
	assert_false(line(vcpu, 30));
	access.is_write = false;
	assert_int_equal(emulate_timer(vcpu, &access), EMULATED);
	assert_u64(access.value, ENABLE | IMASK | ISTATUS);
}

/* MUT-65: the soft timer is armed for the emulated one, and again when that is written. */
static void tm_4_soft_timer(void **state)
{
	struct vcpu *vcpu = plain(MODE_NVHE);

	(void)state;
	store(vcpu, REG(CNTP_CTL_EL0), ENABLE);
	store(vcpu, REG(CNTP_CVAL_EL0), 3000);
	load(vcpu);
	assert_u64(host_get(SR_CNTP_CTL_EL0), ENABLE);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 3000);
	timer_write_cval(vcpu, TIMER_P, 2500);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 2500);
	now_is(2500);
	host_pend_irq(host_timer_intid());
	hal_irq_window();
	assert_true(line(vcpu, 30));
	assert_false(host_irq_is_active(host_timer_intid()));
	assert_u64(host_get(SR_CNTP_CTL_EL0), 0); /* nothing more to wait for */
	put(vcpu);
	assert_false(this_cpu()->is_rescheduling);
}

/* An interrupt before any deadline, left over from one that was moved: the timer is on again. */
static void too_early_is_armed_again(void **state)
{
	(void)state;
	machine(MODE_VHE);
	host_timer_cpu_init();
	host_timer_schedule(3000);
	now_is(2000);
	host_timer_expired();
	assert_false(this_cpu()->is_rescheduling);
	assert_u64(host_get(SR_CNTHP_CTL_EL2), ENABLE);
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 3000);
	now_is(3000);
	host_timer_expired();
	assert_true(this_cpu()->is_rescheduling);
	assert_u64(host_get(SR_CNTHP_CTL_EL2), 0);
}

static void tm_5_wakes_at_the_earliest(void **state)
{
	static const struct {
		u64 v_ctl, v_cval, p_ctl, p_cval, wakes_at;
		bool v_line, p_line;
		const char *why;
	} rows[] = {
		{ 0, 0, 0, 0, TIMER_NEVER, false, false, "both off" },
		{ ENABLE, 500, 0, 0, 1500, false, false, "V, on its own counter" },
		{ 0, 0, ENABLE, 1400, 1400, false, false, "P has no offset" },
		{ ENABLE, 500, ENABLE, 1400, 1400, false, false, "the earlier" },
		{ ENABLE, 300, ENABLE, 1400, 1300, false, false, "the earlier" },
		{ ENABLE | IMASK, 300, ENABLE, 1400, 1400, false, false, "masked" },
		{ ENABLE, 0, ENABLE, 1400, 1400, true, false, "fired: an interrupt, no deadline" },
		{ ENABLE, 0, ENABLE, 1000, TIMER_NEVER, true, true, "both fired" },
		{ ENABLE, ~0ul, 0, 0, TIMER_NEVER, false, false, "not in this life" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = plain(MODE_VHE);

		store(vcpu, REG(CNTV_CTL_EL0), rows[i].v_ctl);
		store(vcpu, REG(CNTV_CVAL_EL0), rows[i].v_cval);
		store(vcpu, REG(CNTP_CTL_EL0), rows[i].p_ctl);
		store(vcpu, REG(CNTP_CVAL_EL0), rows[i].p_cval);
		if (timer_wakeup(vcpu) != rows[i].wakes_at || line(vcpu, 27) != rows[i].v_line ||
			line(vcpu, 30) != rows[i].p_line)
			fail_row(i, rows[i].why, "wakes at %lu", timer_wakeup(vcpu));
	}
}

/* TM-5's second half: registers that a guest hypervisor wrote to its VNCR page. */
static void tm_5_vncr_memory_counts(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 2);

	(void)state;
	vcpu->context.page->word[0x168 / 8] = 500;
	vcpu->context.page->word[0x170 / 8] = ENABLE;
	assert_u64(timer_wakeup(vcpu), 1550);
	now_is(1550);
	assert_u64(timer_wakeup(vcpu), TIMER_NEVER);
	assert_true(line(vcpu, 27));
}

/* ---- TM-6 to TM-11, D.3 ---- */

static u64 read_by_trap(struct vcpu *vcpu, u32 iss)
{
	struct sysreg_access access = { .iss = iss };

	assert_int_equal(emulate_timer(vcpu, &access), EMULATED);
	return access.value;
}

static enum emulation write_by_trap(struct vcpu *vcpu, u32 iss, u64 value)
{
	struct sysreg_access access = { .iss = iss, .is_write = true, .value = value };

	return emulate_timer(vcpu, &access);
}

static void tm_6_vhe_l1_names(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 1);

	(void)state;
	store(vcpu, REG(CNTHV_CVAL_EL2), 0x11);
	store(vcpu, REG(CNTHP_CVAL_EL2), 0x22);
	load(vcpu);
	/* CNTV and CNTP of the CPU are those of virtual EL2. */
	assert_u64(host_get(SR_CNTV_CVAL_EL0), 0x11);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 0x22);
	assert_u64(read_by_trap(vcpu, ISS_CNTHV_CVAL_EL2), 0x11);
	assert_u64(read_by_trap(vcpu, ISS_CNTHP_CVAL_EL2), 0x22);
	assert_u64(read_by_trap(vcpu, ISS_CNTP_CVAL_EL0), 0x22); /* HW-1, should it trap */
	assert_int_equal(write_by_trap(vcpu, ISS_CNTHP_CVAL_EL2, 0x33), EMULATED);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 0x33);
	/* _EL02: the memory copies. */
	assert_int_equal(write_by_trap(vcpu, ISS_CNTV_CVAL_EL02, 0x44), EMULATED);
	assert_int_equal(write_by_trap(vcpu, ISS_CNTP_CVAL_EL02, 0x55), EMULATED);
	assert_u64(stored(vcpu, REG(CNTV_CVAL_EL0)), 0x44);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)), 0x55);
	assert_u64(host_get(SR_CNTV_CVAL_EL0), 0x11);
}

static void tm_6_nvhe_l1_names(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_NVHE, 2);

	(void)state;
	load(vcpu);
	assert_int_equal(write_by_trap(vcpu, ISS_CNTHP_CVAL_EL2, 0x33), EMULATED);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 0x33);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)), 0);
	/* No FEAT_VHE: neither CNTHV nor _EL02 (HW-2). */
	assert_int_equal(write_by_trap(vcpu, ISS_CNTHV_CVAL_EL2, 1), NOT_DEFINED);
	assert_int_equal(write_by_trap(vcpu, ISS_CNTV_CVAL_EL02, 1), NOT_DEFINED);
	/* TVAL is trapped by NV2 too, the rest of CNTP by name goes to memory without us. */
	assert_int_equal(write_by_trap(vcpu, ISS_CNTP_TVAL_EL0, 0x10), EMULATED);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)) - 1100, 0x10);
}

/*
 * NV alone and vE2H=0: CNTV cannot trap, so the CPU has V itself, with L1's offset, which can be
 * exact since its writes do trap. CNTP must trap.
 */
static void tm_6_nvhe_l1_without_nv2(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_NVHE, 1);
	struct sysreg_access access = { .iss = ISS_CNTVOFF_EL2, .is_write = true, .value = 70 };

	(void)state;
	store(vcpu, REG(CNTV_CVAL_EL0), 0x11);
	store(vcpu, REG(CNTHP_CVAL_EL2), 0x22);
	load(vcpu);
	assert_u64(host_get(SR_CNTV_CVAL_EL0), 0x11);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 0x22);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1050);
	assert_u64(traps_cnthctl(vcpu) & F(CNTHCTL_EL2, E2H_EL1PTEN), 0);
	assert_int_equal(emulate_cntvoff(vcpu, &access), EMULATED);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1070);
	assert_int_equal(write_by_trap(vcpu, ISS_CNTP_CVAL_EL0, 0x77), EMULATED);
	assert_u64(stored(vcpu, REG(CNTP_CVAL_EL0)), 0x77);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 0x22);
}

static void tm_6_not_for_el1(void **state)
{
	static const u32 of_el2[] = { ISS_CNTHP_CTL_EL2, ISS_CNTHV_CTL_EL2, ISS_CNTV_CTL_EL02,
		ISS_CNTP_CTL_EL02 };
	struct vcpu *vcpu = nested(VM_EL2_VHE, 2);
	struct sysreg_access access = { .iss = ISS_CNTHCTL_EL2 };

	(void)state;
	enter_l2(vcpu);
	load(vcpu);
	for (size_t i = 0; i < COUNT(of_el2); i++)
		assert_int_equal(write_by_trap(vcpu, of_el2[i], 0), NOT_DEFINED);
	assert_int_equal(emulate_timer_control(vcpu, &access), NOT_DEFINED);
	access.iss = ISS_CNTVOFF_EL2;
	assert_int_equal(emulate_cntvoff(vcpu, &access), NOT_DEFINED);
}

/* MUT-66: L1 wrote V's registers into its page without an exit; the next exit finds that. */
static void tm_7_vncr_timers_at_each_exit(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 2);

	(void)state;
	load(vcpu);
	vcpu->context.page->word[0x168 / 8] = 500;
	vcpu->context.page->word[0x170 / 8] = ENABLE;
	timer_sync(vcpu);
	assert_false(line(vcpu, 27));
	assert_u64(host_get(SR_CNTHP_CVAL_EL2), 1550); /* the soft timer is the host's CNTHP */
	now_is(1550);
	timer_sync(vcpu);
	assert_true(line(vcpu, 27));
	assert_u64(vcpu->context.page->word[0x170 / 8], ENABLE | ISTATUS);
	vcpu->context.page->word[0x170 / 8] = ENABLE | IMASK;
	timer_sync(vcpu);
	assert_false(line(vcpu, 27));
	assert_u64(vcpu->context.page->word[0x170 / 8], ENABLE | IMASK | ISTATUS);
}

static void tm_8_counters(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 1);
	struct sysreg_access access = { .iss = ISS_CNTPCT_EL0 };

	(void)state;
	now_is(3000);
	load(vcpu);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1000); /* CNTVCT at vEL2: no vCNTVOFF */
	assert_int_equal(write_by_trap(vcpu, ISS_CNTV_TVAL_EL02, 100), EMULATED);
	assert_u64(stored(vcpu, REG(CNTV_CVAL_EL0)), 3000 - 1050 + 100);
	assert_u64(read_by_trap(vcpu, ISS_CNTV_TVAL_EL02), 100);
	assert_int_equal(write_by_trap(vcpu, ISS_CNTHP_TVAL_EL2, 0xffffffff), EMULATED);
	assert_u64(host_get(SR_CNTP_CVAL_EL0), 2999);
	assert_u64(read_by_trap(vcpu, ISS_CNTHP_TVAL_EL2), 0xffffffff);
	assert_int_equal(emulate_cntpct(vcpu, &access), EMULATED);
	assert_u64(access.value, 3000);
	put(vcpu);
	enter_l2(vcpu);
	load(vcpu);
	assert_u64(host_get(SR_CNTVOFF_EL2), 1050);
}

static void tm_9_l1_decides_about_its_guest(void **state)
{
	static const struct {
		enum vm_el2 form;
		u64 l1, want;
		const char *why;
	} rows[] = {
		{ VM_EL2_VHE, 0, 0, "both trap" },
		{ VM_EL2_VHE, BIT(10), BIT(10), "E2H=1: EL1PCTEN" },
		{ VM_EL2_VHE, BIT(11), BIT(11), "E2H=1: EL1PTEN" },
		{ VM_EL2_VHE, 3, 0, "E2H=1: those are for EL0" },
		{ VM_EL2_NVHE, 0, 0, "both trap" },
		{ VM_EL2_NVHE, BIT(0), BIT(10), "E2H=0: EL1PCTEN" },
		{ VM_EL2_NVHE, BIT(1), BIT(11), "E2H=0: EL1PCEN" },
		{ VM_EL2_NVHE, BIT(10) | BIT(11), 0, "E2H=0: RES0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = nested(rows[i].form, 2);
		u64 got;

		store(vcpu, REG(CNTHCTL_EL2), rows[i].l1);
		/* For L1 itself its register means nothing. */
		assert_u64(traps_cnthctl(vcpu) & 0xc00, 0xc00);
		enter_l2(vcpu);
		got = traps_cnthctl(vcpu);
		if ((got & 0xc00) != rows[i].want)
			fail_row(i, rows[i].why, "CNTHCTL_EL2 0x%lx", got);
	}
}

static void tm_10_bindings_follow_the_context(void **state)
{
	static const unsigned ppis[] = { INTID_CNTV, INTID_CNTP, INTID_CNTHV, INTID_CNTHP };
	static const struct {
		enum vm_el2 form;
		unsigned nv;
		bool is_l2;
		unsigned hw[4]; /* in the order of ppis[] */
	} rows[] = {
		{ VM_EL2_VHE, 2, false, { 0, 0, INTID_CNTV, INTID_CNTP } },
		{ VM_EL2_VHE, 2, true, { INTID_CNTV, INTID_CNTP, 0, 0 } },
		{ VM_EL2_NVHE, 2, false, { 0, 0, INTID_CNTV, INTID_CNTP } },
		{ VM_EL2_NVHE, 1, false, { INTID_CNTV, 0, 0, INTID_CNTP } },
		{ VM_EL2_NVHE, 1, true, { INTID_CNTV, INTID_CNTP, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = nested(rows[i].form, rows[i].nv);

		/* From the other context, so that something must be unbound. */
		if (!rows[i].is_l2)
			enter_l2(vcpu);
		load(vcpu);
		put(vcpu);
		vcpu->context.pstate = PSTATE_DAIF | (rows[i].is_l2 ? PSTATE_EL1h : PSTATE_EL2h);
		load(vcpu);
		for (size_t n = 0; n < COUNT(ppis); n++)
			if (vcpu->vgic.irq[ppis[n]].hw_intid != rows[i].hw[n])
				fail_row(i, "binding", "PPI %u is %u", ppis[n],
					vcpu->vgic.irq[ppis[n]].hw_intid);
	}
}

/* The same CVAL moves between the CPU's timer and memory as the context changes. */
static void tm_10_values_move_with_the_context(void **state)
{
	struct vcpu *vcpu = nested(VM_EL2_VHE, 2);

	(void)state;
	store(vcpu, REG(CNTV_CVAL_EL0), 0x5000);
	load(vcpu);
	host_set(SR_CNTV_CVAL_EL0, 0x7000); /* L1 writes CNTV_CVAL_EL0: its CNTHV */
	put(vcpu);
	enter_l2(vcpu);
	load(vcpu);
	assert_u64(host_get(SR_CNTV_CVAL_EL0), 0x5000);
	host_set(SR_CNTV_CVAL_EL0, 0x6000);
	put(vcpu);
	assert_u64(stored(vcpu, REG(CNTV_CVAL_EL0)), 0x6000);
	assert_u64(stored(vcpu, REG(CNTHV_CVAL_EL2)), 0x7000);
}

static void tm_11_all_four_wake(void **state)
{
	static const struct {
		reg_t ctl, cval;
		u64 wakes_at;
	} rows[] = {
		{ { CTX_CNTV_CTL_EL0 }, { CTX_CNTV_CVAL_EL0 }, 2000 + 1050 },
		{ { CTX_CNTP_CTL_EL0 }, { CTX_CNTP_CVAL_EL0 }, 2000 },
		{ { CTX_CNTHV_CTL_EL2 }, { CTX_CNTHV_CVAL_EL2 }, 2000 + 1000 },
		{ { CTX_CNTHP_CTL_EL2 }, { CTX_CNTHP_CVAL_EL2 }, 2000 },
	};

	(void)state;
	for (int is_l2 = 0; is_l2 < 2; is_l2++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			struct vcpu *vcpu = nested(VM_EL2_VHE, 2);
			u64 got;

			if (is_l2)
				enter_l2(vcpu);
			store(vcpu, rows[i].ctl, ENABLE);
			store(vcpu, rows[i].cval, 2000);
			got = timer_wakeup(vcpu);
			if (got != rows[i].wakes_at)
				fail_row(i, "wakes", "at %lu", got);
		}
	}
}

TESTS( //
	cmocka_unit_test(tm_1_load_restores_cval_isb_ctl),
	cmocka_unit_test(tm_1_put_reads_and_stops_them),
	cmocka_unit_test(tm_1_nvhe_has_the_virtual_timer_alone),
	cmocka_unit_test(tm_1_physical_active_state_is_the_guests),
	cmocka_unit_test(tm_1_fired_while_put), cmocka_unit_test(tm_1_interrupt_of_a_direct_timer),
	cmocka_unit_test(tm_2_virtual_offset_is_the_vms),
	cmocka_unit_test(tm_2_virtual_el2_has_no_offset),
	cmocka_unit_test(tm_2_l1s_offset_is_for_its_guests),
	cmocka_unit_test(tm_3_cnthctl_is_the_hosts_but_for_two_bits),
	cmocka_unit_test(tm_3_no_write_without_need),
	cmocka_unit_test(tm_4_emulated_level_at_each_load),
	cmocka_unit_test(tm_4_emulated_level_at_each_trapped_access),
	cmocka_unit_test(too_early_is_armed_again), cmocka_unit_test(tm_4_soft_timer), //
	cmocka_unit_test(tm_5_wakes_at_the_earliest),
	cmocka_unit_test(tm_5_vncr_memory_counts), //
	cmocka_unit_test(tm_6_vhe_l1_names), cmocka_unit_test(tm_6_nvhe_l1_names),
	cmocka_unit_test(tm_6_nvhe_l1_without_nv2), cmocka_unit_test(tm_6_not_for_el1),
	cmocka_unit_test(tm_7_vncr_timers_at_each_exit), cmocka_unit_test(tm_8_counters),
	cmocka_unit_test(tm_9_l1_decides_about_its_guest),
	cmocka_unit_test(tm_10_bindings_follow_the_context),
	cmocka_unit_test(tm_10_values_move_with_the_context), cmocka_unit_test(tm_11_all_four_wake))
