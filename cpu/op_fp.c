/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scalar floating point, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd.h"
