/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The register file of the fake machine: what a name means at this EL with this HCR_EL2.E2H, by the
 * columns of sysregs/sysreg.def that the simulator uses too; and the SYS instructions.
 */
#include <string.h>

#include "core/arch.h"
#include "host_machine.h"

enum access {
	RW_EL0,
	RO_EL0,
	RO_EL0_RW_EL1,
	RO_EL0_RW_TOP,
	RW_EL1,
	RO_EL1,
	WO_EL1,
	WO_EL0,
	RW_EL2,
	RO_EL2,
	WO_EL2,
	NONE,
};

/* Which features the ID registers say. BASE needs no field: whatever is there is at least 0. */
enum { SR_NONE = SR_MIDR_EL1, NONE_NONE_MSB = 63, NONE_NONE_LSB = 0 };
enum feature {
#define FEATURE(name, reg, field, value, profile) FEATURE_##name,
#include "sysregs/feature.def"
#undef FEATURE
};

static const struct {
	enum host_reg reg;
	unsigned msb, lsb, value;
} features[] = {
#define FEATURE(name, reg, field, value, profile)                                                  \
	[FEATURE_##name] = { (enum host_reg)SR_##reg, reg##_##field##_MSB, reg##_##field##_LSB,    \
		value },
#include "sysregs/feature.def"
#undef FEATURE
};

#define RES0(mask)
#define RES1(mask)
#define TRAPS(mask)
#define VNCR(offset)
#define VNCR_ANY_NV1(offset)
#define NV2_IS(reg)
#define VIRTUAL(when, reg)
#define READ(fn)
#define TOOK(fn)
#define WROTE(fn)
#define ROUTE(fn)
#define GATED
#define FEATURE(name) , .feature = FEATURE_##name
#define E2H_IS(reg)   , .e2h_is = SR_##reg, .has_e2h_is = true
#define ALIAS_OF(reg) , .alias_of = SR_##reg, .is_alias = true
#define OPERATION     , .is_operation = true

