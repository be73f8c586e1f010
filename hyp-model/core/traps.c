/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exits: HCR_EL2, CPTR_EL2, MDCR_EL2 and VNCR_EL2 as functions of the vCPU alone, so that
 * nobody has to remember what was written before (FP-3). No register is accessed in this file.
 */
#include "core/traps.h"

#include "core/cpu.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/registers.h"

u64 traps_host_hcr(enum hyp_mode mode, bool has_pauth)
{
	u64 hcr = F(HCR_EL2, RW);

	if (has_pauth)
		hcr |= F(HCR_EL2, API) | F(HCR_EL2, APK); /* HC-3 */
	if (mode == MODE_VHE)
		hcr |= F(HCR_EL2, TGE) | F(HCR_EL2, E2H) | F(HCR_EL2, AMO) | F(HCR_EL2, IMO) |
		       F(HCR_EL2, FMO);
	return hcr;
}

u64 traps_baseline_hcr(const struct vm *vm)
{
	u64 hcr = F(HCR_EL2, VM) | F(HCR_EL2, SWIO) | F(HCR_EL2, PTW) | F(HCR_EL2, FMO) |
		  F(HCR_EL2, IMO) | F(HCR_EL2, AMO) | F(HCR_EL2, FB) | FV(HCR_EL2, BSU, 1) |
		  F(HCR_EL2, TWI) | F(HCR_EL2, TWE) | F(HCR_EL2, TID1) | F(HCR_EL2, TID3) |
		  F(HCR_EL2, TSC) | F(HCR_EL2, TIDCP) | F(HCR_EL2, TACR) | F(HCR_EL2, TSW) |
		  F(HCR_EL2, TLOR) | F(HCR_EL2, RW);

	/* Without FWB the guest's memory is looked after until its own caches are on. */
	hcr |= host.has_fwb ? F(HCR_EL2, FWB) : F(HCR_EL2, TVM);
	if (host.mode == MODE_VHE)
		hcr |= F(HCR_EL2, E2H);
	if (host.has_ras)
		hcr |= F(HCR_EL2, TEA) | F(HCR_EL2, TERR);
	if (host.has_pauth && vm->config.has_pauth)
		hcr |= F(HCR_EL2, API) | F(HCR_EL2, APK);
	return hcr;
}

/* L1 at its EL2: nothing of vHCR_EL2 counts but E2H (NV-6). */
static u64 hyp_hcr(const struct vcpu *vcpu, u64 hcr)
{
	bool is_e2h = vcpu_e2h(vcpu);

	hcr |= F(HCR_EL2, NV) | F(HCR_EL2, AT) | F(HCR_EL2, TTLB);
	if (MUTANT(D25) ? is_e2h : !is_e2h)
		hcr |= F(HCR_EL2, NV1);
	if (vcpu->vm->config.has_nv2)
		hcr |= F(HCR_EL2, NV2);
	else if (!is_e2h)
		/* The EL1 names mean virtual EL1's registers, which are not in the CPU. */
		hcr |= F(HCR_EL2, TVM) | F(HCR_EL2, TRVM);
	return hcr;
}

/* L1's guest: what L1 wants is added, and nothing can be taken away (NV-7, HC-6). */
static u64 nested_hcr(const struct vcpu *vcpu, u64 hcr)
{
	u64 nv_bits = F(HCR_EL2, NV) | F(HCR_EL2, NV1) | F(HCR_EL2, NV2);
	u64 pauth = F(HCR_EL2, API) | F(HCR_EL2, APK);
	u64 vhcr = vcpu_vhcr(vcpu);
	u64 added = vhcr & ~(F(HCR_EL2, TGE) | pauth | F(HCR_EL2, FIEN));

	if (vhcr & F(HCR_EL2, NV))
		added |= F(HCR_EL2, NV2); /* B.11: L1 is only offered NV2 */
	else
		added &= ~nv_bits;
	if (!(vhcr & F(HCR_EL2, TWE)))
		added &= ~(F(HCR_EL2, TWEDEn) | F(HCR_EL2, TWEDEL));
	/* WS-28: both must agree. VSE is L1's there (NV-36). */
	hcr &= ~(pauth & ~vhcr) & ~F(HCR_EL2, VSE);
	return hcr | added;
}

u64 traps_hcr(const struct vcpu *vcpu)
{
	u64 hcr = vcpu->hcr_el2;

	/* A.3: a vCPU that is alone may spin on WFE as long as it likes. WFI always exits. */
	if (vcpu->cpu && vcpu->cpu->is_alone)
		hcr &= ~F(HCR_EL2, TWE);
	if (!vcpu_has_nv(vcpu))
		return hcr;
	return vcpu_is_hyp_ctxt(vcpu) ? hyp_hcr(vcpu, hcr) : nested_hcr(vcpu, hcr);
}

