/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers: what they are, what an access does, and where it goes.
 * Rows: sysreg.def (registers and SYS instructions), fields.def (named bits), traps.def (trap
 * controls), feature.def (features and CPU profiles). docs/TABLES.md explains the columns.
 */
#ifndef ENT_SYSREGS_H
#define ENT_SYSREGS_H

#include "base/archive.h"
#include "base/base.h"
#include "cpu/state.h"
#include "sysregs/choices.h"

enum direction { DIR_READ, DIR_WRITE };

/* Named bits as masks: HCR_EL2_TGE is BIT(27); multi-bit fields are masks in place. */
#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const u64 reg##_##field = MASK(high, low);
#include "sysregs/fields.def"
#undef FIELD

/* Where an access goes; the result of sysreg_route(). */
enum goes_to {
	TO_REGISTER,  /* read or write `reg` (possibly another one than named) */
	TO_MEMORY,    /* FEAT_NV2: the 64-bit word at VNCR_EL2.BADDR + vncr */
	TO_OPERATION, /* a SYS instruction: perform `reg` */
	TO_EXECUTE,   /* insn_route(): the instruction does what it does */
	TO_NOTHING,   /* route_pac(): it does nothing, for the key is not enabled */
	TO_UNDEFINED, /* UNDEFINED: EC 0 to EL1 or EL2 as routed */
	TO_TRAP	      /* an exception with class `ec` to `target_el` */
};

struct route {	      /* 16 bytes: returned in registers */
	u8 goes;      /* enum goes_to */
	u8 ec;	      /* enum ec */
	u8 target_el; /* EL1 or EL2, for TO_UNDEFINED too */
	bool next_pc; /* an exception that returns behind the instruction */
	enum sysreg_id reg;
	u32 iss; /* without what depends on operands: those of EC_SYSREG, immediates */
	u16 vncr;
};

/* The name of a register ("SCTLR_EL1"), for messages. */
const char *sysreg_name(enum sysreg_id id);

/* The row with this encoding, or SR_NONE. Encoding: op0<15:14> op1<13:11> CRn<10:7> CRm<6:3>
 * op2<2:0>. */
enum sysreg_id sysreg_find(u32 encoding);
u32 sysreg_encoding(enum sysreg_id id);
/* Differs between builds whose registers, features, profiles or choices differ. */
u64 sysregs_fingerprint(void);

/*
 * Decides what an MSR, MRS or SYS of register `id` by the current PSTATE does, in the
 * architecture's order. Pure: reads cpu, writes nothing.
 */
struct route sysreg_route(const struct cpu *cpu, enum sysreg_id id, enum direction direction);

/*
 * The same for an encoding without a row: UNDEFINED, or a trap of IMPLEMENTATION DEFINED encodings
 * (HCR_EL2.TIDCP) or of the feature ID space (FEAT_IDST). Never a register.
 */
struct route sysreg_route_encoding(const struct cpu *cpu, u32 encoding, enum direction direction);

/* What any other UNDEFINED instruction does. */
struct route route_undefined(const struct cpu *cpu);

/* Instructions that are no access of a register, and that a control may deny. */
enum insn_control {
#define INSN_CONTROL(name, ...) INSN_##name,
#include "sysregs/insn.def"
#undef INSN_CONTROL
	INSN_CONTROL_COUNT
};

/*
 * Decides whether such an instruction executes (TO_EXECUTE), is UNDEFINED, or an exception. Pure.
 * insn_route() asks the row's function: route_svc(), route_wfi(), ...; route_pac() is that of the
 * rows from PAC_IA to PAC_GA.
 */
struct route insn_route(const struct cpu *cpu, enum insn_control insn);
struct route route_pac(const struct cpu *cpu, enum insn_control key);
#define INSN_CONTROL(name, function) struct route function(const struct cpu *cpu);
#include "sysregs/insn.def"
#undef INSN_CONTROL

/*
 * The controls that decisions read, in order and each once, while cpu->consulted points here: what
 * is not in the list had no say. Inputs beside registers are PSTATE.EL, the features, and whether
 * there is EL2.
 */
