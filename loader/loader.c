/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the format of a file, and writes to RAM. Knows no format.
 */
#include "loader/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/formats.h"
#include "mmu/mmu.h"

struct status loader_bad_image(const char *name, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return status_error(STATUS_BAD_IMAGE, "%.60s: %s", name, text);
}

struct status loader_check_range(const struct input *input, const char *what, u64 pa, u64 size)
{
	const struct ram_region *ram = memory_ram(input->memory);
	const struct ram_region *found = memory_find(input->memory, PA(pa), size);

	if (found != NULL && !found->read_only)
		return status_ok();
	return BAD_IMAGE(input,
		"%s at 0x%" PRIx64 ", 0x%" PRIx64 " bytes, is outside of RAM (0x%" PRIx64
		"..0x%" PRIx64 "); try --memory",
		what, pa, size, ram->base.v, ram->base.v + ram->size - 1);
}

static u8 *host_of(struct memory *memory, u64 pa, u64 size)
{
	struct ram_region *region = memory_find(memory, PA(pa), size);

	ENT_BUG_ON(region == NULL);
	return region->host + (pa - region->base.v);
}

void loader_put(struct memory *memory, u64 pa, const u8 *data, u64 size)
{
	if (size == 0)
		return;
	memcpy(host_of(memory, pa, size), data, size);
	memory_written(memory, PA(pa), size);
}

void loader_clear(struct memory *memory, u64 pa, u64 size)
{
	if (size == 0)
		return;
	memset(host_of(memory, pa, size), 0, size);
	memory_written(memory, PA(pa), size);
}

/* Files packed in packed files: more is a mistake, or meant to keep us busy. */
enum { MAX_LAYERS = 4 };

static struct status load(const struct input *input, struct loaded_image *image, unsigned layers);

static struct status load_packed(
	const struct input *input, struct loaded_image *image, unsigned layers)
{
	struct input inner = *input;
	u8 *data;
	struct status status;

	if (layers == MAX_LAYERS)
		return BAD_IMAGE(input, "compressed more than %d times", MAX_LAYERS);
	status = unpack(input, &data, &inner.size);
	inner.data = data;
	if (status.code == STATUS_OK)
		status = load(&inner, image, layers + 1);
	free(data);
	return status;
}

static struct status load(const struct input *input, struct loaded_image *image, unsigned layers)
{
	if (input->size == 0)
		return BAD_IMAGE(input, layers == 0 ? "the file is empty" : "nothing is in it");
	if (unpack_recognize(input))
		return load_packed(input, image, layers);
	if (elf_recognize(input))
		return elf_load(input, image);
	if (image_recognize(input))
		return image_load(input, image);
	if (!input->options->has_address)
		return BAD_IMAGE(input,
			"neither an ELF file nor an arm64 Image; a raw binary needs "
			"--load-address");
	return raw_load(input, image);
}

struct status loader_load_bytes(struct memory *memory, const char *name, const u8 *data,
	size_t size, const struct load_options *options, struct loaded_image *image)
{
	struct input input = {
		.name = name, .data = data, .size = size, .memory = memory, .options = options
	};
	struct status status;

	*image = (struct loaded_image){ .format = NULL };
	status = load(&input, image, 0);
	if (status.code != STATUS_OK)
		loaded_image_free(image);
	return status;
}

struct status loader_load(struct machine *machine, const char *path,
	const struct load_options *options, struct loaded_image *image)
{
	struct file file;
	struct status status = file_open(path, &file);

	*image = (struct loaded_image){ .format = NULL };
	if (status.code != STATUS_OK)
		return status;
	status = loader_load_bytes(
		machine_memory(machine), file.name, file.data, file.size, options, image);
	file_close(&file);
	return status;
}

void loaded_image_free(struct loaded_image *image)
{
	symbol_table_free(&image->symbols);
	*image = (struct loaded_image){ .format = NULL };
}
