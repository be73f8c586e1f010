/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syndromes: names of exception classes, readable lines for ESR values, the simple faults.
 */
#include "exceptions/exceptions.h"

#include <stdio.h>
#include <string.h>

#include "sysregs/sysregs.h"

static const char *const names[64] = {
#define EC(name, value, ...) [value] = #name,
#include "exceptions/ec.def"
#undef EC
};

static const char *const texts[64] = {
#define EC(name, value, text) [value] = text,
#include "exceptions/ec.def"
#undef EC
};

#define UNNAMED(high)                                                                              \
	"EC_0x" #high "0", "EC_0x" #high "1", "EC_0x" #high "2", "EC_0x" #high "3",                \
		"EC_0x" #high "4", "EC_0x" #high "5", "EC_0x" #high "6", "EC_0x" #high "7",        \
		"EC_0x" #high "8", "EC_0x" #high "9", "EC_0x" #high "a", "EC_0x" #high "b",        \
		"EC_0x" #high "c", "EC_0x" #high "d", "EC_0x" #high "e", "EC_0x" #high "f"
static const char *const unnamed[64] = { UNNAMED(0), UNNAMED(1), UNNAMED(2), UNNAMED(3) };

const char *ec_name(unsigned ec)
{
	ec &= COUNT(names) - 1; /* a field of six bits */
	return names[ec] != NULL ? names[ec] : unnamed[ec];
}

/* Fault status codes with a level in their low two bits, then the others. */
static const char *const leveled_status[16] = {
	[0] = "address size fault",
	[1] = "translation fault",
	[2] = "access flag fault",
	[3] = "permission fault",
	[5] = "external abort on a walk",
};
static const struct {
	u8 status;
	const char *text;
} other_status[] = {
	{ 0x10, "external abort" },
	{ 0x21, "alignment fault" },
	{ 0x22, "debug exception" },
	{ 0x30, "TLB conflict" },
	{ 0x34, "implementation defined (lockdown)" },
	{ 0x35, "unsupported exclusive or atomic access" },
};

static void describe_status(u32 status, char *text, size_t size)
{
	for (size_t i = 0; i < COUNT(other_status); i++) {
		if (other_status[i].status == status) {
			snprintf(text, size, "%s", other_status[i].text);
			return;
		}
	}
	if (leveled_status[status >> 2] != NULL)
		snprintf(text, size, "%s level %u", leveled_status[status >> 2], status & 3);
	else
		snprintf(text, size, "status 0x%x", status);
}

static void describe_abort(u32 iss, bool is_data, char *text, size_t size)
{
	char status[64], access[64] = "";

	describe_status(iss & 0x3f, status, sizeof(status));
	if (is_data && (iss >> 24 & 1))
		snprintf(access, sizeof(access), ", %u bytes%s%s %c%u", 1u << (iss >> 22 & 3),
			iss >> 21 & 1 ? " sign-extended" : "", iss >> 6 & 1 ? " from" : " to",
			iss >> 15 & 1 ? 'x' : 'w', iss >> 16 & 31);
	snprintf(text, size, "%s%s%s%s%s%s",
		!is_data       ? ""
		: iss >> 6 & 1 ? "write, "
			       : "read, ",
		status, iss >> 7 & 1 ? " on a stage 1 walk" : "",
		is_data && (iss >> 8 & 1) ? ", cache maintenance or AT" : "",
		is_data && (iss >> 13 & 1) ? ", VNCR access" : "", access);
}

/* Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt 9:5, CRm 4:1, Direction 0. */
static void describe_sysreg(u32 iss, char *text, size_t size)
{
	u32 op0 = iss >> 20 & 3, op2 = iss >> 17 & 7, op1 = iss >> 14 & 7, crn = iss >> 10 & 15;
	u32 crm = iss >> 1 & 15, rt = iss >> 5 & 31;
	enum sysreg_id id = sysreg_find(op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2);
	const char *verb = iss & 1 ? "read of" : op0 == 1 ? "operation" : "write of";
	char name[32], operand[8] = "xzr";

	if (op0 == 0) { /* MSR (immediate): EL0 is denied these two alone */
		snprintf(text, size, "MSR %s, #%u", op2 == 6 ? "DAIFSet" : "DAIFClr", crm);
		return;
	}
	if (id != SR_NONE)
		snprintf(name, sizeof(name), "%s", sysreg_name(id));
	else
		snprintf(name, sizeof(name), "S%u_%u_C%u_C%u_%u", op0, op1, crn, crm, op2);
	if (rt != 31)
		snprintf(operand, sizeof(operand), "x%u", rt);
	snprintf(text, size, "%s %s, %s", verb, name, operand);
}

static const char *const eret_names[4] = { "ERET", "ERET", "ERETAA", "ERETAB" };

void esr_describe(u64 esr, char *text, size_t size)
{
	u32 ec = (u32)(esr >> 26) & 0x3f, iss = (u32)esr & 0x1ffffff;
	char detail[160] = "";

	switch (ec) {
	case EC_IABT_LOWER:
	case EC_IABT_SAME: describe_abort(iss, false, detail, sizeof(detail)); break;
	case EC_DABT_LOWER:
	case EC_DABT_SAME: describe_abort(iss, true, detail, sizeof(detail)); break;
	case EC_SYSREG: describe_sysreg(iss, detail, sizeof(detail)); break;
	case EC_WFX: snprintf(detail, sizeof(detail), "%s", iss & 1 ? "WFE" : "WFI"); break;
	case EC_ERET: snprintf(detail, sizeof(detail), "trapped %s", eret_names[iss & 3]); break;
	case EC_SVC64:
	case EC_HVC64:
	case EC_SMC64:
	case EC_BRK64: snprintf(detail, sizeof(detail), "#0x%x", iss & 0xffff); break;
	default:
		snprintf(detail, sizeof(detail), "%s", texts[ec] ? texts[ec] : "unallocated class");
		break;
	}
	snprintf(text, size, "%s: %s", ec_name(ec), detail);
}

void fault_undefined(struct cpu *cpu)
{
	cpu->fault = (struct fault){ .ec = EC_UNKNOWN };
}

void fault_trap(struct cpu *cpu, unsigned el, enum ec ec, u32 iss)
{
	cpu->fault = (struct fault){ .ec = (u8)ec, .target_el = (u8)el, .iss = iss };
}
