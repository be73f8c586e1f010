/* SPDX-License-Identifier: Apache-2.0 */
/* What the compiler calls to clear and copy structures; by words, as there are many of them. */
#include "base/types.h"

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int byte, size_t size)
{
	char *p = to;

	if (((u64)p | size) % 8 == 0) {
		u64 word = (u64)(u8)byte * 0x0101010101010101ull;

		for (size_t i = 0; i < size; i += 8)
			*(volatile u64 *)(p + i) = word;
		return to;
	}
	for (size_t i = 0; i < size; i++)
		((volatile char *)p)[i] = (char)byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	if (((u64)to | (u64)from | size) % 8 == 0) {
		for (size_t i = 0; i < size; i += 8)
			*(volatile u64 *)((char *)to + i) = *(const u64 *)((const char *)from + i);
		return to;
	}
	for (size_t i = 0; i < size; i++)
		((volatile char *)to)[i] = ((const char *)from)[i];
	return to;
}
