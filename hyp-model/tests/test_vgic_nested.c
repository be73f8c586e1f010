/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list registers of a guest hypervisor, HYPERVISOR-SPEC D.2 and D.4. A test is L1, which writes
 * its ICH_ registers in memory, and the hardware, which changes list registers while L2 runs.
 */
#include "support.h"

#include "core/emulate.h"
#include "core/vgic_private.h"

enum { VTIMER = 27, HW_VTIMER = 29, DEVICE = 40, SGI_FRAME = 0x10000 };
enum { STATE_NONE, STATE_PENDING, STATE_ACTIVE, STATE_BOTH };

#define LR(state, intid)                                                                           \
	(FV(ICH_LRn_EL2, State, state) | F(ICH_LRn_EL2, Group) | FV(ICH_LRn_EL2, vINTID, intid))
#define LR_HW(state, intid, physical)                                                              \
	(LR(state, intid) | F(ICH_LRn_EL2, HW) | FV(ICH_LRn_EL2, pINTID, physical))
#define EN	    F(ICH_HCR_EL2, En)
#define ALL_ENABLED 0xffffffff
#define UNMASKED    0xf000000aul /* ICH_VMCR_EL2: group 1 enabled, priorities below 0xf0 */

static struct vm *vm;
static struct vcpu *vcpu;

static void l1_writes(reg_t reg, u64 value)
{
	*context_stored(&vcpu->context, reg) = value;
}

static u64 l1_reads(reg_t reg)
{
	return *context_stored(&vcpu->context, reg);
}

static void l1_lr(unsigned n, u64 value)
{
	l1_writes((reg_t){ CTX_ICH_LR0_EL2 + n }, value);
}

static u64 l1_reads_lr(unsigned n)
{
	return l1_reads((reg_t){ CTX_ICH_LR0_EL2 + n });
}

static const enum host_reg lr_names[] = { SR_ICH_LR0_EL2, SR_ICH_LR1_EL2, SR_ICH_LR2_EL2,
	SR_ICH_LR3_EL2 };

static u64 lr(unsigned n)
{
	return host_get(lr_names[n]);
}

static void hardware_makes(unsigned n, u64 state)
{
	host_set(lr_names[n], lr_with_state(lr(n), state));
}

static u64 read_gicr(u64 offset)
{
	u64 value = 0;

	assert_true(vgic_gicr_read(vcpu, SGI_FRAME + offset, 4, &value));
	return value;
}

/* The virtual GIC that L1 itself uses: all of group 1 and enabled, L1's interface open. */
static void boot(void)
{
	vm = nested_guest(VM_EL2_VHE, 2);
	vcpu = &vm->vcpus[0];
	vgic_gicd_write(vcpu, 0, 4, 2);
	vgic_gicd_write(vcpu, 0x84, 4, ALL_ENABLED);
	vgic_gicd_write(vcpu, 0x104, 4, ALL_ENABLED);
	vgic_gicr_write(vcpu, SGI_FRAME + 0x80, 4, ALL_ENABLED);
	vgic_gicr_write(vcpu, SGI_FRAME + 0x100, 4, ALL_ENABLED);
	vcpu->vgic.own.vmcr = UNMASKED;
	l1_writes(REG(ICH_VMCR_EL2), UNMASKED);
	l1_writes(REG(ICH_HCR_EL2), EN);
}

