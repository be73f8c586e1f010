/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle's other questions: which exception an instruction of a guest takes, under random
 * controls of its hypervisor (INV-NV-9). Instructions are MRS and MSR of every register and SYS of
 * every operation of sysregs/sysreg.def, at EL1 and EL0; those of features that this EL2 does not
 * have are not asked.
 */
#include "guest/oracle.h"

#define RES0(mask)
#define RES1(mask)
#define TRAPS(mask)
#define E2H_IS(reg)
#define ALIAS_OF(reg)
#define NV2_IS(reg)
#define VNCR(offset)
#define VNCR_ANY_NV1(offset)
#define VIRTUAL(when, reg)
#define READ(fn)
#define TOOK(fn)
#define WROTE(fn)
#define ROUTE(fn)
#define GATED
#define OPERATION

/* --- features, by the ID registers as they read here ------------------------------------------ */

enum {
#define FIELD(reg, field, high, low) reg##_##field##_HIGH = (high), reg##_##field##_LOW = (low),
#include "sysregs/fields.def"
#undef FIELD
	NONE_NONE_HIGH = 63,
	NONE_NONE_LOW = 0,
};

#define SYSREG(name, op0, op1, crn, crm, op2, ...)                                                 \
	static __attribute__((unused)) u64 read_##name(void)                                       \
	{                                                                                          \
		u64 value;                                                                         \
                                                                                                   \
		__asm__ volatile("mrs %0, S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2            \
				 : "=r"(value));                                                   \
		return value;                                                                      \
	}
#define FEATURE(...)
#include "sysregs/sysreg.def"
#undef FEATURE
#undef SYSREG

static u64 read_NONE(void)
{
	return 0;
}

enum feature {
#define FEATURE(name, reg, field, value, profile) FEATURE_##name,
#include "sysregs/feature.def"
#undef FEATURE
	FEATURES
};

static bool has[FEATURES];

static bool is_at_least(u64 id, unsigned high, unsigned low, u64 value)
{
	return (id >> low & ~0ul >> (63 - (high - low))) >= value;
}

static void find_features(void)
{
#define FEATURE(name, reg, field, value, profile)                                                  \
	has[FEATURE_##name] =                                                                      \
		is_at_least(read_##reg(), reg##_##field##_HIGH, reg##_##field##_LOW, value);
#include "sysregs/feature.def"
#undef FEATURE
}

/* --- instructions ----------------------------------------------------------------------------- */

#define FEATURE(name) FEATURE_##name |
static const struct {
	const char *name;
	u32 op0;
	u32 feature;
} rows[] = {
#define SYSREG(name, op0, op1, crn, crm, op2, access, reset, ...) { #name, op0, __VA_ARGS__ 0 },
#include "sysregs/sysreg.def"
#undef SYSREG
};
#undef FEATURE

/* Two of three words a row: MRS or MSR or SYS of x0; SVC #5; a loop. */
enum { STUB = 12 };
extern const char stubs[];
#define ACCESS(l, op0, op1, crn, crm, op2)                                                         \
	".inst 0xd5000000 | " #l " << 21 | " #op0 " << 19 | " #op1 " << 16 | " #crn                \
	" << 12 | " #crm " << 8 | " #op2 " << 5\n svc #5\n b .\n"
#define FEATURE(...)
__asm__(".text\n .balign 4\n stubs:\n"
#define SYSREG(name, op0, op1, crn, crm, op2, ...)                                                 \
	ACCESS(1, op0, op1, crn, crm, op2) ACCESS(0, op0, op1, crn, crm, op2)
#include "sysregs/sysreg.def"
#undef SYSREG
);
#undef FEATURE

static bool starts_with(const char *text, const char *start)
{
	while (*start != '\0' && *start == *text)
		start++, text++;
	return *start == '\0';
}

/* The PMU is hidden from VMs; SP_EL2 and ICV_ are names without an encoding of their own. */
static bool is_asked(unsigned row)
{
	return rows[row].op0 != 0 && has[rows[row].feature] && !starts_with(rows[row].name, "PM");
}

/* --- random controls -------------------------------------------------------------------------- */

#define HCR_ALWAYS (1ul << 31 | 1ul | 7ul << 3) /* RW, VM, AMO, IMO, FMO */
/* TID0-3, TIDCP, TACR, TSW, TPCP, TPU, TTLB, TVM, TDZ, TRVM; APK, API */
#define HCR_SOME                                                                                   \
	(0xful << 15 | 1ul << 20 | 1ul << 21 | 1ul << 22 | 1ul << 23 | 1ul << 24 | 1ul << 25 |     \
		1ul << 26 | 1ul << 28 | 1ul << 30 | 3ul << 40)
#define HCR_E2H	  (1ul << 34)
#define MDCR_SOME (0xful << 8)			      /* TDE, TDA, TDOSA, TDRA */
#define CPTR_VHE  (1ul << 31 | 3ul << 20)	      /* TCPAC, FPEN */
#define CPTR_NVHE (1ul << 31 | 1ul << 10)	      /* TCPAC, TFP */
#define ICH_SOME  (1ul << 10 | 3ul << 11 | 1ul << 14) /* TC, TALL0, TALL1, TDIR */
#define CNTKCTL	  (3ul | 3ul << 8)

static u64 some(u64 mask)
{
	return random() & random() & mask;
}

static void random_controls(bool is_vhe)
{
	u64 cnthctl = is_vhe ? some(3ul << 10) : some(3);

	el2_write_hcr(HCR_ALWAYS | some(HCR_SOME));
	WRITE_SYSREG(mdcr_el2, some(MDCR_SOME));
	WRITE_SYSREG(cptr_el2,
		is_vhe ? 3ul << 20 ^ some(CPTR_VHE) : 0x33ff ^ 1ul << 10 ^ some(CPTR_NVHE));
	WRITE_SYSREG(cnthctl_el2, cnthctl);
	WRITE_SYSREG(s3_4_c12_c11_0, some(ICH_SOME));
	if (is_vhe) {
		WRITE_SYSREG(s3_5_c14_c1_0, random() & CNTKCTL);
		WRITE_SYSREG(s3_5_c1_c0_2, random() & 3ul << 20);
	} else {
		WRITE_SYSREG(cntkctl_el1, random() & CNTKCTL);
		WRITE_SYSREG(cpacr_el1, random() & 3ul << 20);
	}
	isb();
}

static void answer(const char *what, const char *name, unsigned el, u64 hcr, u64 ended, u64 base)
{
	put(what);
	put(name);
	oracle_put_hex(el);
	put(" hcr");
	oracle_put_hex(hcr);
	oracle_put_hex(READ_SYSREG(mdcr_el2));
	oracle_put_hex(READ_SYSREG(cptr_el2));
	oracle_put_hex(READ_SYSREG(cnthctl_el2));
	oracle_put_hex(READ_SYSREG(s3_4_c12_c11_0));
	put(" ended");
	oracle_put_hex(ended);
	oracle_put_hex(caught.esr);
	if (caught.esr == (0x16ul << 26 | 1ul << 25 | 77)) { /* EL1 took it */
		put(" el1");
		oracle_put_hex(oracle_esr_el1());
		oracle_put_hex(oracle_elr_el1() - base);
	} else {
		oracle_put_hex(caught.elr - base);
		oracle_put_hex(caught.spsr);
	}
	put("\n");
}

void oracle_traps(u64 seed, bool is_vhe, u64 count)
{
	find_features();
	WRITE_SYSREG(s3_4_c12_c9_5, 0xf); /* ICC_SRE_EL2: as it is for a VM */
	for (u64 number = 0; number < count; number++) {
		u64 base, hcr, ended;
		unsigned row, el;
		bool is_write;

		random_seed(seed ^ (number + 1) << 20); /* each question alike, asked or not */
		row = (unsigned)(random() >> 32) % COUNT(rows);
		is_write = random() >> 63 || rows[row].op0 == 1;
		el = (unsigned)(random() >> 63);
		put(is_vhe ? "trap vhe" : "trap nvhe");
		oracle_put_hex(number);
		if (!is_asked(row)) {
			put(" not asked\n");
			continue;
		}
		base = (u64)stubs + (2 * row + is_write) * STUB;
		oracle_good_guest();
		random_controls(is_vhe);
		hcr = READ_SYSREG(hcr_el2);
		ended = run_guest((struct entry){ base, el == 1 ? 0x3c5 : 0x3c0,
			rows[row].op0 == 1 ? oracle_blank() : 0, 0 });
		el2_write_hcr(HCR_ALWAYS);
		answer(is_write ? " write " : " read ", rows[row].name, el, hcr, ended, base);
	}
}
