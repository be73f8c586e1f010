/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake machine itself: each misuse of hal_host.h ends the process. A fake that lets one pass
 * makes the tests of core/ say yes.
 */
#include "support.h"

static u32 lock;

static void vhe(void)
{
	host_reset();
	hal_set_mode(MODE_VHE);
}

static void nvhe(void)
{
	host_reset();
	hal_set_mode(MODE_NVHE);
}

static void in_guest_regime(void)
{
	vhe();
	write_HCR_EL2(read_HCR_EL2() & ~F(HCR_EL2, TGE));
	hal_isb();
}

static void unset_register(void)
{
	vhe();
	read_VTCR_EL2();
}

static void read_only_register(void)
{
	vhe();
	write_MIDR_EL1(0);
}

static void alias_without_e2h(void)
{
	nvhe();
	host_set(SR_SCTLR_EL1, 0);
	host_set_level(2);
	read_SCTLR_EL12();
}

/* WS-1: on VHE this is TTBR1_EL2, and nobody means that. */
static void el1_name_with_e2h(void)
{
	vhe();
	write_TTBR1_EL1(0);
}

static void el2_register_at_el1(void)
{
	nvhe();
	read_HCR_EL2();
}

static void timer_value(void)
{
	vhe();
	write_CNTP_TVAL_EL0(1);
}

static void tlbi_with_tge(void)
{
	vhe();
	write_TLBI_VMALLE1IS(0);
}

static void tlbi_without_isb(void)
{
	in_guest_regime();
	write_VTTBR_EL2(BIT(48));
	write_TLBI_VMALLS12E1IS(0);
}

static void tlbi_at_el1(void)
{
	nvhe();
	write_TLBI_VMALLE1(0);
}

static void at_with_tge(void)
{
	vhe();
	host_at_result(0);
	write_AT_S1E1R(0);
}

static void at_without_result(void)
{
	in_guest_regime();
	write_AT_S1E1R(0);
}

static void par_without_isb(void)
{
	in_guest_regime();
	host_at_result(0);
	write_AT_S1E1R(0);
	read_PAR_EL1();
}

static void fp_while_trapped(void)
{
	vhe();
	write_CPTR_EL2(0);
	hal_isb();
	hal_fp_save(&(struct fp_state){ 0 });
}

static void fp_before_isb(void)
{
	vhe();
	write_CPTR_EL2(FV(CPTR_EL2, E2H_FPEN, 3));
	hal_fp_save(&(struct fp_state){ 0 });
}

static void entry_with_tge(void)
{
	vhe();
	hal_enter_guest(NULL, NULL);
}

static void entry_to_el2(void)
{
	static const struct host_exit exits[] = { { .code = EXIT_IRQ } };

	in_guest_regime();
	host_script(exits, 1);
	write_ELR_EL2(0);
	write_SPSR_EL2(PSTATE_EL2h);
	hal_enter_guest(NULL, NULL);
}

static void entry_without_script(void)
{
	in_guest_regime();
	write_ELR_EL2(0);
	write_SPSR_EL2(PSTATE_EL1h);
	hal_enter_guest(NULL, NULL);
}

static void window_without_tge(void)
{
	in_guest_regime();
	hal_irq_window();
}

static void window_with_lock(void)
{
	vhe();
	hal_lock(&lock);
	hal_irq_window();
}

static void lock_twice(void)
{
	vhe();
	hal_lock(&lock);
	hal_lock(&lock);
}

static void unlock_free(void)
{
	vhe();
	hal_unlock(&lock);
}

static void wait_for_nothing(void)
{
	vhe();
	hal_wait();
}

static void end_of_another(void)
{
	vhe();
	host_pend_irq(HAL_KICK_INTID);
	hal_gic_acknowledge();
	hal_gic_end(HAL_KICK_INTID + 1);
}

static void deactivation_of_inactive(void)
{
	vhe();
	hal_gic_deactivate(27);
}

static void pa_as_pointer(void)
{
	vhe();
	hal_pa_to_va(PA(0x40000000));
}

static void register_of_absent_feature(void)
{
	vhe();
	write_VNCR_EL2(0);
}

static void each_misuse_aborts(void **state)
{
	static const struct {
		const char *why;
		void (*function)(void);
	} rows[] = {
		{ "unset register", unset_register },
		{ "write of a read-only register", read_only_register },
		{ "_EL12 with E2H=0", alias_without_e2h },
		{ "EL1 name with E2H=1", el1_name_with_e2h },
		{ "EL2 register at EL1", el2_register_at_el1 },
		{ "register of an absent feature", register_of_absent_feature },
		{ "TVAL", timer_value },
		{ "TLBI with TGE=1", tlbi_with_tge },
		{ "TLBI without ISB", tlbi_without_isb },
		{ "TLBI at EL1", tlbi_at_el1 },
		{ "AT with TGE=1", at_with_tge },
		{ "AT without a result", at_without_result },
		{ "PAR_EL1 without ISB", par_without_isb },
		{ "FP while trapped", fp_while_trapped },
		{ "FP before ISB", fp_before_isb },
		{ "entry with TGE=1", entry_with_tge },
		{ "entry to EL2", entry_to_el2 },
		{ "entry without script", entry_without_script },
		{ "window with TGE=0", window_without_tge },
		{ "window with a lock held", window_with_lock },
		{ "lock twice", lock_twice },
		{ "unlock of a free lock", unlock_free },
		{ "WFI without end", wait_for_nothing },
		{ "end of another interrupt", end_of_another },
		{ "deactivation of an inactive one", deactivation_of_inactive },
		{ "PA outside the arena", pa_as_pointer },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!aborts(rows[i].function))
			fail_row(i, rows[i].why, "nothing happened");
}

