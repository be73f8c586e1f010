/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of model.def in one image, and its memory as its hypervisor sees it.
 */
#include "verify/model.h"

#include <stdlib.h>
#include <string.h>

#include "mmu/mmu.h"
#include "verify/model_names.h"

/* ---- Any name ---- */

bool model_variable(const struct model *model, const char *name, u64 *va)
{
	return names_value(model->names, NAME_VARIABLE, name, va);
}

bool model_constant(const struct model *model, const char *name, u64 *value)
{
	return names_value(model->names, NAME_CONSTANT, name, value);
}

bool model_member(const struct model *model, const char *structure, const char *member, u64 *offset,
	unsigned *size)
{
	return names_member(model->names, structure, member, offset, size);
}

/* ---- The rows of model.def ---- */

static bool place_of(const struct model *model, const char *structure, const char *path,
	struct model_place *place)
{
	unsigned size;
	u64 offset;

	if (!model_member(model, structure, path, &offset, &size))
		return false;
	*place = (struct model_place){ (u32)offset, size };
	return true;
}

/* The first name that is missing; NULL: none is. */
static const char *resolve(struct model *model)
{
#define MEMBER(structure, id, path)                                                                \
	if (!place_of(model, #structure, path, &model->member[MEMBER_##structure##_##id]))         \
		return "struct " #structure "." path;
#define SIZE(structure)                                                                            \
	if (!names_structure(model->names, #structure, &model->size[SIZE_##structure]))            \
		return "struct " #structure;
#define VARIABLE(name)                                                                             \
	if (!model_variable(model, #name, &model->variable[VARIABLE_##name]))                      \
		return "variable " #name;
#define CONSTANT(name)                                                                             \
	if (!model_constant(model, #name, &model->constant[CONSTANT_##name]))                      \
		return "constant " #name;
#define FUNCTION(name)                                                                             \
	if (!names_value(model->names, NAME_FUNCTION, #name, &model->function[FUNCTION_##name]))   \
		return "function " #name;
#include "verify/model_rows.h"
	return NULL;
}

/* Another file's enumerators may be anything. */
static struct status check_limits(const struct model *model, const char *path)
{
	static const struct {
		enum model_constant constant;
		const char *name;
		u64 most;
	} limits[] = {
		{ CONSTANT_MAX_CPUS, "MAX_CPUS", MOST_CPUS },
		{ CONSTANT_MAX_VMS, "MAX_VMS", MOST_VMS },
		{ CONSTANT_MAX_VCPUS, "MAX_VCPUS", MOST_VCPUS },
		{ CONSTANT_VM_SLOTS, "VM_SLOTS", MOST_SLOTS },
	};

	for (unsigned i = 0; i < COUNT(limits); i++) {
		u64 value = model->constant[limits[i].constant];

		if (value > limits[i].most)
			return status_error(STATUS_BAD_IMAGE,
				"%.100s: %s is %" PRIu64
				", and the monitor `model` can follow %" PRIu64,
				path, limits[i].name, value, limits[i].most);
	}
	return status_ok();
}

struct model *model_open(const char *path, struct status *status)
{
	struct model_names *names = names_open(path, status);
	u64 value;
	struct model *model;
	const char *missing;

	if (names == NULL)
		return NULL;
	if (!names_value(names, NAME_FUNCTION, "hal_enter_guest", &value) ||
		!names_value(names, NAME_FUNCTION, "vcpu_run", &value)) {
		names_close(names);
		return NULL;
	}
	model = calloc(1, sizeof(*model));
	if (model == NULL || !names_add_debug(names)) {
		*status = status_error(STATUS_HOST, "no memory for the names of %s", path);
		names_close(names);
		free(model);
		return NULL;
	}
	model->names = names;
	missing = resolve(model);
	if (missing == NULL)
		*status = check_limits(model, path);
	else
		*status = status_error(STATUS_BAD_IMAGE,
			"%s: there is no %s, which the monitor `model` needs: use the "
			"hyp.elf of this build",
			path, missing);
	if (status->code == STATUS_OK)
		return model;
	model_close(model);
	return NULL;
}

void model_close(struct model *model)
{
	if (model == NULL)
		return;
	names_close(model->names);
	free(model);
}

/* ---- Values ---- */

bool model_physical(const struct cpu *cpu, u64 pa, void *data, size_t size)
{
	const struct ram_region *region = memory_find(cpu->memory, (pa_t){ pa }, size);

	if (region == NULL)
		return false;
	memcpy(data, region->host + (pa - region->base.v), size);
	return true;
}

void view_init(struct model_view *view, const struct model *model, const struct cpu *cpu)
{
	view->model = model;
	view->cpu = cpu;
	view->count = view->next = 0;
	view->is_bad = false;
}

static const u8 *page_of(struct model_view *view, u64 va)
{
	struct inspected what = { .va = PAGE_BASE(va), .regime = INSPECT_EL2, .kind = ACCESS_READ };
	struct inspection found;
	const struct ram_region *region;

	for (unsigned i = 0; i < view->count; i++)
		if (view->page[i].va == PAGE_BASE(va))
			return view->page[i].host;
	mmu_inspect(view->cpu, what, &found);
	region = found.is_ok ? memory_find(view->cpu->memory, found.pa, PAGE_SIZE) : NULL;
	if (region == NULL)
		return NULL;
	if (view->count < VIEW_PAGES)
		view->count++;
	view->page[view->next].va = PAGE_BASE(va);
	view->page[view->next].host = region->host + (found.pa.v - region->base.v);
	va = view->next;
	view->next = (view->next + 1) % VIEW_PAGES;
	return view->page[va].host;
}

bool view_bytes(struct model_view *view, u64 va, void *data, size_t size)
{
	u8 *to = data;

	while (size != 0) {
		u64 in_page = va - PAGE_BASE(va), room = PAGE_SIZE - in_page;
		size_t part = size < room ? size : (size_t)room;
		const u8 *host = page_of(view, va);

		if (host == NULL) {
			view->is_bad = true;
			return false;
		}
		memcpy(to, host + in_page, part);
		to += part;
		va += part;
		size -= part;
	}
	return true;
}

/* Guests and hosts are little-endian. */
u64 view_word(struct model_view *view, u64 va, unsigned size)
{
	u64 value = 0;

	return size <= sizeof(value) && view_bytes(view, va, &value, size) ? value : 0;
}

u64 view_get(struct model_view *view, u64 base, enum model_member member)
{
	struct model_place place = view->model->member[member];

	return view_word(view, base + place.offset, place.size);
}

bool model_read(const struct model *model, const struct cpu *cpu, u64 va, unsigned size, u64 *value)
{
	struct model_view view;

	view_init(&view, model, cpu);
	*value = view_word(&view, va, size);
	return !view.is_bad;
}
