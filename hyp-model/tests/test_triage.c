/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose is a trapped instruction? HYPERVISOR-SPEC B.8: rows of the specification's own tables, in
 * its words, against triage.c.
 */
#include <string.h>

#include "core/nested.h"
#include "core/sysreg_table.h"
#include "support.h"

enum { R = 1, W = 2, RW = R | W };

/* A vCPU that runs L1's guest, whose L1 traps nothing: what denies by being 0 is 1. */
static struct vcpu *nested_vcpu(enum vm_el2 form)
{
	struct vm *vm = nested_guest(form, 2);
	struct vcpu *vcpu = &vm->vcpus[0];

	vm->config.has_pauth = true;
	id_init(vm);
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu_write_sys_reg(vcpu,
		F(HCR_EL2, RW) | F(HCR_EL2, API) | F(HCR_EL2, APK) |
			(form == VM_EL2_VHE ? F(HCR_EL2, E2H) : 0),
		REG(HCR_EL2));
	vcpu_write_sys_reg(
		vcpu, form == VM_EL2_VHE ? F(CPTR_EL2, E2H_FPEN) : CPTR_NVHE_RES1, REG(CPTR_EL2));
	vcpu_write_sys_reg(vcpu,
		F(CNTHCTL_EL2, EL1PCTEN) | F(CNTHCTL_EL2, EL1PCEN) | F(CNTHCTL_EL2, E2H_EL1PCTEN) |
			F(CNTHCTL_EL2, E2H_EL1PTEN),
		REG(CNTHCTL_EL2));
	vcpu_write_sys_reg(vcpu, 0, REG(MDCR_EL2));
	vcpu_write_sys_reg(vcpu, 0, REG(ICH_HCR_EL2));
	return vcpu;
}

static enum triage triage(struct vcpu *vcpu, u64 iss, unsigned direction)
{
	vcpu->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | iss | (direction == R ? 1 : 0);
	return triage_sysreg(vcpu);
}

/* Changes one register of L1's: bits set, or cleared where 0 is what traps. */
static void flip(struct vcpu *vcpu, reg_t reg, u64 mask)
{
	u64 *stored = context_stored(&vcpu->context, reg);

	*stored ^= mask;
}

#define ROW(name, directions, reg, field)                                                          \
	{                                                                                          \
#name, ISS_##name, directions, CTX_##reg, F(reg, field)                            \
	}

