/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HCR_EL2: the host's value, the guest's, and the way between them. HYPERVISOR-SPEC A.3, B.2, and
 * NV-6 to NV-8.
 */
#include "core/tlb.h"
#include "core/vncr.h"
#include "switch_support.h"

static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

/* No write of the stay is anything but the guest's value or what was read once. */
static void hc_1_saved_value_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 before = host_get(SR_HCR_EL2), guest = traps_hcr(vcpu);

		vcpu_load(vcpu);
		host_log_clear();
		run_hvc(vcpu);
		assert_u64(host_log_times(LOG_WRITE, SR_HCR_EL2), 2);
		assert_u64(value_at_entry(SR_HCR_EL2), guest);
		assert_u64(host_log((size_t)last(LOG_WRITE, SR_HCR_EL2))->value, before);
		vcpu_put(vcpu);
		assert_u64(host_get(SR_HCR_EL2), before);
	}
}

/* Bits that somebody else has set in the meantime, before cpu_init(), survive a guest. */
static void hc_1_read_once_per_cpu(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	u64 strange = host_get(SR_HCR_EL2) | HCR(TID4);

	(void)state;
	host_set(SR_HCR_EL2, strange);
	cpu_init();
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_u64(host_get(SR_HCR_EL2), strange);
	vcpu_put(vcpu);
}

static void init(void *unused)
{
	(void)unused;
	cpu_init();
}

static void hc_2_constant_must_be_what_was_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 constant = traps_host_hcr(modes[i], host.has_pauth);

		options.hcr = HCR_CONSTANT;
		host_set(SR_HCR_EL2, constant | HCR(TID4));
		assert_true(panics(init, NULL, "HC-2"));
		host_set_level(modes[i] == MODE_VHE ? 2 : 1);
		host_set(SR_HCR_EL2, constant);
		cpu_init();
		vcpu_load(vcpu);
		run_hvc(vcpu);
		vcpu_put(vcpu);
		assert_u64(host_get(SR_HCR_EL2), constant);
	}
}

static void hc_3_pauth_is_the_hosts_from_the_start(void **state)
{
	struct vm vm = { .config.el2 = VM_EL2_NONE };
	u64 both = HCR(API) | HCR(APK);

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		machine(modes[i]);
		assert_u64(this_cpu()->hcr_el2 & both, both); /* hal_set_mode() */
		assert_u64(traps_host_hcr(modes[i], true) & both, both);
		assert_u64(traps_host_hcr(modes[i], false) & both, 0);
		assert_u64(traps_baseline_hcr(&vm) & both, 0);
		vm.config.has_pauth = true;
		assert_u64(traps_baseline_hcr(&vm) & both, 0); /* no such hardware */
		host.has_pauth = true;
		assert_u64(traps_baseline_hcr(&vm) & both, both);
		vm.config.has_pauth = false;
		assert_u64(traps_baseline_hcr(&vm) & both, 0);
	}
}

static void takes_the_serror(struct context *context)
{
	(void)context;
	host_set(SR_HCR_EL2, (host_get(SR_HCR_EL2) & ~HCR(VSE)) | HCR(DC));
}

/* VSE alone is read back, and only if it was set (INV-HC-7). */
static void hc_4_vse_is_reaped(void **state)
{
	struct host_exit exit = hvc;

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 baseline = vcpu->hcr_el2;

		vcpu->hcr_el2 |= HCR(VSE);
		vcpu_load(vcpu);
		run_hvc(vcpu);
		assert_u64(vcpu->hcr_el2, baseline | HCR(VSE));
		exit.guest = takes_the_serror;
		run(vcpu, &exit, 1);
		assert_u64(vcpu->hcr_el2, baseline);
		vcpu_put(vcpu);
	}
}

