/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a load and a put do besides moving registers (HYPERVISOR-SPEC A.4, A.5): TLB entries of
 * another vCPU, the order of timers and GIC, the slot of the VMID; and which traps a guest has from
 * the start (A.3), by the numbers of the bits.
 */
#include "core/tlb.h"
#include "switch_support.h"

static unsigned context_flushes(void)
{
	return host_log_times(LOG_SYS, SR_TLBI_VMALLE1);
}

static unsigned flushes_of_load(struct vcpu *vcpu, unsigned cpu)
{
	unsigned flushes;

	host_set_cpu(cpu);
	host_log_clear();
	vcpu_load(vcpu);
	flushes = context_flushes();
	if (flushes)
		assert_true(first(LOG_SYS, SR_TLBI_VMALLE1) < last(LOG_WRITE, SR_VTTBR_EL2));
	vcpu_put(vcpu);
	return flushes;
}

/* A.4 step 3: two vCPUs may use one ASID for different tables, under one VMID. */
static void inv_tb_5_no_entry_of_another_vcpu_is_left(void **state)
{
	struct vm *vm = guest(MODE_VHE);
	struct vcpu *a = &vm->vcpus[0], *b = &vm->vcpus[1];

	(void)state;
	vmid_reset();
	boot_cpu(1);
	assert_int_equal(flushes_of_load(a, 0), 1);
	assert_int_equal(flushes_of_load(a, 0), 0);
	assert_int_equal(flushes_of_load(b, 0), 1);
	assert_int_equal(flushes_of_load(b, 0), 0);
	assert_int_equal(flushes_of_load(a, 0), 1);
	/* On another CPU nothing is known of what was here. */
	assert_int_equal(flushes_of_load(a, 1), 1);
	assert_int_equal(flushes_of_load(a, 0), 0);
}

/* One vCPU alone on two stage 2s: each remembers for itself who used it. */
static void mut_d26_who_ran_last_is_of_the_mmu(void **state)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);
	struct vcpu *a = &vm->vcpus[0], *b = &vm->vcpus[1];

	(void)state;
	vmid_reset();
	b->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	assert_int_equal(flushes_of_load(a, 0), 1); /* canonical */
	a->context.pstate = PSTATE_EL1h | PSTATE_DAIF;
	assert_int_equal(flushes_of_load(a, 0), 1); /* its L2's shadow */
	assert_int_equal(flushes_of_load(b, 0), 1);
	assert_int_equal(flushes_of_load(a, 0), 0); /* b was not on that one */
	a->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	assert_int_equal(flushes_of_load(a, 0), 1); /* but on this */
}

/* The flush is of that table's VMID, though nothing of it is loaded yet. */
static void inv_tb_5_the_flush_is_of_its_vmid(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	u64 vttbr = 0;

	(void)state;
	vcpu_load(vcpu);
	for (long i = 0; i < first(LOG_SYS, SR_TLBI_VMALLE1); i++)
		if (host_log((size_t)i)->kind == LOG_WRITE &&
			host_log((size_t)i)->reg == SR_VTTBR_EL2)
			vttbr = host_log((size_t)i)->value;
	assert_u64(vttbr, mmu_vttbr(vcpu->hw_mmu));
	vcpu_put(vcpu);
}

/* The list registers are made with the bindings of the timers' interrupts (A.4 step 5). */
static void tm_10_timers_are_loaded_before_the_gic(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	vcpu->vgic.own.vmcr = 0x1234; /* so that there is something to write */
	vcpu_load(vcpu);
	assert_true(last(LOG_WRITE, SR_CNTV_CTL_EL02) < first(LOG_WRITE, SR_ICH_VMCR_EL2));
	vcpu_put(vcpu);
}

/* A.5 step 5: what does not run is not reserved by a rollover. */
static void tb_6_a_put_gives_the_slot_back(void **state)
{
	struct vcpu *vcpu;

	(void)state;
	for (enum hyp_mode mode = MODE_NVHE; mode <= MODE_VHE; mode++) {
		vcpu = filled_guest(mode);
		vcpu_load(vcpu);
		assert_u64(this_cpu()->vmid_active, vcpu->hw_mmu->vmid_record);
		vcpu_put(vcpu);
		assert_u64(this_cpu()->vmid_active & MASK(15, 0), 0);
		assert_true(this_cpu()->vmid_active != 0); /* which would say: rolled over */
	}
}

/* ---- A.3: the traps of every guest ---- */

/* VM SWIO PTW FMO IMO AMO, FB BSU=IS, TWI TWE, TID1 TID3 TSC TIDCP TACR TSW, RW, TLOR. */
#define MANDATORY                                                                                  \
	(0x3ful | 1ul << 9 | 1ul << 10 | 3ul << 13 | 1ul << 16 | 0x1ful << 18 | 1ul << 31 |        \
		1ul << 35)
