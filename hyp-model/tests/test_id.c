/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a VM reads in its ID registers, and which bits of virtual EL2's registers it can set:
 * HYPERVISOR-SPEC NV-4 against id.def and sanitise.def.
 */
#include <string.h>

#include "core/nested.h"
#include "support.h"

#define PLAIN	   VM_EL2_NONE
#define VHE	   VM_EL2_VHE
#define NVHE	   VM_EL2_NVHE
#define READ_WRITE VM_EL2_RW

#define RICH_MMFR0 0x2100022200101126ul

/* A machine that has everything any field can say. */
static void rich_machine(enum hyp_mode mode)
{
	machine_off(mode);
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		host_set(SR_ID_AA64PFR0_EL1, 0x1111111111111111);
		host_set(SR_ID_AA64PFR1_EL1, 0x2222222222222222);
		host_set(SR_ID_AA64DFR0_EL1, 0x0000001110305116);
		host_set(SR_ID_AA64ISAR0_EL1, 0x2222222222222220);
		host_set(SR_ID_AA64ISAR1_EL1, 0x2222222222222222);
		host_set(SR_ID_AA64ISAR2_EL1, 0);
		host_set(SR_ID_AA64MMFR0_EL1, RICH_MMFR0);
		host_set(SR_ID_AA64MMFR1_EL1, 0x1111111110312122);
		host_set(SR_ID_AA64MMFR2_EL1, 0x1221111112111111);
		host_set(SR_ID_AA64MMFR4_EL1, 0);
		host_set(SR_VNCR_EL2, 0);
	}
}

/* Not vm_create(): nothing but the configuration matters. */
static struct vm *vm_of(enum vm_el2 form, bool has_pauth)
{
	static struct vm vm;

	memset(&vm, 0, sizeof(vm));
	vm.config = guest_config();
	vm.config.el2 = form;
	vm.config.has_pauth = has_pauth;
	vm.config.has_nv2 = form == VHE || form == NVHE;
	id_init(&vm);
	return &vm;
}

static u64 read_id(const struct vm *vm, u64 iss)
{
	u64 value = 0xdead;

	assert_true(id_register(vm, iss, &value));
	return value;
}

#define FIELD_ROW(why, reg, field, plain, vhe, nvhe, rw)                                           \
	{                                                                                          \
		why, ISS_##reg, reg##_##field##_MSB, reg##_##field##_LSB,                          \
		{                                                                                  \
			plain, vhe, nvhe, rw                                                       \
		}                                                                                  \
	}

