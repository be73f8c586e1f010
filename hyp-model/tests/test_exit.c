/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each exit does to the guest: a table of before, exit, after; and the exits that are refused
 * by name.
 */
#include "support.h"

#include <string.h>

#include "core/exit.h"
#include "core/switch.h"
#include "guest/abi.h"

#define ESR(ec, iss)	       ((u64)(ec) << 26 | ESR_IL | (u64)(iss))
#define HVC		       ESR(EC_HVC64, 0)
#define SYS(name, rt, is_read) ESR(EC_SYS64, (u64)ISS_##name | (u64)(rt) << 5 | (is_read))
#define MRS(name, rt)	       SYS(name, rt, 1)
#define MSR(name, rt)	       SYS(name, rt, 0)

/* Data aborts with ISV: level 1 translation fault; size is the log2 of the bytes. */
#define STORE(size, rt) ESR(EC_DABT_LOW, 1ul << 24 | (size) << 22 | (rt) << 16 | 1 << 6 | 0x05)
#define LOAD(size, rt)	ESR(EC_DABT_LOW, 1ul << 24 | (size) << 22 | (rt) << 16 | 0x05)
#define SIGNED		(1ul << 21)
#define SIXTY_FOUR	(1ul << 15)
#define S1PTW		(1ul << 7)
#define CM		(1ul << 8)
#define NO_ISV(esr)	((esr) & ~(0x7fful << 14))

#define PAGE_OF(ipa) ((ipa) >> 8) /* HPFAR_EL2.FIPA */
#define VA	     0xffffff8000000000ul

struct row {
	const char *why;
	u64 esr, far, ipa;
	u64 x[3];	      /* before */
	enum verdict verdict; /* and after: */
	enum exit_reason reason;
	enum pc_update pc_update;
	u64 x0, x1;
};

#define CONSOLE GUEST_CONSOLE_IPA
#define HOLE	GUEST_HOLE_IPA
#define GO	GUEST_CONTINUES
#define KEEP	PC_KEEP
#define SKIP	PC_SKIP_INSTRUCTION
#define TAKE	PC_TAKE_EXCEPTION

