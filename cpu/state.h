/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct cpu: the state of one processing element. Data only; every layer may read it, and the
 * comment at a field says who writes it. What the parts mean is in ARCHITECTURE.md.
 */
#ifndef ENT_CPU_STATE_H
#define ENT_CPU_STATE_H

#include "base/types.h"
#include "cpu/vreg.h"
#include "fpu/env.h"
#include "sysregs/ids.h"
#include "timing/timing.h"

struct points;	     /* cpu/points.h */
struct consultation; /* sysregs/sysregs.h: what a route decision read */
struct liberties;    /* cpu/liberty.h */
struct context;	     /* mmu/mmu.h: host TLB and code links of one translation context */
struct cpu;
struct event;
struct tlb; /* mmu/tlb.h: the architectural TLB of one PE */
struct uop; /* cpu/engine.h */

/*
 * Register slots. Decode turns a source register 31 into SLOT_ZERO or SLOT_SP and a destination
 * into SLOT_SINK or SLOT_SP, so no handler tests for register 31.
 */
enum {
	SLOT_LR = 30,
	SLOT_ZERO = 31, /* always 0 */
	SLOT_SP = 32,	/* the stack pointer selected by PSTATE.{EL,SP}; see banked sp[] */
	SLOT_SINK = 33, /* write-only */
	SLOT_COUNT = 34
};

enum { EL0, EL1, EL2, EL_COUNT };

/* PSTATE.DAIF as a 4-bit value. */
enum { DAIF_F = 1, DAIF_I = 2, DAIF_A = 4, DAIF_D = 8 };

struct pstate {
	u8 el;	 /* EL0..EL2 */
	u8 sp;	 /* SPSel; 0 at EL0 */
	u8 nzcv; /* N=8 Z=4 C=2 V=1; only current while the engine is not running */
	u8 daif;
	bool pan, uao, il, ss, dit, ssbs;
	u8 btype;
};

/* Exception classes, DDI 0487 ESR_ELx.EC; names and texts are rows of exceptions/ec.def. */
enum ec {
#define EC(name, value, ...) EC_##name = value,
#include "exceptions/ec.def"
#undef EC
};

/*
 * Why the current instruction cannot complete. Filled once by who detects it (mmu, sysregs route,
 * a handler), consumed once by exceptions_raise(). No register has been written by then.
 */
struct fault {
	u8 ec; /* the "lower EL" variant for aborts and debug; raise() turns it into "same EL" */
	u8 target_el; /* EL1 or EL2 when the detector knows; 0: ordinary routing (EL1, or EL2 by
			 TGE) */
	bool next_pc; /* the preferred return address is the next instruction (SVC, HVC, SMC taken)
		       */
	bool far_valid;
	bool ipa_valid;
	bool stage2; /* a stage-2 abort: ISV may be filled in by the cpu layer unless s1ptw */
	bool s1ptw;
	u32 iss;
	u64 far;
	ipa_t ipa; /* for HPFAR_EL2 */
};

/* Where the engine returned to run.c. */
enum cut {
	CUT_NONE,     /* where a slice may end */
	CUT_IN_BLOCK, /* before an instruction where no slice ends: it goes on to where one may */
	CUT_AT_ENTRY  /* in engine_enter(), which has yet to look for interrupts and the slice's end
		       */
};

/* Why a run stopped; the text names it for the user. */
enum stop_reason {
	STOP_NONE,
	STOP_BUDGET, /* the instructions asked for were executed */
	STOP_EXIT,   /* the guest asked to end: semihosting exit, PSCI SYSTEM_OFF */
	STOP_RESET,  /* PSCI SYSTEM_RESET */
	STOP_STUCK,  /* no progress possible: fault loop at a vector, WFI with nothing armed */
	STOP_NOT_IMPLEMENTED, /* text names what is missing; exit code 70 */
	STOP_DEBUG,	      /* a debugger asked */
};

struct stop {
	enum stop_reason reason;
	int exit_code;	/* for STOP_EXIT */
	char text[160]; /* one line, no newline; empty for STOP_NONE and STOP_BUDGET */
};

/* One range of RAM or ROM. Written by platform/ at creation, but for page_flags and is_away. */
struct ram_region {
	pa_t base;
	u64 size;	/* bytes, a multiple of 4 KiB */
	u8 *host;	/* where it lives in this process */
	u8 *page_flags; /* a byte for each 4 KiB page: PAGE_*; written by cpu/code.c, mmu/,
			   platform/ram.c and platform/checkpoint.c */
	bool read_only;
	bool is_away; /* a device is in its place now; written by platform/flash.c */
};