/* Puts what was, and loads `mode` with that vHCR_EL2. */
static void go_to(u64 mode, u64 vhcr)
{
	if (vcpu->cpu)
		vgic_put(vcpu);
	vcpu->cpu = this_cpu();
	vcpu->context.pstate = mode;
	l1_writes(REG(HCR_EL2), vhcr | F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	vgic_load(vcpu);
	vcpu->requests = 0;
	host_log_clear();
}

static void l2_runs(void)
{
	go_to(PSTATE_EL1h, F(HCR_EL2, VM) | F(HCR_EL2, IMO) | F(HCR_EL2, FMO));
}

static bool is_for_l1(void)
{
	return vcpu->requests & BIT(REQUEST_GUEST_HYP_IRQ);
}

/* ---- GI-6 ---- */

static void gi_6_nested_by_context_and_vhcr(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
		bool is_nested;
	} cases[] = {
		{ "L2, IMO", PSTATE_EL1h, F(HCR_EL2, IMO), true },
		{ "L2, FMO", PSTATE_EL1h, F(HCR_EL2, FMO), true },
		{ "L2's EL0", PSTATE_EL0t, F(HCR_EL2, IMO), true },
		{ "L2 with interrupts of its own", PSTATE_EL1h, 0, false },
		{ "virtual EL2", PSTATE_EL2h, F(HCR_EL2, IMO), false },
		{ "InHost EL0", PSTATE_EL0t, F(HCR_EL2, IMO) | F(HCR_EL2, TGE), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		boot();
		go_to(cases[i].mode, cases[i].vhcr);
		if (vcpu->vgic.is_nested != cases[i].is_nested)
			fail_row(i, cases[i].why, "%d", vcpu->vgic.is_nested);
	}
}

/* ---- GI-7 ---- */

static void gi_7_compact_list_registers_of_l1(void **state)
{
	(void)state;
	boot();
	l1_lr(1, LR(STATE_PENDING, 5));
	l1_lr(2,
		LR(STATE_NONE, 6) | F(ICH_LRn_EL2, EOI)); /* ended: no business of the hardware's */
	l1_lr(3, LR(STATE_ACTIVE, 7) | F(ICH_LRn_EL2, EOI));
	l1_writes(REG(ICH_AP1R0_EL2), 0x40);
	l2_runs();
	vgic_flush(vcpu);
	assert_u64(host_get(SR_ICH_VMCR_EL2), UNMASKED);
	assert_u64(host_get(SR_ICH_AP1R0_EL2), 0x40);
	assert_u64(lr(0), LR(STATE_PENDING, 5));
	assert_u64(lr(1), LR(STATE_ACTIVE, 7) | F(ICH_LRn_EL2, EOI));
	assert_u64(lr(2), 0);
}

/* L1's physical interrupts are L0's virtual ones: no pINTID of L1's reaches the hardware. */
static void gi_7_physical_interrupts_are_translated(void **state)
{
	(void)state;
	boot();
	vgic_bind_hw(vcpu, VTIMER, HW_VTIMER);
	l1_lr(0, LR_HW(STATE_PENDING, 5, VTIMER));
	l1_lr(1, LR_HW(STATE_PENDING, 6, DEVICE));
	l1_lr(2, LR_HW(STATE_PENDING, 7, 0x1fff));
	l1_lr(3, ~0ul);
	l2_runs();
	vgic_flush(vcpu);
	assert_u64(lr(0), LR_HW(STATE_PENDING, 5, HW_VTIMER));
	assert_u64(lr(1), LR(STATE_PENDING, 6));
	assert_u64(lr(2), LR(STATE_PENDING, 7));
	assert_u64(lr(3) & (F(ICH_LRn_EL2, HW) | F(ICH_LRn_EL2, pINTID)), 0);
}

/* ---- GI-8 ---- */

static void gi_8_hcr_is_sanitised(void **state)
{
	u64 traps = F(ICH_HCR_EL2, TC) | F(ICH_HCR_EL2, TALL0) | F(ICH_HCR_EL2, TALL1) |
		    F(ICH_HCR_EL2, TDIR);

	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	l1_lr(1, LR(STATE_PENDING, 6));
	l1_writes(REG(ICH_HCR_EL2), 0xffffffff00000000 | EN | traps | F(ICH_HCR_EL2, UIE) |
					    FV(ICH_HCR_EL2, EOIcount, 3));
	l2_runs();
	vgic_flush(vcpu);
	assert_u64(host_get(SR_ICH_HCR_EL2),
		EN | traps | F(ICH_HCR_EL2, UIE) | FV(ICH_HCR_EL2, EOIcount, 3));
}

/* L1's interface is off: its guest has no virtual interrupts, whatever the list registers say. */
static void gi_8_without_en_nothing_is_signalled(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	l1_writes(REG(ICH_HCR_EL2), 0);
	l2_runs();
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 5));
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
}

/* A condition that holds already would end each stay before its first instruction. */
static void gi_8_what_is_told_already_does_not_end_the_stay(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_ACTIVE, 5));
	l1_writes(REG(ICH_HCR_EL2), EN | F(ICH_HCR_EL2, UIE) | F(ICH_HCR_EL2, NPIE) |
					    F(ICH_HCR_EL2, VGrp1EIE) | F(ICH_HCR_EL2, VGrp1DIE));
	l2_runs();
	vgic_flush(vcpu);
	assert_u64(host_get(SR_ICH_HCR_EL2), EN | F(ICH_HCR_EL2, VGrp1DIE));
	assert_true(vgic_irq(vcpu, VGIC_MAINTENANCE_PPI)->line);
}

