/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kernel finds in RAM: the device tree of machines of several kinds, its /chosen, and that
 * nothing overlaps. Trees are read back by libfdt. Files are written here.
 */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loader/loader.h"
#include "platform/device_tree.h"

#define MIB (1ull << 20)

/* ---- Host files ---- */

enum { FILES = 3 };
static char paths[FILES][40];

/* The path of file `n`, which now has these bytes. */
static const char *file_of(unsigned n, const void *data, size_t size)
{
	FILE *file = fopen(paths[n], "wb");

	assert_non_null(file);
	if (size != 0)
		assert_int_equal(fwrite(data, size, 1, file), 1);
	fclose(file);
	return paths[n];
}

static int make_files(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FILES; i++) {
		int fd;

		strcpy(paths[i], "/tmp/entresol-boot-XXXXXX");
		fd = mkstemp(paths[i]);
		assert_true(fd >= 0);
		close(fd);
	}
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FILES; i++)
		unlink(paths[i]);
	return 0;
}

/* ---- Booting ---- */

struct bench {
	struct machine *machine;
	struct loaded_image image;
	struct status status;
};

static struct machine_config board(unsigned cpus, u64 ram_size)
{
	struct machine_config config = machine_default_config();

	config.engine = ENGINE_STEP;
	config.cpus = cpus;
	config.ram_size = ram_size;
	return config;
}

/* A kernel of 64 KiB at the start of RAM is thought to be loaded. */
static struct bench boot(const struct machine_config *config, const struct boot_options *options)
{
	struct bench bench = { .image = {
				       .start = BOARD_RAM_BASE, .end = BOARD_RAM_BASE + 0x10000 } };

	bench.machine = machine_create(config, &bench.status);
	if (bench.machine == NULL)
		fail_msg("%s", bench.status.text);
	bench.status = loader_boot(bench.machine, options, &bench.image);
	return bench;
}

static const u8 *ram(const struct bench *bench, u64 pa)
{
	return machine_memory(bench->machine)->region[0].host + (pa - BOARD_RAM_BASE);
}

static const void *tree_of(const struct bench *bench)
{
	const void *tree = ram(bench, bench->image.tree);

	assert_string_equal(bench->status.text, "");
	assert_int_equal(fdt_check_full(tree, bench->image.tree_size), 0);
	return tree;
}

/* ---- The tree of a machine, by property ---- */

struct property {
	const char *why;
	const char *profile;
	unsigned cpus, el;
	const char *node, *name;
	int length;	   /* -1: the property is not there; -2: nor is the node */
	const void *bytes; /* as in the tree, big-endian */
};

