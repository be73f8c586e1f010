/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a test may do to the host HAL: set registers, script the guest's exits, read the log of what
 * core/ did.
 */
#ifndef HYP_HAL_HOST_H
#define HYP_HAL_HOST_H

#include "hal.h"

/*
 * Physical addresses start where no pointer of an x86-64 process can be, so that a pa_t used as a
 * pointer faults; and always at the same place, so that tests can write descriptors as literals.
 */
#define HOST_PA_BASE 0x800000000000ul
#define HOST_ARENA   MIB(32)

enum log_kind {
	LOG_READ,	/* reg, value */
	LOG_WRITE,	/* reg, value */
	LOG_DESCRIPTOR, /* address: PA of the descriptor; value */
	LOG_ISB,
	LOG_DSB_NSH,
	LOG_DSB_ISH,
	LOG_DSB_ISHST,
	LOG_TLBI_IPAS2E1IS, /* value: the operand */
	LOG_TLBI_VMALLE1IS,
	LOG_TLBI_VMALLS12E1IS,
	LOG_AT_S1E1R, /* value: the address */
	LOG_FLUSH_DCACHE,
	LOG_FLUSH_ICACHE,
	LOG_ENTER, /* the guest ran */
};

struct log_entry {
	enum log_kind kind;
	enum host_reg reg;
	u64 address, value;
};

/* Forgets everything: no register is set but the few ID registers that core/ reads. VHE exists. */
void host_reset(void);

/* Gives a register a value without a log entry, by any of its names. */
void host_set(enum host_reg reg, u64 value);
u64 host_get(enum host_reg reg);
const char *host_reg_name(enum host_reg reg);

void host_log_clear(void);
size_t host_log_count(void);
const struct log_entry *host_log(size_t i);
/* The log as text, one short line an entry, LOG_READ left out; for messages and comparisons. */
const char *host_log_text(void);

/*
 * One stay in the guest. What an exit does not define (FAR_EL2 of an HVC, HPFAR_EL2 of a permission
 * fault) is unset afterwards, so that core/ cannot use it.
 */
struct host_exit {
	u64 code;
	u64 esr;
	u64 far, hpfar;				/* for aborts; hpfar 0: UNKNOWN */
	u64 pc;					/* ELR_EL2; 0: where the guest was entered */
	void (*guest)(struct context *context); /* what it did to its registers before; or NULL */
};
void host_script(const struct host_exit *exits, size_t count);
/* PAR_EL1 after the next AT. */
void host_at_result(u64 par);

void host_command_line(const char *line); /* NULL: nobody can tell */
const char *host_console(void);

/* Runs `function`; true if it ended in hal_exit(), whose code is then in *code. */
bool host_catch_exit(void (*function)(void *argument), void *argument, int *code);

/* Lets hal_free_memory() be this small from the next pages_reset(). */
void host_limit_memory(u64 size);

#endif
