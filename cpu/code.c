/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache of predecoded pages: creation, lazy predecoding, fusing, invalidation by writes,
 * eviction. Knows nothing about virtual addresses.
 */
#include "cpu/code.h"

#include <string.h>

#include "cpu/fuse.h"
#include "cpu/points_private.h"
#include "cpu/timed.h"
#include "cpu/timing_class.h"

enum {
	HASH_BITS = 12,
	HASH_SIZE = 1 << HASH_BITS,
	MAX_PAGES = 8192 /* 130 MiB of records for 32 MiB of guest code */
};

struct page {
	struct uop uops[UOPS_PER_PAGE + 1]; /* must be first: cpu->code points here */
	const u8 *host;
	pa_t pa;
	struct page *hash_next;
	struct page *age_next; /* oldest first */
	u8 engine;	       /* enum engine */
	bool is_timed;	       /* side records are behind it */
	u32 *behind;	       /* of records that ask for breakpoints the other handlers; or NULL */
};

/* Lines of records begin at addresses that tell them apart, see timed.h. */
struct timed_page {
	struct page page;
	_Alignas(64) struct side side[UOPS_PER_PAGE + 1];
};
enum { TIMED_PAGE_ALIGNMENT = 1 << LINE_LOG2_RECORD_BYTES };
_Static_assert(offsetof(struct timed_page, side) == SIDE_OFFSET, "timed.h says where they are");

struct code_cache {
	struct page *hash[HASH_SIZE];
	struct page *oldest, *newest;
	unsigned page_count;
	struct memo_table *memos; /* NULL: no PE is timed */
	struct memory *memory;
};

static u32 handler_offset(handler_fn *handler)
{
	s64 offset = (s64)((uintptr_t)handler - HANDLER_BASE);

	ENT_BUG_ON(offset != (s32)offset);
	return (u32)(s32)offset;
}

/* Which handlers records have, and whether side records are behind them. */
struct record_kind {
	enum engine engine;
	bool is_timed;
};

static struct record_kind kind_of(const struct page *page)
{
	return (struct record_kind){ (enum engine)page->engine, page->is_timed };
}

static const struct handler_table *handlers_of(struct record_kind kind)
{
#if ENT_HAVE_TAIL
	if (kind.engine == ENGINE_TAIL)
		return kind.is_timed ? &timed_handlers : &tail_handlers;
#endif
	(void)kind;
	return &step_handlers;
}

static struct uop raw_uop(struct record_kind kind)
{
	return (struct uop){ .handler = handler_offset(handlers_of(kind)->op[OP_predecode]) };
}

/* Sets the handler of the instruction of a record; TAIL of timed PEs stops at lines before it. */
static void set_handler(struct page *page, u64 index, u32 handler)
{
	page->uops[index].handler = handler;
	if (!page->is_timed)
		return;
	side_of(&page->uops[index])->handler = handler;
#if ENT_HAVE_TAIL
	if (page->engine == ENGINE_TAIL && index % LINE_RECORDS == 0 && index < UOPS_PER_PAGE)
		page->uops[index].handler = handler_offset(timed_flow_line_start);
#endif
}

static void forget_memos(struct page *page, u64 first, u64 end)
{
	for (u64 i = first; i < end; i++)
		side_of(&page->uops[i])->memo = MEMO_NONE;
}

/* All of the table. */
static void forget_generation(struct memo_table *memos)
{
	if (++memos->generation != 0)
		return;
	memset(memos->memo, 0, sizeof(memos->memo));
	memos->generation = 1;
}

static unsigned hash_of(pa_t page)
{
	return (unsigned)((page.v >> PAGE_SHIFT) * 0x9e3779b97f4a7c15ull >> (64 - HASH_BITS));
}

static struct page *find(struct code_cache *cache, enum engine engine, pa_t pa)
{
	struct page *page = cache->hash[hash_of(pa)];

	while (page != NULL && (page->pa.v != pa.v || page->engine != engine))
		page = page->hash_next;
	return page;
}

/*
 * Records keep their operands, and timed ones their class: the instruction that wrote its own
 * record goes on reading them, and is issued as what it was.
 */