static const struct row {
	const char *name;
	u64 iss;
	unsigned directions; /* in which the control traps */
	unsigned reg;
	u64 mask; /* flipped: the control is in force */
} rows[] = {
	/* clang-format off */
	ROW( REVIDR_EL1,	R,  HCR_EL2,  TID1 ),
	ROW( AIDR_EL1,		R,  HCR_EL2,  TID1 ),
	ROW( CTR_EL0,		R,  HCR_EL2,  TID2 ),
	ROW( CCSIDR_EL1,	R,  HCR_EL2,  TID2 ),
	ROW( CLIDR_EL1,		R,  HCR_EL2,  TID2 ),
	ROW( CSSELR_EL1,	RW, HCR_EL2,  TID2 ),
	ROW( ID_AA64PFR0_EL1,	R,  HCR_EL2,  TID3 ),
	ROW( ID_AA64MMFR4_EL1,	R,  HCR_EL2,  TID3 ),
	ROW( ID_RES_C7_7_EL1,	R,  HCR_EL2,  TID3 ),
	ROW( ICC_SGI0R_EL1,	W,  HCR_EL2,  FMO ),
	ROW( ICC_SGI1R_EL1,	W,  HCR_EL2,  IMO ),
	ROW( ICC_ASGI1R_EL1,	W,  HCR_EL2,  IMO ),
	ROW( ICC_SGI1R_EL1,	W,  ICH_HCR_EL2, TC ),
	ROW( ACTLR_EL1,		RW, HCR_EL2,  TACR ),
	ROW( DC_ISW,		W,  HCR_EL2,  TSW ),
	ROW( DC_CSW,		W,  HCR_EL2,  TSW ),
	ROW( DC_CISW,		W,  HCR_EL2,  TSW ),
	ROW( DC_IVAC,		W,  HCR_EL2,  TPCP ),
	ROW( DC_CVAC,		W,  HCR_EL2,  TPCP ),
	ROW( DC_CIVAC,		W,  HCR_EL2,  TPCP ),
	ROW( IC_IVAU,		W,  HCR_EL2,  TPU ),
	ROW( IC_IALLU,		W,  HCR_EL2,  TPU ),
	ROW( IC_IALLUIS,	W,  HCR_EL2,  TPU ),
	ROW( DC_CVAU,		W,  HCR_EL2,  TPU ),
	ROW( TLBI_VMALLE1,	W,  HCR_EL2,  TTLB ),
	ROW( TLBI_VAE1IS,	W,  HCR_EL2,  TTLB ),
	ROW( TLBI_ASIDE1,	W,  HCR_EL2,  TTLB ),
	ROW( TLBI_VAALE1IS,	W,  HCR_EL2,  TTLB ),
	ROW( SCTLR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( TTBR0_EL1,		W,  HCR_EL2,  TVM ),
	ROW( TTBR1_EL1,		W,  HCR_EL2,  TVM ),
	ROW( TCR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( ESR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( FAR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( AFSR0_EL1,		W,  HCR_EL2,  TVM ),
	ROW( AFSR1_EL1,		W,  HCR_EL2,  TVM ),
	ROW( MAIR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( AMAIR_EL1,		W,  HCR_EL2,  TVM ),
	ROW( CONTEXTIDR_EL1,	W,  HCR_EL2,  TVM ),
	ROW( SCTLR_EL1,		R,  HCR_EL2,  TRVM ),
	ROW( CONTEXTIDR_EL1,	R,  HCR_EL2,  TRVM ),
	ROW( DC_ZVA,		W,  HCR_EL2,  TDZ ),
	ROW( APIAKeyLo_EL1,	RW, HCR_EL2,  APK ),
	ROW( APGAKeyHi_EL1,	RW, HCR_EL2,  APK ),
	ROW( AT_S1E0R,		W,  HCR_EL2,  AT ),
	ROW( AT_S1E1W,		W,  HCR_EL2,  AT ),
	ROW( SCTLR_EL2,		RW, HCR_EL2,  NV ),
	ROW( VTTBR_EL2,		RW, HCR_EL2,  NV ),
	ROW( ICH_LR0_EL2,	RW, HCR_EL2,  NV ),
	ROW( SP_EL1,		RW, HCR_EL2,  NV ),
	ROW( SCTLR_EL12,	RW, HCR_EL2,  NV ),
	ROW( CNTP_CTL_EL02,	RW, HCR_EL2,  NV ),
	ROW( AT_S1E2R,		W,  HCR_EL2,  NV ),
	ROW( AT_S12E0W,		W,  HCR_EL2,  NV ),
	ROW( TLBI_ALLE2,	W,  HCR_EL2,  NV ),
	ROW( TLBI_IPAS2E1IS,	W,  HCR_EL2,  NV ),
	ROW( TLBI_ALLE1,	W,  HCR_EL2,  NV ),
	ROW( TLBI_VMALLS12E1IS,	W,  HCR_EL2,  NV ),
	ROW( MDSCR_EL1,		RW, MDCR_EL2, TDA ),
	ROW( DBGBVR0_EL1,	RW, MDCR_EL2, TDA ),
	ROW( DBGWCR3_EL1,	RW, MDCR_EL2, TDA ),
	ROW( MDSCR_EL1,		RW, MDCR_EL2, TDE ),
	ROW( OSLAR_EL1,		W,  MDCR_EL2, TDOSA ),
	ROW( OSLSR_EL1,		R,  MDCR_EL2, TDOSA ),
	ROW( OSDLR_EL1,		RW, MDCR_EL2, TDOSA ),
	ROW( DBGPRCR_EL1,	RW, MDCR_EL2, TDOSA ),
	ROW( MDRAR_EL1,		R,  MDCR_EL2, TDRA ),
	ROW( CPACR_EL1,		RW, CPTR_EL2, TCPAC ),
	ROW( CNTPCT_EL0,	R,  CNTHCTL_EL2, E2H_EL1PCTEN ),
	ROW( CNTP_CTL_EL0,	RW, CNTHCTL_EL2, E2H_EL1PTEN ),
	ROW( CNTP_CVAL_EL0,	RW, CNTHCTL_EL2, E2H_EL1PTEN ),
	ROW( CNTP_TVAL_EL0,	RW, CNTHCTL_EL2, E2H_EL1PTEN ),
	ROW( ICC_PMR_EL1,	RW, ICH_HCR_EL2, TC ),
	ROW( ICC_CTLR_EL1,	RW, ICH_HCR_EL2, TC ),
	ROW( ICC_IAR0_EL1,	R,  ICH_HCR_EL2, TALL0 ),
	ROW( ICC_IAR1_EL1,	R,  ICH_HCR_EL2, TALL1 ),
	ROW( ICC_EOIR1_EL1,	W,  ICH_HCR_EL2, TALL1 ),
	ROW( ICC_DIR_EL1,	W,  ICH_HCR_EL2, TDIR ),
	/* clang-format on */
};

static bool is_el2_name(u64 iss)
{
	return bits(iss, 16, 14) == 4 || bits(iss, 16, 14) == 5;
}

/* Neither another direction nor another control makes it L1's. */
static void nv_26_each_control_of_l1_forwards_its_registers(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		enum triage else_ = is_el2_name(row->iss) ? TRIAGE_UNDEFINED : TRIAGE_LOCAL;

		for (unsigned direction = R; direction <= W; direction++) {
			if (!(row->directions & direction))
				continue;
			if (triage(vcpu, row->iss, direction) != else_)
				fail_row(i, row->name, "not ours though L1 does not trap it");
			flip(vcpu, (reg_t){ row->reg }, row->mask);
			if (triage(vcpu, row->iss, direction) != TRIAGE_FORWARD)
				fail_row(i, row->name, "L1's trap is not forwarded");
			flip(vcpu, (reg_t){ row->reg }, row->mask);
		}
	}
}

static void nv_26_a_control_of_one_direction_leaves_the_other_alone(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TVM));
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL1, R), TRIAGE_LOCAL);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TVM) | F(HCR_EL2, TRVM));
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL1, W), TRIAGE_LOCAL);
}

