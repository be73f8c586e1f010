/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From virtual addresses to physical ones, and every memory access of the handlers.
 *
 * Two caches stand in front of the walkers: the architectural TLB (tlb.c; exact tags and TLBI
 * scopes, part of the machine's meaning) and, per translation context, a direct-mapped host TLB
 * that is always a subset of it (pure speed). A context is one combination of regime, privilege,
 * PAN, ASID, VMID, tables and controls; it comes back with its host TLB when the combination does.
 */
#ifndef ENT_MMU_H
#define ENT_MMU_H

#include "base/archive.h"
#include "base/base.h"
#include "cpu/state.h"

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT };
#define PAGE_BASE(va) ((va) & ~(u64)(PAGE_SIZE - 1))

enum { HOST_TLB_ENTRIES = 256 };

/*
 * tag: the page's VA; bit 0 set when only aligned accesses may use it (SCTLR.A, Device memory), so
 * that the fast compare fails and the slow path decides; TAG_NONE when empty.
 * addend: host address minus VA, modulo 2^64.
 */
struct host_tlb_entry {
	u64 tag;
	u64 addend;
};
enum { TAG_ALIGNED_ONLY = 1 };
#define TAG_NONE 0xfffull

/* Virtual code page -> predecoded records. Filled by cpu/, invalidated by mmu/. */
struct code_link {
	u64 tag; /* the page's VA, or TAG_NONE */
	const struct uop *code;
};

struct context {
	struct host_tlb_entry read[HOST_TLB_ENTRIES];
	struct host_tlb_entry write[HOST_TLB_ENTRIES];
	struct code_link code[HOST_TLB_ENTRIES];
	/* bit per code link: the page it was last filled for is guarded (FEAT_BTI); cpu/ */
	u64 guarded[HOST_TLB_ENTRIES / 64];
	/* the rest is private to mmu/: see mmu/context.h */
};

static inline unsigned host_tlb_index(u64 va)
{
	return (unsigned)(va >> PAGE_SHIFT) % HOST_TLB_ENTRIES;
}

/*
 * The entries for va: the first of each table seen from here. One pointer, not a table and an
 * index that the compiler keeps apart: handlers have few free host registers.
 */
static inline const struct context *host_tlb_at(const struct cpu *cpu, u64 va)
{
	const char *at =
		(const char *)cpu->ctx + host_tlb_index(va) * sizeof(struct host_tlb_entry);

	__asm__("" : "+r"(at));
	return (const struct context *)(const void *)at;
}

static inline bool host_tlb_hits(const struct host_tlb_entry *entry, u64 va, unsigned size)
{
	return LIKELY(PAGE_BASE(va + size - 1) == entry->tag);
}

/* Never NULL, which spares the handlers a test. */
static inline void *host_address(const struct host_tlb_entry *entry, u64 va)
{
	void *host = (void *)(uintptr_t)(va + entry->addend);

	if (host == NULL)
		__builtin_unreachable();
	return host;
}

/*
 * In TAIL's handlers of a timed PE, which are compiled with ENT_TIMED (cpu/), the line must be
 * known, too: an L1 hit that waits for nothing. It is asked for by its last byte, so that an access
 * that is not all in it fails the same compare.
 */
static inline void *known_line(
	const u64 *lines, const struct host_tlb_entry *entry, u64 va, unsigned size)
{
	void *host = host_address(entry, va);
#if ENT_TIMED
	u64 first = (u64)(uintptr_t)host;

	if (UNLIKELY(lines[(first >> LINE_SHIFT) % LINE_TABLE] != (first + size - 1) >> LINE_SHIFT))
		return NULL;
#endif
	(void)lines, (void)size;
	return host;
}

/*
 * The fast path: the host address for an access of `size` bytes, or NULL: not in the host TLB,
 * crosses a page, misaligned where that matters, device, or watched; of a timed PE, its line is not
 * known: use mmu_load/mmu_store. For handlers alone: what is compiled once for all PEs would access
 * a timed PE's memory in no time.
 */
static inline void *host_read(const struct cpu *cpu, u64 va, unsigned size)
{
	const struct host_tlb_entry *entry = host_tlb_at(cpu, va)->read;

	return host_tlb_hits(entry, va, size) ? known_line(cpu->timed.read_line, entry, va, size)
					      : NULL;
}

static inline void *host_write(const struct cpu *cpu, u64 va, unsigned size)
{
	const struct host_tlb_entry *entry = host_tlb_at(cpu, va)->write;

	return host_tlb_hits(entry, va, size) ? known_line(cpu->timed.write_line, entry, va, size)
					      : NULL;
}

