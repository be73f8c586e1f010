/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smaller and the larger of two numbers.
 */
#ifndef ENT_BASE_ORDER_H
#define ENT_BASE_ORDER_H

#include "base/types.h"

static inline u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 larger(u64 a, u64 b)
{
	return a > b ? a : b;
}

#endif
