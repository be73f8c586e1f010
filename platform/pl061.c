/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL061 by rows of registers. Section numbers are of DDI 0190.
 */
#include "platform/pl061.h"

#include "platform/primecell.h"

enum { LINES = 0xff };

/* What a line is at: as driven by the guest where it is an output, else by the board. */
static u32 level_of(const struct pl061_state *s)
{
	return (s->out & s->dir) | (s->in & ~s->dir);
}

/* Level-sensitive lines follow what they are at, IEV says which level. 3.3.3 to 3.3.6 */
static void update(struct pl061 *gpio)
{
	struct pl061_state *s = &gpio->state;

	s->ris |= s->is & ~(level_of(s) ^ s->iev) & LINES;
	wire_set(&gpio->interrupt, (s->ris & s->ie) != 0);
}

/* An edge raises the interrupt of its line: both edges by IBE, else the one that IEV says. */
static void change(struct pl061 *gpio, u32 before)
{
	struct pl061_state *s = &gpio->state;
	u32 now = level_of(s), edges = now ^ before;

	s->ris |= edges & ~s->is & (s->ibe | ~(now ^ s->iev));
	s->ris &= ~(s->is & edges); /* a level that has gone */
	update(gpio);
}

void pl061_set_line(struct pl061 *gpio, unsigned line, bool level)
{
	u32 before = level_of(&gpio->state);

	gpio->state.in = (u32)put_bits(gpio->state.in, line, line, level);
	change(gpio, before);
}

/* ---- GPIODATA: address bits 9:2 say which lines are meant. 3.3.1 ---- */

static u32 meant(u64 offset)
{
	return (u32)bits(offset, 9, 2);
}

static void write_data(struct pl061 *gpio, u32 mask, u32 value)
{
	struct pl061_state *s = &gpio->state;
	u32 before = level_of(s);

	mask &= s->dir;
	s->out = (s->out & ~mask) | (value & mask);
	change(gpio, before);
}

/* ---- Registers with effects ---- */

static void write_dir(void *device, u32 value)
{
	struct pl061 *gpio = device;
	u32 before = level_of(&gpio->state);

	gpio->state.dir = value;
	change(gpio, before);
}

static u32 read_mis(void *device)
{
	struct pl061 *gpio = device;

	return gpio->state.ris & gpio->state.ie;
}

static void write_ic(void *device, u32 value)
{
	struct pl061 *gpio = device;

	gpio->state.ris &= ~value;
}

/* What was pending by the other rule is not by this one. */
static void write_is(void *device, u32 value)
{
	struct pl061 *gpio = device;

	gpio->state.ris &= ~(gpio->state.is ^ value);
	gpio->state.is = value;
}

static void write_iev(void *device, u32 value)
{
	struct pl061 *gpio = device;

	gpio->state.ris &= ~(gpio->state.is & (gpio->state.iev ^ value));
	gpio->state.iev = value;
}

/* ---- The register table, 3.2 ---- */

#define STATE(name) offsetof(struct pl061, state.name)
#define NONE	    PRIMECELL_NONE

/* clang-format off */
static const struct primecell_register registers[] = {
	/* offset  writable  read      write      stored in */
	{ 0x400,   LINES,    NULL,     write_dir, STATE(dir) },
	{ 0x404,   LINES,    NULL,     write_is,  STATE(is) },
	{ 0x408,   LINES,    NULL,     NULL,      STATE(ibe) },
	{ 0x40c,   LINES,    NULL,     write_iev, STATE(iev) },
	{ 0x410,   LINES,    NULL,     NULL,      STATE(ie) },
	{ 0x414,   0,        NULL,     NULL,      STATE(ris) },
	{ 0x418,   0,        read_mis, NULL,      NONE },
	{ 0x41c,   LINES,    NULL,     write_ic,  NONE },
	{ 0x420,   LINES,    NULL,     NULL,      STATE(afsel) },
};
/* clang-format on */

static const struct primecell pl061 = {
	.registers = registers, .count = COUNT(registers), .part = 0x061, .revision = 0
};

enum { DATA_END = 0x400 };

static bool pl061_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	struct pl061 *gpio = opaque;

	if (!primecell_read(&pl061, gpio, offset, size, value))
		return false;
	if (offset < DATA_END)
		*value = level_of(&gpio->state) & meant(offset);
	return true;
}

static bool pl061_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct pl061 *gpio = opaque;

	if (!primecell_write(&pl061, gpio, offset, size, value))
		return false;
	if (offset < DATA_END)
		write_data(gpio, meant(offset), (u32)value & LINES);
	update(gpio);
	return true;
}

void pl061_init(struct pl061 *gpio)
{
	gpio->state = (struct pl061_state){ .out = 0 };
	update(gpio);
}

void pl061_add_to_bus(struct pl061 *gpio, struct bus *bus, pa_t base)
{
	bus_add(bus, &(struct device){ .name = "pl061",
			     .base = base,
			     .size = PRIMECELL_SIZE,
			     .read = pl061_read,
			     .write = pl061_write,
			     .opaque = gpio,
			     .state = &gpio->state,
			     .state_size = sizeof(gpio->state) });
}

void pl061_transfer(struct pl061 *gpio, struct archive *archive)
{
	archive_mark(archive, "pl061");
	ARCHIVE(archive, gpio->state);
	wire_transfer(&gpio->interrupt, archive);
}