/* clang-format off */
static const struct row rows[] = {
	/*
	 * why                       ESR_EL2              FAR_EL2        IPA      x0-x2 before
	 * verdict          reason                 PC    x0, x1 after
	 */
	{ "add",                     HVC,                 0,             0,       { HVC_ADD, 2, 3 },          GO,              REASON_HYPERCALL,      KEEP, 5, 2 },
	{ "unknown function",        HVC,                 0,             0,       { 0xc600ffff, 2, 3 },       GO,              REASON_HYPERCALL,      KEEP, HVC_NOT_SUPPORTED, 2 },
	{ "HVC #1 is nobody's",      HVC | 1,             0,             0,       { HVC_ADD, 2, 3 },          GO,              REASON_HYPERCALL,      KEEP, HVC_NOT_SUPPORTED, 2 },
	{ "PSCI version",            HVC,                 0,             0,       { PSCI_VERSION },           GO,              REASON_HYPERCALL,      KEEP, PSCI_1_1, 0 },
	{ "PSCI off",                HVC,                 0,             0,       { PSCI_SYSTEM_OFF },        GUEST_IS_OFF,    REASON_HYPERCALL,      KEEP, PSCI_SYSTEM_OFF, 0 },
	{ "watch what is no RAM",    HVC,                 0,             0,       { HVC_WATCH_PAGE, HOLE },   GO,              REASON_HYPERCALL,      KEEP, HVC_REFUSED, HOLE },
	{ "watch an unmapped page",  HVC,                 0,             0,       { HVC_WATCH_PAGE, GUEST_PAGES_IPA }, GO,     REASON_HYPERCALL,      KEEP, HVC_REFUSED, GUEST_PAGES_IPA },
	{ "ACTLR_EL1 is invented",   MRS(ACTLR_EL1, 1),   0,             0,       { 7, 8 },                   GO,              REASON_SYSREG_ACTLR,   SKIP, 7, GUEST_ACTLR_EL1 },
	{ "ACTLR_EL1 write ignored", MSR(ACTLR_EL1, 1),   0,             0,       { 7, 8 },                   GO,              REASON_SYSREG_ACTLR,   SKIP, 7, 8 },
	{ "MRS to XZR",              MRS(ACTLR_EL1, 31),  0,             0,       { 7, 8 },                   GO,              REASON_SYSREG_ACTLR,   SKIP, 7, 8 },
	{ "PFR0 has no EL2, EL3",    MRS(ID_AA64PFR0_EL1, 0), 0,         0,       { 7 },                      GO,              REASON_SYSREG_ID,      SKIP, 0x11, 0 },
	{ "MMFR1 has PAN, no VH",    MRS(ID_AA64MMFR1_EL1, 0), 0,        0,       { 7 },                      GO,              REASON_SYSREG_ID,      SKIP, 0x100000, 0 },
	{ "unlisted ID is zero",     MRS(ID_AA64MMFR2_EL1, 0), 0,        0,       { 7 },                      GO,              REASON_SYSREG_ID,      SKIP, 0, 0 },
	{ "LORC_EL1 is hidden",      MRS(LORC_EL1, 0),    0,             0,       { 7 },                      GO,              REASON_SYSREG_HIDDEN,  TAKE, 7, 0 },
	{ "TTBR0_EL1 with TVM",      MSR(TTBR0_EL1, 1),   0,             0,       { 7, 8 },                   GO,              REASON_SYSREG_VM,      SKIP, 7, 8 },
	{ "WFI",                     ESR(EC_WFX, 0),      0,             0,       { 7 },                      GUEST_YIELDS,    REASON_WFI,            SKIP, 7, 0 },
	{ "console store",           STORE(2, 1),         VA | CONSOLE,  CONSOLE, { 7, 'x' },                 GO,              REASON_DEVICE_WRITE,   SKIP, 7, 'x' },
	{ "console store of a byte", STORE(0, 31),        VA | CONSOLE,  CONSOLE, { 7, 'x' },                 GO,              REASON_DEVICE_WRITE,   SKIP, 7, 'x' },
	{ "console load",            LOAD(2, 1),          VA | CONSOLE | 0x18, CONSOLE, { 7, ~0ul },          GO,              REASON_DEVICE_READ,    SKIP, 7, 0x80 },
	{ "signed byte to W",        LOAD(0, 1) | SIGNED, VA | CONSOLE | 0x18, CONSOLE, { 7, ~0ul },          GO,              REASON_DEVICE_READ,    SKIP, 7, 0xffffff80 },
	{ "signed byte to X",        LOAD(0, 1) | SIGNED | SIXTY_FOUR, VA | CONSOLE | 0x18, CONSOLE, { 7 },   GO,              REASON_DEVICE_READ,    SKIP, 7, 0xffffffffffffff80 },
	{ "load to WZR",             LOAD(2, 31),         VA | CONSOLE | 0x18, CONSOLE, { 7, 9 },             GO,              REASON_DEVICE_READ,    SKIP, 7, 9 },
	{ "console is no 64-bit",    STORE(3, 1),         VA | CONSOLE,  CONSOLE, { 7, 'x' },                 GO,              REASON_HOLE,           TAKE, 7, 'x' },
	{ "no such register",        LOAD(2, 1),          VA | CONSOLE | 4, CONSOLE, { 7, 9 },                GO,              REASON_HOLE,           TAKE, 7, 9 },
	{ "no ISV, no emulation",    NO_ISV(STORE(2, 1)), VA | CONSOLE,  CONSOLE, { 7, 'x' },                 GO,              REASON_HOLE,           TAKE, 7, 'x' },
	{ "DC is no store (WS-22)",  STORE(2, 1) | CM,    VA | CONSOLE,  CONSOLE, { 7, 'x' },                 GO,              REASON_HOLE,           TAKE, 7, 'x' },
	{ "walk of a device",        LOAD(2, 1) | S1PTW,  VA | CONSOLE,  CONSOLE, { 7, 9 },                   GO,              REASON_HOLE,           TAKE, 7, 9 },
	{ "hole",                    LOAD(2, 1),          VA | HOLE,     HOLE,    { 7, 9 },                   GO,              REASON_HOLE,           TAKE, 7, 9 },
	{ "fetch from the console",  ESR(EC_IABT_LOW, 5), VA | CONSOLE,  CONSOLE, { 7, 9 },                   GO,              REASON_HOLE,           TAKE, 7, 9 },
	{ "first fetch maps",        ESR(EC_IABT_LOW, 5), GUEST_RAM_IPA, GUEST_RAM_IPA, { 7, 9 },             GO,              REASON_MAP_BLOCK,      KEEP, 7, 9 },
	{ "first load maps a page",  LOAD(2, 1),          0x123,         GUEST_PAGES_IPA, { 7, 9 },           GO,              REASON_MAP_PAGE,       KEEP, 7, 9 },
	{ "walk maps a page",        LOAD(2, 1) | S1PTW,  0x123,         GUEST_PAGES_IPA, { 7, 9 },           GO,              REASON_MAP_PAGE,       KEEP, 7, 9 },
};
/* clang-format on */

