/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC of a plain guest, HYPERVISOR-SPEC A.19: what the list registers get, what becomes
 * of it, and the frames the guest sees. A test is the guest: it changes the list registers between
 * flush and sync as the virtual CPU interface would.
 */
#include "support.h"

#include "core/emulate.h"
#include "core/vgic_private.h"

enum { TIMER = 27, HW_TIMER = 29, SPI = 40 };
enum { GICR_EACH = 0x20000, SGI_FRAME = 0x10000 };
enum { STATE_NONE, STATE_PENDING, STATE_ACTIVE, STATE_BOTH };

#define LR(state, intid)                                                                           \
	(FV(ICH_LRn_EL2, State, state) | F(ICH_LRn_EL2, Group) | FV(ICH_LRn_EL2, vINTID, intid))
#define EN	    F(ICH_HCR_EL2, En)
#define ALL_ENABLED 0xffffffff

static struct vm *vm;
static struct vcpu *vcpu;

static void gicd(u64 offset, u64 value)
{
	assert_true(vgic_gicd_write(vcpu, offset, 4, value));
}

static void gicr(unsigned n, u64 offset, u64 value)
{
	assert_true(vgic_gicr_write(vcpu, n * GICR_EACH + offset, 4, value));
}

static u64 read_gicr(unsigned n, u64 offset)
{
	u64 value = 0;

	assert_true(vgic_gicr_read(vcpu, n * GICR_EACH + offset, 4, &value));
	return value;
}

static u64 read_gicd(u64 offset)
{
	u64 value = 0;

	assert_true(vgic_gicd_read(vcpu, offset, 4, &value));
	return value;
}

/* Every interrupt in group 1 and enabled, on both vCPUs; the first one loaded. */
static void boot(enum hyp_mode mode)
{
	vm = guest(mode);
	vcpu = &vm->vcpus[0];
	gicd(0, 2);
	gicd(0x84, ALL_ENABLED);
	gicd(0x104, ALL_ENABLED);
	for (unsigned n = 0; n < 2; n++) {
		gicr(n, SGI_FRAME + 0x80, ALL_ENABLED);
		gicr(n, SGI_FRAME + 0x100, ALL_ENABLED);
	}
	vcpu->cpu = this_cpu();
	vgic_load(vcpu);
	for (unsigned n = 0; n < 2; n++)
		vm->vcpus[n].requests = 0;
	host_log_clear();
}

static const enum host_reg lr_names[] = { SR_ICH_LR0_EL2, SR_ICH_LR1_EL2, SR_ICH_LR2_EL2,
	SR_ICH_LR3_EL2 };

static u64 lr(unsigned n)
{
	return host_get(lr_names[n]);
}

/* What the guest's interface does to a list register. */
static void guest_makes(unsigned n, u64 state)
{
	host_set(lr_names[n], lr_with_state(lr(n), state));
}

static bool is_request(const struct vcpu *of, enum vcpu_request request)
{
	return of->requests & BIT(request);
}

/* ---- GI-1 ---- */

static void gi_1_flush_by_priority(void **state)
{
	(void)state;
	boot(MODE_VHE);
	gicr(0, SGI_FRAME + 0x400, 0xc0a080ff); /* SGIs 3, 2, 1, 0; of 0xff five bits stay */
	for (unsigned intid = 0; intid < 4; intid++)
		vgic_pulse(vcpu, intid);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 1) | FV(ICH_LRn_EL2, Priority, 0x80));
	assert_u64(lr(1), LR(STATE_PENDING, 2) | FV(ICH_LRn_EL2, Priority, 0xa0));
	assert_u64(lr(2), LR(STATE_PENDING, 3) | FV(ICH_LRn_EL2, Priority, 0xc0));
	assert_u64(lr(3), LR(STATE_PENDING, 0) | FV(ICH_LRn_EL2, Priority, 0xf8));
	assert_u64(host_get(SR_ICH_HCR_EL2), EN);
}

