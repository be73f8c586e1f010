/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in RAM when a kernel is entered: the kernel, the device tree, the initrd, modules.
 * Source: the kernel's Documentation/arch/arm64/booting.rst.
 */
#include <stdlib.h>

#include "loader/formats.h"
#include "platform/device_tree.h"

/*
 * The next free byte grows as things are placed one behind the other, each in blocks of its own:
 * the device tree must not share one with what is mapped otherwise, and kernels map the rest so,
 * too.
 */
struct placing {
	struct machine *machine;
	const struct boot_options *options;
	u64 free;
	struct loaded_image *image;
	struct tree_chosen chosen;
	struct tree_module module[MAX_BOOT_MODULES];
};

/* Takes `size` bytes for `what`, above all that is there. */
static struct status take(struct placing *placing, const char *what, u64 size, u64 *start)
{
	struct memory *memory = machine_memory(placing->machine);
	const struct ram_region *ram = memory_ram(memory);
	u64 at = align_up(placing->free, KERNEL_BLOCK);

	if (at < placing->free || memory_find(memory, PA(at), size) == NULL)
		return status_error(STATUS_BAD_IMAGE,
			"%.60s: 0x%" PRIx64 " bytes do not fit between 0x%" PRIx64
			" and the end of RAM, 0x%" PRIx64 "; try --memory",
			what, size, at, ram->base.v + ram->size);
	*start = at;
	placing->free = at + size;
	return status_ok();
}

/* A file as it is. */
static struct status place_file(struct placing *placing, const char *path, u64 *start, u64 *size)
{
	struct file file;
	struct status status = file_open(path, &file);

	if (status.code != STATUS_OK)
		return status;
	*size = file.size;
	status = file.size == 0 ? loader_bad_image(file.name, "the file is empty")
				: take(placing, file.name, file.size, start);
	if (status.code == STATUS_OK)
		loader_put(machine_memory(placing->machine), *start, file.data, file.size);
	file_close(&file);
	return status;
}

static struct status place_initrd(struct placing *placing)
{
	u64 start, size;
	struct status status;

	if (placing->options->initrd == NULL)
		return status_ok();
	status = place_file(placing, placing->options->initrd, &start, &size);
	if (status.code != STATUS_OK)
		return status;
	placing->chosen.initrd_start = start;
	placing->chosen.initrd_end = start + size;
	return status_ok();
}

/* The first module is the kernel that a hypervisor boots, the second its initrd. */
static struct status place_modules(struct placing *placing)
{
	static const char *const kinds[MAX_BOOT_MODULES] = { "multiboot,kernel",
		"multiboot,ramdisk" };

	for (unsigned i = 0; i < placing->options->module_count; i++) {
		const struct boot_module *module = &placing->options->module[i];
		struct tree_module *placed = &placing->module[i];
		struct status status;

		status = place_file(placing, module->path, &placed->start, &placed->size);
		if (status.code != STATUS_OK)
			return status;
		placed->compatible = kinds[i];
		placed->bootargs = module->arguments;
	}
	placing->chosen.module = placing->module;
	placing->chosen.module_count = placing->options->module_count;
	return status_ok();
}

static struct status begin_tree(struct placing *placing, void *tree)
{
	struct file file;
	struct status status;

	if (placing->options->dtb == NULL) {
		device_tree_create(placing->machine, tree);
		return status_ok();
	}
	status = file_open(placing->options->dtb, &file);
	if (status.code != STATUS_OK)
		return status;
	status = device_tree_copy(file.name, file.data, file.size, tree);
	file_close(&file);
	if (status.code == STATUS_OK)
		device_tree_compare(placing->machine, tree, placing->image->tree_differs,
			sizeof(placing->image->tree_differs));
	return status;
}

/* The device tree comes first in RAM and last in time: it says where the others are. */
static struct status place_all(struct placing *placing, void *tree, u64 *tree_start)
{
	struct status status = begin_tree(placing, tree);

	if (status.code == STATUS_OK)
		status = take(placing, "the device tree", DEVICE_TREE_MAX, tree_start);
	if (status.code == STATUS_OK)
		status = place_initrd(placing);
	if (status.code == STATUS_OK)
		status = place_modules(placing);
	if (status.code == STATUS_OK)
		status = device_tree_complete(placing->machine, &placing->chosen, tree);
	return status;
}

struct status loader_boot(
	struct machine *machine, const struct boot_options *options, struct loaded_image *image)
{
	struct memory *memory = machine_memory(machine);
	struct placing placing = { .machine = machine,
		.options = options,
		.image = image,
		.free = image->end != 0 ? image->end : memory_ram(memory)->base.v,
		.chosen = { .bootargs = options->append, .has_kaslr_seed = options->kaslr } };
	void *tree = malloc(DEVICE_TREE_MAX);
	struct status status;

	if (tree == NULL)
		return status_error(STATUS_HOST, "the host has no memory for the device tree");
	status = place_all(&placing, tree, &image->tree);
	if (status.code == STATUS_OK) {
		image->tree_size = device_tree_size(tree);
		image->end = placing.free;
		loader_put(memory, image->tree, tree, image->tree_size);
	}
	free(tree);
	return status;
}
