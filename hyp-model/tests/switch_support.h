/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the world switch share: a vCPU all of whose registers have values of their own,
 * one stay in the guest, and questions about the log.
 */
#ifndef HYP_SWITCH_SUPPORT_H
#define HYP_SWITCH_SUPPORT_H

#include <stdio.h>
#include <string.h>

#include "core/inject.h"
#include "core/nested.h"
#include "core/switch.h"
#include "core/traps.h"
#include "core/vmid.h"
#include "support.h"

#define GUEST_VALUE(reg) (0x20000ul + CTX_##reg)
#define ESR(ec)		 ((u64)(ec) << ESR_EC_SHIFT | ESR_IL)
#define HCR(bit)	 F(HCR_EL2, bit)

static const struct host_exit hvc = { .code = EXIT_TRAP, .esr = ESR(EC_HVC64) };

static inline u64 *stored(struct vcpu *vcpu, reg_t reg)
{
	return context_stored(&vcpu->context, reg);
}

/* Virtual EL1's registers, and those of virtual EL2 that are ever in the CPU. */
static inline void fill(struct vcpu *vcpu)
{
#define CTX(class, name, ...) *stored(vcpu, REG(name)) = GUEST_VALUE(name);
#include "core/context.def"
#undef CTX
#define VEL2(kind, name, offset, counterpart, ...)                                                 \
	if (CTX_##name != CTX_##counterpart)                                                       \
		*stored(vcpu, REG(name)) = GUEST_VALUE(name);
#include "core/vel2.def"
#undef VEL2
	vmid_reset();
	*stored(vcpu, REG(MDSCR_EL1)) = 0; /* KDE and MDE would claim the debug registers */
	vcpu->context.pc = 0x40201000;
}

static inline struct vcpu *filled_guest(enum hyp_mode mode)
{
	struct vcpu *vcpu = &guest(mode)->vcpus[0];

	fill(vcpu);
	return vcpu;
}

/* A filled vCPU of an NV VM in a mode, with a vHCR_EL2; not loaded. */
static inline struct vcpu *filled_nested(enum vm_el2 form, unsigned nv, u64 mode, u64 vhcr)
{
	struct vcpu *vcpu = &nested_guest(form, nv)->vcpus[0];

	fill(vcpu);
	vcpu->context.pstate = PSTATE_DAIF | mode;
	*stored(vcpu, REG(HCR_EL2)) = vhcr | HCR(RW) | (form == VM_EL2_VHE ? HCR(E2H) : 0);
	return vcpu;
}

/* Bits that L1 could set if its VM had the feature: what this hypervisor does with them then. */
static inline void may_set_hcr(struct vcpu *vcpu, u64 bits)
{
	vcpu->vm->id.mask[CTX_HCR_EL2].res0 &= ~bits;
}

static inline u64 run(struct vcpu *vcpu, const struct host_exit *exits, size_t count)
{
	u64 code;

	host_script(exits, count);
	vcpu->mode = IN_GUEST;
	code = vcpu_run(vcpu);
	vcpu->mode = OUTSIDE_GUEST;
	return code;
}

static inline void run_hvc(struct vcpu *vcpu)
{
	assert_u64(run(vcpu, &hvc, 1), EXIT_TRAP);
}

/* The last value written to a register before the guest was entered for the first time. */
static inline u64 value_at_entry(enum host_reg reg)
{
	u64 value = ~0ul;

	for (size_t i = 0; i < host_log_count() && host_log(i)->kind != LOG_ENTER; i++)
		if (host_log(i)->kind == LOG_WRITE && host_log(i)->reg == reg)
			value = host_log(i)->value;
	return value;
}

/* Where the log says that for the first, or the last time; a failure if it never does. */
static inline long first(enum log_kind kind, enum host_reg reg)
{
	long i = host_log_find(0, kind, reg);

	if (i < 0)
		fail_msg("%s is not in the log", host_reg_name(reg));
	return i;
}

static inline long last(enum log_kind kind, enum host_reg reg)
{
	long found = first(kind, reg);

	for (long i = found; i >= 0; i = host_log_find((size_t)i + 1, kind, reg))
		found = i;
	return found;
}

static inline bool is_switched(enum host_reg reg)
{
	static const enum host_reg switched[] = {
#define CTX(class, name, offset, nvhe, vhe) SR_##nvhe, SR_##vhe,
#include "core/context.def"
#undef CTX
#define EL2(name, nvhe, vhe) SR_##nvhe, SR_##vhe,
#include "core/el2.def"
#undef EL2
		SR_HCR_EL2,
		SR_MDCR_EL2,
		SR_HSTR_EL2,
		SR_PMSELR_EL0,
		SR_PMUSERENR_EL0,
		SR_VPIDR_EL2,
		SR_VMPIDR_EL2,
		SR_VTCR_EL2,
		SR_VTTBR_EL2,
		SR_VNCR_EL2,
	};

	for (size_t i = 0; i < COUNT(switched); i++)
		if (switched[i] == reg)
			return true;
	return false;
}

/* The names of the registers that the switch wrote, and the stays in the guest. */
static inline const char *written(void)
{
	static char text[8192];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);
		const char *word = e->kind == LOG_WRITE && is_switched(e->reg)
					   ? host_reg_name(e->reg)
				   : e->kind == LOG_ENTER ? "<guest>"
							  : NULL;

		if (word)
			length +=
				(size_t)snprintf(text + length, sizeof(text) - length, "%s ", word);
	}
	return text;
}

#endif
