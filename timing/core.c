/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scoreboard of an in-order pipeline. An instruction issues when its operands, the units it
 * takes and the ones before it allow; then its results, and what it holds up, get their times.
 * Whoever makes `now` advance says why: the account's sum is the time that passed. A cycle that
 * ends because the next instruction cannot join belongs to the reason why it cannot.
 *
 * Decided here (estimates; in-order cores do not document it):
 * - A newer result of a register does not arrive before an older one: the writer waits.
 * - Reads never hold up later writes: operands are read at issue, in order.
 * - Units of a kind are one pool: who keeps its unit busy keeps all of that kind.
 * - A store that misses and is ready in the same cycle as one in the buffer is in its line: merged.
 */
#include "timing/core.h"

/* Until when an instruction has to wait, and for what. */
struct wait {
	cycles_t time;
	u8 reason;
};

static inline void set_busy(struct core *core, unsigned resource, cycles_t ready, u8 why)
{
	core->busy[resource / 64] |= BIT(resource % 64);
	core->ready[resource] = ready;
	core->why[resource] = why;
}

static inline unsigned resource_of(const struct class_operand *operand, u32 fields)
{
	return operand->base + (((fields >> operand->shift) + operand->add) & operand->mask);
}

/* `slack` cycles before the resource's time is soon enough. */
static inline void wait_for(
	struct wait *wait, const struct core *core, unsigned resource, unsigned slack)
{
	if (core->ready[resource] > wait->time + slack) {
		wait->time = core->ready[resource] - slack;
		wait->reason = core->why[resource];
	}
}

static void advance(struct core *core, u64 cycles, enum timing_reason reason)
{
	core->now += cycles;
	core->used = 0;
	core->taken = 0;
	if (core->account == NULL)
		return;
	core->account[reason] += cycles;
	core->accounted |= 1u << reason;
}

/* ---- When ---- */

/* All resources from `first` to `end`, one behind the last. */
static void wait_for_all(
	struct wait *wait, const struct core *core, unsigned first, unsigned end, unsigned slack)
{
	for (unsigned resource = first; resource < end; resource++)
		wait_for(wait, core, resource, slack);
}

/* All but stores and maintenance; for registers, until one may read them who does at issue. */
static void wait_for_results(struct wait *wait, const struct core *core)
{
	const u8 *earliest = core->model->earliest;

	wait_for_all(wait, core, RES_GPR, RES_FLAGS, earliest[FILE_GPR]);
	wait_for_all(wait, core, RES_FLAGS, RES_V, earliest[FILE_FLAGS]);
	wait_for_all(wait, core, RES_V, RES_UNIT, earliest[FILE_V]);
	wait_for_all(wait, core, RES_UNIT, RES_STORE, 0);
}

static __attribute__((noinline)) void wait_for_rule(
	struct wait *wait, const struct core *core, enum issue_rule rule)
{
	struct wait stores = { wait->time, REASON_BARRIER };

	wait_for_results(wait, core);
	if (rule != ISSUE_BARRIER)
		return;
	wait_for_all(&stores, core, RES_STORE, RES_STORE + RES_STORE_COUNT, 0);
	if (stores.time > wait->time) {
		wait->time = stores.time;
		wait->reason = REASON_BARRIER;
	}
}

/* ---- Stores that miss ---- */

/*
 * The entry of the store buffer that is ready at `merge`, when a line arrives; if there is none,
 * the one that is free first.
 */
static unsigned find_entry(const struct core *core, cycles_t merge)
{
	unsigned end = RES_STORE + core->model->param[PARAM_store_entries];
	unsigned best = RES_STORE;
	cycles_t soonest = ~(cycles_t)0;

	for (unsigned entry = RES_STORE; entry < end; entry++) {
		cycles_t ready = core->ready[entry] > core->now ? core->ready[entry] : 0;

		if (ready == merge)
			return entry;
		if (ready < soonest) {
			soonest = ready;
			best = entry;
		}
	}
	return best;
}

/* ---- What accesses met ---- */

static cycles_t arrival_of(const struct dynamic *dynamic)
{
	cycles_t arrival = 0;

	for (unsigned i = 0; i < COUNT(dynamic->arrives); i++)
		if (dynamic->arrives[i] != NULL)
			arrival = larger(arrival, *dynamic->arrives[i]);
	return arrival;
}

static bool enters_store_buffer(const struct class_issue *issue, const struct dynamic *dynamic)
{
	return dynamic->misses_store || (issue->kind == KIND_STORE && dynamic->arrives[0] != NULL);
}

