/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation regimes, and the vocabulary that the walkers share: requests, faults, permissions.
 * Private to mmu/.
 */
#ifndef ENT_MMU_REGIME_H
#define ENT_MMU_REGIME_H

#include "base/base.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"

enum regime_kind {
	REGIME_EL10, /* EL1&0: two ranges, EL0 permissions, ASID and VMID, stage 2 */
	REGIME_EL2,  /* one range, no EL0 */
	REGIME_EL20  /* EL2&0 (FEAT_VHE): as EL1&0 without stage 2 */
};

/* One set of translation tables: TTBRn with its half of TCR, or VTTBR with VTCR. */
struct tables {
	u64 base;	/* of the first table; not checked against output_bits */
	u8 input_bits;	/* 64 - TxSZ */
	u8 output_bits; /* larger addresses: Address size fault */
	u8 granule;	/* log2 of the granule: 12, 14, 16 */
	u8 start_level;
	bool stage2;
	bool disabled; /* EPDn; for stage 2: contradictory VTCR. Translation fault, level 0 */
	bool no_el0;   /* E0PDn: the same for EL0, whatever a TLB holds */
	bool hpd;      /* hierarchical permissions are ignored */
	bool tbi;      /* the top byte is a tag */
	bool tbid;     /* but not of fetches: FEAT_PAuth */
};

struct regime {
	enum regime_kind kind;
	bool s1_enabled, s2_enabled;
	bool two_ranges; /* TTBR0 and TTBR1; with that, EL0 permissions */
	bool ha, hd;	 /* stage 1 hardware update of AF, of the dirty state */
	bool wxn;
	bool nv1;	      /* {NV,NV1} = {1,1}: the EL1&0 tables have EL2 format */
	bool dc;	      /* HCR_EL2.DC: stage 1 off means Normal write-back */
	bool cacheable;	      /* SCTLR.C */
	bool check_alignment; /* SCTLR.A */
	bool lse2, naa;	      /* FEAT_LSE2, SCTLR.nAA */
	bool s2_ha, s2_hd;
	bool s2_xnx;	       /* FEAT_XNX: XN has two bits */
	bool s2_protects_walk; /* HCR_EL2.PTW */
	bool s2_uncached;      /* HCR_EL2.CD */
	bool s2_fwb;	       /* HCR_EL2.FWB: MemAttr in the format of FEAT_S2FWB */
	bool faults_fetch;     /* fetches from Device memory: a choice */
	u8 pa_bits;
	u64 mair;
	struct tables range[2];
	struct tables s2;
	u64 space;		       /* TLB tag of its non-global entries, see SPACE_* */
	struct inspection *inspection; /* NULL, or who only looks on: inspect.c */
	bool is_speculative;	       /* no descriptor is updated: speculate.c */
};

/* A TLB tag: who an entry belongs to. ASID is 0 in global entries. */
#define SPACE_ASID   MASK(15, 0)
#define SPACE_VMID   MASK(31, 16)
#define SPACE_KIND   MASK(33, 32) /* enum regime_kind */
#define SPACE_S1_OFF BIT(34)	  /* results with stage 1 off are no use with stage 1 on */
#define SPACE_S2     BIT(35)
#define SPACE_GLOBAL BIT(36)
#define SPACE_DC     BIT(37) /* with stage 1 off: Normal memory, not Device */
enum { SPACE_VMID_SHIFT = 16, SPACE_KIND_SHIFT = 32 };

/* The regime that an access from `el` uses: HYPERVISOR-SPEC HW-4. */
enum regime_kind regime_kind_of(const struct cpu *cpu, unsigned el);
/* Decodes the controls of a regime from the system registers. */
void regime_decode(const struct cpu *cpu, enum regime_kind kind, struct regime *out);
/* The current VMID, in the width that VTCR_EL2.VS gives it. */
u64 regime_vmid(const struct cpu *cpu);
/* The ASID in a register or operand with ASID<63:48>, in the width of TCR.AS. */
u64 regime_asid(const struct cpu *cpu, enum regime_kind kind, u64 value);

/* The VA without its tag, sign-extended from bit 55: what TLB entries are compared with. */
static inline u64 canonical_va(u64 va)
{
	return sign_extend(va, 56);
}

/* The tables that translate va. */
static inline const struct tables *regime_tables(const struct regime *regime, u64 va)
{
	return &regime->range[regime->two_ranges && bit(va, 55)];
}

/* What is asked of a translation. */
struct request {
	u64 va;
	u8 kind;	  /* enum access_kind */
	bool el0;	  /* with EL0's permissions */
	bool pan;	  /* PSTATE.PAN applies to it */
	bool misaligned;  /* for its size: faults on Device memory */
	bool invalidates; /* DC IVAC: needs write permission */
	bool at;	  /* an AT instruction: changes AF at most */
	bool zva;	  /* DC ZVA: faults on Device memory */
	bool is_release;  /* or acquires */
	bool vncr;
};

/* Is the top byte of the address a tag? EffectiveTBI() */
static inline bool has_tag(const struct tables *tables, const struct request *request)
{
	return tables->tbi && !(tables->tbid && request->kind == ACCESS_FETCH);
}

/* The highest VA bit that belongs to the address; above is a tag. AddrTop() */
static inline unsigned address_top(const struct tables *tables, const struct request *request)
{
	return has_tag(tables, request) ? 55 : 63;
}

/* Fault statuses as in ESR_ELx.DFSC; the walk faults have the level added. DDI 0487, ISS for a Data
 * Abort. */
