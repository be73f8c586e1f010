/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitor commands, by the table of gdb_monitor.def. The work is done elsewhere.
 */
#define _GNU_SOURCE /* FNM_CASEFOLD */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "debug/gdb_private.h"
#include "debug/walk.h"
#include "sysregs/sysregs.h"

typedef struct status monitor_command(struct gdb *gdb, const char *text, FILE *out);
#define MONITOR(name, usage, function, help) static monitor_command function;
#include "debug/gdb_monitor.def"
#undef MONITOR

static const struct {
	const char *name, *usage, *help;
	monitor_command *command;
} commands[] = {
#define MONITOR(name, usage, function, help) { name, usage, help, function },
#include "debug/gdb_monitor.def"
#undef MONITOR
};

static struct status say_help(struct gdb *gdb, const char *text, FILE *out)
{
	(void)gdb, (void)text;
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(out, "monitor %s %s\n    %s\n", commands[i].name, commands[i].usage,
			commands[i].help);
	return status_ok();
}

/* ---- Where and when ---- */

static struct status say_levels(struct gdb *gdb, const char *text, FILE *out)
{
	struct machine *machine = gdb->config.machine;

	(void)text;
	for (unsigned i = 0; i < machine_cpu_count(machine); i++) {
		char words[160];

		gdb_say_place(gdb, i, words, sizeof(words));
		fprintf(out, "%s, pc 0x%" PRIx64 "\n", words, machine_cpu(machine, i)->pc);
	}
	return status_ok();
}

static struct status say_time(struct gdb *gdb, const char *text, FILE *out)
{
	struct machine *machine = gdb->config.machine;
	const char *why_not = travel_has_no_past(gdb->travel);

	(void)text;
	fprintf(out, "instruction %" PRIu64 ", of %" PRIu64 " that were ever executed\n",
		travel_now(gdb->travel).insns, travel_end(gdb->travel).insns);
	for (unsigned i = 0; i < machine_cpu_count(machine); i++)
		fprintf(out, "PE %u: %" PRIu64 " instructions, %" PRIu64 " cycles\n", i,
			machine_cpu(machine, i)->insns, machine_cpu(machine, i)->cycles);
	if (why_not != NULL)
		fprintf(out, "it does not go back: %s\n", why_not);
	else
		fprintf(out, "it goes back to instruction %" PRIu64 "\n",
			travel_begin(gdb->travel).insns);
	return status_ok();
}

/* ---- System registers ---- */

static void say_register(const struct gdb *gdb, struct cpu *cpu, const struct gdb_register *reg,
	u64 value, FILE *out)
{
	enum { FIELDS = 64 };
	const struct debug_names *names = gdb->config.names;
	struct named_field fields[FIELDS];
	unsigned count = 0;

	fprintf(out, "%s 0x%" PRIx64, reg->name, value);
	if (names != NULL && names->fields != NULL && reg->kind != REGISTER_EL)
		count = names->fields((enum sysreg_id)reg->id, is_e2h(cpu), fields, FIELDS);
	for (unsigned i = 0; i < count; i++) {
		u64 field = bits(value, fields[i].high, fields[i].low);

		if (field != 0 && fields[i].high == fields[i].low)
			fprintf(out, " %s", fields[i].name);
		else if (field != 0)
			fprintf(out, " %s=0x%" PRIx64, fields[i].name, field);
	}
	fputc('\n', out);
}

static struct status say_registers(struct gdb *gdb, const char *text, FILE *out)
{
	struct cpu *cpu = gdb_cpu(gdb);
	bool is_found = false;

	for (unsigned i = GDB_CORE; i < gdb->register_count; i++) {
		union {
			u8 bytes[16];
			u64 number;
		} value = { { 0 } };

		if (fnmatch(text, gdb->reg[i].name, FNM_CASEFOLD) != 0)
			continue;
		is_found = true;
		if (gdb_read_register(gdb, cpu, i, value.bytes))
			say_register(gdb, cpu, &gdb->reg[i], value.number, out);
		else
			fprintf(out, "%s: VNCR_EL2 leads to no memory\n", gdb->reg[i].name);
	}
	return is_found ? status_ok()
			: status_error(STATUS_USAGE, "sys: no register '%.40s'", text);
}

/* ---- Questions ---- */

static struct status walk(struct gdb *gdb, const char *text, FILE *out)
{
	return walk_command(gdb_cpu(gdb), text, out);
}

/* Without one, the instruction at PC. */
static struct status explain(struct gdb *gdb, const char *text, FILE *out)
{
	const struct cpu *cpu = gdb_cpu(gdb);
	char word[20];
	u32 insn;

	if (gdb->config.explain == NULL)
		return status_error(STATUS_USAGE, "explain: not here");
	if (text[0] == '\0') {
		if (guest_read(cpu, SPACE_CURRENT, cpu->pc, &insn, sizeof(insn)) != sizeof(insn))
			return status_error(
				STATUS_USAGE, "explain: the instruction at pc cannot be read");
		snprintf(word, sizeof(word), "0x%08" PRIx32, insn);
		text = word;
	}
	return gdb->config.explain(cpu, text, out);
}

