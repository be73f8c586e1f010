/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of the distributor and the redistributors as tables of registers, IHI 0069 chapter 12;
 * rows of device.def lead here. One Security state, affinity routing always on, no LPIs. A row of
 * `fields` has a few bits of each interrupt. Within a frame what is no row is RAZ/WI.
 */
#include "core/cpu.h"
#include "core/device.h"
#include "core/vgic_private.h"

enum { FRAME_SIZE = 0x10000, FRAMES_EACH = 2 };

enum frame { GICD = 1, GICR_RD = 2, GICR_SGI = 4 };

/* One access. `vcpu` is the owner of the redistributor; for the distributor, who asks. */
struct place {
	enum frame frame;
	struct vcpu *vcpu;
	unsigned index; /* of a register within its row */
};

/* ---- Whole registers ---- */

enum { GICD_CTLR_ARE = 1 << 4, GICD_CTLR_DS = 1 << 6, IIDR_ARM = 0x43b };

static u64 read_ctlr(const struct place *at)
{
	return at->vcpu->vm->vgic.ctlr | GICD_CTLR_ARE | GICD_CTLR_DS;
}

static void write_ctlr(const struct place *at, u64 value)
{
	at->vcpu->vm->vgic.ctlr = value & (GICD_CTLR_GRP0 | GICD_CTLR_GRP1);
}

static u64 read_gicd_typer(const struct place *at)
{
	enum { NO_1_OF_N = 1 << 25, IDBITS = 10, LINES = VGIC_IRQS / 32 - 1 };

	(void)at;
	return NO_1_OF_N | (IDBITS - 1) << 19 | LINES;
}

static u64 read_iidr(const struct place *at)
{
	(void)at;
	return IIDR_ARM;
}

/* PIDR4 to 7, PIDR0 to 3: Arm's; PIDR2.ArchRev is 3, GICv3. */
static u64 read_pidr(const struct place *at)
{
	static const u8 bytes[] = { 0x44, 0, 0, 0, 0, 0xb4, 0x3b, 0 };
	enum { PIDR0 = 4, PART_GICD = 0x92, PART_GICR = 0x93 };

	if (at->index == PIDR0)
		return at->frame == GICD ? PART_GICD : PART_GICR;
	return bytes[at->index];
}

static u64 read_gicr_typer(const struct place *at)
{
	u64 n = at->vcpu->index;
	enum { LAST = 1 << 4 };

	return n << 32 | n << 8 | (n + 1 == at->vcpu->vm->config.vcpus ? LAST : 0);
}

enum { WAKER_PROCESSOR_SLEEP = 2, WAKER_CHILDREN_ASLEEP = 4 };

static u64 read_waker(const struct place *at)
{
	return at->vcpu->vgic.is_awake ? 0 : WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP;
}

static void write_waker(const struct place *at, u64 value)
{
	at->vcpu->vgic.is_awake = !(value & WAKER_PROCESSOR_SLEEP);
}

/* clang-format off */
static const struct {
	u8 frames;
	u16 offset;
	u8 width, count; /* bytes of one, and how many in a row */
	u64 (*read)(const struct place *at);
	void (*write)(const struct place *at, u64 value); /* NULL: read-only */
} registers[] = {
	/* where           offset  width count  read             write                  */
	{ GICD,            0x0000, 4,    1,     read_ctlr,       write_ctlr     }, /* GICD_CTLR */
	{ GICD,            0x0004, 4,    1,     read_gicd_typer, NULL           }, /* GICD_TYPER */
	{ GICD,            0x0008, 4,    1,     read_iidr,       NULL           }, /* GICD_IIDR */
	{ GICR_RD,         0x0004, 4,    1,     read_iidr,       NULL           }, /* GICR_IIDR */
	{ GICR_RD,         0x0008, 8,    1,     read_gicr_typer, NULL           }, /* GICR_TYPER */
	{ GICR_RD,         0x0014, 4,    1,     read_waker,      write_waker    }, /* GICR_WAKER */
	{ GICD | GICR_RD,  0xffd0, 4,    8,     read_pidr,       NULL           }, /* PIDR4-7, 0-3 */
};
/* clang-format on */

/* ---- Fields of interrupts ---- */

static u64 read_group(const struct virq *irq)
{
	return irq->is_group1;
}

static void write_group(struct virq *irq, u64 value)
{
	irq->is_group1 = value;
}

static u64 read_enabled(const struct virq *irq)
{
	return irq->is_enabled;
}

static void set_enabled(struct virq *irq, u64 value)
{
	irq->is_enabled |= value;
}

