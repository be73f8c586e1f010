/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HAL at EL2 of the virt board: PL011, semihosting, PSCI, counters, and the host's control
 * registers. The only C file besides el2_mmu.c that knows the machine.
 */
#include "hal.h"

#include "core/arch.h"
#include "core/context.h"
#include "core/print.h"
#include "core/scenario.h"
#include "el2_mmu.h"
#include "offsets.h"

_Static_assert(offsetof(struct context, x) == CONTEXT_X, "entry.S");
_Static_assert(offsetof(struct context, sp_el0) == CONTEXT_SP_EL0, "entry.S");
_Static_assert((int)EXIT_IRQ == ASM_EXIT_IRQ && (int)EXIT_TRAP == ASM_EXIT_TRAP, "vectors.S");
_Static_assert((int)EXIT_SERROR == ASM_EXIT_SERROR && (int)EXIT_IL == ASM_EXIT_IL, "vectors.S");
_Static_assert((int)EXIT_WITH_SERROR == ASM_EXIT_WITH_SERROR, "entry.S");

/* What vectors.S saves: the registers C code may change. */
struct el2_frame {
	u64 x[19];
	u64 padding[5];
	u64 x30, more_padding;
};
_Static_assert(sizeof(struct el2_frame) == FRAME_SIZE, "vectors.S");
_Static_assert(offsetof(struct el2_frame, x30) == FRAME_X30, "vectors.S");

/* entry.S */
u64 semihosting_call(u64 operation, const void *argument);
u64 smc_call(u64 function);
extern char semihosting_hlt[], smc_smc[];

/* Called from assembly. */
_Noreturn void hal_main(void);
_Noreturn void not_at_el2(void);
void el2_exception(struct el2_frame *frame, u64 kind);
extern u32 hal_has_pan;

extern const char guest_image_start[], guest_image_end[];

u32 hal_has_pan; /* read by entry.S: MSR PAN is UNDEFINED without it */
static bool has_cycle_counter;
static bool can_clear_e2h;

/* PL011, Arm DDI 0183. */
#define UARTDR	    0x00ul
#define UARTFR	    0x18ul
#define UARTLCR_H   0x2cul
#define UARTCR	    0x30ul
#define FR_TXFF	    BIT(5)
#define LCR_8_FIFO  0x70u
#define CR_TX_RX_ON 0x301u

static volatile u32 *uart(u64 offset)
{
	return (volatile u32 *)(UART_PA + offset);
}

void hal_putc(char c)
{
	if (c == '\n')
		hal_putc('\r');
	while (*uart(UARTFR) & FR_TXFF)
		;
	*uart(UARTDR) = (u8)c;
}

#define SYS_GET_CMDLINE 0x15
#define SYS_EXIT	0x18
#define ADP_STOPPED	0x20026ul /* ADP_Stopped_ApplicationExit */
#define PSCI_SYSTEM_OFF 0x84000008ul
#define NOBODY_ANSWERED (~0ul)

bool hal_command_line(char *line, size_t size)
{
	struct {
		char *buffer;
		u64 size;
	} block = { line, size };

	return semihosting_call(SYS_GET_CMDLINE, &block) == 0;
}

void hal_exit(int code)
{
	u64 block[2] = { ADP_STOPPED, (u64)code };

	semihosting_call(SYS_EXIT, block);
	smc_call(PSCI_SYSTEM_OFF);
	print("hyp: neither semihosting nor PSCI stops this machine; code %d\n", code);
	for (;;)
		__asm__ volatile("wfi");
}

static u64 nanoseconds(void)
{
	u64 frequency = read_CNTFRQ_EL0(), count = read_CNTPCT_EL0();

	if (frequency == 0)
		return count;
	return count / frequency * 1000000000ul + count % frequency * 1000000000ul / frequency;
}

u64 hal_cycles(void)
{
	hal_isb(); /* a counter may otherwise be read ahead of time, DDI 0487 D11.2 */
	return has_cycle_counter ? read_PMCCNTR_EL0() : nanoseconds();
}

const char *hal_cycles_unit(void)
{
	return has_cycle_counter ? "cycles" : "ns";
}

