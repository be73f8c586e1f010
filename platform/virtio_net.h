/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network device, virtio 1.2 section 5.1: one pair of queues, whole Ethernet frames, nothing
 * offloaded. Knows no network.
 */
#ifndef ENT_PLATFORM_VIRTIO_NET_H
#define ENT_PLATFORM_VIRTIO_NET_H

#include "platform/virtio.h"

enum { VIRTIO_NET_FRAME = 1518 /* bytes at most: 1500, Ethernet's header and a VLAN tag */ };

/* 5.1.4: the configuration space. */
struct virtio_net_config {
	u8 mac[6];
	u16 status;
};

struct virtio_net {
	struct virtio_device device;
	struct virtio_state state;
	struct virtio_net_config config;
	struct virtio_chain sent, first, next; /* buffers in hand */
	/* A frame of the guest. It may be answered at once, by virtio_net_receive(). */
	void (*send)(void *opaque, const u8 *frame, size_t size);
	void *opaque;
};

void virtio_net_init(struct virtio_net *nic,
	void (*send)(void *opaque, const u8 *frame, size_t size), void *opaque);
/* A frame for the guest; lost if it has no buffer for it, as on any network. */
void virtio_net_receive(struct virtio_net *nic, const u8 *frame, size_t size);

#endif