static void gi_1_sync_folds_and_clears(void **state)
{
	(void)state;
	boot(MODE_VHE);
	for (unsigned intid = 0; intid < 4; intid++)
		vgic_pulse(vcpu, intid);
	vgic_flush(vcpu);
	guest_makes(0, STATE_NONE);
	guest_makes(1, STATE_ACTIVE);
	guest_makes(2, STATE_BOTH);
	vgic_sync(vcpu);
	for (unsigned n = 0; n < 4; n++)
		assert_u64(lr(n), 0);
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
	assert_u64(read_gicr(0, SGI_FRAME + 0x200), 0xc);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0x6);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_ACTIVE, 1));
	assert_u64(lr(1), LR(STATE_BOTH, 2));
	assert_u64(lr(2), LR(STATE_PENDING, 3));
	assert_u64(lr(3), 0);
}

static void gi_1_an_idle_switch_touches_nothing(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_flush(vcpu);
	vgic_sync(vcpu);
	assert_u64(host_log_count(), 0);
}

/* Flush without entry: a request came. What is no longer wanted may not stay behind. */
static void gi_1_a_flush_can_be_repeated(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_pulse(vcpu, 0);
	vgic_set_line(vcpu, SPI, true);
	vgic_flush(vcpu);
	assert_u64(lr(1), LR(STATE_PENDING, SPI) | F(ICH_LRn_EL2, EOI));
	vgic_set_line(vcpu, SPI, false);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 0));
	assert_u64(lr(1), 0);
	vgic_put(vcpu);
	assert_u64(lr(0), 0);
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
	assert_u64(read_gicr(0, SGI_FRAME + 0x200), 1);
}

static void gi_1_more_pending_than_list_registers(void **state)
{
	(void)state;
	boot(MODE_VHE);
	for (unsigned intid = 0; intid < 6; intid++)
		vgic_pulse(vcpu, intid);
	vgic_flush(vcpu);
	assert_u64(lr(3), LR(STATE_PENDING, 3));
	assert_u64(host_get(SR_ICH_HCR_EL2), EN | F(ICH_HCR_EL2, NPIE));
	for (unsigned n = 0; n < 4; n++)
		guest_makes(n, STATE_NONE);
	vgic_sync(vcpu);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 4));
	assert_u64(lr(1), LR(STATE_PENDING, 5));
	assert_u64(host_get(SR_ICH_HCR_EL2), EN);
}

/* Five active and one pending: the lowest active ones have no list register. */
static void gi_1_more_active_than_list_registers(void **state)
{
	(void)state;
	boot(MODE_VHE);
	gicr(0, SGI_FRAME + 0x400, 0x40506070);
	gicr(0, SGI_FRAME + 0x404, 0x00002030);
	gicr(0, SGI_FRAME + 0x300, 0x1f);
	vgic_pulse(vcpu, 5);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_ACTIVE, 4) | FV(ICH_LRn_EL2, Priority, 0x30));
	assert_u64(lr(1), LR(STATE_ACTIVE, 3) | FV(ICH_LRn_EL2, Priority, 0x40));
	assert_u64(lr(2), LR(STATE_ACTIVE, 2) | FV(ICH_LRn_EL2, Priority, 0x50));
	assert_u64(lr(3), LR(STATE_PENDING, 5) | FV(ICH_LRn_EL2, Priority, 0x20));
	assert_u64(host_get(SR_ICH_HCR_EL2), EN | F(ICH_HCR_EL2, LRENPIE) | F(ICH_HCR_EL2, TDIR));
	/* The guest ends all in the order of priority, but the last one. */
	for (unsigned n = 0; n < 4; n++)
		guest_makes(n, STATE_NONE);
	host_set(SR_ICH_HCR_EL2, host_get(SR_ICH_HCR_EL2) | FV(ICH_HCR_EL2, EOIcount, 1));
	vgic_sync(vcpu);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 1);
}

