/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking exceptions and returning from them. The PE must be synchronised (pc, nzcv, cycles); the
 * caller re-selects the translation context (mmu_enter) and continues at cpu->pc.
 */
#ifndef ENT_EXCEPTIONS_H
#define ENT_EXCEPTIONS_H

#include "base/base.h"
#include "cpu/events.h"
#include "cpu/state.h"

/* Takes the synchronous exception described by cpu->fault for the instruction at cpu->pc. */
void exceptions_raise(struct cpu *cpu);

/*
 * The interrupt that would be taken now: physical or virtual, by lines, masks, HCR_EL2 and
 * priority (HYPERVISOR-SPEC HW-21). INT_NONE: none.
 */
enum interrupt_kind exceptions_pending(const struct cpu *cpu);
/* Takes the pending interrupt; false: there is none. Clears HCR_EL2.VSE when that is what was
 * taken. */
bool exceptions_take_interrupt(struct cpu *cpu);
/* ESB: an SError that is masked at this EL becomes a record in DISR_EL1 or VDISR_EL2. FEAT_RAS */
void exceptions_esb(struct cpu *cpu);
/* Would WFI return at once: something pending regardless of PSTATE masks. */
bool exceptions_wakes_wfi(const struct cpu *cpu);

/*
 * ERET at the current EL: PSTATE from SPSR and pc from ELR, with the illegal-return rules; to an
 * address made of ELR for ERETAA and ERETAB.
 */
void exceptions_eret(struct cpu *cpu);
void exceptions_eret_to(struct cpu *cpu, u64 address);
u64 exceptions_elr(const struct cpu *cpu);

/*
 * Self-hosted debug; asked only while cpu->debug_checks. Is a Software Step exception pending for
 * the instruction at cpu->pc? Then it is to be taken.
 */
bool exceptions_step_is_due(struct cpu *cpu);
void exceptions_take_step(struct cpu *cpu);
/* Around an instruction: it may be the one that is stepped. An exception ends that by itself. */
void exceptions_step_begin(struct cpu *cpu, bool is_load_exclusive);
void exceptions_step_end(struct cpu *cpu);
/* Fills cpu->fault if a breakpoint matches the instruction at cpu->pc; false: none does. */
bool exceptions_find_breakpoint(struct cpu *cpu);
/* PSTATE.SS behind an exception return to `to_el`, asked before PSTATE changes. */
bool exceptions_return_ss(const struct cpu *cpu, u64 spsr, unsigned to_el);

/* SPSR_ELx image of the current PSTATE. */
u64 pstate_to_spsr(const struct cpu *cpu);
/* And back: SetPSTATEFromPSR() but for EL, SP, IL and SS, which have rules of their own. Fields of
 * features that are absent become 0. DDI 0487 J1.1 */
void pstate_from_spsr(struct cpu *cpu, u64 spsr);

/*
 * AArch64.BranchAddr(): where a branch or return to `target` at the current EL really goes: an
 * address tag (TCR.TBI) is removed or sign-extended from bit 55. DDI 0487 J1.1.
 */
u64 branch_address(const struct cpu *cpu, u64 target);

/* The translation controls of the current EL's regime: TCR_ELx, and has it an upper VA range? */
u64 current_tcr(const struct cpu *cpu);
bool has_two_ranges(const struct cpu *cpu);
/* EffectiveTBI(): is the top byte of va a tag, for data accesses or for instructions? */
bool effective_tbi(const struct cpu *cpu, u64 va, bool is_instruction);

/* One readable line for an ESR value: "DABT_LOWER write, stage 2 translation fault level 3 ...". */
void esr_describe(u64 esr, char *text, size_t size);
/* "SYSREG", "HVC64", ...; "EC_0x2a" for a class without a row is never NULL. */
const char *ec_name(unsigned ec);

/* Fills cpu->fault for an UNDEFINED instruction, and for a trap to `el` with class and ISS. */
void fault_undefined(struct cpu *cpu);
void fault_trap(struct cpu *cpu, unsigned el, enum ec ec, u32 iss);

#endif