struct consulted {
	enum sysreg_id reg;
	u64 mask, value; /* bits in place */
};
struct consultation {
	unsigned count;
	struct consulted row[64];
};
void consultation_note(struct consultation *consultation, enum sysreg_id reg, u64 mask, u64 value);

/*
 * The value of a register as a read returns it; counters are brought up to date / as an MRS takes
 * it, which acknowledges an interrupt by ICC_IAR1_EL1 / a write with masks and effects. No access
 * check: route first. `cpu` must be synchronised (time). Cannot fail, cannot raise.
 */
u64 sysreg_read(struct cpu *cpu, enum sysreg_id id);
u64 sysreg_take(struct cpu *cpu, enum sysreg_id id);
void sysreg_write(struct cpu *cpu, enum sysreg_id id, u64 value);
/* What a write would store, but for effects on other registers. Pure. */
u64 sysreg_as_stored(const struct cpu *cpu, enum sysreg_id id, u64 value);
/* What a read would return, for who looks on: not even the order of reads is another then. */
u64 sysreg_look(const struct cpu *cpu, enum sysreg_id id);

/*
 * The short way for the common case that the register behind a name needs no decision: no feature,
 * odd condition or coarse trap is in the way. By EL, EL2 twice: without and with E2H. With
 * DIRECT_HOOKED an access is more than that of a word of cpu->sys[]: sysreg_take(),
 * sysreg_write(). SR_NONE: ask sysreg_route().
 */
enum { DIRECT_MODES = EL_COUNT + 1, DIRECT_HOOKED = 0x8000 };
_Static_assert((int)SYSREG_COUNT <= DIRECT_HOOKED, "the bit is none of a register's number");
struct sysreg_direct {
	u16 read[DIRECT_MODES], write[DIRECT_MODES];
	u64 traps;	/* of cpu->armed[], below EL2 */
	u64 res0, res1; /* of the register that a write goes to */
};
extern struct sysreg_direct sysreg_direct[SYSREG_COUNT];

/*
 * For who shows registers of a PE: has it a value of its own, that is, it is there, no operation,
 * no other one's name and not only written; may software write it; and where it is in the page of
 * FEAT_NV2 (-1: nowhere), which holds it for a guest hypervisor.
 */
bool sysreg_is_stored(enum sysreg_id id); /* its value is what was written to cpu->sys[] */
/* Whatever is written, nothing is stored and nothing happens: RAZ/WI for any EL that may write. */
bool sysreg_keeps_nothing(enum sysreg_id id);
bool sysreg_has_value(const struct cpu *cpu, enum sysreg_id id);
bool sysreg_is_writable(enum sysreg_id id);
int sysreg_vncr(const struct cpu *cpu, enum sysreg_id id);

/* Cold reset of all registers, after features are set; recomputes the armed traps. */
void sysregs_reset(struct cpu *cpu);

/*
 * The registers of a PE, and what is kept beside them: events, interrupts on offer, PMU; behind
 * PSTATE and its timing. Loading works out what follows from them.
 */
void sysregs_transfer(struct cpu *cpu, struct archive *archive);

/* Recomputes cpu->armed from the control registers; called by writes and EL-independent. */
void sysregs_arm_traps(struct cpu *cpu);

/*
 * Is the use of floating point and SIMD at `el` trapped, and where does it go then: TO_TRAP with
 * EC_FP_ACCESS, or TO_UNDEFINED. Pure.
 */
bool sysregs_fp_trap(const struct cpu *cpu, unsigned el, struct route *route);

/* Recomputes cpu->fp_traps and cpu->fp_trapped; called by writes of what they depend on. */
void sysregs_arm_fp(struct cpu *cpu);