/* In nested context the bit is L1's (NV-36). */
static void hc_4_vse_of_l1(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, HCR(VSE) | HCR(AMO));
	struct host_exit exit = hvc;

	(void)state;
	exit.guest = takes_the_serror;
	vcpu->hcr_el2 |= HCR(VSE);
	assert_true(traps_hcr(vcpu) & HCR(VSE));
	vcpu_load(vcpu);
	run(vcpu, &exit, 1);
	assert_u64(*stored(vcpu, REG(HCR_EL2)) & HCR(VSE), 0);
	assert_true(vcpu->hcr_el2 & HCR(VSE));
	assert_u64(traps_hcr(vcpu) & HCR(VSE), 0);
	vcpu_put(vcpu);
}

static void hc_5_interrupts_never_go_to_el1(void **state)
{
	u64 xmo = HCR(AMO) | HCR(IMO) | HCR(FMO);
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	assert_u64(traps_host_hcr(MODE_VHE, false) & xmo, xmo);
	vcpu_load(vcpu);
	run_hvc(vcpu);
	tlb_flush_vmid(vcpu->hw_mmu);
	vcpu_put(vcpu);
	for (size_t i = 0; i < host_log_count(); i++)
		if (host_log(i)->kind == LOG_WRITE && host_log(i)->reg == SR_HCR_EL2)
			assert_u64(host_log(i)->value & xmo, xmo);
}

static void hc_6_what_a_guest_value_never_has(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
	} cases[] = {
		{ "virtual EL2", PSTATE_EL2h, ~0ul },
		{ "InHost EL0", PSTATE_EL0t, ~0ul },
		{ "L1's guest", PSTATE_EL1h, ~HCR(TGE) },
		{ "L1's guest, nothing wanted", PSTATE_EL1h, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, cases[i].vhcr);
		u64 hcr = traps_hcr(vcpu);

		if (hcr & (HCR(TGE) | HCR(FIEN)))
			fail_row(i, cases[i].why, "TGE or FIEN in 0x%lx", hcr);
		if ((hcr & (HCR(RW) | HCR(E2H) | HCR(VM))) != (HCR(RW) | HCR(E2H) | HCR(VM)))
			fail_row(i, cases[i].why, "RW, E2H or VM not in 0x%lx", hcr);
	}
}

static void hc_7_written_after_the_guest_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		bool is_vhe = modes[i] == MODE_VHE;
		struct vcpu *vcpu = filled_guest(modes[i]);
		long hcr = -1;

		vcpu_load(vcpu);
		run_hvc(vcpu);
		for (long at = 0; (at = host_log_find((size_t)at, LOG_WRITE, SR_HCR_EL2)) >= 0;
			at++)
			if (host_log((size_t)at)->value == vcpu->hcr_el2)
				hcr = at;
		assert_true(hcr >= 0);
		assert_true(hcr > last(LOG_WRITE, SR_VTCR_EL2));
		if (is_vhe) {
			assert_true(hcr > last(LOG_WRITE, SR_VTTBR_EL2));
			assert_true(hcr > last(LOG_WRITE, SR_TTBR0_EL12));
		} else {
			assert_true(hcr > first(LOG_WRITE, SR_SCTLR_EL1));
			assert_true(last(LOG_WRITE, SR_SCTLR_EL1) > last(LOG_WRITE, SR_HCR_EL2));
		}
		vcpu_put(vcpu);
	}
}

static const enum host_reg regime[] = { SR_TTBR0_EL12, SR_TTBR1_EL12, SR_TCR_EL12, SR_SCTLR_EL12,
	SR_MAIR_EL12, SR_VTTBR_EL2, SR_VTCR_EL2 };

/* VHE: while TGE=0 no register of the EL1&0 regime is written. */
static void hc_8_vhe_loads_with_tge(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	bool is_tge = true;

	(void)state;
	options.deferral = 0;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	vcpu_put(vcpu);
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		if (e->kind == LOG_WRITE && e->reg == SR_HCR_EL2)
			is_tge = e->value & HCR(TGE);
		for (size_t r = 0; r < COUNT(regime); r++)
			if (e->kind == LOG_WRITE && e->reg == regime[r])
				assert_true(is_tge);
	}
}

