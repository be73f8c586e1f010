/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timing class of an access of a system register: rows of timing_class.def.
 */
#include "sysregs/sysregs.h"

enum { ANY = 0xff };

static const struct class_row {
	u8 op0, op1, crn, from, to, op2;
	u8 class[2]; /* by enum direction */
} rows[] = {
#define SYSREG_CLASS(op0, op1, crn, from, to, op2, read, write, which)                             \
	{ op0, op1, crn, from, to, op2, { CLASS_##read, CLASS_##write } },
#include "sysregs/timing_class.def"
#undef SYSREG_CLASS
};

static bool fits(const struct class_row *row, u32 encoding)
{
	u32 op0 = encoding >> 14 & 3, op1 = encoding >> 11 & 7, crn = encoding >> 7 & 15;
	u32 crm = encoding >> 3 & 15, op2 = encoding & 7;

	return (row->op0 == ANY || row->op0 == op0) && (row->op1 == ANY || row->op1 == op1) &&
	       (row->crn == ANY || row->crn == crn) && row->from <= crm && crm <= row->to &&
	       (row->op2 == ANY || row->op2 == op2);
}

enum timing_class sysreg_timing_class(u32 encoding, enum direction direction)
{
	const struct class_row *row = rows;

	while (!fits(row, encoding)) /* the last one fits all */
		row++;
	return (enum timing_class)row->class[direction];
}