enum {
	PAGE_HAS_CODE = 1,   /* predecoded: of writes code_written() is to be told */
	PAGE_HOST_WRITE = 2, /* some host TLB may hold a write entry for it; mmu/ only */
	PAGE_DIRTY = 4,	     /* may have been written since platform/checkpoint.c last looked */
	PAGE_HAS_TABLES = 8  /* a walk read a descriptor from it; mmu/tell.c */
};

/* The physical memory that all PEs of a machine share. */
struct memory {
	struct ram_region region[4];
	unsigned region_count;
	bool has_tables; /* some page is PAGE_HAS_TABLES; mmu/tell.c */
	/* Called after any write to a PAGE_HAS_CODE page, by CPU or device; set by cpu/code.c. */
	void (*code_written)(void *code_cache, pa_t pa, u64 size);
	void *code_cache;
	struct cpu *running; /* who executes; written by cpu/run.c; NULL: nobody */
};

/* The PEs of a machine, for broadcast TLB maintenance and events (SEV). */
struct cpu_group {
	struct cpu *cpu[8];
	unsigned count;
	u32 off; /* bit per PE: its power is off, as the board says */
	/* The highest count of the physical counter that one of them has read; sysregs/timers.c */
	u64 count_seen;
	/* What a debugger is told of, cpu/points.c: NULL, or a set with at least one point. */
	const struct points *points;
	u64 point_offsets[16]; /* a bit for each word of a page: a breakpoint is there in some page
				*/
};

/*
 * Upward calls: what the core asks of the board. Filled by platform/machine.c; unit tests fill it
 * with fakes. No entry may be NULL. `cpu->board` is for the implementation.
 */
struct cpu_ops {
	/* Device access of 1, 2, 4 or 8 bytes, naturally aligned; false: synchronous external
	 * abort. */
	bool (*bus_read)(struct cpu *cpu, pa_t pa, unsigned size, u64 *value);
	bool (*bus_write)(struct cpu *cpu, pa_t pa, unsigned size, u64 value);
	/* A timer register or CNTHCTL/CNTVOFF changed: recompute deadlines and lines. */
	void (*timer_changed)(struct cpu *cpu);
	/* The PMU's interrupt, or the time of its next overflow, may have changed. */
	void (*pmu_changed)(struct cpu *cpu);
	/* A PE that waits was signalled: its lines or its event register changed. */
	void (*wake)(struct cpu *cpu);
	/* SMC #imm, and HVC #imm when EL2 is not implemented: SMCCC in x0..x7. Never fails; x0
	 * holds the result. */
	void (*firmware_call)(struct cpu *cpu, u16 imm);
	/* HLT #0xF000: x0 operation, x1 parameter block. false: not enabled, so HLT is as
	 * architected. */
	bool (*semihosting)(struct cpu *cpu);
	/* An architectural event; called only for kinds in cpu->observe. */
	void (*event)(struct cpu *cpu, const struct event *event);
};

/*
 * What the performance monitors count, worked out of their registers by sysregs/pmu.c. Sets of
 * counters are as in PMCNTENSET_EL0.
 */
struct pmu {
	cycles_t cycles; /* the counters in sys[] are as they were at this time */
	u64 insns;
	bool is_counting;	 /* somewhere: exceptions and returns tell pmu_left_el() */
	u32 counts_at[EL_COUNT]; /* counters that count at that EL */
	u32 counts[PMU_EVENT_COUNT];
	u64 timed;		       /* events that are sums of what cpu->timed counts */
	u64 measured[PMU_EVENT_COUNT]; /* these sums, then */
	u32 is_long;		       /* overflow is of 64 bits, not of 32 */
	u32 not_chained;	       /* never by CHAIN */
	u32 interrupts;		       /* an overflow asks for an interrupt */
};

enum { TELLS_WATCHES = 1, TELLS_ALL = 2 }; /* struct cpu.tells: EVENT_WATCH, EVENT_ACCESS */
enum { PASSED_BREAKPOINT = 1, PASSED_WATCH = 2 };

/* The interrupt a PE would acknowledge: the highest priority pending one that is enabled. */
struct gic_offer {
	u32 intid; /* INTID_NONE: there is none */
	u8 priority;
	u8 group; /* 0 or 1 */
};

enum gic_sgi { SGI_GROUP0, SGI_GROUP1, SGI_GROUP1_ALIAS }; /* ICC_SGI0R, ICC_SGI1R, ICC_ASGI1R */

/*
 * What the CPU interface (sysregs/icc.c, icv.c) tells the distributor, as the GIC Stream protocol
 * of IHI 0069 has it; the answer, where there is one, is a call of icc_offer() before it returns.
 */
