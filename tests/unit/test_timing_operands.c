/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the operands of timing classes are those of the instructions, by executing them: a
 * register is read if a change of it changes anything else, written if it is changed. Random words
 * of every row from random states. Who reads or writes more than its class says fails, and so does
 * an operand of a class that a row never used. The same for memory and for where it goes on.
 */
#define PROFILE "max"
#include "ldst_machine.h"

#include "class_operands.h"

enum { WORDS = 32, WORDS_OF_CLASS = 10, STATES = 3, DATA_BYTES = 2 * PAGE_SIZE, MAX_OPERANDS = 8 };

#define SCTLR	(SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_SA)
#define SIGNING (SCTLR_EL1_EnIA | SCTLR_EL1_EnIB | SCTLR_EL1_EnDA | SCTLR_EL1_EnDB)

/* Everything that an instruction may depend on, or change. */
struct situation {
	u64 x[SLOT_COUNT];
	union vreg v[32];
	u32 nzcv;
	u64 pc;
	u8 memory[DATA_BYTES]; /* at DATA */
};

struct test {
	struct machine *machine;
	struct rng rng;
	struct decoded d;
	u32 word;
	bool has_memory; /* the row is a load or store */
	struct situation start, end;
	struct registers reads, writes; /* observed of the word */
	struct {
		unsigned words;
		bool used[COLUMNS][MAX_OPERANDS];
	} classes[CLASS_COUNT];				  /* of the words of the row */
	bool reads_memory, writes_memory, jumps, goes_on; /* words of the row */
	unsigned failures;
	u64 words;
};

/* ---- States to start from ---- */

/* A value that compares equal now and then: zeros and ones, or numbers, of all formats. */
static u64 draw_lane(struct rng *rng, unsigned state)
{
	static const u64 numbers[] = { 0, 0x3ff0000000000000, 0x3f8000003f800000,
		0x3c003c003c003c00, 0xbff0000000000000 };

	switch (state) {
	case 0: return rng_next(rng);
	case 1: return rng_next(rng) & 0x0101010101010101;
	default: return numbers[rng_below(rng, COUNT(numbers))];
	}
}

/* An address with room around it. */
static u64 draw_base(struct rng *rng)
{
	return DATA + PAGE_SIZE / 2 + 64 * rng_below(rng, PAGE_SIZE / 64);
}

static unsigned slot_of(const struct decoded *d, char letter, unsigned for_31)
{
	u32 number = d->f[letter - 'a'];

	return number == 31 ? for_31 : number;
}

static bool is_base(const struct test *t, unsigned slot)
{
	return t->has_memory && slot == slot_of(&t->d, 'n', SLOT_SP);
}

/* Registers offsets have an index Rm; only there is option k. */
static bool is_index(const struct test *t, unsigned slot)
{
	return t->has_memory && t->d.f['k' - 'a'] != 0 && slot == slot_of(&t->d, 'm', SLOT_ZERO);
}

static u64 draw_slot(struct test *t, unsigned slot, unsigned state)
{
	if (is_base(t, slot))
		return draw_base(&t->rng);
	if (is_index(t, slot))
		return 8 * rng_below(&t->rng, 16);
	return draw_lane(&t->rng, state);
}

/* What a store or a swap takes to memory. */
static bool is_data(const struct test *t, unsigned slot)
{
	unsigned first = slot_of(&t->d, 't', SLOT_ZERO);

	return slot == first || slot == first + 1;
}

/* In state 1 memory and most registers hold the same value: compare and swap succeeds. */
static bool is_same(const struct test *t, unsigned slot, unsigned state)
{
	return state == 1 && t->has_memory && !is_base(t, slot) && !is_index(t, slot) &&
	       !is_data(t, slot);
}

static void draw_start(struct test *t, unsigned state)
{
	struct situation *s = &t->start;
	u64 same = (rng_next(&t->rng) >> 32) * 0x100000001;

	for (unsigned i = 0; i < SLOT_SINK; i++)
		if (i != SLOT_ZERO)
			s->x[i] = is_same(t, i, state) ? same : draw_slot(t, i, state);
	for (unsigned i = 0; i < COUNT(s->v); i++)
		for (unsigned half = 0; half < 2; half++)
			s->v[i].d[half] = draw_lane(&t->rng, state);
	s->nzcv = (u32)rng_below(&t->rng, 16);
	for (unsigned i = 0; t->has_memory && i < DATA_BYTES; i += 8) {
		u64 value = state == 1 ? same : rng_next(&t->rng);

		memcpy(&s->memory[i], &value, 8);
	}
}

/* ---- Running ---- */

