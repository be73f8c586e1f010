/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INV-S2-5, without running a guest: random stage-2 tables, VTCR_EL2 and VTTBR_EL2, and what AT
 * S12E1R and AT S12E1W of the simulated CPU say about an address; s2_walk.c has to say the same.
 * Usage: hyp_s2_walk_agrees [SEED [CASES]]
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/entresol.h"
#include "core/s2_walk.h"
#include "core/stage2.h"

/* Every table lies here, in the memory of both. */
enum {
	POOL = 0x40100000,
	POOL_SIZE = 0x100000,
	WORDS = POOL_SIZE / 8,
	CASES_OF_A_POOL = 500,
	MAX_EXCEPTIONS = 32
};

static u64 pool[WORDS];
static u64 state;
static struct ent_machine *machine_of_the_cpu;
static struct vm *vm;

static u64 random_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static unsigned below(unsigned limit)
{
	return (unsigned)(random_word() >> 20) % limit;
}

static u64 random_address(void)
{
	switch (below(16)) {
	case 0: return random_word() & MASK(47, 12);
	case 1: return 0xc000000;	    /* nothing */
	case 2: return BIT(32 + below(16)); /* too large for some sizes */
	default: return POOL + below(POOL_SIZE / PAGE_SIZE) * PAGE_SIZE;
	}
}

static u64 random_descriptor(void)
{
	u64 attributes =
		(random_word() & (MASK(9, 2) | BIT(52) | BIT(54))) | (below(8) ? DESC_AF : 0);

	switch (below(8)) {
	case 0: return random_word() & ~DESC_VALID;
	case 1:
	case 2: return (random_word() & MASK(below(4) ? 39 : 47, 12)) | attributes | DESC_VALID;
	case 3: return (random_word() & MASK(39, 12)) | attributes | 3;
	default: return random_address() | attributes | 3;
	}
}

/*
 * Not what the architecture leaves open: TG0=3, and input sizes below 25 bits or above the CPU's
 * physical addresses.
 */
static u64 random_vtcr(void)
{
	static const u8 inputs[] = { 25, 29, 30, 31, 32, 33, 34, 35, 36, 37, 39, 40 };

	return BIT(31) | FV(VTCR_EL2, TG0, below(3)) | FV(VTCR_EL2, SL0, below(4)) |
	       FV(VTCR_EL2, T0SZ, 64 - inputs[below(COUNT(inputs))]) |
	       FV(VTCR_EL2, PS, below(3) ? 2 : below(8)) | FV(VTCR_EL2, VS, below(2));
}

/* Exceptions whose handler is nowhere look like a machine that is stuck, so a few are enough. */
static void fresh_cpu(void)
{
	struct ent_config config = { .profile = "v8.1", .ram_size = MIB(8) };

	ent_destroy(machine_of_the_cpu);
	machine_of_the_cpu = ent_create(&config, NULL, 0);
	if (!machine_of_the_cpu)
		exit(2);
	ent_write_ram(machine_of_the_cpu, POOL, pool, sizeof(pool));
}

static void fill_pools(void)
{
	for (unsigned i = 0; i < WORDS; i++)
		pool[i] = random_descriptor();
	memcpy(guest_word(vm, IPA(POOL)), pool, sizeof(pool));
	fresh_cpu();
}

/* A fault status of stage 2 in <5:0>, or BIT(11) | PA. */
static u64 by_the_cpu(u64 vttbr, u64 vtcr, u64 ipa, uint32_t at)
{
	struct ent_machine *m = machine_of_the_cpu;
	uint64_t exceptions, par;

	ent_set_pstate(m, ENT_EL2h);
	ent_set_pc(m, ENT_RAM_BASE);
	ent_set(m, ENT_HCR_EL2, ENT_HCR_EL2_VM | ENT_HCR_EL2_RW);
	ent_set(m, ENT_VTTBR_EL2, vttbr);
	ent_set(m, ENT_VTCR_EL2, vtcr);
	ent_execute(m, ENT_SYS(ENT_TLBI_ALLE1, 31));
	ent_set_x(m, 0, ipa);
	exceptions = ent_exception_count(m);
	ent_execute(m, ENT_SYS(at, 0));
	if (ent_exception_count(m) != exceptions)
		return ent_last_exception(m)->iss & 0x3f;
	par = ent_get(m, ENT_PAR_EL1);
	return par & 1 ? bits(par, 6, 1) : BIT(11) | (par & MASK(47, 12));
}

static u64 by_the_walk(u64 vttbr, u64 vtcr, u64 ipa, unsigned right)
{
	struct s2_walk walk = s2_walk(vm, vttbr, vtcr, false, IPA(ipa));

	if (walk.is_fault)
		return walk.fsc;
	if (!(walk.rights & right))
		return FSC_PERMISSION | walk.level;
	return BIT(11) | (walk.output.v & MASK(47, 12));
}

static bool agrees(void)
{
	static const struct {
		uint32_t at;
		unsigned right;
	} accesses[] = { { ENT_AT_S12E1R, S2_READ }, { ENT_AT_S12E1W, S2_WRITE } };
	u64 vttbr = random_address() | (below(4) ? 0 : random_word() & MASK(11, 0));
	u64 ipa = random_word() >> (24 + below(30)), vtcr;

	ent_set(machine_of_the_cpu, ENT_VTCR_EL2, random_vtcr());
	vtcr = ent_get(machine_of_the_cpu, ENT_VTCR_EL2) & ~F(VTCR_EL2, HA);
	for (unsigned i = 0; i < COUNT(accesses); i++) {
		u64 cpu = by_the_cpu(vttbr, vtcr, ipa, accesses[i].at);
		u64 walk = by_the_walk(vttbr, vtcr, ipa, accesses[i].right);

		if (cpu == walk)
			continue;
		printf("VTTBR_EL2 0x%lx, VTCR_EL2 0x%lx, IPA 0x%lx, %s: the CPU says 0x%lx, the "
		       "walk 0x%lx\n",
			vttbr, vtcr, ipa, i ? "write" : "read", cpu, walk);
		return false;
	}
	return true;
}

/* The same physical address size, granules and features on both sides. */
static void make_both(void)
{
	struct vm_config eve = guest_config();
	static struct vm storage;

	fresh_cpu();
	machine_off(MODE_VHE);
	machine_has_nv(2);
	host_set(SR_ID_AA64MMFR0_EL1, ent_get(machine_of_the_cpu, ENT_ID_AA64MMFR0_EL1));
	machine_on(MODE_VHE);
	eve.el2 = VM_EL2_VHE;
	eve.has_nv2 = true;
	if (!vm_create(&storage, &eve))
		exit(2);
	vm = &storage;
	vm->slots[1].size = 0; /* the CPU has no memory there */
}

int main(int argc, char **argv)
{
	u64 cases = argc > 2 ? strtoul(argv[2], NULL, 0) : 20000, wrong = 0, translated = 0;

	state = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	make_both();
	for (u64 i = 0; i < cases; i++) {
		if (i % CASES_OF_A_POOL == 0)
			fill_pools();
		if (ent_exception_count(machine_of_the_cpu) > MAX_EXCEPTIONS)
			fresh_cpu();
		wrong += !agrees();
		translated += !(ent_get(machine_of_the_cpu, ENT_PAR_EL1) & 1);
		host_log_clear();
	}
	printf("%lu cases, %lu of them translated, %lu wrong\n", cases, translated, wrong);
	return wrong != 0 || translated < cases / 50;
}
