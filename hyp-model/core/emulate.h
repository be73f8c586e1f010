/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handlers that emulate.def names, each declared by its rows.
 */
#ifndef HYP_EMULATE_H
#define HYP_EMULATE_H

#include "core/exit.h"

typedef enum emulation sysreg_handler(struct vcpu *vcpu, struct sysreg_access *access);

#define EMULATE(register, handler, reason) sysreg_handler handler;
#include "core/emulate.def"
#undef EMULATE

/* The access as one of a register of the vCPU, wherever that is now. */
enum emulation emulate_access(struct vcpu *vcpu, struct sysreg_access *access, reg_t reg);

#endif
