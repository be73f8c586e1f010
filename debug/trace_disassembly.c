/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions as text, by Capstone; most are executed again soon, so their text is kept.
 */
#include <capstone/capstone.h>
#include <stdlib.h>

#include "debug/trace_private.h"

enum { KEPT = 16384, TEXT = 96 };

struct kept {
	u64 pc;
	u32 insn;
	char text[TEXT];
};

struct disassembler {
	csh capstone;
	cs_insn *insn; /* Capstone's buffer for one instruction */
	struct kept kept[KEPT];
};

struct disassembler *disassembler_create(void)
{
	struct disassembler *disassembler = calloc(1, sizeof(*disassembler));

	if (disassembler == NULL)
		return NULL;
	if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &disassembler->capstone) == CS_ERR_OK)
		disassembler->insn = cs_malloc(disassembler->capstone);
	if (disassembler->insn != NULL)
		return disassembler;
	disassembler_destroy(disassembler);
	return NULL;
}

void disassembler_destroy(struct disassembler *disassembler)
{
	if (disassembler == NULL)
		return;
	if (disassembler->insn != NULL)
		cs_free(disassembler->insn, 1);
	if (disassembler->capstone != 0)
		cs_close(&disassembler->capstone);
	free(disassembler);
}

const char *trace_disassemble(struct disassembler *disassembler, u64 pc, u32 insn)
{
	struct kept *kept = &disassembler->kept[(pc >> 2) % KEPT];
	const u8 bytes[4] = { (u8)insn, (u8)(insn >> 8), (u8)(insn >> 16), (u8)(insn >> 24) };
	const u8 *code = bytes;
	size_t size = sizeof(bytes);
	u64 address = pc;
	cs_insn *decoded = disassembler->insn;

	if (LIKELY(kept->pc == pc && kept->insn == insn && kept->text[0] != '\0'))
		return kept->text;
	kept->pc = pc;
	kept->insn = insn;
	if (cs_disasm_iter(disassembler->capstone, &code, &size, &address, decoded))
		snprintf(kept->text, TEXT, "%s%s%.60s", decoded->mnemonic,
			decoded->op_str[0] != '\0' ? " " : "", decoded->op_str);
	else
		snprintf(kept->text, TEXT, ".inst 0x%08" PRIx32, insn);
	return kept->text;
}
