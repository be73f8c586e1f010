/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a write of a system register takes effect for what reads it indirectly: at the next context
 * synchronization event at the latest, and before it when liberties say so. DDI 0487 D19.1.2,
 * HYPERVISOR-SPEC MD-3. Writes of one register stay in order; those of different ones have none.
 */
#include "sysregs/late.h"

#include "cpu/events.h"
#include "cpu/liberty.h"
#include "sysregs/table.h"

bool sysreg_may_be_late(enum sysreg_id id)
{
	static const bool rows[SYSREG_COUNT] = {
#define LATE(reg, by) [SR_##reg] = true,
#include "sysregs/late.def"
#undef LATE
	};

	return rows[id];
}

static void tell_effect(struct cpu *cpu, enum sysreg_id id, u64 before)
{
	struct event event = { .kind = EVENT_EFFECT,
		.pc = cpu->pc,
		.reg = (u16)id,
		.before = before,
		.value = cpu->sys[id] };

	event_emit(cpu, &event);
}

/* The late write at `index` takes effect, and is none any more. */
static void take_effect(struct cpu *cpu, unsigned index)
{
	struct late_write write = cpu->late[index];
	enum sysreg_id id = (enum sysreg_id)write.reg;
	u64 before = cpu->sys[id];

	cpu->late_count--;
	for (unsigned i = index; i < cpu->late_count; i++)
		cpu->late[i] = cpu->late[i + 1];
	sysreg_write(cpu, id, write.value);
	if (event_wanted(cpu, EVENT_EFFECT))
		tell_effect(cpu, id, before);
}

static bool is_first_of_register(const struct cpu *cpu, unsigned index)
{
	for (unsigned i = 0; i < index; i++) {
		if (cpu->late[i].reg == cpu->late[index].reg)
			return false;
	}
	return true;
}

static void end_register(struct cpu *cpu, enum sysreg_id id)
{
	for (unsigned i = 0; i < cpu->late_count;) {
		if (cpu->late[i].reg == id)
			take_effect(cpu, i);
		else
			i++;
	}
}

void late_end(struct cpu *cpu)
{
	while (cpu->late_count > 0)
		take_effect(cpu, 0);
}

void late_write(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	if (!sysreg_may_be_late(id) || !liberty(cpu, LIBERTY_LATE_WRITE, 2)) {
		end_register(cpu, id);
		sysreg_write(cpu, id, value);
		return;
	}
	if (cpu->late_count == LATE_WRITES)
		late_end(cpu);
	cpu->late[cpu->late_count++] =
		(struct late_write){ .reg = (u16)id, .value = sysreg_as_stored(cpu, id, value) };
}

bool late_read(const struct cpu *cpu, enum sysreg_id id, u64 *value)
{
	for (unsigned i = cpu->late_count; i-- > 0;) {
		if (cpu->late[i].reg == id) {
			*value = cpu->late[i].value;
			return true;
		}
	}
	return false;
}

bool late_pass(struct cpu *cpu)
{
	unsigned before = cpu->late_count;

	for (unsigned i = 0; i < cpu->late_count;) {
		if (is_first_of_register(cpu, i) && liberty(cpu, LIBERTY_WRITE_EFFECT, 2))
			take_effect(cpu, i);
		else
			i++;
	}
	return cpu->late_count != before;
}

void late_synchronize_now(struct cpu *cpu)
{
	late_end(cpu);
	cpu->is_synchronized = true;
}

void late_transfer(struct cpu *cpu, struct archive *archive)
{
	ARCHIVE(archive, cpu->late_count);
	archive_require(archive, cpu->late_count <= LATE_WRITES, "too many late writes");
	for (unsigned i = 0; i < cpu->late_count && !archive->failed; i++) {
		struct late_write *write = &cpu->late[i];

		ARCHIVE(archive, write->reg);
		ARCHIVE(archive, write->value);
		archive_require(archive,
			write->reg < SYSREG_COUNT && sysreg_may_be_late((enum sysreg_id)write->reg),
			"a late write is of no such register");
	}
}
