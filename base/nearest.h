/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names near to a wrong one, for messages: offer each candidate, then ask for the text, which is ""
 * or "; is it A, B or C?".
 */
#ifndef ENT_BASE_NEAREST_H
#define ENT_BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *wanted;
	struct {
		const char *name;
		unsigned distance;
	} best[3];
	unsigned count;
};
void nearest_offer(struct nearest *nearest, const char *candidate);
void nearest_say(const struct nearest *nearest, char *text, size_t size);

#endif