/* ---- GI-9 ---- */

static void gi_9_l1_sees_what_became_of_them(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	l1_lr(1, LR(STATE_PENDING, 6) | F(ICH_LRn_EL2, EOI));
	l2_runs();
	vgic_flush(vcpu);
	hardware_makes(0, STATE_ACTIVE);
	hardware_makes(1, STATE_NONE);
	host_set(SR_ICH_HCR_EL2, host_get(SR_ICH_HCR_EL2) | FV(ICH_HCR_EL2, EOIcount, 2));
	host_set(SR_ICH_VMCR_EL2, 0x80000003);
	vgic_sync(vcpu);
	assert_u64(l1_reads_lr(0), LR(STATE_ACTIVE, 5));
	assert_u64(l1_reads_lr(1), LR(STATE_NONE, 6) | F(ICH_LRn_EL2, EOI));
	assert_u64(l1_reads(REG(ICH_HCR_EL2)), EN | FV(ICH_HCR_EL2, EOIcount, 2));
	assert_u64(l1_reads(REG(ICH_VMCR_EL2)), 0x80000003);
	assert_u64(lr(0), 0);
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
}

static void gi_9_put_saves_the_interface_and_clears(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	l2_runs();
	vgic_flush(vcpu);
	host_set(SR_ICH_AP0R0_EL2, 0x10);
	host_set(SR_ICH_AP1R0_EL2, 0x20);
	host_set(SR_ICH_VMCR_EL2, 0x80000003);
	vgic_put(vcpu);
	assert_u64(l1_reads(REG(ICH_AP0R0_EL2)), 0x10);
	assert_u64(l1_reads(REG(ICH_AP1R0_EL2)), 0x20);
	assert_u64(l1_reads(REG(ICH_VMCR_EL2)), 0x80000003);
	assert_u64(lr(0), 0);
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
	assert_u64(vcpu->vgic.own.vmcr, UNMASKED); /* L1's own interface is another one */
}

/* The end of a "physical" interrupt by L2 ends L1's virtual one behind it. */
static void gi_9_deactivates_the_interrupt_behind(void **state)
{
	(void)state;
	boot();
	vgic_bind_hw(vcpu, VTIMER, HW_VTIMER);
	vgic_gicr_write(vcpu, SGI_FRAME + 0x300, 4, BIT(VTIMER));
	vgic_gicd_write(vcpu, 0x304, 4, BIT(DEVICE - 32));
	l1_lr(1, LR_HW(STATE_PENDING, 5, VTIMER));
	l1_lr(3, LR_HW(STATE_PENDING, 6, DEVICE));
	l2_runs();
	vgic_flush(vcpu);
	hardware_makes(0, STATE_ACTIVE);
	hardware_makes(1, STATE_ACTIVE);
	vgic_sync(vcpu);
	assert_true(vgic_irq(vcpu, VTIMER)->is_active);
	assert_true(vgic_irq(vcpu, DEVICE)->is_active);
	vgic_flush(vcpu);
	host_log_clear();
	hardware_makes(0, STATE_NONE);
	hardware_makes(1, STATE_NONE);
	vgic_sync(vcpu);
	assert_false(vgic_irq(vcpu, VTIMER)->is_active);
	assert_false(vgic_irq(vcpu, DEVICE)->is_active);
	assert_int_equal(host_log_times(LOG_GIC_SET_ACTIVE, 0), 0); /* HW=1 did that */
	assert_u64(l1_reads_lr(1), LR_HW(STATE_NONE, 5, VTIMER));
}

/* ---- GI-10 ---- */

static void gi_10_states_go_back_where_they_came_from(void **state)
{
	(void)state;
	for (unsigned used = 0; used < 16; used++) {
		boot();
		for (unsigned n = 0; n < 4; n++)
			l1_lr(n, used & BIT(n) ? LR(STATE_PENDING, 8 + n) : LR(STATE_NONE, 100));
		l2_runs();
		vgic_flush(vcpu);
		for (unsigned n = 0; n < (unsigned)__builtin_popcount(used); n++)
			hardware_makes(n, lr(n) & 1 ? STATE_ACTIVE : STATE_BOTH);
		vgic_sync(vcpu);
		for (unsigned n = 0; n < 4; n++)
			assert_u64(l1_reads_lr(n),
				!(used & BIT(n)) ? LR(STATE_NONE, 100)
						 : LR(n & 1 ? STATE_ACTIVE : STATE_BOTH, 8 + n));
	}
}

