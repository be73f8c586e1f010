/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C library's string functions (NEON in most of them): all alignments, many lengths, buffers
 * that end where the next page is not mapped. Each result is checked by a plain loop.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, SIZE = 4 * PAGE };

static unsigned char *area; /* SIZE bytes; neither the page before nor the one after can be read */
static unsigned char copy[SIZE];
static unsigned long checks, hash = 14695981039346656037ul;

static void add(unsigned long value)
{
	hash = (hash ^ value) * 1099511628211ul;
	checks++;
}

static void expect(int good, const char *what, size_t offset, size_t length)
{
	if (!good) {
		printf("%s at %zu, length %zu: wrong\n", what, offset, length);
		exit(1);
	}
	add(length);
}

static void fill(unsigned seed)
{
	for (size_t i = 0; i < SIZE; i++) {
		seed = seed * 1103515245 + 12345;
		area[i] = (unsigned char)(1 + (seed >> 16) % 255);
	}
}

/* Different but in [from, from + length), where area is what value(i) says. */
static int same_elsewhere(size_t from, size_t length)
{
	return memcmp(area, copy, from) == 0 &&
	       memcmp(area + from + length, copy + from + length, SIZE - from - length) == 0;
}

static void moves(size_t to, size_t from, size_t length)
{
	int good = 1;

	memcpy(copy, area, SIZE);
	memmove(area + to, area + from, length);
	for (size_t i = 0; i < length; i++)
		good &= area[to + i] == copy[from + i];
	expect(good && same_elsewhere(to, length), "memmove", to, length);
	memcpy(copy, area, SIZE);
	memset(area + to, (int)length, length);
	for (size_t i = 0; i < length; i++)
		good &= area[to + i] == (unsigned char)length;
	expect(good && same_elsewhere(to, length), "memset", to, length);
	memset(area + to, 0, length); /* DC ZVA */
	for (size_t i = 0; i < length; i++)
		good &= area[to + i] == 0;
	expect(good && same_elsewhere(to, length), "memset 0", to, length);
	memcpy(area, copy, SIZE);
	if (to + length <= from || from + length <= to) {
		memcpy(area + to, copy + from, length);
		expect(memcmp(area + to, copy + from, length) == 0, "memcpy", to, length);
		memcpy(area, copy, SIZE);
	}
}

/* A string of that length that ends at area + end. */
static void searches(size_t end, size_t length)
{
	char *s = (char *)area + end - length - 1, last;

	area[end - 1] = '\0';
	for (size_t i = 0; i < length; i++)
		s[i] = (char)('a' + (i * 7 + length) % 23);
	expect(strlen(s) == length, "strlen", end, length);
	expect(strnlen(s, length) == length && strnlen(s, length / 2) == length / 2, "strnlen", end,
		length);
	expect(rawmemchr(s, 0) == s + length, "rawmemchr", end, length);
	expect(strchr(s, 'z') == NULL && strchrnul(s, 'z') == s + length, "strchr", end, length);
	expect(memchr(s, 'z', length + 1) == NULL, "memchr", end, length);
	if (length == 0)
		return;
	last = s[length - 1];
	s[length - 1] = 'z';
	expect(strchr(s, 'z') == s + length - 1, "strchr", end, length);
	expect(memchr(s, 'z', length) == s + length - 1, "memchr", end, length);
	s[length - 1] = last;
	last = s[0];
	s[0] = 'y';
	expect(strrchr(s, 'y') == s && memrchr(s, 'y', length) == s, "strrchr", end, length);
	expect(strspn(s, "abcdefghijklmnopqrstuvwxyz") == length, "strspn", end, length);
	s[0] = last;
}

static void comparisons(size_t at, size_t length, size_t other)
{
	char *a = (char *)area + SIZE - length - 1 - at, *b = (char *)copy + other;

	for (size_t i = 0; i < length; i++)
		a[i] = (char)(128 + i % 100);
	a[length] = '\0';
	strcpy(b, a);
	expect(stpcpy(b, a) == b + length, "stpcpy", at, length);
	expect(strcmp(a, b) == 0 && memcmp(a, b, length + 1) == 0, "strcmp", at, length);
	expect(strncmp(a, b, length + 9) == 0, "strncmp", at, length);
	if (length == 0)
		return;
	b[length - 1] = (char)(b[length - 1] + 1);
	expect(strcmp(a, b) < 0 && strcmp(b, a) > 0, "strcmp", at, length);
	expect(memcmp(a, b, length) < 0 && memcmp(b, a, length) > 0, "memcmp", at, length);
	expect(strncmp(a, b, length) < 0 && strncmp(a, b, length - 1) == 0, "strncmp", at, length);
	b[length / 2] = '\0';
	expect(strcmp(a, b) > 0 || length == 0, "strcmp", at, length);
	expect(strncpy(b, a, length + 20) == b && b[length + 19] == 0, "strncpy", at, length);
	expect(strcasecmp(a, b) == 0 && strcoll(a, b) == 0, "strcasecmp", at, length);
}

int main(void)
{
	static const size_t lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 31, 32, 33,
		47, 63, 64, 65, 80, 95, 96, 97, 127, 128, 129, 160, 200, 255, 256, 257, 320, 511,
		512, 1000, 2047, 4000 };
	const size_t count = sizeof(lengths) / sizeof(*lengths);
	unsigned char *map =
		mmap(NULL, SIZE + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	area = map + PAGE;
	if (map == MAP_FAILED || mprotect(area, SIZE, PROT_READ | PROT_WRITE) != 0)
		return 2;
	fill(1);
	for (size_t l = 0; l < count; l++) {
		for (size_t align = 0; align < 16; align += l < 20 ? 1 : 7) {
			moves(SIZE - lengths[l] - align, align * 3, lengths[l]);
			moves(PAGE + align, PAGE + 7, lengths[l]);
			moves(0, align, lengths[l]);
		}
		printf("moves %zu: %lx\n", lengths[l], hash);
	}
	for (size_t l = 0; l < count; l++) {
		for (size_t align = 0; align < 33; align += l < 20 ? 1 : 3) {
			searches(SIZE - align, lengths[l]);
			comparisons(align, lengths[l], (align * 5) % 16);
		}
		printf("searches %zu: %lx\n", lengths[l], hash);
	}
	printf("%lu checks\n", checks);
	return 0;
}
