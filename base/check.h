/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own bugs: abort with what was violated, in release builds too. Never for guest or user input.
 */
#ifndef ENT_BASE_CHECK_H
#define ENT_BASE_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define ENT_BUG(...)                                                                               \
	do {                                                                                       \
		fprintf(stderr, "entresol: bug at %s:%d: ", __FILE__, __LINE__);                   \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fputc('\n', stderr);                                                               \
		abort();                                                                           \
	} while (0)

#define ENT_BUG_ON(condition)                                                                      \
	do {                                                                                       \
		if (__builtin_expect(!!(condition), 0))                                            \
			ENT_BUG("%s", #condition);                                                 \
	} while (0)

#endif
