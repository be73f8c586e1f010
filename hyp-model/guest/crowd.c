/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More interrupts at once, pending and active, than any virtual CPU interface has list registers
 * for; and the frames' ways to make and unmake them.
 */
#include "guest/guest.h"

enum {
	CROWD = 6,
	FIRST_SGI = 6,
	MEMBERS = ((1 << CROWD) - 1) << FIRST_SGI,
	NOTHING = 1020, /* and above */
	GICR_SGI_FRAME = 0x10000,
	ISPENDR0 = GICR_SGI_FRAME + 0x200,
	ICPENDR0 = GICR_SGI_FRAME + 0x280,
	ISACTIVER0 = GICR_SGI_FRAME + 0x300,
	ICACTIVER0 = GICR_SGI_FRAME + 0x380,
	IPRIORITYR = GICR_SGI_FRAME + 0x400,
	CTLR_EOIMODE = 2,
};

static u32 frame_read(u64 offset)
{
	return read32(GUEST_GICR_IPA + offset);
}

static void frame_write(u64 offset, u32 value)
{
	write32(GUEST_GICR_IPA + offset, value);
}

/* The n-th by priority; 0 is the highest. */
static unsigned member(u64 n)
{
	return FIRST_SGI + (unsigned)n;
}

static void set_priority(unsigned intid, u32 priority)
{
	u64 va = HIGH_HALF + GUEST_GICR_IPA + IPRIORITYR + intid;

	__asm__ volatile("strb %w0, [%1]" : : "r"(priority), "r"(va) : "memory");
}

static void split_ends(bool is_split)
{
	u64 ctlr = READ_SYSREG(s3_0_c12_c12_4) & ~(u64)CTLR_EOIMODE; /* ICC_CTLR_EL1 */

	WRITE_SYSREG(s3_0_c12_c12_4, ctlr | (is_split ? CTLR_EOIMODE : 0));
	isb();
}

static void deactivate(u64 intid)
{
	WRITE_SYSREG(s3_0_c12_c11_1, intid); /* ICC_DIR_EL1 */
	isb();
}

static u32 active(void)
{
	return frame_read(ISACTIVER0) & MEMBERS;
}

static u32 pending(void)
{
	return frame_read(ISPENDR0) & MEMBERS;
}

void crowd_begin(void)
{
	for (u64 n = 0; n < CROWD; n++)
		set_priority(member(n), 0x40 + 8 * (u32)n);
}

/* Sent in another order each round, taken by priority. */
static void all_pending(u64 round)
{
	for (u64 n = 0; n < CROWD; n++)
		send_sgi(0, member((n * 5 + round) % CROWD));
	CHECK(pending() == MEMBERS);
	for (u64 n = 0; n < CROWD; n++) {
		u64 intid = acknowledge();

		CHECK(intid == member(n));
		end_interrupt(intid);
	}
	CHECK(acknowledge() >= NOTHING);
}

/* Each one preempts the one before. */
static void make_all_active(void)
{
	for (u64 n = CROWD; n-- > 0;) {
		send_sgi(0, member(n));
		CHECK(acknowledge() == member(n));
	}
	CHECK(active() == MEMBERS);
	CHECK(pending() == 0);
}

/* One of them is sent once more while it is active: it comes again, after its end. */
static void all_active(u64 round)
{
	unsigned again = member(round % CROWD);

	make_all_active();
	send_sgi(0, again);
	CHECK(acknowledge() >= NOTHING);
	for (u64 n = 0; n < CROWD; n++) {
		end_interrupt(member(n));
		if (member(n) != again)
			continue;
		CHECK(acknowledge() == again);
		end_interrupt(again);
	}
	CHECK(active() == 0);
	CHECK(acknowledge() >= NOTHING);
}

/* EOImode 1: the priorities drop in order, the interrupts become inactive in any order. */
static void ends_apart(u64 round)
{
	split_ends(true);
	make_all_active();
	for (u64 n = 0; n < CROWD; n++)
		end_interrupt(member(n));
	CHECK(active() == MEMBERS);
	for (u64 n = 0; n < CROWD; n++)
		deactivate(member((n * 5 + round) % CROWD));
	CHECK(active() == 0);
	split_ends(false);
}

static void by_the_frames(u64 round)
{
	unsigned intid = member(round % CROWD);

	frame_write(ISPENDR0, 1u << intid);
	CHECK(pending() == 1u << intid);
	frame_write(ICPENDR0, 1u << intid);
	CHECK(acknowledge() >= NOTHING);
	frame_write(ISACTIVER0, 1u << intid);
	frame_write(ISPENDR0, 1u << intid);
	CHECK(acknowledge() >= NOTHING); /* active already */
	frame_write(ICACTIVER0, 1u << intid);
	CHECK(acknowledge() == intid);
	end_interrupt(intid);
	CHECK(active() == 0 && pending() == 0);
}

void crowd_round(u64 round)
{
	all_pending(round);
	all_active(round);
	ends_apart(round);
	by_the_frames(round);
}

void crowd_end(void)
{
}