/* Both at once, for atomics. */
static inline void *host_update(const struct cpu *cpu, u64 va, unsigned size)
{
	const struct context *at = host_tlb_at(cpu, va);
	bool hits = host_tlb_hits(at->read, va, size) && host_tlb_hits(at->write, va, size);

	return hits ? known_line(cpu->timed.write_line, at->write, va, size) : NULL;
}

/* What an access is. */
enum access_kind {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_ATOMIC, /* read and write; a fault reports WnR = 0 if a plain read would fault too */
	ACCESS_FETCH,
	ACCESS_CACHE /* DC and IC by VA: CM = 1, WnR = 1; permission as the instruction says */
};
enum {
	ACC_UNPRIVILEGED = 1, /* LDTR/STTR as EL0, where the rules of the current EL say so */
	ACC_ORDERED = 2,      /* acquire, release: aligned to its size, but for FEAT_LSE2 */
	ACC_VNCR = 4,	      /* FEAT_NV2 redirection: EL2 regime, privileged, no PAN */
	ACC_INVALIDATE = 8,   /* ACCESS_CACHE: DC IVAC, which needs write permission */
	ACC_ZVA = 16,	      /* ACCESS_WRITE: DC ZVA, which faults on Device memory */
	ACC_ATOMIC = 32,      /* exclusive, atomic: aligned as ACC_ORDERED, but for SCTLR.nAA */
	ACC_TOLD = 64,	      /* mmu_tell_store() was asked before */
	ACC_PLACED = 128      /* part of what mmu_place() was asked for before */
};

struct access {
	u8 kind;   /* enum access_kind */
	u16 flags; /* ACC_* */
	u8 size;   /* bytes: 1, 2, 4, 8, 16, 64 */
};

struct translation {
	pa_t pa;
	u64 page_size;	/* bytes of the smallest stage's page or block */
	bool is_device; /* Device memory type: alignment is checked */
	u8 attributes;	/* MAIR format of the combined type */
	u8 shareability;
};

/* The result of a memory access: two registers, so that no handler passes the address of a local.
 */
struct loaded {
	u64 data;
	bool ok; /* false: cpu->fault is filled, nothing was changed */
};

/* A validated place in memory. */
struct place {
	u8 *host;   /* RAM: where all bytes are; else NULL */
	pa_t pa;    /* of the first byte */
	bool ok;    /* false: cpu->fault is filled */
	bool split; /* ok, host NULL: crosses pages that are not neighbours; use mmu_load/mmu_store
		     */
	bool guarded; /* of a fetch: FEAT_BTI checks what is branched to */
};		      /* ok, host NULL, !split: a device, or ROM that is written */

/* Creates and destroys the private parts (TLB, contexts) of a PE. false: no memory. */
bool mmu_create(struct cpu *cpu);
void mmu_destroy(struct cpu *cpu);
void mmu_reset(struct cpu *cpu);

/*
 * Translates one virtual address for one access at the current EL. On false cpu->fault is filled
 * (EC of the "lower" kind, ISS without ISV fields, FAR, IPA). May fill the TLB, may set AF/dirty
 * bits in memory (FEAT_HAFDBS). Order of faults: DDI 0487 D8.
 */
bool mmu_translate(struct cpu *cpu, u64 va, struct access access, struct translation *out);

/*
 * Memory access of 1, 2, 4 or 8 bytes, little-endian guest, anywhere (crosses pages, misaligned,
 * devices). Fills the host TLB when it may. A store that faults has written nothing.
 */
struct loaded mmu_load(struct cpu *cpu, u64 va, unsigned size, unsigned flags);
bool mmu_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags);

/*
 * The place of an access for atomics, exclusives, pairs, cache maintenance: translation,
 * permission and alignment are checked for all its bytes; then one of: host (all bytes are there),
 * a device at pa, or split. After writing through host, call memory_written().
 * Alignment: to size with ACC_ORDERED or ACC_ATOMIC (FEAT_LSE2: inside 16 bytes), with SCTLR.A and
 * on Device memory; not for ACCESS_CACHE.
 */
struct place mmu_place(struct cpu *cpu, u64 va, struct access access);

/*
 * Watchpoints of an ordinary store to [va, va + size), for those who store it in pieces later. To
 * be asked behind mmu_translate() while cpu->debug_watches. false: cpu->fault.
 */
