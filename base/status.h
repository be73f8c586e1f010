/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host errors: what the user did wrong. One line that says what, where and what to do.
 * Guest faults never travel this way (see cpu->fault), nor do our own bugs (see check.h).
 */
#ifndef ENT_BASE_STATUS_H
#define ENT_BASE_STATUS_H

#include "base/types.h"

/* The process exit codes of the `entresol` command, DESIGN 8. */
enum status_code {
	STATUS_OK = 0,
	STATUS_USAGE = 2,	 /* unknown or contradictory options */
	STATUS_BAD_IMAGE = 3,	 /* an input file cannot be used */
	STATUS_GUEST_FAILED = 4, /* the guest crashed, hung or reported failure */
	STATUS_VERIFY_FAILED = 5,
	STATUS_HOST = 6,	    /* the host refused: memory, a file that cannot be written */
	STATUS_NOT_IMPLEMENTED = 70 /* the run met something that is not there, and names it */
};

struct status {
	enum status_code code;
	char text[200]; /* empty when code is STATUS_OK; no newline */
};

struct status status_ok(void);
struct status status_error(enum status_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
