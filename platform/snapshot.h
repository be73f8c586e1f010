/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkpoint in a file: how the machine was made, its state, RAM, what was written over disks and
 * flash. Compressed by zstd, versioned, hashed; refused in one line if it is foreign, of another
 * version of Entresol, cut off or damaged. The same state makes the same bytes.
 */
#ifndef ENT_PLATFORM_SNAPSHOT_H
#define ENT_PLATFORM_SNAPSHOT_H

#include "platform/checkpoint.h"

/* STATUS_HOST: the file cannot be written (nothing of it stays); STATUS_NOT_IMPLEMENTED as
 * machine_checkpoint(). */
struct status machine_save(struct machine *machine, const char *path);

struct snapshot; /* an opened file, checked */

/* Is it one, by its first bytes? For who takes images and snapshots. */
bool is_snapshot_file(const char *path);
/* NULL, and `status` says why: STATUS_BAD_IMAGE. */
struct snapshot *snapshot_open(const char *path, struct status *status);
void snapshot_close(struct snapshot *snapshot);
/*
 * Fills what belongs to the state: profile, RAM, PEs, timing, choices, devices, seed, and paths of
 * disks. What belongs to the host is left: console descriptors, engine, callbacks. Points into the
 * snapshot.
 */
void snapshot_config(const struct snapshot *snapshot, struct machine_config *config);
/* Into a machine that was created by such a configuration. Destroy it if that fails. */
struct status snapshot_restore(const struct snapshot *snapshot, struct machine *machine);

#endif
