/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completes a device tree, ours or one that somebody gives: /memory and /chosen. Nothing that a
 * tree says is trusted; all else in it stays as it is.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "platform/device_tree.h"
#include "platform/machine_private.h"

/* Changing a tree has one reason to fail that is no surprise, so the first error is kept. */
struct edit {
	void *fdt;
	int error; /* of libfdt, negative; 0: none */
};

static void keep(struct edit *edit, int error)
{
	if (edit->error == 0 && error < 0)
		edit->error = error;
}

static void set_text(struct edit *edit, int node, const char *name, const char *text)
{
	if (edit->error == 0)
		keep(edit, fdt_setprop(edit->fdt, node, name, text, (int)strlen(text) + 1));
}

static void set_u64(struct edit *edit, int node, const char *name, u64 value)
{
	if (edit->error == 0)
		keep(edit, fdt_setprop_u64(edit->fdt, node, name, value));
}

static void set_cell(struct edit *edit, int node, const char *name, u32 value)
{
	if (edit->error == 0)
		keep(edit, fdt_setprop_u32(edit->fdt, node, name, value));
}

static void set_range(struct edit *edit, int node, u64 start, u64 size)
{
	set_u64(edit, node, "reg", start);
	if (edit->error == 0)
		keep(edit, fdt_appendprop_u64(edit->fdt, node, "reg", size));
}

/* The node of this name below `parent`, new if it is not there. */
static int need_node(struct edit *edit, int parent, const char *name)
{
	int node = fdt_subnode_offset(edit->fdt, parent, name);

	if (node == -FDT_ERR_NOTFOUND)
		node = fdt_add_subnode(edit->fdt, parent, name);
	keep(edit, node);
	return node;
}

/* ---- /memory ---- */

static bool is_memory(const void *fdt, int node)
{
	int length;
	const char *type = fdt_getprop(fdt, node, "device_type", &length);

	return type != NULL && length == (int)sizeof("memory") && memcmp(type, "memory", 7) == 0;
}

/* RAM is what --memory says, whatever the tree said. */
static void set_memory(struct edit *edit, const struct machine *machine)
{
	char name[32];
	int node = fdt_first_subnode(edit->fdt, 0);

	while (node >= 0) {
		bool gone = is_memory(edit->fdt, node);

		if (gone)
			keep(edit, fdt_del_node(edit->fdt, node));
		if (edit->error != 0)
			return;
		node = gone ? fdt_first_subnode(edit->fdt, 0) : fdt_next_subnode(edit->fdt, node);
	}
	snprintf(name, sizeof(name), "memory@%x", BOARD_RAM_BASE);
	node = need_node(edit, 0, name);
	set_text(edit, node, "device_type", "memory");
	set_range(edit, node, BOARD_RAM_BASE, machine->config.ram_size);
}

/* ---- /chosen ---- */

/* docs/misc/arm/device-tree/booting.txt of Xen: a module is a range, a kind and arguments. */
static void add_module(struct edit *edit, int parent, const struct tree_module *module)
{
	char name[32];
	int node;

	snprintf(name, sizeof(name), "module@%" PRIx64, module->start);
	node = need_node(edit, parent, name);
	set_text(edit, node, "compatible", module->compatible);
	if (edit->error == 0)
		keep(edit, fdt_appendprop(edit->fdt, node, "compatible", "multiboot,module",
				   sizeof("multiboot,module")));
	set_range(edit, node, module->start, module->size);
	if (module->bootargs != NULL)
		set_text(edit, node, "bootargs", module->bootargs);
}

static void set_chosen(
	struct edit *edit, const struct machine *machine, const struct tree_chosen *chosen)
{
	struct rng rng = machine_rng(machine, "kaslr-seed");
	int node = need_node(edit, 0, "chosen");

	if (chosen->bootargs != NULL)
		set_text(edit, node, "bootargs", chosen->bootargs);
	if (chosen->initrd_end != chosen->initrd_start) {
		set_u64(edit, node, "linux,initrd-start", chosen->initrd_start);
		set_u64(edit, node, "linux,initrd-end", chosen->initrd_end);
	}
	if (chosen->has_kaslr_seed)
		set_u64(edit, node, "kaslr-seed", rng_next(&rng));
	if (chosen->module_count == 0)
		return;
	set_cell(edit, node, "#address-cells", 2);
	set_cell(edit, node, "#size-cells", 2);
	/* without it Xen takes bootargs for its guest's if that has none of its own */
	if (chosen->bootargs != NULL)
		set_text(edit, node, "xen,xen-bootargs", chosen->bootargs);
	for (unsigned i = 0; i < chosen->module_count; i++)
		add_module(edit, node, &chosen->module[i]);
}

/* ---- The whole ---- */

static struct status is_bad(const char *name, const char *why)
{
	return status_error(STATUS_BAD_IMAGE, "%.60s: %s", name, why);
}

struct status device_tree_copy(const char *name, const u8 *data, size_t size, void *tree)
{
	int error;

	if (size > DEVICE_TREE_MAX)
		return status_error(STATUS_BAD_IMAGE,
			"%.60s: %zu bytes; a device tree may have 2 MiB", name, size);
	if (size < sizeof(struct fdt_header))
		return is_bad(name, "too short for a device tree");
	error = fdt_check_full(data, size);
	if (error != 0)
		return status_error(STATUS_BAD_IMAGE, "%.60s: not a device tree (%s)", name,
			fdt_strerror(error));
	error = fdt_open_into(data, tree, DEVICE_TREE_MAX);
	if (error != 0)
		return status_error(STATUS_BAD_IMAGE, "%.60s: the device tree cannot be used (%s)",
			name, fdt_strerror(error));
	if (fdt_address_cells(tree, 0) != 2 || fdt_size_cells(tree, 0) != 2)
		return is_bad(name, "the device tree's root has not #address-cells and "
				    "#size-cells of 2, as this board needs");
	return status_ok();
}

struct status device_tree_complete(
	const struct machine *machine, const struct tree_chosen *chosen, void *tree)
{
	struct edit edit = { .fdt = tree };

	keep(&edit, fdt_open_into(tree, tree, DEVICE_TREE_MAX));
	if (edit.error == 0)
		set_memory(&edit, machine);
	if (edit.error == 0)
		set_chosen(&edit, machine, chosen);
	if (edit.error == -FDT_ERR_NOSPACE)
		return status_error(STATUS_BAD_IMAGE,
			"the device tree with --append and all else has more than 2 MiB");
	if (edit.error != 0)
		return status_error(STATUS_BAD_IMAGE, "the device tree cannot be changed: %s",
			fdt_strerror(edit.error));
	keep(&edit, fdt_pack(tree));
	return status_ok();
}

size_t device_tree_size(const void *tree)
{
	return fdt_totalsize(tree);
}