/* Sets cpu->features and cpu->pa_bits from a profile name ("v8.1"); false: no such profile. */
bool sysregs_select_profile(struct cpu *cpu, const char *name);
/* The profile names in order, NULL at the end. */
const char *const *sysregs_profiles(void);
/* STATUS_USAGE: no such profile; the text names those that there are. */
struct status sysregs_check_profile(const char *name);
/* The first profile that has the feature; NULL: none has. */
const char *sysregs_first_profile(enum feature_id feature);
/* The same text, which stays; NULL: there is no such profile. */
const char *sysregs_profile_name(const char *name);

/* ---- Performance monitors (pmu.c) ---- */

enum { PMU_COUNTERS = 6 };

/*
 * The current EL is another than `from`, by an exception or a return (EXC_TAKEN, EXC_RETURN), which
 * ended `insns` instructions (0 or 1) that are not charged yet. Only needed while
 * cpu->pmu.is_counting.
 */
void pmu_left_el(struct cpu *cpu, unsigned from, enum pmu_event event, unsigned insns);

/* An MSR by this name was executed. Only needed while cpu->pmu.is_counting. */
void pmu_wrote(struct cpu *cpu, enum sysreg_id name);

/* Counts what has passed until this simulated time and number of instructions, all of it at `el`.
 */
void pmu_advance(struct cpu *cpu, unsigned el, cycles_t cycles, u64 insns);

/* The level of PMUIRQ, as of the last advance. */
bool pmu_interrupt(const struct cpu *cpu);

/*
 * Cycles from cpu->pmu.cycles on in which PMUIRQ cannot rise by counting time and instructions, or
 * after which to look whether it rises by other events; 0: it will not, or after 2^64.
 */
u64 pmu_cycles_to_overflow(const struct cpu *cpu);

/* Effective HCR_EL2 helpers used all over. */
static inline bool is_e2h(const struct cpu *cpu)
{
	return cpu->sys[SR_HCR_EL2] & HCR_EL2_E2H;
}
static inline bool is_tge(const struct cpu *cpu)
{
	return cpu->sys[SR_HCR_EL2] & HCR_EL2_TGE;
}
/* HCR_EL2 as {NV,NV1} = {0,1} behaves, which is CONSTRAINED UNPREDICTABLE. DDI 0487 D8.14.4 */
static inline u64 effective_hcr(const struct cpu *cpu)
{
	u64 hcr = cpu->sys[SR_HCR_EL2];

	if (LIKELY(!(hcr & HCR_EL2_NV1) || (hcr & HCR_EL2_NV)))
		return hcr;
	hcr &= ~(HCR_EL2_NV1 | HCR_EL2_NV2);
	return is_chosen(cpu, nv_nv1, as_11) ? hcr | HCR_EL2_NV | HCR_EL2_NV1 : hcr;
}
/* {E2H,TGE} = {1,1}: EL0 belongs to the host at EL2. */
static inline bool is_in_host(const struct cpu *cpu)
{
	u64 both = HCR_EL2_E2H | HCR_EL2_TGE;

	return (cpu->sys[SR_HCR_EL2] & both) == both;
}

/* Does the current EL use EL2's registers for translation and control: EL2, or EL0 of the host? */
static inline bool is_el2_regime(const struct cpu *cpu)
{
	return cpu->pstate.el == EL2 || (cpu->pstate.el == EL0 && is_in_host(cpu));
}

/* CNTPOFF_EL2 as far as it applies to CNTPCT_EL0 below EL2 and to CNTP: not for the host. FEAT_ECV
 */
static inline u64 physical_offset(const struct cpu *cpu)
{
	bool is_enabled = cpu->sys[SR_CNTHCTL_EL2] & CNTHCTL_EL2_ECV;

	return is_enabled && !is_in_host(cpu) ? cpu->sys[SR_CNTPOFF_EL2] : 0;
}

/* How far the count of a timer is behind the counter; `ctl` is its control register. D11.2.4 */
u64 timer_offset(const struct cpu *cpu, enum sysreg_id ctl);
/* When an event stream of the PE sends the first event after time `since`; all ones: none does. */
cycles_t event_stream_next(const struct cpu *cpu, cycles_t since);

/* ---- The GIC's CPU interface: icc.c ---- */

enum { INTID_NONE = 1023 };

