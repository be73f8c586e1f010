/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a VM is told the CPU is, and what follows from it: which features it has, and which bits of
 * its virtual EL2's registers mean something (HYPERVISOR-SPEC NV-4).
 */
#ifndef HYP_ID_H
#define HYP_ID_H

#include "core/arch.h"
#include "core/context.h"
#include "core/sysreg_table.h"
#include "core/types.h"

struct vm;

enum id_register {
#define ID_REGISTER(name) VM_##name,
#define ID_FIELD(...)
#include "core/id.def"
#undef ID_REGISTER
#undef ID_FIELD
	VM_ID_COUNT
};

struct vm_id {
	bool is_known;
	u64 value[VM_ID_COUNT];
	struct {
		u64 res0, res1;
	} mask[CTX_COUNT]; /* of vel2.def's registers */
};

/* What the VM reads in a field. */
#define VM_FIELD(vm, reg, field) FGET((vm)->id.value[VM_##reg], reg, field)

/* From vm->config, the machine and the options; once, before the VM's first vCPU exists. */
void id_init(struct vm *vm);

/* Do the VM's ID registers promise it? Of FEAT_NV and FEAT_NV2: NV2 as MMFR4.NV_frac says it. */
bool vm_has_feature(const struct vm *vm, enum feature_id feature);

/* The feature ID space, what HCR_EL2.TID3 traps: op0 = 3, op1 = 0, CRn = 0, CRm = 1..7. */
bool is_id_space(u64 iss);

#endif
