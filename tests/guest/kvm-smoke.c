/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static program that tests Linux's KVM in a few million instructions: a guest at EL1 on two
 * vCPUs does hypercalls, MMIO, stage 2 faults, timer interrupts and SGIs, and every value is
 * checked. Says "kvm-smoke: PASS" with exit code 0, or "kvm-smoke: FAIL" and what.
 *
 * Usage: kvm-smoke [--el1 | --el2 [e2h0]]
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "kvm-smoke-el2.h"
#include "kvm-smoke-guest.h"
#include "kvm-smoke-vm.h"

extern const char guest_start[], guest_entry[], guest_end[];

static char *ram;
static uint32_t reads, writes, right_writes, pages;

/* The guest has written one word to each page. Then they are dropped: KVM must unmap them. */
static void drop_pages(void)
{
	char *base = ram + (PAGES_IPA - RAM_IPA);

	for (uint32_t i = 0; i < PAGES; i++) {
		uint32_t word;

		memcpy(&word, base + 4096 * i, sizeof(word));
		pages += word == PAGE_MARK + i;
	}
	must(madvise(base, 4096 * PAGES, MADV_DONTNEED), "MADV_DONTNEED");
}

static void access_device(struct vcpu *vcpu, uint64_t ipa, void *data, unsigned size, bool is_write)
{
	uint32_t word = 0xfffffffe, wanted = 1 + 5 * writes;

	if (is_write && ipa == MMIO_IPA + MMIO_DROP) {
		drop_pages();
	} else if (is_write && ipa == MMIO_IPA + MMIO_WRITE && size == 4) {
		right_writes += memcmp(data, &wanted, 4) == 0;
		writes++;
	} else if (!is_write && ipa == MMIO_IPA + MMIO_READ && size == 4) {
		word = 7 + 3 * reads++;
		memcpy(data, &word, 4);
	} else if (!is_write && ipa == MMIO_IPA + MMIO_SIGNED && size <= 4) {
		memcpy(data, &word, size);
	} else {
		fail("vCPU %u: MMIO exit at 0x%" PRIx64 ", size %u, write %d", vcpu->index, ipa,
			size, is_write);
	}
}

static void *run_second(void *vcpu)
{
	vcpu_run(vcpu);
	return NULL;
}

static const struct {
	const char *what;
	unsigned result;
	uint64_t want;
} rows[] = {
	{ "ESR_EL1 of an unexpected exception", RESULT_ESR, 0 },
	{ "ELR_EL1 of an unexpected exception", RESULT_ELR, 0 },
	{ "FAR_EL1 of an unexpected exception", RESULT_FAR, 0 },
	{ "CurrentEL is EL1", RESULT_CURRENT_EL, 1 << 2 },
	{ "PSCI_VERSION calls that answer alike", RESULT_HVCS, HVCS },
	{ "an unknown function is not supported", RESULT_UNKNOWN_HVC, UINT64_MAX },
	{ "right values of MMIO reads", RESULT_MMIO_READS, MMIOS },
	{ "dropped pages read as zero", RESULT_PAGES_ZERO, PAGES },
	{ "CPU_ON", RESULT_CPU_ON, 0 },
	{ "the context id of CPU_ON", RESULT_CPU1_CONTEXT, CPU1_CONTEXT },
	{ "AFFINITY_INFO after CPU_OFF", RESULT_CPU1_STATE, 1 },
	{ "timer interrupts before their time", RESULT_TIMER_EARLY, 0 },
};

static void check_all(const struct vcpu *vcpu)
{
	uint64_t results[RESULT_COUNT], counts[2][32];

	memcpy(results, ram + (RESULTS_IPA - RAM_IPA), sizeof(results));
	memcpy(counts, ram + (COUNTS_IPA - RAM_IPA), sizeof(counts));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i].what, results[rows[i].result], rows[i].want);
	/* Linux 6.1 and 6.12 cut the extension off again; 7.2 does not. */
	if (results[RESULT_SIGNED] != 0)
		check("right values of sign-extending MMIO reads", results[RESULT_SIGNED], 4);
	check("PSCI_VERSION is 1.x", results[RESULT_PSCI_VERSION] >> 16, 1);
	check("SMCCC_VERSION is 1.x", results[RESULT_SMCCC_VERSION] >> 16, 1);
	check("MMIO reads", reads, MMIOS);
	check("MMIO writes", writes, MMIOS);
	check("right values of MMIO writes", right_writes, MMIOS);
	check("MMIO exits", vcpu->exits[KVM_EXIT_MMIO], 2 * MMIOS + 4 + 1);
	check("pages with the guest's values", pages, PAGES);
	check("timer interrupts", counts[0][PPI_VTIMER], TIMERS);
	check("SGIs from vCPU 1", counts[0][SGI_TO_0], SGIS);
	check("SGIs to vCPU 1", counts[1][SGI_TO_1], SGIS);
	printf("kvm-smoke: %d HVC, %" PRIu64 " MMIO exits, %d stage 2 faults and again, "
	       "%" PRIu64 " timer interrupts, %" PRIu64 " SGIs\n",
		HVCS, vcpu->exits[KVM_EXIT_MMIO], PAGES, counts[0][PPI_VTIMER],
		counts[0][SGI_TO_0] + counts[1][SGI_TO_1]);
}

static void test_el1(void)
{
	static struct vm vm;
	struct vcpu *vcpu;
	pthread_t second;

	vm_create(&vm);
	vm.mmio = access_device;
	ram = vm_add_memory(&vm, RAM_IPA, RAM_SIZE);
	memcpy(ram, guest_start, (size_t)(guest_end - guest_start));
	vcpu = vm_add_vcpu(&vm, 0);
	vm_add_vcpu(&vm, 1U << KVM_ARM_VCPU_POWER_OFF);
	vm_add_gic(&vm, GICD_IPA, GICR_IPA, 0);
	vcpu_set(vcpu, CORE_REG(regs.pc), RAM_IPA + (uint64_t)(guest_entry - guest_start));
	printf("kvm-smoke: a VM with %u bits of IPA, a vGICv3 and %u vCPUs\n", vm.ipa_bits,
		vm.vcpu_count);
	/* It stays in KVM_RUN after the guest's CPU_OFF: our exit ends it. */
	must(pthread_create(&second, NULL, run_second, &vm.vcpu[1]) == 0 ? 0 : -1,
		"pthread_create");
	vcpu_run(vcpu);
	check_all(vcpu);
}

int main(int argc, char **argv)
{
	const char *test = argc > 1 ? argv[1] : "--el1", *form = "";
	bool is_el2 = strcmp(test, "--el2") == 0;
	bool is_e2h0 = is_el2 && argc == 3 && strcmp(argv[2], "e2h0") == 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (is_el2 && argc <= 2 + is_e2h0) {
		form = is_e2h0 ? " (el2 e2h=0)" : " (el2 e2h=1)";
		test_el2(!is_e2h0);
	} else if (argc <= 2 && strcmp(test, "--el1") == 0) {
		test_el1();
	} else {
		fprintf(stderr, "usage: kvm-smoke [--el1 | --el2 [e2h0]]\n");
		return 2;
	}
	printf("kvm-smoke: %s%s\n", failures() == 0 ? "PASS" : "FAIL", form);
	return failures() != 0;
}