/* Encodings that no register has. */
static void nv_26_places_without_a_register(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);
	u64 impdef = ISS_SYSREG(3ul, 3ul, 15ul, 2ul, 1ul);

	(void)state;
	assert_int_equal(triage(vcpu, impdef, W), TRIAGE_LOCAL);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TIDCP));
	assert_int_equal(triage(vcpu, impdef, W), TRIAGE_FORWARD);
}

/* A register that cannot be written is UNDEFINED, not trapped. */
static void nv_26_the_wrong_direction_is_undefined(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	vcpu->context.pstate = PSTATE_EL2h;
	assert_int_equal(triage(vcpu, ISS_ICH_VTR_EL2, R), TRIAGE_LOCAL);
	assert_int_equal(triage(vcpu, ISS_ICH_VTR_EL2, W), TRIAGE_UNDEFINED);
	assert_int_equal(triage(vcpu, ISS_SP_EL2, R), TRIAGE_UNDEFINED);
}

/* B.8 step 2 comes before what L1 wants. */
static void nv_4_a_feature_the_vm_is_not_told_of_is_undefined(void **state)
{
	static const struct {
		const char *why;
		u64 iss;
	} hidden[] = {
		{ "no LORegions", ISS_LORC_EL1 },
		{ "no PMU", ISS_PMCR_EL0 },
		{ "no PMU", ISS_PMEVCNTR3_EL0 },
		{ "no RAS", ISS_ERRSELR_EL1 },
		{ "no FGT", ISS_HFGRTR_EL2 },
		{ "no ECV", ISS_CNTPOFF_EL2 },
		{ "no CSV2_2", ISS_SCXTNUM_EL1 },
		{ "no AArch32", ISS_DACR32_EL2 },
	};
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TLOR) | F(HCR_EL2, TERR) | F(HCR_EL2, NV));
	flip(vcpu, REG(MDCR_EL2), F(MDCR_EL2, TPM));
	for (size_t i = 0; i < COUNT(hidden); i++)
		if (triage(vcpu, hidden[i].iss, W) != TRIAGE_UNDEFINED)
			fail_row(i, hidden[i].why, "not UNDEFINED");
	vcpu->vm->config.has_pauth = false;
	assert_int_equal(triage(vcpu, ISS_APIAKeyLo_EL1, W), TRIAGE_UNDEFINED);
}

