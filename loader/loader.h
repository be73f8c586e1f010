/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts an image into RAM: ELF64 (vmlinux, too), arm64 Linux Image, either also in gzip, zstd or EFI
 * zboot, raw binary. A file is checked as a whole before the first byte is written; what cannot be
 * loaded is refused in one line.
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
	const char *format;	/* "ELF", "Image", "raw" */
	u64 entry;		/* physical: the PE starts with the MMU off */
	u64 start, end;		/* physical: all that was written or is claimed, end exclusive */
	bool is_kernel;		/* wants a device tree: loader_boot() */
	u64 tree, tree_size;	/* physical: the device tree; 0: there is none */
	char tree_differs[160]; /* --dtb: in what it differs from the machine; "": as far as is
				   known */
	struct symbol_table symbols;
};

enum { MAX_BOOT_MODULES = 2 };

/* What a kernel finds beside itself; NULL: not there, or as it is without the option. */
struct boot_options {
	const char *initrd; /* path; the kernel unpacks it */
	const char *append; /* the kernel's command line */
	const char *dtb;    /* path of a device tree instead of the machine's own */
	bool kaslr;	    /* lets the kernel choose its address, by the machine's seed */
	struct boot_module {
		const char *path, *arguments; /* of a hypervisor's kernel, then its initrd */
	} module[MAX_BOOT_MODULES];
	unsigned module_count;
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

/*
 * Puts the device tree and all that it tells of into RAM, above `image`, which was loaded or is
 * empty. On an error RAM holds some of it.
 */
struct status loader_boot(
	struct machine *machine, const struct boot_options *options, struct loaded_image *image);

void loaded_image_free(struct loaded_image *image);

/* The symbol that holds `address`, or NULL. *offset: how far into it. */
const struct symbol *symbol_find(const struct symbol_table *table, u64 address, u64 *offset);
void symbol_table_free(struct symbol_table *table);

/* An ELF file, or lines as in System.map, for its names: nothing is loaded. */
enum { MAX_SYMBOL_CODE = 16 };
struct symbol_file {
	struct symbol_table symbols;
	struct {
		u64 address, size; /* virtual, as linked */
		size_t offset;	   /* in data */
	} code[MAX_SYMBOL_CODE];   /* what can be executed; parts beyond so many are not known */
	unsigned codes;
	bool is_elf;
	u8 *data; /* owned: the file */
	size_t size;
};

/* STATUS_BAD_IMAGE: the file cannot be read, or is no ELF file for arm64; `file` is empty then. */
struct status symbol_file_open(const char *path, struct symbol_file *file);
void symbol_file_close(struct symbol_file *file);

/* The code at an address as linked, and how many bytes of it there are. NULL: the file has none
 * there.
 */
const u8 *symbol_file_code(const struct symbol_file *file, u64 address, u64 *before, u64 *behind);
/* The instruction at an address as linked. false: the file has none there. */
bool symbol_file_word(const struct symbol_file *file, u64 address, u32 *word);

#endif
