/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about pointer authentication (FEAT_PAuth, QARMA5), printed as lines; the same on
 * Entresol and on qemu-system-aarch64 -cpu max. Nothing is translated: TCR_ELx says where the PAC
 * goes even with the MMU off.
 *
 * Not here, because QEMU 7.2 chooses the range of an address to be signed by bit 55 alone:
 * addresses whose bits 63 and 55 differ while the controls of the two ranges do; and because it
 * does not strip while no key is enabled: XPAC there.
 */
#define SPSR_NOT_COMPARED (3ul << 10) /* BTYPE: -cpu max has FEAT_BTI */
#include "facts.h"

#define HCR_APK BIT(40)
#define HCR_API BIT(41)
#define HCR_E2H BIT(34)
#define HCR_TGE BIT(27)
#define ENABLES (BIT(31) | BIT(30) | BIT(27) | BIT(13))
#define SCTLR	0x30d00800ul

static const u64 modifiers[2] = { 0x477d469dec0b8762, 0x40204ff0 };

/* Signs and authenticates one pointer with one key, with the right and a wrong modifier. */
#define SIGN(key, pointer)                                                                         \
	do {                                                                                       \
		u64 signed_ = (pointer), good_, bad_;                                              \
                                                                                                   \
		asm volatile("pac" key " %0, %1" : "+r"(signed_) : "r"(modifiers[0]));             \
		good_ = bad_ = signed_;                                                            \
		asm volatile("aut" key " %0, %1" : "+r"(good_) : "r"(modifiers[0]));               \
		asm volatile("aut" key " %0, %1" : "+r"(bad_) : "r"(modifiers[1]));                \
		put("  " key);                                                                     \
		put_hex(" ", (pointer));                                                           \
		put_hex(" signed ", signed_);                                                      \
		put_hex(" good ", good_);                                                          \
		put_hex(" bad ", bad_);                                                            \
		asm volatile("xpaci %0" : "+r"(signed_));                                          \
		put_hex(" stripped ", signed_);                                                    \
		end_line();                                                                        \
	} while (0)

static void sign_one(u64 pointer)
{
	u64 i = pointer, d = pointer;

	SIGN("ia", pointer);
	SIGN("ib", pointer);
	SIGN("da", pointer);
	SIGN("db", pointer);
	asm volatile("xpaci %0" : "+r"(i));
	asm volatile("xpacd %0" : "+r"(d));
	put_hex("  xpaci ", i);
	put_hex(" xpacd ", d);
	end_line();
}

/* Bits 63 and 55 agree. */
static const u64 pointers[] = {
	0,
	0x40201234,
	0x00007ffffffffff8,
	0xffff800012345678,
	0xfffffffffffffffc,
	0xffffffff00000000,
	0x0012345678abcdef,
	0x2b00001234567890,
	0x7f7fffffffffffff,
	0xcdff800012345678,
	0x8080000000000000,
	0xfffe000000000000,
};

/* Bits 63 and 55 differ. */
static const u64 odd_pointers[] = {
	0x8000000000000000,
	0xab00001234567890,
	0x00ff800012345678,
	0x5ad5000000001000,
};

#define TSZ(t0, t1) ((u64)(t0) | (u64)(t1) << 16)
#define TBI0	    BIT(37)
#define TBI1	    BIT(38)
#define TBID0	    BIT(51)
#define TBID1	    BIT(52)

/* The controls of one or two ranges. */
static const struct {
	const char *name;
	u64 tcr;
	int is_symmetrical;
} layouts[] = {
	{ "48 bits", TSZ(16, 16), 1 },
	{ "39 and 44 bits", TSZ(25, 20), 0 },
	{ "25 bits", TSZ(39, 39), 1 },
	{ "tags below", TSZ(16, 16) | TBI0, 0 },
	{ "tags above", TSZ(16, 25) | TBI1, 0 },
	{ "tags", TSZ(16, 16) | TBI0 | TBI1, 1 },
	{ "tags of data", TSZ(16, 16) | TBI0 | TBI1 | TBID0 | TBID1, 1 },
	{ "tags of data below", TSZ(25, 25) | TBI0 | TBI1 | TBID0, 0 },
	{ "TBID without TBI", TSZ(16, 16) | TBID0 | TBID1, 1 },
	{ "64 KiB", TSZ(22, 22) | BIT(14) | BIT(30) | BIT(31), 1 },
};
static unsigned layout;

