/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which timing class an instruction has. Rows of a64.def name the class of their narrowest form;
 * timing_class.def says what a field of the word makes of it. Private to cpu/ and its tests.
 */
#ifndef ENT_CPU_TIMING_CLASS_H
#define ENT_CPU_TIMING_CLASS_H

#include "cpu/decode.h"

/* d is what decode() filled in. */
enum timing_class timing_class_of(const struct decoded *d);

#endif
