/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing: the time to start and to end. */
#include "bench.h"

u64 run(void)
{
	return 0;
}
