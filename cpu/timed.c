/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charging a timed PE: blocks are issued to the pipeline, or remembered; branches, fetches and
 * exceptions stall it. The hot ways of TAIL are in flow.c.
 */
#include "cpu/timed.h"

#include "cpu/code.h"

/* ---- States ---- */

static void forget_stalls(struct timed *t)
{
	for (unsigned i = 0; i < STALLED_STATES; i++)
		t->mispredicted[i].from = STATE_RAW;
}

/* No number is left: all PEs of the machine begin anew. */
static void forget_states(struct cpu *cpu)
{
	for (unsigned i = 0; i < cpu->group->count; i++) {
		struct timed *t = &cpu->group->cpu[i]->timed;

		timing_pipeline(t);
		forget_stalls(t);
	}
	code_forget_memos(cpu->memory);
	states_clear(cpu->timed.states);
}

/* The pipeline did something: time follows, and its state gets a number. */
static void settle(struct cpu *cpu)
{
	struct timed *t = &cpu->timed;
	bool full = false;

	t->now = t->core.now;
	if (t->is_step || t->exact != 0)
		return;
	t->state = states_number(t->states, &t->core, &full);
	if (UNLIKELY(full)) {
		t->state = STATE_RAW;
		forget_states(cpu);
	}
}

/* ---- Telling ---- */

/* Of a record of the page that is being charged. */
static u64 charged_pc(const struct timed *t, const struct uop *u)
{
	return t->code_va + (u64)((const char *)u - (const char *)t->code) / 4;
}

/*
 * Tells of the cycles that the pipeline accounted since the last time, at an instruction: `issued`
 * once for it, else of more at its place.
 */
static void tell(struct cpu *cpu, u64 pc, unsigned el, u32 insn, bool issued)
{
	struct timed *t = &cpu->timed;
	struct event event = { .kind = EVENT_CYCLES,
		.pc = pc,
		.insn = insn,
		.from_el = (u8)el,
		.issued = issued,
		.cycles = t->account,
		.reasons = t->core.accounted };

	if (event_wanted(cpu, EVENT_CYCLES))
		event_emit(cpu, &event);
	for (u32 left = t->core.accounted; left != 0; left &= left - 1) {
		unsigned reason = (unsigned)__builtin_ctz(left);

		if (t->exact & EXACT_PMU)
			t->reasons[reason] += t->account[reason];
		t->account[reason] = 0;
	}
	t->core.accounted = 0;
}

/* More time at the record u; NULL: where the PE is now, which it may not have fetched. */
static void tell_stall(struct cpu *cpu, const struct uop *u)
{
	const struct timed *t = &cpu->timed;

	if (LIKELY(t->exact == 0))
		return;
	if (u != NULL)
		tell(cpu, charged_pc(t, u), t->el, 0, false);
	else
		tell(cpu, cpu->pc, cpu->pstate.el, 0, false);
}

static void tell_issue(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;

	if (LIKELY(t->exact == 0))
		return;
	t->counted[0] = t->counted[1] = 0;
	tell(cpu, charged_pc(t, u), t->el, code_word(t->code, charged_pc(t, u)), true);
}

/* ---- Blocks ---- */

/* false: it may depend on more than a state says, the store buffer, so no memo is kept. */
static bool issue(struct cpu *cpu, const struct uop *first, const struct uop *end)
{
	struct timed *t = &cpu->timed;
	struct core *core = timing_pipeline(t);
	const struct dynamic *dynamic = t->dynamic.any ? &t->dynamic : NULL;
	bool may_be_kept = true;

	for (const struct uop *u = first; u < end; u++) {
		may_be_kept &= t->model->issue[side_of(u)->class].rule != ISSUE_BARRIER;
		core_issue(core, (enum timing_class)side_of(u)->class, u->rd, u->rn, u->rm, u->ra,
			dynamic);
		if (u + 1 < end)
			tell_issue(cpu, u);
		if (dynamic != NULL)
			t->dynamic = (struct dynamic){ 0 };
		dynamic = NULL;
	}
	return may_be_kept;
}

static struct memo *memo_of(struct memo_table *memos, const struct side *at, u32 key)
{
	u64 hash = ((u64)(uintptr_t)at ^ (u64)key << 20) * 0x9e3779b97f4a7c15ull;

	return &memos->memo[hash >> (64 - MEMO_LOG2)];
}

static u64 table_key(const struct side *at, u32 key)
{
	return (u64)(uintptr_t)at | (u64)key << MEMO_ADDRESS_BITS;
}

