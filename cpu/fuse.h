/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fused pairs: two adjacent instructions done by one handler of the TAIL engine. The second
 * record stays as it is, so a jump to it works, and a fused handler reads its operands from there.
 * Private to cpu/.
 */
#ifndef ENT_CPU_FUSE_H
#define ENT_CPU_FUSE_H

#include "cpu/decode.h"
#include "cpu/engine.h"

/* The TAIL handler for the pair, or NULL. */
handler_fn *fuse(const struct decoded *first, const struct decoded *second);

#endif