/* What each kind of VM is told by that machine. */
static const struct {
	const char *why;
	u64 iss;
	unsigned msb, lsb;
	u64 want[4]; /* by enum vm_el2 */
} limits[] = {
	/* clang-format off */
	/*							      none vhe nvhe rw */
	FIELD_ROW( "EL2 as configured",	     ID_AA64PFR0_EL1, EL2,	0,   1,   1,   1 ),
	FIELD_ROW( "AArch64 only",	     ID_AA64PFR0_EL1, EL1,	1,   1,   1,   1 ),
	FIELD_ROW( "no EL3",		     ID_AA64PFR0_EL1, EL3,	0,   0,   0,   0 ),
	FIELD_ROW( "the GIC's registers",    ID_AA64PFR0_EL1, GIC,	1,   1,   1,   1 ),
	FIELD_ROW( "no RAS",		     ID_AA64PFR0_EL1, RAS,	0,   0,   0,   0 ),
	FIELD_ROW( "no SVE",		     ID_AA64PFR0_EL1, SVE,	0,   0,   0,   0 ),
	FIELD_ROW( "no secure EL2",	     ID_AA64PFR0_EL1, SEL2,	0,   0,   0,   0 ),
	FIELD_ROW( "no MPAM",		     ID_AA64PFR0_EL1, MPAM,	0,   0,   0,   0 ),
	FIELD_ROW( "no AMU",		     ID_AA64PFR0_EL1, AMU,	0,   0,   0,   0 ),
	FIELD_ROW( "no RME",		     ID_AA64PFR0_EL1, RME,	0,   0,   0,   0 ),
	FIELD_ROW( "no PMU",		     ID_AA64DFR0_EL1, PMUVer,	0,   0,   0,   0 ),
	FIELD_ROW( "no trace",		     ID_AA64DFR0_EL1, TraceVer,	0,   0,   0,   0 ),
	FIELD_ROW( "no SPE",		     ID_AA64DFR0_EL1, PMSVer,	0,   0,   0,   0 ),
	FIELD_ROW( "no double lock",	     ID_AA64DFR0_EL1, DoubleLock, 15, 15, 15, 15 ),
	FIELD_ROW( "breakpoints",	     ID_AA64DFR0_EL1, BRPs,	5,   5,   5,   5 ),
	FIELD_ROW( "48 bits of address",     ID_AA64MMFR0_EL1, PARange,	5,   5,   5,   5 ),
	FIELD_ROW( "ASIDs as the machine",   ID_AA64MMFR0_EL1, ASIDBits, 2,  2,   2,   2 ),
	FIELD_ROW( "no ExS",		     ID_AA64MMFR0_EL1, ExS,	0,   0,   0,   0 ),
	FIELD_ROW( "no FGT",		     ID_AA64MMFR0_EL1, FGT,	0,   0,   0,   0 ),
	FIELD_ROW( "no ECV",		     ID_AA64MMFR0_EL1, ECV,	0,   0,   0,   0 ),
	FIELD_ROW( "dirty state: plain VMs", ID_AA64MMFR1_EL1, HAFDBS,	2,   1,   0,   0 ),
	FIELD_ROW( "VMIDs: who has EL2",     ID_AA64MMFR1_EL1, VMIDBits, 0,  2,   2,   2 ),
	FIELD_ROW( "VHE",		     ID_AA64MMFR1_EL1, VH,	0,   1,   0,   1 ),
	FIELD_ROW( "no LORegions",	     ID_AA64MMFR1_EL1, LO,	0,   0,   0,   0 ),
	FIELD_ROW( "no FEAT_NV by itself",   ID_AA64MMFR2_EL1, NV,	0,   0,   0,   0 ),
	FIELD_ROW( "no forced write-back",   ID_AA64MMFR2_EL1, FWB,	0,   0,   0,   0 ),
	FIELD_ROW( "TTL",		     ID_AA64MMFR2_EL1, TTL,	1,   1,   1,   1 ),
	FIELD_ROW( "no 52-bit addresses",    ID_AA64MMFR2_EL1, VARange,	0,   0,   0,   0 ),
	FIELD_ROW( "NV2 only",		     ID_AA64MMFR4_EL1, NV_frac,	0,   1,   0,   0 ),
	FIELD_ROW( "no E2H=0, no NV1",	     ID_AA64MMFR4_EL1, E2H0,	0,  14,   0,   0 ),
	/* clang-format on */
};

static void nv_4_each_vm_is_told_its_limits(void **state)
{
	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	for (size_t i = 0; i < COUNT(limits); i++)
		for (enum vm_el2 form = PLAIN; form <= READ_WRITE; form++) {
			u64 value = read_id(vm_of(form, false), limits[i].iss);
			u64 got = bits(value, limits[i].msb, limits[i].lsb);

			if (got != limits[i].want[form])
				fail_row(i, limits[i].why, "VM form %u reads %lu", form, got);
		}
}

/* An absent feature stays absent, also where 0b1111 says so. */
static void nv_4_nothing_that_the_machine_lacks(void **state)
{
	(void)state;
	machine_off(MODE_VHE);
	host_set(SR_ID_AA64PFR0_EL1, 0x0000000000ff1111);
	host_set(SR_ID_AA64MMFR0_EL1, 0xff000001);
	machine_on(MODE_VHE);
	assert_u64(
		FGET(read_id(vm_of(PLAIN, false), ISS_ID_AA64PFR0_EL1), ID_AA64PFR0_EL1, FP), 15);
	assert_u64(
		FGET(read_id(vm_of(PLAIN, false), ISS_ID_AA64PFR0_EL1), ID_AA64PFR0_EL1, GIC), 0);
	assert_u64(FGET(read_id(vm_of(VHE, false), ISS_ID_AA64MMFR0_EL1), ID_AA64MMFR0_EL1, TGran4),
		15);
	assert_u64(
		FGET(read_id(vm_of(VHE, false), ISS_ID_AA64MMFR0_EL1), ID_AA64MMFR0_EL1, PARange),
		1);
}

