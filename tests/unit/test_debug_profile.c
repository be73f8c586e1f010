/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profile, told by rows of events where a PE was and what it did: sums, call paths, names.
 */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "debug/profile_names.h"
#include "sysregs/sysregs.h"

enum {
	NOP = (int)0xd503201f,
	BL = (int)0x94000000,
	BLR = (int)0xd63f0100,
	BLRAAZ = (int)0xd63f091f,
	RET = (int)0xd65f03c0,
	RETAA = (int)0xd65f0bff,
	BR = (int)0xd61f0100,
	HVC = (int)0xd4000002,
	ERET = (int)0xd69f03e0
};

static struct cpu *cpu;
static struct profile *profile;
static struct observer observer;

static void begin(bool stacks)
{
	cpu = calloc(1, sizeof(*cpu));
	cpu->has_el2 = true;
	profile = profile_create(stacks);
	assert_non_null(profile);
	observer = profile_observer(profile);
}

static void end(void)
{
	profile_destroy(profile);
	free(cpu);
}

static void tell(const struct event *event)
{
	observer.event(observer.opaque, cpu, event);
}

/* One cycle to issue, `more` waiting for memory. */
static void execute(unsigned el, u64 pc, int insn, u64 more)
{
	u64 cycles[REASON_COUNT] = { [REASON_ISSUE] = 1, [REASON_DRAM] = more };

	tell(&(struct event){ .kind = EVENT_CYCLES,
		.pc = pc,
		.insn = (u32)insn,
		.from_el = (u8)el,
		.cycles = cycles,
		.reasons = 1u << REASON_ISSUE | (u32)(more != 0) << REASON_DRAM,
		.issued = true });
}

static void wait_at(unsigned el, u64 pc, enum timing_reason reason, u64 count)
{
	u64 cycles[REASON_COUNT] = { 0 };

	cycles[reason] = count;
	tell(&(struct event){ .kind = EVENT_CYCLES,
		.pc = pc,
		.insn = (u32)NOP,
		.from_el = (u8)el,
		.cycles = cycles,
		.reasons = 1u << reason });
}

static void take(unsigned from, unsigned to, u64 pc, u64 ec)
{
	tell(&(struct event){ .kind = EVENT_EXCEPTION,
		.pc = pc,
		.from_el = (u8)from,
		.to_el = (u8)to,
		.esr = ec << 26 });
}

static void give_back(unsigned from, unsigned to, u64 target)
{
	tell(&(struct event){
		.kind = EVENT_ERET, .target = target, .from_el = (u8)from, .to_el = (u8)to });
}

/* ---- What came of it ---- */

/* "EL1/1000/[HVC64]": the root's place, and entries below. */
static void path_of(u32 number, char text[400])
{
	const struct profile_node *node = profile_node(profile, number);
	char last[24];

	if (node->kind == PROFILE_ROOT) {
		profile_place_name(profile_place(profile, node->place), text);
		return;
	}
	path_of(node->parent, text);
	if (node->kind == PROFILE_EXCEPTION)
		profile_exception_name(node, last);
	else
		snprintf(last, sizeof(last), "%" PRIx64, node->entry);
	snprintf(text + strlen(text), 400 - strlen(text), "/%s", last);
}

struct listing {
	char text[4000];
};

static void list(void *opaque, const struct profile_sample *sample)
{
	struct listing *listing = opaque;
	size_t length = strlen(listing->text);
	char path[400];

	path_of(sample->node, path);
	length += (size_t)snprintf(listing->text + length, sizeof(listing->text) - length,
		"%s:%" PRIx64 " %" PRIu64, path, sample->address, sample->insns);
	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (sample->cycles[i] != 0)
			length += (size_t)snprintf(listing->text + length,
				sizeof(listing->text) - length, " %s=%" PRIu64,
				timing_reason_names[i], sample->cycles[i]);
	snprintf(listing->text + length, sizeof(listing->text) - length, "\n");
}

static void assert_profile(const char *expected)
{
	struct listing listing = { .text = "" };

	assert_true(profile_is_complete(profile));
	profile_each(profile, list, &listing);
	assert_string_equal(listing.text, expected);
	end();
}

