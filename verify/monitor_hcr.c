/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HCR_EL2, and what the host gets back: rules HC, TR-2, TR-3 and WS-10 of HYPERVISOR-SPEC E.1, by
 * A.3 and B.2.
 */
#include "mmu/mmu.h"
#include "verify/monitor_model.h"

/* ---- HCR_EL2 of a guest ---- */

/* A.3: in every guest's, whatever else; TWE follows a policy, API and APK another. */
#define MANDATORY                                                                                  \
	(HCR_EL2_VM | HCR_EL2_RW | HCR_EL2_IMO | HCR_EL2_FMO | HCR_EL2_AMO | HCR_EL2_TSC |         \
		HCR_EL2_TWI | HCR_EL2_TIDCP | HCR_EL2_TACR | HCR_EL2_TSW | HCR_EL2_FB |            \
		HCR_EL2_SWIO | HCR_EL2_PTW | HCR_EL2_TID1 | HCR_EL2_TID3 | HCR_EL2_TLOR)
#define PAUTH	(HCR_EL2_API | HCR_EL2_APK)
#define NV_BITS (HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2)

/* What the baseline of this vCPU must be at least. */
static u64 least_baseline(struct scene *scene)
{
	u64 hcr = MANDATORY | BIT(10); /* BSU: Inner Shareable */

	if (scene->is_vhe)
		hcr |= HCR_EL2_E2H;
	if (HOST(scene, has_ras))
		hcr |= HCR_EL2_TEA | HCR_EL2_TERR;
	if (HOST(scene, has_fwb))
		hcr |= HCR_EL2_FWB;
	if (!get(scene, scene->here, MEMBER_cpu_is_alone))
		hcr |= HCR_EL2_TWE;
	return hcr;
}

/* B.2, the rows of hyp context. */
static u64 hyp_context_bits(const struct looked *vcpu)
{
	u64 hcr = HCR_EL2_NV | HCR_EL2_AT | HCR_EL2_TTLB;

	if (!vcpu->e2h)
		hcr |= HCR_EL2_NV1;
	if (vcpu->has_nv2)
		hcr |= HCR_EL2_NV2;
	else if (!vcpu->e2h)
		hcr |= HCR_EL2_TVM | HCR_EL2_TRVM;
	return hcr;
}

/* B.2, the rows of nested context: what L1 adds. */
static u64 nested_bits(const struct looked *vcpu)
{
	u64 added = vcpu->vhcr & ~(HCR_EL2_TGE | PAUTH | HCR_EL2_FIEN | HCR_EL2_E2H);

	if (!(vcpu->vhcr & HCR_EL2_TWE))
		added &= ~(HCR_EL2_TWEDEn | HCR_EL2_TWEDEL);
	return vcpu->vhcr & HCR_EL2_NV ? added | HCR_EL2_NV2 : added & ~NV_BITS;
}

static void check_guest_hcr(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 hcr = scene->cpu->sys[SR_HCR_EL2], baseline = VCPU(scene, hcr_el2), expected;
	u64 aside = PAUTH | HCR_EL2_VSE;

	expected = least_baseline(scene);
	if ((hcr & expected) != expected)
		DIFFERS(scene, HC_5, expected, hcr & expected,
			"bits of HCR_EL2 that every guest has are not set");
	expected = baseline;
	if (get(scene, scene->here, MEMBER_cpu_is_alone))
		expected &= ~HCR_EL2_TWE;
	if (vcpu->has_nv)
		expected |= vcpu->is_hyp ? hyp_context_bits(vcpu) : nested_bits(vcpu);
	expected &= ~(HCR_EL2_TGE | HCR_EL2_FIEN);
	if (vcpu->is_hyp)
		EQUAL(scene, NV_5, expected & ~aside, hcr & ~aside,
			"HCR_EL2 in hyp context is not what B.2 says");
	else
		EQUAL(scene, HC_5, expected & ~aside, hcr & ~aside,
			"HCR_EL2 of a guest is not what A.3 and B.2 say");
}

