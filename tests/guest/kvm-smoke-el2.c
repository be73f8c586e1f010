/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the guest hypervisor of kvm-el2/ in a VM whose vCPU has EL2, and prints its lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kvm-el2/payload.h"
#include "kvm-smoke-el2.h"
#include "kvm-smoke-vm.h"

/* Newer than Debian 12's headers. */
#define CAP_ARM_EL2	  240
#define CAP_ARM_EL2_E2H0  241
#define VCPU_HAS_EL2	  (1U << 7)
#define VCPU_HAS_EL2_E2H0 (1U << 8)

#define RAM_SIZE (8UL << 20)

extern const char kvm_el2_start[], kvm_el2_end[];

static char *ram;
static uint64_t exits;

static void ring(struct vcpu *vcpu, uint64_t ipa, void *data, unsigned size, bool is_write)
{
	uint64_t value = 0;

	(void)vcpu;
	memcpy(&value, data, size <= sizeof(value) ? size : sizeof(value));
	if (is_write && ipa == DOORBELL + DOORBELL_SAY && value - RAM_BASE < RAM_SIZE) {
		printf("%.200s", ram + (value - RAM_BASE));
	} else if (is_write && ipa == DOORBELL + DOORBELL_EXIT) {
		exits++;
		check("differences that the guest hypervisor found", value, 0);
	} else {
		fail("MMIO exit at 0x%" PRIx64 ", size %u, write %d, value 0x%" PRIx64, ipa, size,
			is_write, value);
	}
}

void test_el2(bool is_e2h)
{
	static struct vm vm;
	struct vcpu *vcpu;

	vm_create(&vm);
	if (ioctl(vm.kvm, KVM_CHECK_EXTENSION, CAP_ARM_EL2) <= 0) {
		check("KVM_CAP_ARM_EL2 (kvm-arm.mode=nested, FEAT_NV2)", 0, 1);
		return;
	}
	if (!is_e2h && ioctl(vm.kvm, KVM_CHECK_EXTENSION, CAP_ARM_EL2_E2H0) <= 0) {
		check("KVM_CAP_ARM_EL2_E2H0", 0, 1);
		return;
	}
	vm.mmio = ring;
	ram = vm_add_memory(&vm, RAM_BASE, RAM_SIZE);
	memcpy(ram + (PAYLOAD_BASE - RAM_BASE), kvm_el2_start,
		(size_t)(kvm_el2_end - kvm_el2_start));
	vcpu = vm_add_vcpu(&vm, VCPU_HAS_EL2 | (is_e2h ? 0 : VCPU_HAS_EL2_E2H0));
	vm_add_gic(&vm, GICD, GICR, PPI_MAINTENANCE);
	vcpu_set(vcpu, CORE_REG(regs.pc), PAYLOAD_BASE);
	vcpu_set(vcpu, CORE_REG(regs.regs[0]), is_e2h);
	vcpu_run(vcpu);
	check("ends of the guest hypervisor", exits, 1);
}
