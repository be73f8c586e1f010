/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Emulated devices: lines of the console, the register of user space, and what is no register.
 */
#include "support.h"

#include <string.h>

#include "core/device.h"
#include "core/exit.h"
#include "core/switch.h"
#include "guest/abi.h"

static struct vcpu *vcpu;

static bool put(char c)
{
	bool is_user = true;

	return device_write(vcpu, IPA(GUEST_UART_IPA), 4, (u64)c, &is_user) && !is_user;
}

static void put_text(const char *text)
{
	for (; *text != '\0'; text++)
		assert_true(put(*text));
}

/* A line comes as a whole, under the name of who wrote it. */
static void console_prints_lines(void **state)
{
	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	put_text("hel");
	assert_string_equal(host_console(), "");
	put_text("lo\r\n\n");
	assert_string_equal(host_console(), "  [L1 eve] hello\n  [L1 eve] \n");
}

/* A line that never ends is cut, and nothing is lost. */
static void console_cuts_lines(void **state)
{
	char want[CONSOLE_LINE] = { 0 };

	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	for (unsigned i = 0; i < CONSOLE_LINE; i++)
		assert_true(put('x'));
	memset(want, 'x', CONSOLE_LINE - 1);
	assert_non_null(strstr(host_console(), want));
	assert_true(put('\n'));
	assert_non_null(strstr(host_console(), "  [L1 eve] x\n"));
}

static void console_flags_and_control(void **state)
{
	u64 value = 0;
	bool is_user;

	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	assert_true(device_read(vcpu, IPA(GUEST_UART_IPA + 0x18), 4, &value, &is_user));
	assert_u64(value, 0x90);
	assert_true(device_write(vcpu, IPA(GUEST_UART_IPA + 0x2c), 4, 0x70, &is_user));
	assert_true(device_write(vcpu, IPA(GUEST_UART_IPA + 0x30), 4, 0x301, &is_user));
	assert_true(device_read(vcpu, IPA(GUEST_UART_IPA + 0x2c), 4, &value, &is_user));
	assert_u64(value, 0x70);
	assert_true(device_read(vcpu, IPA(GUEST_UART_IPA + 0x30), 4, &value, &is_user));
	assert_u64(value, 0x301);
}

static void user_space_answers_the_complement(void **state)
{
	bool is_user = false;
	u64 value = 0;

	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	assert_true(device_write(vcpu, IPA(GUEST_USER_IPA), 8, 0x1234, &is_user));
	assert_true(is_user);
	is_user = false;
	assert_true(device_read(vcpu, IPA(GUEST_USER_IPA), 8, &value, &is_user));
	assert_true(is_user);
	assert_u64(value, ~0x1234ul);
	assert_u64(vcpu->vm->devices.user_accesses, 2);
}

static void what_is_no_register_is_refused(void **state)
{
	static const struct {
		const char *why;
		u64 ipa;
		unsigned size;
		bool is_write;
	} cases[] = {
		{ "nothing is there", GUEST_HOLE_IPA, 4, true },
		{ "nothing is there", GUEST_HOLE_IPA, 4, false },
		{ "the flags are read only", GUEST_UART_IPA + 0x18, 4, true },
		{ "no input", GUEST_UART_IPA, 4, false },
		{ "too wide for the UART's last control register", GUEST_UART_IPA + 0x34, 4, true },
		{ "not aligned", GUEST_USER_IPA + 2, 4, true },
		{ "too narrow", GUEST_USER_IPA, 2, false },
		{ "one register only", GUEST_USER_IPA + 8, 8, false },
		{ "behind the UART", GUEST_UART_IPA + 0x1000, 4, false },
	};

	(void)state;
	vcpu = &guest(MODE_VHE)->vcpus[0];
	for (size_t i = 0; i < COUNT(cases); i++) {
		u64 value = 0;
		bool is_user;
		bool is_done = cases[i].is_write ? device_write(vcpu, IPA(cases[i].ipa),
							   cases[i].size, 1, &is_user)
						 : device_read(vcpu, IPA(cases[i].ipa),
							   cases[i].size, &value, &is_user);

		if (is_done)
			fail_row(i, cases[i].why, "was done");
	}
	assert_string_equal(host_console(), "");
}

/* The flag register of the UART says 0x90. */
static void loads_fill_the_register_as_asked(void **state)
{
	static const struct {
		const char *why;
		unsigned log2_size;
		bool is_signed, is_64_bit;
		u64 want;
	} cases[] = {
		{ "LDR W", 2, false, false, 0x90 },
		{ "LDRB", 0, false, false, 0x90 },
		{ "LDRSH X, positive", 1, true, true, 0x90 },
		{ "LDRSB X", 0, true, true, 0xffffffffffffff90 },
		{ "LDRSB W: the upper half is zero", 0, true, false, 0xffffff90 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		vcpu = &guest(MODE_VHE)->vcpus[0];
		vcpu_load(vcpu);
		vcpu->context.x[4] = ~0ul;
		vcpu->fault.esr = (u64)EC_DABT_LOW << ESR_EC_SHIFT | ESR_IL | BIT(24) |
				  (u64)cases[i].log2_size << 22 | (u64)cases[i].is_signed << 21 |
				  4ul << 16 | (u64)cases[i].is_64_bit << 15 | FSC_TRANSLATION | 3;
		vcpu->fault.far = 0x18;
		vcpu->fault.hpfar = GUEST_UART_IPA >> 12 << 4;
		vcpu->fault.is_hpfar_valid = true;
		assert_int_equal(exit_guest_abort(vcpu), GUEST_CONTINUES);
		if (vcpu->context.x[4] != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx", vcpu->context.x[4]);
	}
}

TESTS(cmocka_unit_test(console_prints_lines), cmocka_unit_test(console_cuts_lines),
	cmocka_unit_test(console_flags_and_control),
	cmocka_unit_test(user_space_answers_the_complement),
	cmocka_unit_test(what_is_no_register_is_refused),
	cmocka_unit_test(loads_fill_the_register_as_asked))