struct gic_ops {
	/* The interrupt was acknowledged; what is offered changes. */
	void (*activate)(struct cpu *cpu, u32 intid);
	void (*deactivate)(struct cpu *cpu, u32 intid);
	/* value: as written to the register. */
	void (*send_sgi)(struct cpu *cpu, enum gic_sgi sgi, u64 value);
	/* ICC_IGRPEN0_EL1 or ICC_IGRPEN1_EL1 changed: 1-of-N looks at them. */
	void (*enables_changed)(struct cpu *cpu);
	/* The maintenance interrupt has another level. */
	void (*maintenance)(struct cpu *cpu, bool level);
};

/* Interrupt inputs of a PE, levels. Written by platform/, the CPU interface, or tests. */
enum { LINE_IRQ = 1, LINE_FIQ = 2, LINE_SERROR = 4, LINE_VIRQ = 8, LINE_VFIQ = 16 };

enum { LATE_WRITES = 32 };
struct late_write {
	u16 reg; /* enum sysreg_id */
	u64 value;
};

struct cpu {
	/* Core registers; hot, first cache lines. Written by handlers. */
	u64 x[SLOT_COUNT];
	struct context *ctx; /* current translation context; cpu/run.c and mmu/context.c */
	bool fp_trapped;     /* FP and SIMD trap at the current EL; see fp_traps */
	u8 fp_traps;	     /* a bit for each EL where they trap; sysregs/fp.c */
	struct fpu fpu;
	union vreg v[32];

	/*
	 * Where the engine is, valid while it runs: the record array of the current code page and
	 * the virtual address of its first byte. PC = code_va + 4 * (u - code).
	 */
	const struct uop *code;
	u64 code_va;

	/*
	 * Engine registers while no handler runs (see cpu/engine.h): between handlers of STEP, and
	 * for TAIL outside of run().
	 */
	const struct uop *u;
	u64 charge, flag_a, flag_b, flag_kind;

	/* Architectural view; current only while the engine is synchronised (engine.h: SYNC). */
	u64 pc;
	struct pstate pstate;
	u64 sp[EL_COUNT]; /* SP_EL0..SP_EL2; the selected one lives in x[SLOT_SP] */
	cycles_t cycles;  /* simulated time; current when synchronised */
	u64 insns;	  /* instructions executed, faulting ones too; current when synchronised */
	cycles_t slice_end; /* cycles at which the engine's current slice is used up */
	u64 slice_insns;    /* insns when charge is 0: then too, but for a timed PE */
	u64 insns_end;	    /* of the budget; no fault of a fetch is taken beyond it */
	struct fault fault;

	/* System registers by enum; sysregs/storage.c knows the meaning. Guest writes go through
	 * it. */
	u64 sys[SYSREG_COUNT];
	u64 features[(FEATURE_COUNT + 63) / 64]; /* set at creation from the CPU profile */
	u64 armed[2]; /* coarse traps to EL2 in force: [0] reads, [1] writes; sysregs/armed.c */
	struct consultation *consulted; /* NULL, or who asks why: sysregs/control.h */
	/* Rows of choices.def by value; set before cpu_reset(). */
	u8 choice[CHOICE_COUNT];
	bool has_el2; /* EL2 is implemented: set by cpu_reset() */
	u8 pa_bits;   /* physical address size, 32..48 */

	/*
	 * Who chooses among what the architecture permits, cpu/liberty.h; NULL: nobody. Writes of
	 * system registers that have not taken effect yet, in their order: sysregs/late.c; sys[]
	 * has what is in effect.
	 */
	const struct liberties *liberties;
	struct late_write late[LATE_WRITES];
	u8 late_count;
	/*
	 * Of a PE with liberties, cpu/run.c: what was asked before the instruction that follows so
	 * many is not asked again; its pending interrupts are taken, for a context synchronization
	 * event is just behind; or they are not, as was chosen.
	 */
	u64 boundary;
	bool is_synchronized, holds_interrupts;

	/* Translation contexts in use by (EL, PAN); NULL: look it up. mmu/context.c, sysregs hooks.
	 */
	struct context *ctx_of[EL_COUNT][2];
	struct tlb *tlb;
	struct mmu *mmu; /* private to mmu/ */

	/* Exclusive monitor, mmu/exclusive.c. */
	struct {
		bool valid;
		u8 size;
		pa_t pa;
		u64 data[2]; /* what was loaded */
	} exclusive;
	bool event_register; /* WFE/SEV; without what the event stream would have set: */
	cycles_t event_time; /* no event of it up to then counts any more */
	u8 claim_tags;	     /* DBGCLAIMSET_EL1, DBGCLAIMCLR_EL1 */

