/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System instructions behind the handlers: syndromes of trapped accesses, cache maintenance, TLB
 * maintenance, address translation.
 */
#include "cpu/system.h"

#include <string.h>

#include "exceptions/exceptions.h"

u32 system_iss(u32 encoding, unsigned rt, enum direction direction)
{
	u32 op0 = encoding >> 14 & 3, op1 = encoding >> 11 & 7, crn = encoding >> 7 & 15;
	u32 crm = encoding >> 3 & 15, op2 = encoding & 7;

	return op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | rt << 5 | crm << 1 |
	       (direction == DIR_READ);
}

enum outcome system_not_allowed(struct cpu *cpu, struct route route, enum sysreg_id id, unsigned rt,
	enum direction direction)
{
	if (route.goes == TO_UNDEFINED) {
		fault_undefined(cpu);
	} else if (route.ec == EC_SYSREG) {
		fault_trap(cpu, route.target_el, EC_SYSREG,
			system_iss(sysreg_encoding(id), rt, direction));
	} else {
		fault_trap(cpu, route.target_el, (enum ec)route.ec, route.iss);
	}
	return OUT_FAULT;
}

enum outcome insn_not_executed(struct cpu *cpu, struct route route, u32 operands)
{
	if (route.goes == TO_UNDEFINED)
		fault_undefined(cpu);
	else
		fault_trap(cpu, route.target_el, (enum ec)route.ec, route.iss | operands);
	return OUT_FAULT;
}

/* VNCR_EL2.BADDR:offset. Without FEAT_LVA bits <63:49> should be as bit 48. */
u64 system_vncr_address(const struct cpu *cpu, u16 offset)
{
	return sign_extend(cpu->sys[SR_VNCR_EL2] & ~(u64)0xfff, 49) + offset;
}

/* What it is when they are not is CONSTRAINED UNPREDICTABLE. true: cpu->fault. */
static bool is_vncr_refused(struct cpu *cpu, u16 offset, u32 wnr)
{
	enum { TRANSLATION_FAULT = 4, VNCR = 1 << 13 };
	u64 va = cpu->sys[SR_VNCR_EL2] + offset;

	if (LIKELY(va == system_vncr_address(cpu, offset)) || is_chosen(cpu, vncr_ress, extended))
		return false;
	cpu->fault = (struct fault){ .ec = EC_DABT_SAME,
		.target_el = EL2,
		.far_valid = true,
		.far = va,
		.iss = VNCR | wnr << 6 | TRANSLATION_FAULT };
	return true;
}

/* It does not cost what the register would, but what the access of memory does. */
static void issue_as(struct cpu *cpu, enum timing_class class)
{
	if (!cpu_is_timed(cpu))
		return;
	cpu->timed.dynamic.any = true;
	cpu->timed.dynamic.instead = (u8) class;
}

struct loaded system_vncr_load(struct cpu *cpu, u16 offset)
{
	issue_as(cpu, CLASS_MRS_MEMORY);
	if (is_vncr_refused(cpu, offset, 0))
		return (struct loaded){ .ok = false };
	return mmu_load(cpu, system_vncr_address(cpu, offset), 8, ACC_VNCR);
}

bool system_vncr_store(struct cpu *cpu, u16 offset, u64 value)
{
	issue_as(cpu, CLASS_MSR_MEMORY);
	return !is_vncr_refused(cpu, offset, 1) &&
	       mmu_store(cpu, system_vncr_address(cpu, offset), 8, value, ACC_VNCR);
}

void system_firmware_call(struct cpu *cpu, u16 imm)
{
	if (cpu_is_timed(cpu))
		dynamic_stall(&cpu->timed.dynamic, cpu->timed.model->param[PARAM_firmware_call],
			REASON_EXCEPTION);
	cpu->ops->firmware_call(cpu, imm);
}

static enum outcome zero_by_stores(struct cpu *cpu, u64 va)
{
	u64 block = align_down(va, ZVA_BYTES);

	for (u64 at = 0; at < ZVA_BYTES; at += 8) {
		if (!mmu_store(cpu, block + at, 8, 0, ACC_PLACED)) {
			cpu->fault.far = va;
			return OUT_FAULT;
		}
	}
	return OUT_NEXT;
}

/* DC ZVA: clears the naturally aligned block that holds the address. */
static enum outcome zero_block(struct cpu *cpu, u64 va)
{
	struct access access = { .kind = ACCESS_WRITE, .flags = ACC_ZVA, .size = ZVA_BYTES };
	struct place place = mmu_place(cpu, align_down(va, ZVA_BYTES), access);

	if (!place.ok) {
		if (cpu->fault.ec != EC_WATCHPOINT_LOWER)
			cpu->fault.far = va;
		return OUT_FAULT;
	}
	if (place.host == NULL) /* ROM: the writes are the bus's business */
		return zero_by_stores(cpu, va);
	memset(place.host, 0, ZVA_BYTES);
	memory_written(cpu->memory, place.pa, ZVA_BYTES);
	return OUT_NEXT;
}

static enum timing_cache_op timing_op(enum sysreg_id id)
{
	switch (id) {
	case SR_DC_IVAC:
	case SR_DC_CIVAC:
	case SR_DC_ISW:
	case SR_DC_CISW: return CACHE_INVALIDATE;
	case SR_IC_IVAU: return CACHE_CODE;
	default: return CACHE_CLEAN;
	}
}

/* Maintenance of all of a cache, or by set and way: predecoded code is coherent, time passes. */
static enum outcome cache_operation_on_all(struct cpu *cpu, enum sysreg_id id, u64 operand)
{
	if (!cpu_is_timed(cpu))
		return OUT_NEXT;
	if (id == SR_IC_IALLU || id == SR_IC_IALLUIS)
		timing_code_invalidate(&cpu->timed, id == SR_IC_IALLUIS);
	else
		timing_cache_op_way(&cpu->timed, operand, timing_op(id));
	return OUT_NEXT;
}

/*
 * Maintenance by VA translates and faults as an access; IVAC needs write permission. Only the
 * caches of a timed PE are there to act on.
 */
static enum outcome cache_operation(struct cpu *cpu, enum sysreg_id id, u64 va)
{
	struct access access = { .kind = ACCESS_CACHE, .size = 1 };
	struct place place;

	switch (id) {
	case SR_DC_ZVA: return zero_block(cpu, va);
	case SR_DC_IVAC: access.flags = ACC_INVALIDATE; break;
	case SR_DC_CVAC:
	case SR_DC_CVAU:
	case SR_DC_CVAP:
	case SR_DC_CVADP:
	case SR_DC_CIVAC:
	case SR_IC_IVAU: break;
	default: return cache_operation_on_all(cpu, id, va);
	}
	place = mmu_place(cpu, va, access);
	if (!place.ok)
		return OUT_FAULT;
	if (cpu_is_timed(cpu))
		timing_cache_op(&cpu->timed, place.pa, timing_op(id));
	return OUT_NEXT;
}

enum outcome system_operation(struct cpu *cpu, enum sysreg_id id, u64 operand)
{
	u32 encoding = sysreg_encoding(id), crn = encoding >> 7 & 15, crm = encoding >> 3 & 15;

	if (crn == 8) {
		mmu_tlbi(cpu, id, operand);
		return OUT_NEXT;
	}
	if (crn == 7 && (crm == 8 || crm == 9))
		return mmu_at(cpu, id, operand) ? OUT_NEXT : OUT_FAULT;
	return cache_operation(cpu, id, operand);
}
