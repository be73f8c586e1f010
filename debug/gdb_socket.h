/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a debugger connects: a Unix socket, or TCP on the loopback interface unless another address
 * is named.
 */
#ifndef ENT_DEBUG_GDB_SOCKET_H
#define ENT_DEBUG_GDB_SOCKET_H

#include "debug/gdb.h"

struct gdb_socket;

/*
 * text: a path (with a slash, or without a colon), `:PORT`, `HOST:PORT` or `[HOST]:PORT`; PORT 0
 * is any that is free. NULL: status says why.
 */
struct gdb_socket *gdb_socket_listen(const char *text, struct status *status);
void gdb_socket_close(struct gdb_socket *socket);

struct gdb_transport gdb_socket_transport(struct gdb_socket *socket);
/* The descriptor of the connection; -1: there is none. */
int gdb_socket_peer(const struct gdb_socket *socket);
/* What gdb's `target remote` takes. */
const char *gdb_socket_name(const struct gdb_socket *socket);

#endif