/* ---- GI-11, GI-12 ---- */

static void gi_11_level_of_the_maintenance_interrupt(void **state)
{
	static const struct {
		const char *why;
		u64 hcr, vmcr, lr0, lr1, misr;
	} cases[] = {
		{ "nothing", 0, 0, 0, 0, 0 },
		{ "an end", 0, 0, F(ICH_LRn_EL2, EOI), 0, 1 },
		{ "an end with HW", 0, 0, F(ICH_LRn_EL2, HW) | F(ICH_LRn_EL2, EOI), 0, 0 },
		{ "no end yet", 0, 0, LR(STATE_ACTIVE, 5) | F(ICH_LRn_EL2, EOI), 0, 0 },
		{ "underflow: none", F(ICH_HCR_EL2, UIE), 0, 0, 0, 2 },
		{ "underflow: one", F(ICH_HCR_EL2, UIE), 0, LR(STATE_ACTIVE, 5), 0, 2 },
		{ "underflow: two", F(ICH_HCR_EL2, UIE), 0, LR(STATE_ACTIVE, 5),
			LR(STATE_PENDING, 6), 0 },
		{ "EOIcount", F(ICH_HCR_EL2, LRENPIE) | FV(ICH_HCR_EL2, EOIcount, 1), 0, 0, 0, 4 },
		{ "EOIcount 0", F(ICH_HCR_EL2, LRENPIE), 0, 0, 0, 0 },
		{ "EOIcount, nobody asked", FV(ICH_HCR_EL2, EOIcount, 1), 0, 0, 0, 0 },
		{ "none pending", F(ICH_HCR_EL2, NPIE), 0, LR(STATE_ACTIVE, 5), 0, 8 },
		{ "active and pending is not pending", F(ICH_HCR_EL2, NPIE), 0, LR(STATE_BOTH, 5),
			0, 8 },
		{ "one pending", F(ICH_HCR_EL2, NPIE), 0, LR(STATE_PENDING, 5), 0, 0 },
		{ "group 0 on", F(ICH_HCR_EL2, VGrp0EIE) | F(ICH_HCR_EL2, VGrp0DIE), 1, 0, 0, 16 },
		{ "group 0 off", F(ICH_HCR_EL2, VGrp0EIE) | F(ICH_HCR_EL2, VGrp0DIE), 2, 0, 0, 32 },
		{ "group 1 on", F(ICH_HCR_EL2, VGrp1EIE) | F(ICH_HCR_EL2, VGrp1DIE), 2, 0, 0, 64 },
		{ "group 1 off", F(ICH_HCR_EL2, VGrp1EIE) | F(ICH_HCR_EL2, VGrp1DIE), 1, 0, 0,
			128 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (unsigned en = 0; en < 2; en++) {
			bool level = en && cases[i].misr;

			boot();
			l1_writes(REG(ICH_HCR_EL2), cases[i].hcr | en);
			l1_writes(REG(ICH_VMCR_EL2), cases[i].vmcr);
			l1_lr(0, cases[i].lr0);
			l1_lr(1, cases[i].lr1);
			if (vgic_nested_misr(vcpu) != cases[i].misr)
				fail_row(i, cases[i].why, "0x%lx", vgic_nested_misr(vcpu));
			vgic_nested_maintenance(vcpu);
			if (vgic_irq(vcpu, VGIC_MAINTENANCE_PPI)->line != level)
				fail_row(i, cases[i].why, "with En=%u", en);
		}
	}
}

/* Told at the exit that made it so; low again once L1 has seen to it. */
static void gi_11_recomputed_at_exit_and_entry(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5) | F(ICH_LRn_EL2, EOI));
	l2_runs();
	vgic_flush(vcpu);
	assert_false(vgic_irq(vcpu, VGIC_MAINTENANCE_PPI)->line);
	hardware_makes(0, STATE_NONE);
	vgic_sync(vcpu);
	assert_true(vgic_irq(vcpu, VGIC_MAINTENANCE_PPI)->line);
	go_to(PSTATE_EL2h, F(HCR_EL2, TGE));
	vgic_flush(vcpu);
	assert_u64(lr(0) & F(ICH_LRn_EL2, vINTID), VGIC_MAINTENANCE_PPI);
	l1_lr(0, 0);
	vgic_flush(vcpu);
	assert_u64(lr(0), 0);
}

static u64 l1_traps(sysreg_handler *handler, u32 iss)
{
	struct sysreg_access access = { .iss = iss };

	assert_int_equal(handler(vcpu, &access), EMULATED);
	return access.value;
}

