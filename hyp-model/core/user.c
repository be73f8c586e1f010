/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread of the host that runs a vCPU: registers that are its own, what it asks of the kernel,
 * and a suspend that takes the CPU away from it.
 */
#include "core/user.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/fp.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/print.h"
#include "core/switch.h"

#define THREAD_VALUE 0x7468726561640000ul /* and what tells them apart */
#define LOST	     0x1057105710571057ul

static struct thread {
	u64 calls, exits;
} threads[MAX_CPUS];

static u64 thread_value(u64 which)
{
	unsigned cpu = this_cpu()->index;

	return THREAD_VALUE + threads[cpu].calls * 512 + cpu * 128 + which;
}

/* ---- Its FP registers: FP-2, WS-9 ---- */

static u64 restore_fp(u64 from, u64 unused)
{
	(void)unused;
	hal_fp_restore((const struct fp_state *)from);
	return 0;
}

static u64 save_fp(u64 to, u64 unused)
{
	(void)unused;
	hal_fp_save((struct fp_state *)to);
	return 0;
}

static void use_fp(void)
{
	struct fp_state fp = { .fpsr = 0 };

	for (unsigned i = 0; i < COUNT(fp.v); i++)
		fp.v[i] = thread_value(i);
	fp_host_takes();
	hal_call_hyp(restore_fp, (u64)&fp, 0);
}

static bool has_its_fp(void)
{
	struct fp_state fp;

	fp_host_takes();
	hal_call_hyp(save_fp, (u64)&fp, 0);
	for (unsigned i = 0; i < COUNT(fp.v); i++)
		if (fp.v[i] != thread_value(i))
			return false;
	return true;
}

/* ---- Its memory: MD-6, WS-8 ---- */

enum { USER_WORD = 64 };

static void use_memory(void)
{
	hal_user_store(this_cpu()->index, thread_value(USER_WORD));
}

static void look_at_memory(void)
{
	if (hal_user_load(this_cpu()->index) != thread_value(USER_WORD))
		panic("the memory of a thread of the host has changed (WS-3)");
	if (hal_user_is_open())
		panic("the host's own loads reach user space: PSTATE.PAN is off (WS-8)");
}

bool user_set_pstate(struct vcpu *vcpu, u64 pstate)
{
	u64 mode = pstate & (F(SPSR, M) | PSTATE_nRW);
	bool is_known = mode == PSTATE_EL0t || mode == PSTATE_EL1t || mode == PSTATE_EL1h;

	if (vcpu->vm->config.el2 != VM_EL2_NONE)
		is_known |= mode == PSTATE_EL2t || mode == PSTATE_EL2h;
	if (!is_known && !MUTANT(11))
		return false;
	vcpu->context.pstate = pstate;
	return true;
}

/* AArch32, EL3, modes that do not exist; EL2 if the vCPU has none. */
static void ask_for_bad_modes(struct vcpu *vcpu)
{
	static const u64 modes[] = { 0x10, 0x13, 0xd, 0x1, 0x6, PSTATE_EL2h };
	unsigned count = COUNT(modes) - (vcpu->vm->config.el2 != VM_EL2_NONE);
	u64 rest = vcpu->context.pstate & ~(F(SPSR, M) | PSTATE_nRW);

	for (unsigned i = 0; i < count; i++)
		(void)user_set_pstate(vcpu, rest | modes[i]);
}

void user_calls(struct vcpu *vcpu)
{
	if (options.user == 0)
		return;
	threads[this_cpu()->index].calls++;
	write_TPIDR_EL0(thread_value(0));
	write_TPIDRRO_EL0(thread_value(1));
	use_fp();
	use_memory();
	ask_for_bad_modes(vcpu);
}

void user_is_back(void)
{
	if (options.user == 0)
		return;
	if (read_TPIDR_EL0() != thread_value(0) || read_TPIDRRO_EL0() != thread_value(1))
		panic("a thread of the host is back with registers of others (WS-3)");
	if (!has_its_fp())
		panic("a thread of the host is back with FP registers of others (WS-9)");
	look_at_memory();
}

/* On nVHE the host is at EL1: these registers are its own. */
static void lose_registers(void)
{
	static struct vncr_page page;
	struct context lost = { .page = &page };

	for (unsigned i = 0; i < COUNT(page.word); i++)
		page.word[i] = LOST;
	if (host.mode == MODE_VHE)
		context_restore(&lost, CLASS_EL1, MODE_VHE);
}

void user_suspends(struct vcpu *vcpu)
{
	struct thread *thread = &threads[this_cpu()->index];

	if (options.suspend == 0 || ++thread->exits % options.suspend != 0)
		return;
	vcpu_put(vcpu);
	lose_registers();
	vcpu_load(vcpu);
}
