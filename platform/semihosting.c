/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semihosting operations. Every guest pointer goes through the MMU as the guest's own access
 * would; where that faults the operation returns -1. No clock here is the host's.
 */
#include "platform/semihosting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mmu/mmu.h"
#include "platform/machine.h"
#include "platform/ram.h"

typedef u64 operation_fn(struct semihosting *semihosting, struct cpu *cpu, u64 argument);

static const u64 failed = ~0ull;

static u64 fail(struct semihosting *semihosting, int error)
{
	semihosting->error = error;
	return failed;
}

/* ---- Guest memory ---- */

/* Reads `count` 64-bit fields of the parameter block. */
static bool get_block(
	struct semihosting *semihosting, struct cpu *cpu, u64 block, u64 *field, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct loaded loaded = mmu_load(cpu, block + 8 * i, 8, 0);

		if (!loaded.ok) {
			semihosting->error = EFAULT;
			return false;
		}
		field[i] = loaded.data;
	}
	return true;
}

static bool put_bytes(struct cpu *cpu, u64 va, const void *data, size_t size)
{
	const u8 *bytes = data;

	for (size_t i = 0; i < size; i++) {
		if (!mmu_store(cpu, va + i, 1, bytes[i], 0))
			return false;
	}
	return true;
}

/* No guest buffer is larger than RAM, which bounds what one instruction can cost the host. */
static u64 longest_transfer(const struct semihosting *semihosting)
{
	u64 size = 0;

	for (unsigned i = 0; i < semihosting->memory->region_count; i++)
		size += semihosting->memory->region[i].size;
	return size;
}

/* ---- Files ---- */

static u64 sys_open(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[3]; /* name, mode, length of the name */
	char name[256];

	if (!get_block(semihosting, cpu, argument, field, 3))
		return failed;
	if (field[2] >= sizeof(name))
		return fail(semihosting, ENAMETOOLONG);
	for (u64 i = 0; i < field[2]; i++) {
		struct loaded loaded = mmu_load(cpu, field[0] + i, 1, 0);

		if (!loaded.ok)
			return fail(semihosting, EFAULT);
		name[i] = (char)loaded.data;
	}
	name[field[2]] = '\0';
	return (u64)semihosting_open(semihosting, name, field[1]);
}

/* The file whose handle is the first of `count` fields; NULL: there is none, or no block. */
static struct semihosting_file *get_file(
	struct semihosting *semihosting, struct cpu *cpu, u64 argument, u64 *field, unsigned count)
{
	if (!get_block(semihosting, cpu, argument, field, count))
		return NULL;
	return semihosting_file(semihosting, field[0]);
}

static u64 sys_close(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[1];
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 1);

	return file != NULL && semihosting_close(semihosting, file) ? 0 : failed;
}

static u64 sys_writec(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	struct loaded loaded = mmu_load(cpu, argument, 1, 0);

	if (!loaded.ok)
		return fail(semihosting, EFAULT);
	console_put(semihosting->console, (u8)loaded.data);
	return 0;
}

static u64 sys_write0(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 longest = longest_transfer(semihosting);

	for (u64 i = 0; i < longest; i++) {
		struct loaded loaded = mmu_load(cpu, argument + i, 1, 0);

		if (!loaded.ok)
			return fail(semihosting, EFAULT);
		if (loaded.data == 0)
			return 0;
		console_put(semihosting->console, (u8)loaded.data);
	}
	return fail(semihosting, EFAULT);
}

/* Returns how many bytes were not written. */
static u64 sys_write(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[3]; /* handle, data, length */
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 3);
	u64 done = 0, longest = longest_transfer(semihosting);

	if (file == NULL)
		return failed;
	for (; done < field[2] && done < longest; done++) {
		struct loaded loaded = mmu_load(cpu, field[1] + done, 1, 0);

		if (!loaded.ok) {
			semihosting->error = EFAULT;
			break;
		}
		if (!semihosting_write_byte(semihosting, file, (u8)loaded.data))
			break;
	}
	return field[2] - done;
}

/* Byte by byte, so that none is taken which the guest's buffer cannot hold. */
static u64 read_bytes(struct semihosting *semihosting, struct cpu *cpu,
	struct semihosting_file *file, u64 va, u64 size)
{
	u64 done = 0;
	u8 byte = 0;

