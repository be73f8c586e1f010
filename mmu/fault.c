/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a failed translation to cpu->fault: class, ISS, addresses, and the target where the
 * architecture leaves no choice. Routing of the others is the business of exceptions/.
 */
#include "cpu/liberty.h"
#include "mmu/regime.h"

enum { ISS_WNR = 1 << 6, ISS_S1PTW = 1 << 7, ISS_CM = 1 << 8, ISS_VNCR = 1 << 13 };

static bool has_level(u8 status)
{
	return status < FSC_EXTERNAL || status == FSC_EXTERNAL_ON_WALK;
}

/* DDI 0487 ESR_ELx.ISS.WnR: an atomic reports a read if reading alone would fault. */
static bool is_write(const struct request *request, const struct mmu_fault *fault)
{
	switch (request->kind) {
	case ACCESS_WRITE:
	case ACCESS_CACHE: return true;
	case ACCESS_ATOMIC: return fault->status == FSC_PERMISSION && fault->read_would_pass;
	default: return request->at;
	}
}

/* HPFAR_EL2 is UNKNOWN after a Permission fault, but for one of the stage 1 walk. */
static bool is_ipa_unknown(const struct mmu_fault *fault)
{
	return fault->status == FSC_PERMISSION && !fault->s1ptw;
}

/* IsIPAValid(), and what HPFAR_EL2 is where it is UNKNOWN. */
static void report_ipa(struct cpu *cpu, const struct mmu_fault *fault)
{
	bool is_wrong;

	cpu->fault.ipa = IPA(fault->ipa);
	cpu->fault.ipa_valid = fault->stage2 && fault->status < FSC_EXTERNAL;
	if (!fault->stage2 || !is_ipa_unknown(fault))
		return;
	is_wrong = is_chosen(cpu, hpfar_permission, unknown) || liberty(cpu, LIBERTY_HPFAR, 2);
	if (is_wrong)
		cpu->fault.ipa = IPA(~fault->ipa);
	else if (is_chosen(cpu, hpfar_permission, kept))
		cpu->fault.ipa_valid = false;
}

bool mmu_report(struct cpu *cpu, const struct request *request, const struct mmu_fault *fault)
{
	bool fetch = request->kind == ACCESS_FETCH;
	u32 iss = fault->status + (has_level(fault->status) ? fault->level : 0u);

	if (fault->s1ptw)
		iss |= ISS_S1PTW;
	if (!fetch && is_write(request, fault))
		iss |= ISS_WNR;
	if (request->kind == ACCESS_CACHE || request->at)
		iss |= ISS_CM;
	if (request->vncr)
		iss |= ISS_VNCR;
	cpu->fault = (struct fault){
		/* a VNCR access faults as one of EL2 itself: HYPERVISOR-SPEC F.5 */
		.ec = fetch	      ? EC_IABT_LOWER
		      : request->vncr ? EC_DABT_SAME
				      : EC_DABT_LOWER,
		.target_el = fault->stage2 || request->vncr ? EL2 : 0,
		.far_valid = true,
		.stage2 = fault->stage2,
		.s1ptw = fault->s1ptw,
		.iss = iss,
		.far = request->va,
	};
	report_ipa(cpu, fault);
	return false;
}
