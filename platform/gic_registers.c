/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of the distributor and the redistributors as rows, IHI 0069 chapter 12. What is no
 * row, and accesses of a size that a row does not have, read as zero and ignore writes.
 */
#include "platform/board.h"
#include "platform/gic_private.h"
#include "sysregs/sysregs.h"

enum { FRAME_SIZE = 0x10000, FRAMES_EACH = 2 };
_Static_assert(FRAMES_EACH *FRAME_SIZE == BOARD_GICR_EACH, "what is known of a redistributor");

enum frame { GICD = 1, GICR_RD = 2, GICR_SGI = 4 };

/* One register. */
struct place {
	struct gic *gic;
	enum frame frame;
	unsigned cpu;	       /* whose redistributor */
	unsigned index;	       /* which of the row's registers, within a bank if it has banks */
	unsigned number;       /* of the bank */
	struct gic_bank *bank; /* NULL: the row has none */
};

struct gic_register {
	u8 frames;
	u16 offset;
	u8 width; /* of one register, in bytes */
	u8 count; /* of registers: in each bank, or in all */
	bool is_banked;
	u8 sizes; /* of accesses, in bytes, added up */
	u64 (*read)(const struct place *at);
	void (*write)(const struct place *at, u64 value); /* NULL: read-only */
};

/* ---- Distributor ---- */

#define CTLR_ARE  BIT(4)
#define CTLR_DS	  BIT(6)
#define TYPER_A3V BIT(24) /* Aff3 may be other than 0 */
enum { IIDR_ARM = 0x43b };

/* RWP is 0: a write has its effect at once. */
static u64 read_ctlr(const struct place *at)
{
	return at->gic->gicd.ctlr | CTLR_ARE | CTLR_DS;
}

static void write_ctlr(const struct place *at, u64 value)
{
	at->gic->gicd.ctlr = value & (CTLR_ENABLE_GRP0 | CTLR_ENABLE_GRP1);
}

/* No LPIs, no messages, 1-of-N, no extended SPIs. */
static u64 read_gicd_typer(const struct place *at)
{
	enum { IDBITS = 16 };

	(void)at;
	return TYPER_A3V | (IDBITS - 1) << 19 | (GIC_BANKS - 1);
}

/* As the GIC-500 says; with 0 Linux would work around another vendor's erratum. */
static u64 read_iidr(const struct place *at)
{
	(void)at;
	return IIDR_ARM;
}

/* PIDR4..7, PIDR0..3, CIDR0..3 of Arm's parts; PIDR2.ArchRev is 3: GICv3. */
static u64 read_id(const struct place *at)
{
	static const u8 bytes[] = { 0x44, 0, 0, 0, 0, 0xb4, 0x3b, 0, 0x0d, 0xf0, 5, 0xb1 };
	enum { PIDR0 = 4, PART_GICD = 0x92, PART_GICR = 0x93 }; /* the low bytes of 0x492, 0x493 */

	if (at->index == PIDR0)
		return at->frame == GICD ? PART_GICD : PART_GICR;
	return bytes[at->index];
}

/* ---- Redistributor ---- */

/* The affinity, Processor_Number, Last; neither LPIs nor direct ones. */
enum { TYPER_LAST = 4, TYPER_NUMBER = 8 };

static u64 read_gicr_typer(const struct place *at)
{
	u64 affinity = gic_affinity(at->gic->group->cpu[at->cpu]);
	bool is_last = at->cpu + 1 == at->gic->group->count;

	return bits(affinity, 39, 32) << 56 | bits(affinity, 23, 0) << 32 |
	       (u64)at->cpu << TYPER_NUMBER | (u64)is_last << TYPER_LAST;
}

static u64 read_zero(const struct place *at)
{
	(void)at;
	return 0;
}

enum { WAKER_PROCESSOR_SLEEP = 2, WAKER_CHILDREN_ASLEEP = 4 };

static u64 read_waker(const struct place *at)
{
	return at->gic->gicr[at->cpu].is_asleep ? WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP : 0;
}

static void write_waker(const struct place *at, u64 value)
{
	gic_set_awake(at->gic, at->cpu, !(value & WAKER_PROCESSOR_SLEEP));
}

/* ---- Banks ---- */

#define SET_AND_CLEAR(field)                                                                       \
	static u64 read_##field(const struct place *at)                                            \
	{                                                                                          \
		return at->bank->field;                                                            \
	}                                                                                          \
	static void set_##field(const struct place *at, u64 value)                                 \
	{                                                                                          \
		at->bank->field |= (u32)value;                                                     \
	}                                                                                          \
	static void clear_##field(const struct place *at, u64 value)                               \
	{                                                                                          \
		at->bank->field &= ~(u32)value;                                                    \
	}

