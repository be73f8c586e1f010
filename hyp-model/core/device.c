/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Emulated devices, a table by guest physical address. The only one so far is a console: it
 * collects a guest's characters and prints whole lines, so that two guests never share one.
 */
#include "core/exit.h"
#include "core/print.h"
#include "guest/abi.h"

static void console_flush(struct vm *vm)
{
	vm->console.line[vm->console.length] = '\0';
	print("  [%s] %s\n", vm->name, vm->console.line);
	vm->console.length = 0;
}

static bool console_write(struct vm *vm, u64 offset, u64 value)
{
	struct console *console = &vm->console;

	if (offset != CONSOLE_DATA)
		return false;
	if (value == '\n')
		console_flush(vm);
	else
		console->line[console->length++] = (char)value;
	if (console->length == CONSOLE_LINE - 1)
		console_flush(vm);
	return true;
}

static bool console_read(struct vm *vm, u64 offset, u64 *value)
{
	(void)vm;
	if (offset != CONSOLE_FLAGS)
		return false;
	*value = CONSOLE_READY;
	return true;
}

static const struct device {
	ipa_t ipa;
	u64 size;
	unsigned min_access, max_access; /* bytes */
	bool (*write)(struct vm *vm, u64 offset, u64 value);
	bool (*read)(struct vm *vm, u64 offset, u64 *value);
} devices[] = {
	{ { GUEST_CONSOLE_IPA }, PAGE_SIZE, 1, 4, console_write, console_read },
};

static const struct device *find_device(ipa_t ipa, unsigned size)
{
	for (size_t i = 0; i < COUNT(devices); i++)
		if (ipa.v - devices[i].ipa.v < devices[i].size && size >= devices[i].min_access &&
			size <= devices[i].max_access)
			return &devices[i];
	return NULL;
}

bool device_write(struct vm *vm, ipa_t ipa, unsigned size, u64 value)
{
	const struct device *device = find_device(ipa, size);

	return device && device->write(vm, ipa.v - device->ipa.v, value);
}

bool device_read(struct vm *vm, ipa_t ipa, unsigned size, u64 *value)
{
	const struct device *device = find_device(ipa, size);

	return device && device->read(vm, ipa.v - device->ipa.v, value);
}