/* The monitor is as if a load-exclusive of the same size came before. */
static void open_monitor(struct test *t, const struct situation *from)
{
	u64 at = t->start.x[slot_of(&t->d, 'n', SLOT_SP)];
	bool is_pair = t->word >> 21 & 1;
	unsigned size = 1u << (t->word >> 30);
	u64 data[2] = { 0, 0 };

	if (!t->has_memory || at < DATA || at >= DATA + DATA_BYTES)
		return;
	size <<= is_pair;
	memcpy(data, &from->memory[at - DATA], size);
	exclusive_set(t->machine->cpu, PA(at), size, data[0], data[1]);
}

/* One instruction from `from`; false: an exception. */
static bool run(struct test *t, const struct situation *from, struct situation *to)
{
	struct machine *m = t->machine;
	struct cpu *cpu = m->cpu;

	memcpy(cpu->x, from->x, sizeof(from->x));
	memcpy(cpu->v, from->v, sizeof(from->v));
	if (t->has_memory)
		memcpy(m->ram + (DATA - RAM), from->memory, DATA_BYTES);
	cpu->pc = CODE;
	cpu->pstate = (struct pstate){ .el = EL1, .sp = 1, .nzcv = (u8)from->nzcv, .daif = 15 };
	cpu->sys[SR_ESR_EL1] = 0;
	cpu->stop.reason = STOP_NONE;
	exclusive_clear(cpu);
	open_monitor(t, from);
	cpu_step(cpu, 1);
	memcpy(to->x, cpu->x, sizeof(to->x));
	memcpy(to->v, cpu->v, sizeof(to->v));
	if (t->has_memory)
		memcpy(to->memory, m->ram + (DATA - RAM), DATA_BYTES);
	to->nzcv = cpu->pstate.nzcv;
	to->pc = cpu->pc;
	return cpu->sys[SR_ESR_EL1] == 0;
}

/* ---- What changes ---- */

static bool is_same_vector(const union vreg *a, const union vreg *b)
{
	return a->d[0] == b->d[0] && a->d[1] == b->d[1];
}

static struct registers differences(const struct situation *a, const struct situation *b)
{
	struct registers set = { 0, 0 };

	for (unsigned i = 0; i < SLOT_SINK; i++)
		if (a->x[i] != b->x[i])
			set.x |= BIT(i);
	for (unsigned i = 0; i < COUNT(a->v); i++)
		if (!is_same_vector(&a->v[i], &b->v[i]))
			set.v |= BIT(i);
	if (a->nzcv != b->nzcv)
		set.x |= BIT(REGISTER_NZCV);
	return set;
}

static bool is_same_memory(
	const struct test *t, const struct situation *a, const struct situation *b)
{
	return !t->has_memory || memcmp(a->memory, b->memory, DATA_BYTES) == 0;
}

/*
 * `changed` differs from t->start in `what` alone. Is that read? What only keeps its new value does
 * not tell.
 */
static bool is_seen(struct test *t, const struct situation *changed, struct registers what)
{
	static struct situation end;
	struct registers other, kept;

	if (!run(t, changed, &end))
		return true;
	other = differences(&end, &t->end);
	kept = differences(&t->start, &t->end); /* was it written? */
	kept = (struct registers){ what.x & ~kept.x, what.v & ~kept.v };
	what = differences(&end, changed);
	other.x &= ~(kept.x & ~what.x);
	other.v &= ~(kept.v & ~what.v);
	return other.x != 0 || other.v != 0 || end.pc != t->end.pc ||
	       !is_same_memory(t, &end, &t->end);
}

static void observe_slots(struct test *t, unsigned state, struct situation *changed)
{
	for (unsigned i = 0; i < SLOT_SINK; i++) {
		if (i == SLOT_ZERO)
			continue;
		changed->x[i] = draw_slot(t, i, state == 1 ? 0 : state);
		if (changed->x[i] != t->start.x[i] &&
			is_seen(t, changed, (struct registers){ BIT(i), 0 }))
			t->reads.x |= BIT(i);
		changed->x[i] = t->start.x[i];
	}
}

static void observe_vectors(struct test *t, unsigned state, struct situation *changed)
{
	for (unsigned i = 0; i < COUNT(changed->v); i++) {
		for (unsigned half = 0; half < 2; half++)
			changed->v[i].d[half] = draw_lane(&t->rng, state);
		if (!is_same_vector(&changed->v[i], &t->start.v[i]) &&
			is_seen(t, changed, (struct registers){ 0, BIT(i) }))
			t->reads.v |= BIT(i);
		changed->v[i] = t->start.v[i];
	}
}

/* Memory that literals are in: the page of the instruction, behind it. Nothing executes there. */
static void fill_code_page(struct test *t)
{
	for (u64 at = CODE + 8; at < RAM + PAGE_SIZE; at += 8)
		put64(t->machine, at, rng_next(&t->rng));
}