static void gi_12_status_is_built_from_memory(void **state)
{
	(void)state;
	boot();
	host_set(SR_ICH_VTR_EL2, 0x900b000f);
	l1_lr(0, LR(STATE_PENDING, 5));
	l1_lr(1, F(ICH_LRn_EL2, EOI));
	l1_lr(2, F(ICH_LRn_EL2, HW) | F(ICH_LRn_EL2, EOI));
	l1_writes(REG(ICH_HCR_EL2), EN | F(ICH_HCR_EL2, UIE));
	host_log_clear();
	for (unsigned twice = 0; twice < 2; twice++) { /* no side effects */
		assert_u64(l1_traps(emulate_ich_misr, ISS_ICH_MISR_EL2), 3);
		assert_u64(l1_traps(emulate_ich_eisr, ISS_ICH_EISR_EL2), 2);
		assert_u64(l1_traps(emulate_ich_elrsr, ISS_ICH_ELRSR_EL2), 0xc);
	}
	assert_u64(l1_traps(emulate_ich_vtr, ISS_ICH_VTR_EL2) & 0x1f, 3);
	assert_u64(l1_traps(emulate_ich_vtr, ISS_ICH_VTR_EL2) >> 26, 0x90000003 >> 26);
	assert_u64(host_log_count(), 0);
	assert_u64(l1_traps(emulate_icc_sre, ISS_ICC_SRE_EL2), 0xf);
	assert_u64(l1_traps(emulate_icc_sre, ISS_ICC_SRE_EL1), 7);
}

/* With FEAT_NV alone each access traps and means the same memory. */
static void gi_12_without_nv2_all_of_them_trap(void **state)
{
	static const struct {
		u32 iss;
		reg_t reg;
	} rows[] = {
		{ ISS_ICH_HCR_EL2, { CTX_ICH_HCR_EL2 } },
		{ ISS_ICH_VMCR_EL2, { CTX_ICH_VMCR_EL2 } },
		{ ISS_ICH_AP0R0_EL2, { CTX_ICH_AP0R0_EL2 } },
		{ ISS_ICH_AP1R0_EL2, { CTX_ICH_AP1R0_EL2 } },
		{ ISS_ICH_LR0_EL2, { CTX_ICH_LR0_EL2 } },
		{ ISS_ICH_LR1_EL2, { CTX_ICH_LR1_EL2 } },
		{ ISS_ICH_LR2_EL2, { CTX_ICH_LR2_EL2 } },
		{ ISS_ICH_LR3_EL2, { CTX_ICH_LR3_EL2 } },
	};

	(void)state;
	vm = nested_guest(VM_EL2_VHE, 1);
	vcpu = &vm->vcpus[0];
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sysreg_access access = {
			.iss = rows[i].iss, .is_write = true, .value = 0x18 + i
		};

		assert_int_equal(emulate_vel2(vcpu, &access), EMULATED);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_u64(l1_reads(rows[i].reg), 0x18 + i);
		assert_u64(l1_traps(emulate_vel2, rows[i].iss), 0x18 + i);
	}
}

/* ---- GI-13 ---- */

static void gi_13_an_interrupt_for_l1_while_l2_runs(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	l2_runs();
	vgic_flush(vcpu);
	assert_false(is_for_l1());
	vgic_pulse(vcpu, 9);
	vgic_flush(vcpu);
	assert_true(is_for_l1());
	assert_u64(lr(0), LR(STATE_PENDING, 5)); /* and L2 never sees it */
	assert_u64(lr(1), 0);
	go_to(PSTATE_EL2h, F(HCR_EL2, TGE));
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 9));
	assert_u64(lr(1), 0);
}

/* Else L1 would take nothing and come back at once, or L2 would not run at all, for ever. */
static void gi_13_only_what_l1_would_take(void **state)
{
	(void)state;
	boot();
	vcpu->vgic.own.vmcr = 0xf0000001; /* group 1 is off */
	l2_runs();
	vgic_pulse(vcpu, 9);
	vgic_flush(vcpu);
	assert_false(is_for_l1());
	vcpu->vgic.own.vmcr = UNMASKED;
	go_to(PSTATE_EL1h, F(HCR_EL2, FMO)); /* vIMO = 0 */
	vgic_flush(vcpu);
	assert_false(is_for_l1());
	l2_runs();
	vgic_flush(vcpu);
	assert_true(is_for_l1());
}