#define BIT_TVM	 (1ul << 26)
#define BIT_E2H	 (1ul << 34)
#define BIT_TERR (1ul << 36)
#define BIT_TEA	 (1ul << 37)
#define BIT_FWB	 (1ul << 46)
#define BIT_TWE	 (1ul << 14)

static void inv_hc_5_the_baseline_has_every_mandatory_bit(void **state)
{
	static const struct {
		const char *why;
		enum hyp_mode mode;
		bool has_ras, has_fwb;
		u64 want;
	} rows[] = {
		{ "nVHE", MODE_NVHE, false, false, MANDATORY | BIT_TVM },
		{ "VHE", MODE_VHE, false, false, MANDATORY | BIT_TVM | BIT_E2H },
		{ "RAS", MODE_VHE, true, false,
			MANDATORY | BIT_TVM | BIT_E2H | BIT_TEA | BIT_TERR },
		{ "FWB", MODE_VHE, false, true, MANDATORY | BIT_FWB | BIT_E2H },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vm vm = { .config.el2 = VM_EL2_NONE };

		machine(rows[i].mode);
		host.has_ras = rows[i].has_ras;
		host.has_fwb = rows[i].has_fwb;
		if (traps_baseline_hcr(&vm) != rows[i].want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", traps_baseline_hcr(&vm),
				rows[i].want);
	}
}

/* The policy of A.3: TWE is for who shares its CPU, and asked again at each entry; TWI stays. */
static void twe_is_for_who_shares_its_cpu(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	for (unsigned i = 0; i < 4; i++) {
		vcpu->cpu->is_alone = i % 2;
		host_log_clear();
		run_hvc(vcpu);
		assert_u64(value_at_entry(SR_HCR_EL2),
			vcpu->hcr_el2 & ~(vcpu->cpu->is_alone ? BIT_TWE : 0));
		assert_true(vcpu->hcr_el2 & BIT_TWE);
	}
	vcpu_put(vcpu);
}

/* ---- A.7 step 4 ---- */

/* With RAS a virtual SError has a syndrome: ours for a guest of ours, L1's while its guest runs. */
static void nv_36_the_syndrome_of_a_virtual_serror_is_in_vsesr(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
		bool is_ours, is_l1s;
		u64 want;
	} rows[] = {
		{ "L1 at EL2", PSTATE_EL2h, HCR(AMO), true, false, 0x1111 },
		{ "L2, and it is L1's", PSTATE_EL1h, HCR(AMO), false, true, 0x2222 },
		{ "none", PSTATE_EL2h, HCR(AMO), false, false, ~0ul },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu;

		machine_off(MODE_VHE);
		machine_has_nv(2);
		host_set(SR_ID_AA64PFR0_EL1,
			host_get(SR_ID_AA64PFR0_EL1) | FV(ID_AA64PFR0_EL1, RAS, 1));
		machine_on(MODE_VHE);
		vcpu = &nested_guest_on_machine(VM_EL2_VHE, 2)->vcpus[0];
		fill(vcpu);
		vcpu->context.pstate = PSTATE_DAIF | rows[i].mode;
		*stored(vcpu, REG(HCR_EL2)) =
			HCR(E2H) | HCR(RW) | rows[i].vhcr | (rows[i].is_l1s ? HCR(VSE) : 0);
		*stored(vcpu, REG(VSESR_EL2)) = 0x2222;
		vcpu->vsesr_el2 = 0x1111;
		vcpu->hcr_el2 |= rows[i].is_ours ? HCR(VSE) : 0;
		vcpu_load(vcpu);
		run_hvc(vcpu);
		if (value_at_entry(SR_VSESR_EL2) != rows[i].want)
			fail_row(i, rows[i].why, "0x%lx", value_at_entry(SR_VSESR_EL2));
		vcpu_put(vcpu);
	}
}

TESTS(cmocka_unit_test(inv_tb_5_no_entry_of_another_vcpu_is_left),
	cmocka_unit_test(mut_d26_who_ran_last_is_of_the_mmu),
	cmocka_unit_test(inv_tb_5_the_flush_is_of_its_vmid),
	cmocka_unit_test(tm_10_timers_are_loaded_before_the_gic),
	cmocka_unit_test(tb_6_a_put_gives_the_slot_back),
	cmocka_unit_test(inv_hc_5_the_baseline_has_every_mandatory_bit),
	cmocka_unit_test(twe_is_for_who_shares_its_cpu),
	cmocka_unit_test(nv_36_the_syndrome_of_a_virtual_serror_is_in_vsesr))