static enum verdict handle(struct vm *vm, const struct row *row)
{
	struct host_exit exit = {
		.code = EXIT_TRAP, .esr = row->esr, .far = row->far, .hpfar = PAGE_OF(row->ipa)
	};
	u64 code;

	memcpy(vm->vcpu.context.x, row->x, sizeof(row->x));
	host_script(&exit, 1);
	code = vcpu_run(&vm->vcpu);
	host_log_clear();
	return exit_handle(&vm->vcpu, code);
}

static void check_row(size_t i, enum hyp_mode mode)
{
	struct vm *vm = guest(mode);
	enum verdict verdict;

	vcpu_load(&vm->vcpu);
	verdict = handle(vm, &rows[i]);
	if (verdict != rows[i].verdict || stats_current_reason() != rows[i].reason ||
		vm->vcpu.pc_update != rows[i].pc_update || vm->vcpu.context.x[0] != rows[i].x0 ||
		vm->vcpu.context.x[1] != rows[i].x1 || vm->vcpu.context.pc != GUEST_RAM_IPA)
		fail_row(i, rows[i].why,
			"verdict %d, reason '%s', PC update %d, x0 0x%lx, x1 0x%lx", (int)verdict,
			reason_name(stats_current_reason()), (int)vm->vcpu.pc_update,
			vm->vcpu.context.x[0], vm->vcpu.context.x[1]);
	vcpu_put(&vm->vcpu);
}

static void every_exit_by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check_row(i, MODE_NVHE);
		check_row(i, MODE_VHE);
	}
}

static void aborts_map_what_was_touched(void **state)
{
	static const struct row fetch = {
		.esr = ESR(EC_IABT_LOW, 5), .far = 0x40003124, .ipa = 0x40003000
	};
	static const struct row store = { .esr = STORE(2, 1), .far = 0x77042, .ipa = 0x40277000 };
	struct vm *vm = guest(MODE_VHE);
	struct stage2_mapping mapping;

	(void)state;
	vcpu_load(&vm->vcpu);
	handle(vm, &fetch);
	assert_int_equal(stage2_lookup(&vm->stage2, IPA(0x401fffff), &mapping), STAGE2_OK);
	assert_int_equal(mapping.pa.v, vm->slots[0].pa.v + 0x1fffff);
	assert_int_equal(mapping.size, BLOCK_SIZE);
	handle(vm, &store);
	assert_int_equal(stage2_lookup(&vm->stage2, IPA(0x40277000), &mapping), STAGE2_OK);
	assert_int_equal(mapping.pa.v, vm->slots[1].pa.v + 0x77000);
	assert_int_equal(mapping.size, PAGE_SIZE);
	assert_int_equal(stage2_lookup(&vm->stage2, IPA(0x40278000), &mapping), STAGE2_NOT_MAPPED);
	vcpu_put(&vm->vcpu);
}