/* Is other memory seen in registers? */
static void observe_memory(struct test *t, struct situation *changed)
{
	struct registers seen;

	t->writes_memory |= !is_same_memory(t, &t->start, &t->end);
	fill_code_page(t);
	for (unsigned i = 0; i < DATA_BYTES; i += 8) {
		u64 value = rng_next(&t->rng);

		memcpy(&changed->memory[i], &value, 8);
	}
	if (!run(t, changed, changed))
		return;
	seen = differences(changed, &t->end);
	t->reads_memory |= (seen.x | seen.v) != 0;
}

static void observe_flags(struct test *t, struct situation *changed)
{
	changed->nzcv = t->start.nzcv ^ (u32)(1 + rng_below(&t->rng, 15));
	if (is_seen(t, changed, (struct registers){ BIT(REGISTER_NZCV), 0 }))
		t->reads.x |= BIT(REGISTER_NZCV);
	changed->nzcv = t->start.nzcv;
}

/* false: the instruction does not complete from here. */
static bool observe(struct test *t, unsigned state)
{
	static struct situation changed;
	struct registers written;

	draw_start(t, state);
	if (!run(t, &t->start, &t->end))
		return false;
	written = differences(&t->start, &t->end);
	t->writes.x |= written.x;
	t->writes.v |= written.v;
	t->jumps |= t->end.pc != CODE + 4;
	t->goes_on |= t->end.pc == CODE + 4;
	changed = t->start;
	observe_slots(t, state, &changed);
	observe_vectors(t, state, &changed);
	observe_flags(t, &changed);
	if (t->has_memory)
		observe_memory(t, &changed);
	return true;
}

/* ---- Words ---- */

static u32 draw_word(struct test *t, const struct insn_row *row)
{
	u32 word = row->value | ((u32)(rng_next(&t->rng) >> 32) & ~row->mask);

	if ((word & 0x3b000000) == 0x39000000) /* offsets of 12 bits stay in DATA */
		word &= ~(0xfcu << 14);
	if ((word & 0x3b000000) == 0x18000000) /* literals in the page of the code */
		word &= ~(0x7feu << 13);
	return word;
}

static bool take_word(struct test *t, const struct insn_row *row)
{
	u64 features[(FEATURE_COUNT + 63) / 64];

	memcpy(features, t->machine->cpu->features, sizeof(features));
	if (row->feature != FEAT_BTI) /* which hides BR and BLR behind rows of its own */
		features[FEAT_BTI / 64] &= ~BIT(FEAT_BTI % 64);
	t->word = draw_word(t, row);
	if (!decode(t->word, CODE & (PAGE_SIZE - 1), features, &t->d) || t->d.row != row)
		return false;
	put_insn(t->machine, CODE, t->word);
	t->reads = t->writes = (struct registers){ 0, 0 };
	return true;
}

/* ---- What the class says ---- */

static bool is_within(struct registers a, struct registers b)
{
	return (a.x & ~b.x) == 0 && (a.v & ~b.v) == 0;
}

static void check_word(struct test *t)
{
	struct registers reads = class_reads(&t->d), writes = class_writes(&t->d);
	struct insn_writes said = cpu_insn_writes(t->machine->cpu, t->word);
	const char *name = t->d.row->name, *class = class_rows[timing_class_of(&t->d)].name;

	if (!is_within(t->reads, reads)) {
		print_error("%s (%08x) reads%s; %s:%s\n", name, t->word, registers_text(t->reads),
			class, registers_text(reads));
		t->failures++;
	}
	if (!is_within(t->writes, writes)) {
		print_error("%s (%08x) writes%s; %s:%s\n", name, t->word, registers_text(t->writes),
			class, registers_text(writes));
		t->failures++;
	}
	if (said.x != (writes.x & ~BIT(REGISTER_NZCV)) || said.v != writes.v) {
		print_error("%s (%08x): cpu_insn_writes() does not say%s\n", name, t->word,
			registers_text(writes));
		t->failures++;
	}
}

/* Is the register of one operand that of another one too? Then nobody knows whose use is seen. */
static bool is_shared(const struct test *t, enum timing_class class, unsigned column, unsigned at)
{
	struct registers sought = { 0, 0 }, one;
	const char *text = class_rows[class].column[column];

	for (unsigned i = 0; i <= at; i++)
		next_operand(&text, &t->d, &sought);
	for (unsigned c = column < RESULT ? EARLY : RESULT;
		c < (column < RESULT ? (unsigned)RESULT : (unsigned)COLUMNS); c++) {
		text = class_rows[class].column[c];
		for (unsigned i = 0; next_operand(&text, &t->d, &one); i++)
			if ((c != column || i != at) &&
				((one.x & sought.x) != 0 || (one.v & sought.v) != 0))
				return true;
	}
	return false;
}

