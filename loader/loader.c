/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the file, finds its format, and writes to RAM. Knows no format.
 */
#include "loader/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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
	const struct ram_region *ram = &input->memory->region[0];

	if (memory_find(input->memory, PA(pa), size) != NULL)
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

static struct status load(const struct input *input, struct loaded_image *image)
{
	if (input->size == 0)
		return BAD_IMAGE(input, "the file is empty");
	if (elf_recognize(input)) {
		if (input->options->has_address)
			return status_error(STATUS_USAGE,
				"%.60s: an ELF file has its own addresses; --load-address is for "
				"raw binaries and Images",
				input->name);
		return elf_load(input, image);
	}
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
	status = load(&input, image);
	if (status.code != STATUS_OK)
		loaded_image_free(image);
	return status;
}

static struct status cannot_read(const char *name, const char *why)
{
	return loader_bad_image(name, "cannot be read: %s", why);
}

/* A private mapping: the file is paid for as it is touched. Pipes and directories are refused. */
struct status loader_load(struct machine *machine, const char *path,
	const struct load_options *options, struct loaded_image *image)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
	struct status status;
	struct stat st;
	void *data = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*image = (struct loaded_image){ .format = NULL };
	if (fd < 0)
		return cannot_read(name, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		status = cannot_read(name, "not a regular file");
		goto out;
	}
	if (st.st_size > 0)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		status = cannot_read(name, strerror(errno));
		goto out;
	}
	status = loader_load_bytes(
		machine_memory(machine), name, data, (size_t)st.st_size, options, image);
	if (data != NULL)
		munmap(data, (size_t)st.st_size);
out:
	close(fd);
	return status;
}

void loaded_image_free(struct loaded_image *image)
{
	free(image->symbols.symbol);
	free(image->symbols.names);
	*image = (struct loaded_image){ .format = NULL };
}
