/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts an image into RAM: ELF64, arm64 Linux Image, raw binary. A file is checked as a whole
 * before the first byte is written; what cannot be loaded is refused in one line.
 */
#ifndef ENT_LOADER_H
#define ENT_LOADER_H

#include "base/base.h"
#include "platform/machine.h"

struct symbol {
	u64 address; /* virtual, as linked */
	u64 size;    /* 0: until the next one */
	const char *name;
};

/* Sorted by address; at equal addresses the one to be shown comes first. */
struct symbol_table {
	struct symbol *symbol; /* owned */
	size_t count;
	char *names; /* owned; one block */
};

struct load_options {
	bool has_address;
	u64 address; /* physical: of a raw binary's first byte, or of an Image */
};

struct loaded_image {
	const char *format; /* "ELF", "Image", "raw" */
	u64 entry;	    /* physical: the PE starts with the MMU off */
	u64 start, end;	    /* physical: all that was written or is claimed, end exclusive */
	struct symbol_table symbols;
};

/*
 * Loads the file at `path`. On an error (STATUS_BAD_IMAGE: the file; STATUS_USAGE: the options)
 * RAM is unchanged and `image` is empty.
 */
struct status loader_load(struct machine *machine, const char *path,
	const struct load_options *options, struct loaded_image *image);

/* The same for bytes that are already here; `name` is for messages. */
struct status loader_load_bytes(struct memory *memory, const char *name, const u8 *data,
	size_t size, const struct load_options *options, struct loaded_image *image);

void loaded_image_free(struct loaded_image *image);

/* The symbol that holds `address`, or NULL. *offset: how far into it. */
const struct symbol *symbol_find(const struct symbol_table *table, u64 address, u64 *offset);

#endif