/* The buffer may be full; an entry whose line arrives when this one's does takes more stores. */
static void wait_for_entry(struct wait *wait, const struct core *core,
	const struct class_issue *issue, const struct dynamic *dynamic)
{
	cycles_t merge = arrival_of(dynamic);
	unsigned entry;

	if (!enters_store_buffer(issue, dynamic))
		return;
	entry = find_entry(core, merge);
	if (core->ready[entry] != merge)
		wait_for(wait, core, entry, 0);
}

/*
 * Data come late: who issues much later than the load waits for them too, since instructions
 * complete in order. Further misses within the window do not open it again.
 */
static void open_window(struct core *core, cycles_t begins, const struct wait *data)
{
	cycles_t window = begins + core->model->param[PARAM_miss_window] + 1;
	bool is_open = core->ready[RES_MISS] > core->now;

	if (is_open && core->ready[RES_MISS] >= data->time)
		return;
	if (!is_open && data->time <= window)
		return;
	if (!is_open)
		set_busy(core, RES_WINDOW, window, data->reason);
	set_busy(core, RES_MISS, data->time, data->reason);
}

/* The instruction issues now; its access begins at `begins`, when it no longer stalls. */
static void access_memory(struct core *core, const struct class_issue *issue,
	const struct dynamic *dynamic, cycles_t begins, struct wait *data)
{
	cycles_t arrival = arrival_of(dynamic);

	for (unsigned i = 0; i < dynamic->fills; i++)
		*dynamic->fill[i].arrival = begins + dynamic->fill[i].latency;
	if (enters_store_buffer(issue, dynamic)) {
		unsigned entry = find_entry(core, arrival);

		if (dynamic->misses_store)
			arrival = larger(arrival, begins + dynamic->data_latency);
		set_busy(core, entry, arrival, REASON_STORE);
		return;
	}
	if (dynamic->data_latency != 0) {
		data->time = begins + dynamic->data_latency;
		data->reason = dynamic->data_reason;
	}
	if (arrival > data->time) {
		data->time = arrival;
		data->reason = dynamic->arrives_reason;
	}
	if (issue->kind == KIND_LOAD && data->time > begins + issue->latency)
		open_window(core, begins, data);
}

/* ---- Issue ---- */

static inline void set_result(
	struct core *core, const struct class_operand *operand, u32 fields, cycles_t issued, u8 why)
{
	unsigned resource = resource_of(operand, fields);

	set_busy(core, resource, issued + operand->slack, why);
	core->bypass[resource] = operand->marks;
}

/* Of an instruction that issues now, whose data are there at data->time. */
static inline void set_results(
	struct core *core, const struct class_issue *issue, u32 fields, const struct wait *data)
{
	cycles_t issued = data->time - issue->latency;
	unsigned i = issue->reads;

	for (; i < issue->results; i++)
		set_result(core, &issue->operand[i], fields, issued, data->reason);
	for (; i < issue->operands; i++)
		set_result(core, &issue->operand[i], fields, core->now, REASON_DEPENDENCY);
	core->ready[RES_ZERO] = 0;
	core->ready[RES_SINK] = 0;
	/* Maintenance is complete when all of it is. */
	if (issue->maintains)
		set_busy(core, RES_SYNC, larger(data->time, core->ready[RES_SYNC]), data->reason);
}

/*
 * Reads wait for results, and results for older ones. Returns when the operands are there, which
 * may be long ago.
 */
static inline s64 wait_for_operands(
	struct wait *wait, const struct core *core, const struct class_issue *issue, u32 fields)
{
	const struct class_operand *operand = issue->operand;
	const struct class_operand *end = operand + issue->operands;
	s64 needed = -1;
	unsigned last = RES_ZERO;

	for (; operand < end; operand++) {
		unsigned resource = resource_of(operand, fields);
		s64 time = (s64)core->ready[resource] - operand->slack -
			   (operand->bypass & core->bypass[resource]);

		last = time > needed ? resource : last;
		needed = time > needed ? time : needed;
	}
	if (needed > (s64)wait->time) {
		wait->time = (cycles_t)needed;
		wait->reason = core->why[last];
	}
	return needed;
}

static inline unsigned taken_of(const struct core *core, unsigned unit)
{
	return core->taken >> (4 * unit) & 15;
}

