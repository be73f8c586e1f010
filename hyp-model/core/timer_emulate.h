/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of emulate.def for the registers of the Generic Timer.
 */
#ifndef HYP_TIMER_EMULATE_H
#define HYP_TIMER_EMULATE_H

#include "core/exit.h"

enum emulation emulate_timer(struct vcpu *vcpu, struct sysreg_access *access);
enum emulation emulate_cntpct(struct vcpu *vcpu, struct sysreg_access *access);
enum emulation emulate_timer_control(struct vcpu *vcpu, struct sysreg_access *access);
enum emulation emulate_cntvoff(struct vcpu *vcpu, struct sysreg_access *access);

#endif
