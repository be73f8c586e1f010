/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns the breakpoints and watchpoints while a guest runs, and moving them. Guests' accesses to
 * them that trap are debug_emulate.c.
 */
#include "core/debug.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/traps.h"
#include "core/vm.h"

#define DEBUG_EXCEPTIONS (F(MDSCR_EL1, SS) | F(MDSCR_EL1, KDE) | F(MDSCR_EL1, MDE))

#define PAIR(kind, n)                                                                              \
	{                                                                                          \
		read_DBG##kind##n##_EL1, write_DBG##kind##n##_EL1                                  \
	}

struct accessors {
	u64 (*read)(void);
	void (*write)(u64 value);
};
static const struct accessors bvr[MAX_BREAKPOINTS] = { PAIR(BVR, 0), PAIR(BVR, 1), PAIR(BVR, 2),
	PAIR(BVR, 3), PAIR(BVR, 4), PAIR(BVR, 5) };
static const struct accessors bcr[MAX_BREAKPOINTS] = { PAIR(BCR, 0), PAIR(BCR, 1), PAIR(BCR, 2),
	PAIR(BCR, 3), PAIR(BCR, 4), PAIR(BCR, 5) };
static const struct accessors wvr[MAX_WATCHPOINTS] = { PAIR(WVR, 0), PAIR(WVR, 1), PAIR(WVR, 2),
	PAIR(WVR, 3) };
static const struct accessors wcr[MAX_WATCHPOINTS] = { PAIR(WCR, 0), PAIR(WCR, 1), PAIR(WCR, 2),
	PAIR(WCR, 3) };

static void save(struct debug_state *to)
{
	for (unsigned i = 0; i < host.breakpoints; i++) {
		to->bvr[i] = bvr[i].read();
		to->bcr[i] = bcr[i].read();
	}
	for (unsigned i = 0; i < host.watchpoints; i++) {
		to->wvr[i] = wvr[i].read();
		to->wcr[i] = wcr[i].read();
	}
	to->mdccint = read_MDCCINT_EL1();
	to->claim_tags = read_DBGCLAIMCLR_EL1();
}

static void load(const struct debug_state *from)
{
	for (unsigned i = 0; i < host.breakpoints; i++) {
		bvr[i].write(from->bvr[i]);
		bcr[i].write(from->bcr[i]);
	}
	for (unsigned i = 0; i < host.watchpoints; i++) {
		wvr[i].write(from->wvr[i]);
		wcr[i].write(from->wcr[i]);
	}
	write_MDCCINT_EL1(from->mdccint);
	write_DBGCLAIMCLR_EL1(ALL_CLAIM_TAGS);
	write_DBGCLAIMSET_EL1(from->claim_tags);
}

static u64 guest_mdscr(struct vcpu *vcpu)
{
	return *context_stored(&vcpu->context, REG(MDSCR_EL1));
}

/* DB-1. A guest with its OS lock set takes no debug exceptions, so it needs no registers either. */
static enum debug_owner owner_of(struct vcpu *vcpu)
{
	if (vcpu->debug.is_debugged)
		return DEBUG_HOST_OWNED;
	if (vcpu->debug.is_os_locked)
		return DEBUG_FREE;
	return guest_mdscr(vcpu) & (F(MDSCR_EL1, KDE) | F(MDSCR_EL1, MDE)) ? DEBUG_GUEST_OWNED
									   : DEBUG_FREE;
}

static void set_owner(struct vcpu *vcpu, enum debug_owner owner)
{
	vcpu->debug.owner = owner;
	/* On VHE vcpu_load wrote MDCR_EL2, whatever is deferred; nVHE writes it at each entry. */
	if (host.mode == MODE_VHE && vcpu->cpu)
		write_MDCR_EL2(traps_mdcr(vcpu));
}

void debug_load(struct vcpu *vcpu)
{
	vcpu->debug.owner = owner_of(vcpu);
}

void debug_put(struct vcpu *vcpu)
{
	vcpu->debug.owner = DEBUG_FREE;
}

void debug_claim(struct vcpu *vcpu)
{
	if (vcpu->debug.owner == DEBUG_FREE && !vcpu->debug.is_os_locked)
		set_owner(vcpu, DEBUG_GUEST_OWNED);
}

void debug_reconsider(struct vcpu *vcpu)
{
	if (vcpu->debug.owner != owner_of(vcpu))
		set_owner(vcpu, owner_of(vcpu));
}

void debug_to_guest(struct vcpu *vcpu)
{
	if (vcpu->debug.owner == DEBUG_FREE)
		return;
	save(&vcpu->cpu->debug);
	load(vcpu->debug.owner == DEBUG_HOST_OWNED ? &vcpu->debug.external : &vcpu->debug.guest);
}

void debug_to_host(struct vcpu *vcpu)
{
	if (vcpu->debug.owner == DEBUG_FREE)
		return;
	if (vcpu->debug.owner == DEBUG_GUEST_OWNED)
		save(&vcpu->debug.guest);
	load(&vcpu->cpu->debug);
}

u64 debug_mdscr(struct vcpu *vcpu)
{
	if (vcpu->debug.owner == DEBUG_HOST_OWNED)
		return vcpu->debug.external_mdscr;
	return vcpu->debug.is_os_locked ? guest_mdscr(vcpu) & ~DEBUG_EXCEPTIONS : guest_mdscr(vcpu);
}

void debug_save_mdscr(struct vcpu *vcpu)
{
	if (!(traps_mdcr(vcpu) & F(MDCR_EL2, TDA)))
		*context_stored(&vcpu->context, REG(MDSCR_EL1)) = read_MDSCR_EL1();
}
