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
#define IMAGE_ALIGNMENT (2ull << 20)

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

static struct status place(const struct input *input, u64 text_offset, u64 *address)
{
	if (!input->options->has_address) {
		*address = align_up(input->memory->region[0].base.v, IMAGE_ALIGNMENT) + text_offset;
		return status_ok();
	}
	*address = input->options->address;
	if (!is_aligned(*address - text_offset, IMAGE_ALIGNMENT))
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
	if (text_offset >= IMAGE_ALIGNMENT || !is_aligned(text_offset, 4))
		return BAD_IMAGE(input, "the Image header has text_offset 0x%" PRIx64, text_offset);
	return place(input, text_offset, address);
}

struct status image_load(const struct input *input, struct loaded_image *image)
{
	u64 size, address;
	struct status status = image_place(input, &address, &size);

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