/* B.8 step 4: nothing of L1's own is for L1's trap handlers; nor is InHost EL0 (step 6). */
static void nv_6_hyp_context_is_never_forwarded(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	*context_stored(&vcpu->context, REG(HCR_EL2)) |=
		F(HCR_EL2, TACR) | F(HCR_EL2, TID2) | F(HCR_EL2, TVM) | F(HCR_EL2, NV);
	vcpu->context.pstate = PSTATE_EL2h;
	assert_int_equal(triage(vcpu, ISS_ACTLR_EL1, R), TRIAGE_LOCAL);
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL2, W), TRIAGE_LOCAL);
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL12, W), TRIAGE_LOCAL);
	vcpu->context.pstate = PSTATE_EL2t;
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL1, W), TRIAGE_LOCAL);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TGE));
	vcpu->context.pstate = PSTATE_EL0t;
	assert_int_equal(triage(vcpu, ISS_CTR_EL0, R), TRIAGE_LOCAL);
	/* but the debug channel of the host's EL0, as the architecture has it: TGE implies TDA */
	assert_int_equal(triage(vcpu, ISS_MDCCSR_EL0, R), TRIAGE_FORWARD);
}

static void nv_32_hstr_and_hpmn_of_l1_trap_nothing(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	vcpu_write_sys_reg(vcpu, ~0ul, REG(HSTR_EL2));
	vcpu_write_sys_reg(vcpu, F(MDCR_EL2, HPMN), REG(MDCR_EL2));
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL1, W), TRIAGE_LOCAL);
	assert_int_equal(triage(vcpu, ISS_MDSCR_EL1, W), TRIAGE_LOCAL);
}

/* The bits of CNTHCTL_EL2 lie elsewhere without E2H (TM-9). */
static void nv_26_timer_controls_of_an_nvhe_l1(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_NVHE);

	(void)state;
	assert_int_equal(triage(vcpu, ISS_CNTPCT_EL0, R), TRIAGE_LOCAL);
	vcpu_write_sys_reg(
		vcpu, F(CNTHCTL_EL2, EL1PCEN) | F(CNTHCTL_EL2, E2H_EL1PCTEN), REG(CNTHCTL_EL2));
	assert_int_equal(triage(vcpu, ISS_CNTPCT_EL0, R), TRIAGE_FORWARD);
	assert_int_equal(triage(vcpu, ISS_CNTP_CTL_EL0, W), TRIAGE_LOCAL);
	vcpu_write_sys_reg(
		vcpu, F(CNTHCTL_EL2, EL1PCTEN) | F(CNTHCTL_EL2, E2H_EL1PTEN), REG(CNTHCTL_EL2));
	assert_int_equal(triage(vcpu, ISS_CNTP_CTL_EL0, W), TRIAGE_FORWARD);
}

