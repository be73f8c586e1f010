/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a guest's register is right now, and the predicates that decide it: HYPERVISOR-SPEC A.12,
 * B.1 and B.4. All are pure functions of the vCPU; never keep an answer over anything that can
 * change it (NV-2).
 */
#ifndef HYP_REGISTERS_H
#define HYP_REGISTERS_H

#include "core/arch.h"
#include "core/vm.h"

/* On this vCPU's CPU, or not loaded at all (WS-24). Reads of EL2 registers are sanitised (NV-21).
 */
u64 vcpu_read_sys_reg(const struct vcpu *vcpu, reg_t reg);
void vcpu_write_sys_reg(struct vcpu *vcpu, u64 value, reg_t reg);

/* The live (translated) value for a counterpart of vel2.def: what the CPU gets, B.4. */
u64 vel2_to_el1(const struct vcpu *vcpu, reg_t vel2);

/*
 * The USER, EL1 and SHARED classes and the identity between this vCPU's memory and the CPU, in the
 * context it is in: virtual EL2's under their names of vel2.def, or virtual EL1's (NV-16, NV-17).
 * VHE only, at EL2.
 */
void registers_load(struct vcpu *vcpu);
void registers_save(struct vcpu *vcpu);

/* VPIDR_EL2 and VMPIDR_EL2, A.1 "identity"; at EL2. */
void registers_load_identity(const struct vcpu *vcpu);

static inline bool vcpu_has_nv(const struct vcpu *vcpu)
{
	return vcpu->vm->config.el2 != VM_EL2_NONE;
}

/* vHCR_EL2 with the VM's fixed bits and RES0 bits applied. */
u64 vcpu_vhcr(const struct vcpu *vcpu);

static inline bool vcpu_is_el2(const struct vcpu *vcpu)
{
	u64 mode = vcpu->context.pstate & F(SPSR, M);

	return mode == PSTATE_EL2t || mode == PSTATE_EL2h;
}

bool vcpu_e2h(const struct vcpu *vcpu);
bool vcpu_tge(const struct vcpu *vcpu);
bool vcpu_is_hyp_ctxt(const struct vcpu *vcpu);	   /* NV VM and (at EL2 or vTGE) */
bool vcpu_is_host_el0(const struct vcpu *vcpu);	   /* hyp context and not at EL2: InHost EL0 */
bool vcpu_is_nested_ctxt(const struct vcpu *vcpu); /* NV VM and not hyp context */

#endif
