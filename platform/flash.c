/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command set of a flash bank. Both chips are given the same commands, so one chip's answer is
 * that of both. Where bytes are kept is in flash_file.c.
 */
#include "platform/flash.h"

#include <string.h>

#include "mmu/mmu.h"
#include "platform/flash_file.h"
#include "platform/ram.h"

enum mode { READ_ARRAY, READ_STATUS, READ_ID, READ_QUERY };
enum cycle { COMMAND, PROGRAM, ERASE, LOCK, BUFFER_COUNT, BUFFER_DATA, BUFFER_CONFIRM };

enum {
	SR_READY = 1 << 7,
	SR_ERASE = 1 << 5,   /* erase failed; with SR_PROGRAM: the commands made no sense */
	SR_PROGRAM = 1 << 4, /* programming failed */
	SR_VPP = 1 << 3,     /* no voltage for writing: the bank is read-only */
	SR_LOCKED = 1 << 1,
	SR_SEQUENCE = SR_ERASE | SR_PROGRAM
};

/* Second cycles of commands; CONFIRM behind LOCK unlocks. */
enum { LOCK_BLOCK = 0x01, LOCK_DOWN_BLOCK = 0x2f, CONFIRM = 0xd0 };

enum { MANUFACTURER = 0x89, DEVICE = 0x18 };

/* ---- What a chip says of itself ---- */

#define LOG2_CHIP   25 /* 32 MiB */
#define LOG2_BUFFER 11 /* bytes of one chip: half of FLASH_BUFFER */
#define BLOCKS	    (FLASH_BANK / FLASH_BLOCK)
#define BLOCK_256   (FLASH_BLOCK / 2 / 256) /* of one chip, in units of 256 bytes */

/* Addresses in units of 16 bits; what is not here is 0. */
static const struct {
	u8 address, value;
} query[] = {
	{ 0x10, 'Q' }, { 0x11, 'R' }, { 0x12, 'Y' },
	{ 0x13, 0x01 }, /* primary command set 0001: Intel */
	{ 0x15, 0x31 }, /* its table is at 0x31 */
	{ 0x1b, 0x45 }, /* VCC 4.5 V */
	{ 0x1c, 0x55 }, /* to 5.5 V */
	{ 0x1f, 0x07 }, /* 2^7 us for a word, 2^7 us for a buffer, 2^10 ms for a block */
	{ 0x20, 0x07 }, { 0x21, 0x0a }, { 0x23, 0x04 }, /* at most 2^4 times that */
	{ 0x24, 0x04 }, { 0x25, 0x04 }, { 0x27, LOG2_CHIP },
	{ 0x28, 0x01 },			    /* interface: 16 bits */
	{ 0x2a, LOG2_BUFFER }, { 0x2c, 1 }, /* region of equal blocks */
	{ 0x2d, (BLOCKS - 1) & 0xff }, { 0x2e, (BLOCKS - 1) >> 8 }, { 0x2f, BLOCK_256 & 0xff },
	{ 0x30, BLOCK_256 >> 8 }, { 0x31, 'P' }, { 0x32, 'R' }, { 0x33, 'I' }, { 0x34, '1' },
	{ 0x35, '0' }, /* features: none of suspend, instant locks, bursts */
};

static u32 query_value(u64 address)
{
	for (size_t i = 0; i < COUNT(query); i++) {
		if (query[i].address == address)
			return query[i].value;
	}
	return 0;
}

static u64 block_of(u64 offset)
{
	return offset / FLASH_BLOCK;
}

static u32 id_value(const struct flash *flash, u64 offset)
{
	switch (offset % FLASH_BLOCK / 4) {
	case 0: return MANUFACTURER;
	case 1: return DEVICE;
	case 2: return flash->state.is_locked[block_of(offset)];
	default: return 0;
	}
}

/* ---- Reading ---- */

static void set_mode(struct flash *flash, enum mode mode)
{
	bool was_array = flash->state.mode == READ_ARRAY;

	flash->state.mode = mode;
	if (was_array == (mode == READ_ARRAY))
		return;
	flash->region->is_away = mode != READ_ARRAY;
	mmu_memory_moved(flash->group);
}

static u32 chip_value(const struct flash *flash, u64 offset)
{
	switch (flash->state.mode) {
	case READ_STATUS: return flash->state.status;
	case READ_ID: return id_value(flash, offset);
	default: return query_value(offset / 4);
	}
}