/* EOImode 1: ICC_EOIR1_EL1 only drops a priority, and ICC_DIR_EL1, trapped, names the interrupt. */
static void gi_1_ends_without_list_register_by_name(void **state)
{
	struct sysreg_access access = { .iss = ISS_ICC_DIR_EL1, .is_write = true, .value = 1 };

	(void)state;
	boot(MODE_VHE);
	host_set(SR_ICH_VMCR_EL2, F(ICH_VMCR_EL2, VEOIM));
	gicr(0, SGI_FRAME + 0x300, 0x1f);
	vgic_flush(vcpu);
	host_set(SR_ICH_HCR_EL2, host_get(SR_ICH_HCR_EL2) | FV(ICH_HCR_EL2, EOIcount, 2));
	vgic_sync(vcpu);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0x1f);
	assert_int_equal(emulate_icc_dir(vcpu, &access), EMULATED);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0x1d);
	access.value = 1023; /* no such interrupt */
	assert_int_equal(emulate_icc_dir(vcpu, &access), EMULATED);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0x1d);
}

/* D.4's neighbour: what the distributor does not let through. */
static void gi_1_disabled_is_not_given(void **state)
{
	(void)state;
	boot(MODE_VHE);
	gicr(0, SGI_FRAME + 0x180, 1);
	vgic_pulse(vcpu, 0);
	vgic_flush(vcpu);
	assert_u64(lr(0), 0);
	gicr(0, SGI_FRAME + 0x100, 1);
	gicd(0, 1); /* the other group */
	vgic_flush(vcpu);
	assert_u64(lr(0), 0);
	gicd(0, 3);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 0));
}

/* A level is given as long as it is high; an end with the level still high is reported. */
static void gi_1_a_level_that_stays_comes_again(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_set_line(vcpu, SPI, true);
	vgic_flush(vcpu);
	guest_makes(0, STATE_ACTIVE);
	vgic_sync(vcpu);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_ACTIVE, SPI) | F(ICH_LRn_EL2, EOI));
	guest_makes(0, STATE_NONE);
	vgic_sync(vcpu);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, SPI) | F(ICH_LRn_EL2, EOI));
}

/* The device is quiet again before the end: no maintenance interrupt, hence no exit. */
static void gi_1_an_end_costs_no_exit(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_set_line(vcpu, SPI, true);
	vgic_pulse(vcpu, 3);
	vgic_flush(vcpu);
	guest_makes(0, STATE_ACTIVE);
	guest_makes(1, STATE_ACTIVE);
	vgic_sync(vcpu);
	vgic_set_line(vcpu, SPI, false);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_ACTIVE, 3));
	assert_u64(lr(1), LR(STATE_ACTIVE, SPI));
	assert_u64(host_get(SR_ICH_HCR_EL2), EN);
}

static void gi_1_what_was_set_pending_is_taken_once(void **state)
{
	(void)state;
	boot(MODE_VHE);
	gicd(0x204, BIT(SPI - 32));
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, SPI));
	guest_makes(0, STATE_ACTIVE);
	vgic_sync(vcpu);
	assert_u64(read_gicd(0x204), 0);
	assert_u64(read_gicd(0x304), BIT(SPI - 32));
}

/* A new edge while the first one is in a list register is another interrupt. */
static void gi_1_an_edge_meanwhile_is_kept(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_pulse(vcpu, 2);
	vgic_flush(vcpu);
	vgic_pulse(vcpu, 2);
	guest_makes(0, STATE_NONE);
	vgic_sync(vcpu);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 2));
}

/* A guest's write to the frames while the interrupt is in another vCPU's list register. */
static void gi_1_writes_meanwhile_win(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_pulse(vcpu, 0);
	vgic_pulse(vcpu, 1);
	vgic_flush(vcpu);
	guest_makes(1, STATE_ACTIVE);
	gicr(0, SGI_FRAME + 0x280, 1); /* ICPENDR */
	gicr(0, SGI_FRAME + 0x380, 2); /* ICACTIVER */
	vgic_sync(vcpu);
	assert_u64(read_gicr(0, SGI_FRAME + 0x200), 0);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0);
}