static void start_cycle_counter(void)
{
	u64 version = FGET(read_ID_AA64DFR0_EL1(), ID_AA64DFR0_EL1, PMUVer);
	u64 before;

	write_MDCR_EL2(0);
	if (version == 0 || version == 0xf)
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

struct hal_memory hal_free_memory(void)
{
	return (struct hal_memory){ PA(FREE_RAM_PA), FREE_RAM_SIZE };
}

void *hal_pa_to_va(pa_t pa)
{
	return (void *)pa.v;
}

struct hal_image hal_guest_image(void)
{
	return (struct hal_image){ guest_image_start,
		(size_t)(guest_image_end - guest_image_start) };
}

bool hal_has_mode(enum hyp_mode mode)
{
	if (mode == MODE_NVHE)
		return can_clear_e2h;
	return FGET(read_ID_AA64MMFR1_EL1(), ID_AA64MMFR1_EL1, VH) != 0;
}

static u64 host_hcr(enum hyp_mode mode)
{
	u64 hcr = F(HCR_EL2, RW);

	/* HYPERVISOR-SPEC A.3, host VHE constant. */
	if (mode == MODE_VHE)
		hcr |= F(HCR_EL2, TGE) | F(HCR_EL2, E2H) | F(HCR_EL2, AMO) | F(HCR_EL2, IMO) |
		       F(HCR_EL2, FMO);
	return hcr;
}

void hal_set_mode(enum hyp_mode mode)
{
	/*
	 * E2H gives TCR_EL2 and the descriptors another meaning, so it changes with the MMU off
	 * only.
	 */
	el2_mmu_off(el2_sctlr_off(mode), image_start, image_end);
	write_HCR_EL2(host_hcr(mode));
	hal_isb();
	write_CPTR_EL2(mode == MODE_VHE ? F(CPTR_EL2, E2H_FPEN) : CPTR_NVHE_RES1);
	write_CNTVOFF_EL2(0);
	write_CNTHCTL_EL2(0); /* a guest that wants the physical counter or timer exits */
	el2_mmu_on(mode);
}

void hal_write_descriptor(u64 *descriptor, u64 value)
{
	*(volatile u64 *)descriptor = value;
}

void hal_flush_dcache(const void *va, size_t size)
{
	u64 line = 4ul << bits(read_CTR_EL0(), 19, 16);

	for (u64 at = align_down((u64)va, line); at < (u64)va + size; at += line)
		__asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
	__asm__ volatile("dsb sy" ::: "memory");
}

void hal_flush_icache(void)
{
	__asm__ volatile("ic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

void hal_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

void hal_dsb_nsh(void)
{
	__asm__ volatile("dsb nsh" ::: "memory");
}

void hal_dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

void hal_dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

void hal_tlbi_ipas2e1is(u64 ipa_page)
{
	__asm__ volatile("tlbi ipas2e1is, %0" : : "r"(ipa_page) : "memory");
}

void hal_tlbi_vmalle1is(void)
{
	__asm__ volatile("tlbi vmalle1is" ::: "memory");
}

void hal_tlbi_vmalls12e1is(void)
{
	__asm__ volatile("tlbi vmalls12e1is" ::: "memory");
}

void hal_at_s1e1r(u64 va)
{
	__asm__ volatile("at s1e1r, %0\n\tisb" : : "r"(va) : "memory");
}

/*
 * An exception taken from EL2 itself: one of the two calls that nobody answered, or a bug of ours.
 */
void el2_exception(struct el2_frame *frame, u64 kind)
{
	static const char *const kinds[] = { "synchronous exception", "interrupt", "SError",
		"exception through an unused vector" };
	u64 esr = read_ESR_EL2(), elr = read_ELR_EL2();
	bool is_call = elr == (u64)semihosting_hlt || elr == (u64)smc_smc;

	if (kind == EL2_SYNC && ESR_EC(esr) == EC_UNKNOWN && is_call) {
		frame->x[0] = NOBODY_ANSWERED;
		write_ELR_EL2(elr + 4);
		return;
	}
	panic("%s at EL2: ESR_EL2 0x%lx (EC 0x%02x), ELR_EL2 0x%lx, FAR_EL2 0x%lx", kinds[kind],
		esr, ESR_EC(esr), elr, read_FAR_EL2());
}

static void start_uart(void)
{
	*uart(UARTLCR_H) = LCR_8_FIFO;
	*uart(UARTCR) = CR_TX_RX_ON;
}

void hal_main(void)
{
	/* E2H and TGE may be anything at reset; nothing below works before they are known. */
	write_HCR_EL2(host_hcr(MODE_NVHE));
	hal_isb();
	/* Asked by reading it back: there are CPUs where it is RES1 and ID_AA64MMFR4_EL1 is silent.
	 */
	can_clear_e2h = (read_HCR_EL2() & F(HCR_EL2, E2H)) == 0;
	start_uart();
	hal_has_pan = FGET(read_ID_AA64MMFR1_EL1(), ID_AA64MMFR1_EL1, PAN) != 0;
	start_cycle_counter();
	hal_exit(hyp_main());
}

void not_at_el2(void)
{
	start_uart();
	print("hyp: started at EL%u; hyp.elf needs EL2 (qemu: -M virt,virtualization=on)\n",
		(unsigned)bits(read_CurrentEL(), 3, 2));
	hal_exit(EXIT_CODE_PANIC);
}
