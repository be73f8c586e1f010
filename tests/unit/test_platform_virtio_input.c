/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input devices: what they say of themselves, and which events reach the driver. Knows virtio 1.2,
 * section 5.8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "platform/screen_keys.h"
#include "virtio_driver.h"

enum { EVENTS, STATUS };
enum { NAME = 1, SERIAL = 2, IDS = 3, PROPERTIES = 0x10, BITS = 0x11, AXIS = 0x12 };

struct bench {
	struct virtio_input input;
	struct driver *driver;
};

static struct bench *create(enum input_device kind)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	virtio_input_init(&bench->input, kind);
	bench->driver = driver_create(&bench->input.device);
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	driver_use_queue(bench->driver, STATUS);
	driver_use_queue(bench->driver, EVENTS);
	return bench;
}

static void destroy(struct bench *bench)
{
	driver_destroy(bench->driver);
	free(bench);
}

/* ---- Configuration ---- */

/* Asks for a piece; the result is its size. */
static u64 ask(struct bench *bench, u8 select, u8 subsel)
{
	u64 size;

	assert_true(driver_try_put(bench->driver, R_CONFIG, 1, select));
	assert_true(driver_try_put(bench->driver, R_CONFIG + 1, 1, subsel));
	assert_true(driver_try_get(bench->driver, R_CONFIG + 2, 1, &size));
	return size;
}

static u8 answer_byte(struct bench *bench, u64 at)
{
	u64 value;

	assert_true(driver_try_get(bench->driver, R_CONFIG + 8 + at, 1, &value));
	return (u8)value;
}

