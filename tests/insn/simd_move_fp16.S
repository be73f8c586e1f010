/* SPDX-License-Identifier: Apache-2.0 */
/* FMOV (vector, immediate) of halves, FEAT_FP16. */
/* march: armv8.2-a+fp16 */
#include "insn.inc"

	BEGIN
	fmov	v0.8h, #1.0
	EXPECT_V(v0, 0x3c003c003c003c00, 0x3c003c003c003c00)
	fmov	v0.4h, #-0.125
	EXPECT_V(v0, 0xb000b000b000b000, 0)
	fmov	v0.8h, #-31.0
	EXPECT_V(v0, 0xcfc0cfc0cfc0cfc0, 0xcfc0cfc0cfc0cfc0)
	END
