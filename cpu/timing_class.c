/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a decoded instruction to its timing class: the row's, then what timing_class.def makes of
 * it, or the register that it accesses.
 */
#include "cpu/timing_class.h"

#include "sysregs/sysregs.h"

static const struct variant {
	u8 class, letter, least, most, becomes;
} variants[] = {
#define VARIANT(class, letter, least, most, becomes)                                               \
	{ CLASS_##class, #letter[0] - 'a', least, most, CLASS_##becomes },
#include "cpu/timing_class.def"
#undef VARIANT
};

/* What the instruction's words leave out of the name that it has: op0, or its upper bit. */
enum { NAME_OF_REGISTER = 2 << 14, NAME_OF_OPERATION = 1 << 14 };

enum timing_class timing_class_of(const struct decoded *d)
{
	/* what is of no row is UNDEFINED, and costs what its exception does */
	enum timing_class class = d->row != NULL ? (enum timing_class)d->row->timing : CLASS_NOP;

	for (size_t i = 0; i < COUNT(variants); i++) {
		const struct variant *v = &variants[i];

		if (v->class == class && d->f[v->letter] >= v->least && d->f[v->letter] <= v->most)
			class = (enum timing_class)v->becomes;
	}
	switch (class) { /* letter r is the register */
	case CLASS_MRS: return sysreg_timing_class(NAME_OF_REGISTER | d->f['r' - 'a'], DIR_READ);
	case CLASS_MSR: return sysreg_timing_class(NAME_OF_REGISTER | d->f['r' - 'a'], DIR_WRITE);
	case CLASS_SYSTEM:
		return sysreg_timing_class(NAME_OF_OPERATION | d->f['r' - 'a'], DIR_WRITE);
	default: return class;
	}
}
