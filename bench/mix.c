/* SPDX-License-Identifier: Apache-2.0 */
#include "mix.h"

u64 run(void)
{
	u64 seed;
	u32 crc = 0;

	mix_start(&seed);
	for (int round = 0; round < 36000; round++)
		crc = mix_round(crc, round, &seed);
	return RESULT(crc);
}
