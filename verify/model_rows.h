/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.def for who wants some kinds of its rows: defines the others as nothing, and undefines all.
 * To be included as often as wanted.
 */
#ifndef MEMBER
#define MEMBER(...)
#endif
#ifndef SIZE
#define SIZE(...)
#endif
#ifndef VARIABLE
#define VARIABLE(...)
#endif
#ifndef CONSTANT
#define CONSTANT(...)
#endif
#ifndef FUNCTION
#define FUNCTION(...)
#endif
#include "verify/model.def"
#undef MEMBER
#undef SIZE
#undef VARIABLE
#undef CONSTANT
#undef FUNCTION
