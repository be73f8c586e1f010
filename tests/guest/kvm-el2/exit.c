/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synchronous exceptions of L2: its calls, and what HCR_EL2 and CPTR_EL2 trap.
 */
#include "gic.h"
#include "hypervisor.h"
#include "print.h"
#include "stage2.h"

enum {
	EC_WFX = 0x01,
	EC_FP = 0x07,
	EC_HVC = 0x16,
	EC_SMC = 0x17,
	EC_SYSREG = 0x18,
	EC_FETCH_ABORT = 0x20,
	EC_DATA_ABORT = 0x24,
};

/* ISS of trapped MSR, MRS and SYS, without Rt. */
#define ISS(op0, op1, crn, crm, op2, is_read)                                                      \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1 | (is_read))
#define ISS_RT (31 << 5)

enum {
	READ_MMFR2 = ISS(3, 0, 0, 7, 2, 1),
	WRITE_SCTLR = ISS(3, 0, 1, 0, 0, 0),
	WRITE_TTBR0 = ISS(3, 0, 2, 0, 0, 0),
	WRITE_TCR = ISS(3, 0, 2, 0, 2, 0),
	WRITE_MAIR = ISS(3, 0, 10, 2, 0, 0),
	WRITE_CONTEXTIDR = ISS(3, 0, 13, 0, 1, 0),
	DC_ISW = ISS(1, 0, 7, 6, 2, 0),
};

/* PAR_EL1.{F, FST, S} */
#define PAR_FAULT	     0x27f
#define STAGE2_FAULT(status) (BIT(9) | (status) << 1 | 1)

static volatile u64 *memory_of_l2(u64 ipa)
{
	return (volatile u64 *)(ipa - L2_BASE + L2_MEMORY);
}

static void expect_translations(u64 va, u64 ipa)
{
	u64 i = (ipa - L2_LAZY) >> 12, page = ~0xffful & 0xffffffffffff;

	expect("AT S1E1R", TRANSLATE(s1e1r, va) & (page | 1), ipa & page);
	expect("AT S1E1W", TRANSLATE(s1e1w, va) & (page | 1), ipa & page);
	expect("AT S12E1R", TRANSLATE(s12e1r, va) & (page | 1), stage2_address(i));
	expect("AT S12E1W", TRANSLATE(s12e1w, va) & PAR_FAULT, STAGE2_FAULT(0x0f));
	va = L2_ALIAS + (CODE_PAGE << 12);
	expect("AT S12E1R without a page", TRANSLATE(s12e1r, va) & PAR_FAULT, STAGE2_FAULT(0x07));
	expect("AT S1E1R without a VA", TRANSLATE(s1e1r, L2_NOWHERE) & PAR_FAULT, 5 << 1 | 1);
	expect("AT S1E0R", TRANSLATE(s1e0r, va) & PAR_FAULT, 0x0e << 1 | 1);
	asm volatile("at s1e2r, %0\n\tisb" : : "r"(&l2) : "memory");
	expect("AT S1E2R", READ(par_el1) & (page | 1), (u64)&l2 & page);
}

static void expect_time(u64 count)
{
	u64 now = READ(cntpct_el0) - L2_COUNT_OFFSET;

	expect("whether L2's count is in the past", count <= now, 1);
	expect("whether it is by less than a second", now - count < READ(cntfrq_el0), 1);
}

static void handle_call(u64 number)
{
	switch (number) {
	case CALL_COUNT:
		expect("argument of a round trip", l2.x[0],
			counts[COUNT_ROUND_TRIPS]++ % ROUND_TRIPS);
		l2.x[0] = round_trip_result(l2.x[0]);
		return;
	case CALL_FAILED: expect((const char *)memory_of_l2(l2.x[0]), l2.x[1], l2.x[2]); return;
	case CALL_AT: expect_translations(l2.x[0], l2.x[1]); return;
	case CALL_TIME: expect_time(l2.x[0]); return;
	case CALL_INTERRUPT: gic_inject(VIRTUAL_INTERRUPT); return;
	case CALL_TICK: timer_start(20000, memory_of_l2(l2.x[0])); return;
	case CALL_DONE:
		expect("calls that L2 counted", l2.x[0], counts[COUNT_ROUND_TRIPS]);
		l2.is_done = 1;
		return;
	}
	use_hcr_of_l2();
	if (number == CALL_UNMAP)
		stage2_unmap_all(l2.x[0]);
	else if (number == CALL_REMAP)
		stage2_move_first_page();
	else if (number == CALL_OTHER)
		stage2_use_other(l2.x[0]);
	else
		l2.is_done = !expect("call", number, 0);
	use_own_hcr();
}

static void handle_sysreg(void)
{
	u64 iss = l2.esr & 0x1ffffff, rt = iss >> 5 & 31, value = rt == 31 ? 0 : l2.x[rt];
	enum count count = COUNT_TRAPPED_VM;

	l2.pc += 4;
	switch (iss & ~(u64)ISS_RT) {
	case READ_MMFR2:
		count = COUNT_TRAPPED_ID;
		l2.x[rt] = TRAPPED_ID_VALUE;
		break;
	case DC_ISW: count = COUNT_TRAPPED_SW; break;
	case WRITE_SCTLR: WRITE_OF_L2(sctlr, value); break;
	case WRITE_TTBR0: WRITE_OF_L2(ttbr0, value); break;
	case WRITE_TCR: WRITE_OF_L2(tcr, value); break;
	case WRITE_MAIR: WRITE_OF_L2(mair, value); break;
	case WRITE_CONTEXTIDR: WRITE_OF_L2(contextidr, value); break;
	default: expect("ISS of the trapped instruction", iss, READ_MMFR2); l2.is_done = 1;
	}
	counts[count]++;
}

static void handle_smc(void)
{
	counts[COUNT_TRAPPED_SMC]++;
	expect("immediate of SMC", l2.esr & 0xffff, 5);
	l2.x[0] = TRAPPED_SMC_VALUE;
	l2.pc += 4;
}

static void handle_fp(void)
{
	counts[COUNT_TRAPPED_FP]++;
	if (is_e2h)
		WRITE(cptr_el2, 3 << 20);
	else
		WRITE(cptr_el2, 0x32ff);
}

void handle_exit(void)
{
	u64 ec = l2.esr >> 26 & 0x3f;

	expect("IL", l2.esr & BIT(25), BIT(25));
	switch (ec) {
	case EC_HVC: handle_call(l2.esr & 0xffff); break;
	case EC_SYSREG: handle_sysreg(); break;
	case EC_SMC: handle_smc(); break;
	case EC_FP: handle_fp(); break;
	case EC_FETCH_ABORT: handle_abort(1); break;
	case EC_DATA_ABORT: handle_abort(0); break;
	case EC_WFX:
		asm volatile("wfi");
		l2.pc += 4;
		break;
	default:
		expect("EC", ec, EC_HVC);
		expect("ESR_EL2", l2.esr, 0);
		expect("its ELR_EL2", l2.pc, 0);
		l2.is_done = 1;
	}
}
