/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a snapshot: refused in one line, or a machine that runs. Inputs are good snapshots,
 * damaged: as files, which digests find, or as what they contain, whose digests are made anew.
 */
#define _GNU_SOURCE /* memmem() */
#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "debug/hash.h"
#include "fuzz.h"
#include "mmu/mmu.h"
#include "platform/pages.h"
#include "platform/snapshot.h"
#include "platform/snapshot_stream.h"

enum { RAM_SIZE = 1 << 20, INPUT_MAX = 1 << 23, MOST_RAM = 64 << 20, RUN = 3000 };

/* Where an input is a file for a moment. */
static const char *path_of(const char *what)
{
	static char path[100];

	snprintf(path, sizeof(path), "/tmp/entresol-fuzz-snapshot-%d.%s", (int)getpid(), what);
	return path;
}

static void check_line(const struct status *status)
{
	ENT_BUG_ON((status->code == STATUS_OK) != (status->text[0] == '\0'));
	ENT_BUG_ON(strchr(status->text, '\n') != NULL);
}

/* The machine's hash in the end; 0: there is none, or one that is too large for a fuzzer. */
static u64 use(const char *path)
{
	struct machine_config config = machine_default_config();
	struct status status;
	struct snapshot *snapshot = snapshot_open(path, &status);
	struct machine *machine;
	u64 hash = 0;

	check_line(&status);
	if (snapshot == NULL)
		return 0;
	config.engine = ENGINE_STEP;
	snapshot_config(snapshot, &config);
	if (config.ram_size <= MOST_RAM) {
		machine = machine_create(&config, &status);
		check_line(&status);
		if (machine != NULL) {
			status = snapshot_restore(snapshot, machine);
			check_line(&status);
			if (status.code == STATUS_OK) {
				machine_run(machine, RUN);
				hash = machine_hash(machine);
			}
			machine_destroy(machine);
		}
	}
	snapshot_close(snapshot);
	return hash;
}

static void as_file(const u8 *data, size_t size)
{
	const char *path = path_of("file");
	FILE *file = fopen(path, "wb");

	ENT_BUG_ON(file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0);
	use(path);
	unlink(path);
}

/* Records of 8 bytes, and a page behind those that have one: as they are read. */
static void put_records(struct snapshot_writer *writer, const u8 *data, size_t size)
{
	const u64 zero = BIT(55);

	for (size_t at = 0; size - at >= sizeof(u64);) {
		u64 record;

		memcpy(&record, data + at, sizeof(record));
		writer_put(writer, &record, sizeof(record));
		at += sizeof(record);
		if ((record & zero) || size - at < PAGES_SIZE)
			continue;
		writer_put(writer, data + at, PAGES_SIZE);
		at += PAGES_SIZE;
	}
}

/* A header, so many bytes of configuration and state, records. */
static void as_contents(const u8 *data, size_t size)
{
	const char *path = path_of("contents");
	struct snapshot_header header;
	struct snapshot_writer *writer;
	struct status status;
	size_t head;

	if (size < sizeof(header))
		return;
	memcpy(&header, data, sizeof(header));
	data += sizeof(header);
	size -= sizeof(header);
	head = smaller(header.head_size, size);
	header.head_size = head;
	header.head_digest = digest_bytes(DIGEST_START, data, head);
	header.digest =
		digest_bytes(DIGEST_START, &header, offsetof(struct snapshot_header, digest));
	writer = writer_create(path, &header, &status);
	ENT_BUG_ON(writer == NULL);
	writer_put(writer, data, head);
	put_records(writer, data + head, size - head);
	status = writer_finish(writer);
	ENT_BUG_ON(status.code != STATUS_OK);
	use(path);
	unlink(path);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & 1)
		as_contents(data + 1, size - 1);
	else
		as_file(data + 1, size - 1);
	return 0;
}

#ifndef ENT_LIBFUZZER

/* add x1, x1, #1; str x1, [x0, #8]; hvc #0; b .-12 */
static const u32 program[] = { 0x91000421, 0xf9000401, 0xd4000002, 0x17fffffd };

static u8 input[1 + INPUT_MAX];

static size_t read_file(const char *path, u8 *data)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	ENT_BUG_ON(file == NULL);
	size = fread(data, 1, INPUT_MAX, file);
	fclose(file);
	return size;
}