static void clear_enabled(struct virq *irq, u64 value)
{
	irq->is_enabled &= !value;
}

/* In a list register it is as it was at the entry; a change shows after the next exit. */
static u64 read_pending(const struct virq *irq)
{
	return irq->is_pending || (irq->is_level && irq->line);
}

static void set_pending(struct virq *irq, u64 value)
{
	irq->is_pending |= value;
	if (value)
		irq->written &= (u8)~WROTE_NOT_PENDING;
}

static void clear_pending(struct virq *irq, u64 value)
{
	irq->is_pending &= !value;
	if (value && irq->in_lr_of)
		irq->written |= WROTE_NOT_PENDING;
}

static u64 read_active(const struct virq *irq)
{
	return irq->is_active;
}

static void change_active(struct virq *irq, bool is_active)
{
	irq->is_active = is_active;
	if (irq->in_lr_of)
		irq->written = (u8)((irq->written & WROTE_NOT_PENDING) |
				    (is_active ? WROTE_ACTIVE : WROTE_NOT_ACTIVE));
}

static void set_active(struct virq *irq, u64 value)
{
	if (value)
		change_active(irq, true);
}

static void clear_active(struct virq *irq, u64 value)
{
	if (value)
		change_active(irq, false);
}

static u64 read_priority(const struct virq *irq)
{
	return irq->priority;
}

static void write_priority(struct virq *irq, u64 value)
{
	irq->priority = (u8)(value & PRIORITY_MASK);
}

static u64 read_config(const struct virq *irq)
{
	return irq->is_level ? 0 : 2;
}

static void write_config(struct virq *irq, u64 value)
{
	irq->is_level = !(value & 2);
}

static u64 read_route(const struct virq *irq)
{
	return irq->route;
}

static void write_route(struct virq *irq, u64 value)
{
	irq->route = value & (MASK(39, 32) | MASK(23, 0));
}

/* Rows that begin at another interrupt than the first: SGIs are edge triggered, whatever is
 * written. */
/* clang-format off */
static const struct field {
	u8 frames;
	u16 offset;
	u8 bits; /* of each interrupt */
	u8 first_writable;
	u64 (*read)(const struct virq *irq);
	void (*write)(struct virq *irq, u64 value);
} fields[] = {
	/* where           offset  bits from        read           write                  */
	{ GICD | GICR_SGI, 0x0080, 1,   0,          read_group,    write_group    }, /* IGROUPR */
	{ GICD | GICR_SGI, 0x0100, 1,   0,          read_enabled,  set_enabled    }, /* ISENABLER */
	{ GICD | GICR_SGI, 0x0180, 1,   0,          read_enabled,  clear_enabled  }, /* ICENABLER */
	{ GICD | GICR_SGI, 0x0200, 1,   0,          read_pending,  set_pending    }, /* ISPENDR */
	{ GICD | GICR_SGI, 0x0280, 1,   0,          read_pending,  clear_pending  }, /* ICPENDR */
	{ GICD | GICR_SGI, 0x0300, 1,   0,          read_active,   set_active     }, /* ISACTIVER */
	{ GICD | GICR_SGI, 0x0380, 1,   0,          read_active,   clear_active   }, /* ICACTIVER */
	{ GICD | GICR_SGI, 0x0400, 8,   0,          read_priority, write_priority }, /* IPRIORITYR */
	{ GICD | GICR_SGI, 0x0c00, 2,   VGIC_SGIS,  read_config,   write_config   }, /* ICFGR */
	{ GICD,            0x6000, 64,  0,          read_route,    write_route    }, /* IROUTER */
};
/* clang-format on */

/* The interrupts of a frame; the private ones are RES0 in the distributor's. */
static bool has_irq(enum frame frame, unsigned intid)
{
	return frame == GICD ? intid >= VGIC_PRIVATE && intid < VGIC_IRQS : intid < VGIC_PRIVATE;
}

static unsigned irq_count(enum frame frame)
{
	return frame == GICD ? VGIC_IRQS : VGIC_PRIVATE;
}

static bool is_covered(u64 offset, u64 start, u64 size)
{
	return offset >= start && offset - start < size;
}

static const struct field *find_field(enum frame frame, u64 offset)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if ((fields[i].frames & frame) &&
			is_covered(offset, fields[i].offset,
				(u64)irq_count(frame) * fields[i].bits / 8))
			return &fields[i];
	return NULL;
}

