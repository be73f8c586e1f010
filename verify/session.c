/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with an image, its observers and its adversary. What the guest prints goes to a file in
 * memory.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "verify/session_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/path.h"
#include "debug/hash.h"
#include "mmu/mmu.h"
#include "verify/model.h"

#define MOST_INSNS (1ull << 40)

struct session_config session_default_config(void)
{
	struct session_config config = { .machine = machine_default_config() };

	/* What is kept and gone back to should be small; a kernel's user says more. */
	config.machine.ram_size = 64ull << 20;
	return config;
}

struct status session_take_liberties(struct session *session)
{
	return machine_take_liberties(session->machine, adversary_liberties(&session->adversary));
}

struct status session_choose(struct session *session, struct adversary_config config)
{
	adversary_init(&session->adversary, config);
	return session_take_liberties(session);
}

/* ---- Creating one ---- */

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for a session");
}

static struct status open_console(struct session *session)
{
	session->console = memfd_create("console", MFD_CLOEXEC);
	if (session->console < 0)
		return status_error(
			STATUS_HOST, "the host has no memory for a console: %s", strerror(errno));
	return status_ok();
}

static struct status create_machine(struct session *session)
{
	struct machine_config config = session->config.machine;
	const char *words = session->config.words != NULL ? session->config.words : "";
	const char *name = path_name(session->config.image); /* wherever it lies */
	size_t size = strlen(name) + strlen(words) + 2;
	char *line = malloc(size);
	struct status status;

	if (line == NULL)
		return no_memory();
	snprintf(line, size, "%s%s%s", name, *words != '\0' ? " " : "", words);
	config.command_line = line;
	config.console_in = -1;
	config.console_out = config.console_err = session->console;
	if (session->config.adversary.kind != ADVERSARY_NONE)
		config.engine = ENGINE_STEP; /* which alone asks */
	session->machine = machine_create(&config, &status);
	free(line);
	return status;
}

struct status session_patch(struct session *session, const struct patch *patch)
{
	struct memory *memory = machine_memory(session->machine);
	struct ram_region *region = memory_find(memory, PA(patch->pa), sizeof(patch->after));
	u8 *host;

	if (region == NULL || !is_aligned(patch->pa, sizeof(patch->after)))
		return status_error(STATUS_USAGE,
			"a patch of 0x%" PRIx64 ": no instruction is there", patch->pa);
	host = region->host + (patch->pa - region->base.v);
	if (memcmp(host, &patch->before, sizeof(patch->before)) != 0)
		return status_error(STATUS_USAGE,
			"a patch of 0x%" PRIx64
			": the image has another instruction than 0x%08x there",
			patch->pa, patch->before);
	memcpy(host, &patch->after, sizeof(patch->after));
	memory_written(memory, PA(patch->pa), sizeof(patch->after));
	return status_ok();
}

static struct status put_bytes(struct session *session, const struct session_bytes *bytes)
{
	struct memory *memory = machine_memory(session->machine);
	struct ram_region *region = memory_find(memory, PA(bytes->pa), bytes->size);

	if (region == NULL)
		return status_error(STATUS_USAGE,
			"there is no RAM for %zu bytes at 0x%" PRIx64 "; give more memory",
			bytes->size, bytes->pa);
	memcpy(region->host + (bytes->pa - region->base.v), bytes->data, bytes->size);
	memory_written(memory, PA(bytes->pa), bytes->size);
	return status_ok();
}

static struct status load(struct session *session)
{
	const struct session_config *config = &session->config;
	struct load_options options = { config->has_address, config->address };
	struct boot_options boot = { .initrd = config->initrd, .append = config->append };
	struct status status =
		loader_load(session->machine, config->image, &options, &session->image);

	if (status.code == STATUS_OK &&
		(session->image.is_kernel || boot.initrd != NULL || boot.append != NULL))
		status = loader_boot(session->machine, &boot, &session->image);
	for (unsigned i = 0; i < SESSION_BYTES && status.code == STATUS_OK; i++) {
		if (config->bytes[i].size != 0)
			status = put_bytes(session, &config->bytes[i]);
	}
	for (unsigned i = 0; i < config->patches && status.code == STATUS_OK; i++)
		status = session_patch(session, &config->patch[i]);
	return status;
}

static struct status open_names(struct session *session)
{
	struct status status;

	session->symbols = symbols_create();
	if (session->symbols == NULL)
		return no_memory();
	status =
		symbols_add_image(session->symbols, session->config.image, &session->image.symbols);
	if (status.code == STATUS_OK)
		session->model = model_open(session->config.image, &status);
	if (status.code == STATUS_OK)
		status = monitors_check(
			session->config.monitors, session->model, session->config.image);
	return status;
}

static struct status observe(struct session *session)
{
	struct observer worlds;

	worlds_init(&session->past.worlds);
	worlds = worlds_observer(&session->past.worlds);
	observers_add(&session->observers, session->machine, &worlds);
	session->watchman = (struct watchman){ .machine = session->machine,
		.worlds = &session->past.worlds,
		.symbols = session->symbols,
		.model = session->model };
	if (session->config.monitors != 0) {
		struct observer observer;

		session->monitors = monitors_create(&session->watchman, session->config.monitors);
		if (session->monitors == NULL)
			return no_memory();
		session->watchman.monitors = session->monitors;
		observer = monitors_observer(session->monitors, !session->config.goes_on);
		observers_add(&session->observers, session->machine, &observer);
	}
	if (session->config.adversary.kind != ADVERSARY_NONE)
		return session_choose(session, session->config.adversary);
	return status_ok();
}

