/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arm64 Linux Image (the kernel's Documentation/arch/arm64/booting.rst) and raw binaries.
 */
#include <string.h>

#include "loader/formats.h"

/* The first 64 bytes of an Image, little-endian. */
struct image_header {
	u32 code[2];
	u64 text_offset; /* from a 2 MiB boundary */
	u64 image_size;	 /* memory it needs, its own bytes included; 0 before Linux 3.17 */
	u64 flags;
	u64 reserved[3];
	u32 magic;
	u32 pe_offset;
};
_Static_assert(sizeof(struct image_header) == 64, "as the boot protocol has it");

enum { IMAGE_MAGIC = 0x644d5241 }; /* "ARM\x64" */
enum { FLAG_BIG_ENDIAN = 1 };
enum { OLD_TEXT_OFFSET = 0x80000 };

static bool get_header(const struct input *input, struct image_header *header)
{
	if (input->size < sizeof(*header))
		return false;
	memcpy(header, input->data, sizeof(*header));
	return header->magic == IMAGE_MAGIC;
}

bool image_recognize(const struct input *input)
{
	struct image_header header;

	return get_header(input, &header);
}

/* ---- Is all of it there? An Image with an EFI stub is a PE file too, with sections ---- */

/* Offsets and sizes of the PE format, as far as they are of use here. */
enum { PE_COUNT = 6, PE_OPTIONAL_SIZE = 20, PE_HEADER_SIZE = 24 };
enum { SECTION_RAW_SIZE = 16, SECTION_RAW_OFFSET = 20, SECTION_SIZE = 40 };

static u64 get(const struct input *input, u64 offset, unsigned size)
{
	u64 value = 0;

	if (offset <= input->size && size <= input->size - offset)
		memcpy(&value, input->data + offset, size);
	return value;
}

static struct status check_complete(const struct input *input, const struct image_header *header)
{
	u64 pe = header->pe_offset, section, count;

	if (pe == 0 || get(input, pe, 4) != 0x4550) /* "PE" */
		return status_ok();
	section = pe + PE_HEADER_SIZE + get(input, pe + PE_OPTIONAL_SIZE, 2);
	for (count = get(input, pe + PE_COUNT, 2); count > 0; count--, section += SECTION_SIZE) {
		u64 end = get(input, section + SECTION_RAW_OFFSET, 4) +
			  get(input, section + SECTION_RAW_SIZE, 4);

		if (end > input->size)
			return BAD_IMAGE(input,
				"truncated: the Image's sections end at 0x%" PRIx64
				", beyond the file's 0x%zx bytes",
				end, input->size);
	}
	return status_ok();
}

static struct status place(const struct input *input, u64 text_offset, u64 *address)
{
	if (!input->options->has_address) {
		*address = align_up(memory_ram(input->memory)->base.v, KERNEL_BLOCK) + text_offset;
		return status_ok();
	}
	*address = input->options->address;
	if (!is_aligned(*address - text_offset, KERNEL_BLOCK))
		return BAD_IMAGE(input,
			"an Image must be 0x%" PRIx64
			" bytes above a 2 MiB boundary; --load-address 0x%" PRIx64 " is not",
			text_offset, *address);
	return status_ok();
}

struct status image_place(const struct input *input, u64 *address, u64 *size)
{
	struct image_header header;
	u64 text_offset;

	ENT_BUG_ON(!get_header(input, &header));
	text_offset = header.image_size != 0 ? header.text_offset : OLD_TEXT_OFFSET;
	*size = header.image_size > input->size ? header.image_size : input->size;
	if (header.flags & FLAG_BIG_ENDIAN)
		return BAD_IMAGE(input, "a big-endian Image; only little-endian ones run here");
	if (text_offset >= KERNEL_BLOCK || !is_aligned(text_offset, 4))
		return BAD_IMAGE(input, "the Image header has text_offset 0x%" PRIx64, text_offset);
	return place(input, text_offset, address);
}

struct status image_load(const struct input *input, struct loaded_image *image)
{
	struct image_header header;
	u64 size, address;
	struct status status = image_place(input, &address, &size);

	if (status.code == STATUS_OK && get_header(input, &header))
		status = check_complete(input, &header);
	if (status.code == STATUS_OK)
		status = loader_check_range(input, "the Image", address, size);
	if (status.code != STATUS_OK)
		return status;
	loader_put(input->memory, address, input->data, input->size);
	image->format = "Image";
	image->is_kernel = true;
	image->entry = address;
	image->start = address;
	image->end = address + size;
	return status_ok();
}

struct status raw_load(const struct input *input, struct loaded_image *image)
{
	u64 address = input->options->address;
	struct status status;

	if (!is_aligned(address, 4))
		return status_error(STATUS_USAGE,
			"--load-address 0x%" PRIx64 " is not a multiple of 4", address);
	status = loader_check_range(input, "the binary", address, input->size);
	if (status.code != STATUS_OK)
		return status;
	loader_put(input->memory, address, input->data, input->size);
	image->format = "raw";
	image->entry = address;
	image->start = address;
	image->end = address + input->size;
	return status_ok();
}