static bool flash_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	struct flash *flash = opaque;
	u64 word;

	*value = 0;
	if (flash->state.mode == READ_ARRAY) {
		memcpy(value, flash->region->host + offset, size);
		return true;
	}
	word = chip_value(flash, offset) * (u64)0x10001;
	if (size == 8)
		word |= chip_value(flash, offset + 4) * (u64)0x10001 << 32;
	*value = word >> 8 * (offset % 4) & MASK(8 * size - 1, 0);
	return true;
}

/* ---- Writing ---- */

/* Done, for better or worse; reads see how it went. */
static void finish(struct flash *flash, u32 errors)
{
	flash->state.status |= errors;
	flash->state.cycle = COMMAND;
	set_mode(flash, READ_STATUS);
}

/* Programming or erasing a block, as `failed` says, is not allowed: its errors; 0: it is. */
static u32 forbidden(const struct flash *flash, u64 offset, u32 failed)
{
	if (flash->config.read_only)
		return failed | SR_VPP;
	return flash->state.is_locked[block_of(offset)] ? failed | SR_LOCKED : 0;
}

/* Replaces bytes of the array; those that the host could not keep are as they were. */
static u32 replace(struct flash *flash, u64 offset, const u8 *data, u64 size, u32 failed)
{
	u32 errors = forbidden(flash, offset, failed);

	if (errors != 0)
		return errors;
	if (!flash_file_write(flash, offset, data, size))
		return failed;
	memcpy(flash->region->host + offset, data, size);
	region_written(flash->memory, flash->region, PA(flash->base.v + offset), size);
	return 0;
}

static void erase(struct flash *flash, u64 offset, u8 command)
{
	u8 erased[FLASH_BLOCK];

	if (command != CONFIRM) {
		finish(flash, SR_SEQUENCE);
		return;
	}
	memset(erased, 0xff, sizeof(erased));
	finish(flash,
		replace(flash, align_down(offset, FLASH_BLOCK), erased, FLASH_BLOCK, SR_ERASE));
}

/* Programming only clears bits. */
static void clear_bits(u8 *bytes, u64 value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		bytes[i] &= (u8)(value >> 8 * i);
}

static void program(struct flash *flash, u64 offset, unsigned size, u64 value)
{
	u8 bytes[8];

	memcpy(bytes, flash->region->host + offset, size);
	clear_bits(bytes, value, size);
	finish(flash, replace(flash, offset, bytes, size, SR_PROGRAM));
}

/* ---- A buffered program: how many words, the words, a confirmation ---- */

static void begin_buffer(struct flash *flash, u64 value)
{
	struct flash_state *s = &flash->state;

	s->left = (u32)(value & 0xffff) + 1;
	if (s->left > FLASH_BUFFER / 4) {
		finish(flash, SR_SEQUENCE);
		return;
	}
	s->window = ~0ull;
	s->cycle = BUFFER_DATA;
}

static void fill_buffer(struct flash *flash, u64 offset, unsigned size, u64 value)
{
	struct flash_state *s = &flash->state;
	u64 window = align_down(offset, FLASH_BUFFER);

	if (s->window == ~0ull) {
		s->window = window;
		memcpy(s->buffer, flash->region->host + window, FLASH_BUFFER);
	}
	if (s->window != window) {
		finish(flash, SR_SEQUENCE);
		return;
	}
	clear_bits(s->buffer + (offset - window), value, size);
	if (--s->left == 0)
		s->cycle = BUFFER_CONFIRM;
}

static void confirm_buffer(struct flash *flash, u8 command)
{
	struct flash_state *s = &flash->state;

	finish(flash, command == CONFIRM
			      ? replace(flash, s->window, s->buffer, FLASH_BUFFER, SR_PROGRAM)
			      : SR_SEQUENCE);
}

/* ---- Commands ---- */

static void lock(struct flash *flash, u64 offset, u8 command)
{
	switch (command) {
	case LOCK_BLOCK:
	case LOCK_DOWN_BLOCK: /* until reset, which an unlock is not refused for here */
	case CONFIRM:
		flash->state.is_locked[block_of(offset)] = command != CONFIRM;
		finish(flash, 0);
		break;
	default: finish(flash, SR_SEQUENCE);
	}
}

