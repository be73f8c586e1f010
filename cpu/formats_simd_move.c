/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_move.def.
 */
#include "cpu/formats_simd.h"
