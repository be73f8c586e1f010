/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats that loader.c chooses from, and what they share. Private to loader/.
 */
#ifndef ENT_LOADER_FORMATS_H
#define ENT_LOADER_FORMATS_H

#include "loader/loader.h"

/* Kernels map themselves and the device tree in blocks of this size. booting.rst */
#define KERNEL_BLOCK (2ull << 20)

/* The file being loaded. */
struct input {
	const char *name; /* for messages: the last component of the path */
	const u8 *data;
	size_t size;
	struct memory *memory;
	const struct load_options *options;
};

bool elf_recognize(const struct input *input);
struct status elf_load(const struct input *input, struct loaded_image *image);
/* Checks the headers, and says where code is; input->memory and options may be NULL. */
struct status elf_find_code(const struct input *input, struct symbol_file *file);

bool image_recognize(const struct input *input);
struct status image_load(const struct input *input, struct loaded_image *image);
/* Where the Image whose header the input begins with goes, and the RAM it needs. */
struct status image_place(const struct input *input, u64 *address, u64 *size);

struct status raw_load(const struct input *input, struct loaded_image *image);

/* ---- unpack.c ---- */

bool unpack_recognize(const struct input *input);
/* Into a new block, which the caller frees, on errors too; no more bytes than there are of RAM. */
struct status unpack(const struct input *input, u8 **data, size_t *size);

/* ---- loader.c ---- */

/* Can [pa, pa + size) be loaded? If not, says which `what` lies outside of RAM. */
struct status loader_check_range(const struct input *input, const char *what, u64 pa, u64 size);

/* Writes into RAM; the range was checked. */
void loader_put(struct memory *memory, u64 pa, const u8 *data, u64 size);
void loader_clear(struct memory *memory, u64 pa, u64 size);

/* ---- file.c ---- */

struct file {
	const char *name; /* for messages: the last component of the path */
	u8 *data;
	size_t size; /* 0: there are no data */
};

struct status file_open(const char *path, struct file *file);
void file_close(struct file *file);

/* ---- symbols.c ---- */

/* Reads the symbol table of a checked ELF file; without one the table stays empty. */
struct status elf_read_symbols(const struct input *input, struct symbol_table *table);

/* ---- system_map.c ---- */

struct status system_map_read(const struct input *input, struct symbol_table *table);

#define BAD_IMAGE(input, ...) loader_bad_image((input)->name, __VA_ARGS__)
struct status loader_bad_image(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