/* Operands that are no register in this word, or were seen to be one. */
static void note_used(struct test *t)
{
	enum timing_class class = timing_class_of(&t->d);

	t->classes[class].words++;
	for (unsigned c = 0; c < COLUMNS; c++) {
		const char *text = class_rows[class].column[c];
		struct registers one;

		for (unsigned i = 0; next_operand(&text, &t->d, &one); i++)
			if (is_within(one, c < RESULT ? t->reads : t->writes) &&
				!is_shared(t, class, c, i))
				t->classes[class].used[c][i] = true;
	}
}

/* Operands whose use cannot be seen. Who is seen after all fails. */
static const struct unseen {
	const char *row;
	enum column column;
	unsigned position;
	const char *reason;
} unseen[] = {
	{ "PRFM_uoff", EARLY, 0, "a prefetch changes nothing" },
	{ "PRFUM", EARLY, 0, "a prefetch changes nothing" },
	{ "PRFM_reg", EARLY, 0, "a prefetch changes nothing" },
	{ "PRFM_reg", EARLY, 1, "a prefetch changes nothing" },
	{ "AUT", EARLY, 0, "what was not signed fails whatever the modifier" },
	{ "AUT_1716", EARLY, 0, "what was not signed fails whatever the modifier" },
	{ "BRA", AT, 1, "what was not signed fails whatever the modifier" },
	{ "BLRA", AT, 1, "what was not signed fails whatever the modifier" },
	{ "RETA", AT, 1, "what was not signed fails whatever the modifier" },
};

static bool is_unseen(const char *row, enum column column, unsigned position)
{
	for (size_t i = 0; i < COUNT(unseen); i++)
		if (strcmp(unseen[i].row, row) == 0 && unseen[i].column == column &&
			unseen[i].position == position)
			return true;
	return false;
}

static void check_used(struct test *t, enum timing_class class, const char *row)
{
	for (unsigned c = 0; c < COLUMNS; c++) {
		const char *text = class_rows[class].column[c];
		struct registers one;

		for (unsigned i = 0; next_operand(&text, &t->d, &one); i++) {
			if (t->classes[class].used[c][i] != is_unseen(row, c, i))
				continue;
			print_error("%s: operand %u of \"%s\" of %s does %s\n", row, i,
				class_rows[class].column[c], class_rows[class].name,
				t->classes[class].used[c][i] ? "something" : "nothing");
			t->failures++;
		}
	}
}

static bool is_kind_right(const struct test *t, enum insn_kind kind)
{
	if (t->reads_memory != (kind == KIND_LOAD))
		return false;
	if (t->writes_memory && kind != KIND_STORE && kind != KIND_LOAD)
		return false;
	if (kind == KIND_STORE && !t->writes_memory)
		return false;
	return t->jumps == kind_is_branch(kind) &&
	       t->goes_on == (!kind_is_branch(kind) || kind == KIND_CONDITIONAL);
}

static void check_class(struct test *t, enum timing_class class, const struct insn_row *row)
{
	check_used(t, class, row->name);
	if (!is_kind_right(t, class_rows[class].kind)) {
		print_error("%s: %s has the wrong kind\n", row->name, class_rows[class].name);
		t->failures++;
	}
}

static void check_row_of_table(struct test *t, const struct insn_row *row)
{
	unsigned words = 0;

	memset(t->classes, 0, sizeof(t->classes));
	t->reads_memory = t->writes_memory = t->jumps = t->goes_on = false;
	t->has_memory = (row->value & 0x0a000000) == 0x08000000;
	/* Pointers are signed, but for LDRAA, which would need signed ones. */
	sysreg_write(t->machine->cpu, SR_SCTLR_EL1, t->has_memory ? SCTLR : SCTLR | SIGNING);
	for (unsigned tries = 0; words < WORDS && tries < 200 * WORDS; tries++) {
		bool completed = false;

		if (!take_word(t, row))
			continue;
		for (unsigned state = 0; state < STATES; state++)
			completed |= observe(t, state);
		if (!completed)
			continue;
		words++;
		check_word(t);
		note_used(t);
	}
	if (words < WORDS) {
		print_error("%s: only %u words complete\n", row->name, words);
		t->failures++;
	}
	for (unsigned class = 0; class < CLASS_COUNT; class ++)
		if (t->classes[class].words >= WORDS_OF_CLASS)
			check_class(t, (enum timing_class) class, row);
}

static void test_operands(void **state)
{
	static struct test t;

	(void)state;
	t.machine = machine_create(ENGINE_STEP);
	for (u64 page = DATA; page < DATA + DATA_BYTES; page += PAGE_SIZE)
		map(t.machine, page, page, 0, 1); /* LDTR may */
	t.rng.state = 1;
	for (unsigned r = 0; r < insn_row_count; r++)
		if (!is_system_row(&insn_rows[r]))
			check_row_of_table(&t, &insn_rows[r]);
	machine_destroy(t.machine);
	assert_int_equal(t.failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_operands) };

	decode_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
