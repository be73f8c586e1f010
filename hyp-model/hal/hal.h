/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that core/ may ask of the machine, besides read_NAME() and write_NAME() of every system
 * register (hal_arch.h). Two implementations, chosen by include path: aarch64/ runs at EL2, host/
 * records what core/ did for the tests.
 */
#ifndef HYP_HAL_H
#define HYP_HAL_H

#include "core/types.h"
#include "hal_arch.h"

struct context;

enum hyp_mode { MODE_NVHE, MODE_VHE };

/* What ended a stay in the guest, HYPERVISOR-SPEC A.8. */
enum exit_code {
	EXIT_IRQ = 0,  /* a physical IRQ, FIQ or SError was pending, or arrived */
	EXIT_TRAP = 1, /* a synchronous exception: ESR_EL2 says which */
	EXIT_SERROR = 2,
	EXIT_IL = 3,		  /* the entry itself was illegal, WS-14 */
	EXIT_WITH_SERROR = 0x100, /* flag: an SError became pending on the way out */
};

/* Console: one character, '\n' included. Never fails. */
void hal_putc(char c);

/*
 * The line the user typed after the program's name; false when nobody can tell. `size` includes the
 * final 0.
 */
bool hal_command_line(char *line, size_t size);

/* Stops the machine and gives the code to whoever started it. */
_Noreturn void hal_exit(int code);

/*
 * A counter that only grows, and its unit: "cycles" (PMCCNTR_EL0) where the CPU counts them, else
 * "ns" (CNTPCT_EL0).
 */
u64 hal_cycles(void);
const char *hal_cycles_unit(void);

/* RAM that nobody else uses: 2 MiB aligned, contents unknown. */
struct hal_memory {
	pa_t pa;
	u64 size;
};
struct hal_memory hal_free_memory(void);

/* The one way from an address to a pointer. `pa` lies inside hal_free_memory(). */
void *hal_pa_to_va(pa_t pa);

/* The guests' program, linked for GUEST_RAM_IPA, to be copied to the start of their RAM. */
struct hal_image {
	const void *data;
	size_t size;
};
struct hal_image hal_guest_image(void);

/*
 * Puts EL2 into the given mode with its own stage 1 on: HCR_EL2.{E2H,TGE} and the host's other EL2
 * control registers get their host values, which the caller then saves (HC-1). Only where
 * hal_has_mode().
 */
bool hal_has_mode(enum hyp_mode mode);
void hal_set_mode(enum hyp_mode mode);

/* One single-copy atomic 64-bit store to a translation table in use. */
void hal_write_descriptor(u64 *descriptor, u64 value);

/* Clean and invalidate to the point of coherency; then the instruction caches. */
void hal_flush_dcache(const void *va, size_t size);
void hal_flush_icache(void);

void hal_isb(void);
void hal_dsb_nsh(void);
void hal_dsb_ish(void);
void hal_dsb_ishst(void);

/* TLBI of the EL1&0 regime for the current VTTBR_EL2.VMID. TB-1: the operand is IPA >> 12. */
void hal_tlbi_ipas2e1is(u64 ipa_page);
void hal_tlbi_vmalle1is(void);
void hal_tlbi_vmalls12e1is(void);

/* AT S1E1R, then ISB: PAR_EL1 has the answer. */
void hal_at_s1e1r(u64 va);

/*
 * HYPERVISOR-SPEC A.8: saves the host's callee-saved registers and SP_EL0, loads the guest's x0-x30
 * and SP_EL0, ERETs to ELR_EL2/SPSR_EL2 and comes back after the next exception to EL2 with the
 * reverse done. Returns an exit_code.
 */
u64 hal_enter_guest(struct context *guest, struct context *host);

#endif