	struct pmu pmu;

	/* Interrupts. */
	u32 lines;	/* LINE_* levels */
	bool check_irq; /* something that may unmask or pend an interrupt happened */
	/*
	 * Self-hosted debug that may happen at some EL, sysregs/debug.c: software step and
	 * breakpoints, asked before every instruction, which only STEP's loop does; watchpoints,
	 * asked at every access, which therefore stay out of the host TLB.
	 */
	bool debug_checks, debug_watches;
	u8 tells;    /* TELLS_*: accesses of which somebody is to hear; mmu/tell.c */
	u8 stepping; /* STEPPING_* of exceptions/debug.c */

	/*
	 * A debugger's stops. cut: where the engine returned, enum cut. is_abandoned: the access
	 * that failed was no fault, a debugger stops before its instruction; or it stops behind
	 * the instruction that completed. passed: what was told of the instruction that it last
	 * stopped before, PASSED_*, is not told again.
	 */
	u8 cut;
	bool is_abandoned;
	struct {
		u64 insns, pc;
		u8 told;
	} passed;

	const struct gic_ops *gic; /* NULL: no distributor, nothing is ever offered */
	struct gic_offer offer;	   /* written by icc_offer() */
	bool maintenance;	   /* the level of that interrupt, as gic was told */

	bool waiting; /* in WFI or WFE */
	bool wait_is_wfe;

	/* Stuck detection, exceptions/take.c: faults at one PC without an exception return between.
	 */
	u32 exception_streak;
	u64 exception_pc;

	struct stop stop;

	u32 observe;	/* bit per enum event_kind that somebody listens to */
	unsigned index; /* 0.. in the group */
	struct cpu_group *group;
	struct memory *memory;
	const struct cpu_ops *ops;
	void *board;
	u8 engine;	  /* enum engine of cpu_create() */
	u8 linked_engine; /* whose pages ctx->code[] links to */
	/* STEP of a timed PE: no entry of a host TLB is used, so that mmu/ sees every access. */
	bool bypass_host_tlb;

	struct timed timed; /* model == NULL: functional */
};

static inline bool cpu_has(const struct cpu *cpu, enum feature_id feature)
{
	return (cpu->features[feature / 64] >> (feature % 64)) & 1;
}

/* Its cycles are those of a timing model; else one for each instruction. */
static inline bool cpu_is_timed(const struct cpu *cpu)
{
	return UNLIKELY(cpu->timed.model != NULL);
}

/* An interrupt line of the PE changed. */
static inline void cpu_signal(struct cpu *cpu)
{
	cpu->check_irq = true;
	if (cpu->waiting)
		cpu->ops->wake(cpu);
}

/* SendEvent() to one PE. D1.7.1 */
static inline void cpu_send_event(struct cpu *cpu)
{
	cpu->event_register = true;
	if (cpu->waiting)
		cpu->ops->wake(cpu);
}

/* The stack pointer that PSTATE.{EL,SP} selects, as an index of sp[]. */
static inline unsigned sp_selected(const struct cpu *cpu)
{
	return cpu->pstate.sp ? cpu->pstate.el : EL0;
}

/* SP_ELx as a register access sees it: in its slot while selected, else banked. */
static inline u64 sp_read(const struct cpu *cpu, unsigned el)
{
	return el == sp_selected(cpu) ? cpu->x[SLOT_SP] : cpu->sp[el];
}

static inline void sp_write(struct cpu *cpu, unsigned el, u64 value)
{
	if (el == sp_selected(cpu))
		cpu->x[SLOT_SP] = value;
	else
		cpu->sp[el] = value;
}

/* Changes PSTATE.EL and PSTATE.SP, and with them the selected stack pointer. */
static inline void pstate_set_el(struct cpu *cpu, unsigned el, unsigned spsel)
{
	cpu->sp[sp_selected(cpu)] = cpu->x[SLOT_SP];
	cpu->pstate.el = (u8)el;
	cpu->pstate.sp = (u8)spsel;
	cpu->x[SLOT_SP] = cpu->sp[sp_selected(cpu)];
}

/* The RAM region that holds [pa, pa + size), or NULL: a device, or nothing. */
static inline struct ram_region *memory_find(struct memory *memory, pa_t pa, u64 size)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		struct ram_region *region = &memory->region[i];

		if (!region->is_away && pa.v - region->base.v < region->size &&
			size <= region->size - (pa.v - region->base.v))
			return region;
	}
	return NULL;
}

#endif