/* An SPI has one owner at a time, also when its route changes meanwhile. */
static void gi_1_a_spi_is_with_one_vcpu(void **state)
{
	struct vcpu *other;

	(void)state;
	boot(MODE_VHE);
	other = &vm->vcpus[1];
	vgic_set_line(vcpu, SPI, true);
	vgic_flush(vcpu);
	gicd(0x6000 + 8 * SPI, 1);
	assert_u64(vgic_in_flight(other), 0);
	vgic_sync(vcpu);
	assert_u64(vgic_in_flight(other), BIT(SPI));
	assert_u64(vgic_in_flight(vcpu), 0);
	gicd(0x6000 + 8 * SPI, 2); /* nobody */
	assert_u64(vgic_in_flight(other), 0);
}

/* On nVHE the host at EL1 has no ICH_ register: the fake aborts if it tries. */
static void gi_1_nvhe_moves_them_at_el2(void **state)
{
	(void)state;
	boot(MODE_NVHE);
	vgic_pulse(vcpu, 1);
	vgic_flush(vcpu);
	assert_u64(host_log_times(LOG_WRITE, SR_ICH_LR0_EL2), 0);
	host_set_level(2);
	vgic_restore(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 1));
	guest_makes(0, STATE_ACTIVE);
	vgic_save(vcpu);
	host_set_level(1);
	vgic_sync(vcpu);
	assert_u64(lr(0), 0);
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 2);
}

/* ---- GI-2, GI-3 ---- */

static void gi_2_load_and_put_move_the_interface(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		boot(modes[i]);
		assert_u64(host_get(SR_ICH_VMCR_EL2), 0); /* a new vCPU's, not the host's */
		host_set(SR_ICH_VMCR_EL2, 0xf04c0212);
		host_set(SR_ICH_AP0R0_EL2, 0x100);
		host_set(SR_ICH_AP1R0_EL2, 0x200);
		vgic_put(vcpu);
		vcpu->cpu = NULL;
		host_set(SR_ICH_VMCR_EL2, 1);
		host_set(SR_ICH_AP0R0_EL2, 2);
		host_set(SR_ICH_AP1R0_EL2, 3);
		vgic_load(vcpu);
		assert_u64(host_get(SR_ICH_VMCR_EL2), 0xf04c0212);
		assert_u64(host_get(SR_ICH_AP0R0_EL2), 0x100);
		assert_u64(host_get(SR_ICH_AP1R0_EL2), 0x200);
	}
}

/* PSCI CPU_ON: its interface begins anew, the interrupts that are pending stay so. */
static void gi_2_a_reset_cpu_has_a_reset_interface(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_pulse(vcpu, 4);
	host_set(SR_ICH_VMCR_EL2, 0xf04c0212);
	host_set(SR_ICH_AP1R0_EL2, 0x200);
	vgic_put(vcpu);
	vcpu->cpu = NULL;
	vcpu_reset(vcpu, 0x40200000, 0);
	vcpu->cpu = this_cpu();
	vgic_load(vcpu);
	assert_u64(host_get(SR_ICH_VMCR_EL2), 0);
	assert_u64(host_get(SR_ICH_AP1R0_EL2), 0);
	assert_u64(read_gicr(0, SGI_FRAME + 0x200), 0x10);
}

static void gi_3_sre_is_effective_before_vmcr(void **state)
{
	long sre, isb, vmcr;

	(void)state;
	boot(MODE_VHE);
	vgic_put(vcpu);
	host_log_clear();
	vgic_load(vcpu);
	sre = host_log_find(0, LOG_WRITE, SR_ICC_SRE_EL1);
	assert_true(sre >= 0);
	isb = host_log_find((size_t)sre, LOG_ISB, 0);
	assert_true(isb > sre);
	vmcr = host_log_find(0, LOG_WRITE, SR_ICH_VMCR_EL2);
	assert_true(vmcr > isb);
	assert_u64(host_get(SR_ICC_SRE_EL1), 7);
}

/* ---- GI-4 ---- */