/* How often the log clears TGE, each time with all that is written before in effect. */
static unsigned clearings_of_tge(void)
{
	bool is_late = false, is_tge = true;
	unsigned clearings = 0;

	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		if (e->kind == LOG_ISB)
			is_late = false;
		if (e->kind != LOG_WRITE)
			continue;
		if (e->reg == SR_HCR_EL2 && is_tge && !(e->value & HCR(TGE))) {
			assert_false(is_late);
			clearings++;
		}
		if (e->reg == SR_HCR_EL2)
			is_tge = e->value & HCR(TGE);
		for (size_t r = 0; r < COUNT(regime); r++)
			is_late |= e->reg == regime[r];
	}
	return clearings;
}

/*
 * VHE on a CPU that walks by itself: what a load writes is in effect before TGE is cleared, for a
 * stay and for a TLB operation on another stage 2.
 */
static void hc_8_vhe_settles_before_tge_is_cleared(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	host.is_at_speculative = true;
	for (u64 deferral = 0; deferral <= 1; deferral++) {
		options.deferral = deferral;
		host_log_clear();
		vcpu_load(vcpu); /* a TLBI for the vCPU that was loaded before may be part of it */
		run_hvc(vcpu);
		assert_in_range(clearings_of_tge(), 1, 2);
		vcpu_put(vcpu);
	}
	host_log_clear();
	tlb_flush_vmid(vcpu->hw_mmu);
	assert_u64(clearings_of_tge(), 1);
}

/* nVHE on a CPU that walks by itself: both ways, the regime changes with EPD0, EPD1 and M set. */
static void hc_8_nvhe_stops_walks(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_NVHE);
	static const u64 midrs[] = { 0x411fd070, 0x410fd083, 0x414fd0b1, 0x412fd050 };
	u64 epd = F(TCR_EL1, EPD0) | F(TCR_EL1, EPD1);
	unsigned stops = 0;
	bool is_stopped = false, is_effective = false, is_guests = false;

	(void)state;
	assert_false(host.is_at_speculative);
	for (size_t i = 0; i < COUNT(midrs); i++) {
		machine_off(MODE_NVHE);
		host_set(SR_MIDR_EL1, midrs[i]);
		machine_on(MODE_NVHE);
		assert_true(host.is_at_speculative);
	}
	vcpu = filled_guest(MODE_NVHE);
	host.is_at_speculative = true;
	vcpu_load(vcpu);
	host_log_clear();
	run_hvc(vcpu);
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		is_effective |= e->kind == LOG_ISB;
		if (e->kind != LOG_WRITE)
			continue;
		if (e->reg == SR_HCR_EL2)
			is_guests = e->value & HCR(VM);
		if (e->reg == SR_TCR_EL1) {
			is_stopped = (e->value & epd) == epd;
			stops += is_stopped;
			/* Whose walks begin is whose stage 2 is on. */
			if (!is_stopped)
				assert_u64(e->value,
					is_guests ? GUEST_VALUE(TCR_EL1) : HOST_VALUE(TCR_EL1));
		}
		if (e->reg == SR_TTBR0_EL1 || e->reg == SR_TTBR1_EL1 || e->reg == SR_MAIR_EL1 ||
			e->reg == SR_VTTBR_EL2 || e->reg == SR_HCR_EL2 || e->reg == SR_SCTLR_EL1)
			assert_true(is_stopped && is_effective);
		if (e->reg == SR_TCR_EL1 || e->reg == SR_SCTLR_EL1)
			is_effective = false;
	}
	assert_u64(stops, 2);
	assert_u64(host_get(SR_TCR_EL1), HOST_VALUE(TCR_EL1));
	assert_u64(host_get(SR_SCTLR_EL1), HOST_VALUE(SCTLR_EL1));
}

