/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data processing that only computes a value: a handler for every do_NAME() of data.h. Compiled
 * once per engine.
 */
#include "cpu/data.h"

#define OP_ONE(name)                                                                               \
	OP(name)                                                                                   \
	{                                                                                          \
		do_##name(cpu, u);                                                                 \
		NEXT();                                                                            \
	}
#define OP_WX(name) OP_ONE(name##_w) OP_ONE(name##_x)
#include "cpu/ops_data.def"
