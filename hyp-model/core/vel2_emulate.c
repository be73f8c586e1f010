/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped registers that a guest hypervisor at virtual EL2 means as its own, or as those of the
 * guest below it; and the registers of EL1 that this hypervisor traps for any VM. HYPERVISOR-SPEC
 * B.9, A.10. The rows are in emulate.def. Debug, timers, GIC, TLBI and AT are elsewhere.
 */
#include "core/arch.h"
#include "core/emulate.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/stage2.h"
#include "core/switch.h"
#include "guest/abi.h"

bool vel2_register(u64 iss, reg_t *reg)
{
	switch (iss) {
#define VEL2(kind, name, ...)                                                                      \
	case ISS_##name:                                                                           \
		*reg = REG(name);                                                                  \
		return true;
#include "core/vel2.def"
#undef VEL2
	default: return false;
	}
}

/* An _EL12 name, by the column of context.def for VHE. */
static bool el12_register(u64 iss, reg_t *reg)
{
	switch (iss) {
#define CTX(class, name, offset, nvhe, vhe)                                                        \
	case ISS_##vhe:                                                                            \
		*reg = REG(name);                                                                  \
		return true;
#include "core/context.def"
#undef CTX
	default: return false;
	}
}

static bool el1_register(u64 iss, reg_t *reg)
{
	switch (iss) {
#define CTX(class, name, ...)                                                                      \
	case ISS_##name:                                                                           \
		*reg = REG(name);                                                                  \
		return true;
#include "core/context.def"
#undef CTX
	default: return false;
	}
}

/* NV-19: with NV2 the hardware itself goes to memory or to an EL1 register. */
static enum emulation bad_redirection(const struct vcpu *vcpu, const struct sysreg_access *access)
{
	print("%s: NV2 should have redirected S%u_%u_C%u_C%u_%u (NV-19)\n", vcpu->vm->config.name,
		(unsigned)bits(access->iss, 21, 20), (unsigned)bits(access->iss, 16, 14),
		(unsigned)bits(access->iss, 13, 10), (unsigned)bits(access->iss, 4, 1),
		(unsigned)bits(access->iss, 19, 17));
	return NOT_DEFINED;
}

/* Those that NV2 redirects to the EL1 register, and those it leaves to traps, have no offset. */
static bool is_redirected(reg_t reg)
{
	return context_vncr_offset[reg.index] || reg.index == CTX_SPSR_EL2 ||
	       reg.index == CTX_ELR_EL2 || reg.index == CTX_ESR_EL2 || reg.index == CTX_FAR_EL2;
}

/* A register of vel2.def, by its own name, at virtual EL2. */
enum emulation emulate_vel2(struct vcpu *vcpu, struct sysreg_access *access)
{
	reg_t reg;

	if (!vel2_register(access->iss, &reg))
		return NOT_DEFINED;
	if (vcpu->vm->config.has_nv2 && is_redirected(reg))
		return bad_redirection(vcpu, access);
	return emulate_access(vcpu, access, reg);
}

/* What virtual EL1 has under this name; parked in memory while at virtual EL2. */
enum emulation emulate_el12(struct vcpu *vcpu, struct sysreg_access *access)
{
	reg_t reg;

	if (!vcpu_e2h(vcpu) || !el12_register(access->iss, &reg))
		return NOT_DEFINED;
	if (vcpu->vm->config.has_nv2 && context_vncr_offset[reg.index])
		return bad_redirection(vcpu, access);
	return emulate_access(vcpu, access, reg);
}

/* SP_EL1; VBAR_EL1, ELR_EL1 and SPSR_EL1 with NV1: of the guest below, on hardware without NV2. */
enum emulation emulate_el1_of_vel2(struct vcpu *vcpu, struct sysreg_access *access)
{
	reg_t reg;

	if (!vcpu_is_el2(vcpu) || !el1_register(access->iss, &reg))
		return NOT_DEFINED;
	if (vcpu->vm->config.has_nv2)
		return bad_redirection(vcpu, access);
	return emulate_access(vcpu, access, reg);
}

/* HW-1: which register an EL1 name means where it was used. */
static bool means_vel2(const struct vcpu *vcpu)
{
	return vcpu_is_el2(vcpu) && vcpu_e2h(vcpu);
}

static bool vel2_counterpart(u64 iss, reg_t *reg)
{
	switch (iss) {
#define VEL2(kind, name, offset, counterpart, translation)                                         \
	case ISS_##counterpart:                                                                    \
		*reg = REG(name);                                                                  \
		return true;
#include "core/vel2.def"
#undef VEL2
	default: return false;
	}
}

/* MUT-67: the SCTLR that governs where the vCPU is. */
static bool has_mmu_and_caches(const struct vcpu *vcpu)
{
	u64 both = F(SCTLR_EL1, M) | F(SCTLR_EL1, C);
	bool is_el2s = vcpu_is_hyp_ctxt(vcpu) && !MUTANT(67);
	u64 sctlr = vcpu_read_sys_reg(vcpu, is_el2s ? REG(SCTLR_EL2) : REG(SCTLR_EL1));

	return (sctlr & both) == both;
}

