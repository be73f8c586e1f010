/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance by a guest hypervisor, HYPERVISOR-SPEC C.6: what goes, what stays, and what is
 * issued in whose VMID.
 */
#include "l1_tables.h"

#include <string.h>

#include "core/emulate.h"
#include "core/stage2.h"

/* Shadows of VMID 7, stage 2 on and off; of VMID 7 with another base; and of VMID 8. */
enum { ON, OFF, OTHER_BASE, OTHER_VMID, SHADOW_COUNT };

static struct vm *vm;
static struct s2_mmu *shadow[SHADOW_COUNT];
static struct s2_mmu *canonical;

static struct s2_mmu *make(u64 vttbr, bool is_on)
{
	struct vcpu *vcpu = l2_of(vm, 0);

	l1_set(vcpu, REG(VTTBR_EL2), vttbr);
	if (!is_on)
		l1_set(vcpu, REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	vcpu->hw_mmu = mmu_get(vcpu);
	vmid_update(vcpu->hw_mmu);
	return vcpu->hw_mmu;
}

/* vCPU 0 loaded at virtual EL2 with VTTBR_EL2 of VMID 7. */
static struct vcpu *fresh_as(enum vm_el2 form, u64 vhcr)
{
	struct vcpu *vcpu;

	vm = nested_guest(form, 2);
	vmid_reset();
	canonical = &vm->mmu;
	shadow[ON] = make(7ul << 48 | L1_ROOT, true);
	shadow[OFF] = make(7ul << 48 | L1_ROOT, false);
	shadow[OTHER_BASE] = make(7ul << 48 | (L1_ROOT + 0x10000), true);
	shadow[OTHER_VMID] = make(8ul << 48 | L1_ROOT, true);
	vcpu = l2_of(vm, 0);
	vcpu->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	l1_set(vcpu, REG(HCR_EL2), vhcr);
	l1_set(vcpu, REG(VTTBR_EL2), L1_VTTBR);
	vcpu_load(vcpu);
	host_log_clear();
	return vcpu;
}

static struct vcpu *fresh(void)
{
	return fresh_as(VM_EL2_VHE, F(HCR_EL2, E2H) | F(HCR_EL2, VM));
}

static enum emulation tlbi(struct vcpu *vcpu, u32 iss, u64 operand)
{
	struct sysreg_access access = { .iss = iss, .is_write = true, .value = operand };

	return emulate_tlbi(vcpu, &access);
}

static void fill(unsigned which, u64 ipa, u64 size, unsigned nested_level)
{
	assert_int_equal(stage2_map(shadow[which], IPA(ipa), PA(HOST_PA_BASE + MIB(32)), size,
				 S2_ALL, nested_level),
		STAGE2_OK);
}

static bool is_mapped(unsigned which, u64 ipa)
{
	struct stage2_mapping found;

	return stage2_lookup(shadow[which], IPA(ipa), &found) == STAGE2_OK;
}

/* In whose VMID was the instruction issued, and how often? */
static unsigned issued(const struct s2_mmu *mmu, enum host_reg instruction)
{
	u64 vttbr = mmu_vttbr(vm->vcpus[0].hw_mmu); /* loaded */
	unsigned count = 0;

	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *entry = host_log(i);

		if (entry->kind == LOG_WRITE && entry->reg == SR_VTTBR_EL2)
			vttbr = entry->value;
		if (entry->kind == LOG_SYS && entry->reg == instruction && vttbr == mmu_vttbr(mmu))
			count++;
	}
	return count;
}

static u64 operand_of(enum host_reg instruction)
{
	long at = host_log_find(0, LOG_SYS, instruction);

	assert_true(at >= 0);
	return host_log((size_t)at)->value;
}

/* ---- Stage 1 ---- */

