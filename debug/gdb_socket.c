/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets of the host for gdb.c.
 */
#define _GNU_SOURCE /* accept4() */
#include "debug/gdb_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct gdb_socket {
	int listener, peer; /* peer -1: nobody is connected */
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)]; /* "": TCP */
	char name[160];
};

/* ---- Listening ---- */

static struct status refused(const char *text)
{
	return status_error(STATUS_HOST, "--gdb %.100s: %s", text, strerror(errno));
}

static bool is_socket(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 && S_ISSOCK(about.st_mode);
}

/* A socket that a process left behind when it died. */
static void remove_stale(const struct sockaddr_un *address)
{
	int fd;

	if (!is_socket(address->sun_path))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
		errno == ECONNREFUSED)
		unlink(address->sun_path);
	close(fd);
}

static struct status listen_unix(struct gdb_socket *s, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int bound;

	if (strlen(path) >= sizeof(address.sun_path))
		return status_error(STATUS_USAGE,
			"--gdb: a socket's path may have at most %zu characters",
			sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	remove_stale(&address);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0)
		return refused(path);
	mask = umask(0077); /* who may connect controls the machine */
	bound = bind(s->listener, (const struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (bound != 0 && errno == EADDRINUSE && !is_socket(path))
		return status_error(
			STATUS_HOST, "--gdb %.100s: there is something that is no socket", path);
	if (bound != 0)
		return refused(path);
	strcpy(s->path, path);
	snprintf(s->name, sizeof(s->name), "%s", path);
	return listen(s->listener, 1) == 0 ? status_ok() : refused(path);
}

static struct status bind_tcp(struct gdb_socket *s, const struct addrinfo *info, const char *text)
{
	static const int on = 1;

	s->listener = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0)
		return refused(text);
	setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s->listener, info->ai_addr, info->ai_addrlen) != 0 || listen(s->listener, 1) != 0)
		return refused(text);
	return status_ok();
}

/* The port that it became, if 0 was asked for. */
static unsigned port_of(const struct gdb_socket *s)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	socklen_t size = sizeof(address);

	if (getsockname(s->listener, &address.any, &size) != 0)
		return 0;
	return ntohs(
		address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits != 0 && digits <= 5 && text[digits] == '\0' && atoi(text) <= 65535;
}

static struct status listen_tcp(struct gdb_socket *s, const char *text)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *info = NULL;
	const char *port = strrchr(text, ':') + 1;
	char host[100] = "";
	size_t length = (size_t)(port - 1 - text);
	struct status status;
	int error;

	if (!is_port(port) || length >= sizeof(host))
		return status_error(
			STATUS_USAGE, "--gdb '%.60s': not a path, :PORT or HOST:PORT", text);
	if (length >= 2 && text[0] == '[' && text[length - 1] == ']')
		memcpy(host, text + 1, length - 2);
	else
		memcpy(host, text, length);
	error = getaddrinfo(length != 0 ? host : "127.0.0.1", port, &hints, &info);
	if (error != 0)
		return status_error(STATUS_USAGE, "--gdb '%.60s': %s", text, gai_strerror(error));
	status = bind_tcp(s, info, text);
	freeaddrinfo(info);
	if (status.code == STATUS_OK)
		snprintf(s->name, sizeof(s->name), "%.*s:%u", length != 0 ? (int)length : 9,
			length != 0 ? text : "localhost", port_of(s));
	return status;
}

struct gdb_socket *gdb_socket_listen(const char *text, struct status *status)
{
	struct gdb_socket *s = calloc(1, sizeof(*s));
	bool is_path = strchr(text, '/') != NULL || strchr(text, ':') == NULL;

	if (s == NULL) {
		*status = status_error(STATUS_HOST, "the host has no memory");
		return NULL;
	}
	s->listener = s->peer = -1;
	if (text[0] == '\0')
		*status =
			status_error(STATUS_USAGE, "--gdb: a path, :PORT or HOST:PORT is missing");
	else
		*status = is_path ? listen_unix(s, text) : listen_tcp(s, text);
	if (status->code == STATUS_OK)
		return s;
	gdb_socket_close(s);
	return NULL;
}

void gdb_socket_close(struct gdb_socket *s)
{
	if (s == NULL)
		return;
	if (s->peer >= 0)
		close(s->peer);
	if (s->listener >= 0)
		close(s->listener);
	if (s->path[0] != '\0')
		unlink(s->path);
	free(s);
}

const char *gdb_socket_name(const struct gdb_socket *s)
{
	return s->name;
}

int gdb_socket_peer(const struct gdb_socket *s)
{
	return s->peer;
}

/* ---- Being connected ---- */

static bool socket_connect(void *opaque)
{
	static const int on = 1;
	struct gdb_socket *s = opaque;

	do
		s->peer = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	while (s->peer < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (s->peer < 0)
		return false;
	setsockopt(s->peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* in vain on AF_UNIX */
	return true;
}

static void socket_disconnect(void *opaque)
{
	struct gdb_socket *s = opaque;

	if (s->peer >= 0)
		close(s->peer);
	s->peer = -1;
}

static int socket_read(void *opaque, void *data, size_t size, bool waits)
{
	struct gdb_socket *s = opaque;
	ssize_t got;

	do
		got = recv(s->peer, data, size, waits ? 0 : MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	return got > 0 ? (int)got : -1;
}

static bool socket_write(void *opaque, const void *data, size_t size)
{
	struct gdb_socket *s = opaque;
	const char *at = data;

	while (size != 0) {
		ssize_t sent = send(s->peer, at, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

struct gdb_transport gdb_socket_transport(struct gdb_socket *s)
{
	return (struct gdb_transport){ .connect = socket_connect,
		.disconnect = socket_disconnect,
		.read = socket_read,
		.write = socket_write,
		.opaque = s };
}