static void sign_all(void)
{
	for (unsigned i = 0; i < COUNT(pointers); i++)
		sign_one(pointers[i]);
	for (unsigned i = 0; i < COUNT(odd_pointers) && layouts[layout].is_symmetrical; i++)
		sign_one(odd_pointers[i]);
}

/* ---- All forms, as traps, as no-operations, or done ---- */

#define EVERY_KEY(form)                                                                            \
	form("ia");                                                                                \
	form("ib");                                                                                \
	form("da");                                                                                \
	form("db")

static u64 results[64];
static unsigned result_count;

/* Results of EL0, which cannot print. */
static void keep(u64 value)
{
	results[result_count++] = value;
}

#define DO(text, rd, rn)                                                                           \
	({                                                                                         \
		register u64 d_ asm("x17") = (rd);                                                 \
		register u64 n_ asm("x16") = (rn);                                                 \
                                                                                                   \
		asm volatile(text : "+r"(d_), "+r"(n_) : : "x30");                                 \
		d_;                                                                                \
	})
#define FORMS(key)                                                                                 \
	keep(DO("pac" key " x17, x16", 0x40201234, 0x1234));                                       \
	keep(DO("aut" key " x17, x16", 0x40201234, 0x1234));                                       \
	keep(DO("pac" key " x17, sp", 0x40201234, 0));                                             \
	keep(DO("pac" key " x17, x17", 0x40201234, 0));                                            \
	keep(DO("pac" key " xzr, x16\n\tmov x17, xzr", 0x40201234, 0x1234))
#define ZERO_FORMS(key)                                                                            \
	keep(DO("pac" key " x17", 0x40201234, 0));                                                 \
	keep(DO("aut" key " x17", 0x40201234, 0))
#define LR_FORMS(name) keep(DO("mov x30, x17\n\t" name "\n\tmov x17, x30", 0x40201234, 0))

static void forms(void)
{
	result_count = 0;
	EVERY_KEY(FORMS);
	ZERO_FORMS("iza");
	ZERO_FORMS("izb");
	ZERO_FORMS("dza");
	ZERO_FORMS("dzb");
	LR_FORMS("paciaz");
	LR_FORMS("paciasp");
	LR_FORMS("pacibz");
	LR_FORMS("pacibsp");
	LR_FORMS("autiaz");
	LR_FORMS("autiasp");
	LR_FORMS("autibz");
	LR_FORMS("autibsp");
	keep(DO("pacia1716", 0x40201234, 0x77));
	keep(DO("pacib1716", 0x40201234, 0x77));
	keep(DO("autia1716", 0x40201234, 0x77));
	keep(DO("autib1716", 0x40201234, 0x77));
	keep(DO("pacga x17, x17, x16", 0x123456789abcdef0, 0x77));
	keep(DO("pacga x17, x17, sp", 0x123456789abcdef0, 0x77));
	keep(DO("pacga x17, xzr, x16", 0x123456789abcdef0, 0x77));
}

static void all_forms(void)
{
	forms();
	keep(DO("xpaci x17", 0xaa55000040201234, 0));
	keep(DO("xpacd x17", 0xaa55000040201234, 0));
	LR_FORMS("xpaclri");
}

static void show_results(void)
{
	for (unsigned i = 0; i < result_count; i++)
		say("", results[i]);
	result_count = 0;
}

/* ---- Combined instructions ---- */

/* Signs the address of label 1 and branches to it by x17 with x16, then with a wrong modifier. */
#define BRANCH(pac, text)                                                                          \
	do {                                                                                       \
		put("  " text);                                                                    \
		end_line();                                                                        \
		asm volatile("adr	x2, 2f\n"                                                        \
			     "	str	x2, [%0]\n"                                                     \
			     "	adr	x17, 1f\n"                                                      \
			     "	mov	x16, #0x1230\n"                                                 \
			     "	mov	x30, x17\n"                                                     \
			     "	" pac "\n"                                                         \
			     "	" text "\n"                                                        \
			     "	b	2f\n"                                                             \
			     "1:	str	xzr, [%0]\n"                                                  \
			     "	hvc	#1\n"                                                           \
			     "2:\n"                                                                \
			     :                                                                     \
			     : "r"(&resume_pc)                                                     \
			     : "memory", "x2", "x16", "x17", "x30");                               \
	} while (0)

