/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT-1 to AT-7 without the walk itself (test_s1_walk.c): what a guest hypervisor's AT instructions
 * put in its PAR_EL1, and what the CPU is made to do for it.
 */
#include "tables.h"

/* --- AT-5: the result --------------------------------------------------------------------------
 */

static void at_5_par_has_the_format_of_the_architecture(void **state)
{
	static const struct {
		const char *why;
		u64 leaf, par;
	} rows[] = {
		{ "Write-Back, Inner Shareable", PAGE_LEAF | OUT | DESC_SH_INNER, 0xff },
		{ "Non-cacheable is Outer", PAGE_LEAF | OUT | DESC_SH_INNER | ATTR(1), 0x44 },
		{ "Device is Outer", PAGE_LEAF | OUT | ATTR(2), 0x0c },
		{ "Write-Through, Non-shareable", PAGE_LEAF | OUT | ATTR(3), 0xbb },
		{ "nGnRnE", PAGE_LEAF | OUT | ATTR(4), 0x00 },
	};
	static const u64 sh[] = { 3, 2, 2, 0, 2 };

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 par, want = par_of_page(OUT, rows[i].par, sh[i]);

		map(3, rows[i].leaf, 0);
		par = at(ISS_AT_S1E1R, LOW + 0x678);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
	map(3, 0, 0);
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_fault(FSC_TRANSLATION + 3, false, false));
}

static void assert_aborts(u64 iss)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E1R, .is_write = true, .value = LOW };

	set(REG(PAR_EL1), 0x1111);
	assert_int_equal(at_emulate(vcpu, &access), EMULATED_NO_SKIP);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(PAR_EL1)), 0x1111);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(FAR_EL2)), LOW);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)),
		(u64)EC_DABT_SAME << 26 | BIT(25) | BIT(8) | BIT(6) | iss);
}

static void at_5_a_failed_read_of_a_table_is_an_abort(void **state)
{
	(void)state;
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT, BIT(38));
	assert_aborts(0x17);
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT, 0);
	stage2(0);
	put(S2_ROOT + 8, 0x0c000000 | DESC_VALID | DESC_TABLE); /* nothing is there */
	assert_aborts(BIT(7) | 0x16);				/* S1PTW */
}

/* --- AT-3: both stages -------------------------------------------------------------------------
 */

static void at_3_s12_walks_both_stages(void **state)
{
	static const struct {
		const char *why;
		u32 iss;
		u64 leaf1, leaf2, par;
	} rows[] = {
		{ "both grant", ISS_AT_S12E1W, PAGE_LEAF | OUT, S2_RW | S2_NORMAL, 0 },
		{ "stage 1 has its say first", ISS_AT_S12E1W, PAGE_LEAF | OUT | AP_RO, S2_S2AP_R,
			1 | (FSC_PERMISSION + 3) << 1 },
		{ "stage 2 denies the write", ISS_AT_S12E1W, PAGE_LEAF | OUT, S2_S2AP_R | S2_NORMAL,
			1 | (FSC_PERMISSION + 1) << 1 | BIT(9) },
		{ "stage 2 grants the read", ISS_AT_S12E1R, PAGE_LEAF | OUT, S2_S2AP_R | S2_NORMAL,
			0 },
		{ "stage 2 has nothing there", ISS_AT_S12E1R, PAGE_LEAF | 0x80000000, S2_RW,
			1 | (FSC_TRANSLATION + 1) << 1 | BIT(9) },
		{ "EL0 of L2", ISS_AT_S12E0R, PAGE_LEAF | OUT, S2_RW,
			1 | (FSC_PERMISSION + 3) << 1 },
		{ "EL0 of L2, its own page", ISS_AT_S12E0W, PAGE_LEAF | OUT | AP_EL0,
			S2_RW | S2_NORMAL, 0 },
	};

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 want = rows[i].par ? rows[i].par | BIT(11) : par_of_page(OUT, 0xff, 3);
		u64 par;

		map(3, rows[i].leaf1 | DESC_SH_INNER, 0);
		stage2(rows[i].leaf2);
		par = at(rows[i].iss, LOW);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
}

/* MUT-50 */
static void at_3_single_stage_results_are_returned(void **state)
{
	u64 want = par_of_page(OUT, 0xff, 0);

	(void)state;
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT, 0);
	assert_u64(at(ISS_AT_S12E1R, LOW), want); /* VM=0 */
	stage2(0);				  /* grants nothing */
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_fault(FSC_PERMISSION + 1, true, true));
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, TGE));
	assert_u64(at(ISS_AT_S12E1R, LOW), want); /* EL2&0 */
	assert_u64(at(ISS_AT_S1E1R, LOW), want);
}