static void nv_1_a_plain_vm_has_nobody_to_forward_to(void **state)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	assert_int_equal(triage(vcpu, ISS_ACTLR_EL1, R), TRIAGE_LOCAL);
	assert_int_equal(triage(vcpu, ISS_SCTLR_EL2, R), TRIAGE_UNDEFINED);
	assert_int_equal(triage(vcpu, ISS_LORID_EL1, R), TRIAGE_UNDEFINED);
}

/* No control of the machine's tables may be forgotten here: rows above, or a reason. */
static void nv_26_every_group_of_the_machine_has_a_row(void **state)
{
	static const struct {
		unsigned trap;
		const char *why;
	} without[] = {
		{ TRAP_TID4, "as TID2, with FEAT_EVT" },
		{ TRAP_TICAB, "as TPU, with FEAT_EVT" },
		{ TRAP_TOCU, "as TPU, with FEAT_EVT" },
		{ TRAP_TTLBIS, "as TTLB, with FEAT_EVT" },
		{ TRAP_TTLBOS, "as TTLB, with FEAT_EVT" },
		{ TRAP_TLOR, "hidden" },
		{ TRAP_NV1, "L1 has NV2 only" },
		{ TRAP_TDCC, "FEAT_FGT is hidden" },
		{ TRAP_TGE_TDA, "EL0 of an E2H host" },
		{ TRAP_TPM, "hidden" },
		{ TRAP_TPMCR, "hidden" },
		{ TRAP_TERR, "hidden" },
		{ TRAP_FIEN, "hidden" },
		{ TRAP_SRE, "Enable is RAO" },
		{ TRAP_EnSCXT, "hidden" },
		{ TRAP_EL1TVT, "hidden" },
		{ TRAP_EL1TVCT, "hidden" },
		{ TRAP_EL1NVPCT, "hidden" },
		{ TRAP_EL1NVVCT, "hidden" },
	};
	u64 seen = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (sysreg_row(rows[i].iss))
			seen |= sysreg_row(rows[i].iss)->traps;
	for (size_t i = 0; i < COUNT(without); i++)
		seen |= BIT(without[i].trap);
	assert_u64(seen, BIT(TRAP_COUNT) - 1);
}

/* ---- Other classes ---- */

static enum triage triage_of(struct vcpu *vcpu, unsigned ec, u64 iss)
{
	vcpu->fault.esr = (u64)ec << ESR_EC_SHIFT | ESR_IL | iss;
	return triage_class(vcpu);
}

static void nv_26_classes_that_l1_traps(void **state)
{
	enum { WFI = 0, WFE = 1 };
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	assert_int_equal(triage_of(vcpu, EC_WFX, WFI), TRIAGE_LOCAL);
	assert_int_equal(triage_of(vcpu, EC_FP, 0), TRIAGE_LOCAL);
	assert_int_equal(triage_of(vcpu, EC_BRK64, 0), TRIAGE_LOCAL);
	assert_int_equal(triage_of(vcpu, EC_ERET, 0), TRIAGE_FORWARD);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TWI));
	assert_int_equal(triage_of(vcpu, EC_WFX, WFI), TRIAGE_FORWARD);
	assert_int_equal(triage_of(vcpu, EC_WFX, WFE), TRIAGE_LOCAL);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TWI) | F(HCR_EL2, TWE));
	assert_int_equal(triage_of(vcpu, EC_WFX, WFE), TRIAGE_FORWARD);
	flip(vcpu, REG(MDCR_EL2), F(MDCR_EL2, TDE));
	assert_int_equal(triage_of(vcpu, EC_BREAKPOINT_LOW, 0), TRIAGE_FORWARD);
	assert_int_equal(triage_of(vcpu, EC_WATCHPOINT_LOW, 0), TRIAGE_FORWARD);
	assert_int_equal(triage_of(vcpu, EC_BRK64, 0), TRIAGE_FORWARD);
	vcpu->context.pstate = PSTATE_EL2h; /* L1 itself */
	assert_int_equal(triage_of(vcpu, EC_WFX, WFE), TRIAGE_LOCAL);
	assert_int_equal(triage_of(vcpu, EC_BRK64, 0), TRIAGE_LOCAL);
	assert_int_equal(triage_of(vcpu, EC_ERET, 0), TRIAGE_LOCAL);
}

