/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions: what descriptors grant, and whether a request passes. DDI 0487 D8.4.
 * Knows descriptor bits; does not walk.
 */
#include "mmu/regime.h"

enum { DESC_AP2 = 7, DESC_PXN = 53, DESC_UXN = 54, DESC_DBM = 51 };

/* Leaf AP[2:1] of a regime with EL0. DDI 0487 D8.4.1 */
static const u16 ap_grants[4] = {
	[0] = S1_PR | S1_PW,
	[1] = S1_PR | S1_PW | S1_UR | S1_UW,
	[2] = S1_PR,
	[3] = S1_PR | S1_UR,
};

/* What APTable[1:0] leaves. DDI 0487 D8.4.1, hierarchical control of data access permissions */
static const u16 ap_table_leaves[4] = {
	[0] = S1_PR | S1_PW | S1_UR | S1_UW,
	[1] = S1_PR | S1_PW,
	[2] = S1_PR | S1_UR,
	[3] = S1_PR,
};

/* AP[2:1], with AP[2] as the dirty state makes it: DBM with HD means writable. */
static unsigned effective_ap(const struct regime *regime, u64 d, unsigned *perms)
{
	unsigned ap = (unsigned)bits(d, 7, 6);

	if (regime->hd && bit(d, DESC_DBM)) {
		if (bit(d, DESC_AP2))
			*perms |= S1_CLEAN;
		ap &= 1;
	}
	return ap;
}

/*
 * A regime without EL0, and EL1&0 with {NV,NV1} = {1,1}, whose tables are in EL2's format: AP[1]
 * and APTable[0] say nothing, XN is bit 54. HYPERVISOR-SPEC F.5.
 */
static unsigned perms_without_el0(const struct regime *regime, const struct leaf *leaf)
{
	unsigned perms = S1_PX, ap = effective_ap(regime, leaf->descriptor, &perms);

	perms |= ap_grants[ap & 2] & ap_table_leaves[leaf->ap_table & 2];
	if (bit(leaf->descriptor, DESC_UXN) || leaf->uxn_table)
		perms &= ~(unsigned)S1_PX;
	return perms;
}

unsigned perms_stage1(const struct regime *regime, const struct leaf *leaf)
{
	u64 d = leaf->descriptor;
	unsigned perms = S1_PX | S1_UX;

	if (!regime->two_ranges)
		return perms_without_el0(regime, leaf);
	if (regime->nv1) /* no bit is left to say UXN */
		return perms_without_el0(regime, leaf) | S1_UX;
	perms |= ap_grants[effective_ap(regime, d, &perms)] & ap_table_leaves[leaf->ap_table];
	if (bit(d, DESC_PXN) || leaf->pxn_table)
		perms &= ~(unsigned)S1_PX;
	if (bit(d, DESC_UXN) || leaf->uxn_table)
		perms &= ~(unsigned)S1_UX;
	if (perms & S1_UW) /* what EL0 can write is never executable at EL1 */
		perms &= ~(unsigned)S1_PX;
	return perms;
}

/* XN<54:53>; without FEAT_XNX bit 53 says nothing. DDI 0487 D8.4.4 */
static unsigned stage2_execute(const struct regime *regime, u64 d)
{
	static const u16 grants[4] = {
		[0] = S2_PX | S2_UX,
		[1] = S2_UX,
		[2] = 0,
		[3] = S2_PX,
	};
	unsigned xn = (unsigned)bits(d, 54, 53);

	return grants[regime->s2_xnx ? xn : xn & 2];
}

unsigned perms_stage2(const struct regime *regime, u64 d)
{
	unsigned perms = 0;

	if (bit(d, 6))
		perms |= S2_R;
	if (bit(d, 7)) {
		perms |= S2_W;
	} else if (regime->s2_hd && bit(d, DESC_DBM)) {
		perms |= S2_W | S2_CLEAN;
	}
	return perms | stage2_execute(regime, d);
}

/* What an access needs of the three: reading, writing, executing. */
struct rights {
	bool read, write, execute;
};

/*
 * Cache maintenance: DC IVAC needs write permission; what does not destroy data is checked at EL0
 * only, for read permission. AArch64.S1HasPermissionsFault
 */
static struct rights needed_by(const struct request *request)
{
	switch (request->kind) {
	case ACCESS_READ: return (struct rights){ .read = true };
	case ACCESS_WRITE: return (struct rights){ .write = true };
	case ACCESS_ATOMIC: return (struct rights){ .read = true, .write = true };
	case ACCESS_FETCH: return (struct rights){ .execute = true };
	default:
		if (request->invalidates)
			return (struct rights){ .write = true };
		return (struct rights){ .read = request->el0 };
	}
}

static bool pass(struct rights have, const struct request *request, bool *read_would_pass)
{
	struct rights need = needed_by(request);

	*read_would_pass = have.read;
	return (have.read || !need.read) && (have.write || !need.write) &&
	       (have.execute || !need.execute);
}

bool perms_pass_stage1(const struct regime *regime, unsigned perms, const struct request *request,
	bool *read_would_pass)
{
	struct rights have;

	if (request->el0)
		have = (struct rights){ perms & S1_UR, perms & S1_UW, perms & S1_UX };
	else
		have = (struct rights){ perms & S1_PR, perms & S1_PW, perms & S1_PX };
	if (regime->wxn && have.write)
		have.execute = false;
	if (request->pan && (perms & S1_UR))
		have.read = have.write = false;
	return pass(have, request, read_would_pass);
}

bool perms_pass_stage2(unsigned perms, const struct request *request, bool *read_would_pass)
{
	struct rights have = { perms & S2_R, perms & S2_W, perms & (request->el0 ? S2_UX : S2_PX) };

	return pass(have, request, read_would_pass);
}

bool perms_need_update(unsigned perms, const struct request *request)
{
	return (perms & (S1_CLEAN | S2_CLEAN)) && request_writes(request) && !request->at;
}
