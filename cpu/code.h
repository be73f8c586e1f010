/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Predecoded code: an array of records for every 4 KiB page of RAM that was executed, found by
 * physical address, so that no change of translation ever decodes again. Private to cpu/.
 */
#ifndef ENT_CPU_CODE_H
#define ENT_CPU_CODE_H

#include "cpu/cpu.h"
#include "cpu/decode.h"
#include "cpu/engine.h"

struct code_cache;

/* Handlers of one engine by op id, and of fused pairs. */
struct handler_table {
	handler_fn *op[OP_COUNT];
};
extern const struct handler_table tail_handlers, timed_handlers, step_handlers;

/* One cache serves all PEs of a group (they have the same features). NULL: no memory. */
struct code_cache *code_cache_create(struct memory *memory);
void code_cache_destroy(struct code_cache *cache);
/* Its PEs are timed; called before anything was executed. false: no memory. */
bool code_cache_time(struct code_cache *cache);

/*
 * The records of the RAM page at `page` (host address `host`) for an engine; predecoded lazily.
 * May evict another page (code links to it are removed). NULL: no memory.
 */
const struct uop *code_page(struct cpu *cpu, enum engine engine, pa_t page, const u8 *host);

/*
 * Predecodes anew, when they are next executed, the words of all pages whose bits are set; of TAIL,
 * where breakpoints are handlers.
 */
void code_forget_words(struct memory *memory, const u64 words[16]);

/* The same for all of them. */
void code_forget_all(struct memory *memory);

/* TAIL: the handler of the instruction at u, whose record asks for a breakpoint first. */
handler_fn *code_handler_behind(const struct uop *code, const struct uop *u);

/* Predecodes the record at u; u is in the array that cpu->code points to. */
void code_predecode(struct cpu *cpu, const struct uop *u);

/* The memos of a timed machine. All of them are forgotten, those beside records too. */
struct memo_table *code_memos(const struct memory *memory);
void code_forget_memos(struct memory *memory);

/* The physical address of the first byte of a page of records. */
pa_t code_pa(const struct uop *code);

/* The instruction word at an address's offset in a page of records. */
u32 code_word(const struct uop *code, u64 va);

/* The instruction word of the record at u. */
u32 code_insn(const struct cpu *cpu, const struct uop *u);

/* Has this record not been predecoded yet? */
bool code_is_raw(const struct uop *u);

#endif
