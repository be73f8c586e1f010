/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol run --gdb`: the machine stands at its first instruction and waits for a debugger, which
 * moves it from then on. What only explain/ knows is handed to the server from here.
 */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/explain.h"
#include "debug/gdb.h"
#include "debug/gdb_socket.h"
#include "platform/snapshot.h"

enum { TRANSITIONS = 10000 };

/* Everything that a run with a debugger owns. */
struct session {
	const struct driven *driven;
	struct worlds worlds;
	struct transitions transitions;
	struct gdb_socket *socket;
	struct gdb_transport sockets;
	struct gdb *gdb;
	struct debug_names names;
	struct console_live keys; /* the terminal's, but Ctrl-C of the debugger ends a wait */
	bool was_connected, observes;
};

/* ---- What explain/ knows ---- */

static unsigned list_fields(
	enum sysreg_id id, bool is_e2h, struct named_field *fields, unsigned most)
{
	const struct field *field = field_next(id, is_e2h, NULL);
	unsigned count = 0;

	for (; field != NULL && count < most; field = field_next(id, is_e2h, field))
		fields[count++] = (struct named_field){ field->name, field->high, field->low };
	return count;
}

static struct status explain_here(const struct cpu *cpu, const char *text, FILE *out)
{
	struct explain_question question = { .text = text, .profile = "as it is now", .cpu = cpu };
	struct explanation *answer = calloc(1, sizeof(*answer));
	struct status status = assemble(text, &question.insn);

	if (answer == NULL)
		status = status_error(STATUS_HOST, "the host has no memory");
	if (status.code == STATUS_OK) {
		explain(cpu, question.insn, answer);
		explain_print_text(&question, answer, out);
	}
	free(answer);
	return status;
}

static struct status save(struct machine *machine, const char *file)
{
	return machine_save(machine, file, NULL, 0); /* who goes back and forth has no statistics */
}

/* ---- The session ---- */

static void say_line(const char *line)
{
	say("%s", line);
}

/* Until somebody comes, Ctrl-C on the terminal is for us. */
static bool connect_debugger(void *opaque)
{
	struct session *session = opaque;

	if (!session->sockets.connect(session->sockets.opaque))
		return false;
	if (!session->was_connected && session->driven->options->machine.live != NULL)
		terminal_give_to_guest(session->driven->machine);
	session->was_connected = true;
	return true;
}

static void disconnect_debugger(void *opaque)
{
	struct session *session = opaque;

	session->sockets.disconnect(session->sockets.opaque);
}

static int read_debugger(void *opaque, void *data, size_t size, bool waits)
{
	struct session *session = opaque;

	return session->sockets.read(session->sockets.opaque, data, size, waits);
}

static bool write_debugger(void *opaque, const void *data, size_t size)
{
	struct session *session = opaque;

	return session->sockets.write(session->sockets.opaque, data, size);
}

static enum console_got get_key(void *opaque, u8 *key)
{
	const struct console_live *terminal = terminal_keys();

	(void)opaque;
	return terminal->get(terminal->opaque, key);
}

/* A guest that sleeps makes us sleep; nobody else looks at the connection then. */
static cycles_t wait_for_key(void *opaque, cycles_t most, struct pollfd *others, unsigned count)
{
	struct session *session = opaque;
	const struct console_live *terminal = terminal_keys();
	struct pollfd fds[LIVE_FDS];
	struct pollfd *ours = &fds[count < LIVE_FDS ? count : LIVE_FDS - 1];
	cycles_t passed = 0;

	if (session->gdb == NULL) /* it has detached */
		return terminal->wait(terminal->opaque, most, others, count);
	for (unsigned i = 0; i < count; i++)
		fds[i] = others[i];
	*ours = (struct pollfd){ .fd = gdb_socket_peer(session->socket), .events = POLLIN };
	if (!gdb_is_interrupted(session->gdb))
		passed = terminal->wait(terminal->opaque, most, fds, (unsigned)(ours - fds) + 1);
	for (unsigned i = 0; i < count; i++)
		others[i].revents = fds[i].revents;
	if (gdb_is_interrupted(session->gdb))
		machine_break(session->driven->machine);
	return passed;
}

static struct status create_server(struct session *session)
{
	const struct driven *driven = session->driven;
	struct gdb_config config = { .machine = driven->machine,
		.observers = driven->observers,
		.worlds = &session->worlds,
		.transitions = &session->transitions,
		.names = &session->names,
		.transport = { connect_debugger, disconnect_debugger, read_debugger, write_debugger,
			session },
		.most_insns = driven->options->max_insns,
		.memory = TRAVEL_MEMORY,
		.explain = explain_here,
		.snapshot = save,
		.say = say_line };
	struct status status;

	session->names = (struct debug_names){ list_fields, disassemble_at, driven->symbols };
	session->gdb = gdb_create(&config, &status);
	if (session->gdb != NULL && gdb_has_no_past(session->gdb) != NULL)
		say("%s; so nothing goes back", gdb_has_no_past(session->gdb));
	return status;
}

static struct status begin(struct session *session)
{
	const struct driven *driven = session->driven;
	struct status status = status_ok();
	struct observer observer;

	session->socket = gdb_socket_listen(driven->options->gdb, &status);
	if (session->socket == NULL)
		return status;
	session->sockets = gdb_socket_transport(session->socket);
	worlds_init(&session->worlds);
	if (!transitions_init(&session->transitions, &session->worlds, TRANSITIONS))
		return status_error(STATUS_HOST, "the host has no memory for a debugger");
	session->observes = true;
	observer = worlds_observer(&session->worlds);
	observers_add(driven->observers, driven->machine, &observer);
	observer = transitions_observer(&session->transitions);
	observers_add(driven->observers, driven->machine, &observer);
	return create_server(session);
}

static void end(struct session *session)
{
	const struct driven *driven = session->driven;

	gdb_destroy(session->gdb);
	if (session->observes) {
		observers_remove(driven->observers, driven->machine, &session->transitions);
		observers_remove(driven->observers, driven->machine, &session->worlds);
	}
	transitions_free(&session->transitions);
	gdb_socket_close(session->socket);
	session->gdb = NULL;
	session->socket = NULL;
}

static int drive(void *opaque, const struct driven *driven)
{
	static const struct stop killed = { .reason = STOP_EXIT };
	struct session *session = opaque;
	struct status status;
	enum gdb_end how;
	u64 left;

	session->driven = driven;
	status = begin(session);
	if (status.code != STATUS_OK) {
		end(session);
		return say_status(status);
	}
	say("waiting for a debugger: gdb-multiarch -ex 'target remote %s'",
		gdb_socket_name(session->socket));
	how = gdb_serve(session->gdb);
	*driven->stop = how == GDB_KILLED ? killed : *gdb_stop(session->gdb);
	left = gdb_insns_left(session->gdb);
	end(session);
	if (how == GDB_DETACHED || how == GDB_ALONE) {
		interrupts_end(driven->machine);
		*driven->stop = *machine_run(driven->machine, left);
	}
	return run_say_end(driven, driven->stop);
}

int run_with_gdb(const struct run_options *options)
{
	struct session session = { .keys = { get_key, wait_for_key, &session } };
	struct run_driver driver = { .console_in = STDIN_FILENO,
		.console_out = STDOUT_FILENO,
		.keys = &session.keys,
		.drive = drive,
		.opaque = &session };

	return run_image_by(options, &driver);
}
