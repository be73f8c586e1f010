/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random values that are hard for somebody: edges of integers and of floating-point formats.
 * Knows formats, and no instruction.
 */
#include "diff.h"

#include <string.h>

#include "sysregs/sysregs.h"

/* ---- Integers ---- */

static u64 hard_general(struct rng *rng)
{
	u64 value = rng_next(rng);

	switch (rng_below(rng, 8)) {
	case 0: return rng_below(rng, 4);
	case 1: return ~rng_below(rng, 4);
	case 2: return 0x7fffffffffffffffull + rng_below(rng, 3);
	case 3: return 0x7fffffffull + rng_below(rng, 3);
	case 4: return (u64)(s64)(s32)value;
	case 5: return 1ull << (value & 63);
	case 6: return (u32)value;
	default: return value;
	}
}

/* An element of `size` bits: where it saturates, narrowed too, and shift counts. */
static u64 hard_integer(struct rng *rng, unsigned size)
{
	u64 value = rng_next(rng), near = rng_below(rng, 3) - 1;

	switch (rng_below(rng, 8)) {
	case 0: return near;				/* -1, 0, 1 */
	case 1: return (1ull << (size - 1)) + near;	/* largest, smallest */
	case 2: return (1ull << (size / 2 - 1)) + near; /* the same of half the size */
	case 3: return 0 - (1ull << (size / 2 - 1)) + near;
	case 4: return (1ull << (size / 2)) + near;
	case 5: return rng_below(rng, 2 * size + 3) - size - 1; /* shifts, both directions */
	case 6: return 1ull << value % size;
	default: return value;
	}
}

/* ---- Floating point ---- */

struct format {
	unsigned fraction, exponent; /* bits */
};
static const struct format half = { 10, 5 }, brain = { 7, 8 }, single = { 23, 8 },
			   dual = { 52, 11 };

static u64 make(struct format f, s64 exponent, u64 fraction)
{
	u64 limit = (1ull << f.exponent) - 1;
	u64 biased = exponent < 0 ? 0 : (u64)exponent > limit ? limit : (u64)exponent;

	return biased << f.fraction | (fraction & ((1ull << f.fraction) - 1));
}

/* A fraction: few bits, a rounding edge at `keep` bits from the top, or anything. */
static u64 hard_fraction(struct rng *rng, struct format f, unsigned keep)
{
	u64 value = rng_next(rng), all = (1ull << f.fraction) - 1;
	unsigned below = keep < f.fraction ? f.fraction - keep : 0;
	u64 tie = below > 0 ? 1ull << (below - 1) : 0;

	switch (rng_below(rng, 6)) {
	case 0: return 0;
	case 1: return all - rng_below(rng, 2);
	case 2: return 1ull << value % f.fraction;
	case 3: return (value << below) + tie; /* half way */
	case 4: return (value << below) + tie + rng_below(rng, 3) - 1;
	default: return value;
	}
}

/* Where the other formats, and integers, of the same kind of machine end. */
static s64 edge_exponent(struct rng *rng)
{
	static const s16 edges[] = { 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, -14, -24, -126, -149,
		-1022, 0, -1, 1 };

	return edges[rng_below(rng, COUNT(edges))] + (s64)rng_below(rng, 3) - 1;
}

static u64 hard_float(struct rng *rng, struct format f)
{
	s64 bias = (1 << (f.exponent - 1)) - 1, last = 2 * bias;
	u64 value = rng_next(rng), quiet = 1ull << (f.fraction - 1);
	u64 sign = (value >> 63) << (f.fraction + f.exponent);
	unsigned keep =
		f.fraction == dual.fraction && rng_below(rng, 2) ? single.fraction : half.fraction;
	s64 exponent;

	switch (rng_below(rng, 16)) {
	case 0: return sign;
	case 1: return sign | make(f, last + 1, 0);
	case 2: return sign | make(f, last + 1, quiet | (value & rng_next(rng)));
	case 3: return sign | make(f, last + 1, (value & (quiet - 1)) | 1);
	case 4: return sign | make(f, 0, 1 + rng_below(rng, 3)); /* the smallest subnormals */
	case 5: return sign | make(f, 0, hard_fraction(rng, f, keep));
	case 6: return sign | make(f, 1, rng_below(rng, 3)); /* the smallest normals */
	case 7: return sign | make(f, last, ~rng_below(rng, 3));
	case 8: return sign | make(f, bias - 1 + (s64)rng_below(rng, 3), rng_below(rng, 2) * quiet);
	case 9: /* an integer and a half */
		exponent = (s64)rng_below(rng, f.fraction + 1);
		return sign | make(f, bias + exponent, hard_fraction(rng, f, (unsigned)exponent));
	case 10:
	case 11:
		exponent = edge_exponent(rng);
		return sign | make(f, bias + exponent,
				      hard_fraction(rng, f,
					      exponent > 0 && rng_below(rng, 2) ? (unsigned)exponent
										: keep));
	case 12:
	case 13:
	case 14: /* within reach of each other */
		exponent = (s64)rng_below(rng, f.fraction + 4) - (s64)f.fraction / 2;
		return sign | make(f, bias + exponent, hard_fraction(rng, f, keep));
	default: return value;
	}
}

