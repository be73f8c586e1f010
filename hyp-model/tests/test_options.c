/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: rows of line and result; and the lines that guests get.
 */
#include "support.h"

#include <string.h>

#include "core/options.h"

static void nothing_said_is_the_default(void **state)
{
	static const char *const lines[] = { "", " ", "hyp.elf", "/some/where/hyp.elf  ", "\t" };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct options got;
		struct bad_word bad = options_parse(lines[i], &got);

		assert_null(bad.word);
		assert_int_equal(got.mode, MODE_VHE);
		assert_int_equal(got.nest, VM_EL2_NONE);
		assert_int_equal(got.depth, 1);
		assert_int_equal(got.nv, 2);
		assert_int_equal(got.hcr, HCR_SAVED);
		assert_int_equal(got.deferral, 1);
		assert_int_equal(got.shadow, SHADOW_LAZY);
		assert_int_equal(got.granule, 4);
		assert_int_equal(got.vms, 1);
		assert_int_equal(got.cpus, 1);
		assert_int_equal(got.quantum, 0);
		assert_int_equal(got.stats, 1);
		assert_int_equal(got.cost, 0);
		assert_int_equal(got.hostile, 0);
		assert_string_equal(got.payload, "all");
	}
}

/* Each knob in turn, its first and last value; what a word stands for is what core/ calls it. */
static void each_knob_can_be_set(void **state)
{
	static const struct {
		const char *line;
		size_t member;
		u64 want;
	} cases[] = {
#define ROW(line, member, want) { line, offsetof(struct options, member), want }
		ROW("mode=vhe", mode, MODE_VHE),
		ROW("h mode=nvhe", mode, MODE_NVHE),
		ROW("nest=none", nest, VM_EL2_NONE),
		ROW("nest=vhe", nest, VM_EL2_VHE),
		ROW("nest=nvhe", nest, VM_EL2_NVHE),
		ROW("nest=rw", nest, VM_EL2_RW),
		ROW("depth=3", depth, 3),
		ROW("nv=1", nv, 1),
		ROW("hcr=saved", hcr, HCR_SAVED),
		ROW("hcr=constant", hcr, HCR_CONSTANT),
		ROW("deferral=0", deferral, 0),
		ROW("shadow=on-vttbr-write", shadow, SHADOW_ON_VTTBR_WRITE),
		ROW("granule=4", granule, 4),
		ROW("granule=16", granule, 16),
		ROW("granule=64", granule, 64),
		ROW("vmid-bits=16", vmid_bits, 16),
		ROW("vms=4", vms, 4),
		ROW("cpus=4", cpus, 4),
		ROW("quantum=1000000", quantum, 1000000),
		ROW("rounds=007", rounds, 7),
		ROW("rounds=1 rounds=9", rounds, 9),
		ROW("stats=0", stats, 0),
		ROW("verbose=1", verbose, 1),
		ROW("cost=1", cost, 1),
		ROW("hostile=42", hostile, 42),
		ROW("stage2=1", stage2, 1),
		ROW("stage2=inhost", stage2, 2),
		ROW("victim=nested", victim, VICTIM_NESTED),
		ROW("h  mode=nvhe\tvms=2 ", vms, 2),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options got;
		struct bad_word bad = options_parse(cases[i].line, &got);
		u64 value = *(u64 *)((char *)&got + cases[i].member);

		if (bad.word || value != cases[i].want)
			fail_row(i, cases[i].line, "refused at '%s', or %lu",
				bad.word ? bad.word : "", value);
	}
}

static void payloads_are_those_of_the_table(void **state)
{
	static const char *const names[] = {
#define PAYLOAD(name, ...) #name,
#include "guest/payload.def"
#undef PAYLOAD
		"all",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct options got;
		char line[64] = "payload=";

		assert_true(strlen(names[i]) < sizeof(got.payload));
		assert_null(options_parse(strcat(line, names[i]), &got).word);
		assert_string_equal(got.payload, names[i]);
	}
}

