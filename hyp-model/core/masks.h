/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of sysregs/fields.def as masks in place under one name each, HCR_EL2_TGE: how the
 * simulator's own tables (traps.def, gated.def, ones.def) spell them. For the files that read those
 * tables; others write F(HCR_EL2, TGE).
 */
#ifndef HYP_MASKS_H
#define HYP_MASKS_H

#include "core/types.h"

enum {
#define FIELD(reg, field, high, low) reg##_##field = MASK(high, low),
#include "sysregs/fields.def"
#undef FIELD
	FPCR_FZ16 = FPCRx_FZ16,
};

#endif
