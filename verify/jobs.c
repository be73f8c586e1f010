/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The number of the host's CPUs, which nothing but speed depends on.
 */
#include "verify/jobs.h"

#include <unistd.h>

unsigned jobs_of(u64 wanted)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted == 0)
		wanted = cpus > 0 ? (u64)cpus : 1;
	return (unsigned)smaller(wanted, MOST_JOBS);
}