static void names_mean_what_e2h_says(void **state)
{
	(void)state;
	vhe();
	host_set(SR_SCTLR_EL1, 1);
	host_set(SR_SCTLR_EL2, 2);
	host_set(SR_CNTP_CVAL_EL0, 3);
	host_set(SR_CNTHP_CVAL_EL2, 4);
	assert_u64(read_SCTLR_EL12(), 1);
	assert_u64(read_SCTLR_EL1(), 2);
	assert_u64(read_CNTP_CVAL_EL0(), 4);
	assert_u64(read_CNTP_CVAL_EL02(), 3);
	nvhe();
	host_set(SR_SCTLR_EL1, 1);
	host_set(SR_CNTP_CVAL_EL0, 3);
	assert_u64(read_SCTLR_EL1(), 1);
	assert_u64(read_CNTP_CVAL_EL0(), 3);
}

static u64 sum_at_el2(u64 a, u64 b)
{
	assert_int_equal(host_level(), 2);
	return read_HCR_EL2() ? a + b : 0;
}

static void calls_reach_el2(void **state)
{
	(void)state;
	vhe();
	assert_u64(hal_call_hyp(sum_at_el2, 2, 3), 5);
	nvhe();
	assert_int_equal(host_level(), 1);
	assert_u64(hal_call_hyp(sum_at_el2, 2, 3), 5);
	assert_int_equal(host_level(), 1);
}

static void exits_define_what_they_define(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = (u64)EC_DABT_LOW << ESR_EC_SHIFT, .far = 0x10 },
		{ .code = EXIT_IRQ, .pc = 0x8, .pstate = PSTATE_EL1t },
	};

	(void)state;
	in_guest_regime();
	host_script(exits, COUNT(exits));
	write_ELR_EL2(0x4);
	write_SPSR_EL2(PSTATE_EL1h);
	assert_u64(hal_enter_guest(NULL, NULL), EXIT_TRAP);
	assert_true(host_is_set(SR_ESR_EL2));
	assert_u64(read_FAR_EL2(), 0x10);
	assert_false(host_is_set(SR_HPFAR_EL2));
	assert_u64(hal_enter_guest(NULL, NULL), EXIT_IRQ);
	assert_false(host_is_set(SR_ESR_EL2));
	assert_u64(read_ELR_EL2(), 0x8);
	assert_u64(read_SPSR_EL2(), PSTATE_EL1t);
	write_SPSR_EL2(PSTATE_EL2h | F(SPSR, IL));
	assert_u64(hal_enter_guest(NULL, NULL), EXIT_IL);
	assert_int_equal(host_script_left(), 0);
}

static void cpus_are_apart(void **state)
{
	(void)state;
	vhe();
	write_TPIDR_EL0(1);
	host_set_cpu(1);
	hal_set_mode(MODE_VHE);
	write_TPIDR_EL0(2);
	hal_kick(0);
	assert_int_equal(hal_gic_acknowledge(), HAL_NO_INTID);
	assert_u64(read_MPIDR_EL1(), 0x80000001);
	host_set_cpu(0);
	assert_u64(read_TPIDR_EL0(), 1);
	assert_int_equal(hal_gic_acknowledge(), HAL_KICK_INTID);
	hal_gic_end(HAL_KICK_INTID);
	hal_gic_deactivate(HAL_KICK_INTID);
}

static void the_log_is_in_order(void **state)
{
	(void)state;
	vhe();
	host_log_clear();
	write_TPIDR_EL0(0x10);
	hal_dsb_ishst();
	write_HCR_EL2(0);
	hal_isb();
	write_TLBI_ALLE1IS(0);
	assert_log("TPIDR_EL0=0x10\nDSB ISHST\nHCR_EL2=0x0\nISB\nTLBI_ALLE1IS 0x0\n");
	assert_int_equal(host_log_times(LOG_WRITE, SR_HCR_EL2), 1);
	assert_int_equal(host_log_find(0, LOG_ISB, 0), 3);
}

TESTS(cmocka_unit_test(each_misuse_aborts), cmocka_unit_test(names_mean_what_e2h_says),
	cmocka_unit_test(calls_reach_el2), cmocka_unit_test(exits_define_what_they_define),
	cmocka_unit_test(cpus_are_apart), cmocka_unit_test(the_log_is_in_order))
