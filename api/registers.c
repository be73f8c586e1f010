/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the PE through the public API.
 */
#include "api/private.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"

/* ---- X, V, PC ---- */

static bool is_number(struct ent_machine *m, unsigned n, unsigned limit, char kind)
{
	if (m != NULL && n < limit)
		return true;
	api_fail(m, ENT_ERROR_ARGUMENT, "no register %c%u", kind, n);
	return false;
}

uint64_t ent_x(struct ent_machine *m, unsigned n)
{
	return is_number(m, n, SLOT_ZERO, 'X') ? m->cpu->x[n] : 0;
}

enum ent_error ent_set_x(struct ent_machine *m, unsigned n, uint64_t value)
{
	if (!is_number(m, n, SLOT_ZERO, 'X'))
		return ENT_ERROR_ARGUMENT;
	m->cpu->x[n] = value;
	return ENT_OK;
}

enum ent_error ent_v(struct ent_machine *m, unsigned n, uint64_t value[2])
{
	if (value == NULL)
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_v: nowhere to copy to");
	value[0] = value[1] = 0;
	if (!is_number(m, n, COUNT(m->cpu->v), 'V'))
		return ENT_ERROR_ARGUMENT;
	value[0] = m->cpu->v[n].d[0];
	value[1] = m->cpu->v[n].d[1];
	return ENT_OK;
}

enum ent_error ent_set_v(struct ent_machine *m, unsigned n, const uint64_t value[2])
{
	if (value == NULL)
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_set_v: nothing to copy from");
	if (!is_number(m, n, COUNT(m->cpu->v), 'V'))
		return ENT_ERROR_ARGUMENT;
	m->cpu->v[n].d[0] = value[0];
	m->cpu->v[n].d[1] = value[1];
	return ENT_OK;
}

uint64_t ent_pc(struct ent_machine *m)
{
	return m != NULL ? m->cpu->pc : 0;
}

enum ent_error ent_set_pc(struct ent_machine *m, uint64_t pc)
{
	if (m == NULL)
		return ENT_ERROR_ARGUMENT;
	m->cpu->pc = pc;
	return ENT_OK;
}

/* ---- PSTATE ---- */

uint64_t ent_pstate(struct ent_machine *m)
{
	return m != NULL ? pstate_to_spsr(m->cpu) : 0;
}

unsigned ent_el(struct ent_machine *m)
{
	return m != NULL ? m->cpu->pstate.el : 0;
}

enum ent_error ent_set_pstate(struct ent_machine *m, uint64_t pstate)
{
	unsigned el = (unsigned)bits(pstate, 3, 2);
	bool is_mode = bits(pstate, 1, 0) < 2 && (pstate & 0xf) != 1 && el <= EL2;
	struct pstate old;
	struct cpu *cpu;

	if (m == NULL)
		return ENT_ERROR_ARGUMENT;
	cpu = m->cpu;
	old = cpu->pstate;
	pstate_from_spsr(cpu, pstate);
	cpu->pstate.ss = pstate & SPSR_SS;
	cpu->pstate.il = pstate & SPSR_IL;
	if (!is_mode || (el == EL2 && !cpu->has_el2) ||
		((pstate_to_spsr(cpu) ^ pstate) & ~(u64)0xf)) {
		cpu->pstate = old;
		return api_fail(
			m, ENT_ERROR_VALUE, "this PE cannot have PSTATE 0x%" PRIx64, pstate);
	}
	pstate_set_el(cpu, el, pstate & 1);
	cpu->stepping = 0;
	cpu->check_irq = true;
	return ENT_OK;
}

/* ---- System registers ---- */

const char *ent_register_name(uint32_t reg)
{
	enum sysreg_id id = reg <= 0xffff ? sysreg_find(reg) : SR_NONE;

	return id != SR_NONE ? sysreg_name(id) : NULL;
}

enum sysreg_id api_register(struct ent_machine *m, uint32_t reg)
{
	enum sysreg_id id = reg <= 0xffff ? sysreg_find(reg) : SR_NONE;
	struct status status;

	if (id == SR_NONE) {
		api_fail(m, ENT_ERROR_REGISTER, "no register has the encoding 0x%" PRIx32, reg);
		return SR_NONE;
	}
	status = register_has_value(m->cpu, id);
	if (status.code == STATUS_OK)
		return id;
	api_fail(m, ENT_ERROR_REGISTER, "%s", status.text);
	return SR_NONE;
}

uint64_t api_read(struct cpu *cpu, enum sysreg_id id)
{
	return id == SR_SP_EL2 ? sp_read(cpu, EL2) : sysreg_read(cpu, id);
}

uint64_t ent_get(struct ent_machine *m, uint32_t reg)
{
	enum sysreg_id id = m != NULL ? api_register(m, reg) : SR_NONE;

	if (id == SR_NONE)
		return 0;
	if (id != SR_SP_EL2 && !register_is_readable(id)) {
		api_fail(m, ENT_ERROR_ACCESS, "%s is write-only", sysreg_name(id));
		return 0;
	}
	return api_read(m->cpu, id);
}

/* asked: the bits of the value that were meant, and must be there. */
static enum ent_error set(struct ent_machine *m, uint32_t reg, uint64_t value, uint64_t asked)
{
	enum sysreg_id id = api_register(m, reg);
	struct status status;

	if (id == SR_NONE)
		return ENT_ERROR_REGISTER;
	if (id == SR_SP_EL2) {
		sp_write(m->cpu, EL2, value);
		return ENT_OK;
	}
	if (!register_is_writable(id))
		return api_fail(m, ENT_ERROR_ACCESS, "%s is read-only", sysreg_name(id));
	if (!register_is_readable(id))
		asked = 0; /* nothing shows what became of it */
	status = explain_set(m->cpu, id, value, asked);
	m->cpu->check_irq = true;
	return status.code == STATUS_OK ? ENT_OK : api_fail(m, ENT_ERROR_VALUE, "%s", status.text);
}

enum ent_error ent_set(struct ent_machine *m, uint32_t reg, uint64_t value)
{
	return m != NULL ? set(m, reg, value, value) : ENT_ERROR_ARGUMENT;
}

uint64_t ent_get_field(struct ent_machine *m, uint32_t reg, uint64_t mask)
{
	if (m == NULL || mask == 0) {
		api_fail(m, ENT_ERROR_ARGUMENT, "a field without bits");
		return 0;
	}
	return (ent_get(m, reg) & mask) >> __builtin_ctzll(mask);
}

enum ent_error ent_set_field(struct ent_machine *m, uint32_t reg, uint64_t mask, uint64_t value)
{
	uint64_t in_place;
	enum sysreg_id id;

	if (m == NULL || mask == 0)
		return api_fail(m, ENT_ERROR_ARGUMENT, "a field without bits");
	in_place = value << __builtin_ctzll(mask);
	if ((in_place & ~mask) != 0 || in_place >> __builtin_ctzll(mask) != value)
		return api_fail(m, ENT_ERROR_VALUE, "0x%" PRIx64 " does not fit a field of %d bits",
			value, __builtin_popcountll(mask));
	id = api_register(m, reg);
	if (id == SR_NONE)
		return ENT_ERROR_REGISTER;
	return set(m, reg, (api_read(m->cpu, id) & ~mask) | in_place, mask);
}
