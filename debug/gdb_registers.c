/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers by gdb's numbers: those of the standard features first, then EL, the system registers
 * of the CPU profile in the order of sysreg.def, and what a guest hypervisor has in memory.
 */
#include <string.h>

#include "debug/gdb_private.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* ---- The list ---- */

static const struct {
	const char *begin, *end, *group;
} groups[] = {
#define GROUP(begin, end, group) { begin, end, group },
#include "debug/gdb_groups.def"
#undef GROUP
};

static const char *group_of(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < COUNT(groups); i++) {
		size_t end = strlen(groups[i].end);

		if (strncmp(name, groups[i].begin, strlen(groups[i].begin)) == 0 && length >= end &&
			strcmp(name + length - end, groups[i].end) == 0)
			return groups[i].group;
	}
	ENT_BUG("the last group takes all");
}

static struct gdb_register *add(
	struct gdb *gdb, enum register_kind kind, unsigned id, unsigned bytes)
{
	struct gdb_register *reg = &gdb->reg[gdb->register_count++];

	reg->kind = (u8)kind;
	reg->id = (u16)id;
	reg->bytes = (u8)bytes;
	return reg;
}

static void add_named(struct gdb *gdb, enum register_kind kind, unsigned bytes, const char *name)
{
	strcpy(add(gdb, kind, 0, bytes)->name, name);
}

static void list_core(struct gdb *gdb)
{
	for (unsigned i = 0; i <= SLOT_LR; i++)
		snprintf(add(gdb, REGISTER_X, i, 8)->name, sizeof(gdb->reg[0].name), "x%u", i);
	add_named(gdb, REGISTER_SP, 8, "sp");
	add_named(gdb, REGISTER_PC, 8, "pc");
	add_named(gdb, REGISTER_CPSR, 4, "cpsr");
	for (unsigned i = 0; i < 32; i++)
		snprintf(add(gdb, REGISTER_V, i, 16)->name, sizeof(gdb->reg[0].name), "v%u", i);
	add_named(gdb, REGISTER_FPSR, 4, "fpsr");
	add_named(gdb, REGISTER_FPCR, 4, "fpcr");
	ENT_BUG_ON(gdb->register_count != GDB_CORE);
}

/* Those that list_core() has, and the names of what is reserved and zero. */
static bool is_left_out(enum sysreg_id id)
{
	return id == SR_FPCR || id == SR_FPSR || strncmp(sysreg_name(id), "ID_RES_", 7) == 0;
}

static void list_system(struct gdb *gdb, const struct cpu *cpu)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		struct gdb_register *reg;

		if (is_left_out((enum sysreg_id)id) || !sysreg_has_value(cpu, (enum sysreg_id)id))
			continue;
		reg = add(gdb, REGISTER_SYSTEM, id, 8);
		snprintf(reg->name, sizeof(reg->name), "%s", sysreg_name((enum sysreg_id)id));
		reg->group = group_of(reg->name);
	}
}

static void list_virtual(struct gdb *gdb, const struct cpu *cpu)
{
	for (unsigned id = 0; id < SYSREG_COUNT && cpu_has(cpu, FEAT_NV2); id++) {
		int offset = sysreg_vncr(cpu, (enum sysreg_id)id);
		struct gdb_register *reg;

		if (offset < 0)
			continue;
		reg = add(gdb, REGISTER_VIRTUAL, id, 8);
		snprintf(reg->name, sizeof(reg->name), "vel2_%s", sysreg_name((enum sysreg_id)id));
		reg->group = "virtual_el2";
		reg->offset = (u16)offset;
	}
}

void gdb_list_registers(struct gdb *gdb)
{
	const struct cpu *cpu = machine_cpu(gdb->config.machine, 0);

	list_core(gdb);
	add_named(gdb, REGISTER_EL, 4, "EL");
	gdb->reg[GDB_CORE].group = "system";
	list_system(gdb, cpu);
	list_virtual(gdb, cpu);
}

/* ---- Reading ---- */

/* FEAT_NV2's page is in use once there is one. */
static bool has_virtual_el2(const struct cpu *cpu)
{
	return cpu->sys[SR_VNCR_EL2] != 0;
}

/* VNCR_EL2.BADDR; bits <63:49> are as bit 48. */
static u64 virtual_address(const struct cpu *cpu, unsigned offset)
{
	return sign_extend(cpu->sys[SR_VNCR_EL2] & ~(u64)0xfff, 49) + offset;
}

static u64 read_number(const struct cpu *cpu, const struct gdb_register *reg)
{
	switch ((enum register_kind)reg->kind) {
	case REGISTER_X: return cpu->x[reg->id];
	case REGISTER_SP: return cpu->x[SLOT_SP];
	case REGISTER_PC: return cpu->pc;
	case REGISTER_CPSR: return pstate_to_spsr(cpu);
	case REGISTER_FPSR: return sysreg_look(cpu, SR_FPSR);
	case REGISTER_FPCR: return sysreg_look(cpu, SR_FPCR);
	case REGISTER_EL: return cpu->pstate.el;
	case REGISTER_SYSTEM: return sysreg_look(cpu, (enum sysreg_id)reg->id);
	default: ENT_BUG("a kind of register");
	}
}

bool gdb_read_register(const struct gdb *gdb, struct cpu *cpu, unsigned number, u8 value[16])
{
	const struct gdb_register *reg = &gdb->reg[number];
	u64 word;

	if (reg->kind == REGISTER_V) {
		memcpy(value, &cpu->v[reg->id], 16);
		return true;
	}
	if (reg->kind == REGISTER_VIRTUAL)
		return has_virtual_el2(cpu) &&
		       guest_read(cpu, SPACE_EL2, virtual_address(cpu, reg->offset), value, 8) == 8;
	word = read_number(cpu, reg);
	memcpy(value, &word, sizeof(word));
	return true;
}

