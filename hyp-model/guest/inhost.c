/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest hypervisor that is a VHE host with a program of its own, HYPERVISOR-SPEC E.3.3: TGE is
 * set, EL0 makes calls and what it may not do, TGE is cleared, a guest calls. With {E2H,TGE} =
 * {1,1} all that EL0 does is the business of virtual EL2 (NV-2, NV-3). No MMU is on.
 */
#include "guest/hostile.h"

enum { FIRST_LINE = INHOST_LINES };

#define EL0t	    0x3c0ul
#define NZCV	    (15ul << 28)
#define ESR(ec)	    ((u64)(ec) << 26 | 1ul << 25)
#define SVC(number) (ESR(0x15) | (number))
#define HVC(number) (ESR(0x16) | (number))
#define UCT	    (1ul << 15) /* SCTLR_EL2, with {E2H,TGE} = {1,1}: EL0 may read CTR_EL0 */
#define FPEN(value) ((value##ul) << 20)

/* ISS of MRS X0, CTR_EL0, and of an instruction of Advanced SIMD. */
#define ISS_CTR (3ul << 20 | 1ul << 17 | 3ul << 14 | 1ul)
#define ISS_FP	(1ul << 24 | 0xeul << 20)

/* What is entered, and afterwards what it was when it came back; inhost.S knows the offsets. */
struct trip {
	u64 x[31], pc, pstate;
	u64 esr, far, level, sp;
} __attribute__((aligned(16)));

void inhost_go(struct trip *trip);
extern char inhost_vectors[], inhost_calls[], inhost_thread[], inhost_system[], inhost_cache[],
	inhost_device[], inhost_load[], inhost_fp[];

/* EL0, or the guest: now, and as it should be when it comes back. */
static struct context {
	struct trip now, right;
} user, guest;

/* All registers and the condition flags have values of their own. */
static void prepare(struct context *context, const char *pc, u64 mode)
{
	struct trip *now = &context->now;

	for (unsigned i = 0; i < COUNT(now->x); i++)
		now->x[i] = random();
	now->pc = (u64)pc;
	now->pstate = mode | (random() & NZCV);
	now->esr = now->far = now->level = 0;
	context->right = *now;
}

static bool are_registers_right(const struct context *context)
{
	for (unsigned i = 0; i < COUNT(context->now.x); i++)
		if (context->now.x[i] != context->right.x[i])
			return false;
	return true;
}

/* It has done so many instructions, the exception has that syndrome. */
static void expect_back(const struct context *context, u64 instructions, u64 esr, u64 line)
{
	const struct trip *now = &context->now, *right = &context->right;

	expect(now->level == 2 << 2, line);
	expect(now->esr == esr, line);
	expect(now->pc == right->pc + 4 * instructions, line);
	expect(now->pstate == right->pstate, line);
	expect(are_registers_right(context), line);
}
#define EXPECT_BACK(context, instructions, esr)                                                    \
	expect_back(context, instructions, esr, FIRST_LINE + __LINE__)

/* ---- What the program at EL0 does ---- */

static void calls(void)
{
	static const u64 numbers[] = { 0, 0x1234, 0xffff };

	prepare(&user, inhost_calls, EL0t);
	for (unsigned i = 0; i < COUNT(numbers); i++) {
		inhost_go(&user.now);
		EXPECT_BACK(&user, i + 1, SVC(numbers[i]));
	}
}

static void thread_register(void)
{
	prepare(&user, inhost_thread, EL0t);
	inhost_go(&user.now);
	user.right.x[1] = user.right.x[0];
	EXPECT_BACK(&user, 3, SVC(1));
	EXPECT(READ_SYSREG(tpidr_el0) == user.right.x[0]);
}

/* Its first instruction is not for EL0: virtual EL2 is told. */
static void refused(const char *pc, u64 esr, u64 line)
{
	prepare(&user, pc, EL0t);
	inhost_go(&user.now);
	expect_back(&user, 0, esr, line);
}
#define REFUSED(pc, esr) refused(pc, esr, FIRST_LINE + __LINE__)

