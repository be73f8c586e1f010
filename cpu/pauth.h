/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing and authenticating pointers as SCTLR_ELx, HCR_EL2 and TCR_ELx say for the current EL.
 * Private to cpu/.
 */
#ifndef ENT_CPU_PAUTH_H
#define ENT_CPU_PAUTH_H

#include "sysregs/sysregs.h"

/* The keys in the order of the opcodes. */
enum pauth_key { PAUTH_IA, PAUTH_IB, PAUTH_DA, PAUTH_DB, PAUTH_GA };

/* The row of insn.def that decides about instructions with the key: they are in the same order. */
static inline enum insn_control pauth_control(enum pauth_key key)
{
	return (enum insn_control)((unsigned)INSN_PAC_IA + (unsigned)key);
}
_Static_assert((int)INSN_PAC_GA - (int)INSN_PAC_IA == (int)PAUTH_GA, "the keys of insn.def");

/* Two registers, so that no handler passes the address of a local. */
struct signed_pointer {
	u64 value;
	bool ok; /* false: trapped, cpu->fault is filled */
};

/* AddPACIA() and its like, AuthIA() and its like: unchanged where the key is not enabled. */
struct signed_pointer pauth_add(struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier);
struct signed_pointer pauth_authenticate(
	struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier);
/* AddPACGA(). */
struct signed_pointer pauth_generic(struct cpu *cpu, u64 data, u64 modifier);
/* Strip(): never trapped, whether enabled or not. */
u64 pauth_strip(const struct cpu *cpu, u64 pointer, bool is_instruction);

#endif
