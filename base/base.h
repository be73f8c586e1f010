/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything of base/: types, bits, order, host errors, bug checks, seeded random numbers.
 */
#ifndef ENT_BASE_H
#define ENT_BASE_H

#include "base/bits.h"
#include "base/check.h"
#include "base/order.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/types.h"

#endif