static void gi_13_l2_with_interrupts_of_its_own(void **state)
{
	(void)state;
	boot();
	go_to(PSTATE_EL1h, F(HCR_EL2, VM)); /* vIMO = vFMO = 0 */
	vgic_pulse(vcpu, 9);
	vgic_flush(vcpu);
	assert_false(is_for_l1());
	assert_u64(lr(0), LR(STATE_PENDING, 9));
}

static void a_pending_list_register_of_l1_wakes_l2(void **state)
{
	(void)state;
	boot();
	l2_runs();
	assert_false(vgic_can_wake(vcpu));
	l1_lr(2, LR(STATE_PENDING, 5));
	assert_true(vgic_can_wake(vcpu));
}

/* ---- GI-14, D.4 ---- */

static void gi_14_list_registers_of_l1_are_inert_in_hyp_context(void **state)
{
	(void)state;
	boot();
	l1_lr(0, LR(STATE_PENDING, 5));
	go_to(PSTATE_EL2h, F(HCR_EL2, TGE));
	vgic_flush(vcpu);
	assert_u64(host_get(SR_ICH_HCR_EL2), 0);
	vgic_pulse(vcpu, 9);
	vgic_flush(vcpu);
	assert_u64(lr(0), LR(STATE_PENDING, 9));
	assert_u64(lr(1), 0);
	hardware_makes(0, STATE_ACTIVE);
	vgic_sync(vcpu);
	assert_u64(l1_reads_lr(0), LR(STATE_PENDING, 5));
	assert_u64(l1_reads(REG(ICH_VMCR_EL2)), UNMASKED);
}

static void gi_14_where_interrupts_of_l1_go(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
		bool is_given;
	} cases[] = {
		{ "vEL2, neither IMO nor TGE: nowhere", PSTATE_EL2h, 0, false },
		{ "vEL2t alike", PSTATE_EL2t, 0, false },
		{ "vEL2, IMO", PSTATE_EL2h, F(HCR_EL2, IMO), true },
		{ "vEL2, TGE", PSTATE_EL2h, F(HCR_EL2, TGE), true },
		{ "InHost EL0", PSTATE_EL0t, F(HCR_EL2, TGE), true },
		{ "L2 without IMO: L2's EL1", PSTATE_EL1h, 0, true },
		{ "L2 with IMO: by way of vEL2", PSTATE_EL1h, F(HCR_EL2, IMO), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		boot();
		go_to(cases[i].mode, cases[i].vhcr);
		vgic_pulse(vcpu, 9);
		vgic_flush(vcpu);
		if ((lr(0) == LR(STATE_PENDING, 9)) != cases[i].is_given)
			fail_row(i, cases[i].why, "0x%lx", lr(0));
		assert_u64(read_gicr(0x200) == BIT(9), !cases[i].is_given); /* still pending */
	}
}

TESTS(cmocka_unit_test(gi_6_nested_by_context_and_vhcr),
	cmocka_unit_test(gi_7_compact_list_registers_of_l1),
	cmocka_unit_test(gi_7_physical_interrupts_are_translated),
	cmocka_unit_test(gi_8_hcr_is_sanitised),
	cmocka_unit_test(gi_8_without_en_nothing_is_signalled),
	cmocka_unit_test(gi_8_what_is_told_already_does_not_end_the_stay),
	cmocka_unit_test(gi_9_l1_sees_what_became_of_them),
	cmocka_unit_test(gi_9_put_saves_the_interface_and_clears),
	cmocka_unit_test(gi_9_deactivates_the_interrupt_behind),
	cmocka_unit_test(gi_10_states_go_back_where_they_came_from),
	cmocka_unit_test(gi_11_level_of_the_maintenance_interrupt),
	cmocka_unit_test(gi_11_recomputed_at_exit_and_entry),
	cmocka_unit_test(gi_12_status_is_built_from_memory),
	cmocka_unit_test(gi_12_without_nv2_all_of_them_trap),
	cmocka_unit_test(gi_13_an_interrupt_for_l1_while_l2_runs),
	cmocka_unit_test(gi_13_only_what_l1_would_take),
	cmocka_unit_test(gi_13_l2_with_interrupts_of_its_own),
	cmocka_unit_test(a_pending_list_register_of_l1_wakes_l2),
	cmocka_unit_test(gi_14_list_registers_of_l1_are_inert_in_hyp_context),
	cmocka_unit_test(gi_14_where_interrupts_of_l1_go))
