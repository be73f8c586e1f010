/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitors of a run: each broken rule is a line on stderr.
 */
#include "app/run_monitors.h"

#include "verify/model.h"
#include "verify/monitor.h"

static void tell(void *opaque, const struct violation *violation)
{
	char text[640];

	(void)opaque;
	say("%s", violation_say(violation, text, sizeof(text)));
}

struct status run_monitors_open(struct run_monitors *run, u32 which, const char *image,
	struct machine *machine, struct observers *observers, const struct symbols *symbols)
{
	struct watchman watchman = {
		.machine = machine, .worlds = &run->worlds, .symbols = symbols
	};
	struct status status = status_ok();
	struct observer observer;

	*run = (struct run_monitors){ 0 };
	if (which == 0)
		return status_ok();
	if (image != NULL)
		run->model = model_open(image, &status);
	if (status.code == STATUS_OK)
		status = monitors_check(which, run->model, image);
	if (status.code != STATUS_OK)
		return status;
	watchman.model = run->model;
	run->monitors = monitors_create(&watchman, which);
	if (run->monitors == NULL)
		return status_error(STATUS_HOST, "the host has no memory for monitors");
	monitors_tell(run->monitors, tell, NULL);
	worlds_init(&run->worlds);
	observer = worlds_observer(&run->worlds);
	observers_add(observers, machine, &observer);
	observer = monitors_observer(run->monitors, false);
	observers_add(observers, machine, &observer);
	return status_ok();
}

void run_monitors_restart(struct run_monitors *run)
{
	if (run->monitors == NULL)
		return;
	worlds_init(&run->worlds);
	monitors_begin(run->monitors);
}

int run_monitors_close(struct run_monitors *run, int code)
{
	unsigned count;
	u64 more, overlooked;

	if (run->monitors == NULL)
		return code;
	monitors_end(run->monitors);
	count = monitors_count(run->monitors);
	more = monitors_more(run->monitors);
	if (more != 0)
		say("rules were broken %" PRIu64 " times more", more);
	overlooked = monitors_overlooked(run->monitors);
	if (overlooked != 0)
		say("monitors had no room for all that they should watch, %" PRIu64 " times",
			overlooked);
	monitors_destroy(run->monitors);
	model_close(run->model);
	run->model = NULL;
	run->monitors = NULL;
	/* whatever the guest's own end says: what was asked for is whether rules hold */
	return count != 0 || overlooked != 0 ? (int)STATUS_VERIFY_FAILED : code;
}
