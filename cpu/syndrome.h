/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instruction's part of a data abort's syndrome. Private to cpu/.
 */
#ifndef ENT_CPU_SYNDROME_H
#define ENT_CPU_SYNDROME_H

#include "base/types.h"

/*
 * ISV, SAS, SSE, SRT, SF and AR of ESR_ELx.ISS for a load or store word, when the architecture
 * gives a valid syndrome: one general-purpose register, no write-back, not exclusive, not an
 * atomic; else 0. DDI 0487 ESR_ELx, ISS encoding for a Data Abort.
 */
u32 ldst_isv(u32 insn);

#endif