/* How many bits of a priority there are, the upper ones of eight; all of them can preempt. */
enum {
	PRIORITY_BITS = 5,
	PRIORITY_SHIFT = 8 - PRIORITY_BITS,
	PRIORITY_MASK = 0xff >> PRIORITY_SHIFT << PRIORITY_SHIFT
};

/* The distributor's only word to a PE: replaces what was offered before, and moves the PE's lines.
 */
void icc_offer(struct cpu *cpu, struct gic_offer offer);

/* SCTLR_ELx of the current EL; EL0's is that of its regime. */
static inline u64 current_sctlr(const struct cpu *cpu)
{
	return cpu->sys[is_el2_regime(cpu) ? SR_SCTLR_EL2 : SR_SCTLR_EL1];
}

/*
 * The size of addresses that TxSZ says: outside of its range, which FEAT_TTST extends, as the
 * nearest value of it. is_64k: the granule.
 */
static inline u8 txsz_input_bits(const struct cpu *cpu, u64 txsz, bool is_64k)
{
	u64 most = !cpu_has(cpu, FEAT_TTST) ? 39 : is_64k ? 47 : 48;

	return (u8)(64 - (txsz < 16 ? 16 : txsz > most ? most : txsz));
}

/* Do translations fault because TxSZ is out of its range? CONSTRAINED UNPREDICTABLE */
static inline bool txsz_faults(const struct cpu *cpu, u64 txsz, bool is_64k)
{
	return is_chosen(cpu, txsz, fault) && txsz_input_bits(cpu, txsz, is_64k) != 64 - txsz;
}

/* false: no interrupt, physical or virtual, is pending, so nothing can be taken by unmasking. */
static inline bool may_be_interrupted(const struct cpu *cpu)
{
	return cpu->lines != 0 || (cpu->sys[SR_HCR_EL2] & (HCR_EL2_VSE | HCR_EL2_VF | HCR_EL2_VI));
}

/* The row's entry that is in force. */
static inline u16 sysreg_direct_entry(const struct cpu *cpu, u64 id, enum direction direction)
{
	const struct sysreg_direct *row = &sysreg_direct[id];
	unsigned mode = cpu->pstate.el;

	if (mode == EL2)
		mode += is_e2h(cpu);
	else if ((cpu->armed[direction] & row->traps) || (cpu->sys[SR_HCR_EL2] & HCR_EL2_NV))
		return SR_NONE;
	return direction == DIR_READ ? row->read[mode] : row->write[mode];
}

/* The register whose word of cpu->sys[] an access reads or writes, or SR_NONE. */
static inline u16 sysreg_direct_target(const struct cpu *cpu, u64 id, enum direction direction)
{
	u16 entry = sysreg_direct_entry(cpu, id, direction);

	return entry & DIRECT_HOOKED ? SR_NONE : entry;
}

/* sysreg_route() without the list of controls. */
static inline struct route sysreg_route_quickly(
	const struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	u16 entry = sysreg_direct_entry(cpu, id, direction);

	if (UNLIKELY(entry == SR_NONE))
		return sysreg_route(cpu, id, direction);
	return (struct route){ .goes = TO_REGISTER,
		.reg = (enum sysreg_id)(entry & ~DIRECT_HOOKED) };
}

/* DC ZVA clears aligned blocks of this size, which DCZID_EL0 tells as log2 of words. */
enum { ZVA_LOG2_WORDS = 4, ZVA_BYTES = 4 << ZVA_LOG2_WORDS };

/*
 * What an access by this name costs; encoding as of sysreg_find(), with a row or not. SYSL is
 * DIR_READ, SYS and MSR of a field of PSTATE are DIR_WRITE. timing_class.c
 */
enum timing_class sysreg_timing_class(u32 encoding, enum direction direction);

/*
 * The generic counter: one tick is COUNTER_CYCLES simulated cycles (62.5 MHz at the nominal 1 GHz
 * of the functional model).
 */
enum { COUNTER_HZ = 62500000, COUNTER_CYCLES = 16 };

#endif
