/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutants of an image, one for each instruction that is a save, a restore, a barrier, TLB
 * maintenance or a constant of a control register. Knows encodings (DDI 0487 C4.1) and which
 * functions of hyp.elf switch and control; nothing of what they do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/loader.h"
#include "sysregs/sysregs.h"
#include "verify/mutant.h"

#define NOP 0xd503201fu
#define RET 0xd65f03c0u

enum { INSN_SIZE = 4, NEAR = 6 };

/* What is looked for, by encoding. */
static const struct form {
	const char *verb;
	u32 mask, bits;
	enum auto_kind kind;
	enum where { ANYWHERE, SAVED, IN_SWITCH } where;
} forms[] = {
	{ "drop-isb", 0xfffff0ff, 0xd50330df, AUTO_BARRIER, ANYWHERE },
	{ "drop-dsb", 0xfffff0ff, 0xd503309f, AUTO_BARRIER, ANYWHERE },
	{ "drop-dmb", 0xfffff0ff, 0xd50330bf, AUTO_BARRIER, ANYWHERE },
	{ "drop-tlbi", 0xfff8f000, 0xd5088000, AUTO_TLBI, ANYWHERE },
	{ "drop-msr", 0xfff00000, 0xd5100000, AUTO_RESTORE, ANYWHERE },
	{ "drop-mrs", 0xfff00000, 0xd5300000, AUTO_SAVE, SAVED },
	/* 64-bit and Q registers, no write back */
	{ "drop-stp", 0xffc00000, 0xa9000000, AUTO_SAVE, IN_SWITCH },
	{ "drop-ldp", 0xffc00000, 0xa9400000, AUTO_RESTORE, IN_SWITCH },
	{ "drop-stp", 0xffc00000, 0xad000000, AUTO_SAVE, IN_SWITCH },
	{ "drop-ldp", 0xffc00000, 0xad400000, AUTO_RESTORE, IN_SWITCH },
	{ "drop-str", 0xffc00000, 0xf9000000, AUTO_SAVE, IN_SWITCH },
	{ "drop-ldr", 0xffc00000, 0xf9400000, AUTO_RESTORE, IN_SWITCH },
};

/* Whose loads and stores are those of a switch: enter.S. */
static const char *const switches[] = { "hal_enter_guest", "exit_from_below", "serror_window",
	"serror_window_end", "restore_host", "call_from_host", "hal_fp_save", "hal_fp_restore" };

/* What plays a CPU that loses its registers while it is off: to lose one less is no bug. */
static const char *const actors[] = { "lose_registers" };

/* Barriers that are functions: to drop one is to drop a call. */
static const struct {
	const char *name, *verb;
} barriers[] = { { "hal_isb", "drop-isb" }, { "hal_dsb_nsh", "drop-dsb" },
	{ "hal_dsb_nshst", "drop-dsb" }, { "hal_dsb_ish", "drop-dsb" },
	{ "hal_dsb_ishst", "drop-dsb" } };

/* What computes HCR_EL2, CPTR_EL2, MDCR_EL2, VTCR_EL2, CNTHCTL_EL2 and what of PSTATE. */
static const char *const controls[] = { "traps_host_hcr", "traps_baseline_hcr", "traps_hcr",
	"traps_cptr", "traps_mdcr", "traps_vncr", "traps_cnthctl", "stage2_vtcr",
	"load_trap_registers", "leaf", "take_exception", "vcpu_commit_pc" };

struct scan {
	const struct symbol_file *file;
	struct auto_mutant *mutant;
	size_t count, room;
	bool is_full; /* the host has no memory for more */
};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* ":HCR_EL2", of MSR, MRS and SYS; "": another instruction. */
static const char *register_of(u32 insn)
{
	enum sysreg_id id = sysreg_find(insn >> 5 & 0xffff);
	bool is_system = (insn & 0xffc00000) == 0xd5000000 && (insn >> 19 & 3) != 0;

	return is_system && id != SR_NONE ? sysreg_name(id) : "";
}

static void add(struct scan *scan, const char *verb, enum auto_kind kind, struct patch patch)
{
	u64 offset = 0;
	const struct symbol *symbol = symbol_find(&scan->file->symbols, patch.pa, &offset);
	const char *name = kind != AUTO_BITS ? register_of(patch.before) : "";

	if (scan->count == scan->room) {
		size_t room = scan->room != 0 ? 2 * scan->room : 256;
		struct auto_mutant *more = realloc(scan->mutant, room * sizeof(*more));

		scan->is_full = more == NULL;
		if (more == NULL)
			return;
		scan->mutant = more;
		scan->room = room;
	}
	scan->mutant[scan->count] = (struct auto_mutant){ .kind = kind, .patch = patch };
	snprintf(scan->mutant[scan->count].id, sizeof(scan->mutant->id), "%s%s%s@%.32s+0x%" PRIx64,
		verb, name[0] != '\0' ? ":" : "", name, symbol != NULL ? symbol->name : "?",
		offset);
	scan->count++;
}

/* ---- What is dropped ---- */

static u32 rt(u32 insn)
{
	return insn & 31;
}

/* STR or STP of that register, 64 bits. */
static bool stores(u32 insn, u32 reg)
{
	bool is_str = (insn & 0xffc00000) == 0xf9000000;
	bool is_stp = (insn & 0xffc00000) == 0xa9000000;

	return (is_str && rt(insn) == reg) ||
	       (is_stp && (rt(insn) == reg || (insn >> 10 & 31) == reg));
}

