/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network of the host's user for the guest: a stack in this process (libslirp) that turns the
 * guest's connections into sockets of the host. The guest is 10.0.2.15, by DHCP; 10.0.2.2 is the
 * host, its loopback included; 10.0.2.3 answers DNS. What comes from outside comes when it comes: a
 * run with it does not repeat.
 */
#ifndef ENT_PLATFORM_NET_H
#define ENT_PLATFORM_NET_H

#include <poll.h>

#include "platform/console.h"
#include "platform/machine.h"

struct net_ops {
	void (*receive)(void *opaque, const u8 *frame, size_t size); /* for the guest */
	cycles_t (*now)(void *opaque);				     /* simulated time */
	void *opaque;
};

struct net;

/* NULL, and `status` says why: not in this build, or the host refuses to forward a port. */
struct net *net_create(
	const struct machine_net *config, const struct net_ops *ops, struct status *status);
void net_destroy(struct net *net);

/* A frame from the guest. It may be answered at once. */
void net_send(struct net *net, const u8 *frame, size_t size);

/* What to wait for on the host, and in *most, how long at most; then net_poll() is due. */
struct pollfd *net_wait_for(struct net *net, unsigned *count, cycles_t *most);
/* Does what can be done, with what net_wait_for() gave and poll() filled. */
void net_poll(struct net *net);

#endif
