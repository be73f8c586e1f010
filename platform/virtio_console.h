/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console device, virtio 1.2 section 5.3, with one port. Either it shares the machine's console
 * with the UART, and input is for the one that printed last; or what the guest sends goes into a
 * host file, and there is no input.
 */
#ifndef ENT_PLATFORM_VIRTIO_CONSOLE_H
#define ENT_PLATFORM_VIRTIO_CONSOLE_H

#include "platform/console.h"
#include "platform/virtio.h"

struct virtio_console {
	struct virtio_device device;
	struct virtio_state state;
	struct virtio_chain chain; /* the buffer in hand */
	struct console *console;
	struct console file; /* what `console` is if there is a file */
	const char *path;    /* of it */
};

/* `file`: created, or emptied; NULL: the port shares `shared`. */
struct status virtio_console_open(
	struct virtio_console *port, struct console *shared, const char *file);
/* What the guest sent goes into the file. */
void virtio_console_flush(struct virtio_console *port);
/* STATUS_HOST: the host refused something of the file. */
struct status virtio_console_status(const struct virtio_console *port);
void virtio_console_close(struct virtio_console *port);

/* Is the input of the shared console for this device? It printed last, and has a driver. */
bool virtio_console_has_input(const struct virtio_console *port);

/* ---- As those of pl011.h ---- */

bool virtio_console_waits_for_input(struct virtio_console *port);
bool virtio_console_take_input(struct virtio_console *port);
void virtio_console_take_keys(struct virtio_console *port);

#endif
