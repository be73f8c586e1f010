/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that assembly and C must agree on; hal_el2.c asserts each. Preprocessor only.
 */
#ifndef HYP_OFFSETS_H
#define HYP_OFFSETS_H

#define CONTEXT_X      0
#define CONTEXT_SP_EL0 248

/* struct el2_frame */
#define FRAME_SIZE 208
#define FRAME_X30  192

/* enum exit_code */
#define ASM_EXIT_IRQ	     0
#define ASM_EXIT_TRAP	     1
#define ASM_EXIT_SERROR	     2
#define ASM_EXIT_IL	     3
#define ASM_EXIT_WITH_SERROR 0x100

/* enum el2_exception */
#define EL2_SYNC   0
#define EL2_IRQ	   1
#define EL2_SERROR 2
#define EL2_VECTOR 3

#endif
