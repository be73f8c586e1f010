/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a test may do to the host HAL: set registers, script what the guest, the interrupt
 * controller and AT answer, read the log of what core/ did.
 *
 * The fake machine has HOST_CPUS CPUs, of which one is "this" one at a time. It knows which
 * accesses are wrong and aborts with their names; it does not know what is right, that is the
 * tests' business:
 *
 *  - a register that nothing has set; a name that E2H does not have, or that means another register
 *    than the row's author thought (HW-1, HW-2); an EL2 register below EL2, or TVAL
 *  - TLBI and AT of the EL1&0 regime with TGE=1 (HW-6, HW-7), or before an ISB has made the last
 *    write of HCR_EL2, VTTBR_EL2 or VTCR_EL2 effective (MD-3); PAR_EL1 before an ISB after the AT
 *  - FP registers while CPTR_EL2 traps them, effective or not (FP-4)
 *  - an entry with TGE=1, or to EL2; an interrupt window with TGE=0 (HC-9) or with a lock held
 *  - a lock taken twice, or dropped when free; WFI that nothing ends
 */
#ifndef HYP_HAL_HOST_H
#define HYP_HAL_HOST_H

#include "core/fp.h"
#include "hal.h"

/*
 * Physical addresses start where no pointer of an x86-64 process can be, so that a pa_t used as a
 * pointer faults; and always at the same place, so that tests can write descriptors as literals.
 */
#define HOST_PA_BASE 0x800000000000ul
#define HOST_ARENA   MIB(64)

enum { HOST_CPUS = 4 };

enum log_kind {
	LOG_READ,	/* reg, value */
	LOG_WRITE,	/* reg, value */
	LOG_SYS,	/* reg: the instruction; value: its operand */
	LOG_DESCRIPTOR, /* address: PA of the descriptor; value */
	LOG_EXCHANGE, /* address: PA or, outside the arena, VA; hal_compare_exchange() succeeded */
	LOG_ISB,
	LOG_DSB_NSH,
	LOG_DSB_NSHST,
	LOG_DSB_ISH,
	LOG_DSB_ISHST,
	LOG_FLUSH_DCACHE, /* address: PA or, outside the arena, VA; value: size */
	LOG_FLUSH_ICACHE,
	LOG_PAN, /* value */
	LOG_FP_SAVE,
	LOG_FP_RESTORE,
	LOG_FIXMAP_MAP,	  /* address: PA; value: is_writable */
	LOG_FIXMAP_UNMAP, /* value: the CPU */
	LOG_KICK,	  /* value: the CPU */
	LOG_IRQ_WINDOW,
	LOG_WAIT,
	LOG_GIC_END, /* value: INTID; so the next three */
	LOG_GIC_DEACTIVATE,
	LOG_GIC_SET_ACTIVE, /* address: is_active */
	LOG_GIC_ENABLE,	    /* address: is_enabled */
	LOG_LOCK,	    /* address: of the lock word */
	LOG_UNLOCK,
	LOG_CALL_HYP, /* nVHE: the way to EL2 */
	LOG_CALL_RETURN,
	LOG_ENTER, /* the guest ran */
	LOG_KINDS,
};

struct log_entry {
	enum log_kind kind;
	unsigned cpu;
	enum host_reg reg;
	u64 address, value;
};

/*
 * Forgets everything. Set are only the ID registers, which say Armv8.1 with VHE, nVHE and PAN, no
 * RAS, PAuth, NV, FGT or ECV; MPIDR_EL1 = 0x80000000 + CPU, and counters at 0. At EL2, E2H=0.
 */
void host_reset(void);

/*
 * Which CPU "this" is from now on. Its registers, EL, interrupts and fixmap are its own; its ID
 * registers are those of CPU 0 at host_reset().
 */
void host_set_cpu(unsigned cpu);
unsigned host_this_cpu(void);

