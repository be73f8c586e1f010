/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes between the rings of a port and a console of the host.
 */
#include "platform/virtio_console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/virtio_private.h"

/* 5.3.2: of port 0. */
enum { QUEUE_RECEIVE, QUEUE_TRANSMIT, QUEUES };

enum { PIECE = 256 /* bytes copied at once */ };

static u32 send(void *opaque)
{
	struct virtio_console *port = opaque;
	u8 data[PIECE];
	u64 done = 0, size;

	if (port->chain.write_size != 0) {
		virtio_fail(&port->device, "%" PRIu64 " bytes to write in a buffer to transmit",
			port->chain.write_size);
		return 0;
	}
	while ((size = virtio_read(&port->device, &port->chain, done, data, sizeof(data))) > 0) {
		for (u64 i = 0; i < size; i++)
			console_put(port->console, data[i]);
		done += size;
		port->console->last_writer = port;
	}
	return 0;
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_console *port = opaque;

	if (queue == QUEUE_TRANSMIT) /* the others are taken when there is something to receive */
		virtio_serve(&port->device, queue, &port->chain, send);
}

/* ---- Input ---- */

bool virtio_console_has_input(const struct virtio_console *port)
{
	return port->console != NULL && port->console != &port->file &&
	       port->console->last_writer == port && virtio_is_live(&port->device);
}

bool virtio_console_waits_for_input(struct virtio_console *port)
{
	return wire_is_connected(&port->device.interrupt) && !port->device.interrupt.level &&
	       virtio_is_available(&port->device, QUEUE_RECEIVE);
}

/* Into the buffer that is available. */
static void receive(struct virtio_console *port, u8 byte)
{
	if (!virtio_pop(&port->device, QUEUE_RECEIVE, &port->chain))
		return;
	if (port->chain.read_size != 0 || port->chain.write_size == 0) {
		virtio_fail(&port->device,
			"a buffer to receive with %" PRIu64 " bytes to read and %" PRIu64
			" to write",
			port->chain.read_size, port->chain.write_size);
		return;
	}
	virtio_push(&port->device, QUEUE_RECEIVE, &port->chain,
		(u32)virtio_write(&port->device, &port->chain, 0, &byte, 1));
}

bool virtio_console_take_input(struct virtio_console *port)
{
	u8 byte;

	while (virtio_console_waits_for_input(port) && console_get(port->console, &byte)) {
		receive(port, byte);
		if (port->device.interrupt.level)
			return true;
	}
	return false;
}

void virtio_console_take_keys(struct virtio_console *port)
{
	u8 byte;

	while (virtio_is_available(&port->device, QUEUE_RECEIVE) &&
		console_get_key(port->console, &byte))
		receive(port, byte);
}

/* ---- The device ---- */

static struct status open_file(struct virtio_console *port, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return status_error(
			STATUS_HOST, "--virtio-console %.100s: %s", file, strerror(errno));
	console_init(&port->file, -1, fd, -1);
	port->console = &port->file;
	port->path = file;
	return status_ok();
}

struct status virtio_console_open(
	struct virtio_console *port, struct console *shared, const char *file)
{
	port->device = (struct virtio_device){ .name = "console",
		.id = VIRTIO_CONSOLE,
		.queues = QUEUES,
		.state = &port->state,
		.state_size = sizeof(port->state),
		.opaque = port,
		.notify = notified };
	if (file != NULL)
		return open_file(port, file);
	port->console = shared;
	return status_ok();
}

void virtio_console_flush(struct virtio_console *port)
{
	console_flush(&port->file);
}

struct status virtio_console_status(const struct virtio_console *port)
{
	char name[80];

	if (port->path == NULL)
		return status_ok();
	snprintf(name, sizeof(name), "--virtio-console %.60s", port->path);
	return console_status(&port->file, name);
}

void virtio_console_close(struct virtio_console *port)
{
	if (port->console == &port->file)
		close(port->file.out);
}
