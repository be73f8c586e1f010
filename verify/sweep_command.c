/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sweep, or one trial of it, as the command that does it. Says what is not the default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shell.h"
#include "sysregs/choices.h"
#include "verify/sweep.h"

static const char *const monitor_names[] = {
#define MONITOR(name, ...) #name,
#include "verify/monitors.def"
#undef MONITOR
};

/* So many characters, a word as the shell has to see it. */
static void add_part(FILE *out, const char *word, size_t length)
{
	fputc(' ', out);
	shell_put(out, word, length);
}

static void add_word(FILE *out, const char *word)
{
	add_part(out, word, strlen(word));
}

static void add_text(FILE *out, const char *option, const char *value)
{
	if (value == NULL)
		return;
	fprintf(out, " %s", option);
	add_word(out, value);
}

static void add_number(FILE *out, const char *option, u64 value, u64 usual)
{
	if (value != usual)
		fprintf(out, " %s %" PRIu64, option, value);
}

static void add_size(FILE *out, u64 size, u64 usual)
{
	bool is_megabytes = (size & MASK(19, 0)) == 0;

	if (size != usual)
		fprintf(out, " -m %" PRIu64 "%s", is_megabytes ? size >> 20 : size,
			is_megabytes ? "M" : "");
}

static void add_choices(FILE *out, const u8 choice[CHOICE_COUNT])
{
	for (unsigned i = 0; i < CHOICE_COUNT; i++) {
		if (choice[i] != 0)
			fprintf(out, " --choice %s=%s", choice_rows[i].name,
				choice_values[i][choice[i]].name);
	}
}

static void add_monitors(FILE *out, u32 monitors)
{
	const char *before = " --monitor ";

	if (monitors == MONITORS_ALL) {
		fprintf(out, " --monitor all");
		return;
	}
	for (unsigned i = 0; i < COUNT(monitor_names); i++) {
		if (monitors >> i & 1) {
			fprintf(out, "%s%s", before, monitor_names[i]);
			before = ",";
		}
	}
}

static void add_adversary(FILE *out, struct adversary_config adversary)
{
	char text[200];

	if (adversary.kind != ADVERSARY_NONE)
		add_text(out, "--adversary", adversary_say(adversary, text, sizeof(text)));
}

static void add_machine(FILE *out, const struct session_config *config)
{
	struct session_config usual = session_default_config();
	const struct machine_config *machine = &config->machine;

	if (strcmp(machine->profile, usual.machine.profile) != 0)
		add_text(out, "--cpu", machine->profile);
	add_number(out, "--cpus", machine->cpus, usual.machine.cpus);
	add_number(out, "--el", machine->el, usual.machine.el);
	add_number(out, "--pa-bits", machine->pa_bits, usual.machine.pa_bits);
	add_size(out, machine->ram_size, usual.machine.ram_size);
	add_number(out, "--quantum", machine->quantum, usual.machine.quantum);
	add_number(out, "--seed", machine->seed, usual.machine.seed);
	add_choices(out, machine->choice);
	add_text(out, "--initrd", config->initrd);
	add_text(out, "--append", config->append);
}

static void add_session(FILE *out, const struct session_config *config)
{
	add_machine(out, config);
	add_adversary(out, config->adversary);
	add_monitors(out, config->monitors);
	add_number(out, "--max-insns", config->max_insns, 0);
	if (config->expected_exit != 0)
		fprintf(out, " --expect-exit %d", config->expected_exit);
	for (unsigned i = 0; i < config->patches; i++)
		fprintf(out, " --patch 0x%" PRIx64 ":0x%08x:0x%08x", config->patch[i].pa,
			config->patch[i].before, config->patch[i].after);
}

/* Words of the guest: each is one for the shell. */
static void add_words(FILE *out, const char *words)
{
	const char *at = words != NULL ? words : "";

	at += strspn(at, " ");
	if (*at != '\0')
		fprintf(out, " --");
	while (*at != '\0') {
		size_t length = strcspn(at, " ");

		add_part(out, at, length);
		at += length;
		at += strspn(at, " ");
	}
}

void sweep_command_put(const struct sweep_config *config, u64 boundary, FILE *out)
{
	fprintf(out, "entresol sweep %s", injection_names[config->injection]);
	add_word(out, config->session.image);
	add_text(out, "--from", config->from.text);
	add_text(out, "--to", config->to.text);
	add_number(out, "--pe", config->cpu, 0);
	if (config->intid != SWEEP_INTID)
		add_number(out, "--intid", config->intid, 0);
	add_number(out, "--insns-after", config->insns_after, 0);
	add_number(out, "--blind", config->blind, 0);
	add_session(out, &config->session);
	if (boundary != SWEEP_ALL)
		fprintf(out, " --only %" PRIu64, boundary);
	add_words(out, config->session.words);
}

const char *sweep_command(const struct sweep_config *config, u64 boundary, char *text, size_t size)
{
	char *whole = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&whole, &length);
	bool ok = out != NULL;

	if (ok) {
		sweep_command_put(config, boundary, out);
		ok = fclose(out) == 0;
	}
	if (!ok)
		snprintf(text, size, "(the host has no memory for the command)");
	else if (length >= size)
		snprintf(text, size, "(the command is too long)");
	else
		memcpy(text, whole, length + 1);
	free(whole);
	return text;
}
