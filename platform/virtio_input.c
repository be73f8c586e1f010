/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an input device says of itself, by rows, and its events. Knows no layout of keys.
 */
#include "platform/virtio_input.h"

#include <string.h>

#include "platform/virtio_private.h"

enum { QUEUE_EVENT, QUEUE_STATUS, QUEUES };

/* ---- What it is: 5.8.4, VIRTIO_INPUT_CFG_ ---- */

enum { CFG_ID_NAME = 1, CFG_ID_DEVIDS = 3, CFG_EV_BITS = 0x11, CFG_ABS_INFO = 0x12 };

enum { BUS_VIRTUAL = 6 };

/* Codes of a type that it may send. */
struct code_range {
	u16 type, first, last;
};

struct description {
	const char *name;
	struct code_range ranges[4]; /* of equal types, one */
};

static const struct description descriptions[INPUT_DEVICES] = {
	[INPUT_KEYBOARD] = { "Entresol keyboard",
		{ { EV_KEY, KEY_FIRST, KEY_LAST }, { EV_REP, 0, 1 } } },
	[INPUT_TABLET] = { "Entresol tablet",
		{ { EV_KEY, BTN_LEFT, BTN_EXTRA }, { EV_REL, REL_HWHEEL, REL_WHEEL },
			{ EV_ABS, ABS_X, ABS_Y } } },
};

/* NULL: it sends nothing of this type. */
static const struct code_range *range_of(const struct virtio_input *input, unsigned type)
{
	const struct description *description = &descriptions[input->kind];

	for (size_t i = 0; i < COUNT(description->ranges); i++) {
		/* EV_SYN is 0 as rows that are not there are, and is no answer either */
		if (type != EV_SYN && description->ranges[i].type == type)
			return &description->ranges[i];
	}
	return NULL;
}

static u8 answer_bits(const struct code_range *range, u8 *bitmap)
{
	for (unsigned code = range->first; code <= range->last; code++)
		bitmap[code / 8] |= (u8)(1u << code % 8);
	return (u8)(range->last / 8 + 1);
}

/* Fills the answer; the result is its size, 0: there is none. */
static u8 answer(const struct virtio_input *input, u8 select, u8 subsel, u8 *to)
{
	const char *name = descriptions[input->kind].name;
	const struct code_range *range = NULL;

	switch (select) {
	case CFG_ID_NAME:
		if (subsel != 0)
			return 0;
		memcpy(to, name, strlen(name));
		return (u8)strlen(name);
	case CFG_ID_DEVIDS:
		if (subsel != 0)
			return 0;
		/* bus, vendor, product, version */
		memcpy(to, (const u16[]){ BUS_VIRTUAL, 0x4e45, (u16)(input->kind + 1), 1 }, 8);
		return 8;
	case CFG_EV_BITS:
		range = range_of(input, subsel);
		return range ? answer_bits(range, to) : 0;
	case CFG_ABS_INFO:
		range = range_of(input, EV_ABS);
		if (range == NULL || subsel < range->first || subsel > range->last)
			return 0;
		/* min, max, fuzz, flat, res */
		memcpy(to, (const u32[]){ 0, ABS_LAST, 0, 0, 0 }, 20);
		return 20;
	default: return 0;
	}
}

static void write_config(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct virtio_input *input = opaque;
	struct virtio_input_config *config = &input->state.config;
	u8 select = config->select, subsel = config->subsel;

	for (unsigned i = 0; i < size; i++, value >>= 8) {
		if (offset + i == offsetof(struct virtio_input_config, select))
			select = (u8)value;
		if (offset + i == offsetof(struct virtio_input_config, subsel))
			subsel = (u8)value;
	}
	*config = (struct virtio_input_config){ .select = select, .subsel = subsel };
	config->size = answer(input, select, subsel, config->answer);
}

/* ---- What happens ---- */

/* Takes a buffer and fills it; *head names it. false: there is none, or it is malformed. */
static bool fill(struct virtio_input *input, const struct virtio_input_event *event, u16 *head)
{
	struct virtio_chain *chain = &input->chain;

	if (!virtio_pop(&input->device, QUEUE_EVENT, chain))
		return false;
	if (chain->read_size != 0 || chain->write_size < sizeof(*event)) {
		virtio_fail(&input->device,
			"a buffer for an event with %" PRIu64 " bytes to read and %" PRIu64
			" to write",
			chain->read_size, chain->write_size);
		return false;
	}
	virtio_write(&input->device, chain, 0, event, sizeof(*event));
	*head = chain->head;
	return true;
}

static void send_group(struct virtio_input *input)
{
	u16 head[INPUT_GROUP];

	for (unsigned i = 0; i < input->count; i++) {
		if (!fill(input, &input->group[i], &head[i])) {
			virtio_unpop(&input->device, QUEUE_EVENT, i);
			return;
		}
	}
	for (unsigned i = 0; i < input->count; i++) {
		input->chain.head = head[i];
		virtio_push(&input->device, QUEUE_EVENT, &input->chain,
			sizeof(struct virtio_input_event));
	}
}

void virtio_input_event(struct virtio_input *input, const struct input_event *event)
{
	if (input->count < (event->type == EV_SYN ? INPUT_GROUP : INPUT_GROUP - 1))
		input->group[input->count++] = (struct virtio_input_event){
			.type = event->type, .code = event->code, .value = event->value
		};
	if (event->type != EV_SYN)
		return;
	if (virtio_is_live(&input->device))
		send_group(input);
	input->count = 0;
}

bool virtio_input_is_open(struct virtio_input *input)
{
	return wire_is_connected(&input->device.interrupt) &&
	       virtio_is_available(&input->device, QUEUE_EVENT);
}

void virtio_input_transfer(struct virtio_input *input, struct archive *archive)
{
	ARCHIVE(archive, input->group);
	ARCHIVE(archive, input->count);
	archive_require(archive, input->count < INPUT_GROUP, "too many events without an end");
}

/* Lights of a keyboard, which nobody sees. */
static u32 take_status(void *opaque)
{
	struct virtio_input *input = opaque;

	if (input->chain.write_size != 0 ||
		input->chain.read_size != sizeof(struct virtio_input_event))
		virtio_fail(&input->device,
			"a status of %" PRIu64 " bytes, and %" PRIu64 " bytes to write",
			input->chain.read_size, input->chain.write_size);
	return 0;
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_input *input = opaque;

	if (queue == QUEUE_STATUS) /* buffers for events are taken when there is one */
		virtio_serve(&input->device, queue, &input->chain, take_status);
}

static void reset(void *opaque)
{
	struct virtio_input *input = opaque;

	input->state.config = (struct virtio_input_config){ 0 };
	input->count = 0;
}

void virtio_input_init(struct virtio_input *input, enum input_device kind)
{
	input->kind = kind;
	input->device =
		(struct virtio_device){ .name = descriptions[kind].name + strlen("Entresol "),
			.id = VIRTIO_INPUT,
			.queues = QUEUES,
			.config = &input->state.config,
			.config_size = sizeof(input->state.config),
			.state = &input->state.virtio,
			.state_size = sizeof(input->state),
			.opaque = input,
			.notify = notified,
			.reset = reset,
			.write_config = write_config };
}
