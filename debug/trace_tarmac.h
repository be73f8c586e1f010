/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which registers an instruction writes. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_TARMAC_H
#define ENT_DEBUG_TRACE_TARMAC_H

#include "base/base.h"

struct tarmac_writes {
	u32 x; /* bits: X0 to X30, and bit 31 for the stack pointer in use */
	u32 v; /* bits */
	bool flags;
	u8 first, second; /* registers that a load fills, in order */
	bool is_simd;	  /* and they are SIMD registers */
};

struct tarmac_writes tarmac_writes(u32 insn);

/* A conditional branch that is not taken: by PSTATE and registers before it. */
struct cpu;
bool tarmac_is_skipped(const struct cpu *cpu, u32 insn);

#endif
