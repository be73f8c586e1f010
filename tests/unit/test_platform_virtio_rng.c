/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entropy device: bytes that depend on the seed, and on nothing else. Knows virtio 1.2,
 * section 5.4.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "platform/virtio_rng.h"
#include "virtio_driver.h"

struct bench {
	struct virtio_rng rng;
	struct driver *driver;
};

static struct bench *create(u64 seed)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	virtio_rng_init(&bench->rng, seed);
	bench->driver = driver_create(&bench->rng.device);
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	return bench;
}

static void destroy(struct bench *bench)
{
	driver_destroy(bench->driver);
	free(bench);
}

/* Asks for `size` bytes; the result is how many came, to DATA. */
static u32 ask(struct bench *bench, u32 size, u16 flags)
{
	u16 before = driver_used(bench->driver);

	memset(driver_ram(bench->driver, DATA), 0, 0x4000);
	driver_describe(bench->driver, DESCRIPTORS, 0, (struct desc){ DATA, size, flags, 0 });
	driver_offer(bench->driver, 0);
	driver_notify(bench->driver);
	return driver_used(bench->driver) != before ? driver_used_length(bench->driver) : 0;
}

static void depends_on_the_seed(void **state)
{
	struct bench *a = create(1), *b = create(1), *c = create(2);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		u8 before[16];

		memcpy(before, driver_ram(a->driver, DATA), 16);
		assert_int_equal(ask(a, 16, WRITE), 16);
		assert_int_equal(ask(b, 16, WRITE), 16);
		assert_int_equal(ask(c, 16, WRITE), 16);
		assert_memory_equal(driver_ram(a->driver, DATA), driver_ram(b->driver, DATA), 16);
		assert_memory_not_equal(
			driver_ram(a->driver, DATA), driver_ram(c->driver, DATA), 16);
		assert_memory_not_equal(driver_ram(a->driver, DATA), before, 16);
	}
	assert_int_equal(driver_get(a->driver, R_DEVICE_ID), 4);
	destroy(a);
	destroy(b);
	destroy(c);
}

/* A driver that resets the device must not see the same bytes again. */
static void goes_on_after_a_reset(void **state)
{
	struct bench *bench = create(1);
	u8 before[16];

	(void)state;
	ask(bench, 16, WRITE);
	memcpy(before, driver_ram(bench->driver, DATA), 16);
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	assert_int_equal(ask(bench, 16, WRITE), 16);
	assert_memory_not_equal(driver_ram(bench->driver, DATA), before, 16);
	destroy(bench);
}

static void sizes(void **state)
{
	static const struct {
		u32 asked, given;
		const char *why;
	} rows[] = {
		{ 1, 1, "one byte" },
		{ 13, 13, "no whole word" },
		{ 1024, 1024, "the most that is given at once" },
		{ 1025, 1024, "one more" },
		{ 0x4000, 1024, "much more" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create(1);
		u32 given = ask(bench, rows[i].asked, WRITE);
		const u8 *behind = driver_ram(bench->driver, DATA) + rows[i].given;

		if (given != rows[i].given)
			fail_msg("row %zu, %s: %u bytes", i, rows[i].why, given);
		for (unsigned j = 0; j < 16; j++) {
			if (behind[j] != 0)
				fail_msg("row %zu, %s: written behind the end", i, rows[i].why);
		}
		destroy(bench);
	}
}

static void malformed(void **state)
{
	static const struct {
		u32 size;
		u16 flags;
		const char *note;
	} rows[] = {
		{ 16, 0, "rng: a request of 16 bytes to read and 0 to fill" },
		{ 0, WRITE, "rng: a request of 0 bytes to read and 0 to fill" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create(1);

		assert_int_equal(ask(bench, rows[i].size, rows[i].flags), 0);
		assert_string_equal(bench->driver->note.first, rows[i].note);
		assert_true(driver_get(bench->driver, R_STATUS) & NEEDS_RESET);
		driver_start(bench->driver, VIRTIO_F_VERSION_1);
		assert_int_equal(ask(bench, 16, WRITE), 16);
		destroy(bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depends_on_the_seed),
		cmocka_unit_test(goes_on_after_a_reset),
		cmocka_unit_test(sizes),
		cmocka_unit_test(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