static void records_written(struct code_cache *cache, struct page *page, u64 first, u64 last)
{
	u32 raw = raw_uop(kind_of(page)).handler;
	/* may be fused with the first one written */
	u64 fused = first > MAX_FUSED - 1 ? first - (MAX_FUSED - 1) : 0;

	for (u64 i = fused; i <= last; i++)
		set_handler(page, i, raw);
	if (!page->is_timed)
		return;
	forget_memos(page, align_down(first, LINE_RECORDS),
		align_down(last, LINE_RECORDS) + LINE_RECORDS);
	forget_generation(cache->memos);
}

/* A write touched RAM that has code: its records are decoded again when next executed. */
static void code_written(void *code_cache, pa_t pa, u64 size)
{
	struct code_cache *cache = code_cache;
	u64 end = pa.v + size;

	for (u64 at = PAGE_BASE(pa.v); at < end; at += PAGE_SIZE) {
		u64 first = (pa.v > at ? pa.v - at : 0) / 4;
		u64 last = ((end - at < PAGE_SIZE ? end - at : PAGE_SIZE) - 1) / 4;

		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			struct page *page = find(cache, engine, PA(at));

			if (page != NULL)
				records_written(cache, page, first, last);
		}
	}
}

struct code_cache *code_cache_create(struct memory *memory)
{
	struct code_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		return NULL;
	decode_init();
	cache->memory = memory;
	memory->code_cache = cache;
	memory->code_written = code_written;
	return cache;
}

bool code_cache_time(struct code_cache *cache)
{
	if (cache->memos != NULL)
		return true;
	ENT_BUG_ON(cache->page_count != 0);
	cache->memos = calloc(1, sizeof(*cache->memos));
	if (cache->memos == NULL)
		return false;
	cache->memos->generation = 1;
	return true;
}

void code_cache_destroy(struct code_cache *cache)
{
	while (cache != NULL && cache->oldest != NULL) {
		struct page *page = cache->oldest;

		cache->oldest = page->age_next;
		free(page->behind);
		free(page);
	}
	if (cache != NULL)
		free(cache->memos);
	free(cache);
}

static void set_page_flag(struct memory *memory, pa_t pa, bool has_code)
{
	struct ram_region *region = memory_find(memory, pa, PAGE_SIZE);
	u8 *flags;

	if (region == NULL)
		return; /* flash that answers commands now; its pages keep the flag */
	flags = &region->page_flags[(pa.v - region->base.v) >> PAGE_SHIFT];
	*flags = (u8)((*flags & ~PAGE_HAS_CODE) | (has_code ? PAGE_HAS_CODE : 0));
}

/* Takes the oldest page out of the cache, for use as another. */
static struct page *evict_oldest(struct code_cache *cache, struct cpu *cpu)
{
	struct page *page = cache->oldest, **link = &cache->hash[hash_of(page->pa)];
	enum engine other = (enum engine)page->engine == ENGINE_TAIL ? ENGINE_STEP : ENGINE_TAIL;

	while (*link != page)
		link = &(*link)->hash_next;
	*link = page->hash_next;
	cache->oldest = page->age_next;
	cache->page_count--;
	mmu_unlink_code(cpu, page->uops);
	if (page->is_timed)
		forget_generation(cache->memos);
	for (unsigned i = 0; page->is_timed && i < cpu->group->count; i++)
		timing_forget_records(&cpu->group->cpu[i]->timed, page->uops, sizeof(page->uops));
	if (find(cache, other, page->pa) == NULL)
		set_page_flag(cache->memory, page->pa, false);
	return page;
}

static void insert(struct code_cache *cache, struct page *page)
{
	struct page **head = &cache->hash[hash_of(page->pa)];

	page->hash_next = *head;
	*head = page;
	page->age_next = NULL;
	if (cache->oldest == NULL)
		cache->oldest = page;
	else
		cache->newest->age_next = page;
	cache->newest = page;
	cache->page_count++;
}

static struct page *allocate(const struct code_cache *cache)
{
	struct page *page;

	if (cache->memos == NULL)
		page = malloc(sizeof(struct page));
	else
		page = aligned_alloc(TIMED_PAGE_ALIGNMENT,
			align_up(sizeof(struct timed_page), TIMED_PAGE_ALIGNMENT));
	if (page != NULL)
		page->behind = NULL;
	return page;
}