/* An access covers several fields, one, or a half of one. */
static u64 read_fields(const struct field *field, const struct place *at, u64 offset, unsigned size)
{
	unsigned bit = (unsigned)(offset - field->offset) * 8, intid = bit / field->bits;
	u64 value = 0;

	for (unsigned done = 0; done < 8 * size; done += field->bits, intid++)
		if (has_irq(at->frame, intid))
			value |= field->read(vgic_irq(at->vcpu, intid)) << done;
	return value >> bit % field->bits;
}

static void write_field(
	const struct field *field, const struct place *at, unsigned intid, u64 value)
{
	struct virq *irq = vgic_irq(at->vcpu, intid);
	bool was_active = irq->is_active;

	field->write(irq, value);
	vgic_update(at->vcpu, intid);
	if (irq->is_active != was_active && irq->hw_intid && at->vcpu->cpu == this_cpu())
		hal_gic_set_active(irq->hw_intid, irq->is_active);
}

static void write_fields(
	const struct field *field, const struct place *at, u64 offset, unsigned size, u64 value)
{
	unsigned bit = (unsigned)(offset - field->offset) * 8, intid = bit / field->bits;
	unsigned low = bit % field->bits, high = low + 8 * size - 1;

	if (8 * size < field->bits) {
		if (has_irq(at->frame, intid))
			write_field(field, at, intid,
				(field->read(vgic_irq(at->vcpu, intid)) & ~MASK(high, low)) |
					value << low);
		return;
	}
	for (unsigned done = 0; done < 8 * size; done += field->bits, intid++)
		if (has_irq(at->frame, intid) && intid >= field->first_writable)
			write_field(field, at, intid, bits(value, done + field->bits - 1, done));
}

/* ---- Frames ---- */

static u64 read_frame(struct place at, u64 offset, unsigned size)
{
	const struct field *field = find_field(at.frame, offset);

	if (field)
		return read_fields(field, &at, offset, size);
	for (size_t i = 0; i < COUNT(registers); i++) {
		u64 from = offset - registers[i].offset, width = registers[i].width;

		if (!(registers[i].frames & at.frame) ||
			!is_covered(offset, registers[i].offset, width * registers[i].count))
			continue;
		at.index = (unsigned)(from / width);
		return registers[i].read(&at) >> from % width * 8;
	}
	return 0;
}

static void write_frame(struct place at, u64 offset, unsigned size, u64 value)
{
	const struct field *field = find_field(at.frame, offset);

	if (field)
		write_fields(field, &at, offset, size, value);
	for (size_t i = 0; i < COUNT(registers); i++)
		if ((registers[i].frames & at.frame) && offset == registers[i].offset &&
			registers[i].write)
			registers[i].write(&at, value);
}

static void locked_write(struct place at, u64 offset, unsigned size, u64 value)
{
	lock_take(&at.vcpu->vm->vgic.lock);
	write_frame(at, offset, size, value);
	lock_drop(&at.vcpu->vm->vgic.lock);
	vgic_kick_all(at.vcpu->vm);
}

static u64 locked_read(struct place at, u64 offset, unsigned size)
{
	u64 value;

	lock_take(&at.vcpu->vm->vgic.lock);
	value = read_frame(at, offset, size);
	lock_drop(&at.vcpu->vm->vgic.lock);
	return value;
}

bool vgic_gicd_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value)
{
	locked_write((struct place){ .frame = GICD, .vcpu = vcpu }, offset, size, value);
	return true;
}

bool vgic_gicd_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value)
{
	*value = locked_read((struct place){ .frame = GICD, .vcpu = vcpu }, offset, size);
	return true;
}

/* False: no such vCPU. */
static bool find_redistributor(struct vm *vm, u64 offset, struct place *at)
{
	u64 n = offset / (FRAMES_EACH * FRAME_SIZE);

	if (n >= vm->config.vcpus)
		return false;
	at->vcpu = &vm->vcpus[n];
	at->frame = offset / FRAME_SIZE % FRAMES_EACH ? GICR_SGI : GICR_RD;
	return true;
}

bool vgic_gicr_write(struct vcpu *vcpu, u64 offset, unsigned size, u64 value)
{
	struct place at = { .index = 0 };

	if (!find_redistributor(vcpu->vm, offset, &at))
		return false;
	locked_write(at, offset % FRAME_SIZE, size, value);
	return true;
}

bool vgic_gicr_read(struct vcpu *vcpu, u64 offset, unsigned size, u64 *value)
{
	struct place at = { .index = 0 };

	if (!find_redistributor(vcpu->vm, offset, &at))
		return false;
	*value = locked_read(at, offset % FRAME_SIZE, size);
	return true;
}
