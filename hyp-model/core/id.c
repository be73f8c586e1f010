/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID registers of a VM by the rows of id.def, and RES0 and RES1 masks by the tables of the machine
 * and sanitise.def. Computed once a VM: at a virtual EL2 each read of an ID register is an exit.
 */
#include "core/id.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/masks.h"
#include "core/nested.h"
#include "core/print.h"
#include "core/stage2.h"

/* Column `who` of id.def and sanitise.def. */
enum {
	PLAIN = 1 << VM_EL2_NONE,
	VHE = 1 << VM_EL2_VHE,
	NVHE = 1 << VM_EL2_NVHE,
	RW = 1 << VM_EL2_RW,
	NV = VHE | NVHE | RW,
	ANY = PLAIN | NV,
};

static bool is_one_of(const struct vm *vm, unsigned who)
{
	return who & 1u << vm->config.el2;
}

/* 0b1111 first, then 0, 1, ... */
static u64 signed_order(u64 field)
{
	return field ^ 8;
}

/* Column `kind` of id.def, each: what the machine's field and the row make of it. */
static u64 value_UPTO(const struct vm *vm, u64 machine, u64 limit)
{
	(void)vm;
	return smaller(machine, limit);
}

static u64 value_SIGNED(const struct vm *vm, u64 machine, u64 limit)
{
	(void)vm;
	return signed_order(machine) < signed_order(limit) ? machine : limit;
}

static u64 value_IS(const struct vm *vm, u64 machine, u64 value)
{
	(void)vm, (void)machine;
	return value;
}

static u64 value_PAUTH(const struct vm *vm, u64 machine, u64 limit)
{
	return vm->config.has_pauth ? smaller(machine, limit) : 0;
}

/* A hypervisor that is run without NV2, as on a machine without it, cannot nest. */
static u64 value_NV2(const struct vm *vm, u64 machine, u64 value)
{
	(void)machine;
	return vm->config.has_nv2 ? value : 0;
}

/* The shadow's leaves are of the host's granule: a smaller one of L1 cannot be followed (S2-21). */
static u64 value_GRANULE(const struct vm *vm, u64 machine, u64 granule)
{
	(void)machine;
	return stage1_has_granule(vm->id.value[VM_ID_AA64MMFR0_EL1], (unsigned)granule) &&
			       granule >= stage2_granule()
		       ? 2
		       : 1;
}

