/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same guest in several cells: how it gets there, and the first thing that it sees differently.
 */
#include "verify/oracle_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sysregs/sysregs.h"

enum { BLOCK = 0x40000000, MODULE = 0x40100000, MODULE_MOST = 0xffff0 };
enum { LINE_AT = 32, LINE_MOST = 512, RAM_SIZE = 4 << 20 };

#define BOOT_MAGIC   0x746f6f6270796821ull
#define MODULE_MAGIC 0x656c75646f6d2121ull

const struct oracle_cell oracle_cells[] = {
#define CELL(name, words, level, what) { name, words, level, what },
#include "verify/oracle_cells.def"
#undef CELL
	{ NULL, NULL, 0, NULL },
};

const struct oracle_cell *oracle_cell(const char *name)
{
	for (unsigned i = 0; oracle_cells[i].name != NULL; i++) {
		if (strcmp(oracle_cells[i].name, name) == 0)
			return &oracle_cells[i];
	}
	return NULL;
}

struct oracle_trace {
	struct seen *seen;
	size_t count, room;
	bool is_full; /* no memory for more */
	u64 insns;
	u64 exact, timeless; /* up to which events digests are compared */
	char why[300];
};

/* ---- A run ---- */

struct blobs {
	u64 block[(LINE_AT + LINE_MOST) / 8];
	u8 *module; /* owned: its header and the program */
	size_t size;
	char words[LINE_MOST];
};

static struct status read_program(const char *name, struct blobs *blobs)
{
	FILE *file = fopen(name, "rb");
	u64 header[2] = { MODULE_MAGIC, 0 };
	size_t size;

	if (file == NULL)
		return status_error(STATUS_BAD_IMAGE, "%.120s: %s", name, strerror(errno));
	blobs->module = calloc(1, sizeof(header) + MODULE_MOST + 1);
	if (blobs->module == NULL) {
		fclose(file);
		return status_error(STATUS_HOST, "the host has no memory for %.120s", name);
	}
	errno = 0;
	size = fread(blobs->module + sizeof(header), 1, MODULE_MOST + 1, file);
	if (ferror(file) != 0 || size < 4 || size > MODULE_MOST) {
		struct status status = status_error(STATUS_BAD_IMAGE,
			"%.120s: %s; it has to be a flat program of 4 to %d bytes", name,
			ferror(file) != 0 ? strerror(errno) : "too small or too large",
			MODULE_MOST);

		fclose(file);
		return status;
	}
	fclose(file);
	header[1] = size;
	memcpy(blobs->module, header, sizeof(header));
	blobs->size = sizeof(header) + size;
	return status_ok();
}

static void fill_block(struct blobs *blobs, const char *line)
{
	blobs->block[0] = BOOT_MAGIC;
	blobs->block[1] = 0;
	blobs->block[2] = RAM_SIZE;
	blobs->block[3] = 2;
	snprintf((char *)blobs->block + LINE_AT, LINE_MOST, "%s", line);
}

static struct session_config config_of(
	const struct oracle_guest *guest, const struct oracle_cell *cell, struct blobs *blobs)
{
	struct session_config config = session_default_config();

	config.machine.profile = "v8.4-nv2";
	config.machine.cpus = cell->words == NULL ? 2 : 1;
	config.max_insns = guest->max_insns;
	if (cell->words == NULL) {
		config.machine.el = 1;
		config.image = guest->file;
		config.has_address = true;
		config.address = ORACLE_PROGRAM;
		config.bytes[0] =
			(struct session_bytes){ BLOCK, blobs->block, sizeof(blobs->block) };
		return config;
	}
	snprintf(blobs->words, sizeof(blobs->words), "%s stats=0 %s", cell->words, guest->words);
	config.image = guest->hyp;
	config.words = blobs->words;
	config.bytes[0] = (struct session_bytes){ MODULE, blobs->module, blobs->size };
	return config;
}

