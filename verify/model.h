/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyp.elf from outside: its variables and structures by name, from DWARF; values from the machine's
 * memory. For the monitor of rules that only the modeled KVM has. All names that it needs are rows
 * of model.def, resolved once, so that none is found missing in the middle of a run.
 */
#ifndef ENT_VERIFY_MODEL_H
#define ENT_VERIFY_MODEL_H

#include "base/base.h"
#include "cpu/cpu.h"

enum model_member {
#define MEMBER(structure, id, path) MEMBER_##structure##_##id,
#include "verify/model_rows.h"
	MEMBER_COUNT
};

enum model_size {
#define SIZE(structure) SIZE_##structure,
#include "verify/model_rows.h"
	SIZE_COUNT
};

enum model_variable {
#define VARIABLE(name) VARIABLE_##name,
#include "verify/model_rows.h"
	VARIABLE_COUNT
};

enum model_constant {
#define CONSTANT(name) CONSTANT_##name,
#include "verify/model_rows.h"
	CONSTANT_COUNT
};

enum model_function {
#define FUNCTION(name) FUNCTION_##name,
#include "verify/model_rows.h"
	FUNCTION_COUNT
};

struct model_place {
	u32 offset, size;
};

/* What there may be of each: states of monitors are flat, and as large as this. */
enum { MOST_CPUS = 4, MOST_VMS = 4, MOST_VCPUS = 4, MOST_SLOTS = 16 };

/* What the rows of model.def are in this image. */
struct model {
	struct model_place member[MEMBER_COUNT];
	u64 size[SIZE_COUNT];
	u64 variable[VARIABLE_COUNT];
	u64 constant[CONSTANT_COUNT];
	u64 function[FUNCTION_COUNT];
	struct model_names *names; /* private to model.c */
};

/*
 * NULL and STATUS_OK: the file is not hyp.elf. STATUS_BAD_IMAGE: it cannot be read, or is hyp.elf
 * without a name of model.def, or with more of something than monitors can follow.
 */
struct model *model_open(const char *path, struct status *status);
void model_close(struct model *model); /* NULL is allowed */

/* ---- Any name ---- */

/* Where a variable is, as the hypervisor sees it; false: there is none. */
bool model_variable(const struct model *model, const char *name, u64 *va);
/*
 * A member's place in a structure: "vcpu", "fault.esr" or "vgic.lr[2]". false: there is none. Bit
 * fields have no place.
 */
bool model_member(const struct model *model, const char *structure, const char *member, u64 *offset,
	unsigned *size);
/* The value of an enumerator; false: there is none. */
bool model_constant(const struct model *model, const char *name, u64 *value);

/* ---- Values ---- */

/*
 * Memory as the hypervisor of level 0 sees it on one PE, without an effect. Made anew for each
 * event: translations are kept in it. What is not mapped reads as 0, and is_bad is set.
 */
enum { VIEW_PAGES = 8 };
struct model_view {
	const struct model *model;
	const struct cpu *cpu;
	struct {
		u64 va;
		const u8 *host;
	} page[VIEW_PAGES];
	unsigned count, next;
	bool is_bad;
};

void view_init(struct model_view *view, const struct model *model, const struct cpu *cpu);
/* false: some of it is not mapped; then nothing is known of `data`. */
bool view_bytes(struct model_view *view, u64 va, void *data, size_t size);
u64 view_word(struct model_view *view, u64 va, unsigned size);
/* A member of the structure at `base`: view_get(&view, vcpu, MEMBER_vcpu_pc). */
u64 view_get(struct model_view *view, u64 base, enum model_member member);

/* Memory by physical address: RAM only. */
bool model_physical(const struct cpu *cpu, u64 pa, void *data, size_t size);

/* The same by itself; false: nothing is mapped there. */
bool model_read(
	const struct model *model, const struct cpu *cpu, u64 va, unsigned size, u64 *value);

#endif