static void gi_4_fields_of_a_list_register(void **state)
{
	/* clang-format off */
	static const struct {
		const char *why;
		unsigned intid;
		struct virq irq;
		u64 lr;
	} cases[] = {
		/* what                               INTID  state                                     State HW Group  priority  pINTID/EOI  vINTID */
		{ "an edge in group 0",                   5, { .is_pending = true },                          1ul << 62 | 5 },
		{ "in group 1",                           5, { .is_pending = true, .is_group1 = true },       1ul << 62 | 1ul << 60 | 5 },
		{ "its priority",                         5, { .is_pending = true, .priority = 0xa8 },        1ul << 62 | 0xa8ul << 48 | 5 },
		{ "active",                               5, { .is_active = true },                           2ul << 62 | 5 },
		{ "active, and another edge",             5, { .is_active = true, .is_pending = true },       3ul << 62 | 5 },
		{ "a level",                             40, { .is_level = true, .line = true },              1ul << 62 | 1ul << 41 | 40 },
		{ "a level set by the guest",            40, { .is_level = true, .is_pending = true },        1ul << 62 | 40 },
		{ "active, the level still high",        40, { .is_level = true, .line = true,
		                                               .is_active = true },                           2ul << 62 | 1ul << 41 | 40 },
		{ "a hardware interrupt",                27, { .is_level = true, .line = true,
		                                               .hw_intid = 29 },                              1ul << 62 | 1ul << 61 | 29ul << 32 | 27 },
		{ "the same, active: never both",        27, { .is_level = true, .line = true,
		                                               .is_active = true, .hw_intid = 29 },           2ul << 62 | 1ul << 61 | 29ul << 32 | 27 },
		{ "bound, but set pending by the guest", 27, { .is_level = true, .is_pending = true,
		                                               .hw_intid = 29 },                              1ul << 62 | 27 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		boot(MODE_VHE);
		*vgic_irq(vcpu, cases[i].intid) = cases[i].irq;
		vgic_irq(vcpu, cases[i].intid)->is_enabled = true;
		vgic_update(vcpu, cases[i].intid);
		gicd(0, 3);
		vgic_flush(vcpu);
		if (lr(0) != cases[i].lr)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx", lr(0), cases[i].lr);
	}
}

/* ---- GI-5 ---- */

static void gi_5_hardware_interrupts(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_bind_hw(vcpu, TIMER, HW_TIMER);
	assert_false(vgic_is_active(vcpu, TIMER));
	vgic_set_line(vcpu, TIMER, true);
	assert_true(vgic_is_active(vcpu, TIMER)); /* set before the guest may end it */
	vgic_flush(vcpu);
	guest_makes(0, STATE_ACTIVE);
	vgic_sync(vcpu);
	vgic_set_line(vcpu, TIMER, false);
	assert_true(vgic_is_active(vcpu, TIMER));
	vgic_flush(vcpu);
	assert_u64(lr(0),
		LR(STATE_ACTIVE, TIMER) | F(ICH_LRn_EL2, HW) | FV(ICH_LRn_EL2, pINTID, HW_TIMER));
	guest_makes(0, STATE_NONE);
	vgic_sync(vcpu);
	assert_false(vgic_is_active(vcpu, TIMER));
	assert_int_equal(host_log_times(LOG_GIC_SET_ACTIVE, 0), 0); /* the hardware did that */
}

static void gi_5_writes_reach_the_physical_interrupt(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_bind_hw(vcpu, TIMER, HW_TIMER);
	gicr(0, SGI_FRAME + 0x300, BIT(TIMER));
	assert_true(host_irq_is_active(HW_TIMER));
	gicr(0, SGI_FRAME + 0x380, BIT(TIMER));
	assert_false(host_irq_is_active(HW_TIMER));
}

/* An active one had no list register to deactivate the physical one: its end does, either way. */
static void gi_5_an_end_without_list_register_reaches_it(void **state)
{
	struct sysreg_access access = { .iss = ISS_ICC_DIR_EL1, .is_write = true, .value = TIMER };

	(void)state;
	boot(MODE_VHE);
	vgic_bind_hw(vcpu, TIMER, HW_TIMER);
	gicr(0, SGI_FRAME + 0x300, BIT(TIMER));
	assert_true(host_irq_is_active(HW_TIMER));
	assert_int_equal(emulate_icc_dir(vcpu, &access), EMULATED);
	assert_false(host_irq_is_active(HW_TIMER));
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0);

	gicr(0, SGI_FRAME + 0x400 + (TIMER & ~3u), 0xf0f0f0f0); /* the lowest of five */
	gicr(0, SGI_FRAME + 0x300, BIT(TIMER) | 0xf);
	assert_true(host_irq_is_active(HW_TIMER));
	vgic_flush(vcpu);
	host_set(SR_ICH_HCR_EL2, host_get(SR_ICH_HCR_EL2) | FV(ICH_HCR_EL2, EOIcount, 1));
	vgic_sync(vcpu);
	assert_false(host_irq_is_active(HW_TIMER));
	assert_u64(read_gicr(0, SGI_FRAME + 0x300), 0xf);
}

