/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual machines by the ioctls of /dev/kvm (Documentation/virt/kvm/api.rst of Linux). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "kvm-smoke-vm.h"

static atomic_uint failed;

void fail(const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("kvm-smoke: FAIL %s\n", text);
	failed++;
}

void check(const char *what, uint64_t got, uint64_t want)
{
	if (got != want)
		fail("%s: got 0x%" PRIx64 ", want 0x%" PRIx64, what, got, want);
}

unsigned failures(void)
{
	return failed;
}

int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	printf("kvm-smoke: FAIL %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *map(size_t size, int flags, int fd, const char *what)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	must(memory == MAP_FAILED ? -1 : 0, what);
	return memory;
}

void vm_create(struct vm *vm)
{
	*vm = (struct vm){ .gic = -1 };
	vm->kvm = must(open("/dev/kvm", O_RDWR | O_CLOEXEC), "open /dev/kvm");
	check("KVM_GET_API_VERSION", (uint64_t)ioctl(vm->kvm, KVM_GET_API_VERSION, 0),
		KVM_API_VERSION);
	vm->ipa_bits = (unsigned)must(
		ioctl(vm->kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE), "IPA size");
	if (vm->ipa_bits > 40)
		vm->ipa_bits = 40;
	vm->fd = must(ioctl(vm->kvm, KVM_CREATE_VM, KVM_VM_TYPE_ARM_IPA_SIZE(vm->ipa_bits)),
		"KVM_CREATE_VM");
}

void *vm_add_memory(struct vm *vm, uint64_t ipa, size_t size)
{
	void *memory = map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1, "guest memory");
	struct kvm_userspace_memory_region region = {
		.slot = vm->slots++,
		.guest_phys_addr = ipa,
		.memory_size = size,
		.userspace_addr = (uintptr_t)memory,
	};

	madvise(memory, size, MADV_NOHUGEPAGE);
	must(ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	return memory;
}

struct vcpu *vm_add_vcpu(struct vm *vm, uint32_t features)
{
	struct vcpu *vcpu = &vm->vcpu[vm->vcpu_count];
	struct kvm_vcpu_init init;
	int size = must(ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");

	vcpu->vm = vm;
	vcpu->index = vm->vcpu_count++;
	vcpu->fd = must(ioctl(vm->fd, KVM_CREATE_VCPU, vcpu->index), "KVM_CREATE_VCPU");
	vcpu->run = map((size_t)size, MAP_SHARED, vcpu->fd, "struct kvm_run");
	must(ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= features | 1U << KVM_ARM_VCPU_PSCI_0_2;
	must(ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
	return vcpu;
}

static void gic_set(struct vm *vm, uint32_t group, uint64_t attribute, const void *value)
{
	struct kvm_device_attr attr = {
		.group = group,
		.attr = attribute,
		.addr = (uintptr_t)value,
	};
	char what[60];

	snprintf(what, sizeof(what), "vGICv3 attribute %" PRIu32 ", %" PRIu64, group, attribute);
	must(ioctl(vm->gic, KVM_SET_DEVICE_ATTR, &attr), what);
}

/* KVM_DEV_ARM_VGIC_GRP_MAINT_IRQ: newer than Debian 12's headers. */
#define GRP_MAINT_IRQ 9

void vm_add_gic(struct vm *vm, uint64_t gicd, uint64_t gicr, uint32_t maintenance)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint32_t interrupts = 64;

	must(ioctl(vm->fd, KVM_CREATE_DEVICE, &device), "KVM_CREATE_DEVICE vGICv3");
	vm->gic = (int)device.fd;
	gic_set(vm, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &interrupts);
	gic_set(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &gicd);
	gic_set(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &gicr);
	if (maintenance != 0)
		gic_set(vm, GRP_MAINT_IRQ, 0, &maintenance);
	gic_set(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

void vcpu_set(struct vcpu *vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	must(ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg), "KVM_SET_ONE_REG");
}

uint64_t vcpu_get(struct vcpu *vcpu, uint64_t id)
{
	uint64_t value = 0;
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	must(ioctl(vcpu->fd, KVM_GET_ONE_REG, &reg), "KVM_GET_ONE_REG");
	return value;
}

bool vcpu_run(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	for (;;) {
		must(ioctl(vcpu->fd, KVM_RUN, 0), "KVM_RUN");
		if (run->exit_reason < 32)
			vcpu->exits[run->exit_reason]++;
		if (run->exit_reason == KVM_EXIT_MMIO && vcpu->vm->mmio != NULL) {
			vcpu->vm->mmio(vcpu, run->mmio.phys_addr, run->mmio.data, run->mmio.len,
				run->mmio.is_write);
		} else if (run->exit_reason == KVM_EXIT_SYSTEM_EVENT) {
			check("system event", run->system_event.type, KVM_SYSTEM_EVENT_SHUTDOWN);
			return run->system_event.type == KVM_SYSTEM_EVENT_SHUTDOWN;
		} else {
			fail("vCPU %u: exit reason %" PRIu32 ", pc 0x%" PRIx64, vcpu->index,
				run->exit_reason, vcpu_get(vcpu, CORE_REG(regs.pc)));
			return false;
		}
	}
}
