/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the fake machine tell each other. Private to hal/host.
 */
#ifndef HYP_HOST_MACHINE_H
#define HYP_HOST_MACHINE_H

#include "hal_host.h"

/* Ends the process: core/ did what the machine does not have. */
_Noreturn void misuse(const char *what, const char *name);

void log_add(enum log_kind kind, enum host_reg reg, u64 address, u64 value);

/* host_registers.c */
void registers_reset(void);
bool is_e2h(void);
bool is_in_host(void); /* {E2H,TGE} = {1,1} */
void context_synchronised(void);
void fp_check(const char *what);

/* host_gic.c */
void gic_reset(void);

/* hal_host.c */
bool is_any_lock_held(void);

#endif
