/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyp.elf of this build from outside. What is compared with numbers here is what hyp-model's
 * assembly or the architecture fixes; the rest is compared with itself.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "verify/model.h"

static struct model *open_hyp(void)
{
	struct status status;
	struct model *model = model_open(HYP_ELF, &status);

	assert_int_equal(status.code, STATUS_OK);
	assert_non_null(model);
	return model;
}

static void test_members_have_places(void **state)
{
	struct model *model = open_hyp();
	unsigned size;
	u64 offset, first;

	(void)state;
	/* context begins with x0 to x30, SP_EL0, PC, PSTATE, which hal/aarch64/offsets.h asserts */
	assert_true(model_member(model, "context", "x", &offset, &size));
	assert_int_equal(offset, 0);
	assert_int_equal(size, 31 * 8);
	assert_true(model_member(model, "context", "x[3]", &offset, &size));
	assert_int_equal(offset, 24);
	assert_int_equal(size, 8);
	assert_true(model_member(model, "context", "pc", &offset, &size));
	assert_int_equal(offset, 32 * 8);
	/* through a member of a type without a name, and an array of structures */
	assert_true(model_member(model, "vcpu", "fault.esr", &offset, &size));
	assert_int_equal(size, 8);
	assert_true(model_member(model, "vm", "slots[0].ipa", &first, &size));
	assert_int_equal(size, 8);
	assert_true(model_member(model, "vm", "slots[1].ipa", &offset, &size));
	assert_int_equal(offset - first, model->size[SIZE_slot]);
	assert_int_equal(model->member[MEMBER_vcpu_pc].size, 8);
	model_close(model);
}

static void test_what_is_not_there(void **state)
{
	struct model *model = open_hyp();
	unsigned size;
	u64 value;

	(void)state;
	assert_false(model_member(model, "vcpu", "no_such", &value, &size));
	assert_false(model_member(model, "no_such", "pc", &value, &size));
	assert_false(model_member(model, "context", "x[31]", &value, &size));
	assert_false(model_member(model, "context", "pc[0]", &value, &size));
	assert_false(model_member(model, "context", "x[3", &value, &size));
	assert_false(model_variable(model, "vcpu_run", &value));
	assert_false(model_constant(model, "cpus", &value));
	model_close(model);
}

static void test_variables_and_constants(void **state)
{
	struct model *model = open_hyp();
	u64 value;

	(void)state;
	assert_true(model_variable(model, "cpus", &value));
	assert_int_equal(value % 4096, 0); /* each has a page in it */
	assert_true(model_constant(model, "EXIT_WITH_SERROR", &value));
	assert_int_equal(value, 0x100); /* HYPERVISOR-SPEC A.8 */
	assert_true(model_constant(model, "PC_TAKE_EXCEPTION", &value));
	assert_int_equal(value, 2);
	assert_int_not_equal(model->function[FUNCTION_vcpu_run], 0);
	model_close(model);
}

static void test_other_files(void **state)
{
	struct status status;

	(void)state;
	assert_null(model_open("/nonexistent/hyp.elf", &status));
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	/* an ELF without its names, and no ELF at all */
	assert_null(model_open(GUEST_ELF, &status));
	assert_int_equal(status.code, STATUS_OK);
	assert_null(model_open(TEXT_FILE, &status));
	assert_int_equal(status.code, STATUS_OK);
	/* its code without its structures: the first that is missing is named */
	assert_null(model_open(NO_DEBUG_ELF, &status));
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	assert_non_null(strstr(status.text, "struct cpu.index"));
}

/* ---- Damaged files ---- */

static const char *damaged_elf(void)
{
	static char path[80];

	snprintf(path, sizeof(path), "/tmp/entresol-model-%d.elf", (int)getpid());
	return path;
}

/* The first entry of the tag and name, behind `die`; of a unit those in it, two deep. */
static bool find_die(Dwarf_Die *unit, int tag, const char *name, Dwarf_Die *found)
{
	Dwarf_Die die;

	for (int more = dwarf_child(unit, &die); more == 0; more = dwarf_siblingof(&die, &die)) {
		const char *is = dwarf_diename(&die);

		*found = die;
		if (dwarf_tag(&die) == tag && is != NULL && strcmp(is, name) == 0)
			return true;
		if (dwarf_tag(&die) == DW_TAG_enumeration_type && find_die(&die, tag, name, found))
			return true;
	}
	return false;
}

/* Bytes of an attribute are changed in every unit that has it: a constant, or a type to itself. */
static void damage(int tag, const char *name, unsigned attribute, int value)
{
	int file = open(damaged_elf(), O_RDWR | O_CLOEXEC);
	Elf *elf = elf_begin(file, ELF_C_READ, NULL);
	Dwarf *dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	Dwarf_Off at = 0, next, info = 0;
	const unsigned char *start = NULL;
	unsigned damaged = 0;
	Elf_Scn *section = NULL;
	size_t header, names;

	assert_true(file >= 0);
	assert_non_null(dwarf);
	assert_int_equal(elf_getshdrstrndx(elf, &names), 0);
	while (start == NULL && (section = elf_nextscn(elf, section)) != NULL) {
		GElf_Shdr of;

		assert_non_null(gelf_getshdr(section, &of));
		if (strcmp(elf_strptr(elf, names, of.sh_name), ".debug_info") != 0)
			continue;
		info = of.sh_offset;
		start = elf_getdata(section, NULL)->d_buf;
	}
	assert_non_null(start);
	for (; dwarf_nextcu(dwarf, at, &next, &header, NULL, NULL, NULL) == 0; at = next) {
		Dwarf_Attribute of;
		Dwarf_Die unit, die;
		u32 own;

		if (dwarf_offdie(dwarf, at + header, &unit) == NULL ||
			!find_die(&unit, tag, name, &die) ||
			dwarf_attr(&die, attribute, &of) == NULL)
			continue;
		own = (u32)(dwarf_dieoffset(&die) - at);
		if (value >= 0)
			own = (u32)value;
		assert_true(pwrite(file, &own, value >= 0 ? 1 : 4,
				    (off_t)(info + (u64)(of.valp - start))) > 0);
		damaged++;
	}
	assert_int_not_equal(damaged, 0);
	dwarf_end(dwarf);
	elf_end(elf);
	close(file);
}

static void copy_hyp(void)
{
	FILE *from = fopen(HYP_ELF, "r"), *to = fopen(damaged_elf(), "w");
	int c;

	assert_non_null(from);
	assert_non_null(to);
	while ((c = getc(from)) != EOF)
		putc(c, to);
	fclose(from);
	assert_int_equal(fclose(to), 0);
}

static void assert_refused(const char *text)
{
	struct status status;

	assert_null(model_open(damaged_elf(), &status));
	unlink(damaged_elf());
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	assert_non_null(strstr(status.text, text));
}

/* Nothing is endless because the file says so. */
static void test_a_type_of_itself(void **state)
{
	(void)state;
	copy_hyp();
	damage(DW_TAG_typedef, "u64", DW_AT_type, -1);
	assert_refused("there is no struct ");
}

static void test_more_than_can_be_followed(void **state)
{
	(void)state;
	copy_hyp();
	damage(DW_TAG_enumerator, "VM_SLOTS", DW_AT_const_value, 100);
	assert_refused("VM_SLOTS is 100");
	copy_hyp();
	damage(DW_TAG_enumerator, "MAX_VCPUS", DW_AT_const_value, 5);
	assert_refused("MAX_VCPUS is 5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_have_places),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_variables_and_constants),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_a_type_of_itself),
		cmocka_unit_test(test_more_than_can_be_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
