/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol verify --kill-matrix` share.
 */
#ifndef ENT_APP_VERIFY_KILL_H
#define ENT_APP_VERIFY_KILL_H

#include "verify/kill.h"

/* What exit code 0 says. */
bool kill_is_good(const struct kill_matrix *matrix);
void kill_print_text(const struct kill_matrix *matrix);
void kill_print_json(const struct kill_matrix *matrix);
/* docs/KILL-MATRIX.md */
void kill_print_markdown(const struct kill_matrix *matrix);

#endif
