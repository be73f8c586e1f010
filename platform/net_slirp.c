/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network by libslirp. Its clock is simulated time.
 */
#include "platform/net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <slirp/libslirp.h>

enum { CYCLES_PER_MS = MACHINE_HZ / 1000 };

struct net {
	Slirp *slirp;
	struct net_ops ops;
	struct pollfd fd[LIVE_FDS];
	unsigned fd_count;
};

/* 10.0.2.host, in the network's byte order */
static struct in_addr address(unsigned host)
{
	return (struct in_addr){ htonl(0x0a000200u | host) };
}

/* ---- What slirp asks ---- */

static ssize_t send_packet(const void *frame, size_t size, void *opaque)
{
	struct net *net = opaque;

	net->ops.receive(net->ops.opaque, frame, size);
	return (ssize_t)size;
}

static int64_t clock_get_ns(void *opaque)
{
	const struct net *net = opaque;

	_Static_assert(MACHINE_HZ == 1000000000, "a cycle is a nanosecond");
	return (int64_t)net->ops.now(net->ops.opaque);
}

/* A guest may send nonsense: it gets no answer. */
static void guest_error(const char *text, void *opaque)
{
	(void)text;
	(void)opaque;
}

/* Its only timer is for IPv6, which is off. */
static void *timer_new(SlirpTimerCb call, void *call_opaque, void *opaque)
{
	(void)call;
	(void)call_opaque;
	(void)opaque;
	ENT_BUG("libslirp wants a timer");
}

static void timer_free(void *timer, void *opaque)
{
	(void)timer;
	(void)opaque;
}

static void timer_mod(void *timer, int64_t ms, void *opaque)
{
	(void)timer;
	(void)ms;
	(void)opaque;
}

/* All descriptors are asked for before each wait, and all is done after it. */
static void poll_fd_changed(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

static void notify(void *opaque)
{
	(void)opaque;
}

static const SlirpCb callbacks = { .send_packet = send_packet,
	.guest_error = guest_error,
	.clock_get_ns = clock_get_ns,
	.timer_new = timer_new,
	.timer_free = timer_free,
	.timer_mod = timer_mod,
	.register_poll_fd = poll_fd_changed,
	.unregister_poll_fd = poll_fd_changed,
	.notify = notify };

/* ---- Waiting ---- */

static const struct {
	int slirp;
	short host;
} poll_bits[] = {
	{ SLIRP_POLL_IN, POLLIN },
	{ SLIRP_POLL_OUT, POLLOUT },
	{ SLIRP_POLL_PRI, POLLPRI },
	{ SLIRP_POLL_ERR, POLLERR },
	{ SLIRP_POLL_HUP, POLLHUP },
};

/* -1: one too many; it is served in a later round */
static int add_poll(int fd, int events, void *opaque)
{
	struct net *net = opaque;
	struct pollfd *added = &net->fd[net->fd_count];

	if (net->fd_count == LIVE_FDS)
		return -1;
	*added = (struct pollfd){ .fd = fd };
	for (size_t i = 0; i < COUNT(poll_bits); i++) {
		if (events & poll_bits[i].slirp)
			added->events = (short)(added->events | poll_bits[i].host);
	}
	return (int)net->fd_count++;
}

static int get_revents(int index, void *opaque)
{
	const struct net *net = opaque;
	int events = 0;

	for (size_t i = 0; i < COUNT(poll_bits) && index >= 0; i++) {
		if (net->fd[index].revents & poll_bits[i].host)
			events |= poll_bits[i].slirp;
	}
	return events;
}

struct pollfd *net_wait_for(struct net *net, unsigned *count, cycles_t *most)
{
	cycles_t most_ms = *most / CYCLES_PER_MS;
	uint32_t before = most_ms < UINT32_MAX ? (uint32_t)most_ms : UINT32_MAX, after = before;

	net->fd_count = 0;
	slirp_pollfds_fill(net->slirp, &after, add_poll, net);
	if (after < before)
		*most = (cycles_t)after * CYCLES_PER_MS;
	*count = net->fd_count;
	return net->fd;
}

void net_poll(struct net *net)
{
	slirp_pollfds_poll(net->slirp, 0, get_revents, net);
}

void net_send(struct net *net, const u8 *frame, size_t size)
{
	slirp_input(net->slirp, frame, (int)size);
}

/* ---- The stack ---- */

static struct status forward(struct net *net, const struct machine_forward *f)
{
	struct in_addr guest =
		f->guest_address != 0 ? (struct in_addr){ htonl(f->guest_address) } : address(15);

	if (slirp_add_hostfwd(net->slirp, f->is_udp, (struct in_addr){ htonl(f->host_address) },
		    f->host_port, guest, f->guest_port) == 0)
		return status_ok();
	return status_error(STATUS_HOST, "--net: port %u of the host: %s", f->host_port,
		errno != 0 ? strerror(errno) : "cannot be forwarded");
}

struct net *net_create(
	const struct machine_net *config, const struct net_ops *ops, struct status *status)
{
	struct net *net = calloc(1, sizeof(*net));
	SlirpConfig slirp = { .version = 1,
		.in_enabled = true,
		.vnetwork = address(0),
		.vnetmask = { htonl(0xffffff00u) },
		.vhost = address(2),
		.vdhcp_start = address(15),
		.vnameserver = address(3) };

	*status = status_ok();
	if (net != NULL) {
		net->ops = *ops;
		net->slirp = slirp_new(&slirp, &callbacks, net);
	}
	if (net == NULL || net->slirp == NULL) {
		*status = status_error(STATUS_HOST, "--net: the host has no memory");
		free(net);
		return NULL;
	}
	for (unsigned i = 0; i < config->forwards && status->code == STATUS_OK; i++)
		*status = forward(net, &config->forward[i]);
	if (status->code == STATUS_OK)
		return net;
	net_destroy(net);
	return NULL;
}

void net_destroy(struct net *net)
{
	if (net == NULL)
		return;
	slirp_cleanup(net->slirp);
	free(net);
}
