/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3, IHI 0069: SGIs and PPIs of this CPU, in group 1, with the priority drop apart from the
 * deactivation (EOImode 1), so that a guest can do the latter (GI-5). No SPIs: the hypervisor has
 * no device that interrupts.
 */
#include "machine.h"

#include "core/arch.h"
#include "core/print.h"

#define GICD_CTLR	  0x0000
#define GICD_CTLR_GROUPS  (BIT(0) | BIT(1))
#define GICD_CTLR_ARE	  BIT(4)
#define GICD_CTLR_RWP	  BIT(31)
#define GICR_CTLR	  0x0000
#define GICR_CTLR_RWP	  BIT(3)
#define GICR_TYPER	  0x0008
#define GICR_TYPER_LAST	  BIT(4)
#define GICR_AFFINITY	  0x000c /* upper half of GICR_TYPER */
#define GICR_WAKER	  0x0014
#define WAKER_SLEEP	  BIT(1) /* ProcessorSleep */
#define WAKER_ASLEEP	  BIT(2) /* ChildrenAsleep */
#define GICR_SGI	  KIB(64)
#define GICR_IGROUPR0	  (GICR_SGI + 0x0080)
#define GICR_ISENABLER0	  (GICR_SGI + 0x0100)
#define GICR_ICENABLER0	  (GICR_SGI + 0x0180)
#define GICR_ISACTIVER0	  (GICR_SGI + 0x0300)
#define GICR_ICACTIVER0	  (GICR_SGI + 0x0380)
#define GICR_IPRIORITYR	  (GICR_SGI + 0x0400)
#define PRIORITIES	  0xa0a0a0a0u
#define PRIORITY_MASK_ALL 0xfful
#define ICC_CTLR_EOIMODE  BIT(1)
#define ICC_SRE_ALL	  0xful /* SRE, DFB, DIB; Enable at EL2 */
#define FIRST_SPECIAL	  1020u

static u64 redistributors[MAX_CPUS];

static u64 this_redistributor(void)
{
	return redistributors[cpu_index()];
}

/* GICR_TYPER's affinity, Aff3 in the top byte, as the lower fields of MPIDR_EL1. */
static u64 find_redistributor(u64 mpidr)
{
	u64 affinity = bits(mpidr, 39, 32) << 24 | bits(mpidr, 23, 0);
	u64 base = GICR_PA;

	while (mmio_read(base + GICR_AFFINITY) != affinity) {
		if (mmio_read(base + GICR_TYPER) & GICR_TYPER_LAST)
			panic("CPU with MPIDR_EL1 0x%lx has no GIC redistributor", mpidr);
		base += GICR_CPU_SIZE;
	}
	return base;
}

unsigned gic_count_cpus(void)
{
	unsigned count = 1;

	for (u64 base = GICR_PA;
		!(mmio_read(base + GICR_TYPER) & GICR_TYPER_LAST) && count < MAX_CPUS;
		base += GICR_CPU_SIZE)
		count++;
	return count;
}

void gic_start(void)
{
	if (FGET(read_ID_AA64PFR0_EL1(), ID_AA64PFR0_EL1, GIC) == 0)
		panic("this machine has no GICv3 (qemu: -M virt,gic-version=3)");
	mmio_write(GICD_PA + GICD_CTLR, GICD_CTLR_ARE);
	mmio_write(GICD_PA + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GROUPS);
	while (mmio_read(GICD_PA + GICD_CTLR) & GICD_CTLR_RWP)
		;
}

/* Until it is over, what was disabled may still interrupt. */
static void disable(u64 base, u32 intids)
{
	mmio_write(base + GICR_ICENABLER0, intids);
	while (mmio_read(base + GICR_CTLR) & GICR_CTLR_RWP)
		;
}

static void start_redistributor(u64 base)
{
	mmio_write(base + GICR_WAKER, mmio_read(base + GICR_WAKER) & ~(u32)WAKER_SLEEP);
	while (mmio_read(base + GICR_WAKER) & WAKER_ASLEEP)
		;
	disable(base, ~0u);
	mmio_write(base + GICR_ICACTIVER0, ~0u);
	mmio_write(base + GICR_IGROUPR0, ~0u);
	for (u64 i = 0; i < 32; i += 4)
		mmio_write(base + GICR_IPRIORITYR + i, PRIORITIES);
	mmio_write(base + GICR_ISENABLER0, (u32)BIT(HAL_KICK_INTID));
}

void gic_start_cpu(void)
{
	redistributors[cpu_index()] = find_redistributor(read_MPIDR_EL1());
	start_redistributor(this_redistributor());
	write_ICC_SRE_EL2(ICC_SRE_ALL);
	hal_isb();
	write_ICC_SRE_EL1(ICC_SRE_ALL >> 1);
	hal_isb();
	write_ICC_PMR_EL1(PRIORITY_MASK_ALL);
	write_ICC_BPR1_EL1(0);
	write_ICC_CTLR_EL1(ICC_CTLR_EOIMODE);
	write_ICC_IGRPEN1_EL1(1);
	hal_isb();
}

void hal_kick(unsigned cpu)
{
	hal_dsb_ishst(); /* what the other CPU shall see, before it looks */
	write_ICC_SGI1R_EL1((u64)HAL_KICK_INTID << 24 | BIT(cpu));
	hal_isb();
}

unsigned hal_gic_acknowledge(void)
{
	u64 intid = bits(read_ICC_IAR1_EL1(), 23, 0);

	return intid < FIRST_SPECIAL ? (unsigned)intid : HAL_NO_INTID;
}

void hal_gic_end(unsigned intid)
{
	write_ICC_EOIR1_EL1(intid);
	hal_isb();
}

void hal_gic_deactivate(unsigned intid)
{
	write_ICC_DIR_EL1(intid);
	hal_isb();
}

void hal_gic_set_active(unsigned ppi, bool is_active)
{
	mmio_write(this_redistributor() + (is_active ? GICR_ISACTIVER0 : GICR_ICACTIVER0),
		(u32)BIT(ppi));
}

void hal_gic_enable(unsigned ppi, bool is_enabled)
{
	if (is_enabled)
		mmio_write(this_redistributor() + GICR_ISENABLER0, (u32)BIT(ppi));
	else
		disable(this_redistributor(), (u32)BIT(ppi));
}
