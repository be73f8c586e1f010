/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: which guests there are, of which image and with which command line, and what is said of
 * them at the end. Knows what is built and printed; who runs when is sched.c.
 */
#include "core/scenario.h"

#include "core/arch.h"
#include "core/cost.h"
#include "core/cpu.h"
#include "core/pages.h"
#include "core/print.h"
#include "core/sched.h"
#include "core/stage2.h"
#include "core/stats.h"
#include "core/vm.h"
#include "guest/abi.h"

enum { PAYLOAD_RAM = MIB(4), PAYLOAD_VCPUS = 2 };
/* Of a hypervisor that is a guest: what it is itself, and what its guests need. */
enum { HYPERVISOR_RAM = MIB(24), MIN_HYPERVISOR_RAM = MIB(16), QUANTUM_OF_HOSTILE = 1000 };

static const char *const names[MAX_VMS] = { "ada", "bob", "cyd", "dot" };

static const char *const forms[] = {
	[VM_EL2_NONE] = "no EL2",
	[VM_EL2_VHE] = "VHE",
	[VM_EL2_NVHE] = "nVHE",
	[VM_EL2_RW] = "writable E2H",
};

static const char *const payloads[] = {
#define PAYLOAD(name, ...) #name,
#include "guest/payload.def"
#undef PAYLOAD
};

/* Files of programs at a virtual EL2, by guest/hostile.h's enum of lines. */
static const char *const programs[] = { "hostile", "hostile_shadows", "stage2", "stage2_leaves",
	"inhost" };

static struct vm vms[MAX_VMS];
static unsigned vm_count;
static char lines[MAX_VMS][BOOT_LINE_SIZE];

/* What a guest said is kept in vm->result. */
#define RESULT_IS_GIVEN	 BIT(63)
#define RESULT_CHECKS(r) bits(r, 62, 32)
#define RESULT_FAILED(r) bits(r, 31, 0)

static const char *plural(u64 count)
{
	return count == 1 ? "" : "s";
}

/* A hostile guest goes on for ever; it ends when all others have said what they have to say. */
static void end_hostile_guests(void)
{
	for (unsigned i = 0; i < vm_count; i++)
		if ((vms[i].result & RESULT_IS_GIVEN) == 0)
			return;
	for (unsigned i = 0; i < vm_count; i++)
		if (vms[i].config.is_hostile)
			vm_switch_off(&vms[i]);
}

void scenario_report(struct vm *vm, u64 checks_held, u64 first_failed)
{
	if ((vm->result & RESULT_IS_GIVEN) == 0)
		vm->result = RESULT_IS_GIVEN | (checks_held & MASK(30, 0)) << 32 |
			     (first_failed & MASK(31, 0));
	end_hostile_guests();
}

void scenario_mark(struct vcpu *vcpu, u64 operation, u64 times)
{
	(void)vcpu;
	if (hal_level() != 0)
		hal_call_below(HVC_MARK, operation, times);
	else if (operation != 0)
		cost_begin(operation, times);
	else
		cost_end(times);
}

/* --- building ----------------------------------------------------------------------------------
 */

/* Beside a hostile guest all others are plain ones, unless they are said to be victims, too. */
static bool has_hypervisors(void)
{
	return options.nest != VM_EL2_NONE &&
	       (options.hostile == 0 || options.victim == VICTIM_NESTED);
}

/* With its shadows, which are as many as it can make. */
static u64 hostile_ram(void)
{
	return options.hostile != 0 ? PAYLOAD_RAM + GUEST_PAGES_SIZE + SHADOW_TABLES : 0;
}

/* Each level more in the guest needs as much RAM again; an eighth of all is for tables. */
static u64 hypervisor_ram(void)
{
	u64 all = hal_free_memory().size, want = HYPERVISOR_RAM * (1 + options.depth);
	u64 share = (all - all / 8 - hostile_ram()) / options.vms - GUEST_PAGES_SIZE;

	return align_down(share < want ? share : want, BLOCK_SIZE);
}

