/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL031 by rows of registers. Section numbers are of DDI 0224.
 */
#include "platform/pl031.h"

#include "platform/primecell.h"

enum { INTERRUPT = 1, CR_START = 1 };

static u64 seconds_of(const struct pl031 *rtc)
{
	return *rtc->now / rtc->hz;
}

static u32 count_of(const struct pl031 *rtc)
{
	return rtc->state.base + (u32)seconds_of(rtc);
}

/*
 * The interrupt is raised when count and MR become equal, and stays until it is cleared. 3.3.6
 * MR in (seen, count]: that has happened since somebody looked.
 */
static void compare(struct pl031 *rtc)
{
	struct pl031_state *s = &rtc->state;
	u32 count = count_of(rtc);

	if (s->match - s->seen - 1 < count - s->seen)
		s->ris |= INTERRUPT;
	s->seen = count;
}

/* Only an enabled interrupt is an event: a guest that waits without any waits for ever. */
static void update(struct pl031 *rtc)
{
	struct pl031_state *s = &rtc->state;
	u32 left = s->match - count_of(rtc);
	bool armed = s->imsc & ~s->ris;

	wire_set(&rtc->interrupt, s->ris & s->imsc);
	events_schedule(rtc->queue, &rtc->event,
		armed ? (seconds_of(rtc) + (left != 0 ? left : BIT(32))) * rtc->hz : NEVER);
}

static void reach_match(void *opaque)
{
	struct pl031 *rtc = opaque;

	compare(rtc);
	update(rtc);
}

/* ---- Registers with effects ---- */

static u32 read_dr(void *device)
{
	return count_of(device);
}

static void write_mr(void *device, u32 value)
{
	struct pl031 *rtc = device;

	rtc->state.match = value;
	rtc->state.seen = count_of(rtc) - 1;
	compare(rtc);
}

static void write_lr(void *device, u32 value)
{
	struct pl031 *rtc = device;

	rtc->state.load = value;
	rtc->state.base = value - (u32)seconds_of(rtc);
	rtc->state.seen = value - 1;
	compare(rtc);
}

/* Somebody has started it before us, and then nobody can stop it. 3.3.4 */
static u32 read_cr(void *device)
{
	(void)device;
	return CR_START;
}

static u32 read_mis(void *device)
{
	struct pl031 *rtc = device;

	return rtc->state.ris & rtc->state.imsc;
}

static void write_icr(void *device, u32 value)
{
	struct pl031 *rtc = device;

	rtc->state.ris &= ~value;
}

/* ---- The register table, 3.2 ---- */

#define STATE(name) offsetof(struct pl031, state.name)
#define NONE	    PRIMECELL_NONE

/* clang-format off */
static const struct primecell_register registers[] = {
	/* offset  writable    read      write      stored in */
	{ 0x000,   0,          read_dr,  NULL,      NONE },
	{ 0x004,   0xffffffff, NULL,     write_mr,  STATE(match) },
	{ 0x008,   0xffffffff, NULL,     write_lr,  STATE(load) },
	{ 0x00c,   0,          read_cr,  NULL,      NONE },
	{ 0x010,   INTERRUPT,  NULL,     NULL,      STATE(imsc) },
	{ 0x014,   0,          NULL,     NULL,      STATE(ris) },
	{ 0x018,   0,          read_mis, NULL,      NONE },
	{ 0x01c,   INTERRUPT,  NULL,     write_icr, NONE },
};
/* clang-format on */

static const struct primecell pl031 = {
	.registers = registers, .count = COUNT(registers), .part = 0x031, .revision = 0
};

static bool pl031_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	struct pl031 *rtc = opaque;

	compare(rtc);
	update(rtc);
	return primecell_read(&pl031, rtc, offset, size, value);
}

static bool pl031_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct pl031 *rtc = opaque;
	bool ok;

	compare(rtc);
	ok = primecell_write(&pl031, rtc, offset, size, value);
	update(rtc);
	return ok;
}

void pl031_init(
	struct pl031 *rtc, u32 seconds, struct event_queue *queue, const cycles_t *now, u64 hz)
{
	*rtc = (struct pl031){ .state = { .base = seconds, .seen = seconds },
		.queue = queue,
		.now = now,
		.hz = hz,
		.event = { .fire = reach_match, .opaque = rtc } };
}

void pl031_keep_count(struct pl031 *rtc, const struct pl031 *old)
{
	rtc->state.base = rtc->state.seen = count_of(old);
}

void pl031_add_to_bus(struct pl031 *rtc, struct bus *bus, pa_t base)
{
	bus_add(bus, &(struct device){ .name = "pl031",
			     .base = base,
			     .size = PRIMECELL_SIZE,
			     .read = pl031_read,
			     .write = pl031_write,
			     .opaque = rtc,
			     .state = &rtc->state,
			     .state_size = sizeof(rtc->state) });
}

void pl031_transfer(struct pl031 *rtc, struct archive *archive)
{
	archive_mark(archive, "pl031");
	ARCHIVE(archive, rtc->state);
	wire_transfer(&rtc->interrupt, archive);
	event_transfer(rtc->queue, &rtc->event, archive);
}