static void at_3_types_of_both_stages_combine(void **state)
{
	static const struct {
		const char *why;
		u64 hcr, s1, s2, both;
	} rows[] = {
		{ "Device stays as strong as it is", 0, 0x00, 0xf, 0x00 },
		{ "Device of stage 2", 0, 0xff, 1, 0x04 },
		{ "the stronger Device", 0, 0x08, 3, 0x08 },
		{ "the stronger Device, stage 2's", 0, 0x0c, 0, 0x00 },
		{ "WB and WB", 0, 0xff, 0xf, 0xff },
		{ "hints are stage 1's", 0, 0xee, 0xf, 0xee },
		{ "WB and NC", 0, 0xff, 5, 0x44 },
		{ "WB and WT", 0, 0xff, 0xa, 0xbb },
		{ "WT and WB", 0, 0xbb, 0xf, 0xbb },
		{ "outer WB, inner NC", 0, 0xff, 0xd, 0xf4 },
		{ "CD", F(HCR_EL2, CD), 0xff, 0xf, 0x44 },
		{ "FWB: force Write-Back of NC", F(HCR_EL2, FWB), 0x44, 6, 0xff },
		{ "FWB: force Write-Back of Device", F(HCR_EL2, FWB), 0x04, 6, 0xff },
		{ "FWB: force keeps hints", F(HCR_EL2, FWB), 0xaa, 6, 0xee },
		{ "FWB: as stage 1", F(HCR_EL2, FWB), 0xbb, 7, 0xbb },
		{ "FWB: as stage 1, Device", F(HCR_EL2, FWB), 0x08, 7, 0x08 },
		{ "FWB: Non-cacheable", F(HCR_EL2, FWB), 0xff, 5, 0x44 },
		{ "FWB: Device of stage 2 (MUT-71)", F(HCR_EL2, FWB), 0xff, 1, 0x04 },
		{ "FWB: the stronger Device", F(HCR_EL2, FWB), 0x00, 2, 0x00 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 both = memattr_combine(rows[i].hcr, rows[i].s1, rows[i].s2);

		if (both != rows[i].both)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", both, rows[i].both);
	}
	assert_u64(memattr_combine_shareability(0xff, 0, 3), 3);
	assert_u64(memattr_combine_shareability(0xff, 3, 2), 2);
	assert_u64(memattr_combine_shareability(0xff, 0, 0), 0);
	assert_u64(memattr_combine_shareability(0x44, 0, 0), 2);
}

/* --- AT-1, AT-2, AT-7: by the CPU --------------------------------------------------------------
 */

#define HOST_HCR host_get(SR_HCR_EL2)
#define RESULT	 par_of_page(0x47654000, 0xff, 3)

static void loaded(enum vm_el2 form, u64 vhcr)
{
	hypervisor(form);
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | vhcr);
	vcpu_load(vcpu);
	host_log_clear();
}

static struct s2_mmu *warm_shadow;

static void assert_in_place(u32 iss, enum host_reg instruction, u64 hcr_bits)
{
	char want[256];
	u64 host_hcr = HOST_HCR;

	host_log_clear();
	host_at_result(RESULT);
	assert_u64(at(iss, LOW), RESULT);
	snprintf(want, sizeof(want), "HCR_EL2=0x%lx\nISB\n%s 0x%lx\nISB\nHCR_EL2=0x%lx\nISB\n",
		(host_hcr & ~F(HCR_EL2, TGE)) | F(HCR_EL2, VM) | hcr_bits,
		host_reg_name(instruction), LOW, host_hcr);
	assert_memory_equal(host_log_text(), want, strlen(want));
}

static void at_1_in_host_runs_in_place(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	assert_in_place(ISS_AT_S1E1R, SR_AT_S1E1R, 0);
	assert_in_place(ISS_AT_S1E1W, SR_AT_S1E1W, 0);
	assert_in_place(ISS_AT_S1E0R, SR_AT_S1E0R, 0);
	assert_in_place(ISS_AT_S1E0W, SR_AT_S1E0W, 0);
	assert_in_place(ISS_AT_S12E1R, SR_AT_S1E1R, 0);
}

static void at_2_el2_is_asked_as_el1(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, 0);
	assert_in_place(ISS_AT_S1E2R, SR_AT_S1E1R, 0);
	assert_in_place(ISS_AT_S1E2W, SR_AT_S1E1W, 0);
	loaded(VM_EL2_NVHE, 0); /* one range, permissions of EL2: HW rules of {NV,NV1} */
	assert_in_place(ISS_AT_S1E2R, SR_AT_S1E1R, F(HCR_EL2, NV) | F(HCR_EL2, NV1));
}

