/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses of a guest to debug registers that trap: HYPERVISOR-SPEC A.14, DB-1, DB-2. What the
 * guest sees is memory; the CPU gets it at the next entry.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/debug.h"
#include "core/emulate.h"
#include "core/vm.h"

#define MDCCINT_EL1_RX BIT(30)
#define MDCCINT_EL1_TX BIT(29)

enum emulation debug_emulate_mdscr(struct vcpu *vcpu, struct sysreg_access *access)
{
	emulate_access(vcpu, access, REG(MDSCR_EL1));
	if (access->is_write)
		debug_reconsider(vcpu);
	return EMULATED;
}

static enum emulation access_word(struct sysreg_access *access, u64 *word)
{
	if (access->is_write)
		*word = access->value;
	else
		access->value = *word;
	return EMULATED;
}

/* DBGBVR<n>, DBGBCR<n>, DBGWVR<n>, DBGWCR<n>: CRm is n, op2 is 4 to 7. */
enum emulation debug_emulate_point(struct vcpu *vcpu, struct sysreg_access *access)
{
	struct debug_state *guest = &vcpu->debug.guest;
	unsigned n = (unsigned)bits(access->iss, 4, 1), op2 = (unsigned)bits(access->iss, 19, 17);
	bool is_breakpoint = op2 < 6;

	if (n >= (is_breakpoint ? host.breakpoints : host.watchpoints))
		return NOT_DEFINED;
	debug_claim(vcpu);
	switch (op2) {
	case 4: return access_word(access, &guest->bvr[n]);
	case 5: return access_word(access, &guest->bcr[n]);
	case 6: return access_word(access, &guest->wvr[n]);
	default: return access_word(access, &guest->wcr[n]);
	}
}

enum emulation debug_emulate_oslar(struct vcpu *vcpu, struct sysreg_access *access)
{
	vcpu->debug.is_os_locked = access->value & 1;
	debug_reconsider(vcpu);
	return EMULATED;
}

enum emulation debug_emulate_oslsr(struct vcpu *vcpu, struct sysreg_access *access)
{
	/* OSLM = 0b10: there is an OS lock. */
	access->value = BIT(3) | (vcpu->debug.is_os_locked ? F(OSLSR_EL1, OSLK) : 0);
	return EMULATED;
}

enum emulation debug_emulate_mdccint(struct vcpu *vcpu, struct sysreg_access *access)
{
	access->value &= MDCCINT_EL1_RX | MDCCINT_EL1_TX;
	return access_word(access, &vcpu->debug.guest.mdccint);
}

/* One register sets tags and reads as all that there are, the other clears and tells them. */
enum emulation debug_emulate_claimset(struct vcpu *vcpu, struct sysreg_access *access)
{
	if (access->is_write)
		vcpu->debug.guest.claim_tags |= access->value & ALL_CLAIM_TAGS;
	access->value = ALL_CLAIM_TAGS;
	return EMULATED;
}

enum emulation debug_emulate_claimclr(struct vcpu *vcpu, struct sysreg_access *access)
{
	if (access->is_write)
		vcpu->debug.guest.claim_tags &= ~access->value;
	access->value = vcpu->debug.guest.claim_tags;
	return EMULATED;
}

/* No external debugger can reach a guest: its half of these is not there. */
enum emulation debug_emulate_nothing(struct vcpu *vcpu, struct sysreg_access *access)
{
	(void)vcpu;
	access->value = 0;
	return EMULATED;
}
