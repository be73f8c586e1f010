/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance for a guest that need not be the loaded one: HYPERVISOR-SPEC A.3, A.15. Callable
 * by the host and, on VHE, in the fix-up loop. A mmu whose VMID was never allocated has nothing in
 * any TLB, so nothing is done for it (S2-33).
 */
#ifndef HYP_TLB_H
#define HYP_TLB_H

#include "core/mmu.h"

/* One leaf; `level` is its level in the host's table, 0: unknown, or tables went with it. */
void tlb_flush_ipa(struct s2_mmu *mmu, ipa_t ipa, unsigned level);
/* The same on this CPU only, where a right was added: others fault once more at worst. */
void tlb_flush_ipa_local(struct s2_mmu *mmu, ipa_t ipa, unsigned level);
void tlb_flush_range(struct s2_mmu *mmu, ipa_t ipa, u64 size);
void tlb_flush_vmid(struct s2_mmu *mmu);
void tlb_flush_cpu_context(struct s2_mmu *mmu); /* local: another vCPU ran here, A.4 step 3 */
void tlb_flush_all_vmids(void);			/* rollover, TB-6 */

/*
 * A stage-1 operation of the EL1&0 regime inside the mmu's VMID; `iss` is ISS_TLBI_* of sysreg.def,
 * `operand` its Xt. It is issued in its Inner Shareable form (C.6).
 */
void tlb_stage1(struct s2_mmu *mmu, u32 iss, u64 operand);

#endif