static void branches(void)
{
	BRANCH("pacia x17, x16", "braa x17, x16");
	BRANCH("pacib x17, x16", "brab x17, x16");
	BRANCH("pacia x17, sp", "braa x17, sp");
	BRANCH("paciza x17", "braaz x17");
	BRANCH("pacizb x17", "brabz x17");
	BRANCH("pacia x17, x16", "blraa x17, x16");
	BRANCH("pacib x17, x16", "blrab x17, x16");
	BRANCH("paciza x17", "blraaz x17");
	BRANCH("pacizb x17", "blrabz x17");
	BRANCH("paciasp", "retaa");
	BRANCH("pacibsp", "retab");
	BRANCH("paciza x17", "braa x17, x16");
	BRANCH("pacizb x17", "blrab x17, x16");
	BRANCH("pacib x17, x16", "braa x17, x16");
	BRANCH("nop", "brabz x17");
	BRANCH("paciaz", "retaa");
}

/* An exception return from EL1 to itself. */
#define RETURN(pac, text)                                                                          \
	do {                                                                                       \
		put("  " text);                                                                    \
		end_line();                                                                        \
		asm volatile("adr	x2, 2f\n"                                                        \
			     "	str	x2, [%0]\n"                                                     \
			     "	adr	x17, 1f\n"                                                      \
			     "	" pac "\n"                                                         \
			     "	msr	elr_el1, x17\n"                                                 \
			     "	mov	x2, #0x3c5\n"                                                   \
			     "	msr	spsr_el1, x2\n"                                                 \
			     "	" text "\n"                                                        \
			     "	b	2f\n"                                                             \
			     "1:	str	xzr, [%0]\n"                                                  \
			     "	hvc	#1\n"                                                           \
			     "2:\n"                                                                \
			     :                                                                     \
			     : "r"(&resume_pc)                                                     \
			     : "memory", "x2", "x17");                                             \
	} while (0)

static void returns(void)
{
	RETURN("pacia x17, sp", "eretaa");
	RETURN("pacib x17, sp", "eretab");
	RETURN("paciza x17", "eretaa");
	RETURN("pacia x17, sp", "eretab");
}

static u64 data[16] __attribute__((aligned(128)));

#define LOAD(pac, text)                                                                            \
	do {                                                                                       \
		register u64 base_ asm("x17") = (u64)&data[8];                                     \
		u64 value_ = 0;                                                                    \
                                                                                                   \
		asm volatile(pac "\n\t" text : "+r"(base_), "+r"(value_) : : "memory");            \
		put("  " pac ", " text);                                                           \
		put_hex(" value ", value_);                                                        \
		put_hex(" base ", base_ - (u64)data);                                              \
		end_line();                                                                        \
	} while (0)

static void loads(void)
{
	for (unsigned i = 0; i < COUNT(data); i++)
		data[i] = 0x1111111111111111ul * i;
	LOAD("pacdza x17", "ldraa %1, [x17]");
	LOAD("pacdzb x17", "ldrab %1, [x17]");
	LOAD("pacdza x17", "ldraa %1, [x17, #56]");
	LOAD("pacdzb x17", "ldrab %1, [x17, #-64]");
	LOAD("pacdza x17", "ldraa %1, [x17, #8]!");
	LOAD("pacdzb x17", "ldrab %1, [x17, #-16]!");
	LOAD("pacdza x17", "ldraa xzr, [x17, #8]!");
	LOAD("pacdza x17", "ldrab %1, [x17]");
	LOAD("pacdzb x17", "ldraa %1, [x17, #24]!");
	LOAD("nop", "ldraa %1, [x17]");
}

/* ---- Traps ---- */

static void traps(void)
{
	TRY("pacia x0, x1");
	TRY("pacdzb x0");
	TRY("autib x0, sp");
	TRY("autdza x0");
	TRY("paciasp");
	TRY("autibz");
	TRY("pacia1716");
	TRY("xpaclri");
	TRY("xpacd x0");
	TRY("pacga x0, x1, x2");
	TRY("braa x0, x1");
	TRY("blrabz x0");
	TRY("retaa");
	TRY("ldraa x0, [sp]");
	TRY("ldrab x0, [x1, #8]!");
	TRY("eretab");
}

