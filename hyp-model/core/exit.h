/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an exit means: dispatch by exception class, and the emulations behind it.
 */
#ifndef HYP_EXIT_H
#define HYP_EXIT_H

#include "core/stats.h"
#include "core/vm.h"

/*
 * May the same guest go on, or is it another one's turn? GUEST_TO_USER: vcpu->user has an access
 * that is answered outside the run loop (A.6).
 */
enum verdict { GUEST_CONTINUES, GUEST_YIELDS, GUEST_TO_USER, GUEST_IS_OFF };

/*
 * Handles the exit that vcpu_run() returned, interrupts open. What a guest does wrong is an
 * exception for the guest, and what nobody can go on from ends its VM (vm_kill).
 */
enum verdict exit_handle(struct vcpu *vcpu, u64 exit_code);

/* The emulations; each tells stats_reason() what it was. */
enum verdict exit_smccc(struct vcpu *vcpu, bool is_smc); /* smccc.c: HVC and SMC, NV-26 to 29 */
enum verdict exit_wfx(struct vcpu *vcpu);		 /* wfx.c: what is not forwarded */
enum verdict exit_sysreg(struct vcpu *vcpu);		 /* sysreg_trap.c */
enum verdict exit_guest_abort(struct vcpu *vcpu);	 /* guest_abort.c */
enum verdict exit_vncr_abort(struct vcpu *vcpu);	 /* vncr.c: EC 0x25 */

/*
 * An access to a register by MSR, MRS or SYS that the table emulate.def knows. The handler reads or
 * sets `value`; the PC is the caller's business.
 */
struct sysreg_access {
	u32 iss; /* as ISS_SYSREG() */
	bool is_write;
	u64 value;
};
enum emulation { EMULATED, EMULATED_NO_SKIP, NOT_DEFINED };

#endif
