/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration: some guests take turns until all have switched themselves off, once per mode.
 * Knows who runs when and what is printed; not how.
 */
#include "core/scenario.h"

#include "core/arch.h"
#include "core/exit.h"
#include "core/host.h"
#include "core/pages.h"
#include "core/print.h"
#include "core/stats.h"
#include "core/switch.h"
#include "core/vm.h"

static const struct {
	const char *name;
	u16 vmid;
} guests[MAX_GUESTS] = {
	{ "ada", 1 },
	{ "bob", 2 },
	{ "cyd", 3 },
	{ "dot", 4 },
};

static struct vm vms[MAX_GUESTS];

static const char *const mode_titles[] = {
	[MODE_NVHE] = "nVHE: HCR_EL2.E2H=0, every guest register moves at every exit",
	[MODE_VHE] = "VHE: HCR_EL2.E2H=1, EL1 registers stay in the CPU between exits",
};

static void create_guests(u64 count, u64 rounds)
{
	pages_reset();
	for (u64 i = 0; i < count; i++)
		if (!vm_create(&vms[i], guests[i].name, guests[i].vmid, i, rounds))
			panic("no memory for guest %s", guests[i].name);
}

static enum verdict run_once(struct vm *vm, const struct options *options)
{
	u64 code = vcpu_run(&vm->vcpu);
	u64 pc = vm->vcpu.context.pc;
	enum verdict verdict = exit_handle(&vm->vcpu, code);

	if (options->is_verbose)
		print("    exit %s: %s: PC 0x%lx ESR_EL2 0x%08lx\n", vm->name,
			reason_name(stats_current_reason()), pc, vm->vcpu.fault.esr);
	return verdict;
}

/* One guest's turn: until it yields, is off, or has used up its exits. */
static void run_turn(struct vm *vm, const struct options *options)
{
	enum verdict verdict = GUEST_CONTINUES;

	vcpu_load(&vm->vcpu);
	for (u64 i = 0; i < options->quantum && verdict == GUEST_CONTINUES; i++)
		verdict = run_once(vm, options);
	vcpu_put(&vm->vcpu);
}

static void run_until_all_off(const struct options *options)
{
	bool is_any_on = true;

	while (is_any_on) {
		is_any_on = false;
		for (u64 i = 0; i < options->guests; i++) {
			if (vms[i].vcpu.is_off)
				continue;
			is_any_on = true;
			run_turn(&vms[i], options);
		}
	}
}

static bool judge(const struct vm *vm)
{
	if (!vm->has_reported)
		print("  %s: FAILED: switched itself off without a report\n", vm->name);
	else if (vm->first_failed_line != 0)
		print("  %s: FAILED: the check at line %lu of guest/guest.c\n", vm->name,
			vm->first_failed_line);
	else
		print("  %s: all %lu checks held\n", vm->name, vm->checks_held);
	return vm->has_reported && vm->first_failed_line == 0;
}

struct outcome scenario_run(enum hyp_mode mode, const struct options *options)
{
	struct outcome outcome = { .is_good = true };

	host_init(mode);
	stats_reset();
	print("\n%s\n", mode_titles[mode]);
	create_guests(options->guests, options->rounds);
	run_until_all_off(options);
	outcome.average_exit = stats_print(mode == MODE_VHE ? "VHE" : "nVHE");
	print("\n");
	for (u64 i = 0; i < options->guests; i++)
		outcome.is_good &= judge(&vms[i]);
	return outcome;
}

/* Lines that start with "cpu:" describe the machine and differ between machines. */
static void print_cpu(void)
{
	u64 mmfr0 = read_ID_AA64MMFR0_EL1(), mmfr1 = read_ID_AA64MMFR1_EL1();

	print("cpu: MIDR_EL1 0x%08lx, PARange %u, VMIDBits %u, VH %u, PAN %u; time in %s\n",
		read_MIDR_EL1(), (unsigned)FGET(mmfr0, ID_AA64MMFR0_EL1, PARange),
		(unsigned)FGET(mmfr1, ID_AA64MMFR1_EL1, VMIDBits),
		(unsigned)FGET(mmfr1, ID_AA64MMFR1_EL1, VH),
		(unsigned)FGET(mmfr1, ID_AA64MMFR1_EL1, PAN), hal_cycles_unit());
}

static bool parse_command_line(struct options *options)
{
	static char line[512];
	struct bad_word bad;

	if (!hal_command_line(line, sizeof(line))) {
		*options = OPTIONS_DEFAULT;
		return true;
	}
	bad = options_parse(line, options);
	if (bad.word == NULL)
		return true;
	print("hyp: cannot use '");
	for (unsigned i = 0; i < bad.length; i++)
		hal_putc(bad.word[i]);
	print("'; knobs: " OPTIONS_HELP "\n");
	return false;
}

static bool run_modes(enum mode_choice choice, const struct options *options)
{
	struct outcome nvhe = { .is_good = true }, vhe = { .is_good = true };

	if (choice != CHOOSE_VHE)
		nvhe = scenario_run(MODE_NVHE, options);
	if (choice != CHOOSE_NVHE && hal_has_vhe())
		vhe = scenario_run(MODE_VHE, options);
	if (choice == CHOOSE_BOTH && !hal_has_vhe())
		print("\nVHE: not run, this CPU has no FEAT_VHE\n");
	if (nvhe.average_exit != 0 && vhe.average_exit != 0)
		print("\nhyp: the same exits, on average | nVHE %lu, VHE %lu\n", nvhe.average_exit,
			vhe.average_exit);
	return nvhe.is_good && vhe.is_good;
}

int hyp_main(void)
{
	struct options options;
	bool is_good;

	if (!parse_command_line(&options))
		return EXIT_CODE_USAGE;
	if (options.mode == CHOOSE_VHE && !hal_has_vhe()) {
		print("hyp: mode=vhe: this CPU has no FEAT_VHE; use mode=nvhe\n");
		return EXIT_CODE_USAGE;
	}
	print("Entresol hyp-model: %lu guest%s at EL1 and EL0, a hypervisor at EL2, %lu rounds\n",
		options.guests, options.guests == 1 ? "" : "s", options.rounds);
	if (options.is_verbose)
		print_cpu();
	is_good = run_modes(options.mode, &options);
	print("hyp: %s\n", is_good ? "every expectation held" : "FAILED");
	return is_good ? EXIT_CODE_OK : EXIT_CODE_FAILED;
}
