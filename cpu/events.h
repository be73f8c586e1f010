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
	EVENT_INSN,	 /* about to execute: pc, pa, insn */
	EVENT_EXCEPTION, /* taken: from_el, to_el, pc = preferred return, target = vector, esr, far,
			    hpfar */
	EVENT_ERET,	 /* returned: from_el, to_el, pc = the ERET, target = where to, illegal */
	EVENT_SYSREG,	 /* written by the guest: reg, before, value as it was written, effective;
			    in_memory: FEAT_NV2, at va, and `before` is not known */
	EVENT_WALK,	 /* a translation completed by walking: va, pa, stage results, attributes,
			    and as the next whose it is */
	EVENT_DESCRIPTOR, /* a walk read one: pa = where, value, walk_level, page_size = of the
			     granule, stage2, two_stages; its input, as many bits as there are: va
			     of stage 1, with `upper` if TTBR1's, ipa of stage 2; whose: regime,
			     asid, vmid */
	EVENT_TLBI,	  /* TLB maintenance: reg = SR_TLBI_*, value = operand */
	EVENT_CYCLES,	  /* time passed: pc and insn, from_el = where, cycles, reasons, issued */
	EVENT_ACCESS, /* a data access of an instruction, about to be performed, checked: pc, va,
			 pa, size, write, value of a write (of up to 8 bytes) */
	EVENT_BREAKPOINT, /* about to execute: an instruction at an address of points.h: pc, insn */
	EVENT_WATCH,	  /* as EVENT_ACCESS: of what points.h watches; also the walks' updates */
	EVENT_TABLE_WRITE, /* RAM that a walk has read a descriptor from is written: pa, size,
			      value, hardware; pc */
	EVENT_BARRIER,	   /* DMB, DSB, ISB, SB: pc, insn */
	EVENT_INTERRUPT, /* an interrupt line of the PE changed: line = LINE_*, level; reg unused */
	EVENT_GIC,	 /* gic, intid, value */
	EVENT_EFFECT,	 /* a late write takes effect: reg, before, value; cpu/liberty.h */
	EVENT_KIND_COUNT
};

/* Translation regimes. */
enum walk_regime { WALK_EL10, WALK_EL2, WALK_EL20 };

enum interrupt_kind { INT_NONE, INT_SYNC = 0, INT_IRQ, INT_FIQ, INT_SERROR };

/* What EVENT_GIC tells, of physical or virtual interrupts. */
enum gic_event {
	GIC_ACKNOWLEDGE,   /* ICC_IAR: intid */
	GIC_PRIORITY_DROP, /* ICC_EOIR: intid */
	GIC_DEACTIVATE,	   /* ICC_DIR, or ICC_EOIR with it: intid */
	GIC_SGI,	   /* ICC_SGI*R: value as written, intid */
	GIC_PEND,	   /* the distributor: intid became pending for this PE, or offered anew */
	GIC_LIST_REGISTER, /* ICH_LR<n>_EL2 written: intid = the virtual one, value; line = n */
	GIC_EVENT_COUNT
};

struct event {
	enum event_kind kind;
	u64 pc;
	u64 target;
	u32 insn;
	u8 from_el, to_el;
	u8 interrupt; /* enum interrupt_kind for EVENT_EXCEPTION */
	bool illegal;
	u64 esr, far, hpfar, spsr;
	u64 pstate; /* EVENT_EXCEPTION, EVENT_ERET: before, in the form of an SPSR */
	bool far_valid, hpfar_valid;
	u16 reg; /* enum sysreg_id */
	u64 value;
	u64 before, effective;
	bool in_memory;
	u64 va, ipa, pa, page_size;
	bool write, fetch, stage2;
	bool read;	 /* EVENT_ACCESS, EVENT_WATCH: of an atomic both, and it may not write */
	bool has_value;	 /* EVENT_ACCESS, EVENT_WATCH: value is what is written */
	bool hardware;	 /* the write is a walk's: access flag, dirty state */
	bool is_virtual; /* EVENT_GIC: of the virtual CPU interface */
	bool level;
	u32 size;
	u8 gic; /* enum gic_event */
	u8 walk_level;
	bool two_stages; /* EVENT_DESCRIPTOR: stage 1 leads to intermediate addresses */
	bool upper;	 /* EVENT_DESCRIPTOR: of TTBR1's half */
	u8 regime;	 /* enum walk_regime */
	u16 asid, vmid;	 /* in effect; 0 where the regime has none */
	u32 line, intid;
	const u64 *cycles; /* by enum timing_reason */
	u32 reasons;	   /* bits: which of them are not 0 */
	bool issued;	   /* one for each instruction; else more time at the same place */
};

static inline void event_emit(struct cpu *cpu, const struct event *event)
{
	cpu->ops->event(cpu, event);
}

/* Was PASSED_* told of the synchronised instruction before a debugger stopped there? */
static inline bool event_was_told(const struct cpu *cpu, u8 what)
{
	return (cpu->passed.told & what) != 0 && cpu->passed.pc == cpu->pc &&
	       cpu->passed.insns == cpu->insns;
}

/* A debugger stops before the synchronised instruction, told what. */
static inline void event_note_told(struct cpu *cpu, u8 what)
{
	bool is_same = cpu->passed.pc == cpu->pc && cpu->passed.insns == cpu->insns;

	cpu->passed.told = (u8)(what | (is_same ? cpu->passed.told : 0));
	cpu->passed.insns = cpu->insns;
	cpu->passed.pc = cpu->pc;
}

static inline bool event_wanted(const struct cpu *cpu, enum event_kind kind)
{
	return UNLIKELY((cpu->observe >> kind) & 1);
}

/* EVENT_INTERRUPT for lines that have another level now. */
static inline void event_lines_changed(struct cpu *cpu, u32 changed)
{
	for (; event_wanted(cpu, EVENT_INTERRUPT) && changed != 0; changed &= changed - 1) {
		u32 line = changed & -changed;
		struct event event = { .kind = EVENT_INTERRUPT,
			.pc = cpu->pc,
			.line = line,
			.level = cpu->lines & line };

		event_emit(cpu, &event);
	}
}

#endif
