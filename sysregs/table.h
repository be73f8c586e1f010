/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of sysreg.def as a struct, and the functions its columns name. Private to sysregs/, but
 * that explain/ looks at rows.
 */
#ifndef ENT_SYSREGS_TABLE_H
#define ENT_SYSREGS_TABLE_H

#include "sysregs/sysregs.h"

/* Trap controls as bits of cpu->armed[] and of a row's traps. */
enum trap_id {
#define TRAP(name, ...) TRAP_##name,
#include "sysregs/traps.def"
#undef TRAP
	TRAP_COUNT,
	ARMED_FGT = 63 /* in cpu->armed[] only: some fine-grained trap is in force; fgt.c */
};
_Static_assert(TRAP_COUNT <= ARMED_FGT, "cpu->armed[] has a bit for each row of traps.def");
enum { NOBODY = 0xff }; /* as the lowest EL: no EL may */

struct sysreg;
typedef u64 sysreg_read_fn(struct cpu *cpu, enum sysreg_id id);
/* After an MRS has got `value`: what that does. */
typedef void sysreg_took_fn(struct cpu *cpu, enum sysreg_id id, u64 value);
/* After the masked value was stored in place of `old`; may store another. */
typedef void sysreg_wrote_fn(struct cpu *cpu, enum sysreg_id id, u64 old);
/* True when it decided. Asked at every EL that the name exists at. */
typedef bool sysreg_route_fn(const struct cpu *cpu, const struct sysreg *row,
	enum direction direction, struct route *route);

struct sysreg {
	const char *name;
	u64 reset, res0, res1;
	u64 traps;	       /* TRAP_* bits: coarse traps to EL2 */
	u16 encoding;	       /* sysregs.h */
	u8 read_el, write_el;  /* the lowest EL by this name, or NOBODY */
	u8 feature;	       /* enum feature_id */
	bool is_operation;     /* a SYS instruction */
	bool is_gated;	       /* gated.def: bits that are RES0 without a feature */
	bool is_vncr, any_nv1; /* NV2 memory at vncr; whatever NV1 says */
	u16 vncr;
	u16 e2h_is;		/* at EL2 with E2H this name means that register; 0: itself */
	u16 alias_of;		/* an _EL12 or _EL02 name of that register; 0: none */
	u16 nv2_is;		/* NV2 turns this EL2 name into that register; 0: no */
	sysreg_read_fn *read;	/* NULL: cpu->sys[] */
	sysreg_took_fn *took;	/* NULL: a read has no effect */
	sysreg_wrote_fn *wrote; /* NULL: nothing else happens */
	sysreg_route_fn *route; /* NULL: the general rules suffice */

	/* At EL1 with a bit of virtual_if in HCR_EL2 this name means that register; 0: itself. */
	u64 virtual_if;
	u16 virtual_is;
};

extern const struct sysreg sysreg_rows[SYSREG_COUNT];

/* Notes the controls of `traps` up to the first that traps. */
void consult_traps(const struct cpu *cpu, u64 traps, enum direction direction);

/* Functions named in sysreg.def: READ, TOOK, WROTE (hooks.c, timers.c), ROUTE (controls.c). */
sysreg_read_fn read_midr, read_mpidr, read_ccsidr, read_dczid, read_sp, read_spsel, read_currentel,
	read_pan, read_uao, read_dit, read_ssbs, read_isr, read_nzcv, read_daif, read_claimset,
	read_mdccsr, read_dtr, read_cntpct, read_cntvct, read_tval, read_ctl, read_fpcr, read_fpsr;
sysreg_took_fn took_count, took_dtr;
sysreg_wrote_fn el1_regime_changed, el2_regime_changed, hcr_changed, traps_rearm, cntkctl_changed,
	cnthctl_changed, write_sp, write_spsel, write_pan, write_uao, write_dit, write_ssbs,
	write_nzcv, write_daif, write_mdscr, write_dtr, debug_changed, write_oslar, write_claimset,
	write_claimclr, timer_changed, write_tval, cpacr_changed, write_fpcr, write_fpsr;
sysreg_route_fn route_ctr, route_uci, route_dc_zva, route_rctx, route_daif, route_sp_el0,
	route_cntfrq, route_cntpct, route_cntvct, route_cntp, route_cntv, route_dcc,
	route_rvbar_el1, route_fp, route_scxtnum;

