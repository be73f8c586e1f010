/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The models' rows as they were written, without what model.c works out of them.
 */
#ifndef ENT_TIMING_MODELS_H
#define ENT_TIMING_MODELS_H

#include "timing/model.h"

extern const struct timing_model *const timing_models[]; /* NULL ends */

#endif
