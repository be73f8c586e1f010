/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a PE takes an exception to EL1 or EL2, AArch64.TakeException() of DDI 0487 J1: a pure
 * function, written apart from exceptions/, for hypervisors that do it by hand.
 */
#ifndef ENT_VERIFY_ORACLE_EXCEPTION_H
#define ENT_VERIFY_ORACLE_EXCEPTION_H

#include "base/base.h"

struct exception_in {
	u64 pc; /* the preferred return address */
	u64 pstate;
	u8 target;	 /* 1 or 2 */
	u8 kind;	 /* 0 to 3: synchronous, IRQ, FIQ, SError */
	u64 vbar, sctlr; /* of the target */
	bool is_in_host; /* HCR_EL2.{E2H,TGE} = {1,1} */
	bool has_pan, has_ssbs, has_dit;
};

struct exception_out {
	u64 pc, pstate, elr, spsr;
};

struct exception_out oracle_exception(const struct exception_in *in);

#endif
