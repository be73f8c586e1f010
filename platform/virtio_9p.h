/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 9P transport device, virtio 1.2 section 5.17 (device id 9): a folder of the host under a tag.
 * A request is answered when the driver notifies: it takes no simulated time.
 */
#ifndef ENT_PLATFORM_VIRTIO_9P_H
#define ENT_PLATFORM_VIRTIO_9P_H

#include "platform/machine.h"
#include "platform/p9_server.h"
#include "platform/virtio.h"

struct virtio_9p_state {
	struct virtio_state virtio;
	u64 answers; /* a hash of all answers: what they depend on is not flat */
};

/* The configuration space: the tag has no zero at its end. */
struct virtio_9p_config {
	u16 tag_length;
	char tag[MACHINE_SHARE_TAG];
};

struct virtio_9p {
	struct virtio_device device;
	struct virtio_9p_state state;
	struct virtio_9p_config config;
	struct p9_server server;
	struct virtio_chain chain; /* the request in hand */
	u8 *message, *answer;	   /* P9_MSIZE bytes each; owned */
};

/* `now` and `opaque`: the board's clock, see share.h. *config stays as long as the device. */
struct status virtio_9p_open(struct virtio_9p *share, const struct machine_share *config,
	u64 (*now)(void *opaque), void *opaque);
void virtio_9p_close(struct virtio_9p *share);

#endif