static void check_pauth(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 expected = 0;

	if (HOST(scene, has_pauth) && get(scene, vcpu->vm, MEMBER_vm_has_pauth))
		expected = vcpu->is_nested ? PAUTH & vcpu->vhcr : PAUTH;
	EQUAL(scene, HC_6, expected, scene->cpu->sys[SR_HCR_EL2] & PAUTH,
		"HCR_EL2.{API,APK} of a guest are not those of its policy");
}

static void entered(struct scene *scene)
{
	check_guest_hcr(scene);
	check_pauth(scene);
	scene->pe->baseline = VCPU(scene, hcr_el2);
}

/* ---- The host's own ---- */

/* In the order of call->kept of vcpu_load() and vcpu_run(). */
static const struct {
	u16 reg;
	const char *name;
} of_load[] = { { SR_MDCR_EL2, "MDCR_EL2" }, { SR_PMUSERENR_EL0, "PMUSERENR_EL0" },
	{ SR_CNTHCTL_EL2, "CNTHCTL_EL2" }, { SR_HSTR_EL2, "HSTR_EL2" } },
  of_run[] = { { SR_CPTR_EL2, "CPTR_EL2" }, { SR_MDSCR_EL1, "MDSCR_EL1" },
	  { SR_VBAR_EL2, "VBAR_EL2" }, { SR_PMUSERENR_EL0, "PMUSERENR_EL0" } };

static void keep_host(const struct scene *scene, struct call *call)
{
	bool is_load = call->function == FUNCTION_vcpu_load;

	for (unsigned i = 0; i < 4; i++)
		call->kept[i] = live_register(
			scene, (enum sysreg_id)(is_load ? of_load[i].reg : of_run[i].reg));
}

static void check_run(struct scene *scene, const struct call *call)
{
	EQUAL(scene, HC_1, scene->pe->host_hcr, scene->cpu->sys[SR_HCR_EL2],
		"HCR_EL2 after a run is not the host's");
	for (unsigned i = 0; i < COUNT(of_run); i++)
		EQUAL(scene, TR_2, call->kept[i],
			live_register(scene, (enum sysreg_id)of_run[i].reg),
			"%s after a run is not what it was before", of_run[i].name);
	if (scene->pe->owes_isb && scene->is_vhe)
		BROKEN(scene, WS_10,
			"the run ends without an ISB behind the control write at 0x%" PRIx64,
			scene->pe->owes_isb_pc);
	scene->pe->owes_isb = false;
	scene->pe->in_run = false;
	if (scene->vcpu.va != 0)
		EQUAL(scene, HC_7, scene->pe->baseline & ~HCR_EL2_VSE,
			VCPU(scene, hcr_el2) & ~HCR_EL2_VSE,
			"the run has changed the guest's baseline HCR_EL2");
}

static u64 daif(const struct cpu *cpu)
{
	return cpu->pstate.daif;
}

/* The trapped TLBI of EL1 or EL2 is an IS, OS or nXS one by CRm; 6 and 7 are of this PE only. */
static bool is_trap_of_all(struct scene *scene)
{
	enum { EC_SYS64 = 0x18, FIRST_LOCAL = 6 };
	u64 esr = scene->vcpu.va != 0 ? VCPU(scene, fault_esr) : 0;

	return bits(esr, 31, 26) == EC_SYS64 && bits(esr, 4, 1) < FIRST_LOCAL;
}

static void called(struct scene *scene, struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (!pe->knows_host && call->function == FUNCTION_vcpu_load) {
		pe->knows_host = true;
		pe->host_hcr = scene->cpu->sys[SR_HCR_EL2];
	}
	if (call->function == FUNCTION_vcpu_load || call->function == FUNCTION_vcpu_run)
		keep_host(scene, call);
	if (call->function == FUNCTION_vcpu_run) {
		pe->in_run = true;
		pe->baseline = VCPU(scene, hcr_el2);
	}
	/* What vcpu_put() has to bring back is kept with the load's moment until then. */
	if (call->function == FUNCTION_vcpu_load)
		for (unsigned i = 0; i < 4; i++)
			pe->host_kept[i] = call->kept[i];
	if (is_tlb_operation(call->function)) {
		pe->in_tlb++;
		pe->tlb_mmu =
			call->function == FUNCTION_tlb_flush_all_vmids ? 0 : call->argument[0];
		pe->tlb_ipa = call->argument[1];
		pe->tlb_size = call->function == FUNCTION_tlb_flush_range ? call->argument[2] : 1;
		pe->tlb_hcr = scene->cpu->sys[SR_HCR_EL2];
		pe->tlb_daif = daif(scene->cpu);
		pe->is_tlb_for_all = call->function == FUNCTION_tlb_stage1 && is_trap_of_all(scene);
	}
}