static void el1_operations_go_to_every_shadow_of_the_vmid(void **state)
{
	static const struct {
		u32 iss;
		enum host_reg want;
	} cases[] = {
		{ ISS_TLBI_VMALLE1, SR_TLBI_VMALLE1IS },
		{ ISS_TLBI_VMALLE1IS, SR_TLBI_VMALLE1IS },
		{ ISS_TLBI_VAE1, SR_TLBI_VAE1IS },
		{ ISS_TLBI_ASIDE1, SR_TLBI_ASIDE1IS },
		{ ISS_TLBI_VAAE1IS, SR_TLBI_VAAE1IS },
		{ ISS_TLBI_VALE1, SR_TLBI_VALE1IS },
		{ ISS_TLBI_VAALE1, SR_TLBI_VAALE1IS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = fresh();

		assert_int_equal(tlbi(vcpu, cases[i].iss, 0x1234), EMULATED);
		if (issued(shadow[ON], cases[i].want) != 1 ||
			issued(shadow[OFF], cases[i].want) != 1 ||
			issued(shadow[OTHER_BASE], cases[i].want) != 1 ||
			issued(shadow[OTHER_VMID], cases[i].want) != 0 ||
			issued(canonical, cases[i].want) != 0 ||
			operand_of(cases[i].want) != 0x1234)
			fail_row(i, host_reg_name(cases[i].want), "%s", host_log_text());
	}
}

static void inhost_el1_operations_are_of_the_canonical_vmid(void **state)
{
	struct vcpu *vcpu =
		fresh_as(VM_EL2_VHE, F(HCR_EL2, E2H) | F(HCR_EL2, TGE) | F(HCR_EL2, VM));

	(void)state;
	assert_int_equal(tlbi(vcpu, ISS_TLBI_ASIDE1IS, 5ul << 48), EMULATED);
	assert_int_equal(issued(canonical, SR_TLBI_ASIDE1IS), 1);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_ASIDE1IS), 1);
}

/* vE2H=0 has no EL2&0 regime, so TGE makes no difference. */
static void an_nvhe_l1_with_tge_means_its_guest(void **state)
{
	struct vcpu *vcpu = fresh_as(VM_EL2_NVHE, F(HCR_EL2, TGE) | F(HCR_EL2, VM));

	(void)state;
	tlbi(vcpu, ISS_TLBI_VMALLE1IS, 0);
	assert_int_equal(issued(canonical, SR_TLBI_VMALLE1IS), 0);
	assert_int_equal(issued(shadow[ON], SR_TLBI_VMALLE1IS), 1);
}

static void el2_operations_run_as_el1_in_the_canonical_vmid(void **state)
{
	static const struct {
		u32 iss;
		enum host_reg vhe, nvhe;
	} cases[] = {
		{ ISS_TLBI_ALLE2, SR_TLBI_VMALLE1IS, SR_TLBI_VMALLE1IS },
		{ ISS_TLBI_ALLE2IS, SR_TLBI_VMALLE1IS, SR_TLBI_VMALLE1IS },
		{ ISS_TLBI_VAE2, SR_TLBI_VAE1IS, SR_TLBI_VAAE1IS },
		{ ISS_TLBI_VAE2IS, SR_TLBI_VAE1IS, SR_TLBI_VAAE1IS },
		{ ISS_TLBI_VALE2IS, SR_TLBI_VALE1IS, SR_TLBI_VAALE1IS },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		bool is_vhe = i % 2;
		struct vcpu *vcpu = is_vhe ? fresh() : fresh_as(VM_EL2_NVHE, F(HCR_EL2, VM));
		enum host_reg want = is_vhe ? cases[i / 2].vhe : cases[i / 2].nvhe;

		assert_int_equal(tlbi(vcpu, cases[i / 2].iss, 0x5678), EMULATED);
		if (issued(canonical, want) != 1 || host_log_times(LOG_SYS, want) != 1)
			fail_row(i, host_reg_name(want), "%s", host_log_text());
	}
}

/* ---- Stage 2 ---- */

#define TTL(tg, level) (((u64)(tg) << 2 | (level)) << 44)

static void s2_22_only_the_tlbi_forgets_what_l1_changed(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	fill(ON, 0x5000, PAGE_SIZE, 3);
	/* L1's tables change: like a TLB, the shadow may keep what it has. */
	*guest_word(vm, IPA(L1_ROOT)) = 0;
	assert_true(is_mapped(ON, 0x5000));
	assert_int_equal(tlbi(vcpu, ISS_TLBI_IPAS2E1IS, 0x5), EMULATED);
	assert_false(is_mapped(ON, 0x5000));
}

