/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allocator of VMIDs, HYPERVISOR-SPEC A.16. Knows numbers and CPUs; not what a VMID is used
 * for.
 */
#include "core/vmid.h"

#include "core/cpu.h"
#include "core/lock.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/print.h"
#include "core/tlb.h"

enum { NUMBER_BITS = 16, WORD_BITS = 64 };

#define NUMBER(record)	   ((record)&MASK(NUMBER_BITS - 1, 0))
#define GENERATION(record) ((record) & ~MASK(NUMBER_BITS - 1, 0))
#define FIRST_GENERATION   BIT(NUMBER_BITS)

/*
 * In cpu->vmid_active: 0 says that a rollover took the record away (its owner has to come to the
 * lock), NO_GUEST that no guest runs there. NO_GUEST has number 0, so no record equals it.
 */
#define NO_GUEST FIRST_GENERATION

static struct lock lock; /* the bitmap, the generation, cpu->vmid_reserved, writes of records */
static u64 generation;
static u64 used[BIT(NUMBER_BITS) / WORD_BITS];
static u64 cursor; /* where the search for a free one begins; 0 is the host's, TB-5 */

unsigned vmid_bits(void)
{
	unsigned hardware = host.has_vmid16 ? 16 : 8, minimum = 1;
	unsigned wanted = options.vmid_bits ? (unsigned)options.vmid_bits : hardware;

	/* A rollover may have to reserve one for each CPU, and number 0 is not to be had. */
	while (BIT(minimum) <= host.cpu_count)
		minimum++;
	if (wanted > hardware)
		wanted = hardware;
	return wanted < minimum ? minimum : wanted;
}

u16 vmid_of(const struct s2_mmu *mmu)
{
	return (u16)NUMBER(mmu->vmid_record);
}

static void clear_used(void)
{
	for (size_t i = 0; i < COUNT(used); i++)
		used[i] = 0;
}

static bool is_used(u64 number)
{
	return used[number / WORD_BITS] & BIT(number % WORD_BITS);
}

static void use(u64 number)
{
	used[number / WORD_BITS] |= BIT(number % WORD_BITS);
}

void vmid_reset(void)
{
	generation = FIRST_GENERATION;
	cursor = 1;
	clear_used();
	for (unsigned i = 0; i < MAX_CPUS; i++) {
		cpus[i].vmid_active = NO_GUEST;
		cpus[i].vmid_reserved = 0;
	}
}

/* TB-6: what runs right now keeps its number in the new generation (TB-8); all else is free. */
static void rollover(void)
{
	__atomic_store_n(&generation, generation + FIRST_GENERATION, __ATOMIC_RELEASE);
	clear_used();
	for (unsigned i = 0; i < host.cpu_count; i++) {
		u64 record = __atomic_exchange_n(&cpus[i].vmid_active, 0, __ATOMIC_ACQ_REL);

		/* 0: rolled over before it could come to the lock; what it runs is as reserved. */
		if (record == 0)
			record = cpus[i].vmid_reserved;
		use(NUMBER(record));
		cpus[i].vmid_reserved = record;
	}
	tlb_flush_all_vmids();
}

/* Two CPUs may run the same mmu, so all that reserve it follow. */
static bool renew_reserved(u64 old, u64 renewed)
{
	bool is_reserved = false;

	for (unsigned i = 0; i < host.cpu_count; i++) {
		if (cpus[i].vmid_reserved != old)
			continue;
		cpus[i].vmid_reserved = renewed;
		is_reserved = true;
	}
	return is_reserved;
}

static bool find_free(u64 *number)
{
	for (u64 i = cursor; i < BIT(vmid_bits()); i++) {
		if (is_used(i))
			continue;
		*number = cursor = i;
		return true;
	}
	return false;
}

static u64 allocate(u64 old)
{
	u64 number = NUMBER(old);

	if (old && renew_reserved(old, generation | number))
		return generation | number;
	if (!old || is_used(number)) {
		if (!find_free(&number)) {
			rollover();
			cursor = 1;
			if (!find_free(&number))
				panic("vmid: %u bits are not enough for %u CPUs", vmid_bits(),
					host.cpu_count);
		}
	}
	use(number);
	return generation | number;
}

void vmid_update(struct s2_mmu *mmu)
{
	u64 *active = &this_cpu()->vmid_active;
	u64 record = __atomic_load_n(&mmu->vmid_record, __ATOMIC_RELAXED);
	u64 before = __atomic_load_n(active, __ATOMIC_RELAXED);
	bool is_old = MUTANT(05) && GENERATION(record) != generation;

	/* A rollover in between makes the exchange fail, MUT-05. */
	if (before != 0 && GENERATION(record) == __atomic_load_n(&generation, __ATOMIC_ACQUIRE) &&
		__atomic_compare_exchange_n(
			active, &before, record, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return;
	if (is_old)
		mutant_linger();
	lock_take(&lock);
	record = mmu->vmid_record;
	if (is_old || GENERATION(record) != generation) {
		record = allocate(record);
		__atomic_store_n(&mmu->vmid_record, record, __ATOMIC_RELAXED);
	}
	__atomic_store_n(active, record, __ATOMIC_RELAXED);
	lock_drop(&lock);
}

void vmid_release(void)
{
	__atomic_store_n(&this_cpu()->vmid_active, NO_GUEST, __ATOMIC_RELAXED);
}
