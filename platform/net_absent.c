/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A build without libslirp has no network, and says so when it is asked for one.
 */
#include "platform/net.h"

struct net *net_create(
	const struct machine_net *config, const struct net_ops *ops, struct status *status)
{
	(void)config;
	(void)ops;
	*status = status_error(STATUS_NOT_IMPLEMENTED,
		"--net: this build has no libslirp (Debian: libslirp-dev; then build again)");
	return NULL;
}

void net_destroy(struct net *net)
{
	ENT_BUG_ON(net != NULL);
}

void net_send(struct net *net, const u8 *frame, size_t size)
{
	(void)net;
	(void)frame;
	(void)size;
	ENT_BUG("a network that was not created");
}

struct pollfd *net_wait_for(struct net *net, unsigned *count, cycles_t *most)
{
	(void)net;
	(void)count;
	(void)most;
	ENT_BUG("a network that was not created");
}

void net_poll(struct net *net)
{
	(void)net;
	ENT_BUG("a network that was not created");
}
