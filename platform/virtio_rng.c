/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills buffers with what a seeded generator gives.
 */
#include "platform/virtio_rng.h"

/* 5.4.6.1: a device may give less than was asked for, but not nothing. */
enum { WORDS = 128, MAX_ANSWER = WORDS * sizeof(u64) };

static u32 fill(void *opaque)
{
	struct virtio_rng *rng = opaque;
	u64 words[WORDS], size = smaller(rng->chain.write_size, MAX_ANSWER);

	if (rng->chain.read_size != 0 || size == 0) {
		virtio_fail(&rng->device,
			"a request of %" PRIu64 " bytes to read and %" PRIu64 " to fill",
			rng->chain.read_size, rng->chain.write_size);
		return 0;
	}
	for (u64 i = 0; i < align_up(size, sizeof(u64)) / sizeof(u64); i++)
		words[i] = rng_next(&rng->state.rng);
	return (u32)virtio_write(&rng->device, &rng->chain, 0, words, size);
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_rng *rng = opaque;

	virtio_serve(&rng->device, queue, &rng->chain, fill);
}

void virtio_rng_init(struct virtio_rng *rng, u64 seed)
{
	rng->state.rng.state = seed;
	rng->device = (struct virtio_device){ .name = "rng",
		.id = VIRTIO_RNG,
		.queues = 1,
		.state = &rng->state.virtio,
		.state_size = sizeof(rng->state),
		.opaque = rng,
		.notify = notified };
}