bool mmu_check_watched_store(struct cpu *cpu, u64 va, unsigned size);

/* What was written is in a page that a walk has read from: EVENT_TABLE_WRITE. */
void mmu_tell_table_write(
	const struct memory *memory, const struct ram_region *region, pa_t pa, u64 size);

/* The same as memory_written() of a region that has all of the bytes, be it away or not. */
static inline void region_written(
	struct memory *memory, struct ram_region *region, pa_t pa, u64 size)
{
	u64 first = (pa.v - region->base.v) >> PAGE_SHIFT;
	u64 last = (pa.v + size - 1 - region->base.v) >> PAGE_SHIFT;
	u8 flags = 0;

	for (u64 page = first; page <= last; page++) {
		flags |= region->page_flags[page];
		region->page_flags[page] |= PAGE_DIRTY;
	}
	if (flags & PAGE_HAS_CODE)
		memory->code_written(memory->code_cache, pa, size);
	if (UNLIKELY(flags & PAGE_HAS_TABLES))
		mmu_tell_table_write(memory, region, pa, size);
}

/*
 * For instructions that store several values: tells who watches, before the first is stored; to be
 * asked while cpu->tells, for each of them. ACC_PLACED: the store will use mmu_place(). false:
 * cpu->fault, or cpu->is_abandoned.
 */
bool mmu_tell_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags);

/* To be called after writing to RAM other than through mmu_store or host_write. */
static inline void memory_written(struct memory *memory, pa_t pa, u64 size)
{
	struct ram_region *region = memory_find(memory, pa, size);

	if (region != NULL && size != 0)
		region_written(memory, region, pa, size);
}

/*
 * Instruction fetch: the host address of the 4 KiB page that holds va, and its pa. On !ok
 * cpu->fault is filled. The caller may put the page into cpu->ctx->code[].
 */
struct place mmu_fetch_page(struct cpu *cpu, u64 va);

/* The context for the current PSTATE and registers; sets cpu->ctx and cpu->ctx_of[][]. */
struct context *mmu_select_context(struct cpu *cpu);

/* The same, for the usual case that the (EL, PAN) pair was seen since the last change of controls.
 */
static inline void mmu_enter(struct cpu *cpu)
{
	struct context *ctx = cpu->ctx_of[cpu->pstate.el][cpu->pstate.pan];

	cpu->ctx = LIKELY(ctx != NULL) ? ctx : mmu_select_context(cpu);
}

/*
 * A timed PE that is stopped between two instructions of a page goes on there with the translation
 * that it has, be it in the TLB or not, as it would if it was not stopped: how a run is cut into
 * pieces changes nothing. page: of the code at va, cpu->pc.
 */
void mmu_hold_code(struct cpu *cpu, u64 va, pa_t page);
/* Nor does it from now on. */
void mmu_release_code(struct cpu *cpu);
/* Where the held code for cpu->pc is; host NULL: none is held. It is released. */
struct place mmu_held_code(struct cpu *cpu);

/*
 * TLB maintenance by SYS instruction row (SR_TLBI_*) with its operand; broadcasts to the group and
 * emits EVENT_TLBI. The row was routed to TO_OPERATION, so it is allowed here.
 */
void mmu_tlbi(struct cpu *cpu, enum sysreg_id op, u64 operand);

/*
 * After cpu->liberties was changed: what is kept from now on, or ends. Of each PE. false: no
 * memory, none is taken.
 */
bool mmu_take_liberties(struct cpu *cpu);
/* Does it take some that concern translation? Then the host TLBs must be bypassed. */
bool mmu_has_liberties(const struct cpu *cpu);
/* To be called of such a PE before each instruction, and of each of its barriers. */
void mmu_before_insn(struct cpu *cpu);
void mmu_barrier(struct cpu *cpu, u32 insn);

/*
 * Address translation instruction (SR_AT_*): writes PAR_EL1. false: cpu->fault is filled (a stage-2
 * fault on the walk of AT S1E* at EL1, an external abort on a walk) and PAR_EL1 is unchanged.
 */
bool mmu_at(struct cpu *cpu, enum sysreg_id op, u64 va);

/*
 * A page of RAM began (or ceased) to hold predecoded code: host TLB write entries of it must go,
 * in all PEs of the group.
 */
void mmu_protect_code_page(struct cpu *cpu, pa_t page);
/*
 * A region of memory is away, or back: what the host TLBs and code links of all PEs of the group
 * know is forgotten. Predecoded pages are not, so a region that comes back is fast again.
 */
