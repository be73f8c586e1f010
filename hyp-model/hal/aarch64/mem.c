/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions that a freestanding compiler may call on its own. Used by the hypervisor and by the
 * guests.
 */
#include <stddef.h>

void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int value, size_t size)
{
	unsigned char *byte = to;

	while (size-- != 0)
		*byte++ = (unsigned char)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	while (size-- != 0)
		*t++ = *f++;
	return to;
}