/* clang-format off */
static const struct property properties[] = {
	{ "PSCI by SMC at EL2", "v8.1", 1, 2, "/psci", "method", 4, "smc" },
	{ "PSCI by HVC at EL1", "v8.1", 1, 1, "/psci", "method", 4, "hvc" },
	{ "RAM", "v8.1", 1, 2, "/memory@40000000", "reg", 16, "\0\0\0\0\x40\0\0\0\0\0\0\0\x08\0\0\0" },
	{ "one PE is one PE", "v8.1", 1, 2, "/cpus/cpu@1", "reg", -2, NULL },
	{ "the last of eight", "v8.1", 8, 2, "/cpus/cpu@7", "reg", 4, "\0\0\0\x07" },
	{ "started by PSCI", "v8.1", 2, 2, "/cpus/cpu@1", "enable-method", 5, "psci" },
	{ "redistributors of two", "v8.1", 2, 2, "/intc@8000000", "reg", 32,
	  "\0\0\0\0\x08\0\0\0\0\0\0\0\0\x01\0\0" "\0\0\0\0\x08\x0a\0\0\0\0\0\0\0\x04\0\0" },
	{ "maintenance interrupt, PPI 9", "v8.1", 1, 2, "/intc@8000000", "interrupts", 12, "\0\0\0\x01\0\0\0\x09\0\0\0\x04" },
	{ "no EL2, no maintenance", "v8.1", 1, 1, "/intc@8000000", "interrupts", -1, NULL },
	{ "timers: 13, 14, 11, 10, 12", "v8.1", 1, 2, "/timer", "interrupts", 60,
	  "\0\0\0\x01\0\0\0\x0d\0\0\0\x04" "\0\0\0\x01\0\0\0\x0e\0\0\0\x04" "\0\0\0\x01\0\0\0\x0b\0\0\0\x04"
	  "\0\0\0\x01\0\0\0\x0a\0\0\0\x04" "\0\0\0\x01\0\0\0\x0c\0\0\0\x04" },
	{ "PMU: PPI 7", "v8.1", 1, 2, "/pmu", "interrupts", 12, "\0\0\0\x01\0\0\0\x07\0\0\0\x04" },
	{ "UART: SPI 1", "v8.1", 1, 2, "/pl011@9000000", "interrupts", 12, "\0\0\0\0\0\0\0\x01\0\0\0\x04" },
	{ "24 MHz", "v8.1", 1, 2, "/apb-pclk", "clock-frequency", 4, "\x01\x6e\x36\x00" },
	{ "console", "v8.1", 1, 2, "/chosen", "stdout-path", 15, "/pl011@9000000" },
	{ "no KASLR by itself", "v8.1", 1, 2, "/chosen", "kaslr-seed", -1, NULL },
	{ "no initrd by itself", "v8.1", 1, 2, "/chosen", "linux,initrd-start", -1, NULL },
	{ "no bootargs by themselves", "v8.1", 1, 2, "/chosen", "bootargs", -1, NULL },
	{ "empty transports are not there", "v8.1", 1, 2, "/virtio_mmio@a000200", "reg", -2, NULL },
};
/* clang-format on */

static struct machine_config board_of(const struct property *row)
{
	struct machine_config config = board(row->cpus, 128 * MIB);

	config.profile = row->profile;
	config.el = row->el;
	return config;
}

static void describes_the_machine(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(properties); i++) {
		const struct property *row = &properties[i];
		struct machine_config config = board_of(row);
		struct bench bench = boot(&config, &(struct boot_options){ .initrd = NULL });
		const void *tree = tree_of(&bench);
		int node = fdt_path_offset(tree, row->node), length = -2;
		const void *bytes = NULL;

		if (node >= 0)
			bytes = fdt_getprop(tree, node, row->name, &length);
		if (node >= 0 && bytes == NULL)
			length = -1;
		if (length != row->length ||
			(length >= 0 && memcmp(bytes, row->bytes, (size_t)length) != 0))
			fail_msg("row %zu, %s: %s %s has %d bytes, or others", i, row->why,
				row->node, row->name, length);
		machine_destroy(bench.machine);
	}
}

/* Every phandle that is meant is there. */
static void refers_to_nodes(void **state)
{
	struct machine_config config = board(3, 256 * MIB);
	struct bench bench = boot(&config, &(struct boot_options){ .initrd = NULL });
	const void *tree = tree_of(&bench);
	int root = 0, uart = fdt_path_offset(tree, "/pl011@9000000");
	const fdt32_t *parent = fdt_getprop(tree, root, "interrupt-parent", NULL);
	const fdt32_t *clock = fdt_getprop(tree, uart, "clocks", NULL);

	(void)state;
	assert_int_equal(fdt_node_offset_by_phandle(tree, fdt32_ld(parent)),
		fdt_path_offset(tree, "/intc@8000000"));
	assert_int_equal(fdt_node_offset_by_phandle(tree, fdt32_ld(clock)),
		fdt_path_offset(tree, "/apb-pclk"));
	for (char n = '0'; n < '3'; n++) {
		char core[] = "/cpus/cpu-map/socket0/cluster0/core?", pe[] = "/cpus/cpu@?";
		const fdt32_t *phandle;

		core[sizeof(core) - 2] = pe[sizeof(pe) - 2] = n;
		phandle = fdt_getprop(tree, fdt_path_offset(tree, core), "cpu", NULL);
		assert_int_equal(fdt_node_offset_by_phandle(tree, fdt32_ld(phandle)),
			fdt_path_offset(tree, pe));
	}
	machine_destroy(bench.machine);
}