static void check_put(struct scene *scene)
{
	for (unsigned i = 0; i < 4; i++)
		EQUAL(scene, TR_2, scene->pe->host_kept[i],
			live_register(scene, (enum sysreg_id)of_load[i].reg),
			"%s after vcpu_put is not what it was before vcpu_load", of_load[i].name);
	EQUAL(scene, HC_1, scene->pe->host_hcr, scene->cpu->sys[SR_HCR_EL2],
		"HCR_EL2 after vcpu_put is not the host's");
}

static void returned(struct scene *scene, const struct call *call)
{
	struct known_pe *pe = scene->pe;

	if (call->function == FUNCTION_vcpu_run)
		check_run(scene, call);
	else if (call->function == FUNCTION_vcpu_put)
		check_put(scene);
	if (!is_tlb_operation(call->function) || pe->in_tlb == 0)
		return;
	pe->in_tlb--;
	EQUAL(scene, HC_3, pe->tlb_hcr, scene->cpu->sys[SR_HCR_EL2],
		"HCR_EL2 after a TLB operation is not what it was before");
	EQUAL(scene, HC_3, pe->tlb_daif, daif(scene->cpu),
		"PSTATE.DAIF after a TLB operation is not what it was before");
	/* of the host, outside of a run: with the value that is written back */
	if (!pe->in_run)
		EQUAL(scene, HC_1, pe->host_hcr, scene->cpu->sys[SR_HCR_EL2],
			"HCR_EL2 after a TLB operation of the host is not the host's");
}

/* ---- Windows ---- */

/* TLBIs of the EL1&0 regime that mean one VMID, and so the one in VTTBR_EL2. */
static bool is_of_vmid(u16 op)
{
	switch (op) {
#define CASES(name)                                                                                \
	case SR_TLBI_##name:                                                                       \
	case SR_TLBI_##name##IS:
		CASES(VMALLE1)
		CASES(VAE1)
		CASES(ASIDE1)
		CASES(VAAE1)
		CASES(VALE1)
		CASES(VAALE1)
		CASES(VMALLS12E1)
		CASES(IPAS2E1)
		CASES(IPAS2LE1)
#undef CASES
		return true;
	default: return false;
	}
}

/* TB-1 of A.15: a page number of what is to go. */
static void check_operand(struct scene *scene)
{
	const struct known_pe *pe = scene->pe;
	u64 ipa = bits(scene->event->value, 35, 0) << 12;

	if (scene->event->reg != SR_TLBI_IPAS2E1 && scene->event->reg != SR_TLBI_IPAS2E1IS)
		return;
	if (ipa - (pe->tlb_ipa & ~MASK(11, 0)) >= pe->tlb_size)
		DIFFERS(scene, S2_3, pe->tlb_ipa, ipa, "TLBI by IPA means another address");
}

static bool is_local(u16 reg)
{
	return reg == SR_TLBI_VMALLE1 || reg == SR_TLBI_VAE1 || reg == SR_TLBI_ASIDE1 ||
	       reg == SR_TLBI_VAAE1 || reg == SR_TLBI_VALE1 || reg == SR_TLBI_VAALE1;
}

struct holder {
	int vmid;
	bool has_entry;
};

static void look_for_vmid(void *opaque, const struct tlb_look *look)
{
	struct holder *holder = opaque;

	holder->has_entry |= look->vmid == holder->vmid;
}

