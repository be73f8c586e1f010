/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core/mutant.h for assembly. Each macro may change the register `scratch`, and the flags.
 */
#ifndef HYP_MUTANT_ASM_H
#define HYP_MUTANT_ASM_H

#ifdef HYP_MUTANTS

	.set	mutant_number, 0
/* clang-format off */
#define BUG(id, ...) .set mutant_number, mutant_number + 1; .set MUTANT_##id, mutant_number;
#define NOT_EXPRESSIBLE(...)
#include "core/mutants.def"
#undef BUG
#undef NOT_EXPRESSIBLE

	.macro	compare_mutant number, scratch
	adrp	\scratch, mutant_chosen
	ldrsw	\scratch, [\scratch, :lo12:mutant_chosen]
	cmp	\scratch, #\number
	.endm

	.macro	if_mutant number, scratch, label
	compare_mutant \number, \scratch
	b.eq	\label
	.endm

	.macro	mutant_clobber number, scratch, register
	compare_mutant \number, \scratch
	csel	\register, \scratch, \register, eq
	.endm

#define IF_MUTANT(id, scratch, label)	      if_mutant MUTANT_##id, scratch, label
#define MUTANT_CLOBBER(id, scratch, register) mutant_clobber MUTANT_##id, scratch, register
/* clang-format on */

#else

#define IF_MUTANT(id, scratch, label)
#define MUTANT_CLOBBER(id, scratch, register)

#endif

#endif
