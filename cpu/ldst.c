/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of loads and stores that are not hot: stack pointer alignment, stores of several
 * elements, 128 bits, the syndrome of an aborted access.
 */
#include "cpu/ldst.h"

#include <string.h>

#include "cpu/syndrome.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* SCTLR_ELx.SA, and SA0 of the regime that EL0 belongs to. DDI 0487 D1.3.8 */
static bool sp_alignment_is_checked(const struct cpu *cpu)
{
	return current_sctlr(cpu) & (cpu->pstate.el == EL0 ? SCTLR_EL1_SA0 : SCTLR_EL1_SA);
}

bool check_sp_alignment(struct cpu *cpu, const struct uop *u)
{
	if (u->rn != SLOT_SP || (X(rn) & 15) == 0 || !sp_alignment_is_checked(cpu))
		return true;
	cpu->fault = (struct fault){ .ec = EC_SP_ALIGNMENT };
	return false;
}

/*
 * Inside a page the others cannot fail where the first did not, except on the bus. Otherwise the
 * last page is tried first; left open is only a misaligned access whose second page is Device
 * memory and whose first is not, which is CONSTRAINED UNPREDICTABLE (K1.1, crossing a page boundary
 * with different memory types).
 */
bool ldst_check_store(struct cpu *cpu, u64 va, unsigned size, unsigned total)
{
	u64 last_page = PAGE_BASE(va + total - 1);
	struct access access = { .kind = ACCESS_WRITE, .size = (u8)size };
	struct access boundary = { .kind = ACCESS_WRITE, .size = 1 };
	bool crosses = last_page != PAGE_BASE(va);
	struct translation unused;

	if (LIKELY(!crosses && !cpu->debug_watches))
		return true;
	return mmu_translate(cpu, va, access, &unused) &&
	       (!crosses || mmu_translate(cpu, last_page, boundary, &unused)) &&
	       mmu_check_watched_store(cpu, va, total);
}

bool ldst_store_pair(struct cpu *cpu, u64 va, unsigned size, u64 first, u64 second)
{
	unsigned flags = cpu->tells != 0 ? ACC_TOLD : 0;

	if (!ldst_check_store(cpu, va, size, 2 * size))
		return false;
	if (flags != 0 && (!mmu_tell_store(cpu, va, size, first, 0) ||
				  !mmu_tell_store(cpu, va + size, size, second, 0)))
		return false;
	return mmu_store(cpu, va, size, first, flags) &&
	       mmu_store(cpu, va + size, size, second, flags);
}

/*
 * 16 bytes are one access to alignment checks and translation. In RAM they are moved at once; on
 * the bus, or across pages that are not neighbours, as two doublewords.
 */
static struct place place_of_16(struct cpu *cpu, u64 va, enum access_kind kind, unsigned flags)
{
	struct access access = { .kind = (u8)kind, .flags = (u16)flags, .size = 16 };

	return mmu_place(cpu, va, access);
}

bool ldst_load_16(struct cpu *cpu, u64 va, union vreg *value)
{
	struct place place = place_of_16(cpu, va, ACCESS_READ, 0);
	struct loaded low, high;

	if (!place.ok)
		return false;
	if (place.host != NULL) {
		memcpy(value, place.host, 16);
		return true;
	}
	low = mmu_load(cpu, va, 8, ACC_PLACED);
	if (!low.ok)
		return false;
	high = mmu_load(cpu, va + 8, 8, ACC_PLACED);
	*value = (union vreg){ .d = { low.data, high.data } };
	return high.ok;
}

bool ldst_store_16(struct cpu *cpu, u64 va, const union vreg *value, unsigned flags)
{
	struct place place = place_of_16(cpu, va, ACCESS_WRITE, flags);

	if (!place.ok)
		return false;
	if (place.host != NULL) {
		memcpy(place.host, value, 16);
		memory_written(cpu->memory, place.pa, 16);
		return true;
	}
	return mmu_store(cpu, va, 8, value->d[0], ACC_PLACED) &&
	       mmu_store(cpu, va + 8, 8, value->d[1], ACC_PLACED);
}

/* ISV, SAS, SSE, SRT, SF, AR. */
static u32 isv(u32 insn, u32 size, bool is_signed, bool is_x, bool is_ordered)
{
	return 1u << 24 | size << 22 | (u32)is_signed << 21 | (insn & 31) << 16 | (u32)is_x << 15 |
	       (u32)is_ordered << 14;
}

u32 ldst_isv(u32 insn)
{
	u32 size = insn >> 30, opc = insn >> 22 & 3;
	bool is_single = (insn & 0x3f000000) == 0x39000000 ||
			 ((insn & 0x3f000000) == 0x38000000 && (insn & 0x00200c00) == 0x00200800) ||
			 ((insn & 0x3f200400) == 0x38000000);
	bool is_authenticated = (insn & 0xff200c00) == 0xf8200400;
	bool is_rcpc_unscaled = (insn & 0x3f200c00) == 0x19000000;
	bool is_ordered = (insn & 0x3fa00000) == 0x08800000 || (insn & 0x3ffffc00) == 0x38bfc000;

	if ((insn & 0x3f000000) == 0x18000000 && size != 3) /* literal: opc is where size was */
		return isv(insn, size == 1 ? 3 : 2, size == 2, size != 0, false);
	if (is_single || is_rcpc_unscaled) {
		bool is_signed = opc >= 2;

		return isv(
			insn, size, is_signed, is_signed ? opc == 2 : size == 3, is_rcpc_unscaled);
	}
	if (is_authenticated) /* LDRAA, LDRAB */
		return isv(insn, 3, false, true, false);
	if (is_ordered) /* LDAR, STLR, LDLAR, STLLR, LDAPR */
		return isv(insn, size, false, size == 3, true);
	return 0;
}
