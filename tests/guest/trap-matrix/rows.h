/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of sysreg.def as the image sees them, and the code stubs that execute them. */
#ifndef TRAP_MATRIX_ROWS_H
#define TRAP_MATRIX_ROWS_H

#include "base/bits.h"
#include "sysregs/ids.h"

enum { OP0_SHIFT = 14, OP1_SHIFT = 11, CRN_SHIFT = 7, CRM_SHIFT = 3 };

struct row {
	u16 encoding;			    /* op0<15:14> op1<13:11> CRn<10:7> CRm<6:3> op2<2:0> */
	u16 vncr, e2h_is, alias_of, nv2_is; /* as in sysregs/table.h; 0: none */
	bool is_operation, is_vncr;
};

extern const struct row rows[SYSREG_COUNT];

/* Two stubs a row, two words each: read, write; each goes on at x28. */
u64 stub_of_row(unsigned id, bool is_write);
/* Of instructions.def. WFE has another WFE before it, which takes the event that ERET leaves. */
u64 stub_of_instruction(unsigned index);
/* Stores w1 at x0. */
u64 stub_of_mmio(void);

/* Rows with op0 = 0 are registers without a name of their own: no cell. */
static inline bool has_encoding(unsigned id)
{
	return rows[id].encoding >> OP0_SHIFT != 0;
}

#endif
