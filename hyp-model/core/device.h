/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated devices of a VM: rows of device.def, found by IPA. "Kernel" devices are answered
 * right behind the fault; "user" devices after leaving the run loop as KVM_EXIT_MMIO would (A.6
 * step 1).
 */
#ifndef HYP_DEVICE_H
#define HYP_DEVICE_H

#include "core/lock.h"
#include "core/types.h"

struct vcpu;

enum { CONSOLE_LINE = 160 };

struct vm_devices {
	struct lock lock;	 /* of the console: two vCPUs may print */
	char line[CONSOLE_LINE]; /* of the console, until its '\n' */
	unsigned length;
	u32 uart_control[4]; /* what the guest set, and reads again: UARTIBRD to UARTCR */
	u64 user_value;	     /* the register of the user device */
	u64 user_accesses;
};

/*
 * A store or load of `size` bytes at `ipa`. False: there is no device, or it has no such register,
 * and nothing happened. `is_user` says that the access has to leave the run loop.
 */
bool device_write(struct vcpu *vcpu, ipa_t ipa, unsigned size, u64 value, bool *is_user);
bool device_read(struct vcpu *vcpu, ipa_t ipa, unsigned size, u64 *value, bool *is_user);

/* The frames of the vGIC, vgic*.c; `offset` from the first one. False: no such register. */
bool vgic_gicd_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value);
bool vgic_gicd_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value);
bool vgic_gicr_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value);
bool vgic_gicr_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value);

#endif