/* The fake aborts on a window with TGE=0, and MUT-01 would be one. */
static void hc_9_no_interrupt_with_tge_0(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	host_log_clear();
	tlb_flush_vmid(vcpu->hw_mmu);
	assert_u64(host_log_times(LOG_WRITE, SR_HCR_EL2), 2);
	assert_u64(host_log_times(LOG_IRQ_WINDOW, SR_HCR_EL2), 0);
	hal_irq_window(); /* TGE is back */
	vcpu_put(vcpu);
}

static void hc_10_tlb_maintenance_changes_tge_alone(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	u64 strange = host_get(SR_HCR_EL2) | HCR(TID4);

	(void)state;
	vcpu_load(vcpu);
	host_set(SR_HCR_EL2, strange);
	host_log_clear();
	tlb_flush_vmid(vcpu->hw_mmu);
	assert_u64(host_log((size_t)first(LOG_WRITE, SR_HCR_EL2))->value, strange & ~HCR(TGE));
	assert_u64(host_log((size_t)last(LOG_WRITE, SR_HCR_EL2))->value, strange);
	assert_u64(host_get(SR_HCR_EL2), strange);
	vcpu_put(vcpu);
}

#define NV_BITS (HCR(NV) | HCR(NV1) | HCR(NV2) | HCR(AT) | HCR(TTLB) | HCR(TVM) | HCR(TRVM))

/* B.2, INV-NV-5: in hyp context nothing of vHCR_EL2 counts but E2H. */
static void nv_6_hyp_context(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 form;
		unsigned nv;
		u64 want; /* beside the baseline, which has TVM */
	} cases[] = {
		{ "VHE L1, NV2", VM_EL2_VHE, 2, HCR(NV) | HCR(NV2) | HCR(AT) | HCR(TTLB) },
		{ "nVHE L1, NV2", VM_EL2_NVHE, 2,
			HCR(NV) | HCR(NV1) | HCR(NV2) | HCR(AT) | HCR(TTLB) },
		{ "VHE L1, NV", VM_EL2_VHE, 1, HCR(NV) | HCR(AT) | HCR(TTLB) },
		{ "nVHE L1, NV", VM_EL2_NVHE, 1,
			HCR(NV) | HCR(NV1) | HCR(AT) | HCR(TTLB) | HCR(TVM) | HCR(TRVM) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(cases[i].form, cases[i].nv, PSTATE_EL2h, 0);
		u64 want = vcpu->hcr_el2 | cases[i].want;

		if (traps_hcr(vcpu) != want)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx", traps_hcr(vcpu), want);
		*stored(vcpu, REG(HCR_EL2)) ^= HCR(TGE) | HCR(TVM) | HCR(TRVM) | HCR(TSC) |
					       HCR(DC) | HCR(VSE) | HCR(TDZ) | HCR(HCD) | HCR(VM);
		if (traps_hcr(vcpu) != want)
			fail_row(i, cases[i].why, "vHCR_EL2 has an influence");
		vcpu->context.pstate = PSTATE_EL2t;
		if (traps_hcr(vcpu) != want)
			fail_row(i, cases[i].why, "EL2t is another context");
		vcpu->context.pstate = PSTATE_EL0t; /* TGE=1: InHost EL0, the same (NV-3) */
		if (traps_hcr(vcpu) != want)
			fail_row(i, cases[i].why, "InHost EL0 is another context");
	}
}

