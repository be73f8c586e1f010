/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that core/ may ask of the machine, besides read_NAME() and write_NAME() of every system
 * register and SYS instruction (hal_arch.h; write_TLBI_VMALLE1IS(0), write_AT_S1E1R(va)). Two
 * implementations, chosen by include path: aarch64/ runs on the machine, host/ records what core/
 * did for the tests.
 */
#ifndef HYP_HAL_H
#define HYP_HAL_H

#include "core/types.h"
#include "hal_arch.h"

struct context;
struct fp_state;

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
 * The words of this run: of the boot block if a hypervisor below gave one (guest/abi.h), else the
 * line the user typed, by semihosting; false when nobody can tell. `size` includes the final 0.
 */
bool hal_command_line(char *line, size_t size);

/* 0: on the bare machine; else how many hypervisors are below. */
unsigned hal_level(void);

/*
 * A call to the hypervisor below, by SMC #0: x0 is the function, x1 and x2 its arguments, and x0
 * the result. Only where hal_level() is not 0.
 */
u64 hal_call_below(u64 function, u64 a, u64 b);

/* Stops the machine and gives the code to whoever started it. */
_Noreturn void hal_exit(int code);

/*
 * A counter that only grows, and its unit: "cycles" (PMCCNTR_EL0) where the CPU counts them, else
 * "ns" (CNTPCT_EL0; above a hypervisor CNTVCT_EL0, reading it is no exit).
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

/*
 * Programs to be copied into a guest's RAM, both linked for GUEST_PROGRAM_IPA: the payloads of
 * guest/, and this hypervisor as it was before its first instruction.
 */
struct hal_image {
	const void *data;
	size_t size;
};
struct hal_image hal_payload_image(void);
struct hal_image hal_hyp_image(void);
/* What takes the place of the payloads, guest/abi.h; data NULL: nothing does. */
struct hal_image hal_module(void);

/*
 * Puts this CPU into the given mode with stage 1 on: HCR_EL2.{E2H,TGE} and the host's other control
 * registers get their host values (A.3), which cpu_init() then saves. On nVHE the caller goes on at
 * EL1, with the same stack and addresses, and its own EL1 registers. Only where hal_has_mode().
 */
bool hal_has_mode(enum hyp_mode mode);
void hal_set_mode(enum hyp_mode mode);

/*
 * Runs a function at EL2: a call on VHE, an HVC on nVHE (same addresses, a stack of EL2's,
 * interrupts masked). Whatever needs an EL2 register or enters a guest goes through here, unless it
 * is there.
 */
typedef u64 (*hyp_function)(u64 a, u64 b);
u64 hal_call_hyp(hyp_function function, u64 a, u64 b);

/* Other CPUs: start `function` on CPU `index` in the same mode; false: there is no such CPU. */
bool hal_cpu_on(unsigned index, void (*function)(void));
unsigned hal_cpu_count(void);

/*
 * Interrupts. All code runs with them masked but for the window, in which host_irq() is called. An
 * SError that is pending there is the host's own, and ends it: hal_enter_guest() enters nobody with
 * it.
 */
void hal_irq_window(void);
void hal_wait(void);	     /* WFI: until one is pending, masked or not */
void hal_kick(unsigned cpu); /* SGI HAL_KICK_INTID */
enum { HAL_KICK_INTID = 1, HAL_NO_INTID = 1023 };
unsigned hal_gic_acknowledge(void); /* HAL_NO_INTID: nothing is pending */
void hal_gic_end(unsigned intid);   /* priority drop */
void hal_gic_deactivate(unsigned intid);
void hal_gic_set_active(unsigned ppi, bool is_active); /* of this CPU's redistributor, GI-5 */
void hal_gic_enable(unsigned ppi, bool is_enabled);

/* A lock word: 0 free. Acquire and release. */
void hal_lock(u32 *word);
void hal_unlock(u32 *word);

/* One single-copy atomic 64-bit store to a translation table in use. */
void hal_write_descriptor(u64 *descriptor, u64 value);
/* Compare and exchange, for guest memory; true if it was `*expected`, else that is what it is now.
 */
bool hal_compare_exchange(u64 *word, u64 *expected, u64 value);

/* Zeros, by what the CPU has for that; aligned to 4 KiB. */
void hal_zero_blocks(void *va, size_t size);

/* Clean and invalidate to the point of coherency; then the instruction caches. */
void hal_flush_dcache(const void *va, size_t size);
void hal_flush_icache(void);

void hal_isb(void);
void hal_dsb_nsh(void);
void hal_dsb_nshst(void);
void hal_dsb_ish(void);
void hal_dsb_ishst(void);

/* V0-V31, FPSR, FPCR: only while CPTR_EL2 lets EL2 use them (FP-4). */
void hal_fp_save(struct fp_state *to);
void hal_fp_restore(const struct fp_state *from);

/* PACGA with the key in APGAKey; FEAT_PAuth only. */
u64 hal_pacga(u64 value, u64 modifier);

/*
 * MD-6: a page of user space, up to 512 words. What the kernel does there it does with the rights
 * of EL0, LDTR and STTR; open: its own loads would be answered, too. That they are not is what
 * PSTATE.PAN is for; without FEAT_PAN nobody asks.
 */
u64 hal_user_load(unsigned word);
void hal_user_store(unsigned word, u64 value);
bool hal_user_is_open(void);

/* PSTATE.PAN of this CPU, for AT S1E1RP (AT-1 d); false if there is no FEAT_PAN. */
bool hal_set_pan(bool is_set);

/*
 * B.11: a page of this CPU at a fixed EL2 VA, for VNCR_EL2; unmapped it faults. Any CPU may unmap
 * any other's, mapped or not.
 */
u64 hal_fixmap_va(void);
void hal_fixmap_map(pa_t page, bool is_writable);
void hal_fixmap_unmap(unsigned cpu);

/*
 * HYPERVISOR-SPEC A.8, at EL2: saves the host's callee-saved registers and SP_EL0, loads the
 * guest's x0-x30 and SP_EL0, ERETs to ELR_EL2/SPSR_EL2 and comes back after the next exception to
 * EL2 with the reverse done. Returns an exit_code.
 */
u64 hal_enter_guest(struct context *guest, struct context *host);

/* ESR_ELx.ISS of the SError that EXIT_WITH_SERROR of this CPU's last exit is about. */
u64 hal_serror_syndrome(void);

#endif
