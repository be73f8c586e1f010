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

#include <string.h>

/* Until when an instruction has to wait, and for what. */
struct wait {
	cycles_t time;
	u8 reason;
};

static inline bool is_busy(const struct core *core, unsigned resource)
{
	return core->busy[resource / 64] >> (resource % 64) & 1;
}

static inline bool has_bypass(const struct core *core, unsigned resource)
{
	return core->bypass[resource / 64] >> (resource % 64) & 1;
}

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
	if (is_busy(core, resource) && core->ready[resource] > wait->time + slack) {
		wait->time = core->ready[resource] - slack;
		wait->reason = core->why[resource];
	}
}

static void advance(struct core *core, u64 cycles, enum timing_reason reason)
{
	core->now += cycles;
	core->used = 0;
	core->taken = 0;
	if (core->account != NULL)
		core->account[reason] += cycles;
}

/* ---- When ---- */

static inline unsigned taken_of(const struct core *core, unsigned unit)
{
	return core->taken >> (4 * unit) & 15;
}

static bool may_join(const struct core *core, const struct class_issue *issue)
{
	if (issue->rule != ISSUE_ANY && issue->rule != ISSUE_LAST)
		return false;
	return issue->width == 0 ||
	       taken_of(core, issue->unit) + issue->width <= core->model->unit_count[issue->unit];
}

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

static void wait_for_rule(struct wait *wait, const struct core *core, enum issue_rule rule)
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
		cycles_t ready = is_busy(core, entry) ? core->ready[entry] : 0;

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
	bool is_open = is_busy(core, RES_MISS) && core->ready[RES_MISS] > core->now;

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
	data->time += begins - core->now;
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

static cycles_t sum_of_stalls(const struct dynamic *dynamic)
{
	cycles_t sum = 0;

	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		sum += dynamic->stall[reason];
	return sum;
}

/* Whose cycles they are in which nothing else issues: what it does, or simply how long it takes. */
static enum timing_reason held_by(const struct class_issue *issue)
{
	switch (issue->kind) {
	case KIND_SYSREG:
	case KIND_BARRIER:
	case KIND_TLBI:
	case KIND_CACHE_OP: return (enum timing_reason)issue->why;
	default: return REASON_UNIT;
	}
}

static inline void set_result(
	struct core *core, const struct class_operand *operand, u32 fields, cycles_t ready, u8 why)
{
	unsigned resource = resource_of(operand, fields);

	/* Slots 31 and 33 are no registers. */
	if (resource == 31 || resource == 33)
		return;
	/* Maintenance is complete when all of it is. */
	if (resource == RES_SYNC && is_busy(core, resource))
		ready = larger(ready, core->ready[resource]);
	set_busy(core, resource, ready, why);
	core->bypass[resource / 64] &= ~BIT(resource % 64);
	core->bypass[resource / 64] |= (u64)(operand->bypass != 0) << (resource % 64);
}

/*
 * Reads wait for results, and results for older ones. *needed tells, below the time at which `wait`
 * began too, when the operands would have been there.
 */
static inline void wait_for_operands(struct wait *wait, const struct core *core,
	const struct class_issue *issue, u32 fields, s64 *needed)
{
	for (unsigned i = 0; i < issue->operands; i++) {
		const struct class_operand *operand = &issue->operand[i];
		unsigned resource = resource_of(operand, fields);
		s64 time;

		if (!is_busy(core, resource) || (i >= issue->reads && resource == RES_SYNC))
			continue;
		time = (s64)core->ready[resource] - operand->slack;
		if (i < issue->reads && has_bypass(core, resource))
			time -= operand->bypass;
		if (time > *needed)
			*needed = time;
		if (time > (s64)wait->time) {
			wait->time = (cycles_t)time;
			wait->reason = core->why[resource];
		}
	}
}