/* In nested context vHCR_EL2 adds, and takes nothing away (INV-HC-5). */
static void nv_7_nested_context(void **state)
{
	static const struct {
		const char *why;
		u64 vhcr, added;
	} cases[] = {
		{ "nothing", 0, 0 },
		{ "traps of L1", HCR(TDZ) | HCR(TRVM) | HCR(TPU), HCR(TDZ) | HCR(TRVM) | HCR(TPU) },
		{ "NV brings NV2 along", HCR(NV), HCR(NV) | HCR(NV2) },
		{ "without NV the others do not count", HCR(NV2), 0 },
		{ "AT and TTLB are traps of their own", HCR(AT) | HCR(TTLB), HCR(AT) | HCR(TTLB) },
		{ "API, APK, FIEN are excluded", HCR(API) | HCR(APK) | HCR(FIEN), 0 },
		{ "the delay of a WFE trap, if there is one", HCR(TWE) | HCR(TWEDEn) | HCR(TWEDEL),
			HCR(TWEDEn) | HCR(TWEDEL) },
		{ "and if there is none", HCR(TWEDEn) | HCR(TWEDEL), 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, cases[i].vhcr);
		u64 got, want = vcpu->hcr_el2 | cases[i].added;

		may_set_hcr(vcpu, ~0ul);
		got = traps_hcr(vcpu);
		if (got != want)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx", got, want);
		if ((got & vcpu->hcr_el2) != vcpu->hcr_el2)
			fail_row(i, cases[i].why, "a bit of the baseline is gone");
	}
}

static void nv_8_whose_page_vncr_names(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, HCR(NV));

	(void)state;
	assert_u64(traps_vncr(vcpu), (u64)vcpu->context.page);
	vcpu->context.pstate = PSTATE_EL0t;
	*stored(vcpu, REG(HCR_EL2)) |= HCR(TGE);
	assert_u64(traps_vncr(vcpu), (u64)vcpu->context.page);
	*stored(vcpu, REG(HCR_EL2)) &= ~HCR(TGE);
	assert_u64(traps_vncr(vcpu), vncr_fixmap_va());
	*stored(vcpu, REG(HCR_EL2)) &= ~HCR(NV);
	assert_u64(traps_vncr(vcpu), 0); /* and HCR_EL2.NV is 0 then */
	vcpu = filled_nested(VM_EL2_VHE, 1, PSTATE_EL2h, 0);
	assert_u64(traps_vncr(vcpu), 0);
}

/* It is written at load, after the barrier that makes the page's stores visible (NV-21). */
static void nv_8_vncr_is_written_at_load(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);
	long saved, barrier;

	(void)state;
	vcpu_load(vcpu);
	assert_u64(host_get(SR_VNCR_EL2), (u64)vcpu->context.page);
	saved = first(LOG_READ, SR_TPIDR_EL0);
	barrier = host_log_find((size_t)saved, LOG_DSB_NSH, SR_VNCR_EL2);
	assert_true(barrier > saved && barrier < first(LOG_WRITE, SR_TPIDR_EL0));
	assert_true(barrier < first(LOG_WRITE, SR_VNCR_EL2));
	vcpu_put(vcpu);
}

TESTS(cmocka_unit_test(hc_1_saved_value_comes_back), cmocka_unit_test(hc_1_read_once_per_cpu),
	cmocka_unit_test(hc_2_constant_must_be_what_was_there),
	cmocka_unit_test(hc_3_pauth_is_the_hosts_from_the_start),
	cmocka_unit_test(hc_4_vse_is_reaped), cmocka_unit_test(hc_4_vse_of_l1),
	cmocka_unit_test(hc_5_interrupts_never_go_to_el1),
	cmocka_unit_test(hc_6_what_a_guest_value_never_has),
	cmocka_unit_test(hc_7_written_after_the_guest_is_there),
	cmocka_unit_test(hc_8_vhe_loads_with_tge), cmocka_unit_test(hc_8_nvhe_stops_walks),
	cmocka_unit_test(hc_8_vhe_settles_before_tge_is_cleared),
	cmocka_unit_test(hc_9_no_interrupt_with_tge_0),
	cmocka_unit_test(hc_10_tlb_maintenance_changes_tge_alone),
	cmocka_unit_test(nv_6_hyp_context), cmocka_unit_test(nv_7_nested_context),
	cmocka_unit_test(nv_8_whose_page_vncr_names),
	cmocka_unit_test(nv_8_vncr_is_written_at_load))
