/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PE holds for whoever runs below EL2, and for whom it runs. Shared by monitors that ask
 * whose a register is (monitor_owner.c) and whether it is what it was (monitor_clobber.c).
 */
#ifndef ENT_VERIFY_OWNED_H
#define ENT_VERIFY_OWNED_H

#include "verify/monitor.h"

enum owned_class {
	OWNED_USER = 1,
	OWNED_SHARED = 2,
	OWNED_BANKED = 4,
	OWNED_DEBUG = 8,
	OWNED_KEY = 16,
	OWNED_TIMER = 32,
	OWNED_LIST = 64
};

/* Place of a register in the table; OWNED_COUNT of them. */
enum owned {
#define OWNED(reg, class) OWNED_##reg,
#include "verify/owned.def"
#undef OWNED
	OWNED_COUNT
};

struct owned_row {
	u16 reg;    /* enum sysreg_id */
	u8 classes; /* one bit of enum owned_class */
};
extern const struct owned_row owned_rows[OWNED_COUNT];

enum { OWNED_GPRS = 31 };

/* Its place; OWNED_COUNT: it has none. */
unsigned owned_find(u16 reg);
/* What is in effect there; what software reads, be it in effect or not. */
u64 owned_value(const struct cpu *cpu, unsigned place);
u64 owned_written(const struct cpu *cpu, unsigned place);
/* The latter of any register without a hook. */
u64 written_value(const struct cpu *cpu, u16 reg);
/* Which classes EL1 has access to, as far as EL2's registers say. */
u32 owned_given(const struct cpu *cpu);
/*
 * Does software at that EL read this register by its name, or use this key: neither a trap, nor
 * another register, nor memory? Asked where it matters only: it is dear.
 */
bool owned_is_readable(const struct cpu *cpu, unsigned place, unsigned el);
/* Has EL1 access to V registers, FPCR and FPSR, as far as CPTR_EL2 says? */
bool owned_fp_is_given(const struct cpu *cpu);

/*
 * Who runs at that EL: 0 is the host; else the world, and whether it is at its virtual EL2
 * (HCR_EL2.NV), which is one of its own as far as banked registers go.
 */
unsigned owner_at(const struct watchman *watchman, const struct cpu *cpu, unsigned el);
static inline unsigned owner_world(unsigned owner)
{
	return owner >> 1;
}
/*
 * Guests one of which is the other's, however far: their levels share what is not banked. Also
 * those of whom that is not known.
 */
bool owners_are_related(const struct watchman *watchman, unsigned one, unsigned other);
/* "L1", "virtual EL2 of L1". */
const char *owner_say(const struct watchman *watchman, unsigned owner, char *text, size_t size);

/* EVENT_ERET and EVENT_EXCEPTION: is a guest entered or left? *owner: which. */
bool owned_is_entry(const struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned *owner);
bool owned_is_exit(const struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned *owner);
/* The host gives the PE to its own EL0. */
bool owned_is_host_el0(
	const struct watchman *watchman, const struct cpu *cpu, const struct event *event);
/* EVENT_INSN: the host has nothing to do, that is, no guest is attached to the PE either. */
bool owned_is_idle(
	const struct watchman *watchman, const struct cpu *cpu, const struct event *event);

/*
 * Did the host end the run by itself, and well: by semihosting or firmware? Where it is cut off or
 * panics nobody has said that the host is done with its guests.
 */
static inline bool owned_has_ended(const struct cpu *cpu, u32 last_insn)
{
	bool is_end = last_insn == 0xd45e0000u || (last_insn & 0xffe0001fu) == 0xd4000003u;

	return is_end && cpu->stop.reason == STOP_EXIT && cpu->stop.exit_code == 0;
}

#endif
