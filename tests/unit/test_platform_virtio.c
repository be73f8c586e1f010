/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio-mmio transport and its rings, with a device that copies what it reads to where it
 * may write. Knows virtio 1.2, sections 2 and 4.2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "virtio_driver.h"

#define CONFIG_BYTES "0123456789"
#define VERSION_1    VIRTIO_F_VERSION_1
#define ALL	     (VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC)

struct bench {
	struct virtio_state state;
	struct virtio_device device;
	struct driver *driver;
	unsigned notified, resets;
	u64 config_written;
	bool takes; /* takes buffers when notified */
	u8 adds;    /* to the first byte of what it copies */
	struct virtio_chain chain;
};

static u32 copy(void *opaque)
{
	struct bench *bench = opaque;
	u8 data[64] = { 0 };
	u64 size = virtio_read(&bench->device, &bench->chain, 0, data, sizeof(data));

	data[0] = (u8)(data[0] + bench->adds);
	return (u32)virtio_write(&bench->device, &bench->chain, 0, data, size);
}

static void on_notify(void *opaque, unsigned queue)
{
	struct bench *bench = opaque;

	bench->notified++;
	if (bench->takes)
		virtio_serve(&bench->device, queue, &bench->chain, copy);
}

static void on_reset(void *opaque)
{
	((struct bench *)opaque)->resets++;
}

static void on_config(void *opaque, u64 offset, unsigned size, u64 value)
{
	((struct bench *)opaque)->config_written = offset << 32 | size << 16 | (u16)value;
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	bench->takes = true;
	bench->device = (struct virtio_device){ .name = "echo",
		.id = 42,
		.features = BIT(5),
		.queues = 2,
		.config = CONFIG_BYTES,
		.config_size = sizeof(CONFIG_BYTES) - 1,
		.state = &bench->state,
		.state_size = sizeof(bench->state),
		.opaque = bench,
		.notify = on_notify,
		.reset = on_reset,
		.write_config = on_config };
	bench->driver = driver_create(&bench->device);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	driver_destroy(bench->driver);
	free(bench);
	return 0;
}

/* ---- Registers ---- */

static void reads_registers_after_reset(void **state)
{
	static const struct {
		const char *why;
		u32 offset, value;
	} rows[] = {
		{ "MagicValue", 0x00, 0x74726976 },
		{ "Version", 0x04, 2 },
		{ "DeviceID", 0x08, 42 },
		{ "VendorID", 0x0c, 0x53544e45 },
		{ "DeviceFeatures 31:0", 0x10, 0x30000020 },
		{ "DeviceFeaturesSel is write-only", 0x14, 0 },
		{ "QueueNumMax", 0x34, 256 },
		{ "QueueReady", 0x44, 0 },
		{ "InterruptStatus", 0x60, 0 },
		{ "Status", 0x70, 0 },
		{ "QueueDescLow is write-only", 0x80, 0 },
		{ "SHMLenLow: there is none", 0xb0, 0xffffffff },
		{ "SHMLenHigh", 0xb4, 0xffffffff },
		{ "SHMBaseLow", 0xb8, 0xffffffff },
		{ "SHMBaseHigh", 0xbc, 0xffffffff },
		{ "QueueReset: not offered", 0xc0, 0 },
		{ "ConfigGeneration", 0xfc, 0 },
		{ "a hole", 0x18, 0 },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		u32 got = driver_get(bench->driver, rows[i].offset);

		if (got != rows[i].value)
			fail_msg("row %zu, %s: 0x%x", i, rows[i].why, got);
	}
	assert_int_equal(driver_offered(bench->driver), ALL | BIT(5));
	driver_put(bench->driver, R_DEVICE_FEATURES_SEL, 2);
	assert_int_equal(driver_get(bench->driver, R_DEVICE_FEATURES), 0);
	driver_put(bench->driver, R_QUEUE_SEL, 2);
	assert_int_equal(driver_get(bench->driver, R_QUEUE_NUM_MAX), 0);
}

