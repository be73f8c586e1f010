/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks pairs up in pairs.def.
 */
#include "cpu/fuse.h"

handler_fn *fuse(const struct decoded *first, const struct decoded *second)
{
	(void)first;
	(void)second;
	return NULL;
}
