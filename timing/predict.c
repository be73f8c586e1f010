/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sizes of the branch predictor.
 */
#include "timing/predict.h"

/* Tables have the largest power of two that the model allows. */
static u16 mask_below(u32 entries)
{
	u32 size = 1;

	while (size * 2 <= entries)
		size *= 2;
	return (u16)(size - 1);
}

void predict_reset(struct predictor *p, const struct timing_model *model)
{
	const u32 *param = model->param;

	*p = (struct predictor){
		.history_mask = (u32)(BIT(param[PARAM_predict_history]) - 1),
		.path_mask = (u32)(BIT(param[PARAM_predict_path]) - 1),
		.direction_mask = mask_below(param[PARAM_predict_directions]),
		.pattern_mask = mask_below(param[PARAM_predict_patterns]),
		.target_mask = mask_below(param[PARAM_predict_targets]),
		.return_count = (u8)param[PARAM_predict_returns],
	};
}