/* L2's regime, on the shadow that this vCPU ran L2 on here last. */
static void at_1_l2s_regime_is_put_in_place(void **state)
{
	static const char *const in[] = { "TTBR0_EL12=0x1000", "TTBR1_EL12=0x1001",
		"TCR_EL12=0x1002", "MAIR_EL12=0x1003", "SCTLR_EL12=0x1004" };
	static const char *const out[] = { "TTBR0_EL12=0x2000", "TTBR1_EL12=0x2001",
		"TCR_EL12=0x2002", "MAIR_EL12=0x2003", "SCTLR_EL12=0x2004" };
	static const reg_t l2[] = { REG(TTBR0_EL1), REG(TTBR1_EL1), REG(TCR_EL1), REG(MAIR_EL1),
		REG(SCTLR_EL1) };
	static const reg_t l1[] = { REG(TTBR0_EL2), REG(TTBR1_EL2), REG(TCR_EL2), REG(MAIR_EL2),
		REG(SCTLR_EL2) };
	const char *log, *at_line, *tge_off, *tge_on;
	struct s2_mmu *shadow;
	char vttbr[64];

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, VM));
	set(REG(VTTBR_EL2), S2_ROOT | 7ul << 48);
	for (unsigned i = 0; i < COUNT(l1); i++) {
		set(l2[i], 0x1000 + i);
		set(l1[i], 0x2000 + i);
	}
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu_load(vcpu);
	shadow = vcpu->hw_mmu;
	assert_true(shadow->is_shadow);
	shadow_unmap_pending(vcpu);
	vcpu_put(vcpu);
	vcpu->context.pstate = PSTATE_EL2h;
	vcpu_load(vcpu);
	host_log_clear();
	host_at_result(RESULT);
	assert_u64(at(ISS_AT_S1E1R, LOW), RESULT);

	log = host_log_text();
	at_line = strstr(log, "AT_S1E1R");
	snprintf(vttbr, sizeof(vttbr), "VTTBR_EL2=0x%lx", mmu_vttbr(shadow));
	tge_off = strstr(log, "HCR_EL2=");
	tge_on = strstr(at_line, "HCR_EL2=");
	assert_non_null(at_line);
	assert_non_null(tge_on);
	assert_true(strstr(log, vttbr) && strstr(log, vttbr) < tge_off);
	for (unsigned i = 0; i < COUNT(in); i++) { /* AT-7: nothing is changed while TGE=0 */
		assert_true(strstr(log, in[i]) && strstr(log, in[i]) < tge_off);
		assert_true(strstr(tge_on, out[i]) != NULL);
	}
	assert_true(strstr(tge_on, "VTTBR_EL2=") != NULL);
	assert_u64(host_get(SR_VTTBR_EL2), mmu_vttbr(&vm->mmu));
	for (unsigned i = 0; i < COUNT(l1); i++)
		assert_u64(vcpu_read_sys_reg(vcpu, l1[i]), 0x2000 + i);
	warm_shadow = shadow;
}

/* Another vCPU of L1 ran L2 here since: its TLB entries may be there under the same VMID. */
static void at_1_a_shadow_of_another_vcpu_is_cold(void **state)
{
	at_1_l2s_regime_is_put_in_place(state);
	warm_shadow->last_vcpu[0] = &vm->vcpus[1];
	host_log_clear();
	at(ISS_AT_S1E1R, LOW);
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 0);
}

/* It has L1's new key already, and still what the old one translated (S2-8). */
static void at_1_a_shadow_that_is_to_be_emptied_is_cold(void **state)
{
	at_1_l2s_regime_is_put_in_place(state);
	warm_shadow->is_unmap_pending = true;
	host_log_clear();
	at(ISS_AT_S1E1R, LOW);
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 0);
}

/* Without a shadow, or with one that another vCPU ran on: no AT is executed. */
static void at_1_without_a_warm_shadow_it_walks(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, 0);
	map(3, PAGE_LEAF | OUT, 0);
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_page(OUT, 0xff, 0));
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 0);
}