static void accepts_sizes(void **state)
{
	static const struct {
		const char *why;
		u64 offset;
		unsigned size;
		bool ok;
		u64 value;
	} rows[] = {
		{ "a word", R_MAGIC, 4, true, 0x74726976 },
		{ "a byte of a register", R_MAGIC, 1, false, 0 },
		{ "two registers", R_MAGIC, 8, false, 0 },
		{ "a byte of configuration", R_CONFIG + 1, 1, true, '1' },
		{ "a halfword", R_CONFIG + 2, 2, true, 0x3332 },
		{ "a word of configuration", R_CONFIG + 4, 4, true, 0x37363534 },
		{ "a doubleword", R_CONFIG, 8, true, 0x3736353433323130 },
		{ "the rest of it, then zeros", R_CONFIG + 8, 8, true, 0x3938 },
		{ "behind it", R_CONFIG + 16, 4, true, 0 },
		{ "the end of the slot", 0x1f8, 8, true, 0 },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 value = 0;
		bool ok = driver_try_get(bench->driver, rows[i].offset, rows[i].size, &value);

		if (ok != rows[i].ok || (ok && value != rows[i].value))
			fail_msg("row %zu, %s: %d 0x%lx", i, rows[i].why, ok, (unsigned long)value);
		if (driver_try_put(bench->driver, rows[i].offset, rows[i].size, 0) != rows[i].ok)
			fail_msg("row %zu, %s: write", i, rows[i].why);
	}
	assert_true(driver_try_put(bench->driver, R_CONFIG + 6, 2, 0xabcd));
	assert_int_equal(bench->config_written, 6ull << 32 | 2 << 16 | 0xabcd);
}

static void empty_slots_have_no_device(void **state)
{
	struct bench *bench = *state;

	virtio_add_empty_to_bus(&bench->driver->bus, 1);
	for (u64 slot = 1; slot < BOARD_VIRTIO_SLOTS; slot++) {
		assert_int_equal(driver_get(bench->driver, slot * 0x200), 0x74726976);
		assert_int_equal(driver_get(bench->driver, slot * 0x200 + R_VERSION), 2);
		assert_int_equal(driver_get(bench->driver, slot * 0x200 + R_DEVICE_ID), 0);
		driver_put(bench->driver, slot * 0x200 + R_STATUS, 1);
		assert_int_equal(driver_get(bench->driver, slot * 0x200 + R_STATUS), 0);
	}
	assert_false(driver_try_put(bench->driver, 32 * 0x200, 4, 0));
}

/* ---- Negotiation ---- */

static void negotiates_features(void **state)
{
	static const struct {
		const char *why;
		u64 accepted;
		bool ok;
	} rows[] = {
		{ "VERSION_1 is enough", VERSION_1, true },
		{ "all that is offered", ALL | BIT(5), true },
		{ "a legacy driver", BIT(5), false },
		{ "a device feature that is not offered", VERSION_1 | BIT(6), false },
		{ "packed rings are not offered", VERSION_1 | BIT(34), false },
		{ "bit 63", VERSION_1 | BIT(63), false },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		driver_start(bench->driver, rows[i].accepted);
		if (driver_get(bench->driver, R_STATUS) != (rows[i].ok ? 0xfu : 7u))
			fail_msg("row %zu, %s", i, rows[i].why);
		bench->notified = 0;
		driver_notify(bench->driver);
		if (bench->notified != rows[i].ok)
			fail_msg("row %zu, %s: notified", i, rows[i].why);
	}
}

static void features_are_settled_by_features_ok(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	driver_accept(bench->driver, ALL);
	assert_int_equal(bench->state.driver_features, VERSION_1);
	driver_put(bench->driver, R_DRIVER_FEATURES_SEL, 3);
	driver_put(bench->driver, R_DRIVER_FEATURES, ~0u);
	assert_int_equal(bench->state.driver_features, VERSION_1);
}