static void a_watched_page_is_written_once(void **state)
{
	static const struct row touch = { .esr = LOAD(2, 1), .ipa = GUEST_PAGES_IPA };
	static const struct row watch = { .esr = HVC, .x = { HVC_WATCH_PAGE, GUEST_PAGES_IPA } };
	static const struct row written = { .esr = HVC, .x = { HVC_WRITTEN } };
	static const struct row store = { .esr = STORE(2, 1) + 0x0f - 0x05, .far = 0x10 };
	struct vm *vm = guest(MODE_NVHE);
	struct stage2_mapping mapping;

	(void)state;
	vcpu_load(&vm->vcpu);
	handle(vm, &touch);
	handle(vm, &watch);
	assert_int_equal(vm->vcpu.context.x[0], 0);
	stage2_lookup(&vm->stage2, IPA(GUEST_PAGES_IPA), &mapping);
	assert_false(mapping.is_writable);
	handle(vm, &watch);
	assert_int_equal(vm->vcpu.context.x[0], HVC_REFUSED); /* one at a time */
	host_at_result(GUEST_PAGES_IPA);
	assert_int_equal(handle(vm, &store), GUEST_CONTINUES);
	assert_int_equal(vm->vcpu.pc_update, PC_KEEP); /* the store runs again */
	stage2_lookup(&vm->stage2, IPA(GUEST_PAGES_IPA), &mapping);
	assert_true(mapping.is_writable);
	handle(vm, &written);
	assert_int_equal(vm->vcpu.context.x[0], 1);
}

static void a_dropped_page_is_empty(void **state)
{
	static const struct row touch = { .esr = LOAD(2, 1), .ipa = GUEST_PAGES_IPA };
	static const struct row drop = { .esr = HVC, .x = { HVC_DROP_PAGE, GUEST_PAGES_IPA } };
	static const struct row drop_ram = { .esr = HVC, .x = { HVC_DROP_PAGE, GUEST_RAM_IPA } };
	struct vm *vm = guest(MODE_NVHE);
	struct stage2_mapping mapping;
	u64 *word = hal_pa_to_va(vm->slots[1].pa);

	(void)state;
	vcpu_load(&vm->vcpu);
	handle(vm, &drop);
	assert_int_equal(vm->vcpu.context.x[0], HVC_REFUSED); /* it is not there */
	handle(vm, &touch);
	*word = 42;
	handle(vm, &drop);
	assert_int_equal(vm->vcpu.context.x[0], 0);
	assert_int_equal(*word, 0);
	assert_int_equal(
		stage2_lookup(&vm->stage2, IPA(GUEST_PAGES_IPA), &mapping), STAGE2_NOT_MAPPED);
	handle(vm, &drop_ram);
	assert_int_equal(vm->vcpu.context.x[0], HVC_REFUSED); /* blocks are not dropped */
}

/*
 * The trap on MMU registers ends with the write that has both M and C, and memory is flushed then.
 */
static void tvm_ends_when_the_caches_are_on(void **state)
{
	static const struct row mmu_only = { .esr = MSR(SCTLR_EL1, 1), .x = { 0, 0x30d00801 } };
	static const struct row both = { .esr = MSR(SCTLR_EL1, 1), .x = { 0, 0x30d00805 } };
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	vcpu_load(&vm->vcpu);
	handle(vm, &mmu_only);
	assert_true(vm->vcpu.hcr_el2 & F(HCR_EL2, TVM));
	assert_int_equal(host_get(SR_SCTLR_EL1), 0x30d00801); /* live: VHE, between load and put */
	handle(vm, &both);
	assert_false(vm->vcpu.hcr_el2 & F(HCR_EL2, TVM));
	assert_int_equal(host_get(SR_SCTLR_EL1), 0x30d00805);
	assert_string_equal(host_log_text(), "SCTLR_EL12=0x30d00805\nflush D\nflush D\n");
	vcpu_put(&vm->vcpu);
	assert_int_equal(vm->vcpu.context.sys[CTX_SCTLR_EL1], 0x30d00805);
}

