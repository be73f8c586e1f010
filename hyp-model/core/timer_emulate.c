/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped registers of timers, counters and their controls: HYPERVISOR-SPEC B.9, TM-6. Knows which
 * timer a name means at which level; rows in emulate.def.
 */
#include "core/emulate.h"

#include "core/arch.h"
#include "core/registers.h"
#include "core/timer.h"

enum timer_register { TIMER_CTL, TIMER_CVAL, TIMER_TVAL };

/* Who may use a name, and which timer it is. */
enum timer_name {
	NAME_EL0,  /* CNTP_x_EL0: EL2's own where E2H=1 redirects it (HW-1, HW-3), else P */
	NAME_EL02, /* virtual EL2 with vE2H=1 only (HW-2) */
	NAME_EL2,
};

static const struct {
	u32 iss;
	enum timer_name name;
	enum timer_id id;
	enum timer_register reg;
} names[] = {
#define NAMES(prefix, suffix, name, id)                                                            \
	{ ISS_##prefix##_CTL_##suffix, name, id, TIMER_CTL },                                      \
		{ ISS_##prefix##_CVAL_##suffix, name, id, TIMER_CVAL },                            \
		{ ISS_##prefix##_TVAL_##suffix, name, id, TIMER_TVAL },
	NAMES(CNTP, EL0, NAME_EL0, TIMER_P) NAMES(CNTP, EL02, NAME_EL02, TIMER_P)
		NAMES(CNTV, EL02, NAME_EL02, TIMER_V) NAMES(CNTHP, EL2, NAME_EL2, TIMER_HP)
			NAMES(CNTHV, EL2, NAME_EL2, TIMER_HV)
#undef NAMES
};

/* TIMER_COUNT: at this level the name means nothing. */
static enum timer_id timer_of(const struct vcpu *vcpu, enum timer_name name, enum timer_id id)
{
	switch (name) {
	case NAME_EL0: return vcpu_is_hyp_ctxt(vcpu) && vcpu_e2h(vcpu) ? TIMER_HP : id;
	case NAME_EL02:
		return vcpu_has_nv(vcpu) && vcpu_is_el2(vcpu) && vcpu_e2h(vcpu) ? id : TIMER_COUNT;
	default: return vcpu_is_el2(vcpu) && timer_exists(vcpu, id) ? id : TIMER_COUNT;
	}
}

static u64 counter(const struct vcpu *vcpu, enum timer_id id)
{
	return host_now() - timer_offset(vcpu, id);
}

static u64 read_timer(const struct vcpu *vcpu, enum timer_id id, enum timer_register reg)
{
	switch (reg) {
	case TIMER_CTL: return timer_read_ctl(vcpu, id);
	case TIMER_CVAL: return timer_read_cval(vcpu, id);
	default: return (u32)(timer_read_cval(vcpu, id) - counter(vcpu, id));
	}
}

static void write_timer(struct vcpu *vcpu, enum timer_id id, enum timer_register reg, u64 value)
{
	switch (reg) {
	case TIMER_CTL: timer_write_ctl(vcpu, id, value); break;
	case TIMER_CVAL: timer_write_cval(vcpu, id, value); break;
	default: timer_write_cval(vcpu, id, counter(vcpu, id) + (u64)(int64_t)(int32_t)value);
	}
}

enum emulation emulate_timer(struct vcpu *vcpu, struct sysreg_access *access)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		enum timer_id id;

		if (names[i].iss != access->iss)
			continue;
		id = timer_of(vcpu, names[i].name, names[i].id);
		if (id == TIMER_COUNT)
			return NOT_DEFINED;
		if (access->is_write)
			write_timer(vcpu, id, names[i].reg, access->value);
		else
			access->value = read_timer(vcpu, id, names[i].reg);
		return EMULATED;
	}
	return NOT_DEFINED;
}

enum emulation emulate_cntpct(struct vcpu *vcpu, struct sysreg_access *access)
{
	if (access->is_write)
		return NOT_DEFINED;
	access->value = counter(vcpu, TIMER_P);
	return EMULATED;
}

/* What decides about traps is read from the register at each load, so nothing follows a write. */
enum emulation emulate_timer_control(struct vcpu *vcpu, struct sysreg_access *access)
{
	bool is_el12 = access->iss == ISS_CNTKCTL_EL12;
	reg_t reg = is_el12 ? REG(CNTKCTL_EL1) : REG(CNTHCTL_EL2);

	if (!vcpu_is_el2(vcpu) || (is_el12 && !vcpu_e2h(vcpu)))
		return NOT_DEFINED;
	return emulate_access(vcpu, access, reg);
}

enum emulation emulate_cntvoff(struct vcpu *vcpu, struct sysreg_access *access)
{
	if (!vcpu_is_el2(vcpu))
		return NOT_DEFINED;
	emulate_access(vcpu, access, REG(CNTVOFF_EL2));
	if (access->is_write)
		timer_offset_changed(vcpu);
	return EMULATED;
}
