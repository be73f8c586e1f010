/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a switch saves and restores, of a guest or of the host. Offsets of the first members are
 * known to hal/aarch64/entry.S, which checks them.
 */
#ifndef HYP_CONTEXT_H
#define HYP_CONTEXT_H

#include "core/types.h"
#include "hal.h"

enum context_class { CLASS_USER, CLASS_COMMON, CLASS_EL1 };

enum context_reg {
#define CTX(class, name, nvhe, vhe) CTX_##name,
#include "core/context.def"
#undef CTX
	CTX_COUNT
};

struct context {
	u64 x[31];
	u64 sp_el0;	    /* moved by the entry and exit assembly, like x[] */
	u64 pc;		    /* ELR_EL2 while this context is not running */
	u64 pstate;	    /* SPSR_EL2, as the guest sees it */
	u64 sys[CTX_COUNT]; /* stale while the register is live in the CPU */
};

/*
 * Move one class between the CPU and memory, in the order of context.def. Inlined so that a switch
 * is what it would be by hand: one MRS and STR, or LDR and MSR, after the other.
 */
__attribute__((always_inline)) static inline void context_save(
	struct context *context, enum context_class class, enum hyp_mode mode)
{
#define CTX(of, name, nvhe, vhe)                                                                   \
	if (class == CLASS_##of)                                                                   \
		context->sys[CTX_##name] = mode == MODE_VHE ? read_##vhe() : read_##nvhe();
#include "core/context.def"
#undef CTX
}

__attribute__((always_inline)) static inline void context_restore(
	const struct context *context, enum context_class class, enum hyp_mode mode)
{
#define CTX(of, name, nvhe, vhe)                                                                   \
	if (class == CLASS_##of)                                                                   \
		mode == MODE_VHE ? write_##vhe(context->sys[CTX_##name])                           \
				 : write_##nvhe(context->sys[CTX_##name]);
#include "core/context.def"
#undef CTX
}

/* One register of the guest that is live in the CPU. */
u64 context_read_live(enum context_reg reg, enum hyp_mode mode);
void context_write_live(enum context_reg reg, u64 value, enum hyp_mode mode);

#endif
