/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Emulated devices, found by guest physical address; those of the vGIC are in vgic*.c. The console
 * collects a guest's characters and prints whole lines, so that two guests never share one.
 */
#include "core/device.h"

#include "core/print.h"
#include "core/vm.h"
#include "guest/abi.h"

/* Registers of a PL011, ARM DDI 0183 3.2. */
enum { UARTDR = 0x00, UARTFR = 0x18, UARTIBRD = 0x24, UARTCR = 0x30 };
enum { UARTFR_TXFE = BIT(7), UARTFR_RXFE = BIT(4) };

/* Whose line it is: the level of the guest, and its name; lines from deeper levels have two. */
static void console_flush(const struct vm *vm, struct vm_devices *console)
{
	console->line[console->length] = '\0';
	print("  [L%u %s] %s\n", hal_level() + 1, vm->config.name, console->line);
	console->length = 0;
}

static void console_put(const struct vm *vm, struct vm_devices *console, char c)
{
	lock_take(&console->lock);
	if (c != '\n' && c != '\r')
		console->line[console->length++] = c;
	if (c == '\n' || console->length == CONSOLE_LINE - 1)
		console_flush(vm, console);
	lock_drop(&console->lock);
}

/* Baud rate, line control and control: a line without wires has no use for them. */
static u32 *console_control(struct vcpu *vcpu, u64 offset)
{
	if (offset < UARTIBRD || offset > UARTCR || !is_aligned(offset, 4))
		return NULL;
	return &vcpu->vm->devices.uart_control[(offset - UARTIBRD) / 4];
}

static bool console_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value)
{
	u32 *control = console_control(vcpu, offset);

	(void)size;
	if (control)
		*control = (u32)value;
	else if (offset == UARTDR)
		console_put(vcpu->vm, &vcpu->vm->devices, (char)value);
	return control || offset == UARTDR;
}

static bool console_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value)
{
	const u32 *control = console_control(vcpu, offset);

	(void)size;
	*value = control ? *control : UARTFR_TXFE | UARTFR_RXFE;
	return control || offset == UARTFR;
}

/* What user space gives back is the complement, so that no memory can be taken for it. */
static bool user_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value)
{
	(void)size;
	if (offset != 0)
		return false;
	vcpu->vm->devices.user_value = value;
	vcpu->vm->devices.user_accesses++;
	return true;
}

static bool user_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value)
{
	(void)size;
	if (offset != 0)
		return false;
	*value = ~vcpu->vm->devices.user_value;
	vcpu->vm->devices.user_accesses++;
	return true;
}

enum place { in_kernel, in_user };

static const struct device {
	ipa_t ipa;
	u64 size;
	unsigned min_access, max_access; /* bytes */
	enum place place;
	bool (*write)(struct vcpu *vcpu, u64 offset, unsigned size, u64 value);
	bool (*read)(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value);
} devices[] = {
#define DEVICE(name, ipa, size, min, max, where, what)                                             \
	{ { ipa }, size, min, max, in_##where, name##_write, name##_read },
#include "core/device.def"
#undef DEVICE
};

static const struct device *find_device(ipa_t ipa, unsigned size)
{
	for (size_t i = 0; i < COUNT(devices); i++)
		if (ipa.v - devices[i].ipa.v < devices[i].size && size >= devices[i].min_access &&
			size <= devices[i].max_access && is_aligned(ipa.v, size))
			return &devices[i];
	return NULL;
}

bool device_write(struct vcpu *vcpu, ipa_t ipa, unsigned size, u64 value, bool *is_user)
{
	const struct device *device = find_device(ipa, size);

	if (!device)
		return false;
	*is_user = device->place == in_user;
	return device->write(vcpu, ipa.v - device->ipa.v, size, value);
}

bool device_read(struct vcpu *vcpu, ipa_t ipa, unsigned size, u64 *value, bool *is_user)
{
	const struct device *device = find_device(ipa, size);

	if (!device)
		return false;
	*is_user = device->place == in_user;
	return device->read(vcpu, ipa.v - device->ipa.v, size, value);
}
