/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_struct.def: structure.h has the record.
 */
#include "cpu/formats_simd.h"
#include "cpu/structure.h"

/* Bit 23 tells post-index, where register 31 stands for the number of bytes. */
static void set_record(struct decoded *d, u32 size, u32 bytes, u32 registers, u32 lane)
{
	bool is_post = bit(d->insn, 23), has_index = is_post && F(d, m) != 31;
	u32 increment = is_post && !has_index ? bytes : 0;

	d->rd = (u8)F(d, t);
	d->rn = slot_source_sp(F(d, n));
	d->rm = has_index ? (u8)F(d, m) : SLOT_ZERO;
	d->ra = is_post ? d->rn : SLOT_SINK;
	d->imm = structure_pack(
		(struct structure){ (u8)increment, (u8)bytes, (u8)registers, (u8)lane, (u8)size });
}

static u32 register_bytes(const struct decoded *d)
{
	return F(d, q) ? 16 : 8;
}

/* LD1 and ST1: the element's size is only for alignment. The handler is that of 64-bit registers,
 * then by their number. */
FORMAT(structs_1)
{
	static const u8 by_opcode[16] = { [7] = 1, [10] = 2, [6] = 3, [2] = 4 };
	u32 registers = by_opcode[bits(d->insn, 15, 12)];

	set_record(d, F(d, z), registers * register_bytes(d), registers, 0);
	if (F(d, q))
		pick_member(d, registers);
	return true;
}

/* LD2 to LD4, ST2 to ST4 */
FORMAT(structs)
{
	static const u8 by_opcode[16] = { [8] = 2, [4] = 3, [0] = 4 };
	u32 registers = by_opcode[bits(d->insn, 15, 12)];

	set_record(d, F(d, z), registers * register_bytes(d), registers, 0);
	pick_member(d, F(d, z));
	return F(d, z) != 3 || F(d, q);
}

/* One element of each register: opcode<0> and R are their number less 1. */
static u32 selected(const struct decoded *d)
{
	return (bit(d->insn, 13) ? 2u : 0u) + (bit(d->insn, 21) ? 1u : 0u) + 1;
}

static bool lane(struct decoded *d, u32 size)
{
	set_record(d, size, selected(d) << size, selected(d), F(d, i) << size);
	return true;
}

FORMAT(struct_lane_b)
{
	return lane(d, 0);
}

FORMAT(struct_lane_h)
{
	return lane(d, 1);
}

FORMAT(struct_lane_s)
{
	return lane(d, 2);
}

FORMAT(struct_lane_d)
{
	return lane(d, 3);
}

FORMAT(struct_replicate)
{
	set_record(d, F(d, z), selected(d) << F(d, z), selected(d), F(d, q));
	return true;
}

FORMAT(struct_replicate_1)
{
	pick_member(d, F(d, z));
	return format_struct_replicate(d);
}
