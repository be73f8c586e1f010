/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sweep.c (boundaries, processes) and sweep_trial.c (one trial) share.
 */
#ifndef ENT_VERIFY_SWEEP_PRIVATE_H
#define ENT_VERIFY_SWEEP_PRIVATE_H

#include "verify/sweep.h"

/* What became of the injected one. */
struct injected {
	bool is_watched, has_arrived; /* neither: there was nothing to inject */
	bool is_in_host;	      /* when it was injected */
	bool is_of_guest;	      /* a guest was interrupted by it */
	u8 to_el;		      /* where it arrived; 0: nowhere yet, or by ESB */
	u64 insns, behind; /* of the PE: when it was injected; how many later it arrived */
};

struct sweep {
	const struct sweep_config *config;
	struct session *session;
	struct kept_session *begin; /* the window's */
	u64 id, boundaries;
	u64 insns;   /* of the PE where the window begins */
	char *lines; /* what is printed without any injection; NULL: nobody compares */
	struct injected injected;
};

/* Looks for what was injected; to be added behind the worlds'. */
struct observer sweep_observer(struct sweep *sweep);
/* The session stands at the boundary, and does again behind it. */
struct status sweep_try(struct sweep *sweep, u64 boundary, struct trial *trial);

#endif