/* Of some kinds of machines. */
static void make_snapshot(struct rng *rng, const char *path)
{
	static const char disk[512 * 64] = "a disk";
	struct machine_config config = machine_default_config();
	struct timing_model model;
	struct machine *machine;
	struct status status;
	FILE *file = fopen(path_of("disk"), "wb");
	char name[100];
	u64 hash;

	ENT_BUG_ON(file == NULL || fwrite(disk, sizeof(disk), 1, file) != 1 || fclose(file) != 0);
	snprintf(name, sizeof(name), "%s", path_of("disk"));
	config.engine = ENGINE_STEP;
	config.profile = rng_next(rng) & 1 ? "max" : "v8.1";
	config.ram_size = RAM_SIZE;
	config.cpus = 1 + (unsigned)(rng_next(rng) & 1);
	config.disk[0] = (struct image_config){ .path = name, .snapshot = true };
	config.disks = 1;
	config.has_flash = rng_next(rng) & 1;
	config.has_virtio_console = true;
	if (rng_next(rng) % 4 == 0 && timing_model_get("a55", &model))
		config.timing = &model;
	machine = machine_create(&config, &status);
	ENT_BUG_ON(machine == NULL);
	memcpy(memory_ram(machine_memory(machine))->host, program, sizeof(program));
	memory_written(machine_memory(machine), memory_ram(machine_memory(machine))->base,
		sizeof(program));
	machine_start(machine, memory_ram(machine_memory(machine))->base.v, 0);
	machine_run(machine, rng_next(rng) % 1000);
	status = machine_save(machine, path, NULL, 0);
	ENT_BUG_ON(status.code != STATUS_OK);
	machine_run(machine, RUN);
	hash = machine_hash(machine);
	machine_destroy(machine);
	ENT_BUG_ON(use(path) != hash); /* else damage would be looked for in nothing */
}

static size_t contents_of(const char *path, u8 *data)
{
	struct snapshot_header header;
	struct status status;
	struct snapshot_reader *reader = reader_create(path, &header, &status);
	size_t size = sizeof(header);
	u64 record;

	ENT_BUG_ON(reader == NULL || header.head_size > INPUT_MAX / 2);
	memcpy(data, &header, sizeof(header));
	ENT_BUG_ON(!reader_get(reader, data + size, header.head_size));
	size += header.head_size;
	do {
		ENT_BUG_ON(!reader_get(reader, &record, sizeof(record)));
		memcpy(data + size, &record, sizeof(record));
		size += sizeof(record);
		if (record & BIT(55))
			continue; /* the last one, too */
		ENT_BUG_ON(!reader_get(reader, data + size, PAGES_SIZE));
		size += PAGES_SIZE;
	} while (record != ~(u64)0);
	ENT_BUG_ON(!reader_finish(reader));
	reader_free(reader);
	return size;
}

/* Behind a part's name, or anywhere: parts differ in size, and each has checks. */
static size_t place(struct rng *rng, const u8 *data, size_t size)
{
	static const char *const parts[] = { "PE", "console", "cpus", "devices", "end", "events",
		"flash", "gic", "group", "mmu", "pl011", "pl031", "pl061", "power", "script",
		"semihosting", "sysregs", "timing", "turn", "virtio" };
	const char *part = parts[rng_next(rng) % COUNT(parts)];
	size_t length = smaller(strlen(part) + 1, 8), at = rng_next(rng) % size;
	const u8 *found = size - at > length ? memmem(data + at, size - at, part, length) : NULL;

	if (found == NULL)
		found = memmem(data, size, part, length);
	if (found == NULL || rng_next(rng) % 4 == 0)
		return at;
	return smaller((size_t)(found - data) + 8 + rng_next(rng) % 200, size - 1);
}

/* A bit, a byte, or eight of them that are interesting. */
static void damage(struct rng *rng, u8 *data, size_t size)
{
	static const u64 values[] = { 0, 1, 2, 255, 4096, ~(u64)0, 1ull << 63, 1ull << 40,
		0x40000000 };
	size_t at = place(rng, data, size);
	u64 value = values[rng_next(rng) % COUNT(values)];

	switch (rng_next(rng) % 3) {
	case 0: data[at] ^= (u8)(1u << rng_next(rng) % 8); break;
	case 1: data[at] = (u8)rng_next(rng); break;
	default: memcpy(data + at, &value, smaller(sizeof(value), size - at));
	}
}

static void make_input(struct rng *rng)
{
	char path[100];
	size_t size;
	u64 changes = rng_next(rng) % 4;

	snprintf(path, sizeof(path), "%s", path_of("good"));
	make_snapshot(rng, path);
	input[0] = rng_next(rng) % 8 != 0;
	size = input[0] ? contents_of(path, input + 1) : read_file(path, input + 1);
	unlink(path);
	for (u64 i = 0; i < changes; i++)
		damage(rng, input + 1, size);
	if (rng_next(rng) % 8 == 0)
		size = rng_next(rng) % size;
	fuzz_input(input, 1 + size);
	unlink(path_of("disk"));
}

int main(int argc, char **argv)
{
	return fuzz_main(argc, argv, 300, make_input);
}

#endif