static inline struct wait find_time(
	const struct core *core, const struct class_issue *issue, u32 fields, s64 *needed)
{
	struct wait wait = { core->now, REASON_ISSUE };

	*needed = -1;
	if (core->used > 0 && !may_join(core, issue))
		wait = (struct wait){ core->now + 1, REASON_PAIRING };
	wait_for_operands(&wait, core, issue, fields, needed);
	wait_for(&wait, core, RES_UNIT + issue->unit, 0);
	if (issue->rule >= ISSUE_DRAIN)
		wait_for_rule(&wait, core, issue->rule);
	return wait;
}

/* Behind the window of a load that misses nobody issues until its data are there. */
static inline void wait_for_miss(struct wait *wait, const struct core *core)
{
	if (!is_busy(core, RES_MISS))
		return;
	if (is_busy(core, RES_WINDOW) && core->ready[RES_WINDOW] > wait->time)
		return;
	wait_for(wait, core, RES_MISS, 0);
}

/* What closes the cycle in which an instruction was just issued. */
static inline void close_cycle(
	struct core *core, const struct class_issue *issue, const struct dynamic *dynamic)
{
	if (issue->rule >= ISSUE_LAST || core->used == core->model->param[PARAM_issue_width])
		advance(core, 1, REASON_ISSUE);
	if (issue->rule >= ISSUE_ALONE && issue->busy > 1)
		core_stall(core, issue->busy - 1u, held_by(issue));
	if (dynamic == NULL)
		return;
	for (unsigned reason = 0; reason < REASON_COUNT; reason++)
		if (dynamic->stall[reason] != 0)
			core_stall(core, dynamic->stall[reason], (enum timing_reason)reason);
}

void core_issue(struct core *core, enum timing_class class, u8 rd, u8 rn, u8 rm, u8 ra,
	const struct dynamic *dynamic)
{
	const struct class_issue *issue = &core->model->issue[class];
	u32 fields = rd | (u32)rn << 8 | (u32)rm << 16 | (u32)ra << 24;
	struct wait wait, data;
	cycles_t begins;
	s64 needed;

	if (dynamic != NULL && !dynamic->any)
		dynamic = NULL;
	if (dynamic != NULL && dynamic->instead != 0)
		issue = &core->model->issue[dynamic->instead];
	wait = find_time(core, issue, fields, &needed);
	if (dynamic != NULL)
		wait_for_entry(&wait, core, issue, dynamic);
	wait_for_miss(&wait, core);
	if (wait.time > core->now)
		advance(core, wait.time - core->now, (enum timing_reason)wait.reason);

	core->used++;
	core->taken += (u64)issue->width << (4 * issue->unit);
	begins = core->now;
	data.time = begins + issue->latency;
	data.reason = issue->why;
	if (issue->skewed && needed < (s64)begins)
		data.time--;
	if (dynamic != NULL) {
		begins += sum_of_stalls(dynamic);
		access_memory(core, issue, dynamic, begins, &data);
	}
	if (issue->busy > 1 && issue->rule < ISSUE_ALONE)
		set_busy(core, RES_UNIT + issue->unit, begins + issue->busy, REASON_UNIT);
	for (unsigned i = issue->results; i < issue->operands; i++)
		set_result(core, &issue->operand[i], fields, core->now + issue->operand[i].slack,
			REASON_DEPENDENCY);
	for (unsigned i = issue->reads; i < issue->results; i++)
		set_result(core, &issue->operand[i], fields,
			data.time + issue->operand[i].slack - issue->latency, data.reason);
	close_cycle(core, issue, dynamic);
	if (core->kinds != NULL)
		core->kinds[issue->kind]++;
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

void core_leap(struct core *core, cycles_t time)
{
	core_stall(core, 0, REASON_WAIT);
	if (time > core->now)
		advance(core, time - core->now, REASON_WAIT);
	memset(core->busy, 0, sizeof core->busy);
	memset(core->bypass, 0, sizeof core->bypass);
}