static u64 chosen_u64(const void *tree, const char *name)
{
	int length;
	const void *value = fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), name, &length);

	if (value == NULL || length != 8)
		fail_msg("/chosen has no %s of 8 bytes", name);
	return fdt64_ld(value);
}

static const char *text_of(const void *tree, const char *node, const char *name)
{
	const char *text = fdt_getprop(tree, fdt_path_offset(tree, node), name, NULL);

	return text != NULL ? text : "nothing";
}

/* ---- What is placed ---- */

static void places_everything(void **state)
{
	static u8 initrd[3 * MIB + 5], module[100];
	struct boot_options options = { .append = "console=ttyAMA0 quiet", .module_count = 2 };
	struct machine_config config = board(1, 16 * MIB);
	const u64 tree = BOARD_RAM_BASE + 2 * MIB, initrd_at = tree + 2 * MIB,
		  module_at = initrd_at + 4 * MIB;
	struct bench bench;
	const void *fdt;
	const fdt64_t *reg;

	(void)state;
	memset(initrd, 0xab, sizeof(initrd));
	memset(module, 0xcd, sizeof(module));
	options.initrd = file_of(0, initrd, sizeof(initrd));
	options.module[0] = (struct boot_module){ file_of(1, module, sizeof(module)), "a=1,b" };
	options.module[1] = (struct boot_module){ file_of(2, module, 1), NULL };
	bench = boot(&config, &options);
	fdt = tree_of(&bench);
	assert_int_equal(bench.image.tree, tree);
	assert_int_equal(bench.image.end, module_at + 2 * MIB + 1);
	assert_string_equal(text_of(fdt, "/chosen", "bootargs"), "console=ttyAMA0 quiet");
	assert_string_equal(text_of(fdt, "/chosen", "xen,xen-bootargs"), "console=ttyAMA0 quiet");
	assert_int_equal(chosen_u64(fdt, "linux,initrd-start"), initrd_at);
	assert_int_equal(chosen_u64(fdt, "linux,initrd-end"), initrd_at + sizeof(initrd));
	assert_memory_equal(ram(&bench, initrd_at), initrd, sizeof(initrd));
	assert_int_equal(ram(&bench, initrd_at)[sizeof(initrd)], 0);
	assert_memory_equal(ram(&bench, module_at), module, sizeof(module));
	assert_string_equal(
		text_of(fdt, "/chosen/module@40800000", "compatible"), "multiboot,kernel");
	assert_string_equal(text_of(fdt, "/chosen/module@40800000", "bootargs"), "a=1,b");
	assert_string_equal(
		text_of(fdt, "/chosen/module@40a00000", "compatible"), "multiboot,ramdisk");
	assert_string_equal(text_of(fdt, "/chosen/module@40a00000", "bootargs"), "nothing");
	assert_int_equal(fdt_stringlist_search(fdt, fdt_path_offset(fdt, "/chosen/module@40a00000"),
				 "compatible", "multiboot,module"),
		1);
	reg = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen/module@40800000"), "reg", NULL);
	assert_int_equal(fdt64_ld(&reg[0]), module_at);
	assert_int_equal(fdt64_ld(&reg[1]), sizeof(module));
	machine_destroy(bench.machine);
}

/* Firmware looks for the tree at the start of RAM. */
static void tree_without_kernel(void **state)
{
	struct machine_config config = machine_default_config();
	struct status status;
	struct machine *machine = machine_create(&config, &status);
	struct loaded_image image = { .format = NULL };

	(void)state;
	status = loader_boot(machine, &(struct boot_options){ .initrd = NULL }, &image);
	assert_string_equal(status.text, "");
	assert_int_equal(image.tree, BOARD_RAM_BASE);
	machine_destroy(machine);
}

