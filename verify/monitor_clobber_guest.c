/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU that is entered again finds what it left, but for what its hypervisor answers: nothing
 * after an interrupt; else what the instruction that trapped writes, or an exception's entry. What
 * its own hypervisor, or its own guest, did in between is theirs to know, so that of the levels of
 * one guest each is only asked as long as no other of them ran.
 */
#include <string.h>

#include "cpu/state.h"
#include "sysregs/sysregs.h"
#include "verify/monitor_clobber.h"

/* ---- Who it is ---- */

static struct left_behind *find(struct clobber_state *state, const struct cpu *cpu, unsigned owner)
{
	struct left_behind *oldest = &state->vcpu[0];

	for (unsigned i = 0; i < CLOBBER_VCPUS; i++) {
		struct left_behind *vcpu = &state->vcpu[i];

		if (vcpu->stamp != 0 && vcpu->owner == owner &&
			vcpu->vmpidr == cpu->sys[SR_VMPIDR_EL2]) {
			vcpu->stamp = ++state->stamp;
			return vcpu;
		}
		if (vcpu->stamp < oldest->stamp)
			oldest = vcpu;
	}
	*oldest = (struct left_behind){
		.owner = (u8)owner, .vmpidr = cpu->sys[SR_VMPIDR_EL2], .stamp = ++state->stamp
	};
	return oldest;
}

/* Its other levels may have been changed by what this one does. */
static void forget_relatives(
	struct clobber_state *state, const struct watchman *watchman, unsigned owner)
{
	for (unsigned i = 0; i < CLOBBER_VCPUS; i++) {
		struct left_behind *vcpu = &state->vcpu[i];

		if (vcpu->stamp != 0 && vcpu->owner != owner &&
			owners_are_related(watchman, vcpu->owner, owner)) {
			vcpu->is_left = false;
			vcpu->has_fp = false;
		}
	}
}

static void forget_guest(struct clobber_state *state, unsigned owner)
{
	for (unsigned i = 0; i < CLOBBER_VCPUS; i++) {
		if (owner_world(state->vcpu[i].owner) == owner_world(owner)) {
			state->vcpu[i].is_left = false;
			state->vcpu[i].has_fp = false;
		}
	}
}

/* ---- Exit ---- */

/* Calls of PSCI after which the caller begins anew, or the whole guest. DEN0022 */
static bool ends_guest(u64 function)
{
	u32 number = (u32)function & ~0x40000000u;

	return number == 0x84000008u || number == 0x84000009u || number == 0x84000012u;
}

static bool ends_vcpu(u64 function)
{
	u32 number = (u32)function & ~0x40000000u;

	return number == 0x84000001u || number == 0x84000002u || number == 0x8400000eu;
}

static bool is_call(const struct event *event)
{
	u64 class = bits(event->esr, 31, 26);

	return event->interrupt == INT_SYNC && (class == EC_HVC64 || class == EC_SMC64);
}

void clobber_exit(struct clobber_state *state, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned owner)
{
	struct left_behind *vcpu = find(state, cpu, owner);

	(void)watchman;
	vcpu->is_left = true;
	vcpu->interrupt = event->interrupt;
	vcpu->esr = event->interrupt == INT_SYNC ? event->esr : 0;
	vcpu->pc = event->pc;
	vcpu->pstate = event->spsr;
	vcpu->given = owned_given(cpu);
	memcpy(vcpu->x, cpu->x, sizeof(vcpu->x));
	for (unsigned i = 0; i < OWNED_COUNT; i++)
		vcpu->reg[i] = owned_written(cpu, i);
	if (owned_fp_is_given(cpu)) {
		vcpu->has_fp = true;
		memcpy(vcpu->v, cpu->v, sizeof(vcpu->v));
		vcpu->fpu = cpu->fpu;
	}
	if (is_call(event) && ends_guest(cpu->x[0]))
		forget_guest(state, owner);
	else if (is_call(event) && ends_vcpu(cpu->x[0]))
		vcpu->is_left = vcpu->has_fp = false;
}

/* ---- What an exit may be answered with ---- */

struct answer {
	u32 gprs;	/* that may be results */
	u32 classes;	/* of registers that may be written */
	unsigned place; /* a register that may; OWNED_COUNT: none */
	u64 pc[2];	/* that may follow, beside a vector */
	bool is_free;	/* as the ERET of a virtual EL2: PC and PSTATE are what it says */
};

static void answer_sysreg(
	struct answer *answer, const struct left_behind *vcpu, const struct cpu *cpu)
{
	u32 iss = (u32)bits(vcpu->esr, 24, 0);
	u32 encoding = (u32)(bits(iss, 21, 20) << 14 | bits(iss, 16, 14) << 11 |
			     bits(iss, 13, 10) << 7 | bits(iss, 4, 1) << 3 | bits(iss, 19, 17));
	enum sysreg_id id = sysreg_find(encoding);
	bool is_read = bit(iss, 0);

