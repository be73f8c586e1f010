/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle's third kind of question: what a load, a store or a jump of a guest meets behind two
 * stages of random tables (INV-S2-5). The guest's program is mapped one to one by both, in the
 * second GiB; everything else is random.
 */
#include "guest/oracle.h"

/* Leaves of 1 GiB: read-only and executable at EL1 and EL0, Normal memory, accessed. */
#define S1_PROGRAM (GUEST_RAM_IPA | 1ul | 3ul << 6 | 3ul << 8 | 1ul << 10)
#define S2_PROGRAM (GUEST_RAM_IPA | 0x7fdul)
#define TCR_HA	   (1ul << 39)

extern const char access_load[], access_store[], access_jump[];

/*
 * x0: the address. Each ends in SVC, if nothing else happens. A store changes nothing: tables and
 * this program may be behind it.
 */
__asm__(".text\n"
	"access_load: ldr x0, [x0]\n svc #5\n"
	"access_store: ldr x1, [x0]\n str x1, [x0]\n svc #5\n"
	"access_jump: br x0\n");

static const struct {
	const char *name;
	const char *stub;
} accesses[] = {
	{ " load", access_load },
	{ " store", access_store },
	{ " jump", access_jump },
};

static u64 random_output(void)
{
	u64 value = random();

	return value >> 62 ? oracle_random_address() : value & 0x7ffffff000;
}

static void random_world(bool is_vhe)
{
	struct table *s1 = oracle_s1(), *s2 = oracle_s2();

	oracle_random_tables();
	for (unsigned i = 0; i < 512; i++) { /* leaves lead anywhere stage 2 has entries for */
		u64 *entry = &s1[1].entry[i];

		if ((*entry & 3) == 1)
			*entry = (*entry & ~0xfffffffff000ul) | (random_output() & ~0x1ffffful);
		entry = &s1[2].entry[i];
		if ((*entry & 3) == 3)
			*entry = (*entry & ~0xfffffffff000ul) | random_output();
	}
	s1[0].entry[1] = S1_PROGRAM;
	s2[0].entry[1] = S2_PROGRAM;
	oracle_good_guest_regime(
		25 | 2ul << 32 | 1ul << 23 | (is_vhe && random() >> 63 ? TCR_HA : 0));
}

static void answer(u64 address, unsigned el, u64 ended)
{
	/* With an external abort HPFAR_EL2 is UNKNOWN, and what was accessed may be said or not. */
	bool is_external = (caught.esr >> 26 & ~4ul) == 0x20 && (caught.esr & 0x38) == 0x10;

	oracle_put_hex(el);
	oracle_put_hex(address);
	put(" ended");
	oracle_put_hex(ended);
	oracle_put_hex(is_external ? caught.esr & ~(0x7fful << 14) : caught.esr);
	oracle_put_hex(caught.elr);
	oracle_put_hex(caught.spsr);
	if (caught.esr == (0x16ul << 26 | 1ul << 25 | 77)) {
		put(" el1");
		oracle_put_hex(oracle_esr_el1());
		oracle_put_hex(oracle_elr_el1());
		if (oracle_esr_el1() >> 26 != 0x15)
			oracle_put_hex(oracle_far_el1());
	} else {
		put(" far");
		oracle_put_hex(caught.far);
		oracle_put_hex(is_external ? 0 : caught.hpfar);
	}
	put(" tables");
	oracle_put_hex(oracle_hash_of_tables());
	put("\n");
}

void oracle_accesses(u64 seed, bool is_vhe, u64 count)
{
	random_seed(seed);
	for (u64 number = 0; number < count; number++) {
		u64 address = oracle_random_va() & 0x7ffffffff8, ended;
		unsigned access = (unsigned)(random() >> 32) % COUNT(accesses);
		unsigned el = (unsigned)(random() >> 63);

		if (number % 16 == 0) {
			random_seed(seed ^ (number + 1) << 24);
			random_world(is_vhe);
		}
		el2_write_hcr(HCR_L2);
		ended = run_guest((struct entry){
			(u64)accesses[access].stub, el == 1 ? EL1h : 0x3c0, address, 0 });
		el2_write_hcr(HCR_L2);
		put(is_vhe ? "access vhe" : "access nvhe");
		oracle_put_hex(number);
		put(accesses[access].name);
		answer(address, el, ended);
	}
}