/* ---- Sums ---- */

static void adds_up_by_place_address_and_reason(void **state)
{
	(void)state;
	begin(false);
	execute(2, 0x1004, NOP, 5);
	execute(2, 0x1000, NOP, 0);
	execute(2, 0x1004, NOP, 7);
	wait_at(2, 0x1004, REASON_WAIT, 100);
	execute(1, 0x1000, NOP, 0);
	assert_profile("EL2:1000 1 issue=1\n"
		       "EL2:1004 2 issue=2 dram=12 wait=100\n"
		       "EL1:1000 1 issue=1\n");
}

static void one_that_joins_another_takes_no_cycle_and_counts(void **state)
{
	static const u64 none[REASON_COUNT];
	struct event event = {
		.kind = EVENT_CYCLES, .pc = 0x1000, .from_el = 2, .cycles = none, .issued = true
	};

	(void)state;
	begin(false);
	tell(&event);
	tell(&event);
	assert_profile("EL2:1000 2\n");
}

static void places_are_regimes_and_machines(void **state)
{
	(void)state;
	begin(false);
	execute(2, 0, NOP, 0);
	execute(1, 0, NOP, 0);
	execute(0, 0, NOP, 0);
	cpu->sys[SR_HCR_EL2] = HCR_EL2_E2H | HCR_EL2_TGE;
	cpu->sys[SR_VTTBR_EL2] = 9ull << 48;
	execute(2, 0, NOP, 0);
	execute(0, 0, NOP, 0);
	cpu->sys[SR_HCR_EL2] = HCR_EL2_E2H | HCR_EL2_VM;
	execute(2, 0, NOP, 0);
	execute(1, 0, NOP, 0);
	execute(0, 0, NOP, 0);
	cpu->sys[SR_VTTBR_EL2] = 10ull << 48;
	execute(1, 0, NOP, 0);
	cpu->has_el2 = false;
	execute(1, 0, NOP, 0);
	assert_profile("EL2:0 1 issue=1\n"
		       "EL1:0 2 issue=2\n"
		       "EL0:0 1 issue=1\n"
		       "EL2&0:0 2 issue=2\n"
		       "EL0 of EL2&0:0 1 issue=1\n"
		       "EL1 vmid 9:0 1 issue=1\n"
		       "EL0 vmid 9:0 1 issue=1\n"
		       "EL1 vmid 10:0 1 issue=1\n");
}

struct order {
	u64 next, cycles;
};

static void expect_next(void *opaque, const struct profile_sample *sample)
{
	struct order *order = opaque;

	assert_int_equal(sample->address, order->next);
	assert_int_equal(sample->insns, 1);
	order->next += 4;
	for (unsigned i = 0; i < REASON_COUNT; i++)
		order->cycles += sample->cycles[i];
}

/* The table grows, and its order does not show. */
static void many_addresses(void **state)
{
	enum { MANY = 100000 };
	struct order order = { .next = 0 };

	(void)state;
	begin(false);
	for (u64 i = 0; i < MANY; i++)
		execute(1, i * 7919 % MANY * 4, NOP, i);
	assert_true(profile_is_complete(profile));
	profile_each(profile, expect_next, &order);
	assert_int_equal(order.next, 4 * MANY);
	assert_int_equal(order.cycles, MANY + (u64)MANY * (MANY - 1) / 2);
	end();
}

/* ---- Calls ---- */

