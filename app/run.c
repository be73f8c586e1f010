/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol run`: a machine, an image in it, observers around it, and what came of it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/run_monitors.h"
#include "app/run_traces.h"
#include "app/saves.h"
#include "debug/hash.h"
#include "loader/loader.h"

/* Everything a run owns. */
struct run {
	struct run_options options;
	const struct observer *reader;	 /* NULL: nobody */
	const struct run_driver *driver; /* NULL: it runs to its end */
	struct machine *machine;
	struct loaded_image image;
	struct symbols *symbols;
	struct observers observers;
	struct stats stats;
	struct run_traces traces;
	struct run_monitors monitors;
	struct adversary adversary;
	struct screenshots screenshots;
	struct saves saves;
	struct snapshot *snapshot; /* NULL: it begins with an image */
};

static struct status observe(struct run *run)
{
	struct observer observer = stats_observer(&run->stats);
	struct status status;

	/* a snapshot has them in any case: the same state makes the same file */
	if (run->options.stats != STATS_NONE || run->options.saves.count != 0)
		observers_add(&run->observers, run->machine, &observer);
	if (run->reader != NULL)
		observers_add(&run->observers, run->machine, run->reader);
	status = run_traces_open(&run->traces, &run->options, run->machine, &run->observers,
		&run->image.symbols, run->symbols);
	if (status.code != STATUS_OK)
		return status;
	return run_monitors_open(&run->monitors, run->options.monitors, run->options.image,
		run->machine, &run->observers, run->symbols);
}

/* A kernel gets a device tree, and so does what is given something that only a tree tells of. */
static bool wants_tree(const struct run *run)
{
	const struct run_options *options = &run->options;
	const struct boot_options *boot = &options->boot;

	return run->image.is_kernel || options->image == NULL || options->dump_dtb != NULL ||
	       boot->initrd != NULL || boot->append != NULL || boot->dtb != NULL || boot->kaslr ||
	       boot->module_count != 0;
}

static void say_long_wait(void)
{
	say("the guest waits for input, and time stands still until standard input has some or "
	    "ends; --input live does not wait");
}

/* Whether such a guest still has something to do is not ours to decide, so the run goes on. */
static void say_silence(const char *why)
{
	say("%s, and the guest has printed nothing for 60 seconds of its time; Ctrl-C ends the "
	    "run, --max-insns bounds it",
		why);
}

static bool is_live(const struct run_options *options)
{
	return options->input == INPUT_KIND_AUTO
		       ? isatty(STDIN_FILENO) || options->machine.net.is_on ||
				 options->screen.display != DISPLAY_NONE
		       : options->input == INPUT_KIND_LIVE;
}

/* COMMAND_LINE_SIZE of arm64, with the 0 at its end. */
enum { LINUX_COMMAND_LINE = 2048 };

static void mind_append(const char *append)
{
	size_t length = append != NULL ? strlen(append) : 0;

	if (length >= LINUX_COMMAND_LINE)
		say("--append has %zu characters; Linux takes the first %d", length,
			LINUX_COMMAND_LINE - 1);
}

static struct status load(struct run *run)
{
	const struct run_options *options = &run->options;
	struct status status = status_ok();

	if (options->image != NULL && is_snapshot_file(options->image))
		return status_error(STATUS_USAGE,
			"%.80s is a snapshot, no image; go on from it with --from %.80s",
			options->image, options->image);
	if (options->image != NULL)
		status = loader_load(run->machine, options->image, &options->load, &run->image);
	if (status.code == STATUS_OK && wants_tree(run))
		status = loader_boot(run->machine, &options->boot, &run->image);
	if (status.code == STATUS_OK && run->image.tree_differs[0] != '\0')
		say("--dtb %.100s is of another machine: it %s", options->boot.dtb,
			run->image.tree_differs);
	return status;
}

/* NULL: nobody types. */
static const struct console_live *keys_of(const struct run *run)
{
	if (!is_live(&run->options))
		return NULL;
	return run->driver != NULL ? run->driver->keys : terminal_keys();
}

/* The image comes last, and is asked again after each load. */
static struct status add_symbols(struct run *run)
{
	const struct run_options *options = &run->options;
	struct status status = status_ok();

	run->symbols = symbols_create();
	if (run->symbols == NULL)
		return status_error(STATUS_HOST, "the host has no memory for symbols");
	for (unsigned i = 0; i < options->symbol_files && status.code == STATUS_OK; i++)
		status = symbols_add(run->symbols, options->symbols[i]);
	if (status.code == STATUS_OK)
		status = symbols_add_image(run->symbols, options->image, &run->image.symbols);
	return status;
}

static struct status open_snapshot(struct run *run)
{
	struct run_options *options = &run->options;
	struct status status;

	run->snapshot = snapshot_open(options->from, &status);
	if (run->snapshot != NULL)
		snapshot_config(run->snapshot, &options->machine);
	return status;
}

/* --max-insns counts from the start of the machine, as instructions of statistics do. */
static struct status go_on(struct run *run)
{
	struct status status = saves_go_on(run->snapshot, run->machine, &run->stats);
	u64 insns = machine_insns(run->machine), most = run->options.max_insns;

	if (status.code == STATUS_OK && insns > most)
		return status_error(STATUS_USAGE,
			"--max-insns %" PRIu64 ": the snapshot is at instruction %" PRIu64
			" already",
			most, insns);
	return status;
}

static struct status prepare(struct run *run)
{
	struct run_options *options = &run->options;
	struct status status = status_ok();

	options->machine.console_in = STDIN_FILENO;
	options->machine.console_out = run->reader == NULL ? STDOUT_FILENO : STDERR_FILENO;
	options->machine.console_err = STDERR_FILENO;
	if (run->driver != NULL) {
		options->machine.console_in = run->driver->console_in;
		options->machine.console_out = run->driver->console_out;
	}
	options->machine.live = keys_of(run);
	if (options->screen.display != DISPLAY_NONE)
		options->machine.screen.live = display_input(options->machine.live != NULL);
	options->machine.on_long_wait = say_long_wait;
	options->machine.on_silence = say_silence;
	options->machine.type_after = options->type_after;
	options->machine.command_line = options->command_line;
	for (unsigned i = 0; i < options->machine.disks; i++)
		options->machine.disk[i].snapshot |= options->snapshot;
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++)
		options->machine.flash[i].snapshot |= options->snapshot;
	if (options->from != NULL)
		status = open_snapshot(run);
	if (status.code != STATUS_OK)
		return status;
	if (screen_is_needed(&options->screen) && options->machine.screen.width == 0)
		return status_error(
			STATUS_USAGE, "the machine of %.80s has no screen", options->from);
	run->machine = machine_create(&options->machine, &status);
	if (status.code == STATUS_OK && options->saves.count != 0)
		status = machine_keeps(run->machine);
	if (status.code == STATUS_OK)
		status = saves_check(&run->saves);
	if (status.code != STATUS_OK)
		return status;
	status = options->from != NULL ? go_on(run) : load(run);
	if (status.code != STATUS_OK)
		return status;
	mind_append(options->boot.append);
	adversary_init(&run->adversary, options->adversary);
	status = machine_take_liberties(run->machine, adversary_liberties(&run->adversary));
	if (status.code == STATUS_OK)
		status = add_symbols(run);
	if (status.code != STATUS_OK)
		return status;
	status = observe(run);
	if (status.code == STATUS_OK && options->screen.display != DISPLAY_NONE)
		status = display_open(run->machine, options->image != NULL  ? options->image
						    : options->from != NULL ? options->from
									    : options->firmware);
	return status;
}

/* The answer to --dump-dtb. */
static int dump_tree(struct run *run)
{
	const char *name = run->options.dump_dtb;
	const struct ram_region *ram = memory_ram(machine_memory(run->machine));
	FILE *file = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
	bool ok = file != NULL && fwrite(ram->host + (run->image.tree - ram->base.v),
					  run->image.tree_size, 1, file) == 1;

	if (file != NULL && (file == stdout ? fflush(file) : fclose(file)) != 0)
		ok = false;
	if (ok)
		return STATUS_OK;
	return say_status(
		status_error(STATUS_HOST, "--dump-dtb %.100s: %s", name, strerror(errno)));
}

int run_exit_code(const struct stop *stop)
{
	switch (stop->reason) {
	case STOP_EXIT: return stop->exit_code;
	case STOP_BUDGET:
	case STOP_RESET: return STATUS_OK;
	case STOP_NOT_IMPLEMENTED: return STATUS_NOT_IMPLEMENTED;
	default: return STATUS_GUEST_FAILED;
	}
}

/* Which PE a message is about matters only if there are several. */
static void say_stop(struct machine *machine, const struct stop *stop)
{
	if (machine_cpu_count(machine) > 1)
		say("PE %u: %s", machine_stopped_cpu(machine), stop->text);
	else
		say("%s", stop->text);
}

int run_say_end(const struct driven *driven, const struct stop *stop)
{
	if (interrupt_name() != NULL)
		say("ended by %s after %" PRIu64 " instructions", interrupt_name(),
			machine_insns(driven->machine));
	else if (stop->reason == STOP_BUDGET)
		say("stopped after %" PRIu64 " instructions", driven->options->max_insns);
	else if (stop->reason != STOP_EXIT || stop->exit_code != 0)
		say_stop(driven->machine, stop);
	return run_exit_code(stop);
}

double host_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Malformed rings are the guest's own affair. */
static void say_virtio_note(struct run *run)
{
	u64 count;
	const char *note = machine_virtio_note(run->machine, &count);

	if (note != NULL)
		say("virtio %s (%" PRIu64 " time%s); the device stopped until it was reset", note,
			count, count == 1 ? "" : "s");
}

/* machine_run(), with what is made of the machine on the way. */
static const struct stop *run_on(struct run *run, u64 insns)
{
	for (;;) {
		u64 before = machine_insns(run->machine);
		u64 budget = saves_budget(&run->saves, run->machine, insns);
		const struct stop *stop = run_traces_run(&run->traces, &run->screenshots, budget);

		saves_take(&run->saves, run->machine);
		if (insns != MACHINE_UNLIMITED)
			insns -= machine_insns(run->machine) - before;
		if (stop->reason != STOP_BUDGET || insns == 0)
			return stop;
	}
}

static void start(struct run *run)
{
	if (run->snapshot == NULL)
		machine_start_with(run->machine, run->image.entry, run->image.tree, run->image.end);
}

/* Runs until something stops the machine that --reboot does not start again. */
static const struct stop *run_machine(struct run *run, struct status *status)
{
	u64 most = run->options.max_insns;

	for (;;) {
		u64 insns = most != MACHINE_UNLIMITED ? most - machine_insns(run->machine)
						      : MACHINE_UNLIMITED;
		const struct stop *stop;

		start(run);
		stop = run_on(run, insns);
		if (stop->reason != STOP_RESET || !run->options.reboot)
			return stop;
		run->stats.earlier += stats_cycles(run->machine);
		machine_reset(run->machine);
		run_monitors_restart(&run->monitors);
		loaded_image_free(&run->image);
		*status = load(run);
		if (status->code != STATUS_OK)
			return stop;
	}
}

static struct driven driven_by(struct run *run, struct stop *stop)
{
	return (struct driven){ run->machine, &run->image, run->symbols, &run->observers,
		&run->options, stop };
}

/* Somebody else moves the machine. */
static int drive(struct run *run, struct stop *stop)
{
	const struct run_driver *driver = run->driver;
	struct driven driven = driven_by(run, stop);

	run_traces_drive(&run->traces);
	start(run);
	return driver->drive(driver->opaque, &driven);
}

static int run_to_the_end(struct run *run, struct stop *stop)
{
	struct status status = status_ok();
	struct driven driven = driven_by(run, stop);

	interrupts_end(run->machine);
	*stop = *run_machine(run, &status);
	return status.code == STATUS_OK ? run_say_end(&driven, stop) : say_status(status);
}

static int execute(struct run *run)
{
	const struct run_options *options = &run->options;
	struct stop stop = { .reason = STOP_NONE };
	double begin = host_seconds();
	struct status status;
	int code;

	if (options->machine.net.is_on)
		signal(SIGPIPE, SIG_IGN); /* of sockets */
	if (run->options.machine.live != NULL && run->driver == NULL)
		terminal_give_to_guest(run->machine);
	if (run->driver != NULL)
		code = drive(run, &stop);
	else
		code = run_to_the_end(run, &stop);
	if (screenshots_finish(&run->screenshots, run->machine) != 0)
		code = run->screenshots.code;
	if (saves_finish(&run->saves, run->machine) != 0)
		code = run->saves.code;
	report_stats(options->stats, run->machine, &run->stats, &stop, host_seconds() - begin);
	if (options->hash) {
		say("hash %016" PRIx64, machine_hash(run->machine));
		say("hash without time %016" PRIx64, machine_hash_without_time(run->machine));
	}
	say_virtio_note(run);
	status = machine_finish(run->machine);
	return status.code == STATUS_OK ? code : say_status(status);
}

static int run_with(const struct run_options *options, const struct observer *reader,
	const struct run_driver *driver)
{
	struct run *run = calloc(1, sizeof(*run));
	struct status status;
	int code;

	if (run == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	run->options = *options;
	run->reader = reader;
	run->driver = driver;
	run->screenshots.options = &run->options.screen;
	run->saves = (struct saves){ .options = &run->options.saves, .stats = &run->stats };
	status = prepare(run);
	if (status.code != STATUS_OK)
		code = say_status(status);
	else
		code = run->options.dump_dtb != NULL ? dump_tree(run) : execute(run);
	code = run_monitors_close(&run->monitors, code);
	code = run_traces_close(&run->traces, code);
	display_close();
	interrupts_end(NULL);
	machine_destroy(run->machine);
	snapshot_close(run->snapshot);
	symbols_destroy(run->symbols);
	loaded_image_free(&run->image);
	free(run);
	return code;
}

int run_image(const struct run_options *options, const struct observer *reader)
{
	return run_with(options, reader, NULL);
}

int run_image_by(const struct run_options *options, const struct run_driver *driver)
{
	return run_with(options, NULL, driver);
}

int run_command(int argc, char **argv)
{
	struct run_options options;
	int code = STATUS_USAGE;

	switch (run_options_parse(&options, argc, argv)) {
	case PARSED_DONE: code = STATUS_OK; break;
	case PARSED_USAGE: break;
	case PARSED_RUN:
		code = options.gdb != NULL ? run_with_gdb(&options) : run_image(&options, NULL);
		break;
	}
	free(options.command_line);
	return code;
}
