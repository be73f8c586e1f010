/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the transport and its rings share.
 */
#ifndef ENT_PLATFORM_VIRTIO_PRIVATE_H
#define ENT_PLATFORM_VIRTIO_PRIVATE_H

#include "platform/virtio.h"

/* Status, 2.1. */
enum {
	VIRTIO_STATUS_ACKNOWLEDGE = 1,
	VIRTIO_STATUS_DRIVER = 2,
	VIRTIO_STATUS_DRIVER_OK = 4,
	VIRTIO_STATUS_FEATURES_OK = 8,
	VIRTIO_STATUS_NEEDS_RESET = 0x40,
	VIRTIO_STATUS_FAILED = 0x80
};

/* InterruptStatus, 4.2.2. */
enum { VIRTIO_INTERRUPT_USED = 1, VIRTIO_INTERRUPT_CONFIG = 2 };

void virtio_interrupt(struct virtio_device *device, u32 why);

/* The driver is there, and nothing is broken: the device may use its rings. */
static inline bool virtio_is_live(const struct virtio_device *device)
{
	u32 live = VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK;

	return (device->state->status & (live | VIRTIO_STATUS_NEEDS_RESET)) == live;
}

/* Is a queue that is loaded one that virtio_queue_start() lets be, or not ready? */
bool virtio_queue_is_possible(const struct virtio_device *device, unsigned index);
/* Of a ring that the driver declares ready; false, and virtio_fail(): it cannot be. */
bool virtio_queue_start(struct virtio_device *device, unsigned index);

#endif