	while (done < size && !(file->kind == SFILE_CONSOLE_IN && done > 0 && byte == '\n')) {
		if (!mmu_load(cpu, va + done, 1, 0).ok) {
			semihosting->error = EFAULT; /* before a byte of input is lost */
			break;
		}
		if (!semihosting_read_byte(semihosting, file, &byte))
			break;
		if (!mmu_store(cpu, va + done, 1, byte, 0)) {
			semihosting->error = EFAULT;
			break;
		}
		done++;
	}
	return done;
}

/* Host files come in pieces: a system call for each byte took 0.3 s for a program of 700 KB. */
static u64 read_pieces(struct semihosting *semihosting, struct cpu *cpu,
	struct semihosting_file *file, u64 va, u64 size)
{
	u8 piece[4096];
	u64 done = 0, stored, taken;

	do {
		u64 wanted = size - done < sizeof(piece) ? size - done : sizeof(piece);

		taken = semihosting_read_piece(semihosting, file, piece, wanted);
		for (stored = 0; stored < taken; stored++) {
			if (!mmu_store(cpu, va + done + stored, 1, piece[stored], 0)) {
				semihosting_give_back(file, taken - stored);
				semihosting->error = EFAULT;
				break;
			}
		}
		done += stored;
	} while (done < size && taken > 0 && stored == taken);
	return done;
}

/*
 * Returns how many bytes were not read. The console gives a line at a time, whatever pieces the
 * host has it in.
 */
static u64 sys_read(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[3]; /* handle, buffer, length */
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 3);
	u64 longest = longest_transfer(semihosting), size;

	if (file == NULL)
		return failed;
	size = field[2] < longest ? field[2] : longest;
	return field[2] - (file->kind == SFILE_HOST ? read_pieces : read_bytes)(
				  semihosting, cpu, file, field[1], size);
}

static u64 sys_readc(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u8 byte;

	(void)cpu, (void)argument;
	return console_await(semihosting->console, &byte) ? byte : failed;
}

static u64 sys_iserror(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[1];

	if (!get_block(semihosting, cpu, argument, field, 1))
		return failed;
	return (s64)field[0] < 0;
}

static u64 sys_istty(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[1];
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 1);

	if (file == NULL)
		return failed;
	return file->kind != SFILE_HOST && file->kind != SFILE_FEATURES;
}

static u64 sys_seek(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[2]; /* handle, absolute position */
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 2);

	return file == NULL ? failed : (u64)semihosting_seek(semihosting, file, field[1]);
}

static u64 sys_flen(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[1];
	struct semihosting_file *file = get_file(semihosting, cpu, argument, field, 1);

	return file == NULL ? failed : (u64)semihosting_length(semihosting, file);
}

static u64 refuse(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	(void)cpu, (void)argument;
	return fail(semihosting, ENOSYS);
}

static u64 sys_errno(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	(void)cpu, (void)argument;
	return (u64)semihosting->error;
}

/* ---- Time, all of it simulated ---- */

static u64 sys_clock(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	(void)semihosting, (void)argument;
	return cpu->cycles / (MACHINE_HZ / 100);
}

/* Seconds since 1970, where every simulation begins. */
static u64 sys_time(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	(void)semihosting, (void)argument;
	return cpu->cycles / MACHINE_HZ;
}

static u64 sys_elapsed(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	if (!mmu_store(cpu, argument, 8, cpu->cycles, 0))
		return fail(semihosting, EFAULT);
	return 0;
}

static u64 sys_tickfreq(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	(void)semihosting, (void)cpu, (void)argument;
	return MACHINE_HZ;
}

/* ---- The machine ---- */

static u64 sys_get_cmdline(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[2]; /* buffer, its size; the latter becomes the length */
	size_t length = strlen(semihosting->command_line);

	if (!get_block(semihosting, cpu, argument, field, 2))
		return failed;
	if (field[1] <= length)
		return fail(semihosting, E2BIG);
	if (!put_bytes(cpu, field[0], semihosting->command_line, length + 1) ||
		!mmu_store(cpu, argument + 8, 8, length, 0))
		return fail(semihosting, EFAULT);
	return 0;
}

