/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom this hypervisor talks to: PL011, semihosting on the bare machine, SMC to the hypervisor
 * below; and the clock.
 */
#include "machine.h"

#include "core/arch.h"
#include "core/print.h"

/* PL011, Arm DDI 0183. */
#define UARTDR	    (UART_PA + 0x00)
#define UARTFR	    (UART_PA + 0x18)
#define UARTLCR_H   (UART_PA + 0x2c)
#define UARTCR	    (UART_PA + 0x30)
#define FR_TXFF	    BIT(5)
#define LCR_8_FIFO  0x70u
#define CR_TX_RX_ON 0x301u

#define SYS_GET_CMDLINE 0x15
#define SYS_EXIT	0x18
#define ADP_STOPPED	0x20026ul /* ADP_Stopped_ApplicationExit */
#define PMUVER_IMPDEF	0xful
#define NANOSECONDS	1000000000ul

static bool has_cycle_counter;

void uart_start(void)
{
	mmio_write(UARTLCR_H, LCR_8_FIFO);
	mmio_write(UARTCR, CR_TX_RX_ON);
}

void hal_putc(char c)
{
	if (c == '\n')
		hal_putc('\r');
	while (mmio_read(UARTFR) & FR_TXFF)
		;
	mmio_write(UARTDR, (u8)c);
}

bool hal_command_line(char *line, size_t size)
{
	struct {
		char *buffer;
		u64 size;
	} block = { line, size };

	if (hal_level() == 0)
		return semihosting_call(SYS_GET_CMDLINE, &block) == 0;
	for (size_t i = 0; i < size; i++)
		line[i] = i < BOOT_LINE_SIZE - 1 && i < size - 1 ? boot.line[i] : 0;
	return true;
}

static u64 smc_at_el2(u64 x, u64 unused)
{
	const u64 *argument = (const u64 *)x;

	(void)unused;
	return smc(argument[0], argument[1], argument[2], argument[3]);
}

/*
 * From EL2, real or virtual: without EL3 the SMC of an EL1 may be UNDEFINED for HCR_EL2.TSC, unless
 * NV is set with it.
 */
u64 firmware_call(u64 function, u64 a, u64 b, u64 c)
{
	u64 argument[4] = { function, a, b, c };

	return hal_call_hyp(smc_at_el2, (u64)argument, 0);
}

u64 hal_call_below(u64 function, u64 a, u64 b)
{
	if (hal_level() == 0)
		panic("a call to the hypervisor below, on the bare machine");
	return firmware_call(function, a, b, 0);
}

static void report(int code)
{
	u64 block[2] = { ADP_STOPPED, (u64)code };

	if (hal_level() == 0)
		semihosting_call(SYS_EXIT, block);
	else
		firmware_call(HVC_REPORT, 1, (u64)code, 0);
}

void hal_exit(int code)
{
	report(code);
	firmware_call(PSCI_SYSTEM_OFF, 0, 0, 0);
	print("hyp: neither semihosting nor PSCI stops this machine; code %d\n", code);
	for (;;)
		hal_wait();
}

static u64 nanoseconds(u64 count)
{
	u64 frequency = read_CNTFRQ_EL0();

	if (frequency == 0)
		return count;
	return count / frequency * NANOSECONDS + count % frequency * NANOSECONDS / frequency;
}

/* The virtual counter above a hypervisor: reading it is no exit. */
u64 hal_cycles(void)
{
	hal_isb(); /* a counter may otherwise be read ahead of time, DDI 0487 D11.2 */
	if (has_cycle_counter)
		return read_PMCCNTR_EL0();
	return nanoseconds(hal_level() == 0 ? read_CNTPCT_EL0() : read_CNTVCT_EL0());
}

const char *hal_cycles_unit(void)
{
	return has_cycle_counter ? "cycles" : "ns";
}

void cycle_counter_start(void)
{
	u64 version = FGET(read_ID_AA64DFR0_EL1(), ID_AA64DFR0_EL1, PMUVer);
	u64 before;

	write_MDCR_EL2(0);
	if (version == 0 || version == PMUVER_IMPDEF || hal_level() != 0)
		return;
	write_MDCR_EL2(FV(MDCR_EL2, HPMN, FGET(read_PMCR_EL0(), PMCR_EL0, N)));
	write_PMCCFILTR_EL0(F(PMCCFILTR_EL0, NSH)); /* count at EL2 as well */
	write_PMCNTENSET_EL0(F(PMCNTENSET_EL0, C));
	write_PMCR_EL0(read_PMCR_EL0() | F(PMCR_EL0, LC) | F(PMCR_EL0, E));
	hal_isb();
	before = read_PMCCNTR_EL0();
	hal_isb();
	has_cycle_counter = read_PMCCNTR_EL0() != before;
}
