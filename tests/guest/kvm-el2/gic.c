/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 (IHI 0069): one redistributor, group 1, EOImode 1 for the hypervisor; two list registers.
 */
#include "gic.h"
#include "print.h"

#define SGIS (GICR + 0x10000)

enum { GICD_CTLR = 0, GICR_WAKER = 0x14, IGROUPR0 = 0x80, ISENABLER0 = 0x100, IPRIORITYR = 0x400 };

#define ICC_PMR_EL1	   S3_0_C4_C6_0
#define ICC_IAR1_EL1	   S3_0_C12_C12_0
#define ICC_EOIR1_EL1	   S3_0_C12_C12_1
#define ICC_CTLR_EL1	   S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1	   S3_0_C12_C12_7
#define ICC_DIR_EL1	   S3_0_C12_C11_1
#define ICC_SGI1R_EL1	   S3_0_C12_C11_5
#define ICC_SRE_EL2	   S3_4_C12_C9_5
#define ICH_HCR_EL2	   S3_4_C12_C11_0
#define ICH_MISR_EL2	   S3_4_C12_C11_2
#define ICH_EISR_EL2	   S3_4_C12_C11_3
#define ICH_ELRSR_EL2	   S3_4_C12_C11_5
#define ICH_VMCR_EL2	   S3_4_C12_C11_7
#define ICH_LR0_EL2	   S3_4_C12_C12_0
#define ICH_LR1_EL2	   S3_4_C12_C12_1
#define READ_(reg)	   READ(reg)
#define WRITE_(reg, value) WRITE(reg, value)

#define LR_PENDING  BIT(62)
#define LR_HW	    BIT(61)
#define LR_GROUP1   BIT(60)
#define LR_PRIORITY (0x80ul << 48)
#define LR_EOI	    BIT(41)

static volatile u32 *reg32(u64 address)
{
	return (volatile u32 *)address;
}

void gic_reset(void)
{
	u32 used = 1u << SGI | 1u << PPI_MAINTENANCE | 1u << PPI_TIMER_HYP |
		   1u << PPI_TIMER_VIRTUAL | 1u << PPI_TIMER_HYP_VIRTUAL;

	*reg32(GICD + GICD_CTLR) = 1 << 4; /* ARE, before the groups */
	*reg32(GICD + GICD_CTLR) = 1 << 4 | 1 << 1;
	*reg32(GICR + GICR_WAKER) = 0;
	while (*reg32(GICR + GICR_WAKER) & 1 << 2)
		;
	*reg32(SGIS + IGROUPR0) = ~0u;
	for (u64 i = 0; i < 32; i += 4)
		*reg32(SGIS + IPRIORITYR + i) = 0xa0a0a0a0;
	*reg32(SGIS + ISENABLER0) = used;
	expect("GICR_ISENABLER0", *reg32(SGIS + ISENABLER0) & used, used);
	WRITE_(ICC_SRE_EL2, 0xf);
	WRITE_(ICC_PMR_EL1, 0xf0);
	WRITE_(ICC_CTLR_EL1, 1 << 1); /* EOImode */
	WRITE_(ICC_IGRPEN1_EL1, 1);
	WRITE_(ICH_VMCR_EL2, 0);
	WRITE_(ICH_LR0_EL2, 0);
	WRITE_(ICH_LR1_EL2, 0);
	WRITE_(ICH_HCR_EL2, 1);
	expect("ICH_HCR_EL2", READ_(ICH_HCR_EL2), 1);
}

void gic_send_sgi(void)
{
	WRITE_(ICC_SGI1R_EL1, (u64)SGI << 24 | 1);
}

u64 gic_acknowledge(void)
{
	return READ_(ICC_IAR1_EL1) & 0xffffff;
}

void gic_end(u64 intid, int is_of_l2)
{
	WRITE_(ICC_EOIR1_EL1, intid);
	if (!is_of_l2)
		WRITE_(ICC_DIR_EL1, intid);
}

void gic_inject(u64 intid)
{
	expect("ICH_ELRSR_EL2", READ_(ICH_ELRSR_EL2) & 3, 3);
	WRITE_(ICH_LR0_EL2, LR_PENDING | LR_GROUP1 | LR_PRIORITY | LR_EOI | intid);
}

void gic_inject_linked(u64 intid)
{
	expect("state of list register 1", READ_(ICH_LR1_EL2) >> 62, 0);
	WRITE_(ICH_LR1_EL2, LR_PENDING | LR_HW | LR_GROUP1 | LR_PRIORITY | intid << 32 | intid);
}

void gic_maintain(void)
{
	expect("ICH_MISR_EL2", READ_(ICH_MISR_EL2), 1); /* EOI */
	expect("ICH_EISR_EL2", READ_(ICH_EISR_EL2), 1);
	expect("state of list register 0", READ_(ICH_LR0_EL2) >> 62, 0);
	WRITE_(ICH_LR0_EL2, 0);
	expect("ICH_MISR_EL2 after it", READ_(ICH_MISR_EL2), 0);
}
