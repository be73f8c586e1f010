/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile drivers of every virtio device: any accesses to registers and RAM, and between them some
 * that make sense. What must hold at the end is in the device's row.
 */
#define _GNU_SOURCE /* nftw() */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "platform/virtio_9p.h"
#include "platform/virtio_block.h"
#include "platform/virtio_console.h"
#include "platform/virtio_input.h"
#include "platform/virtio_net.h"
#include "platform/virtio_rng.h"
#include "tests/unit/virtio_driver.h"

/* An operation of eight bytes: what, where, a value. */
struct op {
	u8 what, a, b, c;
	u32 value;
};

static void write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ENT_BUG_ON(fd < 0 || write(fd, data, size) != (ssize_t)size);
	close(fd);
}

static bool file_is(const char *path, const void *data, size_t size)
{
	u8 got[16384];
	int fd = open(path, O_RDONLY);
	bool same = fd >= 0 && read(fd, got, sizeof(got)) == (ssize_t)size &&
		    memcmp(got, data, size) == 0;

	close(fd);
	return same;
}

/* Where the files of an input are: in memory, if the host has such a place. */
static char base[32];

static void make_base(void)
{
	strcpy(base, "/dev/shm/ent-fuzz-XXXXXX");
	if (mkdtemp(base) != NULL)
		return;
	strcpy(base, "/tmp/ent-fuzz-XXXXXX");
	ENT_BUG_ON(mkdtemp(base) == NULL);
}

static const char *in_base(const char *name)
{
	static char path[80];

	snprintf(path, sizeof(path), "%s/%s", base, name);
	return path;
}

/* A request that is likely to be served: so many bytes to read from DATA on, and to write. */
static void request(struct driver *driver, unsigned queue, u32 read_size, u32 write_size)
{
	u16 next = read_size != 0 && write_size != 0 ? NEXT : 0;

	driver_use_queue(driver, queue);
	driver_describe(driver, driver_table(driver), 0,
		read_size != 0 ? (struct desc){ DATA, read_size, next, 1 }
			       : (struct desc){ DATA, write_size, WRITE, 0 });
	driver_describe(driver, driver_table(driver), 1,
		(struct desc){ DATA + 0x2000, write_size, WRITE, 0 });
	driver_offer(driver, 0);
	driver_notify(driver);
}

/* ---- A disk: nothing gets through to an image that is read-only or has a snapshot ---- */

enum { IMAGE = 21 * 512 };
static const u8 image[IMAGE] = "untouched";
static struct virtio_block block;

static struct virtio_device *open_block(unsigned variant)
{
	static char path[80];
	struct image_config config = { .path = path };

	strcpy(path, in_base("image"));
	write_file(path, image, IMAGE);
	config.read_only = variant & 1;
	config.snapshot = !config.read_only;
	ENT_BUG_ON(virtio_block_open(&block, &config, 0).code != STATUS_OK);
	return &block.device;
}

static void act_on_block(struct driver *driver, struct op op)
{
	u64 header[2] = { op.a % 14, op.b % 24 };
	u32 size = 512 * (op.c % 4u);
	bool reads_disk = header[0] == 0 || header[0] == 8;

	memcpy(driver_ram(driver, DATA), header, sizeof(header));
	memcpy(driver_ram(driver, DATA + 16), &op, sizeof(op));
	request(driver, 0, 16 + (reads_disk ? 0 : size), 1 + (reads_disk ? size : 0));
}

static void close_block(unsigned variant)
{
	(void)variant;
	disk_close(&block.disk);
	ENT_BUG_ON(!file_is(in_base("image"), image, IMAGE));
}

/* ---- Entropy ---- */

static struct virtio_rng entropy;

static struct virtio_device *open_rng(unsigned variant)
{
	virtio_rng_init(&entropy, variant);
	return &entropy.device;
}

static void act_on_rng(struct driver *driver, struct op op)
{
	request(driver, 0, 0, op.value & 0xfff);
}

/* ---- A console, and somebody who types ---- */

static struct console console;
static struct virtio_console port;

static enum console_got get_key(void *opaque, u8 *byte)
{
	unsigned *left = opaque;

	*byte = 'x';
	return (*left)-- > 0 ? GOT_BYTE : GOT_END;
}

static struct virtio_device *open_console(unsigned variant)
{
	console_init(&console, -1, -1, -1);
	memset(&port, 0, sizeof(port));
	ENT_BUG_ON(virtio_console_open(&port, &console, variant & 1 ? in_base("console") : NULL)
			   .code != STATUS_OK);
	return &port.device;
}

static void type(unsigned keys)
{
	struct console_live live = { .get = get_key, .opaque = &keys };

	console_set_live(&console, &live);
	if (port.console == &console)
		virtio_console_take_keys(&port);
}

static void act_on_console(struct driver *driver, struct op op)
{
	switch (op.a % 3) {
	case 0: request(driver, 1, op.value & 0x7ff, 0); break;
	case 1: request(driver, 0, 0, op.value & 0xff); break;
	default: type(op.b);
	}
}

static void close_console(unsigned variant)
{
	(void)variant;
	virtio_console_flush(&port);
	virtio_console_close(&port);
}

/* ---- A network that sends each frame back, and others ---- */

static struct virtio_net nic;

static void send_back(void *opaque, const u8 *frame, size_t size)
{
	(void)opaque;
	virtio_net_receive(&nic, frame, size);
}

static struct virtio_device *open_net(unsigned variant)
{
	(void)variant;
	virtio_net_init(&nic, send_back, NULL);
	return &nic.device;
}

