/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the rules S2 share: memory of a VM, L1's tables, leaves.
 */
#ifndef ENT_VERIFY_MONITOR_STAGE2_H
#define ENT_VERIFY_MONITOR_STAGE2_H

#include "verify/monitor_model.h"
#include "verify/oracle_walk.h"

struct backing {
	u64 pa, size; /* of the address asked for; bytes to the end of its slot */
	u64 before;   /* bytes of the slot before it */
	bool is_writable;
};

/* Of an address of the VM; false: there is no memory. */
bool find_backing(struct scene *scene, u64 vm, u64 ipa, struct backing *out);

struct l1 {
	struct scene *scene;
	u64 vm;
	bool is_enabled;
	struct oracle_tables tables;
};

/* l1 must stay where it is. */
void set_l1(struct l1 *l1, struct scene *scene, const struct looked *vcpu);

struct leaf {
	u64 ipa, pa, size;
	unsigned rights; /* as of struct oracle_leaf */
};

void leaf_is_wrong(struct scene *scene, enum rule rule, const struct leaf *leaf, u64 expected,
	u64 found, const char *what);
/* Against the walks; of a VM's own stage 2 l1 is NULL. */
void check_leaf(
	struct scene *scene, enum rule rule, const struct l1 *l1, u64 vm, const struct leaf *leaf);
/* A shadow of a VM. */
u64 shadow(struct scene *scene, u64 vm, u64 index);

#endif
