/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware a guest calls by SMC, and by HVC when there is no EL2. Knows the machine's PEs.
 */
#include "platform/psci.h"

#include "platform/machine_private.h"

enum psci_result {
	PSCI_SUCCESS = 0,
	PSCI_NOT_SUPPORTED = -1,
	PSCI_INVALID_PARAMETERS = -2,
	PSCI_ALREADY_ON = -4,
	PSCI_INVALID_ADDRESS = -9
};

typedef s64 firmware_fn(struct machine *machine, struct cpu *cpu, const u64 args[3]);

struct firmware_row {
	const char *name;
	u32 id;
	bool has_64_bit_form;
	firmware_fn *call;
};

static const struct firmware_row *find(u64 id);

static s64 smccc_version(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return 0x10001; /* 1.1 */
}

/* SMCCC_ARCH_FEATURES: the functions of the Arm architecture range, 0x80000000 and up. */
static s64 smccc_features(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	const struct firmware_row *row = find(args[0]);

	(void)machine, (void)cpu;
	return row != NULL && row->id >> 16 == 0x8000 ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static s64 psci_version(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return 0x10001; /* 1.1 */
}

static s64 psci_features(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	const struct firmware_row *row = find(args[0]);

	(void)machine, (void)cpu;
	return row != NULL && (row->id >> 16 == 0x8400 || row->call == smccc_version)
		       ? PSCI_SUCCESS
		       : PSCI_NOT_SUPPORTED;
}

static s64 migrate_info_type(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return 2; /* no Trusted OS, so nothing to migrate */
}

/* The PE with this MPIDR affinity: Aff0 is its index. -1: there is none. */
static int index_of(const struct machine *machine, u64 affinity)
{
	return affinity < machine->group.count ? (int)affinity : -1;
}

static s64 cpu_on(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	int target = index_of(machine, args[0]);
	u64 entry = args[1];

	if (target < 0)
		return PSCI_INVALID_PARAMETERS;
	if (machine->is_on[target])
		return PSCI_ALREADY_ON;
	if (!is_aligned(entry, 4) || memory_find(&machine->memory, PA(entry), 4) == NULL)
		return PSCI_INVALID_ADDRESS;
	machine_start_cpu(machine, (unsigned)target, entry, args[2], cpu->cycles);
	return PSCI_SUCCESS;
}

static s64 cpu_off(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)args;
	machine->is_on[cpu->index] = false;
	gic_set_awake(machine->gic, cpu->index, false);
	cpu->waiting = true;
	return PSCI_SUCCESS; /* nobody sees it */
}

static s64 affinity_info(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	int target = index_of(machine, args[0]);

	(void)cpu;
	if (target < 0 || args[1] != 0)
		return PSCI_INVALID_PARAMETERS;
	return machine->is_on[target] ? 0 : 1;
}

static s64 stop(struct cpu *cpu, enum stop_reason reason, const char *text)
{
	cpu->stop = (struct stop){ .reason = reason };
	snprintf(cpu->stop.text, sizeof(cpu->stop.text), "%s", text);
	return PSCI_SUCCESS;
}

static s64 system_off(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)args;
	return stop(cpu, STOP_EXIT, "PSCI SYSTEM_OFF");
}

static s64 system_reset(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)args;
	return stop(cpu, STOP_RESET, "PSCI SYSTEM_RESET");
}

static const struct firmware_row rows[] = {
#define FIRMWARE(name, id, has_64_bit_form, call) { #name, id, has_64_bit_form, call },
#include "platform/psci.def"
#undef FIRMWARE
};

enum { SMC64 = 1 << 30 };

/* Function ids are 32 bits; the upper half of x0 is not looked at. DEN 0028 */
static const struct firmware_row *find(u64 id)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if ((u32)id == rows[i].id ||
			(rows[i].has_64_bit_form && (u32)id == (rows[i].id | SMC64)))
			return &rows[i];
	}
	return NULL;
}

void psci_call(struct machine *machine, struct cpu *cpu)
{
	const struct firmware_row *row = find(cpu->x[0]);
	u64 args[3];

	for (unsigned i = 0; i < 3; i++)
		args[i] = cpu->x[0] & SMC64 ? cpu->x[i + 1] : (u32)cpu->x[i + 1];
	cpu->x[0] = (u64)(row == NULL ? PSCI_NOT_SUPPORTED : row->call(machine, cpu, args));
}