/* Is what was seen all that there is? The exit code is the hypervisor's, where there is one. */
static struct status check_end(struct session *session, enum session_end end,
	const struct oracle_guest *guest, const struct watch *watch)
{
	const char *name = watch->cell->name, *why = session_why(session);

	if (end == SESSION_LACKS)
		return status_error(STATUS_NOT_IMPLEMENTED, "%s: %.150s", name, why);
	if (!watch->has_begun)
		return status_error(
			STATUS_GUEST_FAILED, "%s: the guest never began: %.120s", name, why);
	if (end == SESSION_FAILS && !session_has_exited(session) &&
		machine_insns(session_machine(session)) >= guest->max_insns)
		return status_error(STATUS_GUEST_FAILED,
			"%s: cut off, %.80s of all levels: give more --max-insns", name, why);
	return status_ok();
}

static struct status run(const struct oracle_guest *guest, const struct oracle_cell *cell,
	struct watch *watch, char why[300])
{
	struct observer observer = oracle_observer(watch);
	struct blobs blobs = { .module = NULL };
	struct status status = read_program(guest->file, &blobs);
	struct session *session = NULL;
	struct session_config config;

	fill_block(&blobs, guest->line);
	config = config_of(guest, cell, &blobs);
	if (status.code == STATUS_OK)
		session = session_create(&config, &status);
	if (session != NULL) {
		struct machine *machine = session_machine(session);

		memcpy(&watch->first, blobs.module + 16, sizeof(watch->first));
		watch->cell = cell;
		watch->machine = machine;
		watch->worlds = session_watchman(session)->worlds;
		observers_add(session_observers(session), machine, &observer);
		if (cell->words == NULL)
			machine_cpu(machine, 0)->x[0] = BLOCK;
		status = check_end(session, session_run(session, MACHINE_UNLIMITED), guest, watch);
		snprintf(why, 300, "%s", session_why(session));
	}
	session_destroy(session);
	watch->machine = NULL;
	free(blobs.module);
	return status;
}

/* ---- The first ---- */

static void keep(struct watch *watch, const struct seen *seen)
{
	struct oracle_trace *trace = watch->opaque;

	if (trace->is_full)
		return;
	if (trace->count == trace->room) {
		size_t room = trace->room * 2 + 1024;
		struct seen *more = realloc(trace->seen, room * sizeof(*more));

		if (more == NULL) {
			machine_break(watch->machine); /* run short: said behind it */
			trace->is_full = true;
			return;
		}
		trace->seen = more;
		trace->room = room;
	}
	trace->seen[trace->count++] = *seen;
	if (seen->is_exact)
		trace->exact = trace->count;
	if (seen->is_timeless)
		trace->timeless = trace->count;
}

struct oracle_trace *oracle_take(
	const struct oracle_guest *guest, const struct oracle_cell *cell, struct status *status)
{
	struct oracle_trace *trace = calloc(1, sizeof(*trace));
	struct watch watch = { .see = keep, .opaque = trace };

	*status = status_error(STATUS_HOST, "the host has no memory for a trace");
	if (trace == NULL)
		return NULL;
	*status = run(guest, cell, &watch, trace->why);
	trace->insns = watch.number;
	if (status->code == STATUS_OK && trace->is_full)
		*status = status_error(STATUS_HOST, "the host has no memory for a trace");
	if (status->code == STATUS_OK)
		return trace;
	oracle_trace_free(trace);
	return NULL;
}

void oracle_trace_free(struct oracle_trace *trace)
{
	if (trace != NULL)
		free(trace->seen);
	free(trace);
}

u64 oracle_trace_events(const struct oracle_trace *trace)
{
	return trace->count;
}

u64 oracle_trace_insns(const struct oracle_trace *trace)
{
	return trace->insns;
}

u64 oracle_trace_exact(const struct oracle_trace *trace)
{
	return trace->exact;
}

u64 oracle_trace_timeless(const struct oracle_trace *trace)
{
	return trace->timeless;
}

const char *oracle_trace_why(const struct oracle_trace *trace)
{
	return trace->why;
}

/* ---- The second ---- */

struct comparison {
	const struct oracle_trace *trace;
	size_t next;
	struct difference *difference;
};

