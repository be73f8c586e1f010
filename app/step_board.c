/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine around the PE as one looks at it: TLB, interrupts, timers; and its state as a whole.
 */
#define _GNU_SOURCE /* strcasestr() */
#include <string.h>

#include "app/json.h"
#include "app/step.h"
#include "debug/hash.h"
#include "debug/walk.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"
#include "mmu/mmu.h"
#include "platform/board.h"
#include "platform/snapshot.h"

/* ---- Tables ---- */

struct status step_do_walk(struct step *step, const struct step_arguments *arguments)
{
	char text[120];
	struct status status;
	u64 address;

	if (arguments->count == 0 || arguments->count > 2)
		return status_error(STATUS_USAGE, "walk ADDRESS [el1|el2|el1&0|el2&0|s2]");
	status = step_value(step, arguments->word[0], &address);
	if (status.code != STATUS_OK)
		return status;
	snprintf(text, sizeof(text), "0x%" PRIx64 "%s%.20s", address,
		arguments->count == 2 ? " --regime " : "",
		arguments->count == 2 ? arguments->word[1] : "");
	return walk_command(step_cpu(step), text, step->out);
}

struct tlb_list {
	FILE *out;
	const char *part; /* of the lines that are wanted */
	unsigned shown;
};

static void say_entry(void *opaque, const struct tlb_look *look)
{
	struct tlb_list *list = opaque;
	char space[60], asid[20] = "", line[200];

	if (look->vmid >= 0)
		snprintf(space, sizeof(space), "%s vmid %d", look->regime, look->vmid);
	else
		snprintf(space, sizeof(space), "%s", look->regime);
	if (look->asid >= 0)
		snprintf(asid, sizeof(asid), " asid %d", look->asid);
	snprintf(line, sizeof(line), "0x%016" PRIx64 " -> 0x%010" PRIx64 "  %6" PRIu64 " KiB  %s%s",
		look->va, look->pa, look->size >> 10, space, asid);
	if (strcasestr(line, list->part) == NULL)
		return;
	list->shown++;
	fprintf(list->out, "%s\n", line);
}

struct status step_do_tlb(struct step *step, const struct step_arguments *arguments)
{
	struct tlb_list list = { .out = step->out, .part = arguments->rest };
	unsigned count = mmu_tlb_each(step_cpu(step), say_entry, &list);

	if (list.shown == count)
		fprintf(step->out, "%u entries\n", count);
	else
		fprintf(step->out, "%u of %u entries\n", list.shown, count);
	return status_ok();
}

/* ---- Interrupts ---- */

static const char *const lr_states[] = { "invalid", "pending", "active", "pending and active" };

static void say_list_registers(struct step *step, const struct cpu *cpu)
{
	for (unsigned n = 0; n < 4; n++) {
		u64 lr = cpu->sys[SR_ICH_LR0_EL2 + n];
		unsigned state = (unsigned)(lr >> 62);

		if (state == 0)
			continue;
		fprintf(step->out, "list register %u: vINTID %u %s, priority 0x%02x, group %u", n,
			(unsigned)(u32)lr, lr_states[state], (unsigned)bits(lr, 55, 48),
			(unsigned)bit(lr, 60));
		if (bit(lr, 61))
			fprintf(step->out, ", of pINTID %u", (unsigned)bits(lr, 44, 32));
		fputc('\n', step->out);
	}
}

static void say_lines(struct step *step, const struct cpu *cpu)
{
	static const char *const names[] = { "IRQ", "FIQ", "SError", "vIRQ", "vFIQ" };
	char daif[24];

	fputs("lines high:", step->out);
	for (unsigned i = 0; i < COUNT(names); i++) {
		if (cpu->lines >> i & 1)
			fprintf(step->out, " %s", names[i]);
	}
	fprintf(step->out, "%s; PSTATE.DAIF %s\n", cpu->lines == 0 ? " none" : "",
		pstate_field_say(2, pstate_to_spsr(cpu), daif, sizeof(daif)));
}

struct bank {
	const char *name;
	u64 offset;
};

/* Bits of 32 interrupts in the distributor or, below 32, in the PE's redistributor. */
static bool read_bank(struct step *step, u64 offset, unsigned bank, u64 *value)
{
	struct cpu *cpu = step_cpu(step);
	pa_t pa = { BOARD_GICD_BASE + offset + 4 * bank };

	if (bank == 0)
		pa.v = BOARD_GICR_BASE + (u64)step->pe * 0x20000 + 0x10000 + offset;
	return cpu->ops->bus_read(cpu, pa, 4, value);
}

