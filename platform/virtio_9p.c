/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between the ring and a 9P server.
 */
#include "platform/virtio_9p.h"

#include <stdlib.h>
#include <string.h>

#define F_MOUNT_TAG BIT(0)

static u64 mix(u64 hash, const u8 *data, u32 size)
{
	for (u32 i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 0x100000001b3ull;
	return hash;
}

static u32 answer(void *opaque)
{
	struct virtio_9p *share = opaque;
	struct virtio_chain *chain = &share->chain;
	u64 room = chain->write_size < P9_MSIZE ? chain->write_size : P9_MSIZE;
	u32 size;

	if (chain->read_size < P9_HEADER || chain->read_size > P9_MSIZE || room < P9_ERROR) {
		virtio_fail(&share->device,
			"a message of %" PRIu64 " bytes, and %" PRIu64 " for its answer",
			chain->read_size, chain->write_size);
		return 0;
	}
	size = (u32)virtio_read(&share->device, chain, 0, share->message, chain->read_size);
	size = p9_serve(&share->server, share->message, size, share->answer, (u32)room);
	share->state.answers = mix(share->state.answers, share->answer, size);
	virtio_write(&share->device, chain, 0, share->answer, size);
	return size;
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_9p *share = opaque;

	virtio_serve(&share->device, queue, &share->chain, answer);
}

static void was_reset(void *opaque)
{
	struct virtio_9p *share = opaque;

	p9_reset(&share->server);
}

struct status virtio_9p_open(struct virtio_9p *share, const struct machine_share *config,
	u64 (*now)(void *opaque), void *opaque)
{
	size_t length = strlen(config->tag);

	share->server.share.dir = -1;
	if (length == 0 || length > sizeof(share->config.tag))
		return status_error(STATUS_USAGE, "--share %.60s: a tag has 1 to %zu characters",
			config->dir, sizeof(share->config.tag));
	share->config.tag_length = (u16)length;
	memcpy(share->config.tag, config->tag, length);
	share->server.share.now = now;
	share->server.share.opaque = opaque;
	share->device = (struct virtio_device){ .name = config->tag,
		.id = VIRTIO_9P,
		.features = F_MOUNT_TAG,
		.queues = 1,
		.config = &share->config,
		.config_size = (unsigned)(sizeof(share->config.tag_length) + length),
		.state = &share->state.virtio,
		.state_size = sizeof(share->state),
		.opaque = share,
		.notify = notified,
		.reset = was_reset };
	share->message = malloc(P9_MSIZE);
	share->answer = malloc(P9_MSIZE);
	if (share->message == NULL || share->answer == NULL)
		return status_error(STATUS_HOST, "the host has no memory for --share");
	return share_open(&share->server.share, config->dir, config->is_writable);
}

void virtio_9p_close(struct virtio_9p *share)
{
	p9_reset(&share->server);
	share_close(&share->server.share);
	free(share->message);
	free(share->answer);
}