static void s2_23_combined_entries_go_before_the_instruction_ends(void **state)
{
	struct vcpu *vcpu = fresh();
	u64 pc = vcpu->context.pc;

	(void)state;
	fill(ON, 0x5000, PAGE_SIZE, 3);
	host_log_clear();
	tlbi(vcpu, ISS_TLBI_IPAS2E1, 0x5);
	assert_int_equal(issued(shadow[ON], SR_TLBI_IPAS2E1IS), 1);
	assert_int_equal(issued(shadow[ON], SR_TLBI_VMALLE1IS), 1);
	assert_true(host_log_find(0, LOG_SYS, SR_TLBI_IPAS2E1IS) <
		    host_log_find(0, LOG_SYS, SR_TLBI_VMALLE1IS));
	assert_u64(vcpu->context.pc, pc);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
}

static void s2_24_invalidation_beats_a_walk_under_way(void **state)
{
	struct vcpu *vcpu = fresh();
	u64 sequence = mmu_sequence(vm);

	(void)state;
	tlbi(vcpu, ISS_TLBI_IPAS2E1, 0x5);
	assert_true(mmu_has_changed(vm, sequence));
}

static void s2_25_operand_is_a_page_number(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	fill(ON, 0x5000, PAGE_SIZE, 3);
	fill(ON, 0x5000000, PAGE_SIZE, 3);
	tlbi(vcpu, ISS_TLBI_IPAS2E1IS, 0x5000 | MASK(62, 56)); /* NS and what is RES0 */
	assert_true(is_mapped(ON, 0x5000));
	assert_false(is_mapped(ON, 0x5000000));
}

static void s2_26_how_much_an_ipa_means(void **state)
{
	static const struct {
		const char *why;
		unsigned tag; /* level in the leaf at 2 MiB + 0x5000 */
		u64 operand, gone_from, gone_to;
	} cases[] = {
		{ "a page by its tag", 3, 0x205, 0x205000, 0x206000 },
		{ "a block by its tag", 2, 0x205, 0x200000, 0x400000 },
		{ "1 GiB by its tag", 1, 0x205, 0, GIB(1) },
		{ "unknown: the largest block", 0, 0x205, 0, GIB(1) },
		{ "nothing there: the largest block", 3, 0x206, 0, GIB(1) },
		{ "TTL: a page", 0, 0x205 | TTL(1, 3), 0x205000, 0x206000 },
		{ "TTL: a block", 0, 0x205 | TTL(1, 2), 0x200000, 0x400000 },
		{ "TTL: 1 GiB", 0, 0x205 | TTL(1, 1), 0, GIB(1) },
		{ "TTL: 16K", 0, 0x205 | TTL(2, 3), 0x204000, 0x208000 },
		{ "TTL: 64K", 0, 0x205 | TTL(3, 3), 0x200000, 0x210000 },
		{ "TTL too small for what was seen", 2, 0x205 | TTL(1, 3), 0x200000, 0x400000 },
		{ "TTL larger than what was seen", 3, 0x205 | TTL(1, 2), 0x200000, 0x400000 },
		{ "TTL of a level that has no leaf", 3, 0x205 | TTL(2, 1), 0x205000, 0x206000 },
		{ "the top bits mean nothing", 3, 0x205 | BIT(63), 0x205000, 0x206000 },
	};
	static const u64 probes[] = { 0, 0x1ff000, 0x200000, 0x204000, 0x205000, 0x207000, 0x20f000,
		0x210000, 0x3ff000, 0x400000, GIB(1) - PAGE_SIZE, GIB(1) };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = fresh();

		for (size_t j = 0; j < COUNT(probes); j++)
			fill(ON, probes[j], PAGE_SIZE, cases[i].tag);
		fill(OTHER_BASE, 0x205000, PAGE_SIZE, 3);
		fill(OTHER_VMID, 0x205000, PAGE_SIZE, 3);
		assert_int_equal(tlbi(vcpu, ISS_TLBI_IPAS2E1IS, cases[i].operand), EMULATED);
		for (size_t j = 0; j < COUNT(probes); j++)
			if (is_mapped(ON, probes[j]) !=
				(probes[j] < cases[i].gone_from || probes[j] >= cases[i].gone_to))
				fail_row(i, cases[i].why, "0x%lx is %s", probes[j],
					is_mapped(ON, probes[j]) ? "mapped" : "gone");
		assert_true(is_mapped(OTHER_VMID, 0x205000));
		assert_false(is_mapped(OTHER_BASE, 0x205000));
	}
}

