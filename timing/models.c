/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The models there are: one block here and one file of rows each.
 */
#include "timing/models.h"

/* For the checks of the rows. */
#define FITS(what, value) ((value) >= LEAST_##what && (value) <= MOST_##what)

#define MODEL_IS(part) a55_##part
#define MODEL_NAME     "a55"
#define MODEL_WHAT     "in-order, dual issue, of the Cortex-A55 class"
#define MODEL_ROWS     "timing/model_a55.def"
#include "timing/model_rows.h"

#define MODEL_IS(part) a53_##part
#define MODEL_NAME     "a53"
#define MODEL_WHAT     "in-order, dual issue, of the Cortex-A53 class"
#define MODEL_ROWS     "timing/model_a53.def"
#include "timing/model_rows.h"

const struct timing_model *const timing_models[] = { &a55_model, &a53_model, NULL };
