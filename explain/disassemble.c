/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words back to text, by Capstone.
 */
#include <capstone/capstone.h>

#include "explain/explain.h"

void disassemble(u32 insn, char *text, size_t size)
{
	disassemble_at(0, insn, text, size);
}

void disassemble_at(u64 address, u32 insn, char *text, size_t size)
{
	const u8 bytes[4] = { (u8)insn, (u8)(insn >> 8), (u8)(insn >> 16), (u8)(insn >> 24) };
	cs_insn *decoded = NULL;
	csh capstone;

	snprintf(text, size, ".inst 0x%08" PRIx32, insn);
	if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &capstone) != CS_ERR_OK)
		return;
	if (cs_disasm(capstone, bytes, sizeof(bytes), address, 1, &decoded) == 1) {
		snprintf(text, size, "%s%s%s", decoded->mnemonic,
			decoded->op_str[0] != '\0' ? " " : "", decoded->op_str);
		cs_free(decoded, 1);
	}
	cs_close(&capstone);
}