static void status_bits_are_not_cleared(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	driver_put(bench->driver, R_STATUS, ACKNOWLEDGE);
	assert_int_equal(driver_get(bench->driver, R_STATUS), 0xf);
	driver_put(bench->driver, R_STATUS, 0xf0 | NEEDS_RESET);
	assert_int_equal(driver_get(bench->driver, R_STATUS), 0x8f);
}

static void reset_forgets_all(void **state)
{
	struct virtio_state zero = { .status = 0 };
	struct bench *bench = *state;

	driver_start(bench->driver, ALL);
	virtio_config_changed(&bench->device);
	assert_true(bench->driver->line);
	bench->resets = 0;
	driver_put(bench->driver, R_STATUS, 0);
	zero.config_generation = 1;
	assert_memory_equal(&bench->state, &zero, sizeof(zero));
	assert_false(bench->driver->line);
	assert_int_equal(bench->resets, 1);
	driver_notify(bench->driver);
	assert_int_equal(bench->notified, 0);
}

static void tells_of_changed_configuration(void **state)
{
	struct bench *bench = *state;

	virtio_config_changed(&bench->device); /* nobody is there to be told */
	assert_int_equal(driver_get(bench->driver, R_INTERRUPT_STATUS), 0);
	assert_int_equal(driver_get(bench->driver, R_CONFIG_GENERATION), 1);
	driver_start(bench->driver, VERSION_1);
	virtio_config_changed(&bench->device);
	assert_int_equal(driver_get(bench->driver, R_INTERRUPT_STATUS), 2);
	assert_int_equal(driver_get(bench->driver, R_CONFIG_GENERATION), 2);
	assert_true(bench->driver->line);
	driver_put(bench->driver, R_INTERRUPT_ACK, 1);
	assert_true(bench->driver->line);
	driver_put(bench->driver, R_INTERRUPT_ACK, 2);
	assert_false(bench->driver->line);
}

static void a_ready_queue_is_not_changed(void **state)
{
	struct bench *bench = *state;
	struct virtio_queue before;

	driver_start(bench->driver, VERSION_1);
	assert_int_equal(driver_get(bench->driver, R_QUEUE_READY), 1);
	before = bench->state.queue[0];
	driver_put(bench->driver, R_QUEUE_NUM, 4);
	driver_put_halves(bench->driver, R_QUEUE_DESC, 0);
	driver_put_halves(bench->driver, R_QUEUE_DRIVER, 0);
	driver_put_halves(bench->driver, R_QUEUE_DEVICE, 0);
	driver_put(bench->driver, R_QUEUE_READY, 1);
	assert_memory_equal(&bench->state.queue[0], &before, sizeof(before));
	driver_put(bench->driver, R_QUEUE_READY, 0);
	assert_int_equal(driver_get(bench->driver, R_QUEUE_READY), 0);
	driver_notify(bench->driver);
	assert_int_equal(bench->notified, 0);
}

static void queues_that_are_not_there(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	driver_put(bench->driver, R_QUEUE_SEL, 2);
	driver_put(bench->driver, R_QUEUE_NUM, 8);
	driver_put_halves(bench->driver, R_QUEUE_DESC, ~0ull);
	driver_put(bench->driver, R_QUEUE_READY, 1);
	assert_int_equal(driver_get(bench->driver, R_QUEUE_READY), 0);
	driver_put(bench->driver, R_QUEUE_SEL, ~0u);
	driver_put(bench->driver, R_QUEUE_READY, 1);
	driver_put(bench->driver, R_QUEUE_NOTIFY, 1); /* not ready */
	driver_put(bench->driver, R_QUEUE_NOTIFY, 2);
	driver_put(bench->driver, R_QUEUE_NOTIFY, ~0u);
	assert_int_equal(bench->notified, 0);
	assert_int_equal(driver_get(bench->driver, R_STATUS), 0xf);
}