/* ---- Who must see it ---- */

static void a_pulse_is_a_request_of_its_target(void **state)
{
	(void)state;
	boot(MODE_VHE);
	vgic_pulse(&vm->vcpus[1], 7);
	assert_true(is_request(&vm->vcpus[1], REQUEST_IRQ_PENDING));
	assert_false(is_request(vcpu, REQUEST_IRQ_PENDING));
	gicd(0x6000 + 8 * SPI, 1);
	vm->vcpus[1].requests = vcpu->requests = 0;
	vgic_set_line(vcpu, SPI, true);
	assert_true(is_request(&vm->vcpus[1], REQUEST_IRQ_PENDING));
	vm->vcpus[1].requests = 0;
	vgic_set_line(vcpu, SPI, true); /* no news */
	assert_false(is_request(&vm->vcpus[1], REQUEST_IRQ_PENDING));
}

/* WFI and GI-13 go by what the guest's own interface would signal. */
static void pending_is_what_the_interface_signals(void **state)
{
	static const struct {
		const char *why;
		u64 vmcr, ap1r;
		bool is_pending;
	} cases[] = {
		{ "enabled and unmasked", 0xf0000002, 0, true },
		{ "group 1 disabled", 0xf0000001, 0, false },
		{ "ICC_PMR_EL1 is its priority", 0x80000002, 0, false },
		{ "another of its priority is active", 0xf0000002, BIT(0x80 >> 3), false },
		{ "a lower one is active", 0xf0000002, BIT(0x88 >> 3), true },
	};

	(void)state;
	boot(MODE_VHE);
	gicr(0, SGI_FRAME + 0x400, 0x80);
	assert_false(vgic_can_wake(vcpu));
	vgic_pulse(vcpu, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		host_set(SR_ICH_VMCR_EL2, cases[i].vmcr);
		host_set(SR_ICH_AP1R0_EL2, cases[i].ap1r);
		if (vgic_has_pending(vcpu) != cases[i].is_pending)
			fail_row(i, cases[i].why, "loaded");
		vgic_put(vcpu);
		vcpu->cpu = NULL;
		if (vgic_can_wake(vcpu) != cases[i].is_pending)
			fail_row(i, cases[i].why, "put");
		vcpu->cpu = this_cpu();
		vgic_load(vcpu);
	}
}