const struct uop *code_page(struct cpu *cpu, enum engine engine, pa_t pa, const u8 *host)
{
	struct code_cache *cache = cpu->memory->code_cache;
	struct page *page = find(cache, engine, pa);
	struct record_kind kind = { engine, cache->memos != NULL };
	struct uop raw = raw_uop(kind);

	if (page != NULL)
		return page->uops;
	page = cache->page_count >= MAX_PAGES ? evict_oldest(cache, cpu) : allocate(cache);
	if (page == NULL)
		return NULL;
	page->host = host;
	page->pa = pa;
	page->engine = (u8)engine;
	page->is_timed = kind.is_timed;
	for (unsigned i = 0; i < UOPS_PER_PAGE; i++) {
		page->uops[i] = raw;
		set_handler(page, i, raw.handler);
	}
	page->uops[UOPS_PER_PAGE] = (struct uop){ 0 };
	set_handler(page, UOPS_PER_PAGE, handler_offset(handlers_of(kind)->op[OP_next_page]));
	if (page->is_timed)
		forget_memos(page, 0, UOPS_PER_PAGE + 1);
	insert(cache, page);
	set_page_flag(cache->memory, pa, true);
	mmu_protect_code_page(cpu, pa);
	return page->uops;
}

static u32 word_at(const struct page *page, u64 index)
{
	u32 insn;

	memcpy(&insn, page->host + 4 * index, 4);
	return insn; /* instructions are little-endian, and so are the supported hosts */
}

/* DSB, DMB, ISB and SB, C4.1.89 "Barriers", have handlers that tell; others stay what they are. */
static enum op_id told_barrier(u32 insn, enum op_id op)
{
	enum { DSB = 4, DMB = 5, ISB = 6, SB = 7 };

	if ((insn & 0xfffff01f) != 0xd503301f)
		return op;
	switch (insn >> 5 & 7) {
	case DSB:
	case DMB:
	case SB: return OP_barrier_told;
	case ISB: return OP_isb_told;
	default: return op;
	}
}

static void decode_at(const struct cpu *cpu, const struct page *page, u64 index, struct decoded *d)
{
	if (!decode(word_at(page, index), (u32)index * 4, cpu->features, d))
		*d = (struct decoded){ .op = OP_undefined };
	else if (event_wanted(cpu, EVENT_BARRIER) || cpu->liberties != NULL)
		d->op = told_barrier(word_at(page, index), d->op);
}

static struct uop uop_of(const struct decoded *d, handler_fn *handler)
{
	return (struct uop){ .handler = handler_offset(handler),
		.rd = d->rd,
		.rn = d->rn,
		.rm = d->rm,
		.ra = d->ra,
		.imm = d->imm };
}

/* What the timing model must know of the instruction. */
static void fill_side(const struct page *page, u64 index, const struct decoded *d)
{
	struct side *side = side_of(&page->uops[index]);
	u64 word = (page->pa.v >> 2) + index;

	side->class = (u8)timing_class_of(d);
	side->where = (u16)(word ^ word >> 16 ^ word >> 32);
}

/*
 * How many records from this one on may be fused: inside the page, or the line of a timed one, and
 * none that asks for a breakpoint.
 */
static u64 fusible(const struct cpu_group *group, const struct page *page, u64 index)
{
	u64 end = page->is_timed ? LINE_RECORDS : UOPS_PER_PAGE;
	u64 most = smaller(end - index % end, MAX_FUSED);

	for (u64 i = 0; group->points != NULL && i < most; i++) {
		if (points_break_at_word(group, index + i))
			return larger(i, 1);
	}
	return most;
}

static handler_fn *fuse(struct record_kind kind, const enum op_id *ops, unsigned count)
{
#if ENT_HAVE_TAIL
	if (kind.engine == ENGINE_TAIL)
		return kind.is_timed ? timed_fuse(ops, count) : tail_fuse(ops, count);
#endif
	(void)kind, (void)ops, (void)count;
	return NULL;
}

