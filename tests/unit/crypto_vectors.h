/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test vectors as hexadecimal text, messages padded as all hash functions of FIPS 180-4 want it,
 * and arithmetic in GF(2^8): what tests of crypto/ share.
 */
#ifndef ENT_TESTS_CRYPTO_VECTORS_H
#define ENT_TESTS_CRYPTO_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"

static inline void assert_hex(const char *why, const void *bytes, size_t size, const char *hex)
{
	char text[257];

	assert_true(2 * size < sizeof(text));
	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", ((const u8 *)bytes)[i]);
	if (strcmp(text, hex) != 0)
		fail_msg("%s: got %s, not %s", why, text, hex);
}

static inline void from_hex(void *bytes, size_t size, const char *hex)
{
	for (size_t i = 0; i < size; i++) {
		unsigned value;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
		((u8 *)bytes)[i] = (u8)value;
	}
}

static inline u8x16 vector_of_hex(const char *hex)
{
	u8x16 value;

	from_hex(&value, 16, hex);
	return value;
}

/* Words of a big-endian message. */
static inline u32x4 reverse_words(u32x4 v)
{
	for (unsigned i = 0; i < 4; i++)
		v[i] = __builtin_bswap32(v[i]);
	return v;
}

static inline u64x2 reverse_doublewords(u64x2 v)
{
	return (u64x2){ __builtin_bswap64(v[0]), __builtin_bswap64(v[1]) };
}

/* The message with a 1, zeros and its length in bits; returns the number of blocks. */
static inline unsigned pad(const char *message, size_t block, u8 *out)
{
	size_t length = strlen(message), length_size = block / 8;
	size_t total = (length + 1 + length_size + block - 1) / block * block;

	memset(out, 0, total);
	memcpy(out, message, length);
	out[length] = 0x80;
	out[total - 2] = (u8)(length >> 5);
	out[total - 1] = (u8)(length << 3);
	return (unsigned)(total / block);
}

/* In GF(2^8) modulo a polynomial of degree 8. */
static inline u8 field_multiply(u8 a, u8 b, unsigned polynomial)
{
	unsigned result = 0, power = a;

	for (unsigned i = 0; i < 8; i++) {
		if (b >> i & 1)
			result ^= power;
		power <<= 1;
		if (power & 0x100)
			power ^= polynomial;
	}
	return (u8)result;
}

/* The inverse, and 0 for 0. */
static inline u8 field_invert(u8 a, unsigned polynomial)
{
	for (unsigned b = 1; b < 256; b++) {
		if (field_multiply(a, (u8)b, polynomial) == 1)
			return (u8)b;
	}
	return 0;
}

/* Bit i of the result is the parity of the bits of x that row, rotated left by i, selects. */
static inline u8 affine(u8 x, u8 row, u8 constant)
{
	u8 result = constant;

	for (unsigned i = 0; i < 8; i++) {
		u8 selected = (u8)(row << i | row >> (8 - i)) & x;

		result ^= (u8)((unsigned)__builtin_parity(selected) << i);
	}
	return result;
}

#endif
