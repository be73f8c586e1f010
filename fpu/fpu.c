/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FPUnpack(), FPRound() and what is made of them.
 */
#include "fpu/fpu.h"
