/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the device tree of a machine. The nodes are rows of device_tree.def; what depends on the
 * configuration is here. Forms: Devicetree Specification and the kernel's bindings.
 */
#include "platform/device_tree.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "platform/machine_private.h"

/* The tree being written. It always fits, so an error of libfdt is our bug. */
struct tree {
	const struct machine *machine;
	void *fdt;
};

enum phandle { PHANDLE_CLOCK = 1, PHANDLE_GIC, PHANDLE_GPIO, PHANDLE_CPU /* and those after it */ };

/* An interrupt specifier of arm,gic-v3: kind, number in its kind, trigger. */
enum { GIC_SPI = 0, GIC_PPI = 1 };
enum { LEVEL = 4 };
#define SPI(name, trigger) GIC_SPI, SPI_##name - GIC_FIRST_SPI, trigger
#define PPI(name)	   GIC_PPI, PPI_##name - GIC_FIRST_PPI, LEVEL

static void done(int error)
{
	if (error != 0)
		ENT_BUG("device tree: %s", fdt_strerror(error));
}

static void begin(const struct tree *tree, const char *name)
{
	done(fdt_begin_node(tree->fdt, name));
}

static void begin_at(const struct tree *tree, const char *name, u64 address)
{
	char text[40];

	snprintf(text, sizeof(text), "%s@%" PRIx64, name, address);
	begin(tree, text);
}

static void end(const struct tree *tree)
{
	done(fdt_end_node(tree->fdt));
}

static void put_bytes(const struct tree *tree, const char *name, const void *bytes, size_t size)
{
	done(fdt_property(tree->fdt, name, bytes, (int)size));
}

static void put_cells(const struct tree *tree, const char *name, const u32 *cell, size_t count)
{
	void *place;

	done(fdt_property_placeholder(tree->fdt, name, (int)(count * sizeof(*cell)), &place));
	for (size_t i = 0; i < count; i++)
		fdt32_st((u8 *)place + i * sizeof(*cell), cell[i]);
}

static void put_path(const struct tree *tree, const char *name, const char *node, u64 address)
{
	char text[40];

	snprintf(text, sizeof(text), "/%s@%" PRIx64, node, address);
	put_bytes(tree, name, text, strlen(text) + 1);
}

static void put_seed(const struct tree *tree, const char *name, size_t size)
{
	struct rng rng = machine_rng(tree->machine, name);
	u32 cell[8];

	ENT_BUG_ON(size > sizeof(cell));
	for (size_t i = 0; i < size / sizeof(*cell); i++)
		cell[i] = (u32)rng_next(&rng);
	put_cells(tree, name, cell, size / sizeof(*cell));
}

/* Properties; `tree` is the one being written. A string may hold several, with \0 between. */
#define TEXTS(name, texts) put_bytes(tree, name, texts, sizeof(texts));
#define EMPTY(name)	   put_bytes(tree, name, NULL, 0);
#define CELLS(name, ...)                                                                           \
	put_cells(tree, name, (const u32[]){ __VA_ARGS__ },                                        \
		sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32));
#define REG(region)		 CELLS("reg", PAIR(BOARD_##region##_BASE), PAIR(BOARD_##region##_SIZE))
#define PATH(name, node, region) put_path(tree, name, node, BOARD_##region##_BASE);
#define SEED(name, size)	 put_seed(tree, name, size);

/* An address or size: two cells. */
#define PAIR(value) (u32)((u64)(value) >> 32), (u32)(value)

/* ---- Nodes that depend on the configuration ---- */

static void write_psci(const struct tree *tree)
{
	const char *method = tree->machine->config.el == 2 ? "smc" : "hvc";

	begin(tree, "psci");
	TEXTS("compatible", "arm,psci-1.0\0arm,psci-0.2")
	put_bytes(tree, "method", method, strlen(method) + 1);
	end(tree);
}

/* Only transports that hold a device: an empty one is there, and costs a driver time. */
static void write_virtio(const struct tree *tree)
{
	for (u32 slot = 0; slot < BOARD_VIRTIO_SLOTS; slot++) {
		u64 base = BOARD_VIRTIO_BASE + slot * BOARD_VIRTIO_EACH;

		if (tree->machine->virtio[slot] == NULL)
			continue;
		begin_at(tree, "virtio_mmio", base);
		TEXTS("compatible", "virtio,mmio")
		CELLS("reg", PAIR(base), PAIR(BOARD_VIRTIO_EACH))
		/* by edge, bits set while others are acknowledged would be lost: no new edge */
		CELLS("interrupts", GIC_SPI, SPI_VIRTIO - GIC_FIRST_SPI + slot, LEVEL)
		EMPTY("dma-coherent")
		end(tree);
	}
}

/* Its memory is no RAM, so nothing has to be kept free for it. */
static void write_screen(const struct tree *tree)
{
	const struct screen_config *screen = &tree->machine->config.screen;
	u32 stride = screen->width * SCREEN_PIXEL;

	if (screen->width == 0)
		return;
	begin_at(tree, "framebuffer", BOARD_SCREEN_BASE);
	TEXTS("compatible", "simple-framebuffer")
	CELLS("reg", PAIR(BOARD_SCREEN_BASE), PAIR((u64)stride * screen->height))
	CELLS("width", screen->width)
	CELLS("height", screen->height)
	CELLS("stride", stride)
	TEXTS("format", "x8r8g8b8")
	end(tree);
}