/* FPEN: 00 and 10 trap, 01 only the host's EL0, 11 never. */
static void fp_1_l1s_fpen_decides(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);
	static const enum triage at_el1[] = { TRIAGE_FORWARD, TRIAGE_LOCAL, TRIAGE_FORWARD,
		TRIAGE_LOCAL };

	(void)state;
	for (u64 fpen = 0; fpen < 4; fpen++) {
		vcpu_write_sys_reg(vcpu, FV(CPTR_EL2, E2H_FPEN, fpen), REG(CPTR_EL2));
		assert_int_equal(triage_of(vcpu, EC_FP, 0), at_el1[fpen]);
	}
	vcpu_write_sys_reg(vcpu, FV(CPTR_EL2, E2H_FPEN, 1), REG(CPTR_EL2));
	vcpu->context.pstate = PSTATE_EL0t;
	assert_int_equal(triage_of(vcpu, EC_FP, 0), TRIAGE_LOCAL);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, TGE));
	assert_int_equal(triage_of(vcpu, EC_FP, 0), TRIAGE_FORWARD);
	assert_int_equal(triage_of(vcpu, EC_SVE, 0), TRIAGE_UNDEFINED);
}

static void fp_1_l1s_tfp_decides_without_e2h(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_NVHE);

	(void)state;
	assert_int_equal(triage_of(vcpu, EC_FP, 0), TRIAGE_LOCAL);
	flip(vcpu, REG(CPTR_EL2), F(CPTR_EL2, TFP));
	assert_int_equal(triage_of(vcpu, EC_FP, 0), TRIAGE_FORWARD);
}

/* B.8, class 0x09. */
static void nv_26_pointer_authentication(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE);

	(void)state;
	assert_int_equal(triage_of(vcpu, EC_PAUTH, 0), TRIAGE_UNDEFINED);
	flip(vcpu, REG(HCR_EL2), F(HCR_EL2, API));
	assert_int_equal(triage_of(vcpu, EC_PAUTH, 0), TRIAGE_FORWARD);
	vcpu->context.pstate = PSTATE_EL2h; /* L1 traps its guest, not itself */
	assert_int_equal(triage_of(vcpu, EC_PAUTH, 0), TRIAGE_UNDEFINED);
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu->vm->config.has_pauth = false;
	assert_int_equal(triage_of(vcpu, EC_PAUTH, 0), TRIAGE_UNDEFINED);
}

TESTS(cmocka_unit_test(nv_26_each_control_of_l1_forwards_its_registers),
	cmocka_unit_test(nv_26_a_control_of_one_direction_leaves_the_other_alone),
	cmocka_unit_test(nv_26_places_without_a_register),
	cmocka_unit_test(nv_26_the_wrong_direction_is_undefined),
	cmocka_unit_test(nv_4_a_feature_the_vm_is_not_told_of_is_undefined),
	cmocka_unit_test(nv_6_hyp_context_is_never_forwarded),
	cmocka_unit_test(nv_32_hstr_and_hpmn_of_l1_trap_nothing),
	cmocka_unit_test(nv_26_timer_controls_of_an_nvhe_l1),
	cmocka_unit_test(nv_1_a_plain_vm_has_nobody_to_forward_to),
	cmocka_unit_test(nv_26_every_group_of_the_machine_has_a_row),
	cmocka_unit_test(nv_26_classes_that_l1_traps), cmocka_unit_test(fp_1_l1s_fpen_decides),
	cmocka_unit_test(fp_1_l1s_tfp_decides_without_e2h),
	cmocka_unit_test(nv_26_pointer_authentication))
