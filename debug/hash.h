/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One number for everything a guest can observe, now or later: equal for equal runs, whatever
 * engine and observers were used.
 *
 * What decides the future and is not in it: input that was not read yet (the console's, the virtio
 * console's, the network's), the place in a script of input, and since when a busy guest has had
 * none; files of the host; the turn that a budget cut off (run.c), which follows from the
 * instructions executed so far; when WFE ends by itself, which follows from the PE's time and
 * registers; what shared folders have open; what a reset goes on with; of a timed run what
 * caches, TLBs and the branch predictor hold, and what its pipeline waits for.
 */
#ifndef ENT_DEBUG_HASH_H
#define ENT_DEBUG_HASH_H

#include "platform/machine.h"

/* Of PEs (registers, PSTATE, clocks), firmware, RAM and devices. Not for security. */
u64 machine_hash(struct machine *machine);

/*
 * The same without clocks: equal under all timing models for a guest that neither reads time nor
 * waits for it, be it a PE's turn among several.
 */
u64 machine_hash_without_time(struct machine *machine);

/* The parts, for tests and for finding what differs. */
u64 hash_cpu(const struct cpu *cpu);
u64 hash_memory(const struct memory *memory);
u64 hash_devices(const struct bus *bus);

#endif
