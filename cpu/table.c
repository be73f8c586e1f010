/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handlers of one engine by op id. Compiled once per engine.
 */
#include "cpu/code.h"

#define OP_ONE(name) handler_fn ENGINE(op_##name);
#define OP_WX(name)  handler_fn ENGINE(op_##name##_w), ENGINE(op_##name##_x);
#include "cpu/ops.def"
#undef OP_ONE
#undef OP_WX

const struct handler_table ENGINE(handlers) = {
	.op = {
#define OP_ONE(name) [OP_##name] = ENGINE(op_##name),
#define OP_WX(name)                                                                                \
	[OP_##name##_w] = ENGINE(op_##name##_w), [OP_##name##_x] = ENGINE(op_##name##_x),
#include "cpu/ops.def"
#undef OP_ONE
#undef OP_WX
	},
};
