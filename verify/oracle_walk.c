/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/oracle_walk.h"

enum { TRANSLATION = 0x04, ADDRESS_SIZE = 0x00, ACCESS_FLAG = 0x08, EXTERNAL_ON_WALK = 0x14 };
enum { LAST_LEVEL = 3, MOST_CONCATENATED = 4 };

/* VTCR_EL2 in numbers. */
struct form {
	unsigned granule, stride; /* log2: bytes of a page, descriptors of a table */
	unsigned input, output;	  /* bits */
	unsigned start;		  /* level */
	u64 base;
};

static unsigned bits_of_ps(u64 ps)
{
	static const u8 table[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };

	return table[ps & 7];
}

/* Address bits below those that a level resolves. */
static unsigned shift_of(const struct form *form, unsigned level)
{
	return form->granule + form->stride * (LAST_LEVEL - level);
}

/* false: a translation fault at level 0. */
static bool decode(const struct oracle_tables *tables, struct form *form)
{
	u64 vtcr = tables->vtcr, tg = bits(vtcr, 15, 14), sl0 = bits(vtcr, 7, 6);
	unsigned low;

	form->granule = tg == 0 ? 12 : tg == 2 ? 14 : 16;
	form->stride = form->granule - 3;
	form->input = 64 - (unsigned)bits(vtcr, 5, 0);
	form->output = (unsigned)smaller(bits_of_ps(bits(vtcr, 18, 16)), tables->pa_bits);
	if (form->input < 25 || form->input > smaller(48, tables->pa_bits))
		return false;
	if (sl0 == 3 || (sl0 == 2 && tables->pa_bits < (form->granule == 14 ? 42u : 44u)))
		return false;
	form->start = (form->granule == 12 ? 2u : 3u) - (unsigned)sl0;
	low = shift_of(form, form->start);
	if (form->input <= low || form->input > low + form->stride + MOST_CONCATENATED)
		return false;
	form->base = tables->vttbr & MASK(47, form->input - low + 3);
	return true;
}

static bool may_be_block(const struct form *form, unsigned level)
{
	return form->granule == 12 ? level == 1 || level == 2 : level == 2;
}

static bool is_beyond(const struct form *form, u64 address)
{
	return form->output < 48 && address >> form->output != 0;
}

static u64 in_order(const struct oracle_tables *tables, u64 descriptor)
{
	return tables->is_big_endian ? __builtin_bswap64(descriptor) : descriptor;
}

/* XN<54:53>; without FEAT_XNX <53> is ignored. */
static unsigned rights_of(const struct oracle_tables *tables, u64 descriptor)
{
	unsigned rights = (unsigned)bits(descriptor, 7, 6); /* S2AP: read, write */
	u64 xn = bits(descriptor, 54, 53) & (tables->has_xnx ? 3 : 2);

	if (xn == 0 || xn == 1)
		rights |= ORACLE_EXECUTE_EL0;
	if (xn == 0 || xn == 3)
		rights |= ORACLE_EXECUTE_EL1;
	return rights;
}

/* How many entries in a row the hint covers, log2. */
static unsigned contiguous_shift(const struct form *form, unsigned level)
{
	if (form->granule == 12)
		return 4;
	if (form->granule == 14)
		return level == 3 ? 7 : 5;
	return 5;
}

enum step { TABLE, LEAF, FAULT };

