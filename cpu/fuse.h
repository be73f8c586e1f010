/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fused neighbours: two or three adjacent instructions done by one handler of the TAIL engine. The
 * later records stay what they are, so a jump to them works, and the fused handler reads its
 * operands from them. Private to cpu/.
 */
#ifndef ENT_CPU_FUSE_H
#define ENT_CPU_FUSE_H

#include "cpu/decode.h"
#include "cpu/engine.h"

enum { MAX_FUSED = 3 };

/*
 * The TAIL handler for the first 2..count handlers of `ops`, the longest row that fits; NULL: none.
 * count: 1..MAX_FUSED.
 */
handler_fn *tail_fuse(const enum op_id *ops, unsigned count);
handler_fn *timed_fuse(const enum op_id *ops, unsigned count);

#endif