/* Guest memory that the guest may have touched around the caches: what stage 2 has mapped. */
static void flush_memory(struct vm *vm)
{
	struct stage2_mapping mapping;

	lock_take(&vm->mmu_lock);
	for (unsigned i = 0; i < VM_SLOTS; i++) {
		const struct slot *slot = &vm->slots[i];
		u64 step;

		for (u64 at = 0; at < slot->size; at += step) {
			step = slot->granule;
			if (stage2_lookup(&vm->mmu, IPA(slot->ipa.v + at), &mapping) != STAGE2_OK)
				continue;
			step = mapping.size;
			hal_flush_dcache(hal_pa_to_va(mapping.pa), mapping.size);
		}
	}
	lock_drop(&vm->mmu_lock);
}

/* With FWB a guest cannot get around the caches: nothing to flush, nothing to watch. */
static bool is_write_back_forced(const struct vcpu *vcpu)
{
	return vcpu->hcr_el2 & F(HCR_EL2, FWB);
}

/*
 * HCR_EL2.TVM is set until MMU and caches are on (A.3); when that changes, what was written on one
 * side of the caches has to be seen on the other. A guest that turns them off again says so by set
 * and way.
 */
static void caches_toggled(struct vcpu *vcpu, bool was_on)
{
	bool is_on = has_mmu_and_caches(vcpu);

	if (is_on != was_on && !is_write_back_forced(vcpu))
		flush_memory(vcpu->vm);
	if (is_on)
		vcpu->hcr_el2 &= ~F(HCR_EL2, TVM);
}

/* TVM, TRVM and TCPAC: SCTLR_EL1 and the others of the translation regime; SCTLR_EL2 too. */
enum emulation emulate_vm_register(struct vcpu *vcpu, struct sysreg_access *access)
{
	reg_t reg;
	bool was_on;

	if (!(means_vel2(vcpu) && vel2_counterpart(access->iss, &reg)) &&
		!el1_register(access->iss, &reg) && !vel2_register(access->iss, &reg))
		return NOT_DEFINED;
	if (!access->is_write || (reg.index != CTX_SCTLR_EL1 && reg.index != CTX_SCTLR_EL2))
		return emulate_access(vcpu, access, reg);
	was_on = has_mmu_and_caches(vcpu);
	emulate_access(vcpu, access, reg);
	caches_toggled(vcpu, was_on);
	return EMULATED;
}

/*
 * DC by set and way means "all of the cache", which a virtual machine does not have: the memory is
 * flushed, and until the caches are on again the registers of translation are watched.
 */
enum emulation emulate_set_way(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)access;
	if (is_write_back_forced(vcpu) || (vcpu->hcr_el2 & F(HCR_EL2, TVM)))
		return EMULATED;
	flush_memory(vcpu->vm);
	vcpu->hcr_el2 |= F(HCR_EL2, TVM);
	return EMULATED;
}

/* VTTBR_EL2 without NV2. */
enum emulation emulate_vttbr(struct vcpu *vcpu, struct sysreg_access *access)
{
	enum emulation done = emulate_vel2(vcpu, access);

	if (done == EMULATED && access->is_write && options.shadow == SHADOW_ON_VTTBR_WRITE)
		shadow_create_eagerly(vcpu, vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)));
	return done;
}

/*
 * HCR_EL2 without NV2. Nothing of it is in force at virtual EL2 but E2H, which says what its
 * registers are in the CPU: one that changes it is loaded anew.
 */
enum emulation emulate_hcr(struct vcpu *vcpu, struct sysreg_access *access)
{
	u64 e2h = F(HCR_EL2, E2H), written;
	bool is_toggle;

	if (vcpu->vm->config.has_nv2 || !access->is_write)
		return emulate_vel2(vcpu, access);
	written = nested_sanitised(vcpu->vm, REG(HCR_EL2), access->value);
	is_toggle = ((written ^ vcpu_vhcr(vcpu)) & e2h) != 0;
	if (is_toggle)
		vcpu_put(vcpu);
	emulate_access(vcpu, access, REG(HCR_EL2));
	if (is_toggle)
		vcpu_load(vcpu);
	return EMULATED;
}

/* Writes are ignored: no bit of this ACTLR_EL1 does anything. */
enum emulation emulate_actlr(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)vcpu;
	access->value = GUEST_ACTLR_EL1;
	return EMULATED;
}

enum emulation emulate_raz_wi(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)vcpu;
	access->value = 0;
	return EMULATED;
}

/* HCR_EL2.TID1 and TID2. The caches of a guest are those of the machine. */
enum emulation emulate_cache_id(struct vcpu *vcpu, struct sysreg_access *access)
{
	u64 ours = read_CSSELR_EL1();

	switch (access->iss) {
	case ISS_CSSELR_EL1: return emulate_access(vcpu, access, REG(CSSELR_EL1));
	case ISS_CLIDR_EL1: access->value = read_CLIDR_EL1(); return EMULATED;
	case ISS_CTR_EL0: access->value = read_CTR_EL0(); return EMULATED;
	case ISS_CCSIDR_EL1:
		write_CSSELR_EL1(vcpu_read_sys_reg(vcpu, REG(CSSELR_EL1)));
		hal_isb();
		access->value = read_CCSIDR_EL1();
		write_CSSELR_EL1(ours);
		return EMULATED;
	default: return NOT_DEFINED;
	}
}

enum emulation emulate_revision(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)vcpu;
	access->value = access->iss == ISS_REVIDR_EL1 ? read_REVIDR_EL1() : read_AIDR_EL1();
	return EMULATED;
}