/* First cycles: what the next write means, and what reads see until then. */
static const struct {
	u8 byte;
	enum cycle next;
	enum mode mode;
} commands[] = {
	{ 0x10, PROGRAM, READ_STATUS },	     /* Word Program, alternate */
	{ 0x20, ERASE, READ_STATUS },	     /* Block Erase */
	{ 0x40, PROGRAM, READ_STATUS },	     /* Word Program */
	{ 0x60, LOCK, READ_STATUS },	     /* Lock Setup */
	{ 0x70, COMMAND, READ_STATUS },	     /* Read Status Register */
	{ 0x90, COMMAND, READ_ID },	     /* Read Identifier */
	{ 0x98, COMMAND, READ_QUERY },	     /* Read Query */
	{ 0xe8, BUFFER_COUNT, READ_STATUS }, /* Buffered Program */
	{ 0xf0, COMMAND, READ_ARRAY }, /* Reset of another command set, which some look for first */
	{ 0xff, COMMAND, READ_ARRAY }, /* Read Array */
};
enum { CLEAR_STATUS = 0x50 };

/* Others are reserved, or mean nothing while nothing is running. */
static void command(struct flash *flash, u8 byte)
{
	if (byte == CLEAR_STATUS)
		flash->state.status = SR_READY;
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (commands[i].byte == byte) {
			flash->state.cycle = commands[i].next;
			set_mode(flash, commands[i].mode);
		}
	}
}

static bool flash_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct flash *flash = opaque;

	switch (flash->state.cycle) {
	case COMMAND: command(flash, (u8)value); break;
	case PROGRAM: program(flash, offset, size, value); break;
	case ERASE: erase(flash, offset, (u8)value); break;
	case LOCK: lock(flash, offset, (u8)value); break;
	case BUFFER_COUNT: begin_buffer(flash, value); break;
	case BUFFER_DATA: fill_buffer(flash, offset, size, value); break;
	case BUFFER_CONFIRM: confirm_buffer(flash, (u8)value); break;
	}
	return true;
}

/* ---- Creation ---- */

void flash_reset(struct flash *flash)
{
	set_mode(flash, READ_ARRAY);
	flash->state = (struct flash_state){ .status = SR_READY };
}

static bool is_possible(const struct flash_state *s)
{
	bool possible = s->mode <= READ_QUERY && s->cycle <= BUFFER_CONFIRM;

	for (size_t i = 0; i < COUNT(s->is_locked); i++)
		possible &= s->is_locked[i] <= 1;
	if (s->cycle == BUFFER_DATA || s->cycle == BUFFER_CONFIRM)
		possible &=
			s->left <= FLASH_BUFFER / 4 && (s->left != 0) == (s->cycle == BUFFER_DATA);
	return possible &&
	       (s->window == ~0ull ? s->cycle != BUFFER_CONFIRM
				   : s->window % FLASH_BUFFER == 0 && s->window < FLASH_BANK);
}

/* Who loads empties whatever knew where memory is. */
void flash_transfer(struct flash *flash, struct archive *archive)
{
	archive_mark(archive, "flash");
	ARCHIVE(archive, flash->state);
	archive_require(archive, is_possible(&flash->state), "a bank of flash in no state");
	flash->region->is_away = flash->state.mode != READ_ARRAY;
}

struct status flash_add(struct flash *flash, const struct image_config *config,
	struct memory *memory, const struct cpu_group *group, struct bus *bus, pa_t base)
{
	*flash =
		(struct flash){ .config = *config, .memory = memory, .group = group, .base = base };
	if (!ram_add(memory, base, FLASH_BANK))
		return status_error(
			STATUS_HOST, "the host has no %d MiB for flash", FLASH_BANK >> 20);
	flash->region = &memory->region[memory->region_count - 1];
	flash->region->read_only = true;
	flash_reset(flash);
	bus_add(bus, &(struct device){ .name = "flash",
			     .base = base,
			     .size = FLASH_BANK,
			     .read = flash_read,
			     .write = flash_write,
			     .opaque = flash,
			     .state = &flash->state,
			     .state_size = sizeof(flash->state) });
	return config->path != NULL ? flash_file_open(flash) : status_ok();
}

void flash_destroy(struct flash *flash)
{
	host_file_close(&flash->file);
}
