/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberties LATE_TLBI and TLBI_EFFECT: TLB maintenance that is done some time after its
 * instruction, at the latest by the next DSB of the same PE; its scope is that of its instruction.
 * An exception does not complete it. DDI 0487 D8.16, B2.3.8
 */
#include "mmu/retain.h"

#include <string.h>

static void drop(struct kept *kept, unsigned index)
{
	kept->late_count--;
	memmove(&kept->late[index], &kept->late[index + 1],
		(kept->late_count - index) * sizeof(kept->late[0]));
}

static void perform(struct cpu *cpu, unsigned index)
{
	struct tlbi tlbi = cpu->mmu->kept->late[index];

	drop(cpu->mmu->kept, index);
	tlbi_perform(cpu, &tlbi, tlbi.pes);
}

bool late_tlbi_takes(struct cpu *cpu, const struct tlbi *tlbi)
{
	struct kept *kept = cpu->mmu->kept;

	if (kept == NULL || liberty(cpu, LIBERTY_LATE_TLBI, 2) == 0)
		return false;
	if (kept->late_count == LATE_TLBIS)
		perform(cpu, 0);
	kept->late[kept->late_count++] = *tlbi;
	return true;
}

void late_tlbi_before_insn(struct cpu *cpu)
{
	struct kept *kept = cpu->mmu->kept;

	for (unsigned i = 0; i < kept->late_count;) {
		if (liberty(cpu, LIBERTY_TLBI_EFFECT, 2) != 0)
			perform(cpu, i);
		else
			i++;
	}
}

void late_tlbi_complete(struct cpu *cpu, u32 pes)
{
	struct kept *kept = cpu->mmu->kept;

	for (unsigned i = 0; i < kept->late_count;) {
		struct tlbi *tlbi = &kept->late[i];

		tlbi_perform(cpu, tlbi, tlbi->pes & pes);
		tlbi->pes &= ~pes;
		if (tlbi->pes == 0)
			drop(kept, i);
		else
			i++;
	}
}
