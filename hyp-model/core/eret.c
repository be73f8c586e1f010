/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ERET, ERETAA and ERETAB at virtual EL2: HYPERVISOR-SPEC B.6. The fast form stays in the regime it
 * is in and is answered in the fix-up loop; the slow one may change the vCPU's context.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/switch.h"

/* ISS of EC_ERET. */
#define ISS_ERET_IS_AUTHENTICATED(esr) (bits(esr, 1, 1) != 0)
#define ISS_ERET_IS_KEY_B(esr)	       (bits(esr, 0, 0) != 0)

/* DDI 0487 D17.2.37: PAC Fail exception; ISS<0> is the key, <1> says data. */
enum { EC_PAC_FAIL = 0x1c };

static bool is_at_el2(u64 spsr)
{
	u64 mode = spsr & (F(SPSR, M) | PSTATE_nRW);

	return mode == PSTATE_EL2t || mode == PSTATE_EL2h;
}

static bool is_at_el0(u64 spsr)
{
	return (spsr & (F(SPSR, M) | PSTATE_nRW)) == PSTATE_EL0t;
}

static bool is_at_el1(u64 spsr)
{
	u64 mode = spsr & (F(SPSR, M) | PSTATE_nRW);

	return mode == PSTATE_EL1t || mode == PSTATE_EL1h;
}

/* NV-22. AArch32, EL3 and reserved modes are none of the three. */
static bool is_illegal(const struct vcpu *vcpu, u64 spsr)
{
	return !(is_at_el2(spsr) || is_at_el0(spsr) ||
		 (is_at_el1(spsr) && (!vcpu_tge(vcpu) || MUTANT(77))));
}

/* What of PSTATE an illegal return takes from SPSR, DDI 0487 D1.4 SetPSTATEFromPSR(). */
static u64 illegal_pstate(u64 pstate, u64 spsr)
{
	u64 taken = PSTATE_NZCV | PSTATE_DAIF | F(SPSR, PAN);

	return (pstate & ~(taken | F(SPSR, SS))) | (spsr & taken) | (MUTANT(82) ? 0 : F(SPSR, IL));
}

/* Does the return end in the same context: EL2, or EL0 of an E2H host? NV-24 */
static bool stays_in_hyp_context(const struct vcpu *vcpu, u64 spsr)
{
	return is_at_el2(spsr) || (is_at_el0(spsr) && vcpu_tge(vcpu) && vcpu_e2h(vcpu));
}

static void return_to(struct vcpu *vcpu, u64 elr, u64 spsr)
{
	vcpu->context.pc = elr;
	vcpu->context.pstate = spsr;
}

/* Keys are the host's again only behind the fix-up loop, so ERETAA and ERETAB take the slow way. */
bool eret_fixup(struct vcpu *vcpu)
{
	u64 spsr;

	if (!vcpu_is_el2(vcpu) || ISS_ERET_IS_AUTHENTICATED(vcpu->fault.esr))
		return false;
	spsr = vcpu_read_sys_reg(vcpu, REG(SPSR_EL2));
	if (!stays_in_hyp_context(vcpu, spsr))
		return false;
	stats_reason(REASON_ERET);
	return_to(vcpu, vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), spsr);
	return true;
}

/* ---- Pointer authentication of the return address, NV-23; DDI 0487 J1, Auth() ---- */

/* What the CPU has while at virtual EL2, L1's own with vE2H=1 or a translation of it. */
static u64 live(const struct vcpu *vcpu, reg_t vel2)
{
	return vcpu_e2h(vcpu) ? vcpu_read_sys_reg(vcpu, vel2) : vel2_to_el1(vcpu, vel2);
}

/* The layout of a code address in the regime of virtual EL2. */
struct pointer_layout {
	unsigned bottom; /* of the PAC: it is in <54:bottom>, and in <63:56> unless has_tag */
	bool has_tag;
	bool is_signed; /* two ranges of addresses, <55> says which */
};

static struct pointer_layout pointer_layout(const struct vcpu *vcpu, u64 pointer)
{
	u64 tcr = live(vcpu, REG(TCR_EL2));
	bool is_high = bits(pointer, 55, 55) && vcpu_e2h(vcpu);
	u64 tsz = is_high ? FGET(tcr, TCR_EL1, T1SZ) : FGET(tcr, TCR_EL1, T0SZ);
	u64 tag = is_high ? tcr & F(TCR_EL1, TBI1) : tcr & F(TCR_EL1, TBI0);
	u64 data_only = is_high ? tcr & F(TCR_EL1, TBID1) : tcr & F(TCR_EL1, TBID0);

	return (struct pointer_layout){ .bottom = 64 - (unsigned)tsz,
		.has_tag = tag && !data_only,
		.is_signed = vcpu_e2h(vcpu) };
}

/* Which bits of a pointer hold its PAC. */
static u64 pac_mask(const struct pointer_layout *layout)
{
	return (layout->bottom <= 54 ? MASK(54, layout->bottom) : 0) |
	       (layout->has_tag ? 0 : MASK(63, 56));
}

static u64 strip(const struct pointer_layout *layout, u64 pointer)
{
	bool is_high = layout->is_signed && bits(pointer, 55, 55);
	u64 mask = pac_mask(layout);

	return is_high ? pointer | mask : pointer & ~mask;
}

/*
 * The PAC of a stripped pointer by one of the guest's keys. PACGA computes the same function, and
 * returns its upper half: the bits of a PAC below 32 (addresses of less than 32 bits) are taken for
 * right.
 */