static void at_1_pan_is_the_guests(void **state)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E1RP, .is_write = true, .value = LOW };

	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED); /* this VM has no FEAT_PAN2 */

	machine_off(MODE_VHE);
	machine_has_nv(2);
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		host_set(SR_ID_AA64MMFR1_EL1,
			host_get(SR_ID_AA64MMFR1_EL1) + FV(ID_AA64MMFR1_EL1, PAN, 1));
	}
	machine_on(MODE_VHE);
	vm = nested_guest_on_machine(VM_EL2_VHE, 2);
	vcpu = &vm->vcpus[0];
	set(REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, TGE));
	vcpu_load(vcpu);
	vcpu->context.pstate |= F(SPSR, PAN);
	for (unsigned pan = 2; pan-- > 0;) {
		const char *log;

		host_log_clear();
		host_at_result(RESULT);
		assert_u64(at(ISS_AT_S1E1WP, LOW), RESULT);
		log = host_log_text();
		assert_memory_equal(log, pan ? "PAN 1\n" : "PAN 0\n", 6);
		assert_true(strstr(strstr(log, "AT_S1E1WP"), "PAN 1\n") != NULL);
		vcpu->context.pstate &= ~F(SPSR, PAN);
	}
}

static void at_1_what_only_our_tables_lack_is_redone(void **state)
{
	static const struct {
		const char *why;
		unsigned fsc;
		bool is_stage2, is_redone;
	} rows[] = {
		{ "no page of ours for the table", FSC_TRANSLATION + 2, true, true },
		{ "a translation fault of stage 1", FSC_TRANSLATION + 3, false, true },
		{ "a permission fault of stage 1", FSC_PERMISSION + 3, false, false },
		{ "an access flag fault of stage 1", FSC_ACCESS_FLAG + 3, false, false },
		{ "a permission fault of our stage 2", FSC_PERMISSION + 3, true, true },
	};

	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	map(3, PAGE_LEAF | OUT, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 failed = par_of_fault(rows[i].fsc, rows[i].is_stage2, rows[i].is_stage2);
		u64 want = rows[i].is_redone ? par_of_page(OUT, 0xff, 0) : failed, par;

		host_at_result(failed);
		par = at(ISS_AT_S1E1R, LOW);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
}

static void at_1_only_virtual_el2_has_these(void **state)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E2R, .is_write = true, .value = LOW };

	(void)state;
	hypervisor(VM_EL2_VHE);
	vcpu->context.pstate = PSTATE_EL1h;
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED);
	vcpu->context.pstate = PSTATE_EL0t;
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED);
}

/* --- AT-6: our own ---------------------------------------------------------------------------- */

/* WS-19: HPFAR_EL2 is not valid, so the hypervisor asks for the IPA itself. */
static void at_6_our_own_at_keeps_the_guests_par(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP,
			.esr = (u64)EC_DABT_LOW << 26 | BIT(25) | FSC_PERMISSION | 3,
			.far = LOW },
	};

	(void)state;
	vm = guest(MODE_VHE);
	vcpu = &vm->vcpus[0];
	vcpu_load(vcpu);
	set(REG(PAR_EL1), 0x1234567);
	host_script(exits, COUNT(exits));
	host_at_result(par_of_page(0x47654000, 0xff, 3));
	vcpu->mode = IN_GUEST;
	assert_u64(vcpu_run(vcpu), EXIT_TRAP);
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 1);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(PAR_EL1)), 0x1234567);
}

/* The CPU has one regime, whole, at each AT; the fake aborts on an AT with TGE=1 or without ISB. */
static void at_7_no_register_changes_while_tge_is_clear(void **state)
{
	bool is_tge = true;

	at_1_l2s_regime_is_put_in_place(state);
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		if (e->kind != LOG_WRITE)
			continue;
		if (e->reg == SR_HCR_EL2)
			is_tge = e->value & F(HCR_EL2, TGE);
		else
			assert_true(is_tge);
	}
	assert_true(is_tge);
}

TESTS(cmocka_unit_test(at_1_in_host_runs_in_place),
	cmocka_unit_test(at_1_l2s_regime_is_put_in_place),
	cmocka_unit_test(at_1_a_shadow_of_another_vcpu_is_cold),
	cmocka_unit_test(at_1_a_shadow_that_is_to_be_emptied_is_cold),
	cmocka_unit_test(at_1_without_a_warm_shadow_it_walks),
	cmocka_unit_test(at_1_pan_is_the_guests),
	cmocka_unit_test(at_1_what_only_our_tables_lack_is_redone),
	cmocka_unit_test(at_1_only_virtual_el2_has_these),
	cmocka_unit_test(at_2_el2_is_asked_as_el1), cmocka_unit_test(at_3_s12_walks_both_stages),
	cmocka_unit_test(at_3_single_stage_results_are_returned),
	cmocka_unit_test(at_3_types_of_both_stages_combine),
	cmocka_unit_test(at_5_par_has_the_format_of_the_architecture),
	cmocka_unit_test(at_5_a_failed_read_of_a_table_is_an_abort),
	cmocka_unit_test(at_6_our_own_at_keeps_the_guests_par),
	cmocka_unit_test(at_7_no_register_changes_while_tge_is_clear))
