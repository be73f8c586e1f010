/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Architectural events (DESIGN 6): what the core tells observers. Data only. An event is emitted
 * only if its kind's bit is in cpu->observe; observers never change a result.
 */
#ifndef ENT_CPU_EVENTS_H
#define ENT_CPU_EVENTS_H

#include "base/types.h"
#include "cpu/state.h"

enum event_kind {
	EVENT_INSN,	 /* about to execute: pc, insn */
	EVENT_EXCEPTION, /* taken: from_el, to_el, pc = preferred return, target = vector, esr, far,
			    hpfar */
	EVENT_ERET,	 /* returned: from_el, to_el, pc = the ERET, target = where to, illegal */
	EVENT_SYSREG,	 /* written by the guest: reg, value */
	EVENT_WALK,	 /* a translation completed by walking: va, pa, stage results, attributes */
	EVENT_TLBI,	 /* TLB maintenance: reg = SR_TLBI_*, value = operand */
	EVENT_CYCLES,	 /* time passed: pc and insn, from_el = where, cycles, reasons, issued */
	EVENT_KIND_COUNT
};

enum interrupt_kind { INT_NONE, INT_SYNC = 0, INT_IRQ, INT_FIQ, INT_SERROR };

struct event {
	enum event_kind kind;
	u64 pc;
	u64 target;
	u32 insn;
	u8 from_el, to_el;
	u8 interrupt; /* enum interrupt_kind for EVENT_EXCEPTION */
	bool illegal;
	u64 esr, far, hpfar, spsr;
	bool far_valid, hpfar_valid;
	u16 reg; /* enum sysreg_id */
	u64 value;
	u64 va, ipa, pa, page_size;
	bool write, fetch, stage2;
	const u64 *cycles; /* by enum timing_reason */
	u32 reasons;	   /* bits: which of them are not 0 */
	bool issued;	   /* one for each instruction; else more time at the same place */
};

static inline void event_emit(struct cpu *cpu, const struct event *event)
{
	cpu->ops->event(cpu, event);
}

static inline bool event_wanted(const struct cpu *cpu, enum event_kind kind)
{
	return UNLIKELY((cpu->observe >> kind) & 1);
}

#endif
