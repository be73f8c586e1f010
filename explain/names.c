/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of registers in any case.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "explain/explain.h"

bool is_generic_name(const char *name, u32 *encoding)
{
	unsigned op0, op1, crn, crm, op2;
	char word[32], canonical[32];
	size_t length = strlen(name);

	for (size_t i = 0; i <= length && i < sizeof(word); i++)
		word[i] = (char)tolower((unsigned char)name[i]);
	if (length >= sizeof(word) ||
		sscanf(word, "s%u_%u_c%u_c%u_%u", &op0, &op1, &crn, &crm, &op2) != 5)
		return false;
	/* sscanf() also takes signs, zeros and spaces before numbers */
	snprintf(canonical, sizeof(canonical), "s%u_%u_c%u_c%u_%u", op0, op1, crn, crm, op2);
	if (strcmp(word, canonical) != 0 || op0 < 2 || op0 > 3 || op1 > 7 || crn > 15 || crm > 15 ||
		op2 > 7)
		return false;
	*encoding = op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2;
	return true;
}

enum sysreg_id register_by_name(const char *name)
{
	u32 encoding;

	if (is_generic_name(name, &encoding))
		return sysreg_find(encoding);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (strcasecmp(sysreg_name((enum sysreg_id)id), name) == 0)
			return (enum sysreg_id)id;
	}
	return SR_NONE;
}

bool is_operation_name(enum sysreg_id id)
{
	return sysreg_encoding(id) >> 14 == 1;
}

bool has_encoding(enum sysreg_id id)
{
	return sysreg_encoding(id) >> 14 != 0;
}

void nearest_offer_registers(struct nearest *nearest)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (has_encoding((enum sysreg_id)id) && !is_operation_name((enum sysreg_id)id))
			nearest_offer(nearest, sysreg_name((enum sysreg_id)id));
	}
}

void nearest_offer_operations(struct nearest *nearest, const char *prefix)
{
	size_t length = strlen(prefix);

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const char *name = sysreg_name((enum sysreg_id)id);

		if (strncasecmp(name, prefix, length) == 0)
			nearest_offer(nearest, name + length);
	}
}