/*
 * The least that the guests can do with, and an eighth of all for tables. Each level more in the
 * guest needs as much again.
 */
static u64 least_ram(void)
{
	u64 each = has_hypervisors() ? MIN_HYPERVISOR_RAM * options.depth : PAYLOAD_RAM;
	u64 guests = options.vms * (each + GUEST_PAGES_SIZE) + hostile_ram();

	return align_up(guests + guests / 7, MIB(1));
}

static struct vm_config payload_config(unsigned index)
{
	options_of_payload(&options, index, lines[index], sizeof(lines[index]));
	return (struct vm_config){
		.name = names[index],
		.vcpus = PAYLOAD_VCPUS,
		.has_pauth = host.has_pauth,
		.ram_size = PAYLOAD_RAM,
		.image = hal_payload_image(),
		.image_offset = GUEST_PROGRAM_IPA - GUEST_RAM_IPA,
		.entry_offset = GUEST_PROGRAM_IPA - GUEST_RAM_IPA,
		.command_line = lines[index],
	};
}

static struct vm_config hypervisor_config(unsigned index)
{
	struct vm_config config = payload_config(index);

	options_of_guest_hypervisor(&options, lines[index], sizeof(lines[index]));
	config.vcpus = (unsigned)(options.vcpus != 0 ? options.vcpus : options.cpus);
	config.el2 = (enum vm_el2)options.nest;
	config.has_nv2 = options.nv == 2;
	config.ram_size = hypervisor_ram();
	config.image = hal_hyp_image();
	return config;
}

static struct vm_config hostile_config(unsigned index)
{
	struct vm_config config = payload_config(index);

	config.name = "mal";
	config.is_hostile = true;
	config.vcpus = 1;
	config.el2 = options.nest == VM_EL2_NONE ? VM_EL2_VHE : (enum vm_el2)options.nest;
	config.has_nv2 = options.nv == 2;
	return config;
}

static struct vm_config oracle_config(void)
{
	struct vm_config config = hostile_config(0);

	config.name = "pythia";
	config.is_hostile = false;
	return config;
}

/* It uses two CPUs, if there are, or they take turns. */
static struct vm_config stage2_config(void)
{
	struct vm_config config = oracle_config();

	config.name = "proteus";
	config.vcpus = options.cpus > 1 || options.vcpus > 1 ? 2 : 1;
	config.has_low_ram = true;
	return config;
}

static bool create(const struct vm_config *config)
{
	if (vm_create(&vms[vm_count], config)) {
		vm_count++;
		return true;
	}
	print("hyp: no memory for guest %s; give the machine more, or ask for fewer vms\n",
		config->name);
	return false;
}

static bool create_guests(void)
{
	struct vm_config config;

	pages_reset();
	vm_count = 0;
	if (options.oracle != 0 || options.stage2 != 0) {
		config = options.oracle != 0 ? oracle_config() : stage2_config();
		return create(&config);
	}
	for (unsigned i = 0; i < options.vms; i++) {
		config = has_hypervisors() ? hypervisor_config(i) : payload_config(i);
		if (!create(&config))
			return false;
	}
	if (options.hostile == 0)
		return true;
	config = hostile_config(vm_count);
	return create(&config);
}

/* --- running and judging -----------------------------------------------------------------------
 */

/* What guest/main.c reports, guest/hostile.c, and another hypervisor. */
static void print_failure(const struct vm *vm, u64 what)
{
	u64 payload = what / REPORT_PAYLOAD, line = what % REPORT_PAYLOAD;

	if ((options.stage2 != 0 || vm->config.is_hostile) && payload < COUNT(programs))
		print("guest/%s.c:%lu\n", programs[payload], line);
	else if (payload >= 1 && payload <= COUNT(payloads))
		print("payload %s, line %lu of its file\n", payloads[payload - 1], line);
	else
		print("%lu\n", what);
}

