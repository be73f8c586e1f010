/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a whole machine at a moment: all that its future depends on, but for the host's
 * answers (journal.h) and files of the host. In memory, for going back and for forks: RAM is kept
 * by pages that checkpoints share as long as they do not differ. Taking one changes no result of
 * the run.
 *
 * A machine runs, is checkpointed and restored in any order; the run after machine_restore() is
 * what the run after machine_checkpoint() was, to the bit, in the same engine or another one.
 */
#ifndef ENT_PLATFORM_CHECKPOINT_H
#define ENT_PLATFORM_CHECKPOINT_H

#include "base/archive.h"
#include "platform/machine.h"

struct checkpoint;

/*
 * NULL, and `status` says why: STATUS_HOST, no memory; STATUS_NOT_IMPLEMENTED: something of the
 * machine cannot be kept (a network, shared folders or semihosting files that are open, disks that
 * write to their file), which is named. Costs what was written since the last one, or since
 * machine_restore().
 */
struct checkpoint *machine_checkpoint(struct machine *machine, struct status *status);
void checkpoint_free(struct checkpoint *checkpoint); /* NULL is allowed */

/*
 * Of the same machine, or of one with the same configuration. STATUS_HOST: no memory, STATUS_USAGE:
 * of another kind of machine, or no state of this one can be kept; nothing changed. Another
 * machine's future is new here: the host is asked for it, of the machine's own older checkpoints
 * likewise, and what it prints is shown.
 */
struct status machine_restore(struct machine *machine, const struct checkpoint *checkpoint);

/*
 * A new machine that goes on from there; both run on independently. It has no consoles (descriptors
 * are -1), and shares RAM with the checkpoint until it writes. NULL: status says why
 * (STATUS_BAD_IMAGE: a disk is not what it was any more). It may outlive the checkpoint.
 */
struct machine *machine_fork(struct checkpoint *checkpoint, struct status *status);

/*
 * Bytes of host memory that would be free without it. What it shares with other checkpoints, or
 * with what the machine has to compare with, counts for none of them: machine_kept_bytes().
 */
u64 checkpoint_bytes(const struct checkpoint *checkpoint);
/*
 * All that is kept by all checkpoints of the machine, of those it was forked from and of its forks,
 * and of what was written over disks. 0: there was no checkpoint.
 */
u64 machine_kept_bytes(const struct machine *machine);
/* Instructions that all PEs had executed. */
u64 checkpoint_insns(const struct checkpoint *checkpoint);
/* RAM as it was: false: no RAM there. */
bool checkpoint_read(const struct checkpoint *checkpoint, pa_t pa, void *data, size_t size);

/* Everything but RAM, flash and what was written over disks, in both directions: platform/state.c.
 */
void machine_transfer(struct machine *machine, struct archive *archive);

/*
 * STATUS_NOT_IMPLEMENTED: no state of a machine with such a configuration can be kept, and the text
 * says why. Nothing that happens in a run changes that.
 */
struct status machine_keeps(const struct machine *machine);
/* Somebody changed the machine: what the host answered, and what was shown, from here on is not its
 * future any more. */
void machine_forget_future(struct machine *machine);

#endif