static struct status say_transitions(struct gdb *gdb, const char *text, FILE *out)
{
	struct transitions *transitions = gdb->config.transitions;
	const struct transition *transition;
	u64 count = 10;

	if (transitions == NULL)
		return status_error(STATUS_USAGE, "transitions: not here");
	if (text[0] != '\0' && (!number_parse(text, &count) || count == 0))
		return status_error(STATUS_USAGE, "transitions: '%.20s' is no number", text);
	transitions_forget_after(transitions, travel_now(gdb->travel));
	count = smaller(count, transitions->count);
	if (count == 0)
		fprintf(out, "there was none\n");
	while (count-- > 0) {
		char from[60], to[60], cause[100];

		transition = transitions_last(transitions, (unsigned)count);
		fprintf(out, "%12" PRIu64 "  PE %u  %s -> %s  %s\n", transition->moment.insns,
			(unsigned)transition->cpu,
			transition_end_say(
				transitions->worlds, &transition->from, from, sizeof(from)),
			transition_end_say(transitions->worlds, &transition->to, to, sizeof(to)),
			transition_cause(transition, cause, sizeof(cause)));
	}
	return status_ok();
}

static struct status who_wrote(struct gdb *gdb, const char *text, FILE *out)
{
	gdb->is_interrupted = false;
	return who_command(gdb->travel, gdb_cpu(gdb), text, gdb->config.names, out);
}

static struct status snapshot(struct gdb *gdb, const char *text, FILE *out)
{
	struct status status;

	if (gdb->config.snapshot == NULL)
		return status_error(STATUS_USAGE, "snapshot: not here");
	if (text[0] == '\0')
		return status_error(STATUS_USAGE, "snapshot: a FILE is missing");
	status = gdb->config.snapshot(gdb->config.machine, text);
	if (status.code == STATUS_OK)
		fprintf(out, "entresol run --from %s goes on from here\n", text);
	return status;
}

/* ---- What addresses mean ---- */

static struct status choose_memory(struct gdb *gdb, const char *text, FILE *out)
{
	enum address_space space = address_space_find(text);

	if (text[0] != '\0') {
		if (space == ADDRESS_SPACES)
			return status_error(
				STATUS_USAGE, "memory: there are current, el1, el2, s2, physical");
		gdb->space = space;
	}
	fprintf(out, "addresses are %s\n", address_space_words(gdb->space));
	return status_ok();
}

static struct status choose_physical(struct gdb *gdb, const char *text, FILE *out)
{
	if (strcmp(text, "on") == 0)
		return choose_memory(gdb, "physical", out);
	if (strcmp(text, "off") == 0)
		return choose_memory(gdb, "current", out);
	return status_error(STATUS_USAGE, "phys: on or off");
}

/* ---- The command line ---- */

void gdb_monitor(struct gdb *gdb, char *line, FILE *out)
{
	char *name = line + strspn(line, " \t"), *rest = name + strcspn(name, " \t");
	struct status status;

	if (*rest != '\0')
		*rest++ = '\0';
	rest += strspn(rest, " \t");
	for (size_t length = strlen(rest); length > 0 && strchr(" \t\n", rest[length - 1]);)
		rest[--length] = '\0';
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (strcmp(*name != '\0' ? name : "help", commands[i].name) != 0)
			continue;
		status = commands[i].command(gdb, rest, out);
		if (status.code != STATUS_OK)
			fprintf(out, "%s\n", status.text);
		return;
	}
	fprintf(out, "no command '%.40s'; see monitor help\n", name);
}

/* The answer is what is printed, in packets that fit, and OK. */
static void send_text(struct gdb *gdb, const char *text, size_t size)
{
	enum { PART = GDB_PACKET / 2 - 1 };

	for (size_t at = 0; at < size; at += PART) {
		reply_clear(&gdb->reply);
		reply_text(&gdb->reply, "O");
		reply_hex(&gdb->reply, text + at, size - at < PART ? size - at : PART);
		if (!gdb_send(gdb))
			return;
	}
}

void packet_monitor(struct gdb *gdb, struct gdb_text *text)
{
	size_t length = (size_t)(text->end - text->at) / 2;
	char line[1024], *output = NULL;
	size_t size;
	FILE *out;

	if (length >= sizeof(line)) {
		gdb_error(gdb, "a command of more than %zu characters", sizeof(line) - 1);
		return;
	}
	text_bytes(text, line, length);
	line[length] = '\0';
	out = text_is_done(text) ? open_memstream(&output, &size) : NULL;
	if (out == NULL) {
		gdb_error(gdb, "the command cannot be read");
		return;
	}
	gdb_monitor(gdb, line, out);
	if (fclose(out) == 0)
		send_text(gdb, output, size);
	free(output);
	gdb_ok(gdb);
}