static void the_first_bad_word_is_named(void **state)
{
	static const struct {
		const char *line, *bad;
	} cases[] = {
		{ "h mode=el3", "mode=el3" },
		{ "h mode=both", "mode=both" },
		{ "h mode=", "mode=" },
		{ "h mode=1", "mode=1" },
		{ "h mode=vhe speed=9 x=1", "speed=9" },
		{ "h loud", "loud" },
		{ "h vms=0", "vms=0" },
		{ "h vms=5", "vms=5" },
		{ "h granule=8", "granule=8" },
		{ "h granule=0", "granule=0" },
		{ "h depth=4", "depth=4" },
		{ "h nv=3", "nv=3" },
		{ "h rounds=", "rounds=" },
		{ "h rounds=1k", "rounds=1k" },
		{ "h rounds=-1", "rounds=-1" },
		{ "h rounds=99999999999999999999", "rounds=99999999999999999999" },
		{ "h verbose", "verbose" },
		{ "h modes=vhe", "modes=vhe" },
		{ "h mod=vhe", "mod=vhe" },
		{ "h shadow=on", "shadow=on" },
		{ "h payload=", "payload=" },
		{ "h payload=al", "payload=al" },
		{ "h payload=alle", "payload=alle" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options got;
		struct bad_word bad = options_parse(cases[i].line, &got);

		if (!bad.word || bad.length != strlen(cases[i].bad) ||
			strncmp(bad.word, cases[i].bad, bad.length) != 0)
			fail_row(i, cases[i].line, "named '%s'", bad.word ? bad.word : "nothing");
	}
}

/* What L0 tells L1 can be read by L1, and is one level less. */
static void a_guest_hypervisor_gets_its_own_line(void **state)
{
	struct options of, got;
	char line[256];

	(void)state;
	assert_null(options_parse("nest=vhe depth=2 nv=2 payload=ipi rounds=5 cost=1", &of).word);
	options_of_guest_hypervisor(&of, line, sizeof(line));
	assert_null(options_parse(line, &got).word);
	assert_int_equal(got.mode, MODE_VHE);
	assert_int_equal(got.nest, VM_EL2_VHE);
	assert_int_equal(got.depth, 1);
	assert_int_equal(got.rounds, 5);
	assert_int_equal(got.cost, 1);
	assert_int_equal(got.stats, 0); /* counters trap there */
	assert_string_equal(got.payload, "ipi");
	options_of_guest_hypervisor(&got, line, sizeof(line));
	assert_null(options_parse(line, &got).word);
	assert_int_equal(got.nest, VM_EL2_NONE);

	assert_null(options_parse("nest=nvhe", &of).word);
	options_of_guest_hypervisor(&of, line, sizeof(line));
	assert_null(options_parse(line, &got).word);
	assert_int_equal(got.mode, MODE_NVHE);
	assert_int_equal(got.nest, VM_EL2_NONE);
}

static void a_payload_gets_its_own_line(void **state)
{
	struct options of;
	char line[128], small[16];

	(void)state;
	assert_null(options_parse("payload=timer rounds=12", &of).word);
	options_of_payload(&of, 3, line, sizeof(line));
	assert_string_equal(line, "payload index=3 rounds=12 cost=0 hostile=0 oracle=0 questions=0 "
				  "stage2=0 payload=timer");
	options_of_payload(&of, 3, small, sizeof(small));
	assert_string_equal(small, "payload index=3"); /* cut off, and ended */
}

TESTS(cmocka_unit_test(nothing_said_is_the_default), cmocka_unit_test(each_knob_can_be_set),
	cmocka_unit_test(payloads_are_those_of_the_table),
	cmocka_unit_test(the_first_bad_word_is_named),
	cmocka_unit_test(a_guest_hypervisor_gets_its_own_line),
	cmocka_unit_test(a_payload_gets_its_own_line))
