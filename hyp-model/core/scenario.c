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

static const struct {
	enum mode_choice choice; /* of this mode alone */
	const char *knob, *name, *title;
	const char *why_not; /* ... on a CPU that has not this mode */
} modes[] = {
	[MODE_NVHE] = { CHOOSE_NVHE, "nvhe", "nVHE",
		"HCR_EL2.E2H=0, every guest register moves at every exit",
		"this CPU cannot clear HCR_EL2.E2H" },
	[MODE_VHE] = { CHOOSE_VHE, "vhe", "VHE",
		"HCR_EL2.E2H=1, EL1 registers stay in the CPU between exits",
		"this CPU has no FEAT_VHE" },
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
	print("\n%s: %s\n", modes[mode].name, modes[mode].title);
	create_guests(options->guests, options->rounds);
	run_until_all_off(options);
	outcome.average_exit = stats_print(modes[mode].name);
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

static struct outcome run_mode(enum hyp_mode mode, const struct options *options)
{
	struct outcome not_run = { .is_good = true };

	if (options->mode != CHOOSE_BOTH && options->mode != modes[mode].choice)
		return not_run;
	if (hal_has_mode(mode))
		return scenario_run(mode, options);
	print("\n%s: not run, %s\n", modes[mode].name, modes[mode].why_not);
	return not_run;
}

static bool run_modes(const struct options *options)
{
	struct outcome nvhe = run_mode(MODE_NVHE, options), vhe = run_mode(MODE_VHE, options);

	if (nvhe.average_exit != 0 && vhe.average_exit != 0)
		print("\nhyp: the same exits, on average | nVHE %lu, VHE %lu\n", nvhe.average_exit,
			vhe.average_exit);
	return nvhe.is_good && vhe.is_good;
}

static bool is_choice_possible(enum mode_choice choice)
{
	for (unsigned mode = 0; mode < COUNT(modes); mode++) {
		if (choice == modes[mode].choice && !hal_has_mode((enum hyp_mode)mode)) {
			print("hyp: mode=%s: %s; use mode=%s\n", modes[mode].knob,
				modes[mode].why_not, modes[!mode].knob);
			return false;
		}
	}
	return true;
}

int hyp_main(void)
{
	struct options options;
	bool is_good;

	if (!parse_command_line(&options))
		return EXIT_CODE_USAGE;
	if (!is_choice_possible(options.mode))
		return EXIT_CODE_USAGE;
	print("Entresol hyp-model: %lu guest%s at EL1 and EL0, a hypervisor at EL2, %lu rounds\n",
		options.guests, options.guests == 1 ? "" : "s", options.rounds);
	if (options.is_verbose)
		print_cpu();
	is_good = run_modes(&options);
	print("hyp: %s\n", is_good ? "every expectation held" : "FAILED");
	return is_good ? EXIT_CODE_OK : EXIT_CODE_FAILED;
}