static void calls_and_returns(void **state)
{
	static const struct {
		u64 pc;
		int insn;
		const char *path;
	} rows[] = {
		{ 0x1000, BL, "EL1" }, { 0x2000, BLR, "EL1/2000" },
		{ 0x3000, BLRAAZ, "EL1/2000/3000" }, { 0x4000, RETAA, "EL1/2000/3000/4000" },
		{ 0x3004, BR, "EL1/2000/3000" },
		{ 0x5000, RET, "EL1/2000/3000" }, /* a tail call stays in its frame */
		{ 0x2004, NOP, "EL1/2000" }, { 0x2008, BL, "EL1/2000" },
		{ 0x2008, RET, "EL1/2000/2008" }, /* a recursion to the call itself */
		{ 0x200c, BL, "EL1/2000" }, { 0x3000, BL, "EL1/2000/3000" },
		{ 0x4000, RET, "EL1/2000/3000/4000" },
		{ 0x1004, RET, "EL1" }, /* two frames at once */
		{ 0x7000, BL, "EL1" },	/* nobody called */
		{ 0x8000, RET, "EL1/8000" },
		{ 0x9000, NOP, "EL1" }, /* a return to somewhere else */
	};

	(void)state;
	for (size_t n = 1; n <= COUNT(rows); n++) {
		struct listing listing = { .text = "" };
		char marker[80];

		begin(true);
		for (size_t i = 0; i < n; i++)
			execute(1, rows[i].pc, rows[i].insn, 0);
		wait_at(1, 0xffff0, REASON_WAIT, 1); /* where the last one was */
		profile_each(profile, list, &listing);
		snprintf(marker, sizeof(marker), "%s:ffff0 0 wait=1\n", rows[n - 1].path);
		if (strstr(listing.text, marker) == NULL)
			fail_msg("row %zu: not at %s but\n%s", n - 1, rows[n - 1].path,
				listing.text);
		end();
	}
}

static void a_path_for_each_sample(void **state)
{
	(void)state;
	begin(true);
	execute(1, 0x1000, BL, 0);
	execute(1, 0x2000, RET, 3);
	execute(1, 0x1004, BL, 0);
	execute(1, 0x2000, RET, 4);
	execute(1, 0x1008, NOP, 0);
	assert_profile("EL1:1000 1 issue=1\n"
		       "EL1:1004 1 issue=1\n"
		       "EL1:1008 1 issue=1\n"
		       "EL1/2000:2000 1 issue=1 dram=3\n"
		       "EL1/2000:2000 1 issue=1 dram=4\n");
}

static void a_hypervisor_and_its_guest(void **state)
{
	(void)state;
	begin(true);
	execute(2, 0x1000, BL, 0);   /* run_loop calls enter_guest */
	execute(2, 0x2000, ERET, 0); /* which does not return yet */
	give_back(2, 1, 0x8000);
	cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
	execute(1, 0x8000, BL, 0);
	execute(1, 0x9000, HVC, 0);
	wait_at(1, 0x9000, REASON_EXCEPTION, 8);
	take(1, 2, 0x9004, EC_HVC64);
	execute(2, 0x400, RET, 0); /* to whom enter_guest was called by */
	execute(2, 0x1004, BL, 0);
	execute(2, 0x2000, ERET, 0);
	give_back(2, 1, 0x9004);
	execute(1, 0x9004, RET, 0); /* the guest's stack is as it was */
	execute(1, 0x8004, NOP, 0);
	assert_profile("EL2:1000 1 issue=1\n"
		       "EL2:1004 1 issue=1\n"
		       "EL2/2000:2000 1 issue=1\n"
		       "EL1 vmid 0:8000 1 issue=1\n"
		       "EL1 vmid 0:8004 1 issue=1\n"
		       "EL1 vmid 0/9000:9000 1 issue=1 exception=8\n"
		       "EL1 vmid 0/9000:9004 1 issue=1\n"
		       "EL2/2000/[HVC64]:400 1 issue=1\n"
		       "EL2/2000:2000 1 issue=1\n");
}

/* An interrupt in a kernel: its handler is below what it interrupted, and gone by ERET. */
static void nested_exceptions(void **state)
{
	(void)state;
	begin(true);
	execute(0, 0x100, NOP, 0);
	take(0, 1, 0x104, EC_SVC64);
	execute(1, 0x400, BL, 0);
	take(1, 1, 0x1000, EC_DABT_SAME); /* the call's target was not reached */
	execute(1, 0x200, ERET, 0);
	give_back(1, 1, 0x1000);
	execute(1, 0x1000, NOP, 0);
	take(0, 1, 0x104, EC_SVC64); /* how it left is not known; this is another one */
	execute(1, 0x400, ERET, 0);
	give_back(1, 0, 0x104);
	execute(0, 0x104, NOP, 0);
	assert_profile("EL0:100 1 issue=1\n"
		       "EL0:104 1 issue=1\n"
		       "EL1/[SVC64]:400 1 issue=1\n"
		       "EL1/[SVC64]/1000:1000 1 issue=1\n"
		       "EL1/[SVC64]/1000/[DABT_SAME]:200 1 issue=1\n"
		       "EL1/[SVC64]:400 1 issue=1\n");
}