static const struct row {
	const char *name;
	enum access access;
	enum feature feature;
	unsigned op1, crn;
	enum host_reg e2h_is, alias_of;
	bool has_e2h_is, is_alias, is_operation;
} rows[HOST_REG_COUNT] = {
#define SYSREG(id, op0_, op1_, crn_, crm, op2, access_, reset, ...)                                \
	[SR_##id] = { .name = #id, .access = access_, .op1 = (op1_), .crn = (crn_)__VA_ARGS__ },
#include "sysregs/sysreg.def"
#undef SYSREG
};

/*
 * The names whose EL2 meaning is wanted on VHE: el2.def, and the host's timer. Every other E2H_IS
 * name is somebody's mistake (WS-1, TM-3).
 */
static const bool is_el2_by_el1_name[HOST_REG_COUNT] = {
#define EL2(name, nvhe, vhe) [SR_##vhe] = true,
#include "core/el2.def"
#undef EL2
	[SR_CNTP_CTL_EL0] = true,
	[SR_CNTP_CVAL_EL0] = true,
};

static struct cpu_registers {
	struct {
		u64 value;
		bool is_set;
	} reg[HOST_REG_COUNT];
	unsigned el;
	bool is_regime_pending; /* HCR_EL2, VTTBR_EL2 or VTCR_EL2 written, no CSE since */
	bool is_cptr_pending;
	bool is_par_pending; /* AT executed, no CSE since */
} machines[HOST_CPUS];

static unsigned this;
static u64 at_results[16];
static size_t at_count;

static struct cpu_registers *cpu(void)
{
	return &machines[this];
}

static enum host_reg storage(enum host_reg reg)
{
	return rows[reg].is_alias ? rows[reg].alias_of : reg;
}

void host_set(enum host_reg reg, u64 value)
{
	cpu()->reg[storage(reg)].value = value;
	cpu()->reg[storage(reg)].is_set = true;
}

bool host_is_set(enum host_reg reg)
{
	return cpu()->reg[storage(reg)].is_set;
}

void host_unset(enum host_reg reg)
{
	cpu()->reg[storage(reg)].is_set = false;
}

u64 host_get(enum host_reg reg)
{
	if (!host_is_set(reg))
		misuse("host_get of a register that nothing has set", rows[reg].name);
	return cpu()->reg[storage(reg)].value;
}

const char *host_reg_name(enum host_reg reg)
{
	return rows[reg].name;
}

static u64 value_or_zero(enum host_reg reg)
{
	return host_is_set(reg) ? host_get(reg) : 0;
}

bool is_e2h(void)
{
	return value_or_zero(SR_HCR_EL2) & F(HCR_EL2, E2H);
}

bool is_in_host(void)
{
	u64 both = F(HCR_EL2, E2H) | F(HCR_EL2, TGE);

	return (value_or_zero(SR_HCR_EL2) & both) == both;
}

void context_synchronised(void)
{
	cpu()->is_regime_pending = false;
	cpu()->is_cptr_pending = false;
	cpu()->is_par_pending = false;
}

static bool is_tval(enum host_reg reg)
{
	return strstr(rows[reg].name, "_TVAL_") != NULL;
}

static bool has_feature(enum feature f)
{
	return bits(value_or_zero(features[f].reg), features[f].msb, features[f].lsb) >=
	       features[f].value;
}

/* HW-1 and HW-2: which storage the name means here and now. */
static enum host_reg meaning(enum host_reg reg, bool is_write)
{
	const struct row *row = &rows[reg];

	if (!has_feature(row->feature))
		misuse("UNDEFINED: the ID registers say that its feature is not there", row->name);
	if (row->access == NONE || is_tval(reg))
		misuse("not modelled on the host", row->name);
	if ((is_write && (row->access == RO_EL0 || row->access == RO_EL1 || row->access == RO_EL2 ||
				 row->access == RO_EL0_RW_TOP)) ||
		(!is_write && (row->access == WO_EL0 || row->access == WO_EL1)))
		misuse(is_write ? "write of a read-only register" : "read of a write-only register",
			row->name);
	if (cpu()->el < 2 && (row->access == RW_EL2 || row->access == RO_EL2))
		misuse("a register of EL2, at EL1", row->name);
	if (row->is_alias && !is_e2h())
		misuse("UNDEFINED with E2H=0", row->name);
	if (!row->has_e2h_is || cpu()->el < 2 || !is_e2h())
		return storage(reg);
	if (!is_el2_by_el1_name[reg])
		misuse("with E2H=1 this name means the EL2 register", row->name);
	return row->e2h_is;
}

u64 host_read(enum host_reg reg)
{
	enum host_reg what = meaning(reg, false);

	if (!host_is_set(what))
		misuse("read of a register that nothing has set", rows[reg].name);
	if (what == SR_PAR_EL1 && cpu()->is_par_pending)
		misuse("PAR_EL1", "read after an AT without an ISB between them");
	log_add(LOG_READ, reg, 0, host_get(what));
	return host_get(what);
}

static void operation(enum host_reg reg, u64 operand);

void host_write(enum host_reg reg, u64 value)
{
	enum host_reg what;

	if (rows[reg].is_operation) {
		operation(reg, value);
		return;
	}
	what = meaning(reg, true);
	host_set(what, value);
	if (what == SR_HCR_EL2 || what == SR_VTTBR_EL2 || what == SR_VTCR_EL2)
		cpu()->is_regime_pending = true;
	if (what == SR_CPTR_EL2)
		cpu()->is_cptr_pending = true;
	log_add(LOG_WRITE, reg, 0, value);
}

/* What an instruction about the EL1&0 regime needs in order to be about the guest. */
static void el1_regime_check(const char *name)
{
	if (cpu()->el < 2)
		misuse("at EL1 this concerns the host", name);
	if (host_get(SR_HCR_EL2) & F(HCR_EL2, TGE))
		misuse("with TGE=1 this does not concern the guest", name);
	if (cpu()->is_regime_pending)
		misuse("no ISB since HCR_EL2, VTTBR_EL2 or VTCR_EL2 was written", name);
}

static void at(enum host_reg reg)
{
	if (reg != SR_AT_S1E2R && reg != SR_AT_S1E2W)
		el1_regime_check(rows[reg].name);
	if (at_count == 0)
		misuse(rows[reg].name, "no test gave host_at_result()");
	host_set(SR_PAR_EL1, at_results[0]);
	memmove(at_results, at_results + 1, --at_count * sizeof(at_results[0]));
	cpu()->is_par_pending = true;
}

/* Those of EL2's own regime, and ALLE1, whose scope TGE does not change (A.15). */
static bool is_for_any_host(enum host_reg reg)
{
	return strstr(rows[reg].name, "E2IS") || strstr(rows[reg].name, "E2OS") ||
	       strcmp(rows[reg].name + strlen(rows[reg].name) - 2, "E2") == 0 ||
	       strncmp(rows[reg].name, "TLBI_ALLE1", 10) == 0;
}

/* SYS instructions: C7 with C8 and C9 are AT or DC, C8 is TLBI. */
static void operation(enum host_reg reg, u64 operand)
{
	if (!has_feature(rows[reg].feature))
		misuse("UNDEFINED: its feature is not there", rows[reg].name);
	if (cpu()->el < 2 && rows[reg].op1 == 4)
		misuse("an instruction of EL2, at EL1", rows[reg].name);
	if (strncmp(rows[reg].name, "AT_", 3) == 0)
		at(reg);
	else if (rows[reg].crn == 8 && !is_for_any_host(reg))
		el1_regime_check(rows[reg].name);
	log_add(LOG_SYS, reg, 0, operand);
}

void host_at_result(u64 par)
{
	if (at_count == COUNT(at_results))
		misuse("host_at_result", "too many are waiting");
	at_results[at_count++] = par;
}

/* FP-4: CPTR_EL2 governs EL2 too, once it is effective. */
void fp_check(const char *what)
{
	u64 cptr = host_get(SR_CPTR_EL2);
	bool is_open = is_e2h() ? bits(cptr, 21, 20) == 3 : bits(cptr, 10, 10) == 0;

	if (!is_open)
		misuse(what, "CPTR_EL2 traps FP");
	if (cpu()->is_cptr_pending)
		misuse(what, "no ISB since CPTR_EL2 was written");
}

void host_set_cpu(unsigned index)
{
	if (index >= HOST_CPUS)
		misuse("host_set_cpu", "there are not so many");
	this = index;
}

unsigned host_this_cpu(void)
{
	return this;
}

void host_set_level(unsigned el)
{
	cpu()->el = el;
}

unsigned host_level(void)
{
	return cpu()->el;
}

void registers_reset(void)
{
	memset(machines, 0, sizeof(machines));
	at_count = 0;
	for (this = HOST_CPUS; this -- > 0;) {
		cpu()->el = 2;
#define SYSREG(id, op0, op1, crn, crm, op2, access, reset, ...)                                    \
	if ((op0) == 3 && (op1) == 0 && (crn) == 0 && (crm) >= 1)                                  \
		host_set(SR_##id, 0);
#include "sysregs/sysreg.def"
#undef SYSREG
		host_set(SR_MIDR_EL1, 0x410fd0f0);
		host_set(SR_MPIDR_EL1, 0x80000000 + this);
		host_set(SR_REVIDR_EL1, 0);
		host_set(SR_ID_AA64PFR0_EL1,
			0x1111 | FV(ID_AA64PFR0_EL1, GIC, 1)); /* EL0-3, AArch64 alone */
		host_set(SR_ID_AA64DFR0_EL1,
			FV(ID_AA64DFR0_EL1, DebugVer, 6) | FV(ID_AA64DFR0_EL1, PMUVer, 1) |
				FV(ID_AA64DFR0_EL1, BRPs, 5) | FV(ID_AA64DFR0_EL1, WRPs, 3));
		host_set(SR_ID_AA64MMFR0_EL1, 0x1122); /* 40 bits, 16 bits of ASID, all granules */
		host_set(SR_ID_AA64MMFR1_EL1,
			FV(ID_AA64MMFR1_EL1, HAFDBS, 2) | FV(ID_AA64MMFR1_EL1, VMIDBits, 2) |
				FV(ID_AA64MMFR1_EL1, VH, 1) | FV(ID_AA64MMFR1_EL1, PAN, 1));
		host_set(SR_CTR_EL0, 0x8444c004);
		host_set(SR_CLIDR_EL1, 0x0a200023);
		host_set(SR_DCZID_EL0, 4);
		host_set(SR_CNTFRQ_EL0, 62500000);
		host_set(SR_CNTPCT_EL0, 0);
		host_set(SR_CNTVCT_EL0, 0);
		host_set(SR_ICH_VTR_EL2, 0x90000003); /* 4 list registers, 5 priority bits */
	}
	this = 0;
}