static struct status prepare(struct session *session)
{
	struct status status = open_console(session);

	if (status.code == STATUS_OK)
		status = create_machine(session);
	if (status.code == STATUS_OK)
		status = load(session);
	if (status.code == STATUS_OK)
		status = open_names(session);
	if (status.code == STATUS_OK)
		status = observe(session);
	if (status.code == STATUS_OK)
		machine_start_with(session->machine, session->image.entry, session->image.tree,
			session->image.end);
	return status;
}

struct session *session_create(const struct session_config *config, struct status *status)
{
	struct session *session = calloc(1, sizeof(*session));

	*status = no_memory();
	if (session == NULL)
		return NULL;
	session->config = *config;
	session->console = -1;
	*status = prepare(session);
	if (status->code == STATUS_OK)
		return session;
	session_destroy(session);
	return NULL;
}

void session_destroy(struct session *session)
{
	if (session == NULL)
		return;
	monitors_destroy(session->monitors);
	machine_destroy(session->machine);
	model_close(session->model);
	symbols_destroy(session->symbols);
	loaded_image_free(&session->image);
	if (session->console >= 0)
		close(session->console);
	free(session->text);
	free(session);
}

/* ---- Running ---- */

static void end(struct session *session, enum session_end how, const char *why)
{
	session->past.end = how;
	snprintf(session->past.why, sizeof(session->past.why), "%s", why);
}

static void end_by_violation(struct session *session)
{
	char text[sizeof(session->past.why)];

	end(session, SESSION_VIOLATES,
		violation_say(monitors_violation(session->monitors, 0), text, sizeof(text)));
}

static bool is_violated(const struct session *session)
{
	return session->monitors != NULL && monitors_count(session->monitors) != 0;
}

static bool is_overlooked(const struct session *session)
{
	return session->monitors != NULL && monitors_overlooked(session->monitors) != 0;
}

/* The guest is done: what was only looked at until now is decided. */
static void end_by_itself(struct session *session, const struct stop *stop)
{
	char text[sizeof(stop->text)];
	bool is_expected =
		stop->reason == STOP_EXIT && stop->exit_code == session->config.expected_exit;

	session->past.has_exited = stop->reason == STOP_EXIT;
	if (session->monitors != NULL)
		monitors_end(session->monitors);
	if (is_violated(session)) {
		end_by_violation(session);
		return;
	}
	if (is_expected && is_overlooked(session)) {
		end(session, SESSION_FAILS, "monitors had no room for all that they should watch");
		return;
	}
	if (stop->reason == STOP_EXIT && (is_expected || stop->text[0] == '\0'))
		snprintf(text, sizeof(text), "exit code %d", stop->exit_code);
	else
		snprintf(text, sizeof(text), "%s", stop->text);
	end(session,
		is_expected			       ? SESSION_HOLDS
		: stop->reason == STOP_NOT_IMPLEMENTED ? SESSION_LACKS
						       : SESSION_FAILS,
		text);
}

static u64 insns_left(const struct session *session)
{
	u64 most = session->config.max_insns != 0 ? session->config.max_insns : MOST_INSNS;
	u64 now = machine_insns(session->machine);

	return now < most ? most - now : 0;
}

static void end_too_long(struct session *session)
{
	char text[80];

	snprintf(text, sizeof(text), "still running after %" PRIu64 " instructions",
		machine_insns(session->machine));
	end(session, SESSION_FAILS, text);
}

enum session_end session_run(struct session *session, u64 insns)
{
	const struct stop *stop;

	if (session->past.end != SESSION_GOES_ON)
		return session->past.end;
	stop = machine_run(session->machine, smaller(insns, insns_left(session)));
	session->printed = lseek(session->console, 0, SEEK_CUR);
	if (is_violated(session) && !session->config.goes_on)
		end_by_violation(session);
	else if (stop->reason != STOP_BUDGET && stop->reason != STOP_DEBUG)
		end_by_itself(session, stop);
	else if (insns_left(session) == 0)
		end_too_long(session);
	return session->past.end;
}

const char *session_why(const struct session *session)
{
	return session->past.why;
}

bool session_has_exited(const struct session *session)
{
	return session->past.has_exited;
}

/* ---- Looking ---- */

struct machine *session_machine(struct session *session)
{
	return session->machine;
}

struct observers *session_observers(struct session *session)
{
	return &session->observers;
}

struct watchman *session_watchman(struct session *session)
{
	return &session->watchman;
}

const struct monitors *session_monitors(const struct session *session)
{
	return session->monitors;
}

const struct adversary *session_adversary(const struct session *session)
{
	return &session->adversary;
}

bool session_make_room(struct session *session, size_t size)
{
	char *text;

	if (size <= session->room)
		return true;
	text = realloc(session->text, size);
	if (text == NULL)
		return false;
	session->text = text;
	session->room = size;
	return true;
}

const char *session_console(struct session *session)
{
	off_t size = lseek(session->console, 0, SEEK_END);
	ssize_t count;

	if (size < 0 || !session_make_room(session, (size_t)size + 1))
		return "";
	count = pread(session->console, session->text, (size_t)size, 0);
	session->text[count > 0 ? count : 0] = '\0';
	return session->text;
}

u64 session_hash(const struct session *session)
{
	return machine_hash_without_time(session->machine);
}