static void say_distributor(struct step *step)
{
	static const struct bank banks[] = { { "enabled", 0x100 }, { "pending", 0x200 },
		{ "active", 0x300 } };
	enum { BANKS = 9 };

	for (size_t i = 0; i < COUNT(banks); i++) {
		unsigned count = 0;

		fprintf(step->out, "%s:", banks[i].name);
		for (unsigned bank = 0; bank < BANKS; bank++) {
			u64 value = 0;

			if (!read_bank(step, banks[i].offset, bank, &value))
				continue;
			for (unsigned b = 0; b < 32; b++) {
				if (value >> b & 1)
					fprintf(step->out, " %u", 32 * bank + b), count++;
			}
		}
		fputs(count == 0 ? " none\n" : "\n", step->out);
	}
}

struct status step_do_gic(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);

	(void)arguments;
	say_distributor(step);
	if (cpu->offer.intid == INTID_NONE)
		fputs("offered to the PE: nothing\n", step->out);
	else
		fprintf(step->out, "offered to the PE: INTID %" PRIu32 ", priority 0x%02x\n",
			cpu->offer.intid, cpu->offer.priority);
	say_lines(step, cpu);
	fprintf(step->out, "PMR 0x%02x, running priority 0x%02x\n",
		(unsigned)cpu->sys[SR_ICC_PMR_EL1],
		(unsigned)step_sysreg_value(step, SR_ICC_RPR_EL1));
	if (cpu->has_el2)
		say_list_registers(step, cpu);
	return status_ok();
}

/* ---- Timers ---- */

static const struct timer {
	const char *name;
	enum sysreg_id ctl, cval;
	bool is_virtual, is_el2;
	enum feature_id feature;
} timers[] = {
	{ "CNTV", SR_CNTV_CTL_EL0, SR_CNTV_CVAL_EL0, true, false, FEAT_BASE },
	{ "CNTP", SR_CNTP_CTL_EL0, SR_CNTP_CVAL_EL0, false, false, FEAT_BASE },
	{ "CNTHP", SR_CNTHP_CTL_EL2, SR_CNTHP_CVAL_EL2, false, true, FEAT_BASE },
	{ "CNTHV", SR_CNTHV_CTL_EL2, SR_CNTHV_CVAL_EL2, true, true, FEAT_VHE },
};

static void say_timer(struct step *step, const struct timer *timer, u64 count)
{
	u64 ctl = step_sysreg_value(step, timer->ctl), cval = step_sysreg_value(step, timer->cval);
	const char *state = !(ctl & 1) ? "off" : ctl & 2 ? "on, masked" : "on";

	fprintf(step->out, "%-6s %-10s compares with %" PRIu64, timer->name, state, cval);
	if (!(ctl & 1))
		fputc('\n', step->out);
	else if (ctl & 4)
		fprintf(step->out, ": its condition holds since %" PRIu64 " ticks\n", count - cval);
	else
		fprintf(step->out, ": in %" PRIu64 " ticks\n", cval - count);
}

struct status step_do_timers(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);
	u64 count = step_sysreg_value(step, SR_CNTPCT_EL0);

	(void)arguments;
	fprintf(step->out, "physical count %" PRIu64 ", CNTVOFF_EL2 %" PRIu64 "\n", count,
		cpu->sys[SR_CNTVOFF_EL2]);
	for (size_t i = 0; i < COUNT(timers); i++) {
		if ((timers[i].is_el2 && !cpu->has_el2) || !register_exists(cpu, timers[i].ctl))
			continue;
		say_timer(step, &timers[i], count - timer_offset(cpu, timers[i].ctl));
	}
	return status_ok();
}

/* ---- The whole ---- */

struct status step_do_snapshot(struct step *step, const struct step_arguments *arguments)
{
	struct status status;

	if (arguments->count != 1)
		return status_error(STATUS_USAGE, "snapshot FILE");
	status = machine_save(step->machine, arguments->word[0], NULL, 0);
	if (status.code == STATUS_OK)
		fprintf(step->out, "saved to %s\n", arguments->word[0]);
	return status;
}

struct status step_do_hash(struct step *step, const struct step_arguments *arguments)
{
	char text[20];

	(void)arguments;
	snprintf(text, sizeof(text), "%016" PRIx64, machine_hash(step->machine));
	fprintf(step->out, "hash %s\n", text);
	json_add_text(step->json, "hash", text);
	return status_ok();
}
