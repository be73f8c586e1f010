/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console device: what is sent is printed, and who gets the input. Knows virtio 1.2, section
 * 5.3.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/virtio_console.h"
#include "virtio_driver.h"

enum { RECEIVE, TRANSMIT };

struct bench {
	int out[2], in[2]; /* pipes: the console's other ends are out[0] and in[1] */
	struct console console;
	struct virtio_console port;
	struct driver *driver;
};

static void start(struct bench *bench)
{
	driver_start(bench->driver, VIRTIO_F_VERSION_1);
	driver_use_queue(bench->driver, TRANSMIT);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (pipe(bench->out) != 0 || pipe(bench->in) != 0)
		return -1;
	fcntl(bench->out[0], F_SETFL, O_NONBLOCK);
	console_init(&bench->console, bench->in[0], bench->out[1], -1);
	if (virtio_console_open(&bench->port, &bench->console, NULL).code != STATUS_OK)
		return -1;
	bench->driver = driver_create(&bench->port.device);
	start(bench);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	virtio_console_close(&bench->port);
	driver_destroy(bench->driver);
	for (unsigned i = 0; i < 2; i++) {
		close(bench->out[i]);
		close(bench->in[i]);
	}
	free(bench);
	return 0;
}

static void transmit(struct bench *bench, const char *text, u16 flags)
{
	struct driver *driver = bench->driver;

	driver_use_queue(driver, TRANSMIT);
	memcpy(driver_ram(driver, DATA), text, strlen(text));
	driver_describe(driver, driver_table(driver), 0,
		(struct desc){ DATA, (u32)strlen(text), flags, 0 });
	driver_offer(driver, 0);
	driver_notify(driver);
}

/* Makes a buffer available to receive into. */
static void give_buffer(struct bench *bench, u16 index, u32 size, u16 flags)
{
	struct driver *driver = bench->driver;

	driver_use_queue(driver, RECEIVE);
	driver_describe(driver, driver_table(driver), index,
		(struct desc){ DATA + 0x1000 + 0x100u * index, size, flags, 0 });
	driver_offer(driver, index);
	driver_notify(driver);
}

static void expect_output(struct bench *bench, const char *text)
{
	char got[600] = "";
	ssize_t n;

	console_flush(&bench->console);
	n = read(bench->out[0], got, sizeof(got) - 1);
	assert_string_equal(n < 0 ? "" : got, text);
}

static void what_is_sent_is_printed(void **state)
{
	struct bench *bench = *state;
	char text[560];

	transmit(bench, "hello\n", 0);
	expect_output(bench, "hello\n");
	assert_int_equal(driver_used_length(bench->driver), 0);
	memset(text, 'x', sizeof(text)); /* more than is copied at once */
	text[sizeof(text) - 1] = '\0';
	text[300] = '\n';
	transmit(bench, text, 0);
	expect_output(bench, text);
	assert_int_equal(driver_used(bench->driver), 2);
	assert_int_equal(driver_get(bench->driver, R_DEVICE_ID), 3);
}

/* The UART and this device share the console: the one that printed last has the input. */
static void input_is_for_what_printed_last(void **state)
{
	struct bench *bench = *state;

	assert_false(virtio_console_has_input(&bench->port));
	transmit(bench, "# ", 0);
	assert_true(virtio_console_has_input(&bench->port));
	console_put(&bench->console, '$'); /* as the UART does */
	assert_false(virtio_console_has_input(&bench->port));
	transmit(bench, "# ", 0);
	assert_true(virtio_console_has_input(&bench->port));
	driver_put(bench->driver, R_STATUS, 0); /* its driver goes, as in a reset of the board */
	assert_false(virtio_console_has_input(&bench->port));
}