	(void)cpu;
	if (is_read)
		answer->gprs = (u32)BIT(bits(iss, 9, 5));
	if (bits(iss, 21, 20) == 2)
		answer->classes |= OWNED_DEBUG;
	if (bits(iss, 21, 20) == 3 && bits(iss, 13, 10) == 14)
		answer->classes |= OWNED_TIMER;
	if (bits(iss, 21, 20) == 1) /* AT; but not of IC, DC and TLBI */
		answer->place = bits(iss, 13, 10) == 7 && (bits(iss, 4, 1) & 14) == 8
					? (unsigned)OWNED_PAR_EL1
					: (unsigned)OWNED_COUNT;
	else if (id != SR_NONE && !is_read)
		answer->place = owned_find((u16)id);
	/* Registers of a virtual EL2 are others of the PE. */
	if ((vcpu->owner & 1) && !is_read && bits(iss, 21, 20) == 3)
		answer->classes |= OWNED_BANKED | OWNED_TIMER | OWNED_SHARED | OWNED_USER;
}

static struct answer answer_to(const struct left_behind *vcpu, const struct cpu *cpu)
{
	struct answer answer = { .place = OWNED_COUNT, .pc = { vcpu->pc, vcpu->pc } };
	u64 class = bits(vcpu->esr, 31, 26);

	if (vcpu->interrupt != INT_SYNC)
		return answer;
	answer.pc[1] = vcpu->pc + 4;
	switch (class) {
	case EC_HVC64:
		answer.pc[1] = vcpu->pc - 4; /* once more, with what came at the same time */
		answer.gprs = (u32)MASK(17, 0);
		break;
	case EC_SMC64: answer.gprs = (u32)MASK(17, 0); break;
	case EC_SYSREG: answer_sysreg(&answer, vcpu, cpu); break;
	case EC_DABT_LOWER:
		if (bit(vcpu->esr, 24) && !bit(vcpu->esr, 6)) /* ISV, WnR */
			answer.gprs = (u32)BIT(bits(vcpu->esr, 20, 16));
		break;
	case EC_ERET: answer.is_free = true; break;
	default: break;
	}
	return answer;
}

/* A vector of EL1, or of the virtual EL2 that is there; it may be where the vCPU was already. */
static bool is_vector(const struct left_behind *vcpu, const struct cpu *cpu, u64 pc)
{
	u64 offset = pc - cpu->sys[SR_VBAR_EL1];

	return offset < 0x800 && (offset & 0x7f) == 0 &&
	       (pc != vcpu->pc || written_value(cpu, SR_ELR_EL1) == vcpu->pc);
}

/* ---- Entry ---- */

struct entry {
	struct watchman *watchman;
	const struct cpu *cpu;
	const struct event *event;
	const struct left_behind *vcpu;
	struct answer answer;
	char left_by[40];
};

static void say_exit(struct entry *entry)
{
	static const char *const interrupts[] = { "", "an IRQ", "an FIQ", "an SError" };
	const struct left_behind *vcpu = entry->vcpu;

	if (vcpu->interrupt != INT_SYNC)
		snprintf(entry->left_by, sizeof(entry->left_by), "%s", interrupts[vcpu->interrupt]);
	else
		snprintf(entry->left_by, sizeof(entry->left_by), "ESR_EL2 0x%" PRIx64, vcpu->esr);
}

static void changed(const struct entry *entry, enum rule rule, u64 was, u64 is, const char *what)
{
	char who[WORLD_NAME + 20];

	monitor_violate_values(entry->watchman, rule, entry->cpu, entry->event, was, is,
		"%s of %s is not what it was at its exit by %s", what,
		owner_say(entry->watchman, entry->vcpu->owner, who, sizeof(who)), entry->left_by);
}

static void compare_gprs(const struct entry *entry)
{
	char name[16];

	for (unsigned n = 0; n < OWNED_GPRS; n++) {
		u64 was = entry->vcpu->x[n], is = entry->cpu->x[n];

		if (was == is || (entry->answer.gprs >> n & 1))
			continue;
		snprintf(name, sizeof(name), "x%u", n);
		changed(entry, RULE_CLOBBER_GPR, was, is, name);
	}
}

static void compare_fp(const struct entry *entry)
{
	const struct left_behind *vcpu = entry->vcpu;
	const struct cpu *cpu = entry->cpu;
	char name[16];

	if (!vcpu->has_fp || !owned_fp_is_given(cpu))
		return;
	for (unsigned n = 0; n < 32; n++) {
		unsigned half = vcpu->v[n].d[0] == cpu->v[n].d[0];

		if (memcmp(&vcpu->v[n], &cpu->v[n], sizeof(vcpu->v[n])) == 0)
			continue;
		snprintf(name, sizeof(name), "v%u.d[%u]", n, half);
		changed(entry, RULE_CLOBBER_FP, vcpu->v[n].d[half], cpu->v[n].d[half], name);
	}
	if (vcpu->fpu.fpcr != cpu->fpu.fpcr)
		changed(entry, RULE_CLOBBER_FP, vcpu->fpu.fpcr, cpu->fpu.fpcr, "FPCR");
	if (vcpu->fpu.fpsr != cpu->fpu.fpsr)
		changed(entry, RULE_CLOBBER_FP, vcpu->fpu.fpsr, cpu->fpu.fpsr, "FPSR");
}

