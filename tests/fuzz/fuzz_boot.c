/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a compressed kernel or a device tree: used or refused, in bounds. Inputs are good
 * files, damaged.
 */
#include <libfdt.h>
#include <zlib.h>
#include <zstd.h>

#include "fuzz.h"
#include "loader/loader.h"
#include "platform/device_tree.h"

enum { RAM_SIZE = 1 << 20, FILE_MAX = 1 << 14 };

static struct machine *the_machine(void)
{
	static struct machine *machine;
	struct machine_config config = machine_default_config();
	struct status status;

	config.engine = ENGINE_STEP;
	config.ram_size = RAM_SIZE;
	if (machine == NULL)
		machine = machine_create(&config, &status);
	ENT_BUG_ON(machine == NULL);
	return machine;
}

static void check_line(const struct status *status)
{
	ENT_BUG_ON((status->code == STATUS_OK) != (status->text[0] == '\0'));
	ENT_BUG_ON(strchr(status->text, '\n') != NULL);
}

static void as_kernel(const u8 *data, size_t size)
{
	struct load_options options = { .has_address = false };
	struct loaded_image image;
	struct status status = loader_load_bytes(
		machine_memory(the_machine()), "input", data, size, &options, &image);

	check_line(&status);
	ENT_BUG_ON(status.code == STATUS_OK &&
		   (image.entry < image.start || image.entry >= image.end));
	loaded_image_free(&image);
}

/* A tree that was taken and completed is one that libfdt still takes, and says what we said. */
static void as_tree(const u8 *data, size_t size)
{
	static u8 tree[DEVICE_TREE_MAX] __attribute__((aligned(8)));
	struct tree_module module = { BOARD_RAM_BASE, 1, "multiboot,kernel", "x" };
	struct tree_chosen chosen = { "a b", 1, 2, &module, 1, true };
	struct status status = device_tree_copy("input", data, size, tree);

	check_line(&status);
	if (status.code != STATUS_OK)
		return;
	status = device_tree_complete(the_machine(), &chosen, tree);
	check_line(&status);
	if (status.code != STATUS_OK)
		return;
	ENT_BUG_ON(fdt_check_full(tree, device_tree_size(tree)) != 0);
	ENT_BUG_ON(strcmp(fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), "bootargs", NULL),
			   "a b") != 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	as_kernel(data, size);
	as_tree(data, size);
	return 0;
}

#ifndef ENT_LIBFUZZER
/* ---- Good files ---- */

static size_t make_image(u8 *data)
{
	u64 image_size = 0x1000;

	for (unsigned i = 0; i < 0x800; i++)
		data[i] = (u8)(i * i >> 4);
	memset(data + 8, 0, 56);
	memcpy(data + 16, &image_size, 8);
	memcpy(data + 56, "ARM\x64", 4);
	return 0x800;
}

static size_t make_gzip(u8 *data)
{
	u8 image[0x800];
	z_stream stream = { .next_in = image, .next_out = data, .avail_out = FILE_MAX };

	stream.avail_in = (uInt)make_image(image);
	deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
	deflate(&stream, Z_FINISH);
	deflateEnd(&stream);
	return FILE_MAX - stream.avail_out;
}

static size_t make_zstd(u8 *data)
{
	u8 image[0x800];

	return ZSTD_compress(data, FILE_MAX, image, make_image(image), 3);
}

static size_t make_zboot(u8 *data, size_t (*make)(u8 *data), const char *compression)
{
	u32 payload[2] = { 64, (u32)make(data + 64) };

	memset(data, 0, 64);
	memcpy(data, "MZ\0\0zimg", 8);
	memcpy(data + 8, payload, 8);
	strcpy((char *)data + 24, compression);
	return 64 + payload[1];
}

static size_t make_tree(u8 *data)
{
	static u8 tree[DEVICE_TREE_MAX] __attribute__((aligned(8)));
	struct tree_chosen chosen = { .bootargs = "theirs" };

	device_tree_create(the_machine(), tree);
	device_tree_complete(the_machine(), &chosen, tree);
	ENT_BUG_ON(device_tree_size(tree) > FILE_MAX);
	memcpy(data, tree, device_tree_size(tree));
	return device_tree_size(tree);
}

static size_t make(unsigned kind, u8 *data)
{
	switch (kind) {
	case 0: return make_image(data);
	case 1: return make_gzip(data);
	case 2: return make_zstd(data);
	case 3: return make_zboot(data, make_gzip, "gzip");
	case 4: return make_zboot(data, make_zstd, "zstd");
	default: return make_tree(data);
	}
}

static void damage(struct rng *rng, u8 *data, size_t size)
{
	static const u8 edges[] = { 0, 1, 2, 3, 4, 7, 8, 9, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff };

	for (u64 changes = rng_below(rng, 5); changes > 0; changes--) {
		/* headers are small and matter most */
		size_t at = rng_below(rng, rng_below(rng, 2) ? size : (size < 80 ? size : 80));

		data[at] = rng_below(rng, 2) ? edges[rng_below(rng, sizeof(edges))]
					     : (u8)rng_next(rng);
	}
}

static void make_input(struct rng *rng)
{
	u8 data[FILE_MAX];
	size_t size = make((unsigned)rng_below(rng, 8), data);

	damage(rng, data, size);
	if (rng_below(rng, 8) == 0)
		size = rng_below(rng, size + 1);
	fuzz_input(data, size);
}

int main(int argc, char **argv)
{
	return fuzz_main(argc, argv, 20000, make_input);
}
#endif