static enum step look(const struct oracle_tables *tables, const struct form *form, u64 descriptor,
	unsigned level, u64 ipa, struct oracle_leaf *leaf)
{
	u64 in_page = BIT(shift_of(form, level)) - 1;

	*leaf = (struct oracle_leaf){ .is_fault = true, .fault = TRANSLATION | level };
	leaf->level = level;
	leaf->size = in_page + 1;
	leaf->input = ipa & ~in_page;
	if ((descriptor & 1) == 0)
		return FAULT;
	if (level < LAST_LEVEL && (descriptor & 2) != 0) {
		leaf->fault = ADDRESS_SIZE | level;
		return is_beyond(form, descriptor & MASK(47, form->granule)) ? FAULT : TABLE;
	}
	if (level == LAST_LEVEL ? (descriptor & 2) == 0 : !may_be_block(form, level))
		return FAULT;
	leaf->output = (descriptor & MASK(47, 0) & ~in_page) | (ipa & in_page);
	if (is_beyond(form, leaf->output)) {
		leaf->fault = ADDRESS_SIZE | level;
		return FAULT;
	}
	leaf->is_fault = false;
	leaf->fault = 0;
	leaf->rights = rights_of(tables, descriptor);
	leaf->attributes = (u8)bits(descriptor, 5, 2);
	leaf->has_access = bits(descriptor, 10, 10) != 0;
	if (bits(descriptor, 52, 52) != 0)
		leaf->size <<= contiguous_shift(form, level);
	return LEAF;
}

static struct oracle_leaf fault(unsigned what)
{
	return (struct oracle_leaf){ .is_fault = true, .fault = what, .level = what & 3 };
}

struct oracle_leaf oracle_walk(const struct oracle_tables *tables, u64 ipa)
{
	struct oracle_leaf leaf;
	struct form form;
	unsigned top;
	u64 table;

	if (!decode(tables, &form) || ipa >> form.input != 0)
		return fault(TRANSLATION);
	if (is_beyond(&form, form.base))
		return fault(ADDRESS_SIZE);
	table = form.base;
	top = form.input;
	for (unsigned level = form.start;; level++) {
		unsigned low = shift_of(&form, level);
		u64 descriptor;

		if (!tables->read(tables->opaque, table + (bits(ipa, top - 1, low) << 3),
			    &descriptor, sizeof(descriptor)))
			return fault(EXTERNAL_ON_WALK | level);
		descriptor = in_order(tables, descriptor);
		switch (look(tables, &form, descriptor, level, ipa, &leaf)) {
		case FAULT: return leaf;
		case LEAF:
			if (!leaf.has_access && !tables->has_access_flag_updates)
				return fault(ACCESS_FLAG | level);
			return leaf;
		case TABLE: break;
		}
		table = descriptor & MASK(47, form.granule);
		top = low;
	}
}

/* ---- All of them ---- */

struct all {
	const struct oracle_tables *tables;
	struct form form;
	u64 start, last;
	bool (*tell)(void *opaque, const struct oracle_leaf *leaf);
	void *opaque;
};

/* The part of a table from entry `first`, which translates from `ipa` on. */
static bool each_entry(struct all *all, u64 table, unsigned level, u64 ipa, u64 entries)
{
	unsigned low = shift_of(&all->form, level);
	u64 part[64];

	for (u64 i = 0; i < entries; i++, ipa += BIT(low)) {
		struct oracle_leaf leaf;
		u64 descriptor;
		enum step step;

		if (ipa > all->last)
			return true;
		if (i % 64 == 0 &&
			!all->tables->read(all->tables->opaque, table + 8 * i, part, sizeof(part)))
			return true;
		if (ipa + (BIT(low) - 1) < all->start)
			continue;
		descriptor = in_order(all->tables, part[i % 64]);
		step = look(all->tables, &all->form, descriptor, level, ipa, &leaf);
		if (step == LEAF) {
			leaf.size = BIT(low);
			if (!all->tell(all->opaque, &leaf))
				return false;
		} else if (step == TABLE &&
			   !each_entry(all, descriptor & MASK(47, all->form.granule), level + 1,
				   ipa, BIT(all->form.stride))) {
			return false;
		}
	}
	return true;
}

void oracle_leaves(const struct oracle_tables *tables, u64 start, u64 size,
	bool (*tell)(void *opaque, const struct oracle_leaf *leaf), void *opaque)
{
	struct all all = { .tables = tables,
		.start = start,
		.last = start + (size - 1) < start ? ~0ull : start + (size - 1),
		.tell = tell,
		.opaque = opaque };

	if (size == 0 || !decode(tables, &all.form))
		return;
	each_entry(&all, all.form.base, all.form.start, 0,
		BIT(all.form.input - shift_of(&all.form, all.form.start)));
}