/* 1 or 2: where the code under test runs, which hal_set_mode() and hal_call_hyp() change too. */
void host_set_level(unsigned el);
unsigned host_level(void);

/*
 * The storage of this CPU, without log and rules: SR_SCTLR_EL1 is EL1's register whatever E2H is,
 * SR_SCTLR_EL12 the same one.
 */
void host_set(enum host_reg reg, u64 value);
u64 host_get(enum host_reg reg);
bool host_is_set(enum host_reg reg);
void host_unset(enum host_reg reg);
const char *host_reg_name(enum host_reg reg);

void host_log_clear(void);
size_t host_log_count(void);
const struct log_entry *host_log(size_t i);
/*
 * The log as text, one short line an entry; LOG_READ, locks and the ways to EL2 are left out. For
 * messages and comparisons: "HCR_EL2=0x480000038\nISB\nTLBI_VMALLE1IS 0x0\nguest\n".
 */
const char *host_log_text(void);
/* How many entries are of that kind and register; the position of the first one from `start` on,
 * or -1. `reg` matters for LOG_READ, LOG_WRITE and LOG_SYS. */
unsigned host_log_times(enum log_kind kind, enum host_reg reg);
long host_log_find(size_t start, enum log_kind kind, enum host_reg reg);

/*
 * One stay in the guest. What an exit does not define (ESR_EL2 of an IRQ, FAR_EL2 of an HVC,
 * HPFAR_EL2 of a permission fault) is unset afterwards, so that core/ cannot use it.
 */
struct host_exit {
	u64 code;
	u64 esr;
	u64 far, hpfar;				/* for aborts; hpfar 0: UNKNOWN */
	u64 pc;					/* ELR_EL2; 0: where the guest was entered */
	u64 pstate;				/* SPSR_EL2; 0: as it was entered */
	u64 serror;				/* ISS of the SError of EXIT_WITH_SERROR */
	void (*guest)(struct context *context); /* what it did to its registers before; or NULL */
};
void host_script(const struct host_exit *exits, size_t count);
size_t host_script_left(void);

/* PAR_EL1 after the next AT, whichever it is; up to 16 may be waiting. */
void host_at_result(u64 par);

/*
 * A physical interrupt of this CPU becomes pending: it is taken in the next hal_irq_window(), by
 * host_irq() of core/, and acknowledged in the order of these calls, once it is enabled. SGIs are.
 */
void host_pend_irq(unsigned intid);
bool host_irq_is_active(unsigned intid);
void host_irq_set_active(unsigned intid, bool is_active); /* what a guest's EOI does to HW=1 */
bool host_irq_is_enabled(unsigned intid);

/* What happens while a CPU is in hal_wait(): pend something, let time pass. NULL: nothing. */
void host_on_wait(void (*function)(void));

/*
 * Called before each lock is taken, but not from itself: where another CPU may get in between, and
 * a test may do what that CPU would do. NULL: nothing.
 */
void host_on_lock(void (*function)(const u32 *word));
/* The same before each hal_compare_exchange(). */
void host_on_exchange(void (*function)(const u64 *word));

/* What hal_cpu_on() started on that CPU, or NULL; the test calls it after host_set_cpu(). */
void (*host_cpu_entry(unsigned cpu))(void);

/* This CPU's V0-V31, FPSR, FPCR. */
struct fp_state *host_fp(void);

/* This CPU's fixmap; false: nothing is mapped. */
bool host_fixmap(pa_t *page, bool *is_writable);

bool host_pan(void); /* PSTATE.PAN of this CPU, as hal_set_pan() left it */

void host_command_line(const char *line); /* NULL: nobody can tell */
const char *host_console(void);

/* Runs `function`; true if it ended in hal_exit(), whose code is then in *code. */
bool host_catch_exit(void (*function)(void *argument), void *argument, int *code);

/* Lets hal_free_memory() be this small from the next pages_reset(). */
void host_limit_memory(u64 size);

#endif
