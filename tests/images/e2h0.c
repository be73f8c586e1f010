/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into QEMU, which has no option for it: vCPUs with EL2 get one whose HCR_EL2.E2H is 0.
 */
#include <linux/kvm.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than Debian 12's headers. */
#define VCPU_HAS_EL2	  (1U << 7)
#define VCPU_HAS_EL2_E2H0 (1U << 8)

int ioctl(int fd, unsigned long request, ...)
{
	struct kvm_vcpu_init *init;
	va_list arguments;

	va_start(arguments, request);
	init = va_arg(arguments, void *);
	va_end(arguments);
	if (request == KVM_ARM_VCPU_INIT && (init->features[0] & VCPU_HAS_EL2))
		init->features[0] |= VCPU_HAS_EL2_E2H0;
	return (int)syscall(SYS_ioctl, fd, request, init);
}
