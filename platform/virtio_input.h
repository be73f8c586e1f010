/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input devices, virtio 1.2 section 5.8: a keyboard, and a tablet, whose positions are absolute.
 */
#ifndef ENT_PLATFORM_VIRTIO_INPUT_H
#define ENT_PLATFORM_VIRTIO_INPUT_H

#include "platform/screen.h"
#include "platform/virtio.h"

/* The configuration space, 5.8.4: what `select` and `subsel` ask for. */
struct virtio_input_config {
	u8 select, subsel, size, reserved[5];
	u8 answer[128];
};

struct virtio_input_state {
	struct virtio_state virtio;
	struct virtio_input_config config;
};

/* On its way to the driver, 5.8.6. */
struct virtio_input_event {
	u16 type, code;
	u32 value;
};

enum { INPUT_GROUP = 8 };

struct virtio_input {
	struct virtio_device device;
	struct virtio_input_state state;
	struct virtio_chain chain; /* the buffer in hand */
	enum input_device kind;
	struct virtio_input_event group[INPUT_GROUP]; /* events whose EV_SYN is still to come */
	unsigned count;
};

void virtio_input_init(struct virtio_input *input, enum input_device kind);
/*
 * Something was pressed, moved or turned. The driver gets what belongs together when its EV_SYN
 * comes, and wholly: it is lost where there is no driver, or too few buffers.
 */
void virtio_input_event(struct virtio_input *input, const struct input_event *event);
/* What virtio_transfer() leaves. */
void virtio_input_transfer(struct virtio_input *input, struct archive *archive);
/* Does a driver wait for events? */
bool virtio_input_is_open(struct virtio_input *input);

#endif