/* As many breakpoints and watchpoints as there are registers to set them with. */
static void nv_4_no_breakpoint_without_a_register(void **state)
{
	u64 dfr0;

	(void)state;
	machine_off(MODE_VHE);
	host_set(SR_ID_AA64DFR0_EL1,
		F(ID_AA64DFR0_EL1, BRPs) | F(ID_AA64DFR0_EL1, WRPs) | F(ID_AA64DFR0_EL1, CTX_CMPs));
	machine_on(MODE_VHE);
	dfr0 = read_id(vm_of(PLAIN, false), ISS_ID_AA64DFR0_EL1);
	assert_u64(FGET(dfr0, ID_AA64DFR0_EL1, BRPs) + 1, host.breakpoints);
	assert_u64(FGET(dfr0, ID_AA64DFR0_EL1, WRPs) + 1, host.watchpoints);
	assert_true(FGET(dfr0, ID_AA64DFR0_EL1, CTX_CMPs) <= FGET(dfr0, ID_AA64DFR0_EL1, BRPs));
}

/* Only stage-2 granules that the shadow can follow (S2-21). */
static void nv_4_granules_of_stage_2(void **state)
{
	static const struct {
		u64 knob, mmfr0, tgran4, tgran16, tgran64;
	} granules[] = {
		{ 4, RICH_MMFR0, 2, 2, 2 },
		{ 16, RICH_MMFR0, 1, 2, 2 },
		{ 64, RICH_MMFR0, 1, 1, 2 },
		/* the machine decides: no 4 KiB for stage 2, only 64 KiB, no 16 KiB at all */
		{ 4, (RICH_MMFR0 & ~F(ID_AA64MMFR0_EL1, TGran4_2)) | BIT(40), 1, 2, 2 },
		{ 4, 0x0000012100101126, 1, 1, 2 },
		{ 16, 0x0000020200001126, 1, 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(granules); i++) {
		u64 mmfr0;

		rich_machine(MODE_VHE);
		host_set(SR_ID_AA64MMFR0_EL1, granules[i].mmfr0);
		options.granule = granules[i].knob;
		machine_on(MODE_VHE);
		mmfr0 = read_id(vm_of(VHE, false), ISS_ID_AA64MMFR0_EL1);
		assert_u64(FGET(mmfr0, ID_AA64MMFR0_EL1, TGran4_2), granules[i].tgran4);
		assert_u64(FGET(mmfr0, ID_AA64MMFR0_EL1, TGran16_2), granules[i].tgran16);
		assert_u64(FGET(mmfr0, ID_AA64MMFR0_EL1, TGran64_2), granules[i].tgran64);
		mmfr0 = read_id(vm_of(PLAIN, false), ISS_ID_AA64MMFR0_EL1);
		assert_u64(FGET(mmfr0, ID_AA64MMFR0_EL1, TGran4_2), 0);
	}
}

static void nv_4_pointer_authentication_is_configured(void **state)
{
	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	assert_u64(
		FGET(read_id(vm_of(PLAIN, false), ISS_ID_AA64ISAR1_EL1), ID_AA64ISAR1_EL1, APA), 0);
	assert_u64(
		FGET(read_id(vm_of(PLAIN, true), ISS_ID_AA64ISAR1_EL1), ID_AA64ISAR1_EL1, APA), 2);
	assert_false(vm_has_feature(vm_of(VHE, false), FEAT_PAUTH));
	assert_true(vm_has_feature(vm_of(VHE, true), FEAT_PAUTH));
}

/* The whole ID space answers, with zero where nothing is; nothing else does. */
static void nv_4_the_id_space(void **state)
{
	struct vm *vm;
	u64 value;

	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	vm = vm_of(VHE, false);
	for (u64 crm = 1; crm < 8; crm++)
		for (u64 op2 = 0; op2 < 8; op2++)
			assert_true(id_register(vm, ISS_SYSREG(3ul, 0ul, 0ul, crm, op2), &value));
	assert_u64(read_id(vm, ISS_ID_ISAR0_EL1), 0);
	assert_u64(read_id(vm, ISS_ID_AA64MMFR3_EL1), 0);
	assert_false(id_register(vm, ISS_MIDR_EL1, &value));
	assert_false(id_register(vm, ISS_MPIDR_EL1, &value));
	assert_false(id_register(vm, ISS_SCTLR_EL1, &value));
	assert_false(id_register(vm, ISS_CCSIDR_EL1, &value));
}

/* Once a VM: at a virtual EL2 of our own each read is an exit. */
static void nv_4_the_machine_is_asked_once(void **state)
{
	struct vm *vm;

	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	vm = vm_of(VHE, false);
	host_log_clear();
	read_id(vm, ISS_ID_AA64PFR0_EL1);
	read_id(vm, ISS_ID_AA64MMFR1_EL1);
	assert_int_equal(host_log_count(), 0);
}

static void read_unknown_id(void *vm)
{
	u64 value;

	id_register(vm, ISS_ID_AA64PFR0_EL1, &value);
}

static void nv_4_ids_before_they_are_known_are_a_bug(void **state)
{
	struct vm *vm;

	(void)state;
	machine(MODE_VHE);
	vm = vm_of(VHE, false);
	vm->id.is_known = false;
	assert_true(panics(read_unknown_id, vm, "before id_init()"));
}

/* ---- Masks ---- */

static void nv_1_e2h_is_fixed_or_the_guests(void **state)
{
	u64 e2h = F(HCR_EL2, E2H);

	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	assert_u64(nested_sanitised(vm_of(VHE, false), REG(HCR_EL2), 0) & e2h, e2h);
	assert_u64(nested_sanitised(vm_of(NVHE, false), REG(HCR_EL2), e2h) & e2h, 0);
	assert_u64(nested_sanitised(vm_of(READ_WRITE, false), REG(HCR_EL2), e2h) & e2h, e2h);
	assert_u64(nested_sanitised(vm_of(READ_WRITE, false), REG(HCR_EL2), 0) & e2h, 0);
}

/* NV for VHE-only VMs, and then without NV1. */
static void nv_1_who_may_nest_further(void **state)
{
	u64 all = F(HCR_EL2, NV) | F(HCR_EL2, NV1) | F(HCR_EL2, NV2) | F(HCR_EL2, AT);
	struct vm *vm;

	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	assert_u64(nested_sanitised(vm_of(VHE, false), REG(HCR_EL2), all) & all,
		all & ~F(HCR_EL2, NV1));
	assert_u64(nested_sanitised(vm_of(NVHE, false), REG(HCR_EL2), all) & all, 0);
	vm = vm_of(VHE, false);
	vm->config.has_nv2 = false; /* by the knob nv=1, or the machine */
	id_init(vm);
	assert_u64(nested_sanitised(vm, REG(HCR_EL2), all) & all, 0);
	assert_u64(nested_sanitised(vm_of(READ_WRITE, false), REG(HCR_EL2), all) & all, 0);
}

#define MASK_ROW(reg, bits, survives, why)                                                         \
	{                                                                                          \
		CTX_##reg, bits, survives, why                                                     \
	}

static void nv_21_what_means_nothing_is_masked(void **state)
{
	static const struct {
		unsigned reg;
		u64 bits;
		bool survives;
		const char *why;
	} rows[] = {
		MASK_ROW(HCR_EL2, F(HCR_EL2, TGE), true, "its own"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, TTLBIS), true, "FEAT_EVT is told"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, FIEN), false, "HC-6"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, FWB), false, "no FEAT_S2FWB"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, TERR), false, "no RAS"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, TLOR), false, "no LORegions"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, API), false, "no PAuth"),
		MASK_ROW(HCR_EL2, F(HCR_EL2, EnSCXT), false, "no CSV2_2"),
		MASK_ROW(HCR_EL2, MASK(63, 59), false, "no TWED"),
		MASK_ROW(VTTBR_EL2, MASK(63, 48), true, "16 bits of VMID"),
		MASK_ROW(VTTBR_EL2, BIT(0), false, "CnP"),
		MASK_ROW(VTCR_EL2, F(VTCR_EL2, HA), true, "access flag by hardware is told"),
		MASK_ROW(VTCR_EL2, F(VTCR_EL2, HD), false, "dirty state is not"),
		MASK_ROW(VTCR_EL2, F(VTCR_EL2, VS), true, "16 bits of VMID"),
		MASK_ROW(VTCR_EL2, F(VTCR_EL2, DS), false, "no 52-bit addresses"),
		MASK_ROW(VNCR_EL2, MASK(11, 0), false, "RES0"),
		MASK_ROW(MDCR_EL2, F(MDCR_EL2, HPMN), false, "no PMU"),
		MASK_ROW(MDCR_EL2, F(MDCR_EL2, TDE), true, "its own"),
		MASK_ROW(CNTHCTL_EL2, F(CNTHCTL_EL2, EL1TVT), false, "no ECV"),
		MASK_ROW(CNTHCTL_EL2, F(CNTHCTL_EL2, E2H_EL1PTEN), true, "its own"),
		MASK_ROW(ICH_HCR_EL2, F(ICH_HCR_EL2, TC), true, "its own"),
		MASK_ROW(ICH_HCR_EL2, MASK(63, 32), false, "RES0"),
		MASK_ROW(VMPIDR_EL2, MASK(63, 40), false, "RES0"),
	};
	struct vm *vm;

	(void)state;
	rich_machine(MODE_VHE);
	machine_on(MODE_VHE);
	vm = vm_of(VHE, false);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 got = nested_sanitised(vm, (reg_t){ rows[i].reg }, rows[i].bits);

		if ((got & rows[i].bits) != (rows[i].survives ? rows[i].bits : 0))
			fail_row(
				i, rows[i].why, "0x%lx of 0x%lx", got & rows[i].bits, rows[i].bits);
	}
}

