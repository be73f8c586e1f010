/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the guest for who looks on: by addresses of any kind, without an effect on TLBs,
 * tables, devices or time. Permissions stop nobody; devices are not asked.
 */
#ifndef ENT_DEBUG_GUEST_MEMORY_H
#define ENT_DEBUG_GUEST_MEMORY_H

#include "mmu/mmu.h"

/* What addresses are: rows of address_space.def. */
enum address_space {
#define ADDRESS_SPACE(name, ...) SPACE_##name,
#include "debug/address_space.def"
#undef ADDRESS_SPACE
	ADDRESS_SPACES
};

/* In words. */
const char *address_space_words(enum address_space space);
/* ADDRESS_SPACES: none has this name. */
enum address_space address_space_find(const char *name);
/* Does it need one of mmu_inspect()'s regimes, and which? SPACE_PHYSICAL does not. */
bool address_space_regime(
	const struct cpu *cpu, enum address_space space, enum inspected_regime *regime);

/* Where it is in physical memory. false: it is not translated. */
bool guest_translate(const struct cpu *cpu, enum address_space space, u64 address, pa_t *pa);
/* How many bytes were read: fewer than size if RAM and ROM end there. */
size_t guest_read(
	const struct cpu *cpu, enum address_space space, u64 address, void *data, size_t size);
/* All of it, or nothing is written and false: some byte is not in RAM. */
bool guest_write(
	struct cpu *cpu, enum address_space space, u64 address, const void *data, size_t size);

#endif