/* ---- Registers ---- */

static u64 hard_element(struct rng *rng, unsigned size)
{
	if (size == 8 || rng_below(rng, 3) == 0)
		return hard_integer(rng, size);
	switch (size) {
	case 16: return hard_float(rng, rng_below(rng, 4) ? half : brain);
	case 32: return hard_float(rng, single);
	default: return hard_float(rng, dual);
	}
}

static void set_element(union vreg *v, unsigned size, unsigned index, u64 value)
{
	memcpy(&v->b[index * size / 8], &value, size / 8);
}

static u64 get_element(const union vreg *v, unsigned size, unsigned index)
{
	u64 value = 0;

	memcpy(&value, &v->b[index * size / 8], size / 8);
	return value;
}

static void hard_vector(struct rng *rng, unsigned size, union vreg *v)
{
	bool is_uniform = rng_below(rng, 8) == 0;
	u64 value = hard_element(rng, size);

	for (unsigned i = 0; i < 128 / size; i++)
		set_element(v, size, i, is_uniform ? value : hard_element(rng, size));
}

/* Nearly the same or nearly the opposite: what cancels, and what compares almost equal. */
static void neighbour_vector(struct rng *rng, unsigned size, const union vreg *of, union vreg *v)
{
	u64 sign = rng_below(rng, 2) << (size - 1);

	for (unsigned i = 0; i < 128 / size; i++)
		set_element(v, size, i, (get_element(of, size, i) + rng_below(rng, 3) - 1) ^ sign);
}

/* The default half of the time, else any mode of what the profile has. */
static u64 random_fpcr(struct rng *rng, const u64 *features)
{
	u64 fpcr = rng_next(rng) & (FPCR_AHP | FPCR_DN | FPCR_FZ | FPCR_RMODE | FPCR_FZ16);

	if (!(features[FEAT_FP16 / 64] >> (FEAT_FP16 % 64) & 1))
		fpcr &= ~(u64)FPCR_FZ16;
	switch (rng_below(rng, 4)) {
	case 0: return fpcr;
	case 1: return fpcr & FPCR_RMODE;
	default: return 0;
	}
}

/* Paths that are fast once inexactness is recorded need it half of the time. */
static u64 random_fpsr(struct rng *rng)
{
	u64 flags = FPSR_IOC | FPSR_DZC | FPSR_OFC | FPSR_UFC | FPSR_IXC | FPSR_IDC | FPSR_QC;

	switch (rng_below(rng, 4)) {
	case 0: return 0;
	case 1: return FPSR_IXC;
	default: return rng_next(rng) & flags;
	}
}

void diff_random_state(struct rng *rng, const u64 *features, struct diff_state *state)
{
	unsigned usual = 8u << rng_below(rng, 4); /* most of a case's elements are of one size */

	for (unsigned i = 0; i < 31; i++)
		state->x[i] = hard_general(rng);
	state->sp = hard_general(rng) & ~15ull;
	state->nzcv = rng_below(rng, 16) << 28;
	state->fpcr = random_fpcr(rng, features);
	state->fpsr = random_fpsr(rng);
	for (unsigned i = 0; i < 32; i++) {
		unsigned size = rng_below(rng, 3) ? usual : 8u << rng_below(rng, 4);

		if (i > 0 && rng_below(rng, 6) == 0)
			neighbour_vector(rng, size, &state->v[rng_below(rng, i)], &state->v[i]);
		else
			hard_vector(rng, size, &state->v[i]);
	}
}
