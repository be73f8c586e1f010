/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a machine was made, as an archive: what of its configuration belongs to the guest's world.
 * What belongs to the host (descriptors, callbacks, the engine) is not in it.
 */
#ifndef ENT_PLATFORM_CONFIG_H
#define ENT_PLATFORM_CONFIG_H

#include "base/archive.h"
#include "platform/machine.h"

/* A file as it was when it was opened. */
struct file_identity {
	u64 size;
	s64 seconds; /* of its last change */
	u32 nanoseconds;
};

/* A configuration with what it points to, but for texts. */
struct kept_config {
	struct machine_config machine;
	struct timing_model timing;
	struct file_identity disk[MACHINE_DISKS];
};

/* Of a machine that is there; texts are its own. */
void config_of(const struct machine *machine, struct kept_config *kept);
/* STATUS_BAD_IMAGE: a disk of the machine is not what it was for the machine (`of`) that was kept.
 */
struct status config_check_disks(
	const struct kept_config *kept, const struct machine *machine, const char *of);
/*
 * Loading: begins with machine_default_config(); texts are in what is loaded, disks have
 * `snapshot`, flash has no files. *kept may not be moved after it.
 */
void config_transfer(struct kept_config *kept, struct archive *archive);

#endif