enum { LINUX_KEY_POWER = 116 };

static void write_gpio_keys(const struct tree *tree)
{
	if (!bus_has(&tree->machine->bus, PA(BOARD_GPIO_BASE)))
		return;
	begin(tree, "gpio-keys");
	TEXTS("compatible", "gpio-keys")
	begin(tree, "poweroff");
	TEXTS("label", "GPIO Key Poweroff")
	CELLS("linux,code", LINUX_KEY_POWER)
	CELLS("gpios", PHANDLE_GPIO, POWER_KEY_LINE, 0)
	end(tree);
	end(tree);
}

static void write_pmu(const struct tree *tree)
{
	if (!cpu_has(tree->machine->group.cpu[0], FEAT_PMUv3))
		return;
	begin(tree, "pmu");
	TEXTS("compatible", "arm,armv8-pmuv3")
	CELLS("interrupts", PPI(PMU))
	end(tree);
}

static void write_intc(const struct tree *tree)
{
	begin_at(tree, "intc", BOARD_GICD_BASE);
	TEXTS("compatible", "arm,gic-v3")
	EMPTY("interrupt-controller")
	CELLS("#interrupt-cells", 3)
	CELLS("#address-cells", 2)
	CELLS("#size-cells", 2)
	EMPTY("ranges")
	CELLS("#redistributor-regions", 1)
	CELLS("reg", PAIR(BOARD_GICD_BASE), PAIR(BOARD_GICD_SIZE), PAIR(BOARD_GICR_BASE),
		PAIR((u64)tree->machine->config.cpus * BOARD_GICR_EACH))
	if (tree->machine->config.el == 2)
		CELLS("interrupts", PPI(MAINTENANCE))
	CELLS("phandle", PHANDLE_GIC)
	end(tree);
}

static void write_flash(const struct tree *tree)
{
	if (!bus_has(&tree->machine->bus, PA(BOARD_FLASH_BASE)))
		return;
	begin_at(tree, "flash", BOARD_FLASH_BASE);
	TEXTS("compatible", "cfi-flash")
	CELLS("reg", PAIR(BOARD_FLASH_BASE), PAIR(FLASH_BANK), PAIR(BOARD_FLASH_BASE + FLASH_BANK),
		PAIR(FLASH_BANK))
	CELLS("bank-width", 4)
	end(tree);
}

static void write_cpu_map(const struct tree *tree)
{
	begin(tree, "cpu-map");
	begin(tree, "socket0");
	begin(tree, "cluster0");
	for (u32 i = 0; i < tree->machine->config.cpus; i++) {
		char name[16];

		snprintf(name, sizeof(name), "core%u", i);
		begin(tree, name);
		CELLS("cpu", PHANDLE_CPU + i)
		end(tree);
	}
	end(tree);
	end(tree);
	end(tree);
}

/* reg is MPIDR_EL1 without its U bit: Aff0 counts the PEs. */
static void write_cpus(const struct tree *tree)
{
	begin(tree, "cpus");
	CELLS("#address-cells", 1)
	CELLS("#size-cells", 0)
	write_cpu_map(tree);
	for (u32 i = 0; i < tree->machine->config.cpus; i++) {
		begin_at(tree, "cpu", i);
		TEXTS("device_type", "cpu")
		TEXTS("compatible", "arm,armv8")
		CELLS("reg", i)
		TEXTS("enable-method", "psci")
		CELLS("phandle", PHANDLE_CPU + i)
		end(tree);
	}
	end(tree);
}

/* ---- The whole ---- */

static void write_root(const struct tree *tree)
{
	TEXTS("compatible", "linux,dummy-virt")
	TEXTS("model", "linux,dummy-virt")
	CELLS("#address-cells", 2)
	CELLS("#size-cells", 2)
	CELLS("interrupt-parent", PHANDLE_GIC)
#define NODE(name, properties)                                                                     \
	begin(tree, name);                                                                         \
	properties end(tree);
#define DEVICE(name, region, properties)                                                           \
	if (bus_has(&tree->machine->bus, PA(BOARD_##region##_BASE))) {                             \
		begin_at(tree, name, BOARD_##region##_BASE);                                       \
		properties end(tree);                                                              \
	}
#define WRITTEN(name) write_##name(tree);
#include "platform/device_tree.def"
#undef NODE
#undef DEVICE
#undef WRITTEN
}

void device_tree_create(const struct machine *machine, void *fdt)
{
	struct tree tree = { .machine = machine, .fdt = fdt };

	done(fdt_create(fdt, DEVICE_TREE_MAX));
	done(fdt_finish_reservemap(fdt));
	begin(&tree, "");
	write_root(&tree);
	end(&tree);
	done(fdt_finish(fdt));
}