/* What a value of an event is. */
static void say_what(const struct seen *seen, unsigned value, char *text, size_t size)
{
	static const char *const exception[] = { "ESR_EL1", "FAR_EL1", "SPSR_EL1", "" };
	enum sysreg_id reg = oracle_register(seen->insn);
	const char *name = reg != SR_NONE ? sysreg_name(reg) : "a register without name";

	switch (seen->kind) {
	case SEEN_SYSREG:
		snprintf(text, size, "what is %s %s",
			oracle_is_read(seen->insn) ? "read from" : "written to", name);
		break;
	case SEEN_CALL: snprintf(text, size, "x%u of a call", value); break;
	case SEEN_ANSWER: snprintf(text, size, "x%u behind a call", value); break;
	default: snprintf(text, size, "%s of an exception", exception[value]);
	}
}

static const char *kind_name(const struct seen *seen)
{
	static const char *const names[] = { "a system instruction", "a call",
		"the return of a call", "an exception" };

	return names[seen->kind];
}

static void differ(struct watch *watch, const struct seen *one, const struct seen *other, u64 value,
	u64 other_value, const char *what)
{
	struct comparison *comparison = watch->opaque;
	struct difference *difference = comparison->difference;

	difference->is_equal = false;
	difference->number = other != NULL ? other->number : watch->number;
	difference->pc[0] = one != NULL ? one->pc : 0;
	difference->pc[1] = other != NULL ? other->pc : 0;
	difference->value[0] = value;
	difference->value[1] = other_value;
	snprintf(difference->what, sizeof(difference->what), "%s", what);
	memcpy(difference->path, watch->path, sizeof(difference->path));
	if (watch->machine != NULL)
		machine_break(watch->machine);
}

/* A guest may do something else because of it. */
static void note_allowed(struct watch *watch, const struct seen *one, const struct seen *other)
{
	struct comparison *comparison = watch->opaque;
	char what[160];

	say_what(other, 0, what, sizeof(what));
	snprintf(comparison->difference->allowed, sizeof(comparison->difference->allowed),
		"before, %.80s: 0x%" PRIx64 ", reference 0x%" PRIx64 ", as it may", what,
		other->allowed, one->allowed);
}

static void compare_values(struct watch *watch, const struct seen *one, const struct seen *other)
{
	char what[160];

	if (one->allowed != other->allowed)
		note_allowed(watch, one, other);
	for (unsigned i = 0; i < COUNT(one->value); i++) {
		if (one->value[i] == other->value[i])
			continue;
		say_what(other, i, what, sizeof(what));
		differ(watch, one, other, one->value[i], other->value[i], what);
		return;
	}
	if (one->is_exact && other->is_exact && one->digest != other->digest)
		differ(watch, one, other, one->digest, other->digest,
			"the digest of all registers at events up to here");
	else if (one->is_timeless && other->is_timeless && one->way != other->way)
		differ(watch, one, other, one->way, other->way,
			"the digest of all instructions up to here");
}

static void compare(struct watch *watch, const struct seen *seen)
{
	struct comparison *comparison = watch->opaque;
	const struct seen *one;
	char what[160];

	if (!comparison->difference->is_equal)
		return;
	if (comparison->next == comparison->trace->count) {
		snprintf(what, sizeof(what), "%s, where the first has ended", kind_name(seen));
		differ(watch, NULL, seen, 0, 0, what);
		return;
	}
	one = &comparison->trace->seen[comparison->next++];
	if (one->kind == seen->kind && one->pc == seen->pc && one->insn == seen->insn) {
		compare_values(watch, one, seen);
		return;
	}
	snprintf(what, sizeof(what), "%s instead of %s", kind_name(seen), kind_name(one));
	differ(watch, one, seen, one->pc, seen->pc, what);
}

struct status oracle_compare(const struct oracle_guest *guest, const struct oracle_cell *cell,
	const struct oracle_trace *trace, struct difference *difference, u64 *insns)
{
	struct comparison comparison = { trace, 0, difference };
	struct watch watch = { .see = compare, .opaque = &comparison };
	char why[300];
	struct status status;

	*difference = (struct difference){ .is_equal = true };
	status = run(guest, cell, &watch, why);
	*insns = watch.number;
	if (status.code == STATUS_OK && difference->is_equal && comparison.next != trace->count)
		differ(&watch, &trace->seen[comparison.next], NULL, 0, 0,
			"the second has ended before");
	return status;
}