void mmu_memory_moved(const struct cpu_group *group);
/* All pages are to be told when they are written: no host TLB of the group has a write entry. */
void mmu_watch_writes(const struct cpu_group *group);
/* From now on no entry of this PE's host TLBs is used, or they are again. */
void mmu_bypass_host_tlb(struct cpu *cpu, bool bypass);
/* What is wanted of EVENT_ACCESS and EVENT_WATCH changed. */
void mmu_tell_accesses(struct cpu *cpu);
/* Nobody wants EVENT_TABLE_WRITE any more. */
void mmu_forget_tables(struct memory *memory);
/* Removes the code links to a predecoded page, in all PEs of the group; NULL: all links of this PE.
 */
void mmu_unlink_code(struct cpu *cpu, const struct uop *code);

/* ---- Who looks on (inspect.c) ---- */

enum inspected_regime {
	INSPECT_EL10,  /* EL1&0, with its stage 2 */
	INSPECT_EL2,   /* EL2, or EL2&0 while HCR_EL2.E2H = 1 */
	INSPECT_STAGE2 /* of EL1&0 alone: the address is an IPA */
};

struct inspected {
	u64 va;
	u8 regime; /* enum inspected_regime */
	u8 kind;   /* enum access_kind */
	bool el0;  /* with EL0's permissions */
	/* As such an access would find it; else permissions and access flags stop nobody. */
	bool is_checked;
};

/* A descriptor that was read. */
struct inspected_step {
	u8 stage, level;
	bool for_walk; /* stage 2, of where a descriptor of stage 1 is */
	u64 address;   /* as the walk has it: of stage 1 an IPA, if there is stage 2 */
	pa_t pa;
	u64 descriptor;
};

enum { RIGHT_READ = 4, RIGHT_WRITE = 2, RIGHT_EXECUTE = 1 };
/* Four levels of stage 1, each behind a walk of stage 2, and the last walk of stage 2. */
enum { INSPECTION_STEPS = 4 * 5 + 4 };

struct inspection {
	struct inspected what;
	bool is_ok;
	bool has_stage1, has_stage2; /* they translate */
	bool is_e2h;		     /* the EL2&0 regime */
	/* If it is ok. Rights of the stages: [0] EL1 or EL2, [1] EL0. */
	pa_t pa;
	u64 ipa, page_size;
	u8 attributes, shareability; /* as of struct translation */
	u8 stage1_rights[2], stage2_rights[2];
	/* If not: as in ESR_ELx. */
	bool is_stage2, is_s1ptw;
	u8 fault_status; /* DFSC, with the level */
	u64 fault_ipa;	 /* of stage 2 */
	unsigned count;
	struct inspected_step step[INSPECTION_STEPS];
	bool is_for_walk; /* private to mmu/ */
};

/*
 * Where an address leads, by the tables as they are in memory now: no TLB is asked, and nothing
 * changes. INSPECT_STAGE2 without a stage 2 is flat.
 */
void mmu_inspect(const struct cpu *cpu, struct inspected what, struct inspection *out);
/* The regime that the PE uses for data at an EL. */
enum inspected_regime mmu_inspected_regime(const struct cpu *cpu, unsigned el);

/*
 * The retained translations of a PE, and the code that is held, in both directions. Loading empties
 * the host TLBs, and forgets the contexts in use.
 */
void mmu_transfer(struct cpu *cpu, struct archive *archive);

/* Exclusive monitors. A load-exclusive sets, the store tests: true if the store may be performed.
 */
void exclusive_set(struct cpu *cpu, pa_t pa, unsigned size, u64 low, u64 high);
bool exclusive_test_and_clear(struct cpu *cpu, pa_t pa, unsigned size);
void exclusive_clear(struct cpu *cpu);
/* Did another PE's or a device's store clear the monitor? That is an event for WFE; seen once. */
bool exclusive_take_loss(struct cpu *cpu);

/* An entry of the architectural TLB, for who looks on. */
struct tlb_look {
	u64 va, pa, size;
	u64 ipa;	    /* between the stages; without stage 2 as pa */
	const char *regime; /* "EL1&0", "EL2", "EL2&0" */
	int asid, vmid;	    /* -1: of all, or there is none */
};
/* All of them in the order of their places; returns how many. */
unsigned mmu_tlb_each(const struct cpu *cpu,
	void (*tell)(void *opaque, const struct tlb_look *look), void *opaque);

#endif
