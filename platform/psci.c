/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware a guest calls by SMC, and by HVC when there is no EL2: SMCCC 1.1, PSCI 1.1,
 * TRNG 1.0. Knows the machine's PEs. Registers that hold no result keep their values.
 */
#include "platform/psci.h"

#include "exceptions/exceptions.h"
#include "platform/machine_private.h"

enum psci_result {
	PSCI_SUCCESS = 0,
	PSCI_NOT_SUPPORTED = -1,
	PSCI_INVALID_PARAMETERS = -2,
	PSCI_ALREADY_ON = -4,
	PSCI_INVALID_ADDRESS = -9
};

enum service { SMCCC = 1, PSCI = 2, TRNG = 4 };

/* Of MIGRATE_INFO_TYPE: there is nothing to migrate. */
enum { NO_TRUSTED_OS = 2 };

/* Of a workaround: this PE does not need it; a call is safe and does nothing. */
enum { NOT_REQUIRED = 1 };

/* In SMC64 bit 30 of the function id is set. */
enum { SMC64 = 1 << 30 };

enum { VERSION_1_0 = 0x10000, VERSION_1_1 = 0x10001 };

typedef s64 firmware_fn(struct machine *machine, struct cpu *cpu, const u64 args[3]);

struct firmware_row {
	const char *name;
	u32 id;
	unsigned services; /* whose FEATURES function knows it */
	bool has_64_bit_form;
	s8 features;
	firmware_fn *call;
};

static const struct firmware_row *find(u64 id);

/* What the FEATURES function of a service says of function `id`. */
static s64 features_of(u64 id, enum service service)
{
	const struct firmware_row *row = find(id);

	return row != NULL && (row->services & service) ? row->features : PSCI_NOT_SUPPORTED;
}

/* ---- SMCCC ---- */

static s64 smccc_version(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return VERSION_1_1;
}

static s64 arch_features(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu;
	return features_of(args[0], SMCCC);
}

/* Nothing is speculated. */
static s64 nothing_to_do(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return PSCI_SUCCESS;
}

/* ---- PSCI ---- */

static s64 psci_version(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return VERSION_1_1;
}

static s64 psci_features(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu;
	return features_of(args[0], PSCI);
}

static s64 migrate_info_type(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return NO_TRUSTED_OS;
}

/* The PE with this MPIDR affinity: Aff0 is its index. -1: there is none. */
static int index_of(const struct machine *machine, u64 affinity)
{
	return affinity < machine->group.count ? (int)affinity : -1;
}

static bool is_entry(struct machine *machine, u64 pa)
{
	return is_aligned(pa, 4) && memory_find(&machine->memory, PA(pa), 4) != NULL;
}

/*
 * power_state in the original format: a StateID. StateType 1, to power down, and higher levels name
 * states that the board has not. 5.4.2
 */
enum { POWER_STATE_ID = 0xffff };

/* Standby keeps all state; it returns when an interrupt is pending, as WFI does. */
static s64 cpu_suspend(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine;
	if (args[0] & ~(u64)POWER_STATE_ID)
		return PSCI_INVALID_PARAMETERS;
	cpu->wait_is_wfe = false;
	cpu->waiting = !exceptions_wakes_wfi(cpu);
	return PSCI_SUCCESS;
}

/* A PE is on at once, so none is ever ON_PENDING. */
static s64 cpu_on(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	int target = index_of(machine, args[0]);

	if (target < 0)
		return PSCI_INVALID_PARAMETERS;
	if (machine->is_on[target])
		return PSCI_ALREADY_ON;
	if (!is_entry(machine, args[1]))
		return PSCI_INVALID_ADDRESS;
	machine_start_cpu(machine, (unsigned)target, args[1], args[2], cpu->cycles);
	return PSCI_SUCCESS;
}

static s64 cpu_off(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)args;
	machine->is_on[cpu->index] = false;
	machine->group.off |= 1u << cpu->index;
	gic_set_awake(machine->gic, cpu->index, false);
	cpu->waiting = true;
	return PSCI_SUCCESS; /* nobody sees it */
}

/* All PEs have the higher affinities 0; who asks about them is on. */
static s64 affinity_info(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	enum { ON, OFF };
	u64 level = args[1];
	int target;

	(void)cpu;
	if (level == 0) {
		target = index_of(machine, args[0]);
		if (target < 0)
			return PSCI_INVALID_PARAMETERS;
		return machine->is_on[target] ? ON : OFF;
	}
	if (level > 3 || args[0] >> (level == 3 ? 32 : 8 * level) != 0)
		return PSCI_INVALID_PARAMETERS;
	return ON;
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
	(void)args;
	machine->keeps_ram = false;
	return stop(cpu, STOP_RESET, "PSCI SYSTEM_RESET");
}

/* Of the architectural resets there is only 0, warm: it is told from SYSTEM_RESET by its RAM. */
static s64 system_reset2(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	if ((u32)args[0] != 0)
		return PSCI_INVALID_PARAMETERS;
	machine->keeps_ram = true;
	return stop(cpu, STOP_RESET, "PSCI SYSTEM_RESET2");
}

/* ---- TRNG ---- */

static s64 trng_version(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu, (void)args;
	return VERSION_1_0;
}

static s64 trng_features(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	(void)machine, (void)cpu;
	return features_of(args[0], TRNG);
}

static s64 trng_get_uuid(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	static const u32 uuid[4] = { 0x1c6a2f58, 0x4b43d7e9, 0x83b5900e, 0xd2716fa4 };

	(void)machine, (void)args;
	for (unsigned i = 1; i < 4; i++)
		cpu->x[i] = uuid[i];
	return uuid[0];
}

/* Up to three words of the call's width: the lowest in x3, the highest in x1. Other bits are 0. */
static s64 trng_rnd(struct machine *machine, struct cpu *cpu, const u64 args[3])
{
	unsigned width = cpu->x[0] & SMC64 ? 64 : 32;
	u64 left = args[0];

	if (left == 0 || left > 3 * width)
		return PSCI_INVALID_PARAMETERS;
	for (unsigned i = 3; i > 0; i--) {
		unsigned count = left < width ? (unsigned)left : width;

		cpu->x[i] = count == 0 ? 0 : rng_next(&machine->trng) >> (64 - count);
		left -= count;
	}
	return PSCI_SUCCESS;
}

/* ---- Calls ---- */

static const struct firmware_row rows[] = {
#define FIRMWARE(name, id, services, has_64_bit_form, features, call)                              \
	{ #name, id, services, has_64_bit_form, features, call },
#include "platform/psci.def"
#undef FIRMWARE
};

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

/* SMCCC is #0; other immediates are reserved. DEN 0028 2.9 */
void psci_call(struct machine *machine, struct cpu *cpu, u16 imm)
{
	const struct firmware_row *row = imm == 0 ? find(cpu->x[0]) : NULL;
	u64 args[3];

	for (unsigned i = 0; i < 3; i++)
		args[i] = cpu->x[0] & SMC64 ? cpu->x[i + 1] : (u32)cpu->x[i + 1];
	cpu->x[0] = (u64)(row == NULL ? PSCI_NOT_SUPPORTED : row->call(machine, cpu, args));
}

u64 machine_trng(const struct machine *machine)
{
	return machine->trng.state;
}
