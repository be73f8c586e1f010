/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes of system registers that have not taken effect: cpu->late[], for registers of late.def and
 * PEs whose liberties choose so (cpu/liberty.h). sys[] is what is in effect, which is what
 * everybody reads but the guest's MRS; who shows registers to people (sysreg_look()) shows it, too.
 * Nothing is ever late on a PE that takes no liberties.
 */
#ifndef ENT_SYSREGS_LATE_H
#define ENT_SYSREGS_LATE_H

#include "cpu/state.h"

/* Is a write of the register allowed to be late? */
bool sysreg_may_be_late(enum sysreg_id id);

/* sysreg_write() of a guest's MSR: now or later, in the order of writes of this register. */
void late_write(struct cpu *cpu, enum sysreg_id id, u64 value);
/* What was written last, if that is late; false: cpu->sys[] has it. */
bool late_read(const struct cpu *cpu, enum sysreg_id id, u64 *value);

/* Between two instructions: what is late may take effect. true: something did. */
bool late_pass(struct cpu *cpu);
/* All that is late takes effect. */
void late_end(struct cpu *cpu);

/* A context synchronization event of a PE that takes liberties. */
void late_synchronize_now(struct cpu *cpu);
static inline void late_synchronize(struct cpu *cpu)
{
	if (UNLIKELY(cpu->liberties != NULL))
		late_synchronize_now(cpu);
}

/* To and from an archive, behind the registers. */
struct archive;
void late_transfer(struct cpu *cpu, struct archive *archive);

#endif