/* Puts a memo of the table beside the record. false: it has none. */
static bool recall(struct cpu *cpu, struct side *at, u32 key)
{
	struct memo_table *memos = code_memos(cpu->memory);
	const struct memo *memo = memo_of(memos, at, key);

	if (memo->key != table_key(at, key) || memo->other != key >> 16 ||
		memo->generation != memos->generation)
		return false;
	at->memo = key;
	at->exit = memo->exit;
	at->cycles = memo->cycles;
	return true;
}

/* Puts the memo beside the record into the table, too. */
static void keep(struct cpu *cpu, const struct side *at)
{
	struct memo_table *memos = code_memos(cpu->memory);

	*memo_of(memos, at, at->memo) = (struct memo){ .key = table_key(at, at->memo),
		.other = (u16)(at->memo >> 16),
		.generation = memos->generation,
		.exit = at->exit,
		.cycles = at->cycles };
}

/* Issues [start, end), whose memo is `key` beside `at`. */
static void charge(struct cpu *cpu, const struct uop *end, struct side *at, u32 key, bool taken)
{
	struct timed *t = &cpu->timed;
	cycles_t begun = t->now;
	bool may_be_kept = t->state != STATE_RAW && !t->dynamic.any;

	if (may_be_kept && (at->memo == key || recall(cpu, at, key))) {
		t->now += at->cycles;
		t->state = at->exit;
		t->start = end;
		return;
	}
	may_be_kept &= issue(cpu, t->start, end);
	if (taken) {
		core_stall(&t->core, t->model->param[PARAM_taken_branch], REASON_FETCH);
		t->count[COUNT_TAKEN]++;
	}
	tell_issue(cpu, end - 1);
	t->start = end;
	settle(cpu);
	if (may_be_kept && t->state != STATE_RAW && t->now - begun <= UINT16_MAX) {
		at->memo = key;
		at->exit = t->state;
		at->cycles = (u16)(t->now - begun);
		keep(cpu, at);
	}
}

/* An instruction that met something is a block of its own: there may be a memo of the rest. */
static void charge_dynamic(struct cpu *cpu, const struct uop *end)
{
	const struct uop *first = cpu->timed.start;

	if (UNLIKELY(cpu->timed.dynamic.any) && first + 1 != end)
		charge(cpu, first + 1, side_of(first), MEMO_NONE, false);
}

void timed_charge(struct cpu *cpu, const struct uop *end)
{
	struct timed *t = &cpu->timed;

	if ((uintptr_t)t->start >= (uintptr_t)end)
		return; /* who is on its way already was charged */
	charge_dynamic(cpu, end);
	charge(cpu, end, side_of(t->start), memo_key(t->state, end), false);
}

void timed_charge_taken(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;

	charge_dynamic(cpu, u + 1);
	charge(cpu, u + 1, side_of(u), memo_key(t->state, t->start) | MEMO_TAKEN, true);
}

void timed_charge_insn(struct cpu *cpu)
{
	timed_charge(cpu, cpu->u + 1);
	cpu->cycles = cpu->timed.now;
}

/* ---- Stalls ---- */

static void stall(struct cpu *cpu, u64 cycles, enum timing_reason reason)
{
	core_stall(timing_pipeline(&cpu->timed), cycles, reason);
}

void timed_mispredict(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;
	u16 from = t->state;
	struct stalled_state *known = &t->mispredicted[from % STALLED_STATES];
	cycles_t begun = t->now;

	t->count[COUNT_MISPREDICT]++;
	if (from != STATE_RAW && known->from == from) {
		t->now += known->cycles;
		t->state = known->to;
		return;
	}
	stall(cpu, t->model->param[PARAM_mispredict], REASON_MISPREDICT);
	tell_stall(cpu, u);
	settle(cpu);
	if (from != STATE_RAW && t->state != STATE_RAW)
		*known = (struct stalled_state){ from, t->state, (u32)(t->now - begun) };
}

/* The physical line of the record u of cpu->code. */
static pa_t line_of(const struct cpu *cpu, const struct uop *u)
{
	u64 index = (u64)(u - cpu->code);

	return PA(code_pa(cpu->code).v + align_down(index, LINE_RECORDS) * 4);
}

void timed_fetch_line(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;
	const struct uop *first = u - (u - cpu->code) % LINE_RECORDS;
	u32 cycles = timing_fetch(t, line_of(cpu, u), first);

	if (cycles == 0)
		return;
	stall(cpu, cycles, REASON_L1I);
	tell_stall(cpu, u);
	settle(cpu);
}