static void says_what_it_is(void **state)
{
	static const struct {
		enum input_device kind;
		u8 select, subsel;
		u8 size;
		u8 at, byte; /* one of the answer */
		const char *why;
	} rows[] = {
		{ INPUT_KEYBOARD, 0, 0, 0, 0, 0, "nothing is asked" },
		{ INPUT_KEYBOARD, NAME, 0, 17, 9, 'k', "the keyboard's name" },
		{ INPUT_TABLET, NAME, 0, 15, 9, 't', "the tablet's name" },
		{ INPUT_TABLET, NAME, 1, 0, 0, 0, "names have no second part" },
		{ INPUT_TABLET, SERIAL, 0, 0, 0, 0, "there is no serial number" },
		{ INPUT_KEYBOARD, IDS, 0, 8, 0, 6, "a virtual bus" },
		{ INPUT_TABLET, PROPERTIES, 0, 0, 0, 0, "no properties" },
		{ INPUT_KEYBOARD, BITS, EV_SYN, 0, 0, 0, "EV_SYN goes without saying" },
		{ INPUT_KEYBOARD, BITS, EV_KEY, 16, 0, 0xfe, "keys from 1 on" },
		{ INPUT_KEYBOARD, BITS, EV_KEY, 16, 15, 0xff, "keys to 127" },
		{ INPUT_KEYBOARD, BITS, EV_KEY, 16, 16, 0, "and none behind" },
		{ INPUT_KEYBOARD, BITS, EV_REP, 1, 0, 3, "the guest may repeat keys" },
		{ INPUT_KEYBOARD, BITS, EV_REL, 0, 0, 0, "a keyboard moves nothing" },
		{ INPUT_KEYBOARD, AXIS, ABS_X, 0, 0, 0, "nor has it places" },
		{ INPUT_TABLET, BITS, EV_KEY, 35, 34, 0x1f, "five buttons from 0x110 on" },
		{ INPUT_TABLET, BITS, EV_KEY, 35, 0, 0, "and no keys" },
		{ INPUT_TABLET, BITS, EV_REL, 2, 1, 1, "a wheel" },
		{ INPUT_TABLET, BITS, EV_ABS, 1, 0, 3, "two axes" },
		{ INPUT_TABLET, BITS, 0xff, 0, 0, 0, "no other type" },
		{ INPUT_TABLET, AXIS, ABS_Y, 20, 5, 0x7f, "places to 0x7fff" },
		{ INPUT_TABLET, AXIS, ABS_Y + 1, 0, 0, 0, "no third axis" },
		{ INPUT_TABLET, 0xff, 0xff, 0, 0, 0, "nonsense" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create(rows[i].kind);

		ask(bench, BITS, EV_KEY); /* nothing of it is left */
		if (ask(bench, rows[i].select, rows[i].subsel) != rows[i].size ||
			answer_byte(bench, rows[i].at) != rows[i].byte ||
			(rows[i].size == 0 && answer_byte(bench, 34) != 0))
			fail_msg("row %zu, %s", i, rows[i].why);
		destroy(bench);
	}
}

static void config_by_any_access(void **state)
{
	struct bench *bench = create(INPUT_KEYBOARD);
	u64 value;

	(void)state;
	assert_true(driver_try_put(bench->driver, R_CONFIG, 4, EV_KEY << 8 | BITS));
	assert_true(driver_try_get(bench->driver, R_CONFIG, 4, &value));
	assert_int_equal(value, 16 << 16 | EV_KEY << 8 | BITS);
	assert_true(driver_try_put(bench->driver, R_CONFIG + 8, 8, 0)); /* cannot be written */
	assert_true(driver_try_get(bench->driver, R_CONFIG + 8, 1, &value));
	assert_int_equal(value, 0xfe);
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	assert_true(driver_try_get(bench->driver, R_CONFIG, 4, &value));
	assert_int_equal(value, 0);
	destroy(bench);
}

/* ---- Events ---- */

static void give_buffer(struct bench *bench, u16 index, u32 size, u16 flags)
{
	struct driver *driver = bench->driver;

	driver_describe(driver, driver_table(driver), index,
		(struct desc){ DATA + 16ull * index, size, flags, 0 });
	driver_offer(driver, index);
	driver_notify(driver);
}

static void happen(struct bench *bench, u16 type, u16 code, u32 value)
{
	virtio_input_event(&bench->input, &(struct input_event){ 0, type, code, value });
}

static void groups_are_whole(void **state)
{
	struct bench *bench = create(INPUT_TABLET);
	static const struct virtio_input_event wanted[] = { { EV_ABS, ABS_X, 100 },
		{ EV_ABS, ABS_Y, 0x7fff }, { EV_SYN, 0, 0 } };

	(void)state;
	happen(bench, EV_SYN, 0, 0); /* lost: there is no buffer */
	for (u16 i = 0; i < 2; i++)
		give_buffer(bench, i, 8, WRITE);
	for (unsigned i = 0; i < 2; i++) {
		happen(bench, EV_ABS, ABS_X, 100);
		happen(bench, EV_ABS, ABS_Y, 0x7fff);
		assert_int_equal(driver_used(bench->driver), 0);
		happen(bench, EV_SYN, 0, 0); /* the first time two buffers are too few */
		assert_int_equal(driver_used(bench->driver), i == 0 ? 0 : 3);
		assert_int_equal(bench->driver->line, i);
		give_buffer(bench, 2, 8, WRITE);
	}
	for (unsigned i = 0; i < COUNT(wanted); i++)
		assert_memory_equal(
			driver_ram(bench->driver, DATA + 16 * i), &wanted[i], sizeof(wanted[i]));
	assert_int_equal(driver_used_length(bench->driver), 8);
	assert_int_equal(bench->driver->note.count, 0);
	destroy(bench);
}

/* What has no end is cut off, and ends all the same. */
static void long_groups(void **state)
{
	struct bench *bench = create(INPUT_KEYBOARD);
	u16 last;

	(void)state;
	for (u16 i = 0; i < RING_SIZE; i++)
		give_buffer(bench, i, 8, WRITE);
	for (u16 i = 0; i < 100; i++)
		happen(bench, EV_KEY, i, 1);
	happen(bench, EV_SYN, 0, 0);
	assert_int_equal(driver_used(bench->driver), INPUT_GROUP);
	memcpy(&last, driver_ram(bench->driver, DATA + 16 * (INPUT_GROUP - 1)), sizeof(last));
	assert_int_equal(last, EV_SYN);
	destroy(bench);
}

static void nothing_without_a_driver(void **state)
{
	struct bench *bench = create(INPUT_KEYBOARD);

	(void)state;
	give_buffer(bench, 0, 8, WRITE);
	happen(bench, EV_KEY, 30, 1);
	assert_true(virtio_input_is_open(&bench->input));
	driver_put(bench->driver, R_STATUS, 0);
	assert_false(virtio_input_is_open(&bench->input));
	happen(bench, EV_SYN, 0, 0);
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	assert_int_equal(driver_used(bench->driver), 0);
	give_buffer(bench, 0, 8, WRITE);
	happen(bench, EV_SYN, 0, 0); /* and nothing from before */
	assert_int_equal(driver_used(bench->driver), 1);
	destroy(bench);
}

static void malformed(void **state)
{
	static const struct {
		unsigned queue;
		u32 size;
		u16 flags;
		const char *note;
	} rows[] = {
		{ EVENTS, 7, WRITE,
			"keyboard: a buffer for an event with 0 bytes to read and 7 to write" },
		{ EVENTS, 8, 0,
			"keyboard: a buffer for an event with 8 bytes to read and 0 to write" },
		{ STATUS, 8, WRITE, "keyboard: a status of 0 bytes, and 8 bytes to write" },
		{ STATUS, 9, 0, "keyboard: a status of 9 bytes, and 0 bytes to write" },
		{ STATUS, 8, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create(INPUT_KEYBOARD);

		driver_use_queue(bench->driver, rows[i].queue);
		give_buffer(bench, 0, rows[i].size, rows[i].flags);
		happen(bench, EV_SYN, 0, 0);
		if (strcmp(bench->driver->note.first, rows[i].note) != 0)
			fail_msg("row %zu: '%s'", i, bench->driver->note.first);
		destroy(bench);
	}
}

/* ---- Keys that are typed ---- */

static void types_characters(void **state)
{
	static const struct {
		const char *text;
		u16 key; /* 0: none gives it */
		bool is_shifted;
	} rows[] = {
		{ "a", 30, false },
		{ "Z", 44, true },
		{ "1", 2, false },
		{ "!", 2, true },
		{ "0", 11, false },
		{ ")", 11, true },
		{ "_", 12, true },
		{ "+", 13, true },
		{ "\b", 14, false },
		{ "\t", 15, false },
		{ "q", 16, false },
		{ "}", 27, true },
		{ "\n", 28, false },
		{ "\"", 40, true },
		{ "~", 41, true },
		{ "|", 43, true },
		{ "?", 53, true },
		{ " ", 57, false },
		{ "\033", 1, false },
		{ "\1", 0, false },
		{ "\377", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct screen_config config = { .keys_count = 1,
			.keys[0] = { 1000, { 1, { 0 } } } };
		struct bench *bench = create(INPUT_KEYBOARD);
		struct event_queue queue = { 0 };
		struct screen_keys_typist typist;
		u16 event[2], shift = rows[i].is_shifted;

		config.keys[0].text.bytes[0] = (u8)rows[i].text[0];
		assert_int_equal(screen_keys_check(&config.keys[0].text).code == STATUS_OK,
			rows[i].key != 0);
		for (u16 j = 0; rows[i].key != 0 && j < RING_SIZE; j++)
			give_buffer(bench, j, 8, WRITE);
		if (rows[i].key != 0) {
			screen_keys_init(&typist, &config, &bench->input, &queue, 50);
			assert_int_equal(events_next_time(&queue), 1000);
			events_fire(&queue, 1000);
			assert_int_equal(driver_used(bench->driver), 2 + shift);
			assert_int_equal(events_next_time(&queue), 1001);
			events_fire(&queue, 1001);
			assert_int_equal(driver_used(bench->driver), 4 + 2 * shift);
			assert_int_equal(events_next_time(&queue), NEVER);
			memcpy(event, driver_ram(bench->driver, DATA + 16 * shift), sizeof(event));
			if (event[0] != EV_KEY || event[1] != rows[i].key)
				fail_msg("row %zu, '%s': key %u", i, rows[i].text, event[1]);
		}
		destroy(bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_it_is),
		cmocka_unit_test(config_by_any_access),
		cmocka_unit_test(groups_are_whole),
		cmocka_unit_test(long_groups),
		cmocka_unit_test(nothing_without_a_driver),
		cmocka_unit_test(malformed),
		cmocka_unit_test(types_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
