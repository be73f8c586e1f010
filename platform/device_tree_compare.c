/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In what a device tree that somebody gives differs from the machine. A kernel that is told of
 * other PEs or devices than there are may find no disk, or say nothing at all.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "platform/device_tree.h"
#include "platform/machine_private.h"

static u32 count_cpus(const void *tree)
{
	int parent = fdt_path_offset(tree, "/cpus"), node;
	u32 count = 0;

	if (parent < 0)
		return 0;
	fdt_for_each_subnode(node, tree, parent)
	{
		int length;
		const char *type = fdt_getprop(tree, node, "device_type", &length);

		count += type != NULL && length == 4 && memcmp(type, "cpu", 4) == 0;
	}
	return count;
}

/* Has a node this address in its reg? Its cells may be of any number, so each one is looked at. */
static bool has_address(const void *tree, int node, u64 address)
{
	int length;
	const u8 *reg = fdt_getprop(tree, node, "reg", &length);

	for (int i = 0; reg != NULL && i + 4 <= length; i += 4) {
		if (fdt32_ld((const fdt32_t *)(const void *)(reg + i)) == address)
			return true;
	}
	return false;
}

static bool tells_of(const void *tree, const struct device *device)
{
	for (int node = 0; node >= 0; node = fdt_next_node(tree, node, NULL)) {
		if (has_address(tree, node, device->base.v))
			return true;
	}
	return false;
}

void device_tree_compare(const struct machine *machine, const void *tree, char *text, size_t size)
{
	u32 cpus = count_cpus(tree);
	size_t used = 0;
	unsigned missing = 0;

	*text = '\0';
	if (cpus != machine->group.count)
		used = (size_t)snprintf(
			text, size, "tells of %" PRIu32 " PEs, not %u", cpus, machine->group.count);
	for (unsigned i = 0; i < machine->bus.count; i++) {
		const struct device *device = &machine->bus.device[i];

		/* transports without a device have no state, and are in no tree */
		if (device->state_size == 0 || tells_of(tree, device) || missing++ > 0)
			continue;
		used += (size_t)snprintf(text + used, size - used,
			"%shas no node for %.40s at 0x%" PRIx64, used > 0 ? ", " : "", device->name,
			device->base.v);
	}
	if (missing > 1)
		snprintf(text + used, size - used, " and %u more", missing - 1);
}
