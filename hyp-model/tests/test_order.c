/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one exit costs in registers: orders that must hold between configurations, read from the log
 * of what was done. The exits of whole guests are compared by orders.py.
 */
#include "support.h"

#include "core/switch.h"

#define HVC ((u64)EC_HVC64 << ESR_EC_SHIFT | ESR_IL)

/* Names of the registers that a guest has of its own, as the two kinds of host reach them. */
static const struct {
	enum context_class class;
	enum host_reg nvhe, vhe;
} guest_registers[] = {
#define CTX(class, name, offset, nvhe, vhe) { CLASS_##class, SR_##nvhe, SR_##vhe },
#include "core/context.def"
#undef CTX
};

static bool is_access(const struct log_entry *entry)
{
	return entry->kind == LOG_READ || entry->kind == LOG_WRITE;
}

/* On VHE the EL1 names are EL2's own registers. */
static bool is_guest_register(enum hyp_mode mode, enum host_reg reg)
{
	for (size_t i = 0; i < COUNT(guest_registers); i++)
		if (reg == (mode == MODE_VHE ? guest_registers[i].vhe : guest_registers[i].nvhe))
			return true;
	return false;
}

/* In the log since the guest was loaded: of the guest's registers, and of all. */
struct accesses {
	unsigned of_guest, all;
};

static struct accesses count_accesses(enum hyp_mode mode)
{
	struct accesses count = { 0 };

	for (size_t i = 0; i < host_log_count(); i++) {
		if (!is_access(host_log(i)))
			continue;
		count.all++;
		if (is_guest_register(mode, host_log(i)->reg))
			count.of_guest++;
	}
	return count;
}

/* From the call of vcpu_run() to its return: one entry, one hypercall, one exit. */
static struct accesses run_once(enum hyp_mode mode, u64 deferral)
{
	static const struct host_exit exits[] = { { .code = EXIT_TRAP, .esr = HVC } };
	struct vcpu *vcpu = &guest(mode)->vcpus[0];

	options.deferral = deferral;
	vcpu_load(vcpu);
	vcpu->mode = IN_GUEST;
	host_script(exits, COUNT(exits));
	host_log_clear();
	assert_u64(vcpu_run(vcpu), EXIT_TRAP);
	return count_accesses(mode);
}

/* The guest's registers that are moved at a switch; and with the trap controls, those of all. */
static void deferral_moves_a_quarter_at_most(void **state)
{
	struct accesses nvhe, every_switch, deferred;

	(void)state;
	nvhe = run_once(MODE_NVHE, 1);
	every_switch = run_once(MODE_VHE, 0);
	deferred = run_once(MODE_VHE, 1);
	print_message("nVHE %u of %u, VHE at every switch %u of %u, deferred %u of %u\n",
		nvhe.of_guest, nvhe.all, every_switch.of_guest, every_switch.all, deferred.of_guest,
		deferred.all);
	assert_true(deferred.of_guest * 4 <= nvhe.of_guest);
	assert_true(deferred.of_guest * 4 <= every_switch.of_guest);
	assert_true(deferred.all * 4 <= nvhe.all);
	assert_true(deferred.of_guest != 0); /* MDSCR_EL1: this test sees what it counts */
}

/* Of those that need not be moved at every switch, none is touched between load and put. */
static void a_deferred_register_costs_nothing(void **state)
{
	(void)state;
	run_once(MODE_VHE, 1);
	for (size_t i = 0; i < COUNT(guest_registers); i++) {
		enum host_reg reg = guest_registers[i].vhe;

		if (guest_registers[i].class != CLASS_COMMON &&
			host_log_times(LOG_READ, reg) + host_log_times(LOG_WRITE, reg) != 0)
			fail_row(i, host_reg_name(reg), "was touched");
	}
}

TESTS(cmocka_unit_test(deferral_moves_a_quarter_at_most),
	cmocka_unit_test(a_deferred_register_costs_nothing))