static void key_accesses(void)
{
	TRY("mrs x3, APIAKeyLo_EL1");
	TRY("msr APIAKeyHi_EL1, x4");
	TRY("msr APIBKeyLo_EL1, xzr");
	TRY("mrs x5, APIBKeyHi_EL1");
	TRY("mrs x6, APDAKeyLo_EL1");
	TRY("msr APDAKeyHi_EL1, x7");
	TRY("msr APDBKeyLo_EL1, x8");
	TRY("mrs x9, APDBKeyHi_EL1");
	TRY("mrs x10, APGAKeyLo_EL1");
	TRY("msr APGAKeyHi_EL1, x11");
}

static void set_keys(void)
{
	WRITE(APIAKeyLo_EL1, 0xec2802d4e0a488e9);
	WRITE(APIAKeyHi_EL1, 0x84be85ce9804e94b);
	WRITE(APIBKeyLo_EL1, 0x0123456789abcdef);
	WRITE(APIBKeyHi_EL1, 0xfedcba9876543210);
	WRITE(APDAKeyLo_EL1, 0x0f1e2d3c4b5a6978);
	WRITE(APDAKeyHi_EL1, 0x8796a5b4c3d2e1f0);
	WRITE(APDBKeyLo_EL1, 0x5555555555555555);
	WRITE(APDBKeyHi_EL1, 0xaaaaaaaaaaaaaaaa);
	WRITE(APGAKeyLo_EL1, 0x0000000000000001);
	WRITE(APGAKeyHi_EL1, 0x8000000000000000);
}

static void show_keys(void)
{
	say("APIAKeyLo_EL1 ", READ(APIAKeyLo_EL1));
	say("APIAKeyHi_EL1 ", READ(APIAKeyHi_EL1));
	say("APIBKeyLo_EL1 ", READ(APIBKeyLo_EL1));
	say("APIBKeyHi_EL1 ", READ(APIBKeyHi_EL1));
	say("APDAKeyLo_EL1 ", READ(APDAKeyLo_EL1));
	say("APDAKeyHi_EL1 ", READ(APDAKeyHi_EL1));
	say("APDBKeyLo_EL1 ", READ(APDBKeyLo_EL1));
	say("APDBKeyHi_EL1 ", READ(APDBKeyHi_EL1));
	say("APGAKeyLo_EL1 ", READ(APGAKeyLo_EL1));
	say("APGAKeyHi_EL1 ", READ(APGAKeyHi_EL1));
}

static const struct {
	const char *name;
	u64 hcr, sctlr1, sctlr2, spsr;
	void (*code)(void);
} cases[] = {
	/* clang-format off */
	{ "all forms at EL1",            HCR_APK | HCR_API,  ENABLES, 0,       SPSR_EL1H, all_forms },
	{ "IA alone at EL1",             HCR_APK | HCR_API,  BIT(31), ENABLES, SPSR_EL1H, forms },
	{ "IB alone at EL1",             HCR_APK | HCR_API,  BIT(30), ENABLES, SPSR_EL1H, forms },
	{ "DA alone at EL1",             HCR_APK | HCR_API,  BIT(27), ENABLES, SPSR_EL1H, forms },
	{ "DB alone at EL1",             HCR_APK | HCR_API,  BIT(13), ENABLES, SPSR_EL1H, forms },
	{ "all forms at EL0",            HCR_APK | HCR_API,  ENABLES, 0,       SPSR_EL0,  all_forms },
	{ "not enabled at EL0",          HCR_APK | HCR_API,  0,       ENABLES, SPSR_EL0,  forms },
	{ "host EL0",                    HCR_E2H | HCR_TGE,  0,       ENABLES, SPSR_EL0,  all_forms },
	{ "host EL0, not enabled",       HCR_E2H | HCR_TGE,  ENABLES, 0,       SPSR_EL0,  forms },
	{ "branches at EL1",             HCR_APK | HCR_API,  ENABLES, 0,       SPSR_EL1H, branches },
	{ "branches, not enabled",       HCR_APK | HCR_API,  0,       ENABLES, SPSR_EL1H, branches },
	{ "exception returns at EL1",    HCR_APK | HCR_API,  ENABLES, 0,       SPSR_EL1H, returns },
	{ "loads at EL1",                HCR_APK | HCR_API,  ENABLES, 0,       SPSR_EL1H, loads },
	{ "loads, not enabled",          HCR_APK | HCR_API,  0,       ENABLES, SPSR_EL1H, loads },
	{ "API traps EL1",               HCR_APK,            ENABLES, 0,       SPSR_EL1H, traps },
	{ "API traps EL0",               HCR_APK,            ENABLES, 0,       SPSR_EL0,  traps },
	{ "API traps EL0 with TGE",      HCR_APK | HCR_TGE,  ENABLES, 0,       SPSR_EL0,  traps },
	{ "API traps what is enabled",   0,                  BIT(27), ENABLES, SPSR_EL0,  forms },
	{ "keys at EL1",                 HCR_APK,            0,       0,       SPSR_EL1H, key_accesses },
	{ "APK traps EL1",               HCR_API,            0,       0,       SPSR_EL1H, key_accesses },
	{ "keys at EL0",                 0,                  0,       0,       SPSR_EL0,  key_accesses },
	/* clang-format on */
};

