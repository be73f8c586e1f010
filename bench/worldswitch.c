/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host and a guest behind stage 2, both at EL1, take turns; EL2 (worldswitch.S) exchanges all
 * their registers as a hypervisor without VHE does. Each touches four pages in its turn.
 */
#include "bench.h"

enum { ROUNDS = 60000 };

/* As worldswitch.S knows it: offsets and the order of sys[]. */
struct world {
	u64 x[32]; /* the last one is free */
	struct world *other;
	u64 sys[26];
};
enum {
	ELR_EL2,
	SPSR_EL2,
	HCR_EL2,
	VTTBR_EL2,
	SCTLR_EL1,
	TTBR0_EL1,
	TCR_EL1,
	MAIR_EL1,
	VBAR_EL1,
	SP_EL1,
	WRITTEN
};

extern char world_vectors[];
static struct world host, guest;
static struct space host_space, guest_space;
static u64 stage2[512] __attribute__((aligned(4096)));
static u64 guest_stack[512] __attribute__((aligned(16)));
static volatile u64 guest_sum;

static void guest_main(void)
{
	for (;;) {
		guest_sum += space_touch();
		asm volatile("hvc #0" ::: "memory");
	}
}

static void setup_el2(u64 unused)
{
	(void)unused;
	MSR(vbar_el2, world_vectors);
	MSR(vtcr_el2, 0x80023559); /* 39-bit IPA from level 1, 40-bit PA, write-back */
	MSR(tpidr_el2, &host);
	asm volatile("isb");
}

static void build_guest(void)
{
	/* 1 GiB of Normal memory, read and write */
	stage2[1] = 0x40000000 | 0x7fd;
	guest.sys[ELR_EL2] = (u64)guest_main;
	guest.sys[SPSR_EL2] = 0x3c5;	    /* EL1h, interrupts masked */
	guest.sys[HCR_EL2] = 1ul << 31 | 1; /* RW, VM */
	guest.sys[VTTBR_EL2] = (u64)stage2 | 1ul << 48;
	guest.sys[SCTLR_EL1] = MRS(sctlr_el1);
	guest.sys[TTBR0_EL1] = space_build(&guest_space, 1, 2);
	guest.sys[TCR_EL1] = MRS(tcr_el1);
	guest.sys[MAIR_EL1] = MRS(mair_el1);
	guest.sys[VBAR_EL1] = MRS(vbar_el1);
	guest.sys[SP_EL1] = (u64)(guest_stack + 512);
}

u64 run(void)
{
	u64 sum = 0;

	build_guest();
	host.other = &guest;
	guest.other = &host;
	MSR(ttbr0_el1, space_build(&host_space, 1, 1));
	asm volatile("isb");
	call_el2(setup_el2, 0);
	for (int i = 0; i < ROUNDS; i++) {
		sum += space_touch();
		asm volatile("hvc #0" ::: "memory");
	}
	return sum != ROUNDS * SPACE_PAGES || guest_sum != 2 * sum;
}
