/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory types and shareability as PAR_EL1 shows them, in MAIR's encoding: DDI 0487 D8.5. Pure
 * functions; `hcr` is vHCR_EL2, whose FWB and CD decide how stage 2 is read.
 */
#ifndef HYP_MEMATTR_H
#define HYP_MEMATTR_H

#include "core/types.h"

enum { ATTR_DEVICE_nGnRnE = 0x00, ATTR_NON_CACHEABLE = 0x44, ATTR_WRITE_BACK = 0xff };

/* What MAIR says of the index, with SCTLR.C. */
u64 memattr_of_mair(u64 mair, u64 index, bool is_cacheable);

/* Device and Non-cacheable memory is Outer Shareable, whatever the descriptor says. */
u64 memattr_shareability(u64 attr, u64 sh);

/* MemAttr<3:0> of a stage 2 leaf. */
bool memattr_s2_is_device(u64 hcr, u64 memattr);

/* Both stages, AT-3: the stronger type, the more shareable domain. */
u64 memattr_combine(u64 hcr, u64 s1_attr, u64 s2_memattr);
u64 memattr_combine_shareability(u64 combined_attr, u64 s1_sh, u64 s2_sh);

#endif
