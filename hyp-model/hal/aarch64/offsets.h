/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that assembly and C must agree on; exception.c asserts each. Preprocessor only.
 */
#ifndef HYP_OFFSETS_H
#define HYP_OFFSETS_H

/* struct context */
#define CONTEXT_X      0
#define CONTEXT_SP_EL0 248

/* struct exception_frame */
#define FRAME_SIZE 176
#define FRAME_X18  144
#define FRAME_X30  152
#define FRAME_X29  160

/* enum exit_code */
#define ASM_EXIT_IRQ	     0
#define ASM_EXIT_TRAP	     1
#define ASM_EXIT_SERROR	     2
#define ASM_EXIT_IL	     3
#define ASM_EXIT_WITH_SERROR 0x100

/* What hal_exception() is told: an exception of our own, by vector. */
#define OWN_SYNC   0
#define OWN_IRQ	   1
#define OWN_SERROR 2
#define OWN_UNUSED 3

#define STACK_SIZE  0x4000
#define STACK_LOG2  14
#define STACKS_SIZE (4 * STACK_SIZE) /* one for each CPU */

#endif