/* L1 has put pages in the place of a block and invalidates only now: both kinds of entry go. */
static void s2_26_pages_over_a_block_without_a_tlbi(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	fill(ON, 0x200000, PAGE_SIZE, 2);
	fill(ON, 0x205000, PAGE_SIZE, 3);
	fill(ON, 0x400000, PAGE_SIZE, 3);
	tlbi(vcpu, ISS_TLBI_IPAS2E1IS, 0x205);
	assert_false(is_mapped(ON, 0x200000));
	assert_false(is_mapped(ON, 0x205000));
	assert_true(is_mapped(ON, 0x400000));
}

/* The largest block is that of L1's granule. */
static void an_unknown_size_depends_on_l1s_granule(void **state)
{
	static const struct {
		u64 tg0, size;
	} cases[] = { { 0, GIB(1) }, { 2, MIB(32) }, { 1, MIB(512) } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = fresh();
		u64 far = cases[i].size - PAGE_SIZE;

		shadow[ON]->key_vtcr |= FV(VTCR_EL2, TG0, cases[i].tg0);
		fill(ON, far, PAGE_SIZE, 0);
		fill(ON, far + PAGE_SIZE, PAGE_SIZE, 0);
		tlbi(vcpu, ISS_TLBI_IPAS2LE1IS, 0);
		if (is_mapped(ON, far) || !is_mapped(ON, far + PAGE_SIZE))
			fail_row(i, "largest block", "0x%lx", cases[i].size);
	}
}

#define RANGE(tg, scale, num, base)                                                                \
	((u64)(tg) << 46 | (u64)(scale) << 44 | (u64)(num) << 39 | (base))

static void ranges_of_ipas(void **state)
{
	static const struct {
		const char *why;
		u64 operand, from, to;
	} cases[] = {
		{ "two pages of 4K", RANGE(1, 0, 0, 0x205), 0x205000, 0x207000 },
		{ "64 pages", RANGE(1, 0, 31, 0x200), 0x200000, 0x240000 },
		{ "scale 1: 64 pages", RANGE(1, 1, 0, 0x200), 0x200000, 0x240000 },
		{ "two pages of 16K", RANGE(2, 0, 0, 0x80), 0x200000, 0x208000 },
		{ "two pages of 64K", RANGE(3, 0, 0, 0x20), 0x200000, 0x220000 },
		{ "beyond the input size", RANGE(1, 0, 0, BIT(30)), 0, 0 },
		{ "reserved granule: everything", RANGE(0, 0, 0, 0x205), 0, ~0ul },
	};
	static const u64 probes[] = { 0x1ff000, 0x200000, 0x205000, 0x206000, 0x207000, 0x208000,
		0x21f000, 0x220000, 0x23f000, 0x240000 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = fresh();

		for (size_t j = 0; j < COUNT(probes); j++)
			fill(ON, probes[j], PAGE_SIZE, 3);
		assert_int_equal(tlbi(vcpu, ISS_TLBI_RIPAS2E1IS, cases[i].operand), EMULATED);
		for (size_t j = 0; j < COUNT(probes); j++)
			if (is_mapped(ON, probes[j]) !=
				(probes[j] < cases[i].from || probes[j] >= cases[i].to))
				fail_row(i, cases[i].why, "0x%lx is %s", probes[j],
					is_mapped(ON, probes[j]) ? "mapped" : "gone");
	}
}

/* L1's entry is a block of 2 MiB, of which the shadow has pages; it goes as one. */
static void a_range_takes_the_whole_entry_it_touches(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	fill(ON, 0x200000, PAGE_SIZE, 2);
	fill(ON, 0x205000, PAGE_SIZE, 2);
	fill(ON, 0x3ff000, PAGE_SIZE, 2);
	fill(ON, 0x400000, PAGE_SIZE, 2);
	tlbi(vcpu, ISS_TLBI_RIPAS2LE1IS, RANGE(1, 0, 0, 0x204));
	assert_false(is_mapped(ON, 0x200000));
	assert_false(is_mapped(ON, 0x3ff000));
	assert_true(is_mapped(ON, 0x400000));
}

