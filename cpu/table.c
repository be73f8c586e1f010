/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handlers of one engine by op id. Compiled once per engine.
 */
#include "cpu/code.h"

#define OP_WX(name) OP_ONE(name##_w) OP_ONE(name##_x)
#define OP_CC(name)                                                                                \
	OP_ONE(name##_eq)                                                                          \
	OP_ONE(name##_ne)                                                                          \
	OP_ONE(name##_hs)                                                                          \
	OP_ONE(name##_lo)                                                                          \
	OP_ONE(name##_mi)                                                                          \
	OP_ONE(name##_pl)                                                                          \
	OP_ONE(name##_vs)                                                                          \
	OP_ONE(name##_vc)                                                                          \
	OP_ONE(name##_hi)                                                                          \
	OP_ONE(name##_ls)                                                                          \
	OP_ONE(name##_ge)                                                                          \
	OP_ONE(name##_lt)                                                                          \
	OP_ONE(name##_gt)                                                                          \
	OP_ONE(name##_le)
#define OP_LDST(name)                                                                              \
	OP_ONE(name##_imm)                                                                         \
	OP_ONE(name##_imm_sp)                                                                      \
	OP_ONE(name##_pre)                                                                         \
	OP_ONE(name##_pre_sp)                                                                      \
	OP_ONE(name##_post)                                                                        \
	OP_ONE(name##_post_sp)
#define OP_REGOFF(name)                                                                            \
	OP_ONE(name##_reg)                                                                         \
	OP_ONE(name##_reg_uxtw)                                                                    \
	OP_ONE(name##_reg_sxtw)                                                                    \
	OP_ONE(name##_reg_sp)
#define OP_SIZES(name)                                                                             \
	OP_ONE(name)                                                                               \
	OP_ONE(name##_b)                                                                           \
	OP_ONE(name##_h)                                                                           \
	OP_ONE(name##_w)                                                                           \
	OP_ONE(name##_x)
#define OP_BHSD(name) OP_BHS(name) OP_ONE(name##_d)
#define OP_BHS(name)  OP_ONE(name##_b) OP_HS(name)
#define OP_HSD(name)  OP_HS(name) OP_ONE(name##_d)
#define OP_HS(name)   OP_ONE(name##_h) OP_ONE(name##_s)
#define OP_SD(name)   OP_ONE(name##_s) OP_ONE(name##_d)

#define OP_ONE(name) handler_fn ENGINE(op_##name);
#include "cpu/ops.def"
#undef OP_ONE

const struct handler_table ENGINE(handlers) = {
	.op = {
#define OP_ONE(name) [OP_##name] = ENGINE(op_##name),
#include "cpu/ops.def"
#undef OP_ONE
	},
};