static void recursion_without_end(void **state)
{
	u64 sum = 0;

	(void)state;
	begin(true);
	for (u64 i = 0; i < 100000; i++)
		execute(1, 0x1000, BL, 0);
	for (u32 i = 0; i < profile_nodes(profile); i++)
		sum += profile_node(profile, i)->calls;
	assert_true(profile_nodes(profile) < 1000);
	assert_int_equal(sum, 99999);
	end();
}

/* More call paths than there are nodes: what is deeper is their caller's. */
static void more_paths_than_nodes(void **state)
{
	(void)state;
	begin(true);
	for (u64 i = 0; i < 1u << 19; i++) {
		execute(1, 8 * i, BL, 0);
		execute(1, 0x10000000 + i * 8, RET, 0);
	}
	assert_true(profile_is_complete(profile));
	assert_true(profile_nodes(profile) <= 1u << 18);
	end();
}

/* ---- Names ---- */

#define CODE_VA 0x40200000ull

/* An ELF file with two functions of four instructions, which are 1, 2, ... 8. */
static void make_elf(char path[32])
{
	static const char names[] = "\0first\0second";
	struct {
		Elf64_Ehdr ehdr;
		Elf64_Phdr phdr;
		u32 code[8];
		Elf64_Sym sym[2];
		char names[16];
		Elf64_Shdr shdr[3];
	} file = { .code = { 1, 2, 3, 4, 5, 6, 7, 8 } };
	int fd;

	memcpy(file.ehdr.e_ident, ELFMAG "\2\1\1", 7);
	file.ehdr.e_type = ET_EXEC;
	file.ehdr.e_machine = EM_AARCH64;
	file.ehdr.e_version = EV_CURRENT;
	file.ehdr.e_phoff = offsetof(__typeof__(file), phdr);
	file.ehdr.e_phentsize = sizeof(Elf64_Phdr);
	file.ehdr.e_phnum = 1;
	file.ehdr.e_shoff = offsetof(__typeof__(file), shdr);
	file.ehdr.e_shentsize = sizeof(Elf64_Shdr);
	file.ehdr.e_shnum = 3;
	file.phdr = (Elf64_Phdr){ .p_type = PT_LOAD,
		.p_flags = PF_X,
		.p_offset = offsetof(__typeof__(file), code),
		.p_vaddr = CODE_VA,
		.p_filesz = sizeof(file.code),
		.p_memsz = sizeof(file.code) };
	for (unsigned i = 0; i < 2; i++)
		file.sym[i] = (Elf64_Sym){ .st_name = i == 0 ? 1 : 7,
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			.st_shndx = 1,
			.st_value = CODE_VA + 16 * i,
			.st_size = 16 };
	memcpy(file.names, names, sizeof(names));
	file.shdr[1] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB,
		.sh_offset = offsetof(__typeof__(file), sym),
		.sh_size = sizeof(file.sym),
		.sh_link = 2,
		.sh_entsize = sizeof(Elf64_Sym) };
	file.shdr[2] = (Elf64_Shdr){ .sh_type = SHT_STRTAB,
		.sh_offset = offsetof(__typeof__(file), names),
		.sh_size = sizeof(file.names) };
	strcpy(path, "/tmp/entresol-profile-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &file, sizeof(file)), sizeof(file));
	close(fd);
}