/* ---- Rings ---- */

static const struct desc echo[] = { { DATA, 4, NEXT, 1 }, { DATA + 0x100, 8, WRITE, 0 } };

static void offer_echo(struct bench *bench, u16 head)
{
	struct desc first = echo[0];

	first.next = (u16)((head + 1) % RING_SIZE);
	driver_describe(bench->driver, DESCRIPTORS, head, first);
	driver_describe(bench->driver, DESCRIPTORS, first.next, echo[1]);
	driver_offer(bench->driver, head);
}

static void copies_across_segments(void **state)
{
	static const struct desc chain[] = { { DATA, 3, NEXT, 4 }, { DATA + 0x100, 5, NEXT, 2 },
		{ DATA + 0x200, 2, NEXT | WRITE, 0 }, { DATA + 0x300, 0, NEXT | WRITE, 7 },
		{ DATA + 0x400, 9, WRITE, 0 } };
	static const u16 place[] = { 6, 4, 2, 0, 7 };
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	memcpy(driver_ram(bench->driver, DATA), "abc", 3);
	memcpy(driver_ram(bench->driver, DATA + 0x100), "defgh", 5);
	for (unsigned i = 0; i < COUNT(chain); i++)
		driver_describe(bench->driver, DESCRIPTORS, place[i], chain[i]);
	driver_offer(bench->driver, 6);
	driver_notify(bench->driver);
	assert_int_equal(driver_used(bench->driver), 1);
	assert_int_equal(driver_used_length(bench->driver), 8);
	assert_int_equal(driver_u16(bench->driver, USED + 4), 6);
	assert_memory_equal(driver_ram(bench->driver, DATA + 0x200), "ab\0", 3);
	assert_memory_equal(driver_ram(bench->driver, DATA + 0x400), "cdefgh\0", 7);
	assert_true(bench->driver->line);
	assert_int_equal(driver_get(bench->driver, R_INTERRUPT_STATUS), 1);
}

static void tells_of_writes_to_code(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	bench->driver->memory.region[0].page_flags[(DATA - RAM_BASE) >> 12] = PAGE_HAS_CODE;
	offer_echo(bench, 0);
	driver_notify(bench->driver);
	assert_int_equal(bench->driver->written, 4);
}

/* The 16-bit indexes wrap, and the ring is used over and over. */
static void indexes_wrap(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, ALL);
	for (unsigned i = 0; i < 0x10010; i++) {
		memcpy(driver_ram(bench->driver, DATA), &i, 4);
		offer_echo(bench, (u16)(i % (RING_SIZE - 1)));
		driver_notify(bench->driver);
		if (driver_used(bench->driver) != (u16)(i + 1) ||
			memcmp(driver_ram(bench->driver, DATA + 0x100), &i, 4) != 0)
			fail_msg("buffer %u", i);
	}
	assert_int_equal(bench->driver->note.count, 0);
}

static void interrupts_unless_suppressed(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	driver_put_u16(bench->driver, AVAILABLE, 1); /* VIRTQ_AVAIL_F_NO_INTERRUPT */
	offer_echo(bench, 0);
	driver_notify(bench->driver);
	assert_false(bench->driver->line);
	driver_put_u16(bench->driver, AVAILABLE, 0);
	offer_echo(bench, 0);
	driver_notify(bench->driver);
	assert_true(bench->driver->line);
}

/* used_event, behind the available ring, names the entry that interrupts; flags mean nothing. */
static void interrupts_at_the_event_index(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, ALL);
	driver_put_u16(bench->driver, AVAILABLE, 1);
	driver_put_u16(bench->driver, AVAILABLE + 4 + 2 * RING_SIZE, 2);
	for (unsigned i = 0; i < 5; i++) {
		offer_echo(bench, 0);
		driver_notify(bench->driver);
		assert_int_equal(bench->driver->line, i == 2);
		driver_put(bench->driver, R_INTERRUPT_ACK, 1);
		/* avail_event: be notified of the next one */
		assert_int_equal(driver_u16(bench->driver, USED + 4 + 8 * RING_SIZE), i + 1);
	}
}