static bool judge(const struct vm *vm)
{
	u64 checks = RESULT_CHECKS(vm->result);
	bool is_given = (vm->result & RESULT_IS_GIVEN) != 0;
	bool is_good = is_given && RESULT_FAILED(vm->result) == 0;

	print("  L%u %s: ", hal_level() + 1, vm->config.name);
	if (!is_given) {
		print("FAILED: ended without a report\n");
	} else if (!is_good) {
		print("FAILED: ");
		print_failure(vm, RESULT_FAILED(vm->result));
	} else {
		print("%s%lu check%s held\n", checks == 1 ? "" : "all ", checks, plural(checks));
	}
	return is_good;
}

bool scenario_run(void)
{
	unsigned depth = has_hypervisors() ? (unsigned)options.depth : 0;
	bool is_good = true;

	stats_reset();
	cost_reset(depth);
	if (!create_guests())
		return false;
	sched_run(vms, vm_count);
	if (options.stats == 1)
		stats_print(depth);
	for (unsigned i = 0; i < vm_count; i++) {
		is_good &= judge(&vms[i]);
		vm_destroy(&vms[i]);
	}
	return is_good;
}

/* --- the options -------------------------------------------------------------------------------
 */

static bool parse_command_line(void)
{
	static char line[BOOT_LINE_SIZE];
	struct bad_word bad;

	if (!hal_command_line(line, sizeof(line)))
		line[0] = '\0';
	bad = options_parse(line, &options);
	if (bad.word == NULL)
		return true;
	print("hyp: cannot use '");
	for (unsigned i = 0; i < bad.length; i++)
		print("%c", bad.word[i]);
	print("'; the knobs are\n");
	options_print_help();
	return false;
}

#define TEXT(number)  TEXT_(number)
#define TEXT_(number) #number

/* Such VMs run without NV2, so that a write of vHCR_EL2.E2H traps. */
static bool wants_nv2(void)
{
	return options.nv == 2 && options.nest != VM_EL2_RW;
}

static bool wants_virtual_el2(void)
{
	return options.nest != VM_EL2_NONE || options.hostile != 0 || options.oracle != 0 ||
	       options.stage2 != 0;
}

/* Knobs that would do nothing, or NULL. A guest hypervisor is told what is good for all levels. */
static const char *what_is_idle(void)
{
	if (hal_level() != 0)
		return NULL;
	if ((options.oracle != 0 || options.stage2 != 0) &&
		(options.hostile != 0 || options.cost == 1 || options.vms != 1))
		return "oracle and stage2 are the only guest: no hostile, no cost, vms=1";
	if (options.oracle != 0 && options.stage2 != 0)
		return "oracle and stage2 are one guest each";
	if (options.questions != 0 && options.oracle == 0)
		return "questions is of oracle=";
	if (options.victim != VICTIM_PLAIN && (options.hostile == 0 || options.nest == VM_EL2_NONE))
		return "victim is of hostile= with nest=";
	if (options.depth > 1 && !has_hypervisors())
		return "depth is of guests that are hypervisors: nest=vhe, with hostile "
		       "victim=nested";
	if (options.vcpus != 0 && !has_hypervisors())
		return "vcpus is of guests that are hypervisors: nest=";
	if (options.nv != 2 && !wants_virtual_el2())
		return "nv is of a guest with EL2: nest=, hostile=, oracle= or stage2=";
	if (options.shadow != SHADOW_LAZY && !wants_virtual_el2())
		return "shadow is of a guest with EL2: nest=, hostile= or stage2=";
	if (options.cost == 1 && !options_is_all_payloads(&options))
		return "cost=1 runs no payload";
	if (options.deferral == 0 && options.mode == MODE_NVHE)
		return "deferral is of mode=vhe; nVHE moves everything at every switch";
	return NULL;
}