static inline struct wait find_time(
	const struct core *core, const struct class_issue *issue, u32 fields, s64 *needed)
{
	struct wait wait = { core->now, REASON_PAIRING };

	if (core->used > 0 && (int)taken_of(core, issue->unit) > issue->joins)
		wait.time++;
	*needed = wait_for_operands(&wait, core, issue, fields);
	wait_for(&wait, core, RES_UNIT + issue->unit, 0);
	if (issue->rule >= ISSUE_DRAIN)
		wait_for_rule(&wait, core, (enum issue_rule)issue->rule);
	return wait;
}

/* Behind the window of a load that misses nobody issues until its data are there. */
static inline void wait_for_miss(struct wait *wait, const struct core *core)
{
	if (core->ready[RES_MISS] > wait->time && core->ready[RES_WINDOW] <= wait->time) {
		wait->time = core->ready[RES_MISS];
		wait->reason = core->why[RES_MISS];
	}
}

/* Takes its place in the cycle that has come; returns when its results are there. */
static inline struct wait start(
	struct core *core, const struct class_issue *issue, const struct wait *wait, s64 needed)
{
	bool is_skewed;

	if (wait->time > core->now)
		advance(core, wait->time - core->now, (enum timing_reason)wait->reason);
	core->used++;
	core->taken += (u64)issue->width << (4 * issue->unit);
	is_skewed = issue->skewed && needed < (s64)core->now;
	return (struct wait){ core->now + issue->latency - is_skewed, issue->why };
}

static inline void finish(struct core *core, const struct class_issue *issue, cycles_t begins)
{
	if (issue->occupies != 0)
		set_busy(core, RES_UNIT + issue->unit, begins + issue->occupies, REASON_UNIT);
	if (issue->closes || core->used == core->model->param[PARAM_issue_width])
		advance(core, 1, REASON_ISSUE);
	if (issue->holds != 0)
		advance(core, issue->holds, (enum timing_reason)issue->holds_why);
	if (core->kinds != NULL)
		core->kinds[issue->kind]++;
}

static __attribute__((noinline)) void issue_dynamic(struct core *core,
	const struct class_issue *issue, u32 fields, const struct dynamic *dynamic)
{
	cycles_t stalls = dynamic->stalled;
	struct wait wait, data;
	s64 needed;

	wait = find_time(core, issue, fields, &needed);
	wait_for_entry(&wait, core, issue, dynamic);
	wait_for_miss(&wait, core);
	data = start(core, issue, &wait, needed);
	data.time += stalls;
	access_memory(core, issue, dynamic, core->now + stalls, &data);
	set_results(core, issue, fields, &data);
	finish(core, issue, core->now + stalls);
	for (unsigned reason = 0; stalls != 0 && reason < REASON_COUNT; reason++)
		if (dynamic->stall[reason] != 0)
			core_stall(core, dynamic->stall[reason], (enum timing_reason)reason);
}

void core_issue_fields(
	struct core *core, enum timing_class class, u32 fields, const struct dynamic *dynamic)
{
	const struct class_issue *issue = &core->model->issue[class];
	struct wait wait, data;
	s64 needed;

	if (dynamic != NULL && dynamic->any) {
		if (dynamic->instead != 0)
			issue = &core->model->issue[dynamic->instead];
		issue_dynamic(core, issue, fields, dynamic);
		return;
	}
	wait = find_time(core, issue, fields, &needed);
	wait_for_miss(&wait, core);
	data = start(core, issue, &wait, needed);
	set_results(core, issue, fields, &data);
	finish(core, issue, core->now);
}

/* ---- Time passes otherwise ---- */

void core_stall(struct core *core, u64 cycles, enum timing_reason reason)
{
	if (core->used > 0)
		advance(core, 1, REASON_ISSUE);
	if (cycles > 0)
		advance(core, cycles, reason);
}

void core_drain(struct core *core, enum timing_reason reason)
{
	struct wait wait;

	core_stall(core, 0, reason);
	wait = (struct wait){ core->now, 0 };
	wait_for_results(&wait, core);
	if (wait.time > core->now)
		advance(core, wait.time - core->now, reason);
}

static void forget(struct core *core, unsigned word, u64 bits)
{
	for (u64 left = core->busy[word] & bits; left != 0; left &= left - 1)
		core->ready[word * 64 + (unsigned)__builtin_ctzll(left)] = 0;
	core->busy[word] &= ~bits;
}

void core_forget_results(struct core *core)
{
	forget(core, 0, ~(u64)0);
	forget(core, 1, ~STORES_BUSY);
}

void core_leap(struct core *core, cycles_t time)
{
	core_stall(core, 0, REASON_WAIT);
	if (time > core->now)
		advance(core, time - core->now, REASON_WAIT);
	core_forget_results(core);
	forget(core, 1, STORES_BUSY);
}