void timed_fetch_translation(struct cpu *cpu)
{
	struct timed *t = &cpu->timed;

	if (LIKELY(!t->dynamic.any))
		return;
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		if (t->dynamic.stall[i] != 0)
			stall(cpu, t->dynamic.stall[i], (enum timing_reason)i);
	}
	t->dynamic = (struct dynamic){ 0 };
	tell_stall(cpu, NULL);
	settle(cpu);
	cpu->cycles = t->now;
}

void timed_exception(
	struct cpu *cpu, const struct uop *u, enum timing_param cost, enum timing_reason reason)
{
	struct timed *t = &cpu->timed;

	if (u != NULL)
		timed_charge(cpu, u + 1);
	core_drain(timing_pipeline(t), reason);
	stall(cpu, t->model->param[cost], reason);
	tell_stall(cpu, u);
	settle(cpu);
	cpu->cycles = t->now;
}

/* ---- The engine ---- */

void timed_sync(struct cpu *cpu)
{
	struct timed *t = &cpu->timed;
	const struct uop *u = cpu->u;

	timed_charge(cpu, u);
	engine_sync(cpu);
	cpu->cycles = t->now; /* time is not in the charge */
	t->line = u != cpu->code + UOPS_PER_PAGE ? line_of(cpu, u) : LINE_NONE;
}

void timed_begin(struct cpu *cpu, bool is_step)
{
	struct timed *t = &cpu->timed;

	t->is_step = is_step;
	timing_set_exact(t, EXACT_PROFILE, event_wanted(cpu, EVENT_CYCLES) ? EXACT_PROFILE : 0);
	settle(cpu);
}

void timed_enter(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;
	pa_t line = line_of(cpu, u);

	timed_enter_page(cpu);
	t->start = u;
	t->el = cpu->pstate.el;
	t->entered = true;
	if (line.v != t->line.v)
		timed_fetch_line(cpu, u);
	t->line = line;
	cpu->cycles = t->now;
}

/* ---- STEP ---- */

static void step_charge(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;
	enum flow flow = (enum flow)t->flow;

	if (flow_is_taken(flow))
		timed_charge_taken(cpu, u);
	else
		timed_charge(cpu, u + 1);
	if (!flow_is_predicted(cpu, flow, side_of(u)->where, t->target))
		timed_mispredict(cpu, u);
}

void timed_step(struct cpu *cpu, const struct uop *u)
{
	struct timed *t = &cpu->timed;
	const struct uop *next = cpu->u;
	bool is_page_end = (uintptr_t)u % (LINE_RECORDS * UOP_BYTES) == 0 && next != u + 1 &&
			   t->flow == FLOW_NEXT;

	if (!is_page_end)
		step_charge(cpu, u);
	timed_enter_page(cpu);
	t->start = next;
	if (is_page_end || t->flow >= FLOW_TAKEN) {
		if (TIMED_SLICE_IS_USED_UP) {
			timed_sync(cpu);
			mmu_hold_code(cpu, cpu->pc, code_pa(cpu->code));
			t->line = LINE_NONE;
			cpu->u = NULL;
			return;
		}
		timed_fetch_line(cpu, next);
	} else if (is_line_start(next) && next != cpu->code + UOPS_PER_PAGE) {
		timed_fetch_line(cpu, next);
	}
}

void timed_step_branch(struct cpu *cpu, const struct uop *u, u64 target)
{
	cpu->timed.target = target;
	step_charge(cpu, u);
}

/* ---- Creation ---- */

bool cpu_set_timing(struct cpu *cpu, struct timing_shared *shared)
{
	if (!code_cache_time(cpu->memory->code_cache) || !timing_create(&cpu->timed, shared))
		return false;
	timed_reset(cpu);
	return true;
}

void timed_reset(struct cpu *cpu)
{
	struct timed *t = &cpu->timed;

	timing_reset(t);
	t->core = (struct core){ .model = t->model, .now = cpu->cycles };
	t->now = cpu->cycles;
	t->state = STATE_RAW;
	t->line = LINE_NONE;
	t->dynamic = (struct dynamic){ 0 };
	forget_stalls(t);
}

void cpu_leap(struct cpu *cpu, cycles_t time)
{
	struct timed *t = &cpu->timed;

	if (time <= cpu->cycles)
		return;
	cpu->cycles = time;
	if (t->model == NULL)
		return;
	core_leap(timing_pipeline(t), time);
	stall(cpu, t->model->param[PARAM_wfi_wake], REASON_WAIT);
	tell_stall(cpu, NULL);
	settle(cpu);
	cpu->cycles = t->now;
}