static void waits_for_buffers(void **state)
{
	static struct virtio_chain chain;
	struct bench *bench = *state;

	bench->takes = false;
	driver_start(bench->driver, VERSION_1);
	assert_false(virtio_is_available(&bench->device, 0));
	assert_false(virtio_is_available(&bench->device, 1));
	offer_echo(bench, 0);
	offer_echo(bench, 2);
	assert_true(virtio_is_available(&bench->device, 0));
	assert_true(virtio_pop(&bench->device, 0, &chain));
	assert_int_equal(chain.head, 0);
	assert_int_equal(chain.read_size, 4);
	assert_int_equal(chain.write_size, 8);
	assert_true(virtio_pop(&bench->device, 0, &chain));
	assert_int_equal(chain.head, 2);
	assert_false(virtio_pop(&bench->device, 0, &chain));
	driver_put(bench->driver, R_QUEUE_READY, 0);
	virtio_push(&bench->device, 0, &chain, 0); /* to a ring that is gone: lost */
	assert_int_equal(driver_used(bench->driver), 0);
}

/* ---- What a driver can do wrong ---- */

#define END_OF_RAM (RAM_BASE + RAM_SIZE)

/* clang-format off */
static const struct {
	const char *why;
	u64 features; /* beyond VERSION_1 */
	struct desc table[4], indirect[3];
	u16 head;
	const char *says; /* NULL: it is right */
} chains[] = {
	{ "one to write", 0, { { DATA, 4, WRITE, 0 } }, { { 0 } }, 0, NULL },
	{ "the last byte of RAM", 0, { { END_OF_RAM - 1, 1, WRITE, 0 } }, { { 0 } }, 0, NULL },
	{ "nothing, at no address", 0, { { ~0ull, 0, WRITE, 0 } }, { { 0 } }, 0, NULL },
	{ "an indirect table", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 32, IND, 0 } },
		{ { DATA, 4, NEXT, 1 }, { DATA, 4, WRITE, 0 } }, 0, NULL },
	{ "an indirect table behind others, its WRITE ignored", VIRTIO_F_INDIRECT_DESC,
		{ { DATA, 4, NEXT, 1 }, { INDIRECT, 16, IND | WRITE, 9 } }, { { DATA, 4, WRITE, 0 } }, 0, NULL },

	{ "head outside of the ring", 0, { { 0 } }, { { 0 } }, RING_SIZE, "outside of its table" },
	{ "next outside of the ring", 0, { { DATA, 4, NEXT, RING_SIZE } }, { { 0 } }, 0, "outside of its table" },
	{ "a loop of one", 0, { { DATA, 4, NEXT, 0 } }, { { 0 } }, 0, "longer than the ring" },
	{ "a loop of two", 0, { { DATA, 4, NEXT, 1 }, { DATA, 4, NEXT, 0 } }, { { 0 } }, 0, "longer than the ring" },
	{ "a loop of nothings", 0, { { DATA, 0, NEXT, 0 } }, { { 0 } }, 0, "longer than the ring" },
	{ "read behind write", 0, { { DATA, 4, NEXT | WRITE, 1 }, { DATA, 4, 0, 0 } }, { { 0 } }, 0, "behind one to write" },
	{ "reading ROM", 0, { { ROM_BASE, 16, 0, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "writing ROM", 0, { { ROM_BASE, 16, WRITE, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "a device's registers", 0, { { BOARD_VIRTIO_BASE, 4, WRITE, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "a byte behind RAM", 0, { { END_OF_RAM - 1, 2, WRITE, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "a byte before RAM", 0, { { RAM_BASE - 1, 2, WRITE, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "around the end of addresses", 0, { { ~0ull, 2, 0, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "the longest length", 0, { { DATA, ~0u, 0, 0 } }, { { 0 } }, 0, "not in RAM" },
	{ "indirect, not negotiated", 0, { { INDIRECT, 16, IND, 0 } }, { { DATA, 4, 0, 0 } }, 0, "indirect table" },
	{ "indirect with NEXT", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 16, IND | NEXT, 1 } }, { { DATA, 4, 0, 0 } }, 0, "indirect table" },
	{ "indirect in indirect", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 16, IND, 0 } }, { { INDIRECT, 16, IND, 0 } }, 0, "indirect table" },
	{ "indirect of nothing", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 0, IND, 0 } }, { { 0 } }, 0, "indirect table" },
	{ "indirect of half a descriptor", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 24, IND, 0 } }, { { DATA, 4, 0, 0 } }, 0, "indirect table" },
	{ "indirect outside of RAM", VIRTIO_F_INDIRECT_DESC, { { END_OF_RAM - 16, 32, IND, 0 } }, { { 0 } }, 0, "indirect table" },
	{ "indirect in ROM", VIRTIO_F_INDIRECT_DESC, { { ROM_BASE, 16, IND, 0 } }, { { 0 } }, 0, "indirect table" },
	{ "next outside of an indirect table", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 16, IND, 0 } }, { { DATA, 4, NEXT, 1 } }, 0, "outside of its table" },
	{ "a loop in an indirect table", VIRTIO_F_INDIRECT_DESC, { { INDIRECT, 32, IND, 0 } },
		{ { DATA, 4, NEXT, 1 }, { DATA, 4, NEXT, 0 } }, 0, "longer than the ring" },
};
/* clang-format on */

/* The queue stays as it was, the driver is told, and nothing happens until it resets. */
static void expect_failure(struct bench *bench, const char *why, const char *says)
{
	struct driver *driver = bench->driver;

	if (driver->note.count != 1 || strstr(driver->note.first, says) == NULL)
		fail_msg("%s: %lu notes, '%s'", why, (unsigned long)driver->note.count,
			driver->note.first);
	if (driver_used(driver) != 0 || driver_get(driver, R_STATUS) != 0x4f || !driver->line ||
		driver_get(driver, R_INTERRUPT_STATUS) != 2)
		fail_msg("%s: status 0x%x", why, driver_get(driver, R_STATUS));
	bench->notified = 0;
	driver_notify(driver);
	if (bench->notified != 0)
		fail_msg("%s: goes on", why);
}

static void refuses_chains(void **state)
{
	struct bench *bench = *state;
	struct driver *driver = bench->driver;

	for (size_t i = 0; i < COUNT(chains); i++) {
		driver->note.count = 0;
		driver_start(driver, VERSION_1 | chains[i].features);
		for (unsigned j = 0; j < COUNT(chains[i].table); j++)
			driver_describe(driver, DESCRIPTORS, j, chains[i].table[j]);
		for (unsigned j = 0; j < COUNT(chains[i].indirect); j++)
			driver_describe(driver, INDIRECT, j, chains[i].indirect[j]);
		driver_offer(driver, chains[i].head);
		driver_notify(driver);
		if (chains[i].says != NULL)
			expect_failure(bench, chains[i].why, chains[i].says);
		else if (driver->note.count != 0 || driver_used(driver) != 1)
			fail_msg("row %zu, %s: '%s'", i, chains[i].why, driver->note.first);
	}
}

/* 2.7.5.3: as many descriptors as the ring has, in an indirect table, and no more. */
static void takes_an_indirect_chain_as_long_as_the_ring(void **state)
{
	struct bench *bench = *state;

	for (unsigned length = RING_SIZE; length <= RING_SIZE + 1; length++) {
		driver_start(bench->driver, ALL);
		for (unsigned i = 0; i < length; i++)
			driver_describe(bench->driver, INDIRECT, i,
				(struct desc){ DATA, 1, i + 1 < length ? NEXT : 0, (u16)(i + 1) });
		driver_describe(bench->driver, DESCRIPTORS, 0,
			(struct desc){ INDIRECT, 16 * length, IND, 0 });
		driver_offer(bench->driver, 0);
		driver_notify(bench->driver);
		assert_int_equal(driver_used(bench->driver), length == RING_SIZE);
	}
	expect_failure(bench, "indirect", "a chain longer than the ring");
}

static void refuses_more_buffers_than_the_ring_has(void **state)
{
	struct bench *bench = *state;

	driver_start(bench->driver, VERSION_1);
	driver_put_u16(bench->driver, AVAILABLE + 2, RING_SIZE + 1);
	driver_notify(bench->driver);
	expect_failure(bench, "idx", "9 buffers available in a ring of 8");
}

/* Each buffer makes the next one available: its contents are idx, and the device adds one. */
static void ends_though_a_device_fills_its_ring(void **state)
{
	struct bench *bench = *state;

	bench->adds = 1;
	driver_start(bench->driver, VERSION_1);
	driver_describe(bench->driver, DESCRIPTORS, 0, (struct desc){ AVAILABLE + 2, 2, NEXT, 1 });
	driver_describe(bench->driver, DESCRIPTORS, 1, (struct desc){ AVAILABLE + 2, 2, WRITE, 0 });
	driver_offer(bench->driver, 0);
	driver_notify(bench->driver);
	assert_int_equal(driver_used(bench->driver), RING_SIZE);
	assert_string_equal(bench->driver->note.first,
		"echo: queue 0: the device's own writes made buffers available");
	assert_int_equal(driver_get(bench->driver, R_STATUS), 0x4f);
}

/* 4 GiB in pieces: the whole RAM again and again. */
static void refuses_chains_of_4_gib(void **state)
{
	struct bench *bench = *state;
	struct virtio_device *device = &bench->device;
	static struct ram_region big;

	big = bench->driver->memory.region[0];
	driver_start(bench->driver, VERSION_1);
	bench->driver->memory.region[0].size = 3ull << 30; /* is not touched */
	driver_describe(bench->driver, DESCRIPTORS, 0, (struct desc){ DATA, 1u << 31, NEXT, 1 });
	driver_describe(bench->driver, DESCRIPTORS, 1, (struct desc){ DATA, 1u << 31, 0, 0 });
	driver_offer(bench->driver, 0);
	assert_true(virtio_is_available(device, 0));
	driver_notify(bench->driver);
	bench->driver->memory.region[0] = big;
	expect_failure(bench, "size", "a chain of 4 GiB or more");
}

static void refuses_queues(void **state)
{
	static const struct {
		const char *why;
		u32 size;
		u64 descriptors, driver, device;
		const char *says; /* NULL: it is right */
	} rows[] = {
		{ "one entry", 1, DESCRIPTORS, AVAILABLE, USED, NULL },
		{ "the largest", 256, DESCRIPTORS, AVAILABLE, USED, NULL },
		{ "at the end of RAM", 2, END_OF_RAM - 32, AVAILABLE, USED, NULL },
		{ "no entry", 0, DESCRIPTORS, AVAILABLE, USED, "of 0 entries" },
		{ "no power of two", 3, DESCRIPTORS, AVAILABLE, USED, "of 3 entries" },
		{ "too many", 512, DESCRIPTORS, AVAILABLE, USED, "of 512 entries" },
		{ "far too many", 1u << 31, DESCRIPTORS, AVAILABLE, USED, "entries" },
		{ "descriptors not aligned", 8, DESCRIPTORS + 8, AVAILABLE, USED,
			"descriptor area at 0x40001008, 0x80 bytes, is not aligned" },
		{ "available ring not aligned", 8, DESCRIPTORS, AVAILABLE + 1, USED,
			"driver area at 0x40003001, 0x16 bytes, is not aligned" },
		{ "used ring not aligned", 8, DESCRIPTORS, AVAILABLE, USED + 2,
			"device area at 0x40004002, 0x46 bytes, is not aligned" },
		{ "descriptors outside of RAM", 8, END_OF_RAM - 0x70, AVAILABLE, USED,
			"descriptor area at 0x4001ff90, 0x80 bytes, is not in RAM" },
		{ "available ring outside of RAM", 8, DESCRIPTORS, END_OF_RAM - 20, USED,
			"driver area" },
		{ "used ring outside of RAM", 8, DESCRIPTORS, AVAILABLE, END_OF_RAM - 68,
			"device area" },
		{ "descriptors in ROM", 8, ROM_BASE, AVAILABLE, USED, "descriptor area" },
		{ "available ring in ROM", 8, DESCRIPTORS, ROM_BASE, USED, "driver area" },
		{ "used ring in ROM", 8, DESCRIPTORS, AVAILABLE, ROM_BASE, "device area" },
		{ "at the end of addresses", 8, ~0ull << 4, AVAILABLE, USED, "descriptor area" },
	};
	struct bench *bench = *state;
	struct driver *driver = bench->driver;

	for (size_t i = 0; i < COUNT(rows); i++) {
		driver->note.count = 0;
		driver_start(driver, VERSION_1);
		driver_put(driver, R_QUEUE_READY, 0);
		driver_put(driver, R_QUEUE_NUM, rows[i].size);
		driver_put_halves(driver, R_QUEUE_DESC, rows[i].descriptors);
		driver_put_halves(driver, R_QUEUE_DRIVER, rows[i].driver);
		driver_put_halves(driver, R_QUEUE_DEVICE, rows[i].device);
		driver_put(driver, R_QUEUE_READY, 1);
		if (driver_get(driver, R_QUEUE_READY) != (rows[i].says == NULL))
			fail_msg("row %zu, %s", i, rows[i].why);
		if (rows[i].says != NULL)
			expect_failure(bench, rows[i].why, rows[i].says);
	}
}

/* A device that fails again and again gives one line, and a count. */
static void notes_the_first_failure(void **state)
{
	struct bench *bench = *state;

	for (unsigned i = 0; i < 3; i++) {
		driver_start(bench->driver, VERSION_1);
		driver_offer(bench->driver, (u16)(100 + i));
		if (i > 0)
			driver_put_u16(bench->driver, AVAILABLE + 2, 100);
		driver_notify(bench->driver);
		driver_notify(bench->driver);
	}
	assert_int_equal(bench->driver->note.count, 3);
	assert_string_equal(
		bench->driver->note.first, "echo: queue 0: a descriptor outside of its table");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_registers_after_reset),
		TEST(accepts_sizes),
		TEST(empty_slots_have_no_device),
		TEST(negotiates_features),
		TEST(features_are_settled_by_features_ok),
		TEST(status_bits_are_not_cleared),
		TEST(reset_forgets_all),
		TEST(tells_of_changed_configuration),
		TEST(a_ready_queue_is_not_changed),
		TEST(queues_that_are_not_there),
		TEST(copies_across_segments),
		TEST(tells_of_writes_to_code),
		TEST(indexes_wrap),
		TEST(interrupts_unless_suppressed),
		TEST(interrupts_at_the_event_index),
		TEST(waits_for_buffers),
		TEST(refuses_chains),
		TEST(takes_an_indirect_chain_as_long_as_the_ring),
		TEST(refuses_more_buffers_than_the_ring_has),
		TEST(ends_though_a_device_fills_its_ring),
		TEST(refuses_chains_of_4_gib),
		TEST(refuses_queues),
		TEST(notes_the_first_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