static u64 compute_pac(const struct vcpu *vcpu, u64 pointer, u64 modifier, bool is_key_b)
{
	const u64 *key = &vcpu->pauth.guest.key[is_key_b ? 2 : 0];
	u64 low = read_APGAKeyLo_EL1(), high = read_APGAKeyHi_EL1(), pac;

	write_APGAKeyLo_EL1(key[0]);
	write_APGAKeyHi_EL1(key[1]);
	hal_isb();
	pac = hal_pacga(pointer, modifier);
	write_APGAKeyLo_EL1(low);
	write_APGAKeyHi_EL1(high);
	hal_isb();
	return pac;
}

/* FEAT_PAuth in its versions: 3 and more XOR the PAC into the pointer, 4 and more fault. */
static u64 pauth_version(const struct vcpu *vcpu)
{
	u64 isar1 = vcpu->vm->id.value[VM_ID_AA64ISAR1_EL1];
	u64 isar2 = vcpu->vm->id.value[VM_ID_AA64ISAR2_EL1];

	return FGET(isar1, ID_AA64ISAR1_EL1, APA) | FGET(isar1, ID_AA64ISAR1_EL1, API) |
	       FGET(isar2, ID_AA64ISAR2_EL1, APA3);
}

/* What AUTIA or AUTIB leaves of a pointer whose PAC is wrong: an address that faults. */
static u64 spoil(const struct vcpu *vcpu, const struct pointer_layout *layout, u64 pointer,
	u64 wrong_bits, bool is_key_b)
{
	u64 error = is_key_b ? 2 : 1, stripped = strip(layout, pointer);
	unsigned at = layout->has_tag ? 53 : 61;

	if (pauth_version(vcpu) >= 3)
		return stripped ^ wrong_bits;
	return (stripped & ~(3ul << at)) | error << at;
}

static bool is_key_enabled(const struct vcpu *vcpu, bool is_key_b)
{
	u64 sctlr = live(vcpu, REG(SCTLR_EL2));

	return sctlr & (is_key_b ? F(SCTLR_EL1, EnIB) : F(SCTLR_EL1, EnIA));
}

static u64 current_sp(const struct vcpu *vcpu)
{
	return (vcpu->context.pstate & F(SPSR, M)) == PSTATE_EL2h
		       ? vcpu_read_sys_reg(vcpu, REG(SP_EL2))
		       : vcpu->context.sp_el0;
}

/* False: FEAT_FPAC, the failure is an exception of its own and there is no return. */
static bool authenticate(struct vcpu *vcpu, u64 *elr)
{
	bool is_key_b = ISS_ERET_IS_KEY_B(vcpu->fault.esr);
	struct pointer_layout layout = pointer_layout(vcpu, *elr);
	u64 pointer = *elr, stripped = strip(&layout, pointer), wrong;

	if (!is_key_enabled(vcpu, is_key_b))
		return true;
	*elr = stripped;
	wrong = (compute_pac(vcpu, stripped, current_sp(vcpu), is_key_b) ^ pointer) &
		pac_mask(&layout) & MASK(63, 32);
	if (pauth_version(vcpu) >= 3) /* the PAC is XORed into the bits of the address */
		wrong ^= stripped & pac_mask(&layout) & MASK(63, 32);
	if (!wrong)
		return true;
	if (pauth_version(vcpu) >= 4) {
		vcpu_inject_sync(
			vcpu, (u64)EC_PAC_FAIL << ESR_EC_SHIFT | ESR_IL | (is_key_b ? 1 : 0));
		return false;
	}
	*elr = spoil(vcpu, &layout, pointer, wrong, is_key_b);
	return true;
}

/* NV-2: EL0 with {E2H,TGE} = {0,1} runs as InHost EL0 does, and nobody promises more. */
static void flag_tge_alone(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;

	if (!vcpu_is_host_el0(vcpu) || vcpu_e2h(vcpu) || vm->is_told_of_tge_alone)
		return;
	vm->is_told_of_tge_alone = true;
	print("  %s: uses EL0 with {E2H,TGE} = {0,1}, which is supported by halves\n",
		vm->config.name);
}

enum verdict exit_eret(struct vcpu *vcpu)
{
	u64 spsr, elr;

	if (!vcpu_is_el2(vcpu))
		panic("%s: ERET trapped outside of virtual EL2 at 0x%lx", vcpu->vm->config.name,
			vcpu->context.pc);
	spsr = vcpu_read_sys_reg(vcpu, REG(SPSR_EL2));
	elr = vcpu_read_sys_reg(vcpu, REG(ELR_EL2));
	if (ISS_ERET_IS_AUTHENTICATED(vcpu->fault.esr)) {
		if (!vcpu->vm->config.has_pauth) {
			vcpu_inject_undefined(vcpu);
			return GUEST_CONTINUES;
		}
		if (!authenticate(vcpu, &elr))
			return GUEST_CONTINUES;
	}
	if (is_illegal(vcpu, spsr) && !MUTANT(10)) {
		return_to(vcpu, elr, illegal_pstate(vcpu->context.pstate, spsr));
	} else if (stays_in_hyp_context(vcpu, spsr)) {
		return_to(vcpu, elr, spsr);
	} else { /* NV-18 */
		vcpu_put(vcpu);
		return_to(vcpu, elr, spsr);
		vcpu_load(vcpu);
		flag_tge_alone(vcpu);
	}
	return GUEST_CONTINUES;
}