static void reply_register(struct gdb *gdb, unsigned number)
{
	u8 value[16];

	if (gdb_read_register(gdb, gdb_cpu(gdb), number, value))
		reply_hex(&gdb->reply, value, gdb->reg[number].bytes);
	else
		for (unsigned i = 0; i < gdb->reg[number].bytes; i++)
			reply_text(&gdb->reply, "xx");
}

void packet_read_registers(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	for (unsigned i = 0; i < GDB_CORE; i++)
		reply_register(gdb, i);
}

static bool parse_number(const struct gdb *gdb, struct gdb_text *text, unsigned *number)
{
	u64 value = text_number(text);

	*number = (unsigned)value;
	return !text->failed && value < gdb->register_count;
}

void packet_read_register(struct gdb *gdb, struct gdb_text *text)
{
	unsigned number;

	if (parse_number(gdb, text, &number) && text_is_done(text))
		reply_register(gdb, number);
	else
		gdb_error(gdb, "no such register");
}

/* ---- Writing ---- */

/* An exception level that there is, with a stack pointer that it has, in AArch64. */
static bool is_state(const struct cpu *cpu, u64 spsr)
{
	u64 el = bits(spsr, 3, 2);

	return !bit(spsr, 4) && !bit(spsr, 1) && el <= EL2 && (el != EL2 || cpu->has_el2) &&
	       (el != EL0 || !bit(spsr, 0));
}

static bool write_cpsr(struct cpu *cpu, u64 spsr)
{
	if (!is_state(cpu, spsr))
		return false;
	if (cpu->pmu.is_counting)
		pmu_advance(cpu, cpu->pstate.el, cpu->cycles, cpu->insns);
	pstate_from_spsr(cpu, spsr);
	cpu->pstate.il = bit(spsr, 20);
	cpu->pstate.ss = bit(spsr, 21);
	pstate_set_el(cpu, (unsigned)bits(spsr, 3, 2), bit(spsr, 0));
	sysregs_arm_fp(cpu);
	cpu->check_irq = true;
	return true;
}

static bool write_virtual(struct cpu *cpu, const struct gdb_register *reg, u64 value)
{
	return has_virtual_el2(cpu) &&
	       guest_write(cpu, SPACE_EL2, virtual_address(cpu, reg->offset), &value, 8);
}

/* NULL, or why it cannot be. */
static const char *write_register(struct cpu *cpu, const struct gdb_register *reg, const u8 *bytes)
{
	u64 value = 0;

	memcpy(&value, bytes, reg->bytes < 8 ? reg->bytes : 8);
	switch ((enum register_kind)reg->kind) {
	case REGISTER_X: cpu->x[reg->id] = value; return NULL;
	case REGISTER_SP: cpu->x[SLOT_SP] = value; return NULL;
	case REGISTER_PC: cpu->pc = value; return NULL;
	case REGISTER_CPSR:
		return write_cpsr(cpu, value) ? NULL : "the PE has no such exception level";
	case REGISTER_V: memcpy(&cpu->v[reg->id], bytes, 16); return NULL;
	case REGISTER_FPSR: sysreg_write(cpu, SR_FPSR, value); return NULL;
	case REGISTER_FPCR: sysreg_write(cpu, SR_FPCR, value); return NULL;
	case REGISTER_EL: return "EL is a part of cpsr";
	case REGISTER_SYSTEM:
		if (!sysreg_is_writable((enum sysreg_id)reg->id))
			return "it is read-only";
		sysreg_write(cpu, (enum sysreg_id)reg->id, value);
		return NULL;
	case REGISTER_VIRTUAL:
		return write_virtual(cpu, reg, value) ? NULL : "VNCR_EL2 leads to no RAM";
	}
	ENT_BUG("a kind of register");
}

/* NUMBER=VALUE */
void packet_write_register(struct gdb *gdb, struct gdb_text *text)
{
	const char *why;
	unsigned number;
	u8 value[16];

	if (!parse_number(gdb, text, &number)) {
		gdb_error(gdb, "no such register");
		return;
	}
	text_expect(text, '=');
	text_bytes(text, value, gdb->reg[number].bytes);
	if (!text_is_done(text)) {
		gdb_error(gdb, "a value of %u bytes is missing", (unsigned)gdb->reg[number].bytes);
		return;
	}
	why = write_register(gdb_cpu(gdb), &gdb->reg[number], value);
	if (why != NULL) {
		gdb_error(gdb, "%s", why);
		return;
	}
	travel_changed(gdb->travel);
	gdb_ok(gdb);
}

/* All that are well-formed, or none. */
void packet_write_registers(struct gdb *gdb, struct gdb_text *text)
{
	u8 values[GDB_CORE][16];
	const char *why = NULL;

	for (unsigned i = 0; i < GDB_CORE; i++)
		text_bytes(text, values[i], gdb->reg[i].bytes);
	if (!text_is_done(text)) {
		gdb_error(gdb, "values of %d registers are missing", GDB_CORE);
		return;
	}
	for (unsigned i = 0; i < GDB_CORE; i++) {
		const char *failed = write_register(gdb_cpu(gdb), &gdb->reg[i], values[i]);

		why = why != NULL ? why : failed;
	}
	travel_changed(gdb->travel);
	if (why != NULL)
		gdb_error(gdb, "%s", why);
	else
		gdb_ok(gdb);
}