static void vmalls12e1_empties_the_vmid_and_alle1_all(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	for (unsigned i = 0; i < SHADOW_COUNT; i++)
		fill(i, 0x123456000, PAGE_SIZE, 3);
	host_log_clear();
	assert_int_equal(tlbi(vcpu, ISS_TLBI_VMALLS12E1, 0), EMULATED);
	assert_false(is_mapped(ON, 0x123456000));
	assert_false(is_mapped(OFF, 0x123456000));
	assert_false(is_mapped(OTHER_BASE, 0x123456000));
	assert_true(is_mapped(OTHER_VMID, 0x123456000));
	assert_int_equal(issued(shadow[ON], SR_TLBI_VMALLS12E1IS), 1);
	assert_int_equal(issued(canonical, SR_TLBI_VMALLS12E1IS), 0);
	assert_int_equal(tlbi(vcpu, ISS_TLBI_ALLE1IS, 0), EMULATED);
	assert_false(is_mapped(OTHER_VMID, 0x123456000));
}

static void s2_27_another_vttbr_alone_changes_nothing(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	fill(ON, 0x5000, PAGE_SIZE, 3);
	host_log_clear();
	l1_set(vcpu, REG(VTTBR_EL2), 9ul << 48);
	l1_set(vcpu, REG(VTCR_EL2), 0);
	assert_true(is_mapped(ON, 0x5000));
	assert_log("");
	/* And the old values have their shadow again. */
	assert_ptr_equal(shadow_lookup(vm, 7ul << 48 | L1_ROOT, L1_VTCR, true), shadow[ON]);
}

/* Whatever emulate.def sends here does something; with FEAT_TLBIRANGE and TLBIOS, all of them. */
static void every_instruction_is_answered(void **state)
{
	static const u32 rows[] = {
#define EMULATE(register, ...) ISS_##register,
#include "core/emulate.def"
#undef EMULATE
	};
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu;

		if (bits(rows[i], 21, 20) != 1 || bits(rows[i], 13, 10) != 8) /* TLBI */
			continue;
		vcpu = fresh();
		host_set(SR_ID_AA64ISAR0_EL1,
			host_get(SR_ID_AA64ISAR0_EL1) | FV(ID_AA64ISAR0_EL1, TLB, 2));
		fill(ON, 0, PAGE_SIZE, 3);
		host_log_clear();
		assert_int_equal(tlbi(vcpu, rows[i], 0), EMULATED);
		assert_non_null(strstr(host_log_text(), "TLBI_"));
		count++;
	}
	assert_int_equal(count, 63);
}

static void at_el1_they_are_undefined(void **state)
{
	struct vcpu *vcpu = fresh();

	(void)state;
	vcpu->context.pstate = PSTATE_EL1h;
	assert_int_equal(tlbi(vcpu, ISS_TLBI_ALLE2, 0), NOT_DEFINED);
	assert_int_equal(tlbi(vcpu, ISS_TLBI_IPAS2E1IS, 0), NOT_DEFINED);
	assert_int_equal(tlbi(vcpu, ISS_TLBI_ALLE1, 0), NOT_DEFINED);
}

TESTS(cmocka_unit_test(el1_operations_go_to_every_shadow_of_the_vmid),
	cmocka_unit_test(inhost_el1_operations_are_of_the_canonical_vmid),
	cmocka_unit_test(an_nvhe_l1_with_tge_means_its_guest),
	cmocka_unit_test(el2_operations_run_as_el1_in_the_canonical_vmid),
	cmocka_unit_test(s2_22_only_the_tlbi_forgets_what_l1_changed),
	cmocka_unit_test(s2_23_combined_entries_go_before_the_instruction_ends),
	cmocka_unit_test(s2_24_invalidation_beats_a_walk_under_way),
	cmocka_unit_test(s2_25_operand_is_a_page_number),
	cmocka_unit_test(s2_26_how_much_an_ipa_means),
	cmocka_unit_test(s2_26_pages_over_a_block_without_a_tlbi),
	cmocka_unit_test(an_unknown_size_depends_on_l1s_granule), cmocka_unit_test(ranges_of_ipas),
	cmocka_unit_test(a_range_takes_the_whole_entry_it_touches),
	cmocka_unit_test(vmalls12e1_empties_the_vmid_and_alle1_all),
	cmocka_unit_test(s2_27_another_vttbr_alone_changes_nothing),
	cmocka_unit_test(every_instruction_is_answered),
	cmocka_unit_test(at_el1_they_are_undefined))
