/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What --net says: user[,hostfwd=PROTOCOL:[ADDRESS]:PORT-[ADDRESS]:PORT]...
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

/* [ADDRESS]:PORT; without an address it stays as it is. */
static bool parse_end(const char *text, u32 *ip, u16 *port)
{
	const char *colon = strrchr(text, ':');
	char host[INET_ADDRSTRLEN];
	struct in_addr in;
	unsigned value = 0;
	size_t length;

	if (colon == NULL)
		return false;
	length = (size_t)(colon - text);
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	if (length > 0) {
		if (inet_pton(AF_INET, host, &in) != 1)
			return false;
		*ip = ntohl(in.s_addr);
	}
	for (text = colon + 1; *text >= '0' && *text <= '9' && value <= 65535; text++)
		value = value * 10 + (unsigned)(*text - '0');
	*port = (u16)value;
	return *text == '\0' && value >= 1 && value <= 65535;
}

static bool parse_forward(struct machine_forward *forward, char *text)
{
	char *colon = strchr(text, ':'), *dash = strchr(text, '-');

	*forward = (struct machine_forward){ .host_address = INADDR_LOOPBACK };
	if (colon == NULL || dash == NULL || dash < colon)
		return false;
	*colon = *dash = '\0';
	forward->is_udp = strcmp(text, "udp") == 0;
	return (forward->is_udp || strcmp(text, "tcp") == 0) &&
	       parse_end(colon + 1, &forward->host_address, &forward->host_port) &&
	       parse_end(dash + 1, &forward->guest_address, &forward->guest_port);
}

struct status run_net_parse(struct machine_net *net, char *text)
{
	char *word = strtok(text, ",");

	if (word == NULL || strcmp(word, "user") != 0)
		return status_error(STATUS_USAGE, "--net '%.40s': there is only 'user'", text);
	net->is_on = true;
	while ((word = strtok(NULL, ",")) != NULL) {
		char copy[80];

		snprintf(copy, sizeof(copy), "%s", word);
		if (net->forwards == MACHINE_FORWARDS)
			return status_error(STATUS_USAGE,
				"--net: at most %d ports can be forwarded", MACHINE_FORWARDS);
		if (strncmp(word, "hostfwd=", 8) != 0 ||
			!parse_forward(&net->forward[net->forwards++], word + 8))
			return status_error(STATUS_USAGE,
				"--net '%.60s': not hostfwd=tcp:[ADDRESS]:PORT-[ADDRESS]:PORT, or "
				"udp",
				copy);
	}
	return status_ok();
}