/* What is missing for a run, or NULL. On nVHE this must not depend on being at EL2. */
static const char *what_is_missing(void)
{
	if (options.hostile != 0 && options.vms == MAX_VMS)
		return "hostile is one more guest: fewer vms";
	if (options.cost == 1 && (options.vms != 1 || options.hostile != 0))
		return "cost=1 measures one guest: vms=1";
	if (options.cost == 1 && options.rounds > BENCH_MAX_ROUNDS)
		return "cost=1 has rounds up to " TEXT(BENCH_MAX_ROUNDS);
	if (!wants_virtual_el2())
		return NULL;
	if (options.mode != MODE_VHE)
		return "a guest with EL2 needs mode=vhe";
	if (options.depth > 1 && (options.nest != VM_EL2_VHE || options.nv != 2))
		return "depth above 1 needs nest=vhe nv=2";
	if (!host.has_nv || (wants_nv2() && !host.has_nv2))
		return "a guest with EL2 needs a CPU with FEAT_NV, and FEAT_NV2 if nv=2";
	if ((options.nest == VM_EL2_NVHE || options.nest == VM_EL2_RW) && !host.has_nv1)
		return "nest=nvhe and nest=rw need a CPU with HCR_EL2.NV1";
	return NULL;
}

static bool has_cpus(void)
{
	if (options.cpus <= hal_cpu_count())
		return true;
	print("hyp: cpus=%lu, and this machine has %u (--smp)\n", options.cpus, hal_cpu_count());
	return false;
}

static bool has_memory(void)
{
	u64 there = hal_free_memory().size;

	if (least_ram() <= there)
		return true;
	print("hyp: the guests need %lu MiB, and there are %lu beside this hypervisor (-m)\n",
		least_ram() / MIB(1), there / MIB(1));
	return false;
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

static void print_title(void)
{
	print("hyp: level %u, %s; %lu guest%s", hal_level(),
		options.mode == MODE_VHE ? "VHE" : "nVHE", options.vms, plural(options.vms));
	if (has_hypervisors())
		print(": a hypervisor (%s, NV%s)", forms[options.nest], wants_nv2() ? "2" : "");
	if (options.hostile != 0)
		print(" beside a hostile guest hypervisor, seed %lu", options.hostile);
	if (options.cost == 1)
		print("; cost");
	else
		print("; payload %s", options.payload);
	print(", %lu round%s\n", options.rounds, plural(options.rounds));
	if (BIT(stage2_granule()) != KIB(options.granule))
		print("hyp: granule=%lu: this machine has none such, stage 2 has %lu KiB\n",
			options.granule, BIT(stage2_granule()) / KIB(1));
}

/* Which mode the machine cannot be put into, and why. */
static const char *what_mode_is_missing(u64 mode)
{
	if (hal_has_mode((enum hyp_mode)mode))
		return NULL;
	return mode == MODE_VHE ? "mode=vhe: this CPU has no FEAT_VHE; use mode=nvhe"
				: "mode=nvhe: HCR_EL2.E2H cannot be cleared; use mode=vhe";
}

static bool is_possible(const char *missing)
{
	if (missing)
		print("hyp: %s\n", missing);
	return !missing;
}

int hyp_main(void)
{
	bool is_good;

	if (!parse_command_line() || !is_possible(what_mode_is_missing(options.mode)))
		return EXIT_CODE_USAGE;
	if (options.hostile != 0 && options.quantum == 0)
		options.quantum = QUANTUM_OF_HOSTILE;
	host_init((enum hyp_mode)options.mode);
	cpu_init();
	if (!is_possible(what_is_idle()) || !is_possible(what_is_missing()) || !has_cpus() ||
		!has_memory())
		return EXIT_CODE_USAGE;
	print_title();
	if (options.verbose == 1)
		print_cpu();
	is_good = scenario_run();
	print("hyp: level %u: %s\n", hal_level(), is_good ? "every expectation held" : "FAILED");
	return is_good ? EXIT_CODE_OK : EXIT_CODE_FAILED;
}