/* With 8 bits of VMID the upper byte of VTTBR_EL2 is RES0. */
static void nv_21_vmids_of_8_bits(void **state)
{
	struct vm *vm;

	(void)state;
	machine_off(MODE_VHE);
	host_set(SR_ID_AA64MMFR1_EL1, FV(ID_AA64MMFR1_EL1, VH, 1));
	machine_on(MODE_VHE);
	vm = vm_of(VHE, false);
	assert_u64(nested_sanitised(vm, REG(VTTBR_EL2), MASK(63, 48)), MASK(55, 48));
	assert_u64(nested_sanitised(vm, REG(VTCR_EL2), F(VTCR_EL2, VS)) & F(VTCR_EL2, VS), 0);
}

TESTS(cmocka_unit_test(nv_4_each_vm_is_told_its_limits),
	cmocka_unit_test(nv_4_nothing_that_the_machine_lacks),
	cmocka_unit_test(nv_4_no_breakpoint_without_a_register),
	cmocka_unit_test(nv_4_granules_of_stage_2),
	cmocka_unit_test(nv_4_pointer_authentication_is_configured),
	cmocka_unit_test(nv_4_the_id_space), cmocka_unit_test(nv_4_the_machine_is_asked_once),
	cmocka_unit_test(nv_4_ids_before_they_are_known_are_a_bug),
	cmocka_unit_test(nv_1_e2h_is_fixed_or_the_guests),
	cmocka_unit_test(nv_1_who_may_nest_further),
	cmocka_unit_test(nv_21_what_means_nothing_is_masked),
	cmocka_unit_test(nv_21_vmids_of_8_bits))
