/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an exit means: dispatch by exception class, and the four emulations behind it.
 */
#ifndef HYP_EXIT_H
#define HYP_EXIT_H

#include "core/stats.h"
#include "core/vm.h"

/* May the same guest go on, or is it another one's turn? */
enum verdict { GUEST_CONTINUES, GUEST_YIELDS, GUEST_IS_OFF };

/*
 * Handles the exit that vcpu_run() returned. What this model does not do ends in a panic that names
 * it.
 */
enum verdict exit_handle(struct vcpu *vcpu, u64 exit_code);

/* The emulations; each tells stats_reason() what it was. */
enum verdict exit_hypercall(struct vcpu *vcpu);	  /* hypercall.c */
enum verdict exit_sysreg(struct vcpu *vcpu);	  /* sysreg_trap.c */
enum verdict exit_guest_abort(struct vcpu *vcpu); /* guest_abort.c */

/*
 * device.c: a store or load of `size` bytes at `ipa`. False: there is no device, or it has no such
 * register, and nothing happened.
 */
bool device_write(struct vm *vm, ipa_t ipa, unsigned size, u64 value);
bool device_read(struct vm *vm, ipa_t ipa, unsigned size, u64 *value);

/* Register Rt of a trapped instruction, where 31 is XZR. */
static inline u64 guest_reg(const struct vcpu *vcpu, unsigned rt)
{
	return rt == 31 ? 0 : vcpu->context.x[rt];
}

static inline void set_guest_reg(struct vcpu *vcpu, unsigned rt, u64 value)
{
	if (rt != 31)
		vcpu->context.x[rt] = value;
}

#endif
