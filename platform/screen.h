/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screen: pixels in memory of their own, which the device tree calls a simple-framebuffer, and
 * in front of it a keyboard and a tablet by virtio (virtio_input.h). There if it is asked for.
 */
#ifndef ENT_PLATFORM_SCREEN_H
#define ENT_PLATFORM_SCREEN_H

#include "base/base.h"
#include "platform/script.h"

enum { SCREEN_LEAST = 16, SCREEN_MOST = 4096 /* pixels in a row or column */ };
enum { SCREEN_PIXEL = 4 /* bytes: x8r8g8b8, so in memory blue comes first */ };

enum input_device { INPUT_KEYBOARD, INPUT_TABLET, INPUT_DEVICES };

/* A change of an input device, as evdev of Linux has it; EV_SYN ends those that belong together. */
struct input_event {
	enum input_device device;
	u16 type, code;
	u32 value;
};

/* Types, codes and ranges, by input-event-codes.h: what a guest's driver knows. */
enum { EV_SYN = 0, EV_KEY = 1, EV_REL = 2, EV_ABS = 3, EV_REP = 0x14 };
enum { KEY_FIRST = 1, KEY_LEFTSHIFT = 42, KEY_LAST = 127 };
enum { BTN_LEFT = 0x110, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_EXTRA };
enum { REL_HWHEEL = 6, REL_WHEEL = 8 };
enum { ABS_X, ABS_Y, ABS_LAST = 0x7fff /* the position of the last column and row */ };

/* One event as a number that is not 0. */
static inline u64 input_event_pack(const struct input_event *event)
{
	return BIT(63) | (u64)event->device << 56 | (u64)(event->type & 0xff) << 48 |
	       (u64)event->code << 32 | event->value;
}

static inline struct input_event input_event_unpack(u64 packed)
{
	return (struct input_event){ .device = (enum input_device)bits(packed, 62, 56),
		.type = (u16)bits(packed, 55, 48),
		.code = (u16)bits(packed, 47, 32),
		.value = (u32)packed };
}

/* Somebody at the window. Beyond what is simulated, as struct console_live. */
struct screen_live {
	/* The next event, packed; 0: there is none. Called now and then while the guest runs. */
	u64 (*get)(void *opaque);
	void *opaque;
};

enum { SCREEN_KEYS = 16 };

/* Typed on the keyboard at a simulated time, or behind what came before: characters of a US
 * layout. */
struct screen_keys {
	cycles_t time;
	struct script_text text;
};

struct screen_config {
	u32 width, height;		/* 0: there is no screen */
	const struct screen_live *live; /* NULL: nobody */
	struct screen_keys keys[SCREEN_KEYS];
	unsigned keys_count;
};

struct screen_view {
	const u8 *pixels;
	u32 width, height, stride; /* stride: bytes from a row to the next */
};

/* STATUS_USAGE: there is no such screen, or something is typed without one. */
struct status screen_check(const struct screen_config *config);

#endif