static void act_on_net(struct driver *driver, struct op op)
{
	static const u8 frame[1 << 11] = { 1, 2, 3 };

	switch (op.a % 3) {
	case 0: request(driver, 1, 12 + (op.value & 0x7ff), 0); break;
	case 1: request(driver, 0, 0, op.value & 0x7ff); break;
	default: virtio_net_receive(&nic, frame, op.value % (sizeof(frame) + 1));
	}
}

/* ---- A folder; what messages mean is fuzz_9p.c's, here they are any bytes ---- */

static struct virtio_9p share;

static u64 no_time(void *opaque)
{
	(void)opaque;
	return 0;
}

static struct virtio_device *open_share(unsigned variant)
{
	static char path[80];
	static const struct machine_share config = { .dir = path, .tag = "s" };

	(void)variant;
	strcpy(path, in_base("dir"));
	ENT_BUG_ON(mkdir(path, 0700) != 0);
	write_file(in_base("dir/a"), "text", 4);
	memset(&share, 0, sizeof(share));
	ENT_BUG_ON(virtio_9p_open(&share, &config, no_time, NULL).code != STATUS_OK);
	return &share.device;
}

static void act_on_share(struct driver *driver, struct op op)
{
	memcpy(driver_ram(driver, DATA), &op, sizeof(op));
	request(driver, 0, 7 + op.a, 11 + (op.value & 0x1fff));
}

static void close_share(unsigned variant)
{
	(void)variant;
	virtio_9p_close(&share);
	ENT_BUG_ON(!file_is(in_base("dir/a"), "text", 4));
}

/* ---- A keyboard or tablet, and somebody who uses it ---- */

static struct virtio_input input;

static struct virtio_device *open_input(unsigned variant)
{
	memset(&input, 0, sizeof(input));
	virtio_input_init(&input, (enum input_device)(variant % INPUT_DEVICES));
	return &input.device;
}

static void act_on_input(struct driver *driver, struct op op)
{
	switch (op.a % 4) {
	case 0: request(driver, 0, 0, op.value & 15); break;
	case 1: request(driver, 1, op.value & 15, 0); break;
	case 2: virtio_input_event(&input, &(struct input_event){ .type = op.b }); break;
	default: virtio_input_event(&input, &(struct input_event){ .type = EV_SYN });
	}
}

/* ---- Any driver ---- */

static const struct {
	struct virtio_device *(*open)(unsigned variant);
	void (*act)(struct driver *driver, struct op op); /* something that makes sense */
	void (*close)(unsigned variant);		  /* NULL: nothing to look at */
} devices[] = {
	{ open_block, act_on_block, close_block },
	{ open_rng, act_on_rng, NULL },
	{ open_console, act_on_console, close_console },
	{ open_net, act_on_net, NULL },
	{ open_share, act_on_share, close_share },
	{ open_input, act_on_input, NULL },
};

static void write_ram(struct driver *driver, struct op op)
{
	static const u64 places[] = { DESCRIPTORS, AVAILABLE, USED, INDIRECT, DATA, RAM_BASE,
		RAM_BASE + RAM_SIZE - 64 };
	u64 pa = places[op.a % COUNT(places)] + (op.b & 63u);

	if ((op.c & 1) && pa < INDIRECT)
		pa += QUEUE_AREAS;
	if (pa + 4 <= RAM_BASE + RAM_SIZE)
		memcpy(driver_ram(driver, pa), &op.value, 4);
}

static void operate(struct driver *driver, unsigned device, struct op op)
{
	u64 table = op.a & 1 ? INDIRECT : driver_table(driver);
	struct desc likely = { DATA + op.c * 16u, op.value & 0x7ff, (u16)(op.value >> 12 & 7),
		(u16)(op.value >> 16 & 7) };

	switch (op.what % 16) {
	case 0: driver_try_put(driver, (op.a * 2u) & ~3u, 4, op.value); break;
	case 1: driver_try_put(driver, 0x100 + op.a, 1u << (op.b & 3), op.value); break;
	case 2: driver_try_get(driver, op.a * 2u, 1u << (op.b & 3), &(u64){ 0 }); break;
	case 3: driver_start(driver, driver_offered(driver) & ~(u64)(op.value & 0x70000000)); break;
	case 4: driver_notify(driver); break;
	case 5: driver_offer(driver, (u16)(op.value % RING_SIZE)); break;
	case 6:
	case 7: driver_describe(driver, table, op.b % RING_SIZE, likely); break;
	case 8: driver_give_flash_commands(driver, op.a & 1); break;
	case 9: driver_use_queue(driver, op.a & 1); break;
	case 10: write_ram(driver, op); break;
	default: devices[device].act(driver, op);
	}
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *ftw)
{
	(void)st, (void)what, (void)ftw;
	return remove(path);
}

/* The first two bytes: which device, and how it is made. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned device, variant;
	struct driver *driver;
	struct op op;

	if (size < 2)
		return 0;
	device = data[0] % COUNT(devices);
	variant = data[1];
	make_base();
	driver = driver_create(devices[device].open(variant));
	driver_start(driver, driver_offered(driver));
	for (size_t at = 2; at + sizeof(op) <= size; at += sizeof(op)) {
		memcpy(&op, data + at, sizeof(op));
		operate(driver, device, op);
	}
	ENT_BUG_ON(driver->note.count != 0 && driver->note.first[0] == '\0');
	if (devices[device].close != NULL)
		devices[device].close(variant);
	driver_destroy(driver);
	nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

#ifndef ENT_LIBFUZZER
static void make_input(struct rng *rng)
{
	u8 data[2 + 64 * sizeof(struct op)];
	size_t size = 2 + rng_below(rng, sizeof(data) - 1);

	for (size_t i = 0; i < size; i++)
		data[i] = (u8)rng_next(rng);
	fuzz_input(data, size);
}

int main(int argc, char **argv)
{
	return fuzz_main(argc, argv, 20000, make_input);
}
#endif
