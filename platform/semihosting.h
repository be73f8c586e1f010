/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AArch64 semihosting: the guest's console, exit, simulated clocks, and host files where allowed.
 * Operations are rows of semihosting.def.
 */
#ifndef ENT_PLATFORM_SEMIHOSTING_H
#define ENT_PLATFORM_SEMIHOSTING_H

#include "base/archive.h"
#include "cpu/state.h"
#include "platform/console.h"

enum semihosting_file_kind {
	SFILE_CLOSED,
	SFILE_CONSOLE_IN,
	SFILE_CONSOLE_OUT,
	SFILE_CONSOLE_ERR,
	SFILE_FEATURES, /* ":semihosting-features" */
	SFILE_HOST
};

struct semihosting_file {
	enum semihosting_file_kind kind;
	int fd;	      /* SFILE_HOST */
	u64 position; /* SFILE_FEATURES */
};

enum { SEMIHOSTING_FILES = 32 };

struct semihosting {
	struct console *console;
	const struct memory *memory;
	struct semihosting_file file[SEMIHOSTING_FILES]; /* a handle is an index plus 1 */
	int dir;	    /* host directory that files are below, or -1 */
	u64 image_end;	    /* the first byte of RAM that the image does not use */
	int error;	    /* SYS_ERRNO */
	char *command_line; /* owned */
};

/* dir: NULL allows no host file. The status says which directory cannot be used, and why. */
struct status semihosting_init(struct semihosting *semihosting, struct console *console,
	const struct memory *memory, const char *dir, const char *command_line);
void semihosting_destroy(struct semihosting *semihosting);

/* HLT #0xf000: w0 the operation, x1 its parameter; the result goes to x0. May stop the PE. */
void semihosting_call(struct semihosting *semihosting, struct cpu *cpu);

/* Without open host files: machine_keeps() knows. */
void semihosting_transfer(struct semihosting *semihosting, struct archive *archive);

/* ---- semihosting_files.c ---- */

/*
 * The handle of a newly opened file, or -1 with semihosting->error. mode: 0..11, as fopen()'s "r"
 * "rb" "r+" "r+b" "w" ... "a+b".
 */
s64 semihosting_open(struct semihosting *semihosting, const char *name, u64 mode);
/* NULL, and semihosting->error: no such handle. */
struct semihosting_file *semihosting_file(struct semihosting *semihosting, u64 handle);
bool semihosting_close(struct semihosting *semihosting, struct semihosting_file *file);
/*
 * One byte; false at the end, on an error, or where the direction makes no sense. Host files are
 * read by the piece.
 */
bool semihosting_read_byte(
	struct semihosting *semihosting, struct semihosting_file *file, u8 *byte);
bool semihosting_write_byte(
	struct semihosting *semihosting, struct semihosting_file *file, u8 byte);
/* From a host file: how many bytes it was; 0 at the end or on an error. */
u64 semihosting_read_piece(
	struct semihosting *semihosting, struct semihosting_file *file, u8 *piece, u64 size);
/* The last `size` bytes of that will be read again. */
void semihosting_give_back(struct semihosting_file *file, u64 size);
/* -1: not a file that has a length or position. */
s64 semihosting_length(struct semihosting *semihosting, struct semihosting_file *file);
s64 semihosting_seek(struct semihosting *semihosting, struct semihosting_file *file, u64 position);

#endif
