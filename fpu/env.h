/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What floating point keeps between instructions: FPCR and FPSR. Data only, part of struct cpu.
 */
#ifndef ENT_FPU_ENV_H
#define ENT_FPU_ENV_H

#include "base/types.h"

/* Values as MRS reads them. Written by MSR (sysregs/) and, fpsr only, by operations of fpu/. */
struct fpu {
	u32 fpcr;
	u32 fpsr;
};

#endif
