/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads whose every operation is an exit: calls, trapped registers, devices.
 */
#include "guest/guest.h"

void hypercall_begin(void)
{
}

void hypercall_round(u64 round)
{
	CHECK(hypercall(HVC_ADD, round, my_index) == round + my_index);
	CHECK(hypercall(0xc600ffff, 0, 0) == HVC_NOT_SUPPORTED);
	CHECK(hypercall(PSCI_VERSION, 0, 0) == PSCI_1_1);
	CHECK(hypercall(HVC_ADD, ~0ul, 1) == 0);
}

void hypercall_end(void)
{
}

/* A register of a feature that guests do not have. */
void sysreg_begin(void)
{
	expect_exception();
	(void)READ_SYSREG(s3_0_c10_c4_3); /* LORC_EL1 */
	CHECK(seen_esr >> 26 == 0);
}

void sysreg_round(u64 round)
{
	(void)round;
	CHECK(READ_SYSREG(actlr_el1) == GUEST_ACTLR_EL1);
	CHECK((READ_SYSREG(mpidr_el1) & 0xff00ffffff) == 0);
	CHECK((READ_SYSREG(id_aa64pfr0_el1) >> 8 & 0xf) == 0);	/* EL2: there is none */
	CHECK((READ_SYSREG(id_aa64mmfr1_el1) >> 8 & 0xf) == 0); /* VH */
	CHECK(READ_SYSREG(currentel) == 1 << 2);
}

/* No register of virtual EL2 is anybody's below it. */
void sysreg_end(void)
{
	expect_exception();
	(void)READ_SYSREG(hcr_el2);
	CHECK(seen_esr >> 26 == 0);
}

/* The load from nowhere is answered by an external abort, whose address is the VA. */
void mmio_begin(void)
{
	expect_exception();
	(void)read32(GUEST_HOLE_IPA + 0x10);
	CHECK(seen_esr >> 26 == 0x25 && (seen_esr & 0x3f) == 0x10);
	CHECK(seen_far == HIGH_HALF + GUEST_HOLE_IPA + 0x10);
}

void mmio_round(u64 round)
{
	u64 value = my_index << 32 | round;

	CHECK((read32(GUEST_UART_IPA + 0x18) & 0x90) == 0x90); /* UARTFR: both FIFOs are empty */
	write64(GUEST_USER_IPA, value);
	CHECK(read64(GUEST_USER_IPA) == ~value);
	CHECK(read32(GUEST_USER_IPA) == (u32)~value);
}

void mmio_end(void)
{
}
