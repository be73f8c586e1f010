/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws a picture of 64 by 48 pixels, then prints what comes from the keyboard and the tablet, and
 * draws that too, until Esc is let go. QEMU has no such board: tests/cli/screen_cli.py knows
 * what must come.
 */
#include "facts.h"

enum { WIDTH = 64, HEIGHT = 48 };
enum { DEVICES = 2, BUFFERS = 16, VIRTIO_INPUT = 18, KEY_ESC = 1 };

static void pixel(unsigned x, unsigned y, u32 colour)
{
	((volatile u32 *)BOARD_SCREEN_BASE)[y * WIDTH + x] = colour;
}

/* Red goes up to the right, green downwards, blue is a board of squares; the rest is not shown. */
static void draw(void)
{
	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++)
			pixel(x, y, 0xa5000000u | x << 18 | y << 10 | ((x ^ y) & 8 ? 0xff : 0));
	}
}

/* ---- A driver, by polling ---- */

struct event {
	unsigned short type, code;
	u32 value;
};

struct device {
	const char *name;
	u64 base;
	struct {
		u64 address;
		u32 size;
		unsigned short flags, next;
	} descriptor[BUFFERS];
	struct {
		unsigned short flags, index, ring[BUFFERS];
	} available;
	volatile struct {
		unsigned short flags, index;
		struct {
			u32 id, size;
		} ring[BUFFERS];
	} used __attribute__((aligned(8)));
	struct event event[BUFFERS];
	unsigned short seen;
};

static struct device devices[DEVICES];

static volatile u32 *reg(const struct device *device, unsigned offset)
{
	return (volatile u32 *)(device->base + offset);
}

static void set_address(const struct device *device, unsigned offset, const volatile void *area)
{
	*reg(device, offset) = (u32)(u64)area;
	*reg(device, offset + 4) = (u32)((u64)area >> 32);
}

static void give(struct device *device, u32 id)
{
	device->available.ring[device->available.index % BUFFERS] = (unsigned short)id;
	asm volatile("dmb ish" : : : "memory");
	device->available.index++;
	asm volatile("dmb ish" : : : "memory");
}

static void start(struct device *device)
{
	*reg(device, 0x70) = 3; /* ACKNOWLEDGE, DRIVER */
	*reg(device, 0x24) = 1;
	*reg(device, 0x20) = 1; /* VERSION_1 */
	*reg(device, 0x70) = 11;
	*reg(device, 0x30) = 0;
	*reg(device, 0x38) = BUFFERS;
	set_address(device, 0x80, device->descriptor);
	set_address(device, 0x90, &device->available);
	set_address(device, 0xa0, &device->used);
	*reg(device, 0x44) = 1;
	for (u32 i = 0; i < BUFFERS; i++) {
		device->descriptor[i].address = (u64)&device->event[i];
		device->descriptor[i].size = sizeof(device->event[i]);
		device->descriptor[i].flags = 2; /* the device writes */
		give(device, i);
	}
	*reg(device, 0x70) = 15;
}

/* The name that a device gives itself. */
static void ask_name(const struct device *device, char *name)
{
	volatile unsigned char *config = (volatile unsigned char *)(device->base + 0x100);
	unsigned size;

	config[0] = 1;
	config[1] = 0;
	size = config[2];
	for (unsigned i = 0; i < size; i++)
		name[i] = (char)config[8 + i];
	name[size] = '\0';
}

static unsigned find(void)
{
	static char names[DEVICES][128];
	unsigned count = 0;

	for (unsigned slot = 0; slot < 32 && count < DEVICES; slot++) {
		struct device *device = &devices[count];

		device->base = BOARD_VIRTIO_BASE + slot * BOARD_VIRTIO_EACH;
		if (*reg(device, 8) != VIRTIO_INPUT)
			continue;
		ask_name(device, names[count]);
		device->name = names[count++];
		start(device);
	}
	return count;
}

static unsigned events;

/* true: it was the last. */
static int show(const struct device *device, const struct event *event)
{
	put(device->name);
	put_hex(" ", event->type);
	put_hex(" ", event->code);
	put_hex(" ", event->value);
	end_line();
	/* a row of the picture's last ones, a pixel each */
	pixel(events % WIDTH, HEIGHT - 1 - events / WIDTH % 4,
		(u32)event->type << 20 | (u32)event->code << 8 | (event->value & 0xff));
	events++;
	return event->type == 1 && event->code == KEY_ESC && event->value == 0;
}

static int poll(struct device *device)
{
	int is_last = 0;

	while (device->seen != device->used.index) {
		u32 id = device->used.ring[device->seen++ % BUFFERS].id;

		is_last |= show(device, &device->event[id]);
		give(device, id);
	}
	return is_last;
}

u64 main(void)
{
	unsigned count;

	draw();
	count = find();
	put_hex("drawn; input devices: ", count);
	end_line();
	while (count > 0) {
		for (unsigned i = 0; i < count; i++) {
			if (poll(&devices[i]))
				return 0;
		}
	}
	return 1;
}