enum fault_status {
	FSC_ADDRESS_SIZE = 0x00,
	FSC_TRANSLATION = 0x04,
	FSC_ACCESS_FLAG = 0x08,
	FSC_PERMISSION = 0x0c,
	FSC_EXTERNAL = 0x10,
	FSC_EXTERNAL_ON_WALK = 0x14,
	FSC_ALIGNMENT = 0x21
};

struct mmu_fault {
	u8 status; /* enum fault_status */
	u8 level;
	bool stage2;
	bool s1ptw;
	bool read_would_pass; /* of an atomic: the write is what fails */
	u64 ipa;	      /* with stage2 */
};

/* Sets a fault; false, so that callers can return it. */
static inline bool mmu_fail(struct mmu_fault *fault, bool stage2, u8 status, unsigned level)
{
	fault->status = status;
	fault->level = (u8)level;
	fault->stage2 = stage2;
	return false;
}

/* Fills cpu->fault. false, so that callers can return it. */
bool mmu_report(struct cpu *cpu, const struct request *request, const struct mmu_fault *fault);

/* Does no watchpoint match an access of `size` bytes? false: cpu->fault. */
bool watch_check(struct cpu *cpu, const struct request *request, unsigned size);

/* Permissions before PAN and WXN, which depend on the access and are applied at each use. */
enum {
	S1_PR = 0x001, /* privileged read, write, execute */
	S1_PW = 0x002,
	S1_PX = 0x004,
	S1_UR = 0x008, /* unprivileged */
	S1_UW = 0x010,
	S1_UX = 0x020,
	S1_ALL = 0x03f,
	S1_CLEAN = 0x040, /* the write permission takes effect by an update of the descriptor */
	S2_R = 0x080,
	S2_W = 0x100,
	S2_PX = 0x200,
	S2_UX = 0x400,
	S2_ALL = 0x780,
	S2_CLEAN = 0x800
};

struct leaf;
unsigned perms_stage1(const struct regime *regime, const struct leaf *leaf);
unsigned perms_stage2(const struct regime *regime, u64 descriptor);
/* Does the request pass? *read_would_pass is set when it does not, for atomics. */
bool perms_pass_stage1(const struct regime *regime, unsigned perms, const struct request *request,
	bool *read_would_pass);
bool perms_pass_stage2(unsigned perms, const struct request *request, bool *read_would_pass);
/* Is it a write that must make the translation dirty first? */
bool perms_need_update(unsigned perms, const struct request *request);

static inline bool request_writes(const struct request *request)
{
	return request->kind == ACCESS_WRITE || request->kind == ACCESS_ATOMIC;
}

/* Memory types as in MAIR: 0b0000xx00 is Device. */
static inline bool attr_is_device(unsigned attr)
{
	return (attr & 0xf0) == 0;
}
/* Write-Back in both halves: what caches keep. 0b0100 is Non-cacheable, else bit 2 says Write-Back.
 */
static inline bool attr_is_write_back(unsigned attr)
{
	return (attr & 0x44) == 0x44 && (attr & 0xf0) != 0x40 && (attr & 0x0f) != 0x04;
}
unsigned attrs_stage1(const struct regime *regime, u64 descriptor);
/* With stage 1 off; for data, or for fetches. */
unsigned attrs_stage1_off(const struct regime *regime);
/* Is the memory type of a stage-2 descriptor Device? */
bool attrs_stage2_is_device(const struct regime *regime, u64 descriptor);
/* The combination with a stage-2 descriptor's memory type. */
unsigned attrs_combine(const struct regime *regime, unsigned attr, u64 stage2_descriptor);
unsigned attrs_combine_shareability(unsigned s1, unsigned s2);
/* The shareability that memory of this type really has. */
unsigned attrs_shareability(unsigned attr, unsigned sh);

/* The end of a walk. */
struct leaf {
	u64 descriptor;
	u64 where; /* the descriptor's address as the walk computed it: an IPA if stage 2 is on */
	u8 *host;  /* the descriptor in host memory */
	bool is_kept; /* the descriptor is not what is there, or host and region are not known:
			 retain.h */
	struct ram_region *region;
	u64 address; /* output for the input, all bits */
	u8 level;
	u8 shift;    /* log2 of the block's (or contiguous set's) size */
	u8 ap_table; /* APTable bits of all levels, ORed */
	bool uxn_table, pxn_table;
};

/* A finished translation, as the TLB keeps it. */
struct translated {
	u64 pa;	 /* of the first byte of the page */
	u64 ipa; /* the same, between the stages */
	u16 perms;
	u8 shift; /* log2 of the size */
	u8 attr;
	u8 sh;
	u8 s1_level, s2_level;
	bool s1_device, s2_device;
	bool global;
	bool guarded; /* GP: nobody asks without FEAT_BTI */
};

/* AArch64.FullTranslate, without the TLB. *ipa is where stage 1 leads, also on a stage-2 fault. */
bool walk_translate(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault);
/* Stage 1 alone (its walk still goes through stage 2): for AT S1*. out describes the IPA. */
bool walk_stage1(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault);
/* Stage 2 alone; the request's va is an IPA of Normal memory, and regime->s2_enabled. */
bool walk_stage2(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault);
/* The checks of a translation that is in the TLB; in the same order as the walk makes them. */
bool walk_recheck(const struct regime *regime, const struct request *request,
	const struct translated *entry, struct mmu_fault *fault);

#endif
