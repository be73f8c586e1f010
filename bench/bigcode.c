/* SPDX-License-Identifier: Apache-2.0 */
/* A large code footprint: some 450 KB of functions, each called in turn. */
#include "bench.h"

/* 64 different functions from one body, in 16 files' worth of noinline copies. */
#define BODY(n)                                                                                    \
	static __attribute__((noinline)) u64 f##n(u64 x)                                           \
	{                                                                                          \
		for (int i = 0; i < 2; i++) {                                                      \
			x = (x ^ 0x##n##5a5) * 0x9e37 + 0x##n;                                     \
			x ^= x >> 7;                                                               \
			x = (x << 3) - (x >> 61) + (x & 0x##n##f);                                 \
			if (x & 0x10)                                                              \
				x += 0x##n##1234;                                                  \
			x ^= x << 11;                                                              \
			x = x * 0x##n##1 + (x >> 5);                                               \
			if ((x >> 9) & 1)                                                          \
				x ^= 0x##n##77;                                                    \
			x = (x >> 13) ^ (x * 5) ^ (x << 17);                                       \
		}                                                                                  \
		return x;                                                                          \
	}
#define TEN(n)                                                                                     \
	BODY(n##0)                                                                                 \
	BODY(n##1) BODY(n##2) BODY(n##3) BODY(n##4) BODY(n##5) BODY(n##6) BODY(n##7) BODY(n##8)    \
		BODY(n##9)
#define HUNDRED(n)                                                                                 \
	TEN(n##0)                                                                                  \
	TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)
#define CALL(n) x = f##n(x);
#define CTEN(n)                                                                                    \
	CALL(n##0)                                                                                 \
	CALL(n##1) CALL(n##2) CALL(n##3) CALL(n##4) CALL(n##5) CALL(n##6) CALL(n##7) CALL(n##8)    \
		CALL(n##9)
#define CHUNDRED(n)                                                                                \
	CTEN(n##0)                                                                                 \
	CTEN(n##1) CTEN(n##2) CTEN(n##3) CTEN(n##4) CTEN(n##5) CTEN(n##6) CTEN(n##7) CTEN(n##8)    \
		CTEN(n##9)
#define ALL(M)                                                                                     \
	M(1)                                                                                       \
	M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(a) M(b) M(c) M(d) M(e) M(f) M(11) M(12) M(13)    \
		M(14) M(15)
ALL(HUNDRED)

u64 run(void)
{
	u64 x = 1;

	for (int round = 0; round < 2000; round++) {
		ALL(CHUNDRED)
	}
	return RESULT(x);
}