/* Is what an MRS reads kept, soon? */
static bool is_saved(const struct scan *scan, u64 address, u32 insn)
{
	for (unsigned i = 1; i <= NEAR; i++) {
		u32 next;

		if (!symbol_file_word(scan->file, address + i * INSN_SIZE, &next))
			return false;
		if (stores(next, rt(insn)))
			return true;
	}
	return false;
}

/* Which of them is called, or jumped to at the end of a function; NULL: none. */
static const char *called_barrier(const struct scan *scan, u64 address, u32 insn)
{
	u64 offset, target = address + (u64)((s64)((u64)insn << 38) >> 36);
	const struct symbol *symbol = symbol_find(&scan->file->symbols, target, &offset);

	if ((insn & 0x7c000000) != 0x14000000 || symbol == NULL || offset != 0)
		return NULL;
	for (size_t i = 0; i < COUNT(barriers); i++)
		if (strcmp(symbol->name, barriers[i].name) == 0)
			return barriers[i].verb;
	return NULL;
}

static bool is_barrier(const char *name)
{
	for (size_t i = 0; i < COUNT(barriers); i++)
		if (strcmp(name, barriers[i].name) == 0)
			return true;
	return false;
}

/* MSR of what is RAZ/WI: without it everything is as it was, so there is no bug in it. */
static bool does_nothing(u32 insn)
{
	enum sysreg_id id = sysreg_find(insn >> 5 & 0xffff);

	return (insn & 0xfff00000) == 0xd5100000 && id != SR_NONE && sysreg_keeps_nothing(id);
}

static bool is_wanted(
	const struct scan *scan, const struct form *form, const char *name, u64 address, u32 insn)
{
	if ((insn & form->mask) != form->bits || does_nothing(insn) ||
		is_one_of(name, actors, COUNT(actors)))
		return false;
	switch (form->where) {
	case SAVED: return is_saved(scan, address, insn);
	case IN_SWITCH: return is_one_of(name, switches, COUNT(switches));
	default: return !is_barrier(name);
	}
}

/* ---- What is exchanged: the lowest bit that is set, and the lowest clear one above it ---- */

/* imm16 of MOVZ and MOVK; false: there are no two such bits. */
static bool exchange_in_move(u32 *insn)
{
	u32 value = *insn >> 5 & 0xffff, low = value & -value, clear = ~value & 0xffff & ~(low - 1);

	if (((*insn & 0x7f800000) != 0x52800000 && (*insn & 0x7f800000) != 0x72800000) ||
		value == 0 || clear == 0)
		return false;
	clear &= -clear;
	*insn ^= (low | clear) << 5;
	return true;
}

/*
 * AND and ORR with an immediate of one run of ones in 64 bits: a rotation by one does just that.
 * DDI 0487 DecodeBitMasks().
 */
static bool exchange_in_mask(u32 *insn)
{
	u32 immr = *insn >> 16 & 63;

	if ((*insn & 0xffc00000) != 0xb2400000 && (*insn & 0xffc00000) != 0x92400000)
		return false;
	*insn = (*insn & ~(63u << 16)) | ((immr - 1) & 63) << 16;
	return true;
}

static void look_at(struct scan *scan, u64 address, u32 insn)
{
	u64 offset;
	const struct symbol *symbol = symbol_find(&scan->file->symbols, address, &offset);
	const char *name = symbol != NULL ? symbol->name : "";
	const char *verb = called_barrier(scan, address, insn);
	u32 after = insn;

	if (verb != NULL)
		add(scan, verb, AUTO_BARRIER,
			(struct patch){
				.pa = address, .before = insn, .after = insn >> 31 ? NOP : RET });
	for (size_t i = 0; i < COUNT(forms); i++)
		if (is_wanted(scan, &forms[i], name, address, insn))
			add(scan, forms[i].verb, forms[i].kind,
				(struct patch){ .pa = address, .before = insn, .after = NOP });
	if (is_one_of(name, controls, COUNT(controls)) &&
		(exchange_in_move(&after) || exchange_in_mask(&after)))
		add(scan, "swap-bits", AUTO_BITS,
			(struct patch){ .pa = address, .before = insn, .after = after });
}

static int by_address(const void *a, const void *b)
{
	u64 x = ((const struct auto_mutant *)a)->patch.pa,
	    y = ((const struct auto_mutant *)b)->patch.pa;

	return x < y ? -1 : x > y;
}

struct status auto_mutants(const char *image, struct auto_mutant **mutants, size_t *count)
{
	struct symbol_file file;
	struct scan scan = { .file = &file };
	struct status status = symbol_file_open(image, &file);

	*mutants = NULL;
	*count = 0;
	if (status.code != STATUS_OK)
		return status;
	for (unsigned i = 0; i < file.codes && !scan.is_full; i++) {
		u64 end = file.code[i].address + file.code[i].size;

		for (u64 at = file.code[i].address; at < end; at += INSN_SIZE) {
			u32 insn;

			if (symbol_file_word(&file, at, &insn))
				look_at(&scan, at, insn);
		}
	}
	symbol_file_close(&file);
	if (scan.is_full) {
		free(scan.mutant);
		return status_error(STATUS_HOST, "no memory for the mutants of %s", image);
	}
	if (scan.count != 0)
		qsort(scan.mutant, scan.count, sizeof(*scan.mutant), by_address);
	*mutants = scan.mutant;
	*count = scan.count;
	return status_ok();
}