/* TCR_EL2 without E2H. */
static const struct {
	const char *name;
	u64 tcr;
} el2_layouts[] = {
	{ "48 bits", 16 },
	{ "39 bits", 25 },
	{ "tags", 16 | BIT(20) },
	{ "tags of data", 16 | BIT(20) | BIT(29) },
};

static void sign_at_el2(void)
{
	WRITE(sctlr_el2, SCTLR | ENABLES);
	for (unsigned i = 0; i < COUNT(el2_layouts); i++) {
		put("signing at EL2, ");
		put(el2_layouts[i].name);
		end_line();
		WRITE(tcr_el2, el2_layouts[i].tcr);
		for (unsigned j = 0; j < COUNT(pointers); j++)
			sign_one(pointers[j]);
		for (unsigned j = 0; j < COUNT(odd_pointers); j++)
			sign_one(odd_pointers[j]);
	}
	WRITE(tcr_el2, 0);
	for (layout = 0; layout < COUNT(layouts); layout++) {
		put("signing at EL2 with E2H, ");
		put(layouts[layout].name);
		end_line();
		WRITE(hcr_el2, BIT(31) | HCR_E2H);
		WRITE(tcr_el2, layouts[layout].tcr);
		sign_all();
		WRITE(tcr_el2, 0);
		WRITE(hcr_el2, BIT(31));
	}
	WRITE(sctlr_el2, SCTLR);
}

static void sign_at_el1(void)
{
	WRITE(hcr_el2, BIT(31) | HCR_APK | HCR_API);
	WRITE(sctlr_el1, SCTLR | ENABLES);
	for (layout = 0; layout < COUNT(layouts); layout++) {
		put("signing at EL1, ");
		put(layouts[layout].name);
		end_line();
		WRITE(tcr_el1, layouts[layout].tcr);
		run_at(sign_all, SPSR_EL1H, 0);
	}
	WRITE(hcr_el2, BIT(31));
}

int main(void)
{
	say("ID_AA64ISAR1_EL1 APA API ", READ(id_aa64isar1_el1) >> 4 & 0xff);
	say("ID_AA64ISAR1_EL1 GPA GPI ", READ(id_aa64isar1_el1) >> 24 & 0xff);
	set_keys();
	show_keys();
	sign_at_el2();
	sign_at_el1();
	WRITE(tcr_el1, layouts[0].tcr);
	WRITE(tcr_el2, layouts[0].tcr);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		put(cases[i].name);
		end_line();
		WRITE(sctlr_el1, SCTLR | cases[i].sctlr1);
		WRITE(sctlr_el2, SCTLR | cases[i].sctlr2);
		WRITE(hcr_el2, BIT(31) | cases[i].hcr);
		run_at(cases[i].code, cases[i].spsr, 0);
		WRITE(hcr_el2, BIT(31));
		WRITE(sctlr_el2, SCTLR);
		show_results();
		set_keys();
	}
	write0("done\n");
	return 0;
}
