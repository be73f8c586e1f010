/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkpoint in a file: how the machine was made, its state, RAM, what was written over disks and
 * flash. Compressed by zstd, versioned, hashed; refused in one line if it is foreign, of another
 * version of Entresol, cut off or damaged. The same state makes the same bytes. docs/SNAPSHOTS.md
 */
#ifndef ENT_PLATFORM_SNAPSHOT_H
#define ENT_PLATFORM_SNAPSHOT_H

#include "platform/checkpoint.h"

/*
 * `extra` bytes of the caller's are kept, too (NULL: none). STATUS_HOST: the file cannot be written
 * (nothing of it stays); STATUS_NOT_IMPLEMENTED as machine_checkpoint(). Changes nothing.
 */
struct status machine_save(
	struct machine *machine, const char *path, const void *extra, size_t extra_size);

/* Could one be written there now? For who saves much later. STATUS_HOST: no; leaves nothing. */
struct status snapshot_check_path(const char *path);

struct snapshot; /* an opened file: what is in it but for memory and disks is checked */

/* Is it one, by its first bytes? For who takes images and snapshots. */
bool is_snapshot_file(const char *path);
/* NULL, and `status` says why: STATUS_BAD_IMAGE; STATUS_HOST: no memory. */
struct snapshot *snapshot_open(const char *path, struct status *status);
void snapshot_close(struct snapshot *snapshot); /* NULL is allowed */
/*
 * Fills what belongs to the state: profile, RAM, PEs, timing, choices, devices, seed, and paths of
 * disks. What belongs to the host is left: descriptors, engine, callbacks, and type_after, whose
 * steps come behind those of the snapshot. Points into the snapshot.
 */
void snapshot_config(const struct snapshot *snapshot, struct machine_config *config);
/* What the caller of machine_save() gave, in the snapshot. */
const void *snapshot_extra(const struct snapshot *snapshot, size_t *size);
/*
 * Into a machine that was created by such a configuration, and that has not run. Input that had
 * ended then goes on if there is some now. STATUS_BAD_IMAGE: the file is damaged, or a disk is not
 * what it was; then destroy the machine.
 */
struct status snapshot_restore(const struct snapshot *snapshot, struct machine *machine);

#endif