/* An exception's entry writes ESR_EL1, FAR_EL1, ELR_EL1 and SPSR_EL1. */
static bool is_of_exceptions(unsigned place)
{
	return place == OWNED_ESR_EL1 || place == OWNED_FAR_EL1 || place == OWNED_ELR_EL1 ||
	       place == OWNED_SPSR_EL1;
}

/*
 * A virtual EL2 without E2H has neither of these: what is there is nobody's, if it cannot be read
 * nor leads anywhere. HYPERVISOR-SPEC B.4
 */
static bool is_nobodys(const struct cpu *cpu, unsigned place)
{
	if (place == OWNED_TTBR1_EL1 && !(cpu->sys[SR_TCR_EL1] & TCR_EL1_EPD1))
		return false;
	return (place == OWNED_TTBR1_EL1 || place == OWNED_CONTEXTIDR_EL1) &&
	       !owned_is_readable(cpu, place, EL1);
}

/*
 * With {NV,NV1,NV2} = {1,1,0} an exception of a virtual EL2 to itself says EL1 in SPSR_EL1.M<3:2>,
 * where SPSR_EL2 says EL2. The virtual EL2 cannot see that: its reads and its ERET trap. So its
 * hypervisor may put another level there when it has noted the right one. HYPERVISOR-SPEC F.5,
 * NV-13
 */
static bool is_level_noted(const struct entry *entry, unsigned place, u64 was, u64 is)
{
	static const u64 nv_bits = HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2;

	return place == OWNED_SPSR_EL1 &&
	       (effective_hcr(entry->cpu) & nv_bits) == (HCR_EL2_NV | HCR_EL2_NV1) &&
	       bits(was, 3, 2) == EL1 && put_bits(was, 3, 2, 0) == put_bits(is, 3, 2, 0);
}

static void compare_registers(const struct entry *entry, bool is_injected)
{
	u32 classes = entry->vcpu->given & owned_given(entry->cpu) & ~(u32)OWNED_LIST &
		      ~entry->answer.classes;

	for (unsigned i = 0; i < OWNED_COUNT; i++) {
		u64 was = entry->vcpu->reg[i], is;

		if ((owned_rows[i].classes & classes) == 0 || i == entry->answer.place ||
			(is_injected && is_of_exceptions(i)))
			continue;
		is = owned_written(entry->cpu, i);
		if (was != is && !is_nobodys(entry->cpu, i) && !is_level_noted(entry, i, was, is))
			changed(entry, i == OWNED_PAR_EL1 ? RULE_CLOBBER_PAR : RULE_CLOBBER_SYSREG,
				was, is, sysreg_name((enum sysreg_id)owned_rows[i].reg));
	}
}

/* SS, IL and BTYPE go by when an instruction is passed over; SS is a debugger's, too. */
static void compare_pc(const struct entry *entry)
{
	const struct left_behind *vcpu = entry->vcpu;
	u64 pc = entry->event->target, ignored = BIT(21);

	if (pc != entry->answer.pc[0] && pc != entry->answer.pc[1]) {
		changed(entry, RULE_CLOBBER_PC, entry->answer.pc[1], pc, "the PC");
		return;
	}
	if (pc != vcpu->pc)
		ignored |= BIT(20) | MASK(11, 10);
	if (((vcpu->pstate ^ entry->event->spsr) & ~ignored) != 0)
		changed(entry, RULE_CLOBBER_PC, vcpu->pstate, entry->event->spsr, "PSTATE");
}

static void compare(struct entry *entry)
{
	bool is_injected = is_vector(entry->vcpu, entry->cpu, entry->event->target) &&
			   (entry->vcpu->interrupt == INT_SYNC || (entry->vcpu->owner & 1));

	say_exit(entry);
	compare_gprs(entry);
	compare_fp(entry);
	compare_registers(entry, is_injected);
	if (!is_injected && !entry->answer.is_free)
		compare_pc(entry);
}

void clobber_entry(struct clobber_state *state, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned owner)
{
	struct left_behind *vcpu = find(state, cpu, owner);
	struct entry entry = { .watchman = watchman, .cpu = cpu, .event = event, .vcpu = vcpu };

	if (owner_world(owner) != WORLDS && vcpu->is_left) {
		entry.answer = answer_to(vcpu, cpu);
		compare(&entry);
	}
	vcpu->is_left = false;
	forget_relatives(state, watchman, owner);
}