/* One byte an interrupt, as many as there are buffers, and not while the interrupt is high. */
static void input(void **state)
{
	struct bench *bench = *state;
	struct driver *driver = bench->driver;

	assert_int_equal(write(bench->in[1], "abc", 3), 3);
	assert_false(virtio_console_take_input(&bench->port)); /* there is no buffer */
	give_buffer(bench, 0, 16, WRITE);
	give_buffer(bench, 1, 16, WRITE);
	assert_true(virtio_console_waits_for_input(&bench->port));
	assert_true(virtio_console_take_input(&bench->port));
	assert_true(driver->line);
	assert_int_equal(*driver_ram(driver, DATA + 0x1000), 'a');
	assert_int_equal(driver_used_length(driver), 1);
	assert_false(virtio_console_take_input(&bench->port));
	driver_put(driver, R_INTERRUPT_ACK, 1);
	assert_true(virtio_console_take_input(&bench->port));
	assert_int_equal(*driver_ram(driver, DATA + 0x1100), 'b');
	driver_put(driver, R_INTERRUPT_ACK, 1);
	assert_false(virtio_console_waits_for_input(&bench->port));
	give_buffer(bench, 0, 16, WRITE);
	assert_true(virtio_console_take_input(&bench->port));
	assert_int_equal(*driver_ram(driver, DATA + 0x1000), 'c');
	driver_put(driver, R_INTERRUPT_ACK, 1);
	close(bench->in[1]);
	bench->in[1] = -1;
	give_buffer(bench, 1, 16, WRITE);
	assert_false(virtio_console_take_input(&bench->port)); /* the end of the stream */
}

static const char *typed;

static enum console_got get_typed(void *opaque, u8 *byte)
{
	(void)opaque;
	if (*typed == '\0')
		return GOT_NOTHING;
	*byte = (u8)*typed++;
	return GOT_BYTE;
}

/* Keys are taken as far as buffers go, whatever the interrupt says; the others wait. */
static void keys(void **state)
{
	static const struct console_live live = { .get = get_typed };
	struct bench *bench = *state;

	console_set_live(&bench->console, &live);
	typed = "xyz";
	give_buffer(bench, 0, 1, WRITE);
	give_buffer(bench, 1, 1, WRITE);
	virtio_console_take_keys(&bench->port);
	assert_int_equal(driver_used(bench->driver), 2);
	assert_int_equal(*driver_ram(bench->driver, DATA + 0x1000), 'x');
	assert_int_equal(*driver_ram(bench->driver, DATA + 0x1100), 'y');
	assert_string_equal(typed, "z");
}

static void malformed(void **state)
{
	struct bench *bench = *state;
	struct driver *driver = bench->driver;

	transmit(bench, "lost\n", WRITE);
	assert_string_equal(
		driver->note.first, "console: 5 bytes to write in a buffer to transmit");
	assert_true(driver_get(driver, R_STATUS) & NEEDS_RESET);
	assert_false(virtio_console_waits_for_input(&bench->port));
	start(bench);
	assert_int_equal(write(bench->in[1], "ab", 2), 2);
	give_buffer(bench, 0, 16, 0);
	assert_true(virtio_console_take_input(&bench->port)); /* that interrupts, too */
	assert_int_equal(driver->note.count, 2);
	assert_true(driver_get(driver, R_STATUS) & NEEDS_RESET);
	expect_output(bench, "");
}

/* With a file it is an output alone. */
static void into_a_file(void **state)
{
	struct bench *bench = *state;
	char name[] = "/tmp/ent-console-XXXXXX", got[16] = "";
	int fd = mkstemp(name);

	driver_destroy(bench->driver);
	bench->port = (struct virtio_console){ 0 };
	assert_int_equal(virtio_console_open(&bench->port, &bench->console, name).code, STATUS_OK);
	bench->driver = driver_create(&bench->port.device);
	start(bench);
	transmit(bench, "no newline", 0);
	virtio_console_flush(&bench->port);
	assert_int_equal(virtio_console_status(&bench->port).code, STATUS_OK);
	assert_int_equal(read(fd, got, sizeof(got)), 10);
	assert_string_equal(got, "no newline");
	assert_false(virtio_console_has_input(&bench->port));
	expect_output(bench, "");
	close(fd);
	unlink(name);
}

static void file_that_cannot_be(void **state)
{
	struct virtio_console port = { 0 };
	struct status status = virtio_console_open(&port, NULL, "/nowhere/file");

	(void)state;
	assert_int_equal(status.code, STATUS_HOST);
	assert_string_equal(
		status.text, "--virtio-console /nowhere/file: No such file or directory");
	virtio_console_close(&port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_sent_is_printed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(input_is_for_what_printed_last, set_up, tear_down),
		cmocka_unit_test_setup_teardown(input, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(malformed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(into_a_file, set_up, tear_down),
		cmocka_unit_test(file_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