u64 traps_vncr(const struct vcpu *vcpu)
{
	if (!vcpu_has_nv(vcpu) || !vcpu->vm->config.has_nv2)
		return 0;
	if (vcpu_is_hyp_ctxt(vcpu))
		return (u64)vcpu->context.page;
	return vcpu_vhcr(vcpu) & F(HCR_EL2, NV) ? vncr_fixmap_va() : 0; /* NV-8 */
}

static bool owns_fp(const struct vcpu *vcpu)
{
	return vcpu->cpu && vcpu->cpu->fp_owner == FP_GUEST_OWNED;
}

/* NV-30: the traps of L1 that its guest would see, in the E2H=1 layout. */
static u64 nested_cptr(const struct vcpu *vcpu, u64 cptr)
{
	u64 vcptr = vcpu_read_sys_reg(vcpu, REG(CPTR_EL2));

	if (!vcpu_e2h(vcpu) && !MUTANT(D10))
		vcptr = vel2_to_el1(vcpu, REG(CPTR_EL2));
	if (!(FGET(vcptr, CPTR_EL2, E2H_FPEN) & 1))
		cptr &= ~F(CPTR_EL2, E2H_FPEN);
	return cptr | (vcptr & (F(CPTR_EL2, TCPAC) | F(CPTR_EL2, TAM) | F(CPTR_EL2, E2H_TTA)));
}

u64 traps_cptr(const struct vcpu *vcpu)
{
	u64 cptr;

	if (host.mode == MODE_NVHE)
		return CPTR_NVHE_RES1 | F(CPTR_EL2, TTA) | F(CPTR_EL2, TAM) |
		       (owns_fp(vcpu) ? 0 : F(CPTR_EL2, TFP));
	/* E2H_ZEN stays 0: the guests' ID registers show no SVE. */
	cptr = F(CPTR_EL2, E2H_TTA) | F(CPTR_EL2, TAM) |
	       (owns_fp(vcpu) ? F(CPTR_EL2, E2H_FPEN) : 0);
	if (!vcpu_has_nv(vcpu))
		return cptr;
	if (!vcpu_is_hyp_ctxt(vcpu))
		return nested_cptr(vcpu, cptr);
	/*
	 * vE2H=1: CPACR_EL1 is vCPTR_EL2, whose stored copy is authoritative. vE2H=0: it is virtual
	 * EL1's register, which NV2 sends to memory and nothing else does.
	 */
	if (vcpu_e2h(vcpu) || !vcpu->vm->config.has_nv2)
		cptr |= F(CPTR_EL2, TCPAC);
	return cptr;
}

u64 traps_mdcr(const struct vcpu *vcpu)
{
	u64 host_mdcr = vcpu->cpu ? vcpu->cpu->mdcr_el2 : 0;
	u64 mdcr = (host_mdcr & F(MDCR_EL2, HPMN)) | F(MDCR_EL2, TPM) | F(MDCR_EL2, TPMCR) |
		   F(MDCR_EL2, TDRA) | F(MDCR_EL2, TDOSA) | MDCR_EL2_TPMS | MDCR_EL2_TTRF;
	u64 l1_traps = F(MDCR_EL2, TDE) | F(MDCR_EL2, TDA) | F(MDCR_EL2, TDRA) |
		       F(MDCR_EL2, TDOSA) | F(MDCR_EL2, TPM) | F(MDCR_EL2, TPMCR) | MDCR_EL2_TPMS |
		       MDCR_EL2_TTRF | F(MDCR_EL2, TDCC);

	if (vcpu->debug.owner != DEBUG_GUEST_OWNED || host.has_more_points)
		mdcr |= F(MDCR_EL2, TDA);
	if (host.has_fgt) /* the debug channel is nobody's, and not switched */
		mdcr |= F(MDCR_EL2, TDCC);
	if (vcpu->debug.owner == DEBUG_HOST_OWNED)
		mdcr |= F(MDCR_EL2, TDE);
	if (vcpu_is_nested_ctxt(vcpu)) /* NV-31 */
		mdcr |= vcpu_read_sys_reg(vcpu, REG(MDCR_EL2)) & l1_traps;
	else if (vcpu_is_hyp_ctxt(vcpu))
		mdcr |= F(MDCR_EL2, TDA); /* else NV2 would send MDSCR_EL1 to the page */
	return mdcr;
}
