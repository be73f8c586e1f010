/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network device's frames and buffers, and the network behind it, as far as it answers without
 * the world outside. Knows virtio 1.2, section 5.1; ARP (RFC 826); DHCP (RFC 2131).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "platform/net.h"
#include "platform/virtio_net.h"
#include "virtio_driver.h"

enum { RECEIVE, TRANSMIT };
enum { HEADER = 12 };
#define F_MRG_RXBUF BIT(15)
#define RX(index)   (DATA + 0x1000 + 0x800ull * (index))

struct bench {
	struct virtio_net nic;
	struct driver *driver;
	struct net *net; /* NULL: frames end here */
	unsigned sent;
	u8 frame[VIRTIO_NET_FRAME]; /* the last one sent */
	size_t size;
};

static void on_send(void *opaque, const u8 *frame, size_t size)
{
	struct bench *bench = opaque;

	bench->sent++;
	bench->size = size;
	memcpy(bench->frame, frame, size);
	if (bench->net != NULL)
		net_send(bench->net, frame, size);
}

static void start(struct bench *bench, u64 features)
{
	driver_start(bench->driver, VIRTIO_F_VERSION_1 | features);
	driver_use_queue(bench->driver, TRANSMIT);
	driver_use_queue(bench->driver, RECEIVE);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	virtio_net_init(&bench->nic, on_send, bench);
	bench->driver = driver_create(&bench->nic.device);
	start(bench, 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	if (bench->net != NULL)
		net_destroy(bench->net);
	driver_destroy(bench->driver);
	free(bench);
	return 0;
}

static void give_buffer(struct bench *bench, u16 index, u32 size, u16 flags)
{
	driver_use_queue(bench->driver, RECEIVE);
	driver_describe(bench->driver, driver_table(bench->driver), index,
		(struct desc){ RX(index), size, flags, 0 });
	driver_offer(bench->driver, index);
	driver_notify(bench->driver);
}

/* The header is zero, the frame behind it. */
static void transmit(struct bench *bench, const u8 *frame, u32 size, u16 flags)
{
	struct driver *driver = bench->driver;

	driver_use_queue(driver, TRANSMIT);
	memset(driver_ram(driver, DATA), 0, HEADER);
	memcpy(driver_ram(driver, DATA + HEADER), frame, size);
	driver_describe(
		driver, driver_table(driver), 0, (struct desc){ DATA, HEADER + size, flags, 0 });
	driver_offer(driver, 0);
	driver_notify(driver);
}

static u16 received(struct bench *bench)
{
	driver_use_queue(bench->driver, RECEIVE);
	return driver_used(bench->driver);
}

static void sends(void **state)
{
	struct bench *bench = *state;
	u8 frame[VIRTIO_NET_FRAME];

	for (unsigned i = 0; i < sizeof(frame); i++)
		frame[i] = (u8)(i * 3);
	transmit(bench, frame, 60, 0);
	assert_int_equal(bench->sent, 1);
	assert_int_equal(bench->size, 60);
	assert_memory_equal(bench->frame, frame, 60);
	transmit(bench, frame, sizeof(frame), 0);
	assert_int_equal(bench->size, sizeof(frame));
	assert_memory_equal(bench->frame, frame, sizeof(frame));
	assert_int_equal(driver_used(bench->driver), 2);
	assert_int_equal(driver_get(bench->driver, R_DEVICE_ID), 1);
	assert_int_equal(driver_get(bench->driver, R_CONFIG + 4) >> 16, 1); /* link up */
	assert_int_equal(driver_get(bench->driver, R_CONFIG) & 3, 2);	    /* local, one station */
}

static void receives(void **state)
{
	struct bench *bench = *state;
	u8 frame[100], zeros[10] = { 0 };
	const u8 *got = driver_ram(bench->driver, RX(0));

	memset(frame, 0xa5, sizeof(frame));
	virtio_net_receive(&bench->nic, frame, sizeof(frame)); /* lost: there is no buffer */
	assert_int_equal(received(bench), 0);
	give_buffer(bench, 0, 1530, WRITE);
	memset(driver_ram(bench->driver, RX(0)), 0xff, 256);
	virtio_net_receive(&bench->nic, frame, sizeof(frame));
	assert_int_equal(received(bench), 1);
	assert_int_equal(driver_used_length(bench->driver), HEADER + 100);
	assert_memory_equal(got, zeros, 10);
	assert_int_equal(got[10] | got[11] << 8, 1); /* num_buffers */
	assert_memory_equal(got + HEADER, frame, sizeof(frame));
	assert_int_equal(got[HEADER + 100], 0xff);
	/* in one buffer, or not at all */
	give_buffer(bench, 1, 50, WRITE);
	give_buffer(bench, 2, 1530, WRITE);
	virtio_net_receive(&bench->nic, frame, sizeof(frame));
	assert_int_equal(received(bench), 1);
	virtio_net_receive(&bench->nic, frame, 38); /* fits exactly */
	assert_int_equal(received(bench), 2);
	virtio_net_receive(&bench->nic, bench->frame, VIRTIO_NET_FRAME + 1);
	assert_int_equal(received(bench), 2);
	assert_int_equal(bench->driver->note.count, 0);
}

static void merges_buffers(void **state)
{
	struct bench *bench = *state;
	struct driver *driver = bench->driver;
	u8 frame[100];

	start(bench, F_MRG_RXBUF);
	for (unsigned i = 0; i < sizeof(frame); i++)
		frame[i] = (u8)i;
	give_buffer(bench, 0, 40, WRITE);
	give_buffer(bench, 1, 40, WRITE);
	virtio_net_receive(&bench->nic, frame, sizeof(frame)); /* 112 bytes do not fit: lost */
	assert_int_equal(received(bench), 0);
	give_buffer(bench, 2, 40, WRITE);
	virtio_net_receive(&bench->nic, frame, sizeof(frame));
	assert_int_equal(received(bench), 3);
	assert_int_equal(driver_used_length(driver), 32);
	assert_int_equal(*driver_ram(driver, RX(0) + 10), 3);
	assert_memory_equal(driver_ram(driver, RX(0) + HEADER), frame, 28);
	assert_memory_equal(driver_ram(driver, RX(1)), frame + 28, 40);
	assert_memory_equal(driver_ram(driver, RX(2)), frame + 68, 32);
}

static void malformed(void **state)
{
	static const struct {
		u32 size; /* of a frame, HEADER less than of its buffer */
		u16 flags;
		const char *note;
	} rows[] = {
		{ VIRTIO_NET_FRAME + 1, 0,
			"net: a frame of 1531 bytes with its header, and 0 bytes to write" },
		{ (u32)-1, 0, "net: a frame of 11 bytes with its header, and 0 bytes to write" },
		{ 60, WRITE, "net: a frame of 0 bytes with its header, and 72 bytes to write" },
	};
	struct bench *bench = *state;
	static u8 frame[2048];

	for (size_t i = 0; i < COUNT(rows); i++) {
		bench->driver->note.count = 0;
		start(bench, 0);
		bench->sent = 0;
		driver_use_queue(bench->driver, TRANSMIT);
		memcpy(driver_ram(bench->driver, DATA), frame, sizeof(frame));
		driver_describe(bench->driver, driver_table(bench->driver), 0,
			(struct desc){ DATA, HEADER + rows[i].size, rows[i].flags, 0 });
		driver_offer(bench->driver, 0);
		driver_notify(bench->driver);
		if (strcmp(bench->driver->note.first, rows[i].note) != 0 || bench->sent != 0)
			fail_msg("row %zu: '%s'", i, bench->driver->note.first);
	}
	bench->driver->note.count = 0;
	start(bench, 0);
	give_buffer(bench, 0, 11, WRITE);
	virtio_net_receive(&bench->nic, frame, 60);
	assert_string_equal(bench->driver->note.first,
		"net: a buffer to receive with 0 bytes to read and 11 to write");
}

/* ---- The network ---- */

static void to_guest(void *opaque, const u8 *frame, size_t size)
{
	virtio_net_receive(opaque, frame, size);
}

static cycles_t no_time(void *opaque)
{
	(void)opaque;
	return 1000;
}

static void connect_net(struct bench *bench)
{
	struct machine_net config = { .is_on = true };
	struct net_ops ops = { to_guest, no_time, &bench->nic };
	struct status status;

	bench->net = net_create(&config, &ops, &status);
	if (status.code == STATUS_NOT_IMPLEMENTED)
		skip();
	assert_string_equal(status.text, "");
	for (u16 i = 0; i < 4; i++)
		give_buffer(bench, i, 1530, WRITE);
}

static const u8 mac[6] = { 2, 'E', 'n', 't', 0, 1 };

/* Who has 10.0.2.2? */
static void arp_is_answered(void **state)
{
	static const u8 asked[4] = { 10, 0, 2, 2 };
	u8 frame[42] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	struct bench *bench = *state;
	const u8 *answer = driver_ram(bench->driver, RX(0) + HEADER);

	connect_net(bench);
	memcpy(frame + 6, mac, 6);
	memcpy(frame + 22, mac, 6);
	memcpy(frame + 38, asked, 4);
	transmit(bench, frame, sizeof(frame), 0);
	assert_int_equal(received(bench), 1);
	assert_memory_equal(answer, mac, 6);
	assert_int_equal(answer[12] << 8 | answer[13], 0x0806);
	assert_int_equal(answer[21], 2); /* a reply */
	assert_memory_equal(answer + 28, asked, 4);
}

static void put_sum(u8 *header, unsigned size)
{
	u32 sum = 0;

	for (unsigned i = 0; i < size; i += 2)
		sum += (u32)(header[i] << 8 | header[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	header[10] = (u8)(sum >> 8);
	header[11] = (u8)sum;
}

/* DHCPDISCOVER: an address is offered, 10.0.2.15. */
static void dhcp_is_answered(void **state)
{
	enum { IP = 14, UDP = IP + 20, BOOTP = UDP + 8, OPTIONS = BOOTP + 236, END = OPTIONS + 8 };
	u8 frame[END] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [12] = 8, 0, [IP] = 0x45, 0,
		(END - IP) >> 8, (END - IP) & 0xff, [IP + 8] = 64, 17, [IP + 16] = 255, 255, 255,
		255, [UDP] = 0, 68, 0, 67, 0, END - UDP, [BOOTP] = 1, 1, 6, [OPTIONS] = 0x63, 0x82,
		0x53, 0x63, 53, 1, 1, 255 };
	static const u8 offered[4] = { 10, 0, 2, 15 };
	struct bench *bench = *state;
	const u8 *answer = driver_ram(bench->driver, RX(0) + HEADER);

	memcpy(frame + 6, mac, 6);
	memcpy(frame + BOOTP + 28, mac, 6);
	put_sum(frame + IP, 20);
	connect_net(bench);
	transmit(bench, frame, sizeof(frame), 0);
	assert_int_equal(received(bench), 1);
	assert_int_equal(answer[UDP + 1], 67);
	assert_int_equal(answer[BOOTP], 2); /* BOOTREPLY */
	assert_memory_equal(answer + BOOTP + 16, offered, 4);
	assert_int_equal(answer[OPTIONS + 4], 53);
	assert_int_equal(answer[OPTIONS + 6], 2); /* DHCPOFFER */
}

/* Frames of noise: nothing comes of them, least of all a crash. */
static void noise(void **state)
{
	struct bench *bench = *state;
	struct rng rng = { 1 };
	u8 frame[128];

	connect_net(bench);
	for (unsigned i = 0; i < 5000; i++) {
		u32 size = (u32)rng_below(&rng, sizeof(frame));

		for (unsigned j = 0; j < sizeof(frame); j++)
			frame[j] = (u8)rng_next(&rng);
		frame[12] = 8;
		frame[13] = (u8)(i % 3 == 0 ? 6 : 0);
		frame[14] = (u8)(i % 5 == 0 ? frame[14] : 0x45);
		frame[23] = (u8)(i % 7 == 0 ? 1 : 17); /* no TCP: it would connect to hosts */
		frame[30] = 10;
		frame[31] = 0;
		frame[32] = 2;
		frame[33] = 77; /* nobody */
		transmit(bench, frame, size, 0);
	}
	assert_int_equal(bench->driver->note.count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(sends),
		T(receives),
		T(merges_buffers),
		T(malformed),
		T(arp_is_answered),
		T(dhcp_is_answered),
		T(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
