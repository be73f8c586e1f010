/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What op_system.c and op_sys.c share. Private to cpu/.
 */
#ifndef ENT_CPU_SYSTEM_H
#define ENT_CPU_SYSTEM_H

#include "cpu/engine.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"

/* Fills cpu->fault for a route that is UNDEFINED or a trap; rt is the register number. */
enum outcome system_not_allowed(struct cpu *cpu, struct route route, enum sysreg_id id, unsigned rt,
	enum direction direction);

/* The same for insn_route(); operands: their part of the ISS. */
enum outcome insn_not_executed(struct cpu *cpu, struct route route, u32 operands);

/* The ISS of EC 0x18 for an encoding (sysregs.h). DDI 0487 ESR_ELx, MSR, MRS or System. */
u32 system_iss(u32 encoding, unsigned rt, enum direction direction);

/* FEAT_NV2: the word of memory that stands for a register. On failure cpu->fault is filled. */
u64 system_vncr_address(const struct cpu *cpu, u16 offset);
struct loaded system_vncr_load(struct cpu *cpu, u16 offset);
bool system_vncr_store(struct cpu *cpu, u16 offset, u64 value);

/* SMC, and HVC without EL2, where the board's firmware stands for what is not there. */
void system_firmware_call(struct cpu *cpu, u16 imm);

/* Cache maintenance, TLBI and AT, once they are allowed. */
enum outcome system_operation(struct cpu *cpu, enum sysreg_id id, u64 operand);

#endif