/* S2-26: more may be invalidated than L1 asked for, never less. */
static void check_reach(struct scene *scene, u64 vmid)
{
	const struct cpu *cpu = scene->cpu;
	struct holder holder = { .vmid = (int)vmid };

	if (!scene->pe->is_tlb_for_all || !is_local((u16)scene->event->reg))
		return;
	for (unsigned i = 0; i < cpu->group->count; i++)
		if (cpu->group->cpu[i] != cpu)
			mmu_tlb_each(cpu->group->cpu[i], look_for_vmid, &holder);
	if (holder.has_entry)
		BROKEN(scene, S2_2,
			"%s for a TLBI of all PEs, and another PE has entries of VMID %" PRIu64,
			sysreg_name((enum sysreg_id)scene->event->reg), vmid);
}

static void on_tlbi(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	u64 record;

	if (!pe->knows_host || pe->in_tlb == 0 || pe->tlb_mmu == 0 ||
		!is_of_vmid(scene->event->reg))
		return;
	if (scene->is_vhe && is_tge(scene->cpu))
		BROKEN(scene, HC_4,
			"%s for a guest with TGE=1 in effect, which means the host's "
			"regime",
			sysreg_name((enum sysreg_id)scene->event->reg));
	check_operand(scene);
	record = get(scene, pe->tlb_mmu, MEMBER_s2_mmu_vmid_record);
	check_reach(scene, record & 0xffff);
	EQUAL(scene, HC_4, record & 0xffff, bits(scene->cpu->sys[SR_VTTBR_EL2], 63, 48),
		"%s with another VMID in VTTBR_EL2 than the mmu's",
		sysreg_name((enum sysreg_id)scene->event->reg));
}

/* Writes that C code of the host depends on, WS-10. */
static bool is_host_control(u16 reg)
{
	return reg == SR_HCR_EL2 || reg == SR_CPTR_EL2 || reg == SR_MDSCR_EL1 ||
	       reg == SR_VBAR_EL2 || (reg >= SR_DBGBVR0_EL1 && reg <= SR_DBGBVR5_EL1) ||
	       (reg >= SR_DBGBCR0_EL1 && reg <= SR_DBGBCR5_EL1) ||
	       (reg >= SR_DBGWVR0_EL1 && reg <= SR_DBGWVR3_EL1) ||
	       (reg >= SR_DBGWCR0_EL1 && reg <= SR_DBGWCR3_EL1);
}

static void on_write(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	const struct event *event = scene->event;

	if (scene->cpu->pstate.el != EL2 || !pe->knows_host)
		return;
	if (is_host_control(event->reg) && pe->in_run) {
		pe->owes_isb = true;
		pe->owes_isb_pc = event->pc;
	}
	if (event->reg == SR_HCR_EL2 && pe->in_tlb != 0)
		EQUAL(scene, HC_3, pe->tlb_hcr & ~HCR_EL2_TGE, event->value & ~HCR_EL2_TGE,
			"another bit of HCR_EL2 than TGE is changed for a TLB operation");
}

static void executes(struct scene *scene)
{
	if (scene->is_vhe && is_open_in_switch(scene->cpu))
		BROKEN(scene, HC_2, "interrupts are open at EL2 with TGE=0 in effect");
}

static void other(struct scene *scene)
{
	const struct event *event = scene->event;

	switch (event->kind) {
	case EVENT_SYSREG: on_write(scene); break;
	case EVENT_TLBI: on_tlbi(scene); break;
	case EVENT_EXCEPTION: {
		u64 class = bits(event->esr, 31, 26);

		if (event->to_el == EL2 && event->from_el == EL2 && event->interrupt == INT_SYNC &&
			(class == EC_FP_ACCESS || class == EC_SYSREG))
			BROKEN(scene, TR_3, "the host itself is trapped, ESR_EL2 0x%" PRIx64,
				event->esr);
		break;
	}
	default: break;
	}
}

static void synchronized(struct known_pe *pe)
{
	pe->owes_isb = false;
}

const struct rule_group rules_hcr = { .entered = entered,
	.synchronized = synchronized,
	.called = called,
	.returned = returned,
	.executes = executes,
	.other = other };
