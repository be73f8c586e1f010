/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AddPAC(), Auth(), Strip() and the controls around them, DDI 0487 J1.1 and D8.9, of FEAT_PAuth
 * without FEAT_PAuth2 and FEAT_FPAC: a failed authentication gives an address that faults when it
 * is used.
 */
#include "cpu/pauth.h"

#include "crypto/crypto.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* ---- Controls ---- */

static const struct {
	enum sysreg_id low, high;
} keys[] = {
	[PAUTH_IA] = { SR_APIAKeyLo_EL1, SR_APIAKeyHi_EL1 },
	[PAUTH_IB] = { SR_APIBKeyLo_EL1, SR_APIBKeyHi_EL1 },
	[PAUTH_DA] = { SR_APDAKeyLo_EL1, SR_APDAKeyHi_EL1 },
	[PAUTH_DB] = { SR_APDBKeyLo_EL1, SR_APDBKeyHi_EL1 },
	[PAUTH_GA] = { SR_APGAKeyLo_EL1, SR_APGAKeyHi_EL1 },
};

static bool is_instruction_key(enum pauth_key key)
{
	return key == PAUTH_IA || key == PAUTH_IB;
}

/* What comes of an instruction that does not execute: its pointer as it is, or cpu->fault. */
static struct signed_pointer not_executed(struct cpu *cpu, struct route route, u64 pointer)
{
	if (route.goes == TO_NOTHING)
		return (struct signed_pointer){ pointer, true };
	fault_trap(cpu, route.target_el, (enum ec)route.ec, route.iss);
	return (struct signed_pointer){ 0, false };
}

/* ---- Where the PAC is ---- */

/* CalculateBottomPACBit(): the size of the addresses in the upper or the lower range. */
static unsigned bottom_pac_bit(const struct cpu *cpu, bool is_upper)
{
	u64 tcr = current_tcr(cpu), size = is_upper ? bits(tcr, 21, 16) : bits(tcr, 5, 0);
	bool is_64k = is_upper ? bits(tcr, 31, 30) == 3 : bits(tcr, 15, 14) == 1;

	return txsz_input_bits(cpu, size, is_64k);
}

/* The bits of the extension: from the address to bit 55, or to 63 where there is no tag. */
static u64 extension_mask(const struct cpu *cpu, bool is_upper, bool has_tag)
{
	return MASK(has_tag ? 55 : 63, bottom_pac_bit(cpu, is_upper && has_two_ranges(cpu)));
}

static u64 extend(u64 pointer, u64 mask, bool is_upper)
{
	return is_upper ? pointer | mask : pointer & ~mask;
}

/*
 * Which range a pointer to be signed belongs to. Where one range has tags bit 63 may be one of a
 * tag, so bit 55 decides for both.
 */
static bool is_in_upper_range(const struct cpu *cpu, u64 pointer, bool is_instruction)
{
	bool has_tags =
		effective_tbi(cpu, pointer, is_instruction) ||
		(has_two_ranges(cpu) && effective_tbi(cpu, pointer ^ BIT(55), is_instruction));

	return bit(pointer, has_tags ? 55 : 63);
}

/*
 * The last PACs: QARMA5 takes as long as two hundred instructions, and what a function signs it
 * authenticates at its end. Pure speed: the result is a function of what is compared.
 */
struct remembered {
	u64 data, modifier, key_high, key_low, pac;
	bool is_valid;
};
enum { REMEMBERED_BITS = 9 };
static _Thread_local struct remembered remembered[1 << REMEMBERED_BITS];

/* ComputePAC() */
static u64 compute_pac(const struct cpu *cpu, enum pauth_key key, u64 data, u64 modifier)
{
	u64 high = cpu->sys[keys[key].high], low = cpu->sys[keys[key].low];
	u64 hash = (data ^ ror64(modifier, 32)) * 0x9e3779b97f4a7c15;
	struct remembered *r = &remembered[hash >> (64 - REMEMBERED_BITS)];

	if (r->data != data || r->modifier != modifier || r->key_high != high ||
		r->key_low != low || !r->is_valid)
		*r = (struct remembered){ data, modifier, high, low,
			crypto_pac_qarma5(data, modifier, high, low), true };
	return r->pac;
}

/* ---- Operations ---- */

/* AddPAC() */
static u64 add_pac(const struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier)
{
	bool is_instruction = is_instruction_key(key);
	bool has_tag = effective_tbi(cpu, pointer, is_instruction);
	bool is_upper = is_in_upper_range(cpu, pointer, is_instruction);
	u64 mask = extension_mask(cpu, is_upper, has_tag), extension = pointer & mask;
	u64 pac = compute_pac(cpu, key, extend(pointer, mask, is_upper), modifier);

	/* A pointer that is not canonical must not authenticate later. */
	if (extension != 0 && extension != mask)
		pac ^= BIT(has_tag ? 54 : 62);
	mask &= ~BIT(55);
	return put_bits((pointer & ~mask) | (pac & mask), 55, 55, is_upper);
}

/* Auth() */
static u64 authenticate(const struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier)
{
	bool has_tag = effective_tbi(cpu, pointer, is_instruction_key(key));
	bool is_upper = bit(pointer, 55), is_key_b = key == PAUTH_IB || key == PAUTH_DB;
	u64 mask = extension_mask(cpu, is_upper, has_tag);
	u64 original = extend(pointer, mask, is_upper);
	u64 pac = compute_pac(cpu, key, original, modifier);
	unsigned top = has_tag ? 54 : 62;

	if (((pac ^ pointer) & mask & ~BIT(55)) == 0)
		return original;
	return put_bits(original, top, top - 1, is_key_b ? 2 : 1);
}

struct signed_pointer pauth_add(struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier)
{
	struct route route = route_pac(cpu, pauth_control(key));

	if (UNLIKELY(route.goes != TO_EXECUTE))
		return not_executed(cpu, route, pointer);
	return (struct signed_pointer){ add_pac(cpu, key, pointer, modifier), true };
}

struct signed_pointer pauth_authenticate(
	struct cpu *cpu, enum pauth_key key, u64 pointer, u64 modifier)
{
	struct route route = route_pac(cpu, pauth_control(key));

	if (UNLIKELY(route.goes != TO_EXECUTE))
		return not_executed(cpu, route, pointer);
	return (struct signed_pointer){ authenticate(cpu, key, pointer, modifier), true };
}

struct signed_pointer pauth_generic(struct cpu *cpu, u64 data, u64 modifier)
{
	struct route route = route_pac(cpu, pauth_control(PAUTH_GA));

	if (UNLIKELY(route.goes != TO_EXECUTE))
		return not_executed(cpu, route, 0);
	return (struct signed_pointer){ compute_pac(cpu, PAUTH_GA, data, modifier) & MASK(63, 32),
		true };
}

u64 pauth_strip(const struct cpu *cpu, u64 pointer, bool is_instruction)
{
	bool is_upper = bit(pointer, 55);
	bool has_tag = effective_tbi(cpu, pointer, is_instruction);

	return extend(pointer, extension_mask(cpu, is_upper, has_tag), is_upper);
}
