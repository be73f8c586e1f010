/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entropy device, virtio 1.2 section 5.4. Its bytes come from the machine's seed, so a guest
 * that asks for the same gets the same.
 */
#ifndef ENT_PLATFORM_VIRTIO_RNG_H
#define ENT_PLATFORM_VIRTIO_RNG_H

#include "platform/virtio.h"

struct virtio_rng_state {
	struct virtio_state virtio;
	struct rng rng; /* what comes next; a reset does not turn it back */
};

struct virtio_rng {
	struct virtio_device device;
	struct virtio_rng_state state;
	struct virtio_chain chain; /* the request in hand */
};

void virtio_rng_init(struct virtio_rng *rng, u64 seed);

#endif
