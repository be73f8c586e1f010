/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a load or store leads, told before it executes.
 */
#ifndef ENT_VERIFY_ADDRESS_H
#define ENT_VERIFY_ADDRESS_H

#include "base/base.h"
#include "cpu/state.h"

/*
 * The first byte that the instruction at cpu->pc will access, by the registers as they are; false:
 * it is no load or store, or a prefetch.
 */
bool insn_address(const struct cpu *cpu, u32 insn, u64 *va, bool *is_write);

#endif
