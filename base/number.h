/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as users write them: decimal, or hexadecimal behind 0x. No sign, no blank before them,
 * at most 64 bits.
 */
#ifndef ENT_BASE_NUMBER_H
#define ENT_BASE_NUMBER_H

#include "base/types.h"

/* The number at *text, which is moved behind it. false: there is none, and nothing has changed. */
bool number_take(const char **text, u64 *value);

/* The same; also with K, M or G (of 1024, small letters too) behind it. */
bool number_take_size(const char **text, u64 *value);

/* All of the text is one. */
bool number_parse(const char *text, u64 *value);

#endif