/* Makes the record ask for breakpoints; its handler comes behind that. */
static void ask_for_breakpoint(struct page *page, u64 index)
{
	if (page->behind == NULL)
		page->behind = calloc(UOPS_PER_PAGE, sizeof(*page->behind));
	if (page->behind == NULL)
		ENT_BUG("out of memory for breakpoints");
	page->behind[index] = page->uops[index].handler;
	page->uops[index].handler = handler_offset(handlers_of(kind_of(page))->op[OP_breakpoint]);
}

void code_predecode(struct cpu *cpu, const struct uop *u)
{
	struct page *page = (struct page *)(uintptr_t)cpu->code;
	struct record_kind kind = kind_of(page);
	u64 index = (u64)(u - page->uops);
	struct uop *record = &page->uops[index];
	enum op_id ops[MAX_FUSED];
	handler_fn *fused;
	struct decoded d, later;
	unsigned count = 1;
	u64 most = kind.engine == ENGINE_TAIL ? fusible(cpu->group, page, index) : 1;

	decode_at(cpu, page, index, &d);
	ops[0] = d.op;
	if (d.row != NULL)
		insn_rows[d.row - insn_rows].was_executed = true;
	for (; count < most; count++) {
		decode_at(cpu, page, index + count, &later);
		ops[count] = later.op;
	}
	fused = fuse(kind, ops, count);
	*record = uop_of(&d, fused != NULL ? fused : handlers_of(kind)->op[d.op]);
	if (kind.engine == ENGINE_TAIL && UNLIKELY(points_break_at_word(cpu->group, index)))
		ask_for_breakpoint(page, index);
	set_handler(page, index, record->handler);
	if (page->is_timed)
		fill_side(page, index, &d);
	/* A fused handler reads the operands of the records behind its own. */
	for (unsigned i = 1; fused != NULL && i < count; i++) {
		if (record[i].handler == raw_uop(kind).handler)
			code_predecode(cpu, &record[i]);
	}
}

static void forget_word(struct page *page, u64 index)
{
	/* may be fused with those before it */
	for (u64 i = index > MAX_FUSED - 1 ? index - (MAX_FUSED - 1) : 0; i <= index; i++)
		set_handler(page, i, raw_uop(kind_of(page)).handler);
}

void code_forget_words(struct memory *memory, const u64 words[16])
{
	struct code_cache *cache = memory->code_cache;

	for (struct page *page = cache->oldest; page != NULL; page = page->age_next) {
		for (u64 i = 0; i < 16 && page->engine == ENGINE_TAIL; i++) {
			for (u64 left = words[i]; left != 0; left &= left - 1)
				forget_word(page, i * 64 + (u64)__builtin_ctzll(left));
		}
	}
}

void code_forget_all(struct memory *memory)
{
	struct code_cache *cache = memory->code_cache;

	for (struct page *page = cache->oldest; page != NULL; page = page->age_next) {
		for (u64 i = 0; i < UOPS_PER_PAGE; i++)
			set_handler(page, i, raw_uop(kind_of(page)).handler);
	}
}

handler_fn *code_handler_behind(const struct uop *code, const struct uop *u)
{
	const struct page *page = (const struct page *)(uintptr_t)code;
	struct uop behind = { .handler = page->behind[u - code] };

	return uop_handler(&behind);
}

void code_forget_memos(struct memory *memory)
{
	struct code_cache *cache = memory->code_cache;

	for (struct page *page = cache->oldest; page != NULL; page = page->age_next)
		forget_memos(page, 0, UOPS_PER_PAGE);
	forget_generation(cache->memos);
}

struct memo_table *code_memos(const struct memory *memory)
{
	const struct code_cache *cache = memory->code_cache;

	return cache->memos;
}

pa_t code_pa(const struct uop *code)
{
	return ((const struct page *)(uintptr_t)code)->pa;
}

u32 code_word(const struct uop *code, u64 va)
{
	return word_at((const struct page *)(uintptr_t)code, bits(va, 11, 2));
}

u32 code_insn(const struct cpu *cpu, const struct uop *u)
{
	const struct page *page = (const struct page *)(uintptr_t)cpu->code;

	return word_at(page, (u64)(u - page->uops));
}

bool code_is_raw(const struct uop *u)
{
	return uop_handler(u) == step_handlers.op[OP_predecode];
}
