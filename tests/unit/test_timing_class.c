/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operands and kinds of timing classes against Capstone, for the instructions it knows: what each
 * of many random words reads and writes. Not compared is whether what is written is read as well,
 * which Capstone 4.0 says of most vector instructions and of none that keeps a half;
 * test_timing_operands finds that out. Where Capstone is wrong a row says why; a row that explains
 * nothing fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <capstone/capstone.h>

#include "class_operands.h"

enum { WORDS = 200, ENOUGH_WORDS = 100000 };

/* Words with (word & mask) == value: Capstone 4.0 is wrong. */
static struct error_of_capstone {
	u32 mask, value;
	const char *reason;
	unsigned seen;
} errors[] = {
	/* clang-format off */
	{ 0x7f000000, 0x31000000, "ADDS by a constant: Rd is read only", 0 },
	{ 0x7f00001f, 0x7100001f, "CMP with a constant: Rn is written", 0 },
	{ 0x7f80001f, 0x7200001f, "TST of a constant: Rn is written", 0 },
	{ 0x3f00001f, 0x2b00001f, "CMN and CMP: Rn is written", 0 },
	{ 0x7f00001f, 0x6a00001f, "TST: Rn is written", 0 },
	{ 0x3fe0e000, 0x1a80e000, "CSEL, AL and NV: decoded as MOV, which has no Rm (not Capstone's)", 0 },
	{ 0xffffffff, 0xd65f03c0, "RET: X30 is not named", 0 },
	{ 0xbfe0fc00, 0x0e601c00, "BIC: Rm is missing", 0 },
	{ 0xbfe08c00, 0x0e000000, "TBL, TBX: Rm or a register of the table is missing", 0 },
	{ 0xbe000000, 0x0c000000, "structures: registers are missing, stored ones are written", 0 },
	{ 0xfffff01f, 0xd503201f, "PACIASP and the like: NOP in Armv8.0", 0 },
	/* clang-format on */
};

struct test {
	csh capstone;
	cs_insn *insn;
	struct rng rng;
	u64 features[(FEATURE_COUNT + 63) / 64];
	unsigned words, failures;
};

/* ---- Capstone's registers ---- */

static const struct {
	unsigned first, last, slot;
} general[] = {
	{ ARM64_REG_X0, ARM64_REG_X28, 0 },
	{ ARM64_REG_W0, ARM64_REG_W30, 0 },
	{ ARM64_REG_X29, ARM64_REG_X29, 29 },
	{ ARM64_REG_X30, ARM64_REG_X30, SLOT_LR },
	{ ARM64_REG_SP, ARM64_REG_SP, SLOT_SP },
	{ ARM64_REG_WSP, ARM64_REG_WSP, SLOT_SP },
	{ ARM64_REG_XZR, ARM64_REG_XZR, SLOT_ZERO },
	{ ARM64_REG_WZR, ARM64_REG_WZR, SLOT_ZERO },
	{ ARM64_REG_NZCV, ARM64_REG_NZCV, REGISTER_NZCV },
}, vectors[] = {
	{ ARM64_REG_B0, ARM64_REG_B31, 0 },
	{ ARM64_REG_H0, ARM64_REG_H31, 0 },
	{ ARM64_REG_S0, ARM64_REG_S31, 0 },
	{ ARM64_REG_D0, ARM64_REG_D31, 0 },
	{ ARM64_REG_Q0, ARM64_REG_Q31, 0 },
	{ ARM64_REG_V0, ARM64_REG_V31, 0 },
};

static void add_register(struct registers *set, unsigned reg)
{
	for (size_t i = 0; i < COUNT(general); i++)
		if (reg >= general[i].first && reg <= general[i].last) {
			add_slot(set, general[i].slot + reg - general[i].first);
			return;
		}
	for (size_t i = 0; i < COUNT(vectors); i++)
		if (reg >= vectors[i].first && reg <= vectors[i].last) {
			set->v |= BIT(reg - vectors[i].first);
			return;
		}
	fail_msg("Capstone's register %u", reg);
}

static struct registers capstone_set(const u16 *regs, unsigned count)
{
	struct registers set = { 0, 0 };

	for (unsigned i = 0; i < count; i++)
		add_register(&set, regs[i]);
	return set;
}

/* ---- Comparing ---- */

static bool is_explained(u32 word)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if ((word & errors[i].mask) == errors[i].value) {
			errors[i].seen++;
			return true;
		}
	return false;
}

