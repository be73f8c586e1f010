/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped system registers: one row each. Encodings come from sysregs/sysreg.def, so a row is a
 * name. A register without a row is a panic that gives its encoding.
 */
#include "core/arch.h"
#include "core/exit.h"
#include "core/host.h"
#include "core/print.h"
#include "core/switch.h"
#include "guest/abi.h"

/*
 * What guests of this model are told about the CPU: the host's field where the mask is set, 0
 * elsewhere.
 */
#define VISIBLE_PFR0  (F(ID_AA64PFR0_EL1, EL0) | F(ID_AA64PFR0_EL1, EL1))
#define VISIBLE_MMFR0 (F(ID_AA64MMFR0_EL1, PARange) | F(ID_AA64MMFR0_EL1, ASIDBits))
#define VISIBLE_MMFR1 (F(ID_AA64MMFR1_EL1, PAN))
#define VISIBLE_ISAR0 (F(ID_AA64ISAR0_EL1, Atomic) | F(ID_AA64ISAR0_EL1, CRC32))

static const struct {
	u32 iss;
	u64 (*host_value)(void);
	u64 visible;
} id_registers[] = {
	{ ISS_ID_AA64PFR0_EL1, read_ID_AA64PFR0_EL1, VISIBLE_PFR0 },
	{ ISS_ID_AA64MMFR0_EL1, read_ID_AA64MMFR0_EL1, VISIBLE_MMFR0 },
	{ ISS_ID_AA64MMFR1_EL1, read_ID_AA64MMFR1_EL1, VISIBLE_MMFR1 },
	{ ISS_ID_AA64ISAR0_EL1, read_ID_AA64ISAR0_EL1, VISIBLE_ISAR0 },
};

static bool is_id_space(u64 iss)
{
	/* HCR_EL2.TID3: op0=3, op1=0, CRn=0, CRm=1..7. */
	return (iss & (ISS_SYSREG_MASK ^ ISS_SYSREG(0ul, 0ul, 0ul, 7ul, 7ul))) ==
		       ISS_SYSREG(3ul, 0ul, 0ul, 0ul, 0ul) &&
	       (iss & ISS_SYSREG(0ul, 0ul, 0ul, 7ul, 0ul));
}

static u64 guest_id_register(u64 iss)
{
	for (size_t i = 0; i < COUNT(id_registers); i++)
		if (id_registers[i].iss == iss)
			return id_registers[i].host_value() & id_registers[i].visible;
	return 0; /* a feature that is not told of is absent, and absent reads as zero */
}

/* The registers HCR_EL2.TVM traps. The value lands where the guest's register is. */
static const struct {
	u32 iss;
	enum context_reg reg;
} vm_registers[] = {
	/* clang-format off */
	{ ISS_SCTLR_EL1,       CTX_SCTLR_EL1 },
	{ ISS_TTBR0_EL1,       CTX_TTBR0_EL1 },
	{ ISS_TTBR1_EL1,       CTX_TTBR1_EL1 },
	{ ISS_TCR_EL1,         CTX_TCR_EL1 },
	{ ISS_ESR_EL1,         CTX_ESR_EL1 },
	{ ISS_FAR_EL1,         CTX_FAR_EL1 },
	{ ISS_AFSR0_EL1,       CTX_AFSR0_EL1 },
	{ ISS_AFSR1_EL1,       CTX_AFSR1_EL1 },
	{ ISS_MAIR_EL1,        CTX_MAIR_EL1 },
	{ ISS_AMAIR_EL1,       CTX_AMAIR_EL1 },
	{ ISS_CONTEXTIDR_EL1,  CTX_CONTEXTIDR_EL1 },
	/* clang-format on */
};

/*
 * Once both caches and MMU are on, the guest sees through the caches what it wrote around them: no
 * more traps.
 */
static void stop_trapping_when_cached(struct vcpu *vcpu)
{
	u64 both = F(SCTLR_EL1, M) | F(SCTLR_EL1, C);
	struct vm *vm = vcpu_vm(vcpu);

	if ((vcpu_read_sys_reg(vcpu, CTX_SCTLR_EL1) & both) != both)
		return;
	for (unsigned i = 0; i < VM_SLOTS; i++)
		hal_flush_dcache(hal_pa_to_va(vm->slots[i].pa), vm->slots[i].size);
	vcpu->hcr_el2 &= ~F(HCR_EL2, TVM);
}

static bool emulate_vm_register(struct vcpu *vcpu, u64 iss)
{
	u64 esr = vcpu->fault.esr;

	for (size_t i = 0; i < COUNT(vm_registers); i++) {
		if (vm_registers[i].iss != iss || ISS_SYS_READ(esr))
			continue;
		vcpu_write_sys_reg(vcpu, guest_reg(vcpu, ISS_SYS_RT(esr)), vm_registers[i].reg);
		stop_trapping_when_cached(vcpu);
		return true;
	}
	return false;
}

static bool is_hidden(u64 iss)
{
	/* HCR_EL2.TLOR: the guest's ID_AA64MMFR1_EL1.LO says there are no LORegions. */
	return iss == ISS_LORSA_EL1 || iss == ISS_LOREA_EL1 || iss == ISS_LORN_EL1 ||
	       iss == ISS_LORC_EL1 || iss == ISS_LORID_EL1;
}

enum verdict exit_sysreg(struct vcpu *vcpu)
{
	u64 esr = vcpu->fault.esr, iss = esr & ISS_SYSREG_MASK;
	bool is_read = ISS_SYS_READ(esr);

	if (is_hidden(iss)) {
		stats_reason(REASON_SYSREG_HIDDEN);
		vcpu_inject_undefined(vcpu);
		return GUEST_CONTINUES;
	}
	if (iss == ISS_ACTLR_EL1) {
		/* Writes are ignored: no bit of this ACTLR_EL1 does anything. */
		if (is_read)
			set_guest_reg(vcpu, ISS_SYS_RT(esr), GUEST_ACTLR_EL1);
		stats_reason(REASON_SYSREG_ACTLR);
	} else if (is_read && is_id_space(iss)) {
		set_guest_reg(vcpu, ISS_SYS_RT(esr), guest_id_register(iss));
		stats_reason(REASON_SYSREG_ID);
	} else if (emulate_vm_register(vcpu, iss)) {
		stats_reason(REASON_SYSREG_VM);
	} else {
		panic("%s: trapped %s S%u_%u_C%u_C%u_%u at 0x%lx is not modelled",
			vcpu_vm(vcpu)->name, is_read ? "MRS" : "MSR", (unsigned)bits(iss, 21, 20),
			(unsigned)bits(iss, 16, 14), (unsigned)bits(iss, 13, 10),
			(unsigned)bits(iss, 4, 1), (unsigned)bits(iss, 19, 17), vcpu->context.pc);
	}
	vcpu_skip_instruction(vcpu);
	return GUEST_CONTINUES;
}
