/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames between rings and a network.
 */
#include "platform/virtio_net.h"

#include <string.h>

/* 5.1.3 */
#define F_MAC	    BIT(5)
#define F_MRG_RXBUF BIT(15)
#define F_STATUS    BIT(16)

enum { QUEUE_RECEIVE, QUEUE_TRANSMIT, QUEUES };
enum { LINK_UP = 1 };

/* 5.1.6: before each frame: all zero, as nothing is offloaded, but the count of buffers. */
enum { HEADER = 12, HEADER_BUFFERS = 10 };

enum { MAX_BUFFERS = 32 /* that one frame may take */ };

/* ---- Transmitting ---- */

static u32 transmit(void *opaque)
{
	struct virtio_net *nic = opaque;
	u8 frame[VIRTIO_NET_FRAME];
	u64 size = nic->sent.read_size;

	if (size < HEADER || size > HEADER + VIRTIO_NET_FRAME || nic->sent.write_size != 0) {
		virtio_fail(&nic->device,
			"a frame of %" PRIu64 " bytes with its header, and %" PRIu64
			" bytes to write",
			size, nic->sent.write_size);
		return 0;
	}
	virtio_read(&nic->device, &nic->sent, HEADER, frame, sizeof(frame));
	nic->send(nic->opaque, frame, size - HEADER);
	return 0;
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_net *nic = opaque;

	if (queue == QUEUE_TRANSMIT) /* the others are taken when there is a frame */
		virtio_serve(&nic->device, queue, &nic->sent, transmit);
}

/* ---- Receiving ---- */

/* 5.1.6.3.1: a driver that merges buffers gets one frame in as many as it takes. */
static unsigned most_buffers(const struct virtio_net *nic)
{
	return virtio_has(&nic->device, F_MRG_RXBUF) ? MAX_BUFFERS : 1;
}

static bool check_buffer(struct virtio_net *nic, const struct virtio_chain *chain, u64 least)
{
	if (chain->read_size == 0 && chain->write_size >= least)
		return true;
	virtio_fail(&nic->device,
		"a buffer to receive with %" PRIu64 " bytes to read and %" PRIu64 " to write",
		chain->read_size, chain->write_size);
	return false;
}

void virtio_net_receive(struct virtio_net *nic, const u8 *frame, size_t size)
{
	u8 data[HEADER + VIRTIO_NET_FRAME] = { 0 };
	u64 total = HEADER + size, done = 0;
	struct {
		u16 head;
		u32 size;
	} given[MAX_BUFFERS];
	u16 count = 0;

	if (size > VIRTIO_NET_FRAME)
		return;
	memcpy(data + HEADER, frame, size);
	while (done < total) {
		struct virtio_chain *chain = count == 0 ? &nic->first : &nic->next;

		if (count == most_buffers(nic) || !virtio_pop(&nic->device, QUEUE_RECEIVE, chain)) {
			virtio_unpop(&nic->device, QUEUE_RECEIVE, count);
			return;
		}
		if (!check_buffer(nic, chain, count == 0 ? HEADER : 1))
			return;
		given[count].head = chain->head;
		given[count].size = (u32)virtio_write(&nic->device, chain, 0, data + done,
			smaller(chain->write_size, total - done));
		done += given[count++].size;
	}
	virtio_write(&nic->device, &nic->first, HEADER_BUFFERS, &count, sizeof(count));
	for (u16 i = 0; i < count; i++) {
		nic->next.head = given[i].head;
		virtio_push(&nic->device, QUEUE_RECEIVE, &nic->next, given[i].size);
	}
}

/* ---- The device ---- */

void virtio_net_init(struct virtio_net *nic,
	void (*send)(void *opaque, const u8 *frame, size_t size), void *opaque)
{
	nic->send = send;
	nic->opaque = opaque;
	/* locally administered */
	nic->config = (struct virtio_net_config){ .mac = { 0x02, 'E', 'n', 't', 0, 1 },
		.status = LINK_UP };
	nic->device = (struct virtio_device){ .name = "net",
		.id = VIRTIO_NET,
		.features = F_MAC | F_MRG_RXBUF | F_STATUS,
		.queues = QUEUES,
		.config = &nic->config,
		.config_size = sizeof(nic->config),
		.state = &nic->state,
		.state_size = sizeof(nic->state),
		.opaque = nic,
		.notify = notified };
}