SET_AND_CLEAR(enabled)
SET_AND_CLEAR(active)

static u64 read_pending(const struct place *at)
{
	return gic_pending(at->bank);
}

static void set_pending(const struct place *at, u64 value)
{
	at->bank->latched |= (u32)value;
}

/* A level that is high keeps it pending. */
static void clear_pending(const struct place *at, u64 value)
{
	at->bank->latched &= ~(u32)value;
}

static u64 read_group(const struct place *at)
{
	return at->bank->group;
}

static void write_group(const struct place *at, u64 value)
{
	at->bank->group = (u32)value;
	if (at->number != 0)
		gic_route_any(at->gic, at->number);
}

static u64 read_priority(const struct place *at)
{
	return at->bank->priority[at->index];
}

static void write_priority(const struct place *at, u64 value)
{
	at->bank->priority[at->index] = value & PRIORITY_MASK;
}

/* Two bits each, the upper one: edge-triggered. */
static u64 read_icfgr(const struct place *at)
{
	u64 value = 0;

	for (unsigned i = 0; i < 16; i++)
		value |= (u64)(at->bank->edge >> (16 * at->index + i) & 1) << (2 * i + 1);
	return value;
}

static void write_icfgr(const struct place *at, u64 value)
{
	if (at->number == 0 && at->index == 0)
		return; /* SGIs are edge-triggered */
	for (unsigned i = 0; i < 16; i++) {
		u32 mask = 1u << (16 * at->index + i);

		at->bank->edge &= ~mask;
		at->bank->edge |= bit(value, 2 * i + 1) ? mask : 0;
	}
}

static u64 read_irouter(const struct place *at)
{
	return at->gic->gicd.route[32 * at->number + at->index];
}

static void write_irouter(const struct place *at, u64 value)
{
	unsigned intid = 32 * at->number + at->index;

	at->gic->gicd.route[intid] = value & (IROUTER_IRM | IROUTER_AFFINITY);
	gic_route(at->gic, intid);
}

/* ---- Rows ---- */

enum { BANKED = true, ALONE = false };

/* clang-format off */
static const struct gic_register registers[] = {
	/* where         offset  width count              sizes  read             write                  */
	{ GICD,            0x0000, 4,  1, ALONE,  4,     read_ctlr,       write_ctlr     }, /* GICD_CTLR */
	{ GICD,            0x0004, 4,  1, ALONE,  4,     read_gicd_typer, NULL           }, /* GICD_TYPER */
	{ GICD,            0x0008, 4,  1, ALONE,  4,     read_iidr,       NULL           }, /* GICD_IIDR */
	{ GICR_RD,         0x0000, 4,  1, ALONE,  4,     read_zero,       NULL           }, /* GICR_CTLR */
	{ GICR_RD,         0x0004, 4,  1, ALONE,  4,     read_iidr,       NULL           }, /* GICR_IIDR */
	{ GICR_RD,         0x0008, 8,  1, ALONE,  4 + 8, read_gicr_typer, NULL           }, /* GICR_TYPER */
	{ GICR_RD,         0x0014, 4,  1, ALONE,  4,     read_waker,      write_waker    }, /* GICR_WAKER */
	{ GICD | GICR_RD,  0xffd0, 4, 12, ALONE,  4,     read_id,         NULL           }, /* PIDR, CIDR */
	{ GICD | GICR_SGI, 0x0080, 4,  1, BANKED, 4,     read_group,      write_group    }, /* IGROUPR */
	{ GICD | GICR_SGI, 0x0100, 4,  1, BANKED, 4,     read_enabled,    set_enabled    }, /* ISENABLER */
	{ GICD | GICR_SGI, 0x0180, 4,  1, BANKED, 4,     read_enabled,    clear_enabled  }, /* ICENABLER */
	{ GICD | GICR_SGI, 0x0200, 4,  1, BANKED, 4,     read_pending,    set_pending    }, /* ISPENDR */
	{ GICD | GICR_SGI, 0x0280, 4,  1, BANKED, 4,     read_pending,    clear_pending  }, /* ICPENDR */
	{ GICD | GICR_SGI, 0x0300, 4,  1, BANKED, 4,     read_active,     set_active     }, /* ISACTIVER */
	{ GICD | GICR_SGI, 0x0380, 4,  1, BANKED, 4,     read_active,     clear_active   }, /* ICACTIVER */
	{ GICD | GICR_SGI, 0x0400, 1, 32, BANKED, 1 + 4, read_priority,   write_priority }, /* IPRIORITYR */
	{ GICD | GICR_SGI, 0x0c00, 4,  2, BANKED, 4,     read_icfgr,      write_icfgr    }, /* ICFGR */
	{ GICD,            0x6000, 8, 32, BANKED, 4 + 8, read_irouter,    write_irouter  }, /* IROUTER */
};
/* clang-format on */

