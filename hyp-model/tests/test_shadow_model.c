/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shadow against a model of a TLB (S2-22, S2-26, INV-S2-1 to INV-S2-3): L1 writes its tables and
 * invalidates at random, L2 faults, the host takes memory and rights away. Whatever the shadow maps
 * has to be something that L1's tables said since the last TLBI that covers it, and no more than
 * the host allows now.
 */
#include "l1_tables.h"

#include <string.h>

#include "core/emulate.h"
#include "core/exit.h"
#include "core/stage2.h"

enum { REGIONS = 4, PAGES = 8, STEPS = 20000, REMEMBERED = 512 };

#define L2_BASE 0x80000000ul

/* One thing that L1's tables said about an address. */
struct said {
	u64 output;
	unsigned rights, level;
};

/* What a TLB may still hold of an address. */
struct history {
	struct said said[REMEMBERED];
	unsigned count;
};

static struct history histories[REGIONS][PAGES];
static u64 random_state;
static struct vcpu *vcpu;

static unsigned random_below(unsigned limit)
{
	random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(random_state >> 33) % limit;
}

static u64 ipa_of(unsigned region, unsigned page)
{
	return L2_BASE + region * MIB(2) + page * PAGE_SIZE;
}

/* Read, write and execution in all combinations, at one of 2 MiB or 16 pages of L1's memory. */
static u64 random_descriptor(unsigned level)
{
	u64 rights = (u64)random_below(4) << 6 | (random_below(2) ? BIT(54) : 0);

	if (random_below(4) == 0)
		return 0;
	if (level == 2)
		return (L1_OUTPUT + random_below(2) * MIB(2)) | 0x73d | rights;
	return (L1_OUTPUT + random_below(16) * PAGE_SIZE) | 0x73f | rights;
}

/* What L1's tables say, read by hand. False: nothing. */
static bool tables_say(unsigned region, unsigned page, struct said *out)
{
	u64 ipa = ipa_of(region, page), d = *l1_descriptor(vcpu->vm, ipa, 2);

	out->level = 2;
	if ((d & 3) == 3) {
		d = *guest_word(vcpu->vm, IPA((d & MASK(47, 12)) + 8 * page));
		out->level = 3;
	}
	if (!(d & 1))
		return false;
	out->output = (d & MASK(47, 12)) + (out->level == 2 ? page * PAGE_SIZE : 0);
	out->rights = (unsigned)bits(d, 7, 6) |
		      (d & BIT(54) ? 0u : (unsigned)(S2_EXEC_EL1 | S2_EXEC_EL0));
	return true;
}

static bool is_remembered(const struct history *history, const struct said *said)
{
	for (unsigned i = 0; i < history->count; i++)
		if (memcmp(&history->said[i], said, sizeof(*said)) == 0)
			return true;
	return false;
}

static void remember(void)
{
	for (unsigned region = 0; region < REGIONS; region++)
		for (unsigned page = 0; page < PAGES; page++) {
			struct history *history = &histories[region][page];
			struct said now;

			if (!tables_say(region, page, &now) || is_remembered(history, &now))
				continue;
			assert_true(history->count < REMEMBERED);
			history->said[history->count++] = now;
		}
}

/* A TLBI of `region` and `page`: of its page everything, of its neighbours the blocks. */
static void forget(unsigned region, unsigned page)
{
	for (unsigned i = 0; i < PAGES; i++) {
		struct history *history = &histories[region][i];
		unsigned kept = 0;

		for (unsigned j = 0; j < history->count; j++)
			if (i != page && history->said[j].level == 3)
				history->said[kept++] = history->said[j];
		history->count = kept;
	}
}

static void forget_all(void)
{
	for (unsigned region = 0; region < REGIONS; region++)
		for (unsigned page = 0; page < PAGES; page++)
			histories[region][page].count = 0;
}

/* ---- What may happen ---- */

static void l1_writes(unsigned region, unsigned page)
{
	u64 *block = l1_descriptor(vcpu->vm, ipa_of(region, 0), 2);
	u64 table = L1_TABLES + MIB(1) + region * PAGE_SIZE;

	switch (random_below(4)) {
	case 0: *block = random_descriptor(2); break;
	case 1: *block = table | 3; break;
	default: *guest_word(vcpu->vm, IPA(table + 8 * page)) = random_descriptor(3); break;
	}
	remember();
}

