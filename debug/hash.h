/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One number for everything a guest can observe: equal for equal runs, whatever engine and
 * observers were used.
 */
#ifndef ENT_DEBUG_HASH_H
#define ENT_DEBUG_HASH_H

#include "platform/machine.h"

/* Of PEs (registers, PSTATE, system registers, clocks), RAM and devices. Not for security. */
u64 machine_hash(struct machine *machine);

/* The parts, for tests and for finding what differs. */
u64 hash_cpu(const struct cpu *cpu);
u64 hash_memory(const struct memory *memory);
u64 hash_devices(const struct bus *bus);

#endif
