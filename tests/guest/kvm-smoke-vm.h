/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small virtual machine monitor on /dev/kvm: what kvm-smoke's tests share. What KVM refuses ends
 * the program with "kvm-smoke: FAIL"; what a test finds wrong is counted.
 */
#ifndef KVM_SMOKE_VM_H
#define KVM_SMOKE_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_VCPUS 2

struct vm;

struct vcpu {
	struct vm *vm;
	unsigned index;
	int fd;
	struct kvm_run *run;
	uint64_t exits[32]; /* by KVM_EXIT_x */
};

struct vm {
	int kvm, fd, gic;
	unsigned ipa_bits, slots, vcpu_count;
	struct vcpu vcpu[MAX_VCPUS];
	/* An access to what is not memory; a read fills data. */
	void (*mmio)(struct vcpu *vcpu, uint64_t ipa, void *data, unsigned size, bool is_write);
};

/* Says what is wrong, and notes a failure. Any thread may. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Fails if got is not want; says what. */
void check(const char *what, uint64_t got, uint64_t want);
unsigned failures(void);

/* result, if it is not negative; otherwise says what failed, with errno, and exits. */
int must(int result, const char *what);

void vm_create(struct vm *vm);

/* size bytes of new zeroed memory at ipa, mapped page by page. */
void *vm_add_memory(struct vm *vm, uint64_t ipa, size_t size);

/* features: bits of KVM_ARM_VCPU_x; PSCI 0.2 is always there. */
struct vcpu *vm_add_vcpu(struct vm *vm, uint32_t features);

/* A vGICv3; after all vCPUs, before any runs. maintenance: its INTID for nested guests, or 0. */
void vm_add_gic(struct vm *vm, uint64_t gicd, uint64_t gicr, uint32_t maintenance);

/* id: see KVM_REG_x, or CORE_REG(regs.pc). */
#define CORE_REG(name)                                                                             \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(name))
void vcpu_set(struct vcpu *vcpu, uint64_t id, uint64_t value);
uint64_t vcpu_get(struct vcpu *vcpu, uint64_t id);

/* Runs until the guest asks for SYSTEM_OFF: true; any other end is a failure. */
bool vcpu_run(struct vcpu *vcpu);

#endif
