/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of bits. System register fields come from sysregs/fields.def, the table the simulator
 * itself reads; values and what is no field (syndromes, modes, descriptors) are spelled here. No
 * register is accessed in this file.
 */
#ifndef HYP_ARCH_H
#define HYP_ARCH_H

#include "core/types.h"

enum {
#define FIELD(reg, field, msb, lsb) reg##_##field##_MSB = (msb), reg##_##field##_LSB = (lsb),
#include "sysregs/fields.def"
#undef FIELD
};

/*
 * F(HCR_EL2, VM) is the mask of the field, FV(HCR_EL2, BSU, 1) the field holding 1, FGET() reads
 * it.
 */
#define F(reg, field)		MASK(reg##_##field##_MSB, reg##_##field##_LSB)
#define FV(reg, field, value)	(((u64)(value) << reg##_##field##_LSB) & F(reg, field))
#define FGET(value, reg, field) bits(value, reg##_##field##_MSB, reg##_##field##_LSB)

/* 52-bit addresses need descriptors of another format, so what TCR and VTCR get is 48 at most. */
static inline u64 usable_parange(u64 id_aa64mmfr0_el1)
{
	u64 parange = FGET(id_aa64mmfr0_el1, ID_AA64MMFR0_EL1, PARange);

	return parange < 5 ? parange : 5;
}

/* FEAT_PAuth, whatever the algorithm. */
static inline bool is_pauth(u64 id_aa64isar1_el1, u64 id_aa64isar2_el1)
{
	return (id_aa64isar1_el1 & (F(ID_AA64ISAR1_EL1, APA) | F(ID_AA64ISAR1_EL1, API))) ||
	       (id_aa64isar2_el1 & F(ID_AA64ISAR2_EL1, APA3));
}

/* PSTATE as SPSR_ELx holds it, DDI 0487 C5.2.19; its bits are F(SPSR, IL) and so on. */
#define PSTATE_EL0t 0x0ul
#define PSTATE_EL1t 0x4ul
#define PSTATE_EL1h 0x5ul
#define PSTATE_EL2t 0x8ul
#define PSTATE_EL2h 0x9ul
#define PSTATE_nRW  BIT(4)
#define PSTATE_DAIF (F(SPSR, D) | F(SPSR, A) | F(SPSR, I) | F(SPSR, F))
#define PSTATE_NZCV (F(SPSR, N) | F(SPSR, Z) | F(SPSR, C) | F(SPSR, V))

/* Exception classes, DDI 0487 D17.2.37 ESR_EL2.EC. */
enum {
	EC_UNKNOWN = 0x00,
	EC_WFX = 0x01,
	EC_FP = 0x07,
	EC_PAUTH = 0x09,
	EC_ILLEGAL_STATE = 0x0e,
	EC_SVC64 = 0x15,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_SYS64 = 0x18,
	EC_SVE = 0x19,
	EC_ERET = 0x1a,
	EC_IABT_LOW = 0x20,
	EC_IABT_SAME = 0x21,
	EC_PC_ALIGN = 0x22,
	EC_DABT_LOW = 0x24,
	EC_DABT_SAME = 0x25,
	EC_SP_ALIGN = 0x26,
	EC_FP_EXCEPTION = 0x2c,
	EC_SERROR = 0x2f,
	EC_BREAKPOINT_LOW = 0x30,
	EC_STEP_LOW = 0x32,
	EC_WATCHPOINT_LOW = 0x34,
	EC_BRK64 = 0x3c,
	EC_COUNT = 64,
};

#define ESR_EC(esr)  ((unsigned)bits(esr, 31, 26))
#define ESR_EC_SHIFT 26
#define ESR_IL	     BIT(25)
#define ESR_ISS(esr) bits(esr, 24, 0)

/* ISS of a data or instruction abort. */
#define ISS_ISV(esr)   (bits(esr, 24, 24) != 0)
#define ISS_SAS(esr)   ((unsigned)bits(esr, 23, 22)) /* log2 of the access size */
#define ISS_SSE(esr)   (bits(esr, 21, 21) != 0)
#define ISS_SRT(esr)   ((unsigned)bits(esr, 20, 16))
#define ISS_SF(esr)    (bits(esr, 15, 15) != 0)
#define ISS_VNCR(esr)  (bits(esr, 13, 13) != 0) /* the hardware's access for the guest */
#define ISS_FnV(esr)   (bits(esr, 10, 10) != 0)
#define ISS_CM(esr)    (bits(esr, 8, 8) != 0)
#define ISS_S1PTW(esr) (bits(esr, 7, 7) != 0)
#define ISS_WnR(esr)   (bits(esr, 6, 6) != 0)
#define ISS_FSC(esr)   ((unsigned)bits(esr, 5, 0))

/* Fault status codes without their level in <1:0>. */
#define FSC_TYPE(fsc)	     ((fsc) & ~3u)
#define FSC_ADDRESS_SIZE     0x00u
#define FSC_TRANSLATION	     0x04u
#define FSC_ACCESS_FLAG	     0x08u
#define FSC_PERMISSION	     0x0cu
#define FSC_EXTERNAL	     0x10u
#define FSC_EXTERNAL_ON_WALK 0x14u

/* ISS of a trapped MSR or MRS: which register, as one number in the layout of the ISS itself. */
#define ISS_SYSREG(op0, op1, crn, crm, op2)                                                        \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ISS_SYSREG_MASK	  (MASK(21, 10) | MASK(4, 1))
#define ISS_SYS_RT(esr)	  ((unsigned)bits(esr, 9, 5))
#define ISS_SYS_READ(esr) (bits(esr, 0, 0) != 0)

enum {
#define SYSREG(name, op0, op1, crn, crm, op2, ...) ISS_##name = ISS_SYSREG(op0, op1, crn, crm, op2),
#include "sysregs/sysreg.def"
#undef SYSREG
};

#define ISS_WFX_IS_WFE(esr) (bits(esr, 0, 0) != 0)

/* SCTLR_EL1 with every RES1 bit of Armv8.1 set and the MMU and caches off, DDI 0487 D17.2.118. */
#define SCTLR_EL1_RES1 0x30d00800ul
/* SCTLR_EL2 with E2H=0, the same; with E2H=1 it looks like SCTLR_EL1, DDI 0487 D17.2.119. */
#define SCTLR_EL2_RES1 0x30c50830ul

/* MDCR_EL2 of features that sysregs/fields.def does not have (FEAT_SPE, FEAT_TRF); else RES0. */
#define MDCR_EL2_TPMS BIT(14)
#define MDCR_EL2_TTRF BIT(19)

/* HSTR_EL2: AArch32 accesses of CP15 c15 (HW-10). */
#define HSTR_EL2_T15 BIT(15)

/* CPTR_EL2 with E2H=0: the bits that are RES1 without SVE and SME (HW-9). */
#define CPTR_NVHE_RES1 0x33fful

/* Long descriptors, 4 KiB granule, DDI 0487 D8.3. */
#define DESC_VALID	BIT(0)
#define DESC_TABLE	BIT(1) /* at levels 0-2; at level 3 it means "page" */
#define DESC_PAGE	BIT(1)
#define DESC_AF		BIT(10)
#define DESC_SH_INNER	(3ul << 8)
#define DESC_ADDRESS	MASK(47, 12)
#define DESC_CONTIGUOUS BIT(52)

/* Stage 2 leaf attributes. */
#define S2_MEMATTR_NORMAL_WB (0xful << 2)
#define S2_S2AP_R	     BIT(6)
#define S2_S2AP_W	     BIT(7)
#define S2_XN		     BIT(54)

#endif
