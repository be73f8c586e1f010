/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device tree: what the machine tells a kernel about itself, and /chosen, what the loader adds.
 * A tree is a block of DEVICE_TREE_MAX bytes, aligned to 8; libfdt knows its form.
 */
#ifndef ENT_PLATFORM_DEVICE_TREE_H
#define ENT_PLATFORM_DEVICE_TREE_H

#include "platform/machine.h"

/* The arm64 boot protocol allows no more. */
enum { DEVICE_TREE_MAX = 2 << 20 };

/* A file in RAM for a hypervisor that is booted: a node below /chosen. */
struct tree_module {
	u64 start, size;	/* physical */
	const char *compatible; /* what it is; all are "multiboot,module" too */
	const char *bootargs;	/* NULL: none */
};

/* What the loader knows. */
struct tree_chosen {
	const char *bootargs;	      /* NULL: as the tree has them */
	u64 initrd_start, initrd_end; /* physical, end exclusive; equal: none */
	const struct tree_module *module;
	unsigned module_count;
	bool has_kaslr_seed; /* the kernel may choose its address, by the machine's seed */
};

/* Writes the tree of the machine, but for what device_tree_complete() sets. */
void device_tree_create(const struct machine *machine, void *tree);

/* Copies a tree that somebody gives. STATUS_BAD_IMAGE: it is malformed, or too large. */
struct status device_tree_copy(const char *name, const u8 *data, size_t size, void *tree);

/* Sets /memory and /chosen. STATUS_BAD_IMAGE: no room for it, or the tree is not that of a board.
 */
struct status device_tree_complete(
	const struct machine *machine, const struct tree_chosen *chosen, void *tree);

/*
 * In what a tree that device_tree_copy() took differs from the machine, which boots with it or does
 * not; a clause, "" if in nothing that is known to matter.
 */
void device_tree_compare(const struct machine *machine, const void *tree, char *text, size_t size);

/* Bytes in use. */
size_t device_tree_size(const void *tree);

#endif