/* The same seed gives the same tree, another one another. */
static void seeds(void **state)
{
	struct machine_config config = board(1, 256 * MIB);
	struct boot_options options = { .kaslr = true };
	struct bench one = boot(&config, &options), same = boot(&config, &options), other;
	const void *trees[3];

	(void)state;
	config.seed = 8;
	other = boot(&config, &options);
	trees[0] = tree_of(&one);
	trees[1] = tree_of(&same);
	trees[2] = tree_of(&other);
	assert_int_equal(one.image.tree_size, same.image.tree_size);
	assert_memory_equal(trees[0], trees[1], one.image.tree_size);
	assert_true(chosen_u64(trees[0], "kaslr-seed") != chosen_u64(trees[2], "kaslr-seed"));
	assert_true(memcmp(text_of(trees[0], "/chosen", "rng-seed"),
			    text_of(trees[2], "/chosen", "rng-seed"), 32) != 0);
	machine_destroy(one.machine);
	machine_destroy(same.machine);
	machine_destroy(other.machine);
}

/* ---- Trees from files ---- */

/* A tree of somebody's: memory elsewhere, bootargs, a node of its own. */
static size_t make_tree(u8 *tree, size_t size, u32 address_cells)
{
	fdt_create(tree, (int)size);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_u32(tree, "#address-cells", address_cells);
	fdt_property_u32(tree, "#size-cells", 2);
	fdt_begin_node(tree, "memory@80000000");
	fdt_property(tree, "device_type", "memory", 7);
	fdt_property_u64(tree, "reg", 0x80000000);
	fdt_end_node(tree);
	fdt_begin_node(tree, "mine");
	fdt_property_u32(tree, "value", 42);
	fdt_end_node(tree);
	fdt_begin_node(tree, "chosen");
	fdt_property(tree, "bootargs", "theirs", 7);
	fdt_end_node(tree);
	fdt_end_node(tree);
	fdt_finish(tree);
	return fdt_totalsize(tree);
}

static void completes_a_tree(void **state)
{
	u8 tree[4096] __attribute__((aligned(8)));
	struct machine_config config = board(1, 16 * MIB);
	struct boot_options options = { .dtb = file_of(0, tree, make_tree(tree, sizeof(tree), 2)) };
	struct bench bench = boot(&config, &options);
	const void *fdt = tree_of(&bench);
	const fdt64_t *reg;

	(void)state;
	assert_int_equal(fdt_path_offset(fdt, "/memory@80000000"), -FDT_ERR_NOTFOUND);
	reg = fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@40000000"), "reg", NULL);
	assert_int_equal(fdt64_ld(&reg[0]), BOARD_RAM_BASE);
	assert_int_equal(fdt64_ld(&reg[1]), 16 * MIB);
	assert_string_equal(text_of(fdt, "/chosen", "bootargs"), "theirs");
	assert_true(fdt_path_offset(fdt, "/mine") > 0);
	machine_destroy(bench.machine);

	options.append = "ours";
	bench = boot(&config, &options);
	assert_string_equal(text_of(tree_of(&bench), "/chosen", "bootargs"), "ours");
	machine_destroy(bench.machine);
}

/* ---- Refusals ---- */

static u8 large[DEVICE_TREE_MAX + 1] __attribute__((aligned(8)));

static size_t huge(void)
{
	make_tree(large, sizeof(large), 2);
	return sizeof(large);
}

static size_t tail_cut(void)
{
	return make_tree(large, sizeof(large), 2) - 1;
}

static size_t magic_gone(void)
{
	size_t size = make_tree(large, sizeof(large), 2);

	large[0] = 0;
	return size;
}

static size_t header_cut(void)
{
	make_tree(large, sizeof(large), 2);
	return 39;
}

static size_t structure_bad(void)
{
	size_t size = make_tree(large, sizeof(large), 2);

	large[fdt_off_dt_struct(large) + 3] = 7;
	return size;
}

static size_t cells_of_one(void)
{
	return make_tree(large, sizeof(large), 1);
}

static size_t nothing(void)
{
	return 0;
}

/* Leaves room for some 1000 bytes. */
static size_t full(void)
{
	static const u8 zeros[DEVICE_TREE_MAX - 1200];

	fdt_create(large, DEVICE_TREE_MAX);
	fdt_finish_reservemap(large);
	fdt_begin_node(large, "");
	fdt_property(large, "zeros", zeros, sizeof(zeros));
	fdt_property_u32(large, "#size-cells", 2);
	fdt_end_node(large);
	fdt_finish(large);
	return fdt_totalsize(large);
}

