/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server of 9P2000.L with one client, in front of a shared folder: messages by rows. It does all
 * at once, so there is never a request to flush.
 */
#ifndef ENT_PLATFORM_P9_SERVER_H
#define ENT_PLATFORM_P9_SERVER_H

#include "platform/p9_message.h"
#include "platform/share.h"

enum {
	P9_MSIZE_MIN = 4096,
	P9_MSIZE = 1 << 17, /* bytes of the largest message */
	P9_HEADER = 7,	    /* size[4] type[1] tag[2] */
	P9_ERROR = 11,	    /* bytes of an Rlerror: every answer has room for one */
	P9_FIDS = 1 << 16,
	P9_OPEN = 512 /* files and lists open at once */
};

/* Zero, but for the share, is a server before its first message. */
struct p9_server {
	struct share share;
	u32 msize;  /* agreed on; 0: no version yet */
	void *fids; /* a tree of struct p9_fid */
	u32 fid_count, open_count;
};

/*
 * Answers a message of `size` >= P9_HEADER bytes into `answer`, which has room for P9_ERROR bytes
 * or more. Returns the size of the answer.
 */
u32 p9_serve(struct p9_server *server, const u8 *message, u32 size, u8 *answer, u32 room);
/* Forgets the client. */
void p9_reset(struct p9_server *server);

#endif