static void compute_id_registers(struct vm *vm)
{
	u64 machine[VM_ID_COUNT];
	u64 *value = vm->id.value;

#define ID_REGISTER(name) machine[VM_##name] = read_##name(), value[VM_##name] = 0;
#define ID_FIELD(...)
#include "core/id.def"
#undef ID_REGISTER
#undef ID_FIELD
#define ID_REGISTER(name)
#define ID_FIELD(reg, field, kind, limit, who)                                                     \
	if (is_one_of(vm, who))                                                                    \
		value[VM_##reg] |= FV(                                                             \
			reg, field, value_##kind(vm, FGET(machine[VM_##reg], reg, field), limit));
#include "core/id.def"
#undef ID_REGISTER
#undef ID_FIELD
}

/* For the rows of feature.def that need nothing. */
enum { VM_NONE = VM_ID_COUNT, NONE_NONE_MSB = 3, NONE_NONE_LSB = 0 };

static u64 id_value(const struct vm *vm, unsigned id)
{
	return id == VM_NONE ? 0 : vm->id.value[id];
}

static bool is_at_least(u64 value, u64 least)
{
	return value >= least;
}

bool vm_has_feature(const struct vm *vm, enum feature_id feature)
{
	if (feature == FEAT_PAUTH || feature == FEAT_PAUTHGEN) /* APA, API or APA3 */
		return vm->config.has_pauth;
	if (feature == FEAT_NV || feature == FEAT_NV2)
		return VM_FIELD(vm, ID_AA64MMFR4_EL1, NV_frac) != 0;
	switch (feature) {
#define FEATURE(name, reg, field, least, profile)                                                  \
	case FEAT_##name:                                                                          \
		return is_at_least(FGET(id_value(vm, VM_##reg), reg, field), least);
#include "sysregs/feature.def"
#undef FEATURE
	default: panic("there is no feature %u", (unsigned)feature);
	}
}

/* Column `rule` of sanitise.def. */
static void rule_RES0(struct vm *vm, reg_t reg, u64 bits)
{
	vm->id.mask[reg.index].res0 |= bits;
}

static void rule_RES1(struct vm *vm, reg_t reg, u64 bits)
{
	vm->id.mask[reg.index].res1 |= bits;
}

static void rule_MAY(struct vm *vm, reg_t reg, u64 bits)
{
	vm->id.mask[reg.index].res0 &= ~bits;
}

/* The tables of the machine have rows for registers that are not virtual EL2's. */
static void if_vel2(struct vm *vm, u64 iss, void (*rule)(struct vm *, reg_t, u64), u64 bits)
{
	reg_t reg;

	if (vel2_register(iss, &reg))
		rule(vm, reg, bits);
}

/* Rules of the machine, each given the features of this VM; then what is special to VMs. */
static void compute_masks(struct vm *vm)
{
	for (unsigned i = 0; i < CTX_COUNT; i++)
		vm->id.mask[i].res0 = vm->id.mask[i].res1 = 0;
#define VEL2(kind, name, ...)                                                                      \
	rule_RES0(vm, REG(name), sysreg_row(ISS_##name)->res0);                                    \
	rule_RES1(vm, REG(name), sysreg_row(ISS_##name)->res1);
#include "core/vel2.def"
#undef VEL2
#define BITS_OF(reg, feature, bits)                                                                \
	if (!vm_has_feature(vm, FEAT_##feature))                                                   \
		if_vel2(vm, ISS_##reg, rule_RES0, bits);
#include "sysregs/gated.def"
#undef BITS_OF
#define ONES_OF(reg, feature, bits)                                                                \
	if (!vm_has_feature(vm, FEAT_##feature))                                                   \
		if_vel2(vm, ISS_##reg, rule_RES1, bits);
#include "sysregs/ones.def"
#undef ONES_OF
#define RULE(reg, rule, bits, who, condition)                                                      \
	if (is_one_of(vm, who) && (condition))                                                     \
		rule_##rule(vm, REG(reg), bits);
#include "core/sanitise.def"
#undef RULE
}

void id_init(struct vm *vm)
{
	compute_id_registers(vm);
	compute_masks(vm);
	vm->id.is_known = true;
}

u64 nested_sanitised(const struct vm *vm, reg_t reg, u64 value)
{
	return (value & ~vm->id.mask[reg.index].res0) | vm->id.mask[reg.index].res1;
}

bool is_id_space(u64 iss)
{
	return (iss & (ISS_SYSREG_MASK ^ ISS_SYSREG(0ul, 0ul, 0ul, 7ul, 7ul))) ==
		       ISS_SYSREG(3ul, 0ul, 0ul, 0ul, 0ul) &&
	       (iss & ISS_SYSREG(0ul, 0ul, 0ul, 7ul, 0ul));
}

bool id_register(const struct vm *vm, u64 iss, u64 *value)
{
	if (!vm->id.is_known)
		panic("%s: read of an ID register before id_init()", vm->config.name);
	if (!is_id_space(iss))
		return false;
	switch (iss) {
#define ID_REGISTER(name)                                                                          \
	case ISS_##name:                                                                           \
		*value = vm->id.value[VM_##name];                                                  \
		break;
#define ID_FIELD(...)
#include "core/id.def"
#undef ID_REGISTER
#undef ID_FIELD
	default: *value = 0; /* absent */
	}
	return true;
}