struct refusal {
	const char *why;
	size_t (*make)(void); /* the bytes in `large` */
	char option;	      /* d: --dtb, i: --initrd, m: --module */
	u64 ram_size;
	const char *text; /* behind the file's name */
};

static const struct refusal refusals[] = {
	{ "tree too large", huge, 'd', 16 * MIB, ": 2097153 bytes; a device tree may have 2 MiB" },
	{ "tree truncated", tail_cut, 'd', 16 * MIB, ": not a device tree (FDT_ERR_TRUNCATED)" },
	{ "no tree", magic_gone, 'd', 16 * MIB, ": not a device tree (FDT_ERR_BADMAGIC)" },
	{ "tree too short", header_cut, 'd', 16 * MIB, ": too short for a device tree" },
	{ "tree empty", nothing, 'd', 16 * MIB, ": too short for a device tree" },
	{ "structure", structure_bad, 'd', 16 * MIB, ": not a device tree (FDT_ERR_BADSTRUCTURE)" },
	{ "cells", cells_of_one, 'd', 16 * MIB,
		": the device tree's root has not #address-cells and #size-cells of 2, as this "
		"board needs" },
	{ "initrd larger than RAM", huge, 'i', 5 * MIB,
		": 0x200001 bytes do not fit between 0x40400000 and the end of RAM, 0x40500000; "
		"try --memory" },
	{ "initrd empty", nothing, 'i', 16 * MIB, ": the file is empty" },
	{ "module larger than RAM", huge, 'm', 6 * MIB,
		": 0x200001 bytes do not fit between 0x40400000 and the end of RAM, 0x40600000; "
		"try --memory" },
	{ "module empty", nothing, 'm', 16 * MIB, ": the file is empty" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *row = &refusals[i];
		struct machine_config config = board(1, row->ram_size);
		const char *path = file_of(0, large, row->make());
		struct boot_options options = { .dtb = row->option == 'd' ? path : NULL,
			.initrd = row->option == 'i' ? path : NULL,
			.module = { { path, NULL } },
			.module_count = row->option == 'm' };
		struct bench bench = boot(&config, &options);
		const char *name = strrchr(path, '/') + 1;
		size_t length = strlen(name);

		if (bench.status.code != STATUS_BAD_IMAGE ||
			strncmp(bench.status.text, name, length) != 0 ||
			strcmp(bench.status.text + length, row->text) != 0)
			fail_msg("row %zu, %s: got %d '%s'", i, row->why, (int)bench.status.code,
				bench.status.text);
		machine_destroy(bench.machine);
	}
}

/* Errors that name no file. */
static void refuses_what_has_no_room(void **state)
{
	struct machine_config config = board(1, 2 * MIB);
	struct boot_options options = { .append = "x" };
	struct bench bench = boot(&config, &options);

	(void)state;
	assert_string_equal(bench.status.text,
		"the device tree: 0x200000 bytes do not fit between 0x40200000 and the end of "
		"RAM, 0x40200000; try --memory");
	machine_destroy(bench.machine);

	config.ram_size = 16 * MIB;
	options.dtb = file_of(0, large, full());
	options.append = memset(malloc(4001), 'a', 4000);
	((char *)(uintptr_t)options.append)[4000] = '\0';
	bench = boot(&config, &options);
	assert_string_equal(bench.status.text,
		"the device tree with --append and all else has more than 2 MiB");
	assert_int_equal(bench.status.code, STATUS_BAD_IMAGE);
	free((char *)(uintptr_t)options.append);
	machine_destroy(bench.machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_the_machine),
		cmocka_unit_test(refers_to_nodes),
		cmocka_unit_test(places_everything),
		cmocka_unit_test(tree_without_kernel),
		cmocka_unit_test(seeds),
		cmocka_unit_test(completes_a_tree),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_what_has_no_room),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
