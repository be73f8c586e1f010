/* SPDX-License-Identifier: Apache-2.0 */
/* A large code footprint: some 450 KB of functions, each called in turn. */
#include "bench.h"

/* 2600 different functions from one body. */
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
/* clang-format off */
#define TEN(M, n) M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9)
#define BODIES(n) BODY(n##0) BODY(n##1) BODY(n##2) BODY(n##3) BODY(n##4) BODY(n##5) BODY(n##6) BODY(n##7) BODY(n##8) BODY(n##9)
#define HUNDRED(n) TEN(BODIES, n)
#define CALL(n) x = f##n(x);
#define CALLS(n) CALL(n##0) CALL(n##1) CALL(n##2) CALL(n##3) CALL(n##4) CALL(n##5) CALL(n##6) CALL(n##7) CALL(n##8) CALL(n##9)
#define HUNDRED_CALLS(n) TEN(CALLS, n)
#define ALL(M) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(a) M(b) M(c) M(d) M(e) M(f) M(11) M(12) M(13) M(14) M(15) M(16) M(17) M(18) M(19) M(1a) M(1b)
/* clang-format on */
ALL(HUNDRED)

u64 run(void)
{
	u64 x = 1;

	for (int round = 0; round < 1500; round++) {
		ALL(HUNDRED_CALLS)
	}
	return RESULT(x);
}
