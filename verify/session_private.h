/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session as session.c (how it begins and runs) and session_keep.c (how it goes back) see it.
 */
#ifndef ENT_VERIFY_SESSION_PRIVATE_H
#define ENT_VERIFY_SESSION_PRIVATE_H

#include <sys/types.h>

#include "debug/symbols.h"
#include "loader/loader.h"
#include "verify/session.h"

/* Whatever is taken back as bytes. */
struct past {
	struct worlds worlds;
	enum session_end end;
	bool has_exited;
	char why[300];
};

struct session {
	struct session_config config;
	struct machine *machine;
	struct loaded_image image;
	struct symbols *symbols;
	struct model *model; /* NULL: the image is not hyp.elf */
	struct observers observers;
	struct watchman watchman;
	struct monitors *monitors; /* NULL: none */
	struct adversary adversary;
	struct past past;
	int console;   /* a file in memory */
	off_t printed; /* when it stopped last: whoever forks shares the file, and goes on */
	char *text;    /* of it, for who asks; owned */
	size_t room;   /* of it */
};

/* What the session's adversary takes, from now on. STATUS_HOST: no memory. */
struct status session_take_liberties(struct session *session);

/* Room for so many bytes of what was printed, at `text`. */
bool session_make_room(struct session *session, size_t size);

#endif
