/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back of a session: the machine and all that observes it, as bytes. The console is cut.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "verify/session_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/checkpoint.h"

struct kept_session {
	struct checkpoint *checkpoint;
	struct past past;
	struct adversary adversary;
	off_t printed;
	u8 monitors[];
};

struct kept_session *session_keep(struct session *session, struct status *status)
{
	size_t size = session->monitors != NULL ? monitors_state_size(session->monitors) : 0;
	struct kept_session *kept = malloc(sizeof(*kept) + size);

	*status = status_error(STATUS_HOST, "the host has no memory for a session");
	if (kept == NULL)
		return NULL;
	kept->checkpoint = machine_checkpoint(session->machine, status);
	if (kept->checkpoint == NULL) {
		free(kept);
		return NULL;
	}
	kept->past = session->past;
	kept->adversary = session->adversary;
	kept->printed = lseek(session->console, 0, SEEK_END);
	if (session->monitors != NULL)
		monitors_save(session->monitors, kept->monitors);
	return kept;
}

struct status session_go_back(struct session *session, const struct kept_session *kept)
{
	struct status status = machine_restore(session->machine, kept->checkpoint);
	u32 taken = session->adversary.liberties.taken;

	if (status.code != STATUS_OK)
		return status;
	/* what comes now is another future, whose output is shown */
	machine_forget_future(session->machine);
	if (ftruncate(session->console, kept->printed) != 0 ||
		lseek(session->console, kept->printed, SEEK_SET) != kept->printed)
		return status_error(
			STATUS_HOST, "a console cannot be taken back: %s", strerror(errno));
	session->printed = kept->printed;
	session->past = kept->past;
	session->adversary = kept->adversary;
	if (kept->adversary.liberties.taken != taken)
		status = session_take_liberties(session);
	if (session->monitors != NULL)
		monitors_load(session->monitors, kept->monitors);
	return status;
}

void kept_session_free(struct kept_session *kept)
{
	if (kept == NULL)
		return;
	checkpoint_free(kept->checkpoint);
	free(kept);
}

struct status session_forked(struct session *session)
{
	size_t size = (size_t)session->printed;
	int file = memfd_create("console", MFD_CLOEXEC);
	bool ok = file >= 0 && session_make_room(session, size + 1) &&
		  pread(session->console, session->text, size, 0) == (ssize_t)size &&
		  write(file, session->text, size) == (ssize_t)size &&
		  dup3(file, session->console, O_CLOEXEC) >= 0;

	if (file >= 0)
		close(file);
	return ok ? status_ok()
		  : status_error(
			    STATUS_HOST, "a process cannot have its console: %s", strerror(errno));
}