static void write_sctlr(u64 value)
{
	WRITE_SYSREG(sctlr_el1, value); /* with E2H its own */
	isb();
}

static void system_registers(void)
{
	u64 sctlr = READ_SYSREG(sctlr_el1) & ~UCT;

	REFUSED(inhost_system, ESR(0));
	write_sctlr(sctlr);
	REFUSED(inhost_cache, ESR(0x18) | ISS_CTR);
	write_sctlr(sctlr | UCT);
	prepare(&user, inhost_cache, EL0t);
	inhost_go(&user.now);
	user.right.x[0] = READ_SYSREG(ctr_el0);
	EXPECT_BACK(&user, 2, SVC(2));
	write_sctlr(sctlr);
}

/* Answered by who may have another thread run before EL0 goes on, NV-12. */
static void device(void)
{
	prepare(&user, inhost_device, EL0t);
	user.now.x[1] = user.right.x[1] = GUEST_USER_IPA;
	inhost_go(&user.now);
	user.right.x[2] = ~user.right.x[0];
	EXPECT_BACK(&user, 3, SVC(3));
}

/* NV-29: the external abort that the hypervisor below makes is for virtual EL2. */
static void nowhere(void)
{
	prepare(&user, inhost_load, EL0t);
	user.now.x[1] = user.right.x[1] = GUEST_HOLE_IPA;
	inhost_go(&user.now);
	EXPECT(EC(user.now.esr) == 0x24 && FSC(user.now.esr) == 0x10);
	EXPECT(user.now.far == GUEST_HOLE_IPA);
	EXPECT_BACK(&user, 0, user.now.esr);
}

static void write_cptr(u64 value)
{
	WRITE_SYSREG(cptr_el2, value);
	isb();
}

/* FP-1: 01 is for the host's EL0 alone. */
static void floating_point(void)
{
	write_cptr(FPEN(1));
	REFUSED(inhost_fp, ESR(0x07) | ISS_FP);
	write_cptr(FPEN(3));
	prepare(&user, inhost_fp, EL0t);
	inhost_go(&user.now);
	EXPECT_BACK(&user, 2, SVC(4));
}

/* ---- From there into the guest ---- */

static void set_tge(void)
{
	el2_write_hcr(HCR_RW | HCR_TGE);
}

static void clear_tge(void)
{
	el2_write_hcr(HCR_L2);
}

/*
 * All is prepared before and looked at afterwards: between the write of CPTR_EL2, which is an exit,
 * and the ERET to the guest there is little beside the calls, so that a sweep can try each
 * instruction.
 */
static void switch_to_guest(void)
{
	prepare(&user, inhost_calls, EL0t);
	prepare(&guest, l2_call, EL1h);
	write_cptr(FPEN(3));
	set_tge();
	inhost_go(&user.now);
	EXPECT(user.now.esr == SVC(0));
	inhost_go(&user.now);
	clear_tge();
	inhost_go(&guest.now);
	EXPECT_BACK(&guest, 1, HVC(5));
	EXPECT_BACK(&user, 2, SVC(0x1234));
}

static void one_round(void)
{
	switch_to_guest();
	set_tge();
	calls();
	thread_register();
	system_registers();
	device();
	nowhere();
	floating_point();
	clear_tge();
}

_Noreturn void inhost_main(void)
{
	u64 rounds = command_number("rounds", 1);

	EXPECT(el2_is_vhe);
	if (el2_is_vhe) {
		good_world();
		random_seed(1);
		WRITE_SYSREG(vbar_el2, (u64)inhost_vectors);
		isb();
		for (u64 round = 0; round < rounds; round++)
			one_round();
	}
	call_below(HVC_REPORT, checks_held, first_failed);
	call_below(PSCI_SYSTEM_OFF, 0, 0);
	for (;;)
		;
}