static void console_prints_whole_lines(void **state)
{
	struct vm *vm = guest(MODE_NVHE);

	(void)state;
	for (const char *c = "one\ntwo"; *c; c++)
		assert_true(device_write(vm, IPA(GUEST_CONSOLE_IPA), 4, (u64)*c));
	assert_string_equal(host_console(), "  [eve] one\n");
	/* A line without an end is cut, nothing is lost. */
	for (unsigned i = 0; i < CONSOLE_LINE; i++)
		device_write(vm, IPA(GUEST_CONSOLE_IPA), 4, 'x');
	assert_int_equal(strlen(host_console()), strlen("  [eve] one\n  [eve] two\n") + 92);
}

struct refusal {
	const char *says;
	u64 code, esr, far, ipa, par;
};

static void provoke(void *argument)
{
	const struct refusal *refusal = argument;
	struct host_exit exit = { .code = refusal->code,
		.esr = refusal->esr,
		.far = refusal->far,
		.hpfar = PAGE_OF(refusal->ipa) };
	struct vm *vm = guest(MODE_NVHE);

	host_script(&exit, 1);
	if (refusal->par)
		host_at_result(refusal->par);
	vcpu_load(&vm->vcpu);
	exit_handle(&vm->vcpu, vcpu_run(&vm->vcpu));
}

static void what_is_not_modelled_is_named(void **state)
{
	static struct refusal refusals[] = {
		{ "EC 0x07 (FP or SIMD access)", EXIT_TRAP, ESR(EC_FP, 0), 0, 0, 0 },
		{ "EC 0x17 (SMC)", EXIT_TRAP, ESR(EC_SMC64, 0), 0, 0, 0 },
		{ "EC 0x3f (reserved)", EXIT_TRAP, ESR(0x3f, 0), 0, 0, 0 },
		{ "trapped WFE", EXIT_TRAP, ESR(EC_WFX, 1), 0, 0, 0 },
		{ "trapped MSR S3_0_C12_C0_0", EXIT_TRAP, MSR(VBAR_EL1, 0), 0, 0, 0 },
		{ "trapped MRS S3_0_C1_C0_0", EXIT_TRAP, MRS(SCTLR_EL1, 0), 0, 0, 0 },
		{ "status 0x30", EXIT_TRAP, ESR(EC_DABT_LOW, 0x30), 0, 0, 0 },
		{ "nobody watches", EXIT_TRAP, ESR(EC_DABT_LOW, 0x0f), 0, 0, 0x40000000 },
		{ "illegal guest PSTATE", EXIT_IL, 0, 0, 0, 0 },
		{ "physical interrupt", EXIT_IRQ, 0, 0, 0, 0 },
		{ "SError became pending", EXIT_TRAP | EXIT_WITH_SERROR, 0, 0, 0, 0 },
		{ "unknown exit code", 77, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (!panics(provoke, &refusals[i], refusals[i].says))
			fail_row(i, refusals[i].says, "no such panic");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_exit_by_table),
		cmocka_unit_test(aborts_map_what_was_touched),
		cmocka_unit_test(a_watched_page_is_written_once),
		cmocka_unit_test(a_dropped_page_is_empty),
		cmocka_unit_test(tvm_ends_when_the_caches_are_on),
		cmocka_unit_test(console_prints_whole_lines),
		cmocka_unit_test(what_is_not_modelled_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