static void sgis_go_where_they_are_addressed(void **state)
{
	static const struct {
		const char *why;
		u64 value;
		bool is_for_group1, has_group1;
		unsigned targets;
	} cases[] = {
		{ "vCPU 1", 5ul << 24 | 2, true, true, 2 },
		{ "both", 5ul << 24 | 3, true, true, 3 },
		{ "one that does not exist", 5ul << 24 | 4, true, true, 0 },
		{ "all but itself", 5ul << 24 | 1ul << 40 | 1, true, true, 2 },
		{ "another Aff1", 5ul << 24 | 1ul << 16 | 3, true, true, 0 },
		{ "another Aff2", 5ul << 24 | 1ul << 32 | 3, true, true, 0 },
		{ "another Aff3", 5ul << 24 | 1ul << 48 | 3, true, true, 0 },
		{ "SGI0R does not reach group 1", 5ul << 24 | 3, false, true, 0 },
		{ "SGI0R reaches group 0", 5ul << 24 | 3, false, false, 3 },
		{ "SGI1R reaches group 0", 5ul << 24 | 3, true, false, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned targets = 0;

		boot(MODE_VHE);
		for (unsigned n = 0; n < 2; n++)
			gicr(n, SGI_FRAME + 0x80, cases[i].has_group1 ? ALL_ENABLED : 0);
		vgic_send_sgi(vcpu, cases[i].value, cases[i].is_for_group1);
		for (unsigned n = 0; n < 2; n++)
			targets |= read_gicr(n, SGI_FRAME + 0x200) == BIT(5) ? 1u << n : 0;
		if (targets != cases[i].targets)
			fail_row(i, cases[i].why, "0x%x", targets);
	}
}

/* ---- The frames ---- */

static void frames_have_their_registers(void **state)
{
	enum { GICD = 0, GICR0 = 1, GICR1 = 2 };
	static const struct {
		const char *why;
		unsigned frame;
		u64 offset;
		u64 written, read; /* written ~0ul: nothing */
	} cases[] = {
		{ "GICD_CTLR: DS and ARE are fixed", GICD, 0, 0, 0x50 },
		{ "GICD_CTLR: both groups", GICD, 0, 0xffff, 0x53 },
		{ "GICD_TYPER: 64 interrupts", GICD, 4, ~0ul, 0x02480001 },
		{ "GICD_IIDR", GICD, 8, ~0ul, 0x43b },
		{ "GICD_PIDR2: GICv3", GICD, 0xffe8, ~0ul, 0x3b },
		{ "the private bank is not here", GICD, 0x100, 0xff, 0 },
		{ "GICD_ISENABLER1", GICD, 0x104, 1, ALL_ENABLED },
		{ "GICD_ICENABLER1", GICD, 0x184, 0xf0, 0xffffff0f },
		{ "beyond the last interrupt", GICD, 0x108, 1, 0 },
		{ "GICD_IPRIORITYR40: five bits", GICD, 0x428, 0xffffffff, 0xf8f8f8f8 },
		{ "GICD_ICFGR2", GICD, 0xc08, 0xaaaaaaaa, 0xaaaaaaaa },
		{ "GICD_IROUTER40, lower half", GICD, 0x6140, 0x81000001, 0x00000001 },
		{ "GICD_IROUTER40, upper half", GICD, 0x6144, 0xffffffff, 0xff },
		{ "GICD_IROUTER5 is reserved", GICD, 0x6028, 1, 0 },
		{ "nothing", GICD, 0xe00, 1, 0 },
		{ "GICR_CTLR", GICR0, 0, 1, 0 },
		{ "GICR_TYPER of the first", GICR0, 8, ~0ul, 0 },
		{ "GICR_TYPER of the last", GICR1, 8, ~0ul, 0x110 },
		{ "its upper half: the affinity", GICR1, 12, ~0ul, 1 },
		{ "GICR_WAKER: asleep", GICR0, 0x14, ~0ul, 6 },
		{ "GICR_WAKER: awake", GICR1, 0x14, 0, 0 },
		{ "GICR_PIDR2: GICv3", GICR0, 0xffe8, ~0ul, 0x3b },
		{ "GICR_IGROUPR0", GICR1, SGI_FRAME + 0x80, 0x1234, 0x1234 },
		{ "GICR_ICFGR0: SGIs are edges", GICR0, SGI_FRAME + 0xc00, 0, 0xaaaaaaaa },
		{ "GICR_ICFGR1", GICR0, SGI_FRAME + 0xc04, 0xffffffff, 0xaaaaaaaa },
		{ "GICR_IPRIORITYR7", GICR1, SGI_FRAME + 0x41c, 0x10203040, 0x10203040 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		u64 offset = cases[i].offset, value;

		boot(MODE_VHE);
		if (cases[i].frame == GICD) {
			if (cases[i].written != ~0ul)
				gicd(offset, cases[i].written);
			value = read_gicd(offset);
		} else {
			if (cases[i].written != ~0ul)
				gicr(cases[i].frame - 1, offset, cases[i].written);
			value = read_gicr(cases[i].frame - 1, offset);
		}
		if ((value & 0xffffffff) != cases[i].read)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx", value, cases[i].read);
	}
}

static void frames_take_other_sizes(void **state)
{
	u64 value;

	(void)state;
	boot(MODE_VHE);
	assert_true(vgic_gicd_write(vcpu, 0x429, 1, 0x88));
	assert_u64(read_gicd(0x428), 0x8800);
	assert_true(vgic_gicd_read(vcpu, 0x429, 1, &value));
	assert_u64(value & 0xff, 0x88);
	assert_true(vgic_gicd_write(vcpu, 0x6140, 8, 0x300000001));
	assert_true(vgic_gicd_read(vcpu, 0x6140, 8, &value));
	assert_u64(value, 0x300000001);
	assert_true(vgic_gicr_read(vcpu, GICR_EACH + 8, 8, &value));
	assert_u64(value, 0x100000110);
	assert_false(vgic_gicr_read(vcpu, 2 * GICR_EACH, 4, &value)); /* there are two vCPUs */
	assert_false(vgic_gicr_write(vcpu, 2 * GICR_EACH, 4, 0));
}

static void the_maintenance_interrupt_is_enabled_on_each_cpu(void **state)
{
	(void)state;
	machine(MODE_VHE);
	vgic_cpu_init();
	assert_true(host_irq_is_enabled(VGIC_MAINTENANCE_PPI));
}

TESTS(cmocka_unit_test(gi_1_flush_by_priority), cmocka_unit_test(gi_1_sync_folds_and_clears),
	cmocka_unit_test(gi_1_an_idle_switch_touches_nothing),
	cmocka_unit_test(gi_1_a_flush_can_be_repeated),
	cmocka_unit_test(gi_1_more_pending_than_list_registers),
	cmocka_unit_test(gi_1_more_active_than_list_registers),
	cmocka_unit_test(gi_1_ends_without_list_register_by_name),
	cmocka_unit_test(gi_1_disabled_is_not_given),
	cmocka_unit_test(gi_1_a_level_that_stays_comes_again),
	cmocka_unit_test(gi_1_an_end_costs_no_exit),
	cmocka_unit_test(gi_1_what_was_set_pending_is_taken_once),
	cmocka_unit_test(gi_1_an_edge_meanwhile_is_kept),
	cmocka_unit_test(gi_1_writes_meanwhile_win), cmocka_unit_test(gi_1_a_spi_is_with_one_vcpu),
	cmocka_unit_test(gi_1_nvhe_moves_them_at_el2),
	cmocka_unit_test(gi_2_load_and_put_move_the_interface),
	cmocka_unit_test(gi_2_a_reset_cpu_has_a_reset_interface),
	cmocka_unit_test(gi_3_sre_is_effective_before_vmcr),
	cmocka_unit_test(gi_4_fields_of_a_list_register),
	cmocka_unit_test(gi_5_hardware_interrupts),
	cmocka_unit_test(gi_5_writes_reach_the_physical_interrupt),
	cmocka_unit_test(gi_5_an_end_without_list_register_reaches_it),
	cmocka_unit_test(a_pulse_is_a_request_of_its_target),
	cmocka_unit_test(pending_is_what_the_interface_signals),
	cmocka_unit_test(sgis_go_where_they_are_addressed),
	cmocka_unit_test(frames_have_their_registers), cmocka_unit_test(frames_take_other_sizes),
	cmocka_unit_test(the_maintenance_interrupt_is_enabled_on_each_cpu))