/* The block has heap base and limit, stack base and limit; a sixteenth of RAM is for the stack. */
static u64 sys_heapinfo(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	const struct ram_region *ram = memory_ram(semihosting->memory);
	u64 end = ram->base.v + ram->size;
	u64 stack_limit = end - align_down(ram->size / 16, 16);
	u64 heap = align_up(semihosting->image_end, 16);
	u64 info[4] = { heap < stack_limit ? heap : stack_limit, stack_limit, end, stack_limit };
	u64 field[1];

	if (!get_block(semihosting, cpu, argument, field, 1))
		return failed;
	for (unsigned i = 0; i < 4; i++) {
		if (!mmu_store(cpu, field[0] + 8 * i, 8, info[i], 0))
			return fail(semihosting, EFAULT);
	}
	return 0;
}

/*
 * An exit code for the host: 0..255 as they are; of others the low 8 bits, and 1 if those are 0,
 * so that what was not success does not become one.
 */
static int host_exit_code(u64 code)
{
	return code <= 255 ? (int)code : (code & 255) != 0 ? (int)(code & 255) : 1;
}

enum { ADP_APPLICATION_EXIT = 0x20026 };

static u64 sys_exit(struct semihosting *semihosting, struct cpu *cpu, u64 argument)
{
	u64 field[2]; /* reason, code */

	if (!get_block(semihosting, cpu, argument, field, 2))
		return failed;
	cpu->stop = (struct stop){ .reason = STOP_EXIT };
	if (field[0] == ADP_APPLICATION_EXIT) {
		cpu->stop.exit_code = host_exit_code(field[1]);
		if (field[1] != 0)
			snprintf(cpu->stop.text, sizeof(cpu->stop.text),
				"the guest exited with code %" PRId64, (s64)field[1]);
	} else {
		cpu->stop.exit_code = STATUS_GUEST_FAILED;
		snprintf(cpu->stop.text, sizeof(cpu->stop.text),
			"the guest stopped by semihosting with reason 0x%" PRIx64, field[0]);
	}
	return 0;
}

/* ---- The table ---- */

struct operation_row {
	u32 number;
	operation_fn *call;
};

static const struct operation_row rows[] = {
#define SEMIHOSTING(name, number, call) { number, call },
#include "platform/semihosting.def"
#undef SEMIHOSTING
};

void semihosting_call(struct semihosting *semihosting, struct cpu *cpu)
{
	operation_fn *call = refuse;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].number == (u32)cpu->x[0])
			call = rows[i].call;
	}
	cpu->x[0] = call(semihosting, cpu, cpu->x[1]);
}

/* ---- Life ---- */

struct status semihosting_init(struct semihosting *semihosting, struct console *console,
	const struct memory *memory, const char *dir, const char *command_line)
{
	*semihosting = (struct semihosting){ .console = console,
		.memory = memory,
		.dir = -1,
		.image_end = memory_ram(memory)->base.v,
		.command_line = strdup(command_line != NULL ? command_line : "") };
	if (semihosting->command_line == NULL)
		return status_error(STATUS_HOST, "the host has no memory for the command line");
	if (dir == NULL)
		return status_ok();
	semihosting->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (semihosting->dir < 0)
		return status_error(
			STATUS_USAGE, "--semihosting-fs %.120s: %s", dir, strerror(errno));
	return status_ok();
}

void semihosting_destroy(struct semihosting *semihosting)
{
	for (unsigned i = 0; i < SEMIHOSTING_FILES; i++) {
		if (semihosting->file[i].kind != SFILE_CLOSED)
			semihosting_close(semihosting, &semihosting->file[i]);
	}
	if (semihosting->dir > 0)
		close(semihosting->dir);
	free(semihosting->command_line);
}

static void transfer_file(struct semihosting_file *file, struct archive *archive)
{
	u8 kind = (u8)file->kind;

	ARCHIVE(archive, kind);
	ARCHIVE(archive, file->position);
	archive_require(archive, kind < SFILE_HOST, "an open file of the host");
	file->kind = archive->failed ? SFILE_CLOSED : kind;
}

void semihosting_transfer(struct semihosting *semihosting, struct archive *archive)
{
	archive_mark(archive, "semihosting");
	for (unsigned i = 0; i < SEMIHOSTING_FILES; i++)
		transfer_file(&semihosting->file[i], archive);
	ARCHIVE(archive, semihosting->image_end);
	ARCHIVE(archive, semihosting->error);
}