static void names_where_the_code_is_the_files(void **state)
{
	static const struct {
		const char *suffix;
		u64 moved;
		const char *el1, *el2; /* NULL: no name there */
	} rows[] = {
		{ "", 0, "second", "second" },
		{ ":el1", 0, "second", NULL },
		{ ":el1&0", 0, "second", NULL },
		{ ":el2", 0, NULL, "second" },
		{ ":el2&0", 0, NULL, NULL },
		{ ":vm7", 0, "second", NULL },
		{ ":vm8", 0, NULL, NULL },
		{ "@0x1000", 0x1000, "second", "second" },
		{ "@4096:el2", 0x1000, NULL, "second" },
		{ "@0x1000", 0, NULL, NULL },
	};
	char path[32];

	(void)state;
	make_elf(path);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile_names *names = profile_names_create();
		u64 at = CODE_VA + rows[i].moved;
		struct profile_function function;
		char text[80];

		begin(false);
		cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
		cpu->sys[SR_VTTBR_EL2] = 7ull << 48;
		for (unsigned k = 0; k < 8; k++) {
			execute(1, at + 4 * k, (int)k + 1, 0);
			execute(2, at + 4 * k, k < 3 ? 99 : (int)k + 1, 0); /* patched */
			execute(0, at + 4 * k, k < 4 ? 99 : (int)k + 1, 0); /* another one */
		}
		snprintf(text, sizeof(text), "%s%s", path, rows[i].suffix);
		assert_int_equal(profile_names_add(names, text).code, STATUS_OK);
		assert_true(profile_names_learn(names, profile));
		for (u32 place = 0; place < 3; place++) {
			const char *name = place == 0	? rows[i].el1
					   : place == 1 ? rows[i].el2
							: NULL;

			function = profile_function_at(names, place, at + 20);
			if ((name == NULL) != (function.name == NULL))
				fail_msg("row %zu, place %u: %s", i, place,
					function.name != NULL ? function.name : "no name");
			if (name == NULL)
				assert_int_equal(function.start, align_down(at, 4096));
			else
				assert_int_equal(function.start, at + 16);
		}
		profile_names_destroy(names);
		end();
	}
	unlink(path);
}

static void words_of_symbols(void **state)
{
	static const struct {
		const char *suffix;
		int code;
		const char *text;
	} rows[] = {
		{ ":el3", STATUS_USAGE, "'el3' is none of el1, el2, el1&0, el2&0, vmN" },
		{ ":vm", STATUS_USAGE, "'vm' is none of" },
		{ ":vm65536", STATUS_USAGE, "'vm65536' is none of" },
		{ "@", STATUS_USAGE, "'' is no number to add to addresses" },
		{ "@1x:el1", STATUS_USAGE, "'1x' is no number" },
		{ "@0x10000000000000000", STATUS_USAGE, "is no number" },
		{ ".nothing", STATUS_BAD_IMAGE, "cannot be read" },
	};
	struct profile_names *names = profile_names_create();
	char path[32], text[80];
	struct status status;

	(void)state;
	make_elf(path);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), "%s%s", path, rows[i].suffix);
		status = profile_names_add(names, text);
		assert_int_equal(status.code, rows[i].code);
		if (strstr(status.text, rows[i].text) == NULL)
			fail_msg("%s: %s", rows[i].suffix, status.text);
	}
	for (unsigned i = 0; i < PROFILE_FILES; i++)
		assert_int_equal(profile_names_add(names, path).code, STATUS_OK);
	assert_int_equal(profile_names_add(names, path).code, STATUS_USAGE);
	profile_names_destroy(names);
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_by_place_address_and_reason),
		cmocka_unit_test(one_that_joins_another_takes_no_cycle_and_counts),
		cmocka_unit_test(places_are_regimes_and_machines),
		cmocka_unit_test(many_addresses),
		cmocka_unit_test(calls_and_returns),
		cmocka_unit_test(a_path_for_each_sample),
		cmocka_unit_test(a_hypervisor_and_its_guest),
		cmocka_unit_test(nested_exceptions),
		cmocka_unit_test(recursion_without_end),
		cmocka_unit_test(more_paths_than_nodes),
		cmocka_unit_test(names_where_the_code_is_the_files),
		cmocka_unit_test(words_of_symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
