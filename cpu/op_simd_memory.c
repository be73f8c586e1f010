/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores of SIMD and floating-point registers, DDI 0487 C7.2. Compiled once per engine.
 */
#include "cpu/simd.h"