/*
 * The GICv3 CPU interface (icc.c, icv.c, ich.c, icx.c): the least binary points, and what of
 * ICC_CTLR_EL1 cannot be written: PRIbits, 24 bits of INTID, A3V.
 */
enum { BPR0_LEAST = PRIORITY_SHIFT - 1, BPR1_LEAST = PRIORITY_SHIFT };
enum { ICC_CTLR_FIXED = (PRIORITY_BITS - 1) << 8 | 0x8800 };
/* PRIbits and PREbits, 24 bits of INTID, A3V, nV4, TDS; four list registers. */
#define ICH_VTR_FIXED ((u64)(PRIORITY_BITS - 1) << 29 | (PRIORITY_BITS - 1) << 26 | 0x00b80003)
/* The least binary points, and VFIQEn. */
enum { ICH_VMCR_LEAST = BPR0_LEAST << 21 | BPR1_LEAST << 18 | 8 };
sysreg_read_fn read_icx_rpr, read_icx_bpr1, read_icc_iar, read_icc_hppir, read_ich_misr,
	read_ich_eisr, read_ich_elrsr, read_ich_vmcr, read_icv_iar, read_icv_hppir, read_icv_apr;
sysreg_took_fn took_icc_iar, took_icv_iar;
sysreg_wrote_fn icx_changed, write_icx_bpr, write_icc_igrpen, write_icc_eoir, write_icc_dir,
	write_icc_sgi0r, write_icc_sgi1r, write_icc_asgi1r, ich_changed, ich_hcr_changed,
	write_ich_vmcr, write_icv_eoir, write_icv_apr, write_icv_dir;
/* After a cold reset of the registers. */
void icc_reset(struct cpu *cpu);

sysreg_read_fn read_pmcr, read_pm_flags, read_pmceid, read_pmevcntr, read_pm_selected;
sysreg_wrote_fn write_pmcr, write_pm_set, write_pm_clr, write_pmswinc, write_pmevcntr,
	write_pmevtyper, write_pm_selected, mdcr_changed;
sysreg_route_fn route_pmu, route_pmswinc, route_pmselr, route_pmccntr, route_pmevcntr,
	route_pmevtyper, route_pmxevcntr, route_pmxevtyper;

/* Does a row of traps.def that the register names trap it here? The controls are cached in
 * cpu->armed[] (armed.c). */
static inline bool is_coarsely_trapped(
	const struct cpu *cpu, const struct sysreg *row, enum direction direction)
{
	if (UNLIKELY(cpu->consulted != NULL))
		consult_traps(cpu, row->traps, direction);
	return cpu->armed[direction] & row->traps;
}

/* Fine-grained traps, rows of fgt.def (fgt.c): whether one is about the register; whether it traps
 * here; the same for the instruction of a bit of HFGITR_EL2; BIT(ARMED_FGT) or 0. */
bool fgt_has_row(enum sysreg_id id);
bool fgt_traps(const struct cpu *cpu, enum sysreg_id id, enum direction direction);
bool fgt_traps_insn(const struct cpu *cpu, u64 mask);
u64 fgt_armed(const struct cpu *cpu, enum direction direction);

/* Is there a reason to ask: a trap may be in force, or somebody wants the list of controls. */
static inline bool may_fgt_trap(const struct cpu *cpu, enum direction direction)
{
	return UNLIKELY((cpu->armed[direction] & BIT(ARMED_FGT)) || cpu->consulted != NULL);
}

static inline bool is_finely_trapped(
	const struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	return may_fgt_trap(cpu, direction) && fgt_traps(cpu, id, direction);
}

static inline bool is_insn_finely_trapped(const struct cpu *cpu, u64 mask)
{
	return may_fgt_trap(cpu, DIR_WRITE) && fgt_traps_insn(cpu, mask);
}

/* Fills sysreg_direct[]; safe to call again. */
void sysreg_direct_init(void);

/* The ID registers from the features and choices, into cpu->sys[]. */
void idregs_compute(struct cpu *cpu);

/* HCR_EL2 with the bits that choices of the implementation force. */
u64 hcr_as_implemented(const struct cpu *cpu, u64 hcr);
/* MDSCR_EL1 without the bits that can only be written while the OS Lock is locked. */
u64 mdscr_as_locked(const struct cpu *cpu, u64 mdscr);

#endif
