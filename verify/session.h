/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run that is verified: a machine with an image, monitors, an adversary; headless, without input.
 * It can be taken back to any moment that was kept, with all that observes it.
 */
#ifndef ENT_VERIFY_SESSION_H
#define ENT_VERIFY_SESSION_H

#include "platform/machine.h"
#include "verify/adversary.h"
#include "verify/monitor.h"

enum { SESSION_PATCHES = 8 };

/* An instruction of the image that is another one: automatic mutants (verify/mutant.h). */
struct patch {
	u64 pa;
	u32 before, after; /* STATUS_USAGE where `before` is not what the image has */
};

/* Bytes that are in RAM when it starts, beside the image; they stay the caller's. */
struct session_bytes {
	u64 pa;
	const void *data;
	size_t size;
};

enum { SESSION_BYTES = 2 };

/* Texts stay the caller's. */
struct session_config {
	struct machine_config
		machine;   /* profile, cpus, RAM, seed, quantum, choices; engine is set */
	const char *image; /* path */
	bool has_address;  /* the image is a raw binary, and belongs at `address` */
	u64 address;
	struct session_bytes bytes[SESSION_BYTES]; /* size 0: none */
	const char *initrd, *append;		   /* of a kernel; NULL: none */
	const char *words; /* what the guest is told: machine.command_line; NULL: "" */
	struct adversary_config adversary;
	u32 monitors;	   /* bits; 0: none */
	bool goes_on;	   /* past a violation; else the run ends there */
	u64 max_insns;	   /* 0: 2^40 */
	int expected_exit; /* of the guest */
	struct patch patch[SESSION_PATCHES];
	unsigned patches;
};

/* 64 MiB of RAM, no monitors, no adversary. */
struct session_config session_default_config(void);

struct session;

/* Another adversary decides from now on; the machine was created for ENGINE_STEP. STATUS_HOST. */
struct status session_choose(struct session *session, struct adversary_config config);

enum session_end {
	SESSION_GOES_ON,  /* the budget of session_run() is used up */
	SESSION_HOLDS,	  /* the guest ended as expected, nothing was broken */
	SESSION_VIOLATES, /* session_monitors() says what */
	SESSION_FAILS,	  /* the guest ended otherwise: another exit code, stuck, too long */
	SESSION_LACKS,	  /* it needs what is not implemented: nothing is known of it */
};

/* NULL: status says why. */
struct session *session_create(const struct session_config *config, struct status *status);
void session_destroy(struct session *session); /* NULL is allowed */
/* To be called once in the child of a fork() that goes on with it, as the parent may too. */
struct status session_forked(struct session *session);

/* Now, and not when the image was loaded. STATUS_USAGE: another instruction is there. */
struct status session_patch(struct session *session, const struct patch *patch);

/* At most `insns` instructions more of all PEs. */
enum session_end session_run(struct session *session, u64 insns);
/* Why it ended, one line: "exit code 0", the first violation; "" while it goes on. */
const char *session_why(const struct session *session);

/* Did the guest end by itself, with whatever exit code? */
bool session_has_exited(const struct session *session);

struct machine *session_machine(struct session *session);
struct observers *session_observers(struct session *session);
struct watchman *session_watchman(struct session *session);
const struct monitors *session_monitors(const struct session *session);
const struct adversary *session_adversary(const struct session *session);
/* What the guest has printed up to now; owned by the session, valid until it runs. */
const char *session_console(struct session *session);
/* Of the final state, without clocks: equal for runs that end alike. debug/hash.h */
u64 session_hash(const struct session *session);

/* A moment of it, for going back: as often as wanted, in any order. NULL: status says why. */
struct kept_session *session_keep(struct session *session, struct status *status);
struct status session_go_back(struct session *session, const struct kept_session *kept);
void kept_session_free(struct kept_session *kept); /* NULL is allowed */

#endif
