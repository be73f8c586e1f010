/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyp.elf of this build from outside. What is compared with numbers here is what hyp-model's
 * assembly or the architecture fixes; the rest is compared with itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_have_places),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_variables_and_constants),
		cmocka_unit_test(test_other_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
