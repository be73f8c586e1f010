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

/* Without FEAT_AFP and FEAT_EBF16, and with RAZ/WI trap enables, these are all that matter. */
enum {
	FPCR_FZ16 = 1 << 19,
	FPCR_RMODE = 3 << 22,
	FPCR_FZ = 1 << 24,
	FPCR_DN = 1 << 25,
	FPCR_AHP = 1 << 26,
};

enum {
	FPSR_IOC = 1 << 0, /* invalid operation */
	FPSR_DZC = 1 << 1, /* division by zero */
	FPSR_OFC = 1 << 2, /* overflow */
	FPSR_UFC = 1 << 3, /* underflow: tiny before rounding and inexact, or flushed */
	FPSR_IXC = 1 << 4, /* inexact */
	FPSR_IDC = 1 << 7, /* a denormal input was flushed */
	FPSR_QC = 1 << 27, /* integer saturation; nothing here sets it */
};

#endif
