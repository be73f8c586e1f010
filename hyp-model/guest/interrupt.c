/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's GICv3: affinity routing, group 1, system registers. Counts what each CPU took.
 */
#include "guest/guest.h"

enum {
	GICD_CTLR = 0x0,
	GICD_TYPER = 0x4,
	GICR_TYPER = 0x8,
	GICR_WAKER = 0x14,
	GICR_SGI_FRAME = 0x10000,
	GICR_IGROUPR0 = GICR_SGI_FRAME + 0x80,
	GICR_ISENABLER0 = GICR_SGI_FRAME + 0x100,
	GICR_IPRIORITYR0 = GICR_SGI_FRAME + 0x400,
	GICR_STRIDE = 0x20000,
	WAKER_SLEEP = 2,
	WAKER_ASLEEP = 4,
	CTLR_GROUP1 = 2,
	CTLR_ARE = 0x10,
	PRIORITY = 0xa0,
	NO_INTID = 1020, /* and above */
};

static volatile u64 taken[GUEST_CPUS][32];

unsigned this_cpu(void)
{
	return READ_SYSREG(mpidr_el1) & 0xff;
}

/* Of each four INTIDs the same; groups of four with higher INTIDs are taken sooner. */
static void set_priorities(u64 frame)
{
	for (u32 i = 0; i < 32; i += 4)
		write32(frame + GICR_IPRIORITYR0 + i, 0x01010101u * (PRIORITY - i * 4));
}

void interrupts_on(void)
{
	u64 frame = GUEST_GICR_IPA + this_cpu() * GICR_STRIDE;

	WRITE_SYSREG(s3_0_c12_c12_5, READ_SYSREG(s3_0_c12_c12_5) | 1); /* ICC_SRE_EL1.SRE */
	isb();
	if (this_cpu() == 0)
		write32(GUEST_GICD_IPA + GICD_CTLR, CTLR_ARE | CTLR_GROUP1);
	CHECK((read64(frame + GICR_TYPER) >> 32 & 0xff) == this_cpu());
	write32(frame + GICR_WAKER, read32(frame + GICR_WAKER) & ~(u32)WAKER_SLEEP);
	while ((read32(frame + GICR_WAKER) & WAKER_ASLEEP) != 0)
		;
	write32(frame + GICR_IGROUPR0, ~0u);
	set_priorities(frame);
	write32(frame + GICR_ISENABLER0, 0xffffu | 1u << PPI_VTIMER | 1u << PPI_PTIMER);
	WRITE_SYSREG(s3_0_c4_c6_0, 0xff); /* ICC_PMR_EL1 */
	WRITE_SYSREG(s3_0_c12_c12_7, 1);  /* ICC_IGRPEN1_EL1 */
	isb();
}

u64 acknowledge(void)
{
	u64 intid = READ_SYSREG(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */

	dsb();
	return intid;
}

void end_interrupt(u64 intid)
{
	WRITE_SYSREG(s3_0_c12_c12_1, intid); /* ICC_EOIR1_EL1 */
	isb();
}

/* A timer's line is high until the timer is told; the other sources were pulses. */
static void quiet(u64 intid)
{
	if (intid == PPI_VTIMER)
		WRITE_SYSREG(cntv_ctl_el0, 0);
	if (intid == PPI_PTIMER)
		WRITE_SYSREG(cntp_ctl_el0, 0);
	isb();
}

void guest_irq(void)
{
	u64 intid = acknowledge();

	if (intid >= NO_INTID)
		return;
	quiet(intid);
	end_interrupt(intid);
	if (intid < 32)
		taken[this_cpu()][intid]++;
}

u64 interrupts_taken(unsigned intid)
{
	return taken[this_cpu()][intid];
}

/* One that comes before the WFI ends the WFI at once: it is masked, and stays pending. */
void wait_for_interrupt(unsigned intid, u64 count)
{
	while (interrupts_taken(intid) < count) {
		__asm__ volatile("wfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::: "memory");
	}
}

void send_sgi(unsigned cpu, unsigned intid)
{
	dsb();
	WRITE_SYSREG(s3_0_c12_c11_5, (u64)intid << 24 | 1ul << cpu); /* ICC_SGI1R_EL1 */
	isb();
}
