/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The register file of a guest or of the host, as stored; and moving a class of it between memory
 * and the CPU. Offsets of the first members are known to hal/aarch64/enter.S, which checks them.
 */
#ifndef HYP_CONTEXT_H
#define HYP_CONTEXT_H

#include "core/types.h"
#include "hal.h"

enum context_class { CLASS_USER, CLASS_COMMON, CLASS_EL1, CLASS_WALK, CLASS_SHARED };

enum {
#define CTX(class, name, ...) CTX_##name,
#include "core/context.def"
#undef CTX
#define VEL2(kind, name, ...) CTX_##name,
#include "core/vel2.def"
#undef VEL2
	CTX_COUNT
};

/* A register of a guest. A type of its own, so that no call can swap it with a value (WS-25). */
typedef struct {
	unsigned index;
} reg_t;
#define REG(name) ((reg_t){ CTX_##name })

/* B.5: with FEAT_NV2 the hardware itself reads and writes this page on behalf of the guest. */
struct vncr_page {
	u64 word[512];
} __attribute__((aligned(4096)));

struct context {
	u64 x[31];
	u64 sp_el0; /* moved by the entry and exit assembly, like x[] */
	u64 pc;	    /* ELR_EL2 while this context is not running */
	u64 pstate; /* SPSR_EL2, as the guest sees it: at a virtual EL2 its mode is EL2x */
	struct vncr_page *page; /* never NULL */
	u64 sys[CTX_COUNT];	/* registers without an offset; stale while live in the CPU */
};

static const u16 context_vncr_offset[CTX_COUNT] = {
#define CTX(class, name, offset, ...) [CTX_##name] = (offset),
#include "core/context.def"
#undef CTX
#define VEL2(kind, name, offset, ...) [CTX_##name] = (offset),
#include "core/vel2.def"
#undef VEL2
};

/* The stored copy of a register, live or not. */
static inline u64 *context_stored(struct context *context, reg_t reg)
{
	u16 offset = context_vncr_offset[reg.index];

	return offset ? &context->page->word[offset / 8] : &context->sys[reg.index];
}

/* One register of context.def in the CPU: live_read_SCTLR_EL1(mode) and so on. */
#define CTX(class, name, offset, nvhe, vhe)                                                        \
	__attribute__((always_inline, unused)) static inline u64 live_read_##name(                 \
		enum hyp_mode mode)                                                                \
	{                                                                                          \
		return mode == MODE_VHE ? read_##vhe() : read_##nvhe();                            \
	}                                                                                          \
	__attribute__((always_inline, unused)) static inline void live_write_##name(               \
		enum hyp_mode mode, u64 value)                                                     \
	{                                                                                          \
		mode == MODE_VHE ? write_##vhe(value) : write_##nvhe(value);                       \
	}
#include "core/context.def"
#undef CTX

/*
 * Move one class between the CPU and memory, in the order of context.def. Inlined so that a switch
 * is what it would be by hand: one MRS and STR, or LDR and MSR, after the other.
 */
__attribute__((always_inline)) static inline void context_save(
	struct context *context, enum context_class class, enum hyp_mode mode)
{
#define CTX(of, name, ...)                                                                         \
	if (class == CLASS_##of)                                                                   \
		*context_stored(context, REG(name)) = live_read_##name(mode);
#include "core/context.def"
#undef CTX
}

__attribute__((always_inline)) static inline void context_restore(
	struct context *context, enum context_class class, enum hyp_mode mode)
{
#define CTX(of, name, ...)                                                                         \
	if (class == CLASS_##of)                                                                   \
		live_write_##name(mode, *context_stored(context, REG(name)));
#include "core/context.def"
#undef CTX
}

/* The same by number; a panic for a register that context.def does not have. */
u64 context_read_live(reg_t reg, enum hyp_mode mode);
void context_write_live(reg_t reg, u64 value, enum hyp_mode mode);

/* EL2's own registers, el2.def. */
#define EL2(name, nvhe, vhe)                                                                       \
	static inline u64 el2_read_##name(enum hyp_mode mode)                                      \
	{                                                                                          \
		return mode == MODE_VHE ? read_##vhe() : read_##nvhe();                            \
	}                                                                                          \
	static inline void el2_write_##name(enum hyp_mode mode, u64 value)                         \
	{                                                                                          \
		mode == MODE_VHE ? write_##vhe(value) : write_##nvhe(value);                       \
	}
#include "core/el2.def"
#undef EL2

#endif