static bool is_equal(struct registers a, struct registers b)
{
	return a.x == b.x && a.v == b.v;
}

static struct registers without(struct registers a, struct registers b)
{
	return (struct registers){ a.x & ~b.x, a.v & ~b.v };
}

static void check_registers(struct test *t, const struct decoded *d, struct registers their_reads,
	struct registers their_writes)
{
	struct registers writes = class_writes(d);
	struct registers reads = without(class_reads(d), writes);

	their_reads = without(their_reads, writes);
	if ((is_equal(reads, their_reads) && is_equal(writes, their_writes)) ||
		is_explained(d->insn))
		return;
	t->failures++;
	print_error("%s %08x %s %s, %s: reads%s, not%s; writes%s, not%s\n", d->row->name, d->insn,
		t->insn->mnemonic, t->insn->op_str, class_rows[timing_class_of(d)].name,
		registers_text(reads), registers_text(their_reads), registers_text(writes),
		registers_text(their_writes));
}

static bool has_memory_operand(const cs_insn *insn)
{
	const cs_arm64 *detail = &insn->detail->arm64;

	for (unsigned i = 0; i < detail->op_count; i++)
		if (detail->operands[i].type == ARM64_OP_MEM)
			return true;
	return false;
}

static bool is_literal_load(u32 word)
{
	return (word & 0x3b000000) == 0x18000000; /* its address is an immediate for Capstone */
}

static bool is_in_branch_group(const struct test *t)
{
	static const unsigned groups[] = { CS_GRP_JUMP, CS_GRP_CALL, CS_GRP_RET,
		CS_GRP_BRANCH_RELATIVE };

	for (size_t i = 0; i < COUNT(groups); i++)
		if (cs_insn_group(t->capstone, t->insn, groups[i]))
			return true;
	return false;
}

static void check_kind(struct test *t, const struct decoded *d)
{
	enum timing_class class = timing_class_of(d);
	enum insn_kind kind = class_rows[class].kind;
	bool is_access = has_memory_operand(t->insn) || is_literal_load(d->insn);

	if (class == CLASS_PREFETCH) /* has an address and no access */
		is_access = false;
	if ((kind == KIND_LOAD || kind == KIND_STORE) == is_access &&
		kind_is_branch(kind) == is_in_branch_group(t))
		return;
	t->failures++;
	print_error("%s %08x %s %s: %s has the wrong kind\n", d->row->name, d->insn,
		t->insn->mnemonic, t->insn->op_str, class_rows[class].name);
}

static void check_word(struct test *t, const struct decoded *d)
{
	const u8 *code = (const u8 *)&d->insn;
	size_t size = 4;
	u64 address = 0x1000;
	cs_regs reads, writes;
	u8 read_count, write_count;

	if (!cs_disasm_iter(t->capstone, &code, &size, &address, t->insn))
		return;
	assert_int_equal(
		cs_regs_access(t->capstone, t->insn, reads, &read_count, writes, &write_count),
		CS_ERR_OK);
	t->words++;
	check_registers(t, d, capstone_set(reads, read_count), capstone_set(writes, write_count));
	check_kind(t, d);
}

static void test_operands_are_capstones(void **state)
{
	struct test t = { .rng.state = 1 };

	(void)state;
	memset(t.features, 0xff, sizeof(t.features));
	assert_int_equal(cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &t.capstone), CS_ERR_OK);
	cs_option(t.capstone, CS_OPT_DETAIL, CS_OPT_ON);
	t.insn = cs_malloc(t.capstone);
	for (unsigned r = 0; r < insn_row_count; r++) {
		const struct insn_row *row = &insn_rows[r];

		for (unsigned i = 0; i < WORDS && !is_system_row(row); i++) {
			u32 random = (u32)(rng_next(&t.rng) >> 32);
			struct decoded d;

			if (decode(row->value | (random & ~row->mask), 0, t.features, &d) &&
				d.row == row)
				check_word(&t, &d);
		}
	}
	cs_free(t.insn, 1);
	cs_close(&t.capstone);
	for (size_t i = 0; i < COUNT(errors); i++)
		if (errors[i].seen == 0)
			fail_msg("explains nothing: %s", errors[i].reason);
	assert_true(t.words >= ENOUGH_WORDS);
	assert_int_equal(t.failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_operands_are_capstones) };

	decode_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
