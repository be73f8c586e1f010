/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_fp.def.
 */
#include "cpu/formats_simd.h"
