/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ComputePAC() by QARMA5, DDI 0487 J1.1: QARMA-64 with five rounds and the S-box sigma 2, IACR
 * ToSC 2017, Avanzi. The state is a matrix of 4 x 4 cells of four bits, row by row; cell 0 is the
 * most significant.
 */
#include "crypto/crypto.h"

enum { ROUNDS = 5 };

static const u64 alpha = 0xc0ac29b7c97c50dd;
/* From the digits of pi, as alpha. */
static const u64 round_constants[ROUNDS] = { 0, 0x13198a2e03707344, 0xa4093822299f31d0,
	0x082efa98ec4e6c89, 0x452821e638d01377 };

/* Cell i comes from cell source[i]. */
static const u8 shuffle_source[16] = { 0, 11, 6, 13, 10, 1, 12, 7, 5, 14, 3, 8, 15, 4, 9, 2 };
static const u8 unshuffle_source[16] = { 0, 5, 15, 10, 13, 8, 2, 7, 11, 14, 4, 1, 6, 3, 9, 12 };
static const u8 tweak_source[16] = { 6, 5, 14, 15, 0, 1, 2, 3, 7, 12, 13, 4, 8, 9, 10, 11 };
static const u8 untweak_source[16] = { 4, 5, 6, 7, 11, 1, 0, 8, 12, 13, 14, 15, 9, 10, 2, 3 };

static const u8 sigma[16] = { 11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10 };
static const u8 inverse_sigma[16] = { 5, 14, 13, 8, 10, 11, 1, 9, 2, 6, 15, 0, 4, 12, 7, 3 };

#define EVERY_CELL (~(u64)0 / 15) /* times a value of four bits: it in every cell */

static inline u64 permute(u64 state, const u8 *source)
{
	u64 result = 0;

	for (unsigned i = 0; i < 16; i++)
		result = result << 4 | (state >> (60 - 4 * source[i]) & 15);
	return result;
}

static inline u64 substitute(u64 state, const u8 *sbox)
{
	u64 result = 0;

	for (unsigned shift = 0; shift < 64; shift += 4)
		result |= (u64)sbox[state >> shift & 15] << shift;
	return result;
}

static inline u64 rotate_left(u64 x, unsigned n)
{
	return ror64(x, 64 - n);
}

/* Every cell rotated left. */
static inline u64 rotate_cells(u64 state, unsigned n)
{
	u64 low = EVERY_CELL * (15u >> n);

	return (state & low) << n | (state & ~low) >> (4 - n);
}

/* PACMult(): the columns times the circulant matrix of 0, rho, rho^2, rho: its own inverse. */
static inline u64 multiply(u64 state)
{
	u64 neighbours = rotate_left(state, 16) ^ rotate_left(state, 48);

	return rotate_cells(neighbours, 1) ^ rotate_cells(rotate_left(state, 32), 2);
}

/* The cells of the tweak that its LFSR changes: 0, 1, 3, 4, 8, 11, 13. */
static const u64 lfsr_cells = 0xff0ff000f00f0f00;

/* b3 b2 b1 b0 becomes (b0 + b1) b3 b2 b1. */
static inline u64 tweak_forward(u64 tweak)
{
	u64 old = permute(tweak, tweak_source);
	u64 moved = old >> 1 & EVERY_CELL * 7;
	u64 new = moved | ((old ^ old >> 1) & EVERY_CELL) << 3;

	return (old & ~lfsr_cells) | (new &lfsr_cells);
}

static inline u64 tweak_backward(u64 tweak)
{
	u64 moved = tweak << 1 & EVERY_CELL * 14;
	u64 new = moved | ((tweak >> 3 ^ tweak) & EVERY_CELL);

	return permute((tweak & ~lfsr_cells) | (new &lfsr_cells), untweak_source);
}

u64 crypto_pac_qarma5(u64 data, u64 modifier, u64 key_high, u64 key_low)
{
	/* o(w): the orthomorphism of the whitening key. */
	u64 whitening = ror64(key_high, 1) ^ key_high >> 63;
	u64 tweak = modifier, state = data ^ key_high;

	for (unsigned i = 0; i < ROUNDS; i++) {
		state ^= key_low ^ tweak ^ round_constants[i];
		if (i > 0)
			state = multiply(permute(state, shuffle_source));
		state = substitute(state, sigma);
		tweak = tweak_forward(tweak);
	}

	/* The reflector, between a round with one whitening key and one with the other. */
	state = multiply(permute(state ^ whitening ^ tweak, shuffle_source));
	state = substitute(state, sigma);
	state = multiply(permute(state, shuffle_source)) ^ key_low;
	state = substitute(permute(state, unshuffle_source), inverse_sigma);
	state = permute(multiply(state), unshuffle_source) ^ key_high ^ tweak;

	for (unsigned i = ROUNDS; i-- > 0;) {
		state = substitute(state, inverse_sigma);
		if (i > 0)
			state = permute(multiply(state), unshuffle_source);
		tweak = tweak_backward(tweak);
		state ^= key_low ^ tweak ^ round_constants[i] ^ alpha;
	}
	return state ^ whitening;
}