static unsigned size_of(const struct gic_register *row, enum frame frame)
{
	unsigned banks = row->is_banked && frame == GICD ? GIC_BANKS : 1;

	return banks * row->count * row->width;
}

static const struct gic_register *find(enum frame frame, u64 offset, unsigned size)
{
	for (size_t i = 0; i < COUNT(registers); i++) {
		const struct gic_register *row = &registers[i];

		if ((row->frames & frame) && offset >= row->offset &&
			offset - row->offset < size_of(row, frame))
			return row->sizes & size ? row : NULL;
	}
	return NULL;
}

/* The n-th register of a row. */
static struct place nth(const struct gic_register *row, struct place at, unsigned n)
{
	at.index = n;
	if (row->is_banked) {
		at.number = n / row->count;
		at.index = n % row->count;
		at.bank = gic_bank(at.gic, at.cpu, at.number);
	}
	return at;
}

/* The private bank belongs to the redistributors: here it is RES0. */
static bool is_elsewhere(const struct place *at)
{
	return at->frame == GICD && at->bank != NULL && at->number == 0;
}

static u64 read_one(const struct gic_register *row, struct place at, unsigned n)
{
	at = nth(row, at, n);
	return is_elsewhere(&at) ? 0 : row->read(&at);
}

static void write_one(const struct gic_register *row, struct place at, unsigned n, u64 value)
{
	at = nth(row, at, n);
	if (row->write != NULL && !is_elsewhere(&at))
		row->write(&at, value);
}

/* An access covers several registers, one, or half of one. */
static u64 read_frame(struct place at, u64 offset, unsigned size)
{
	const struct gic_register *row = find(at.frame, offset, size);
	unsigned n;
	u64 value = 0;

	if (row == NULL)
		return 0;
	n = (unsigned)(offset - row->offset) / row->width;
	for (unsigned done = 0; done < size; done += row->width)
		value |= read_one(row, at, n++) << 8 * done;
	return value >> 8 * (offset % row->width) & MASK(8 * size - 1, 0);
}

static void write_frame(struct place at, u64 offset, unsigned size, u64 value)
{
	const struct gic_register *row = find(at.frame, offset, size);
	unsigned n, low;

	if (row == NULL)
		return;
	n = (unsigned)(offset - row->offset) / row->width;
	low = 8 * (unsigned)(offset % row->width);
	if (size < row->width)
		value = put_bits(read_one(row, at, n), low + 8 * size - 1, low, value);
	for (unsigned done = 0; done < size; done += row->width)
		write_one(row, at, n++, value >> 8 * done);
	if (at.frame == GICD)
		gic_offer_all_anew(at.gic);
	else
		gic_offer_anew(at.gic, at.cpu);
}

/* ---- Devices ---- */

static bool gicd_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	*value = read_frame((struct place){ .gic = opaque, .frame = GICD }, offset, size);
	return true;
}

static bool gicd_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	write_frame((struct place){ .gic = opaque, .frame = GICD }, offset, size, value);
	return true;
}

/* The frames of one PE after those of the other. */
static struct place redistributor(struct gic *gic, u64 offset)
{
	unsigned frame = (unsigned)(offset / FRAME_SIZE);

	return (struct place){ .gic = gic,
		.frame = frame % FRAMES_EACH == 0 ? GICR_RD : GICR_SGI,
		.cpu = frame / FRAMES_EACH };
}

static bool gicr_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	*value = read_frame(redistributor(opaque, offset), offset % FRAME_SIZE, size);
	return true;
}

static bool gicr_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	write_frame(redistributor(opaque, offset), offset % FRAME_SIZE, size, value);
	return true;
}

void gic_add_to_bus(struct gic *gic, struct bus *bus, pa_t gicd, pa_t gicr)
{
	bus_add(bus, &(struct device){ .name = "gicd",
			     .base = gicd,
			     .size = FRAME_SIZE,
			     .read = gicd_read,
			     .write = gicd_write,
			     .opaque = gic,
			     .state = &gic->gicd,
			     .state_size = sizeof(gic->gicd) });
	bus_add(bus, &(struct device){ .name = "gicr",
			     .base = gicr,
			     .size = (u64)FRAME_SIZE * FRAMES_EACH * gic->group->count,
			     .read = gicr_read,
			     .write = gicr_write,
			     .opaque = gic,
			     .state = gic->gicr,
			     .state_size = sizeof(gic->gicr[0]) * gic->group->count });
}