static void l1_invalidates(unsigned region, unsigned page)
{
	struct sysreg_access access = { .is_write = true };
	struct said now;

	vcpu->context.pstate = PSTATE_EL2h;
	access.iss = random_below(2) ? ISS_TLBI_IPAS2E1IS : ISS_TLBI_IPAS2LE1;
	access.value = ipa_of(region, page) >> 12;
	/* The level is a hint about what the tables said; L1 may only give it if that is sure. */
	if (random_below(2) && tables_say(region, page, &now) && histories[region][page].count == 1)
		access.value |= (u64)(4 | now.level) << 44;
	if (random_below(16) == 0) {
		access.iss = ISS_TLBI_VMALLS12E1IS;
		forget_all();
	} else {
		forget(region, page);
	}
	emulate_tlbi(vcpu, &access);
	vcpu->context.pstate = PSTATE_EL1h;
	remember();
}

static void l2_faults(unsigned region, unsigned page)
{
	u64 ipa = ipa_of(region, page);
	bool is_write = random_below(2);

	vcpu->fault.esr =
		(u64)EC_DABT_LOW << ESR_EC_SHIFT | ESR_IL | 0x06 | (is_write ? BIT(6) : 0);
	vcpu->fault.far = ipa;
	vcpu->fault.hpfar = ipa >> 12 << 4;
	exit_guest_abort(vcpu);
	/* Whatever L1 was told, L2 goes on. */
	vcpu_put(vcpu);
	vcpu->pc_update = PC_KEEP;
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu_load(vcpu);
}

static void host_acts(void)
{
	u64 page = L1_OUTPUT + random_below(16) * PAGE_SIZE;

	switch (random_below(3)) {
	case 0: vm_unmap(vcpu->vm, IPA(page), PAGE_SIZE); break;
	case 1: vm_write_protect(vcpu->vm, IPA(page), PAGE_SIZE); break;
	default: vm_watch_page(vcpu->vm, IPA(page)); break;
	}
}

/* ---- What must hold ---- */

static bool is_justified(const struct history *history, const struct stage2_mapping *found)
{
	const struct slot *slot = &vcpu->vm->slots[0];

	for (unsigned i = 0; i < history->count; i++)
		if (slot->pa.v + (history->said[i].output - slot->ipa.v) == found->pa.v &&
			(found->rights & ~history->said[i].rights) == 0)
			return true;
	return false;
}

static void check(unsigned step)
{
	const struct slot *slot = &vcpu->vm->slots[0];
	struct s2_mmu *mmu = shadow_lookup(vcpu->vm, L1_VTTBR, L1_VTCR, true);

	for (unsigned region = 0; region < REGIONS; region++)
		for (unsigned page = 0; page < PAGES; page++) {
			struct stage2_mapping found;
			ipa_t l1;

			if (stage2_lookup(mmu, IPA(ipa_of(region, page)), &found) != STAGE2_OK)
				continue;
			l1 = IPA(found.pa.v - slot->pa.v + slot->ipa.v);
			if (!is_justified(&histories[region][page], &found))
				fail_row(step, "nobody said that", "0x%lx -> 0x%lx, rights %u",
					ipa_of(region, page), l1.v, found.rights);
			if ((found.rights & S2_WRITE) && vm_is_watched(vcpu->vm, l1))
				fail_row(step, "a watched page is writable", "0x%lx", l1.v);
		}
}

static void s2_26_no_shadow_outlives_its_tlbi(void **state)
{
	(void)state;
	for (u64 seed = 1; seed <= 2; seed++) {
		random_state = seed;
		vcpu = l2_loaded();
		forget_all();
		for (unsigned step = 0; step < STEPS; step++) {
			unsigned region = random_below(REGIONS), page = random_below(PAGES);

			host_log_clear();
			switch (random_below(8)) {
			case 0:
			case 1: l1_writes(region, page); break;
			case 2:
			case 3: l1_invalidates(region, page); break;
			case 4: host_acts(); break;
			default: l2_faults(region, page); break;
			}
			check(step);
		}
	}
}

TESTS(cmocka_unit_test(s2_26_no_shadow_outlives_its_tlbi))
