/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many processes at a time: it changes no result.
 */
#ifndef ENT_VERIFY_JOBS_H
#define ENT_VERIFY_JOBS_H

#include "base/base.h"

enum { MOST_JOBS = 64 };

/* 0: as many as the host has CPUs. At least 1, at most MOST_JOBS. */
unsigned jobs_of(u64 wanted);

#endif
