/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INV-NV-9, without running a guest: for each control of a guest hypervisor and each system
 * register, at EL1 and EL0, `entresol explain` says whether that control at EL2 traps the access on
 * real hardware; triage.c has to forward exactly those. Usage: hyp_triage_agrees ENTRESOL
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/nested.h"
#include "core/sysreg_table.h"
#include "support.h"

/* L1 traps nothing: HCR_EL2 and the others, as numbers for both sides. */
struct controls {
	u64 hcr, cptr, mdcr, cnthctl, ich_hcr;
};

static const struct controls at_rest = {
	.hcr = F(HCR_EL2, RW) | F(HCR_EL2, E2H) | F(HCR_EL2, API) | F(HCR_EL2, APK),
	.cptr = F(CPTR_EL2, E2H_FPEN),
	.cnthctl = F(CNTHCTL_EL2, E2H_EL1PCTEN) | F(CNTHCTL_EL2, E2H_EL1PTEN),
};

/* One bit flipped at a time: it traps registers, or it must not trap any (SILENT). */
enum what { TRAPS_SOME, SILENT };
#define ROW(reg, member, field, what)                                                              \
	{                                                                                          \
		"" #reg "." #field, { .member = F(reg, field) }, what                              \
	}
static const struct {
	const char *name;
	struct controls flipped;
	enum what what;
} rows[] = {
	{ "at rest", { 0 }, SILENT },
	ROW(HCR_EL2, hcr, FMO, TRAPS_SOME),
	ROW(HCR_EL2, hcr, IMO, TRAPS_SOME),
	ROW(HCR_EL2, hcr, AMO, SILENT),
	ROW(HCR_EL2, hcr, TWI, SILENT),
	ROW(HCR_EL2, hcr, TID1, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TID2, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TID3, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TID4, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TSC, SILENT),
	ROW(HCR_EL2, hcr, TIDCP, SILENT),
	ROW(HCR_EL2, hcr, TACR, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TSW, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TPCP, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TPU, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TICAB, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TOCU, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TTLB, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TTLBIS, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TTLBOS, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TVM, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TRVM, TRAPS_SOME),
	ROW(HCR_EL2, hcr, TDZ, TRAPS_SOME),
	ROW(HCR_EL2, hcr, APK, TRAPS_SOME),
	ROW(HCR_EL2, hcr, API, SILENT),
	ROW(HCR_EL2, hcr, AT, TRAPS_SOME),
	ROW(HCR_EL2, hcr, VM, SILENT),
	ROW(HCR_EL2, hcr, DC, SILENT),
	ROW(HCR_EL2, hcr, PTW, SILENT),
	/* Of registers that such a VM has not; what those answer is passed over. */
	ROW(HCR_EL2, hcr, TERR, SILENT),
	ROW(HCR_EL2, hcr, TLOR, SILENT),
	ROW(HCR_EL2, hcr, FIEN, SILENT),
	ROW(HCR_EL2, hcr, EnSCXT, SILENT),
	ROW(MDCR_EL2, mdcr, TPM, SILENT),
	ROW(MDCR_EL2, mdcr, TPMCR, SILENT),
	/* TDCC is not here: RES0 without FEAT_FGT, which this machine has and the VM has not. */
	ROW(MDCR_EL2, mdcr, TDA, TRAPS_SOME),
	ROW(MDCR_EL2, mdcr, TDE, TRAPS_SOME),
	ROW(MDCR_EL2, mdcr, TDRA, TRAPS_SOME),
	ROW(MDCR_EL2, mdcr, TDOSA, TRAPS_SOME),
	ROW(CPTR_EL2, cptr, TCPAC, TRAPS_SOME),
	ROW(CNTHCTL_EL2, cnthctl, E2H_EL1PCTEN, TRAPS_SOME),
	ROW(CNTHCTL_EL2, cnthctl, E2H_EL1PTEN, TRAPS_SOME),
	ROW(ICH_HCR_EL2, ich_hcr, TC, TRAPS_SOME),
	ROW(ICH_HCR_EL2, ich_hcr, TALL0, TRAPS_SOME),
	ROW(ICH_HCR_EL2, ich_hcr, TALL1, TRAPS_SOME),
	ROW(ICH_HCR_EL2, ich_hcr, TDIR, TRAPS_SOME),
};

static const struct {
	const char *name;
	u64 iss;
} registers[] = {
#define SYSREG(name, op0, ...) { #name, (op0) ? (u64)ISS_##name : 0 },
#include "sysregs/sysreg.def"
#undef SYSREG
};

/* MSR, MRS or SYS of x0. */
static unsigned instruction(u64 iss, bool is_read)
{
	return 0xd5000000u | (is_read ? 1u << 21 : 0) | (unsigned)bits(iss, 21, 20) << 19 |
	       (unsigned)bits(iss, 16, 14) << 16 | (unsigned)bits(iss, 13, 10) << 12 |
	       (unsigned)bits(iss, 4, 1) << 8 | (unsigned)bits(iss, 19, 17) << 5;
}

static struct controls flip(struct controls a, struct controls b)
{
	return (struct controls){ a.hcr ^ b.hcr, a.cptr ^ b.cptr, a.mdcr ^ b.mdcr,
		a.cnthctl ^ b.cnthctl, a.ich_hcr ^ b.ich_hcr };
}

static bool is_asked(size_t reg, bool is_read)
{
	/* SYS instructions have no reads; TLBI and the like of EL2 are traps of NV alone. */
	return registers[reg].iss && !(is_read && bits(registers[reg].iss, 21, 20) == 1);
}

/* Starts the simulator with all questions of one setting; its answers are lines of JSON. */
static FILE *ask(const char *entresol, struct controls c, unsigned el, char *questions)
{
	char command[1024];
	int fd = mkstemp(questions);
	FILE *to = fdopen(fd, "w");

	assert_non_null(to);
	for (size_t i = 0; i < COUNT(registers); i++)
		for (unsigned is_read = 0; is_read < 2; is_read++)
			if (is_asked(i, is_read))
				fprintf(to, "0x%x\n", instruction(registers[i].iss, is_read));
	fclose(to);
	snprintf(command, sizeof(command),
		"'%s' explain --cpu max --el %u --hcr 0x%lx --set cptr_el2=0x%lx "
		"--set mdcr_el2=0x%lx --set cnthctl_el2=0x%lx --set ich_hcr_el2=0x%lx "
		"--set icc_sre_el2=0xf --json - < %s",
		entresol, el, c.hcr, c.cptr, c.mdcr, c.cnthctl, c.ich_hcr, questions);
	return popen(command, "r");
}

static void set(struct vcpu *vcpu, struct controls c)
{
	vcpu_write_sys_reg(vcpu, c.hcr, REG(HCR_EL2));
	vcpu_write_sys_reg(vcpu, c.cptr, REG(CPTR_EL2));
	vcpu_write_sys_reg(vcpu, c.mdcr, REG(MDCR_EL2));
	vcpu_write_sys_reg(vcpu, c.cnthctl, REG(CNTHCTL_EL2));
	vcpu_write_sys_reg(vcpu, c.ich_hcr, REG(ICH_HCR_EL2));
}

static enum triage triage(struct vcpu *vcpu, u64 iss, bool is_read)
{
	vcpu->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | iss | (is_read ? 1 : 0);
	return triage_sysreg(vcpu);
}

/* A machine that has what the VM may be told of, and a vCPU that runs L1's guest. */
static struct vcpu *nested_vcpu(void)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);

	host_set(SR_ID_AA64MMFR2_EL1, 0x1221111112111111);
	host_set(SR_ID_AA64MMFR1_EL1, 0x0000000010212122);
	host_set(SR_ID_AA64ISAR0_EL1, 0x0221100110212120);
	host_set(SR_ID_AA64ISAR1_EL1, 0x0011111112211112);
	host_set(SR_ID_AA64PFR0_EL1, 0x1101000011111111);
	vm->config.has_pauth = true;
	id_init(vm);
	return &vm->vcpus[0];
}

/* What the machine does, and whether it is something that triage.c must know. */
enum outcome { GOES_ON, TRAPS, OTHER, NOT_UNDERSTOOD };

/* A line of JSON says of the instruction first, then of each control. */
static bool has(const char *line, const char *key, const char *value)
{
	char text[64];
	const char *at;

	snprintf(text, sizeof(text), "\"%s\":", key);
	at = strstr(line, text);
	return at && strncmp(at + strlen(text), value, strlen(value)) == 0;
}

static enum outcome outcome(const char *line)
{
	if (has(line, "outcome", "\"ok\""))
		return GOES_ON;
	if (has(line, "outcome", "\"trap\"") && has(line, "target_el", "2") &&
		has(line, "ec", "\"SYSREG\""))
		return TRAPS;
	return strstr(line, "\"outcome\":") ? OTHER : NOT_UNDERSTOOD;
}

struct tally {
	unsigned compared, trapped, differences;
};

static void compare(const char *entresol, size_t row, unsigned el, struct tally *tally)
{
	struct controls controls = flip(at_rest, rows[row].flipped);
	char questions[] = "/tmp/hyp-triage-XXXXXX", line[8192];
	struct vcpu *vcpu = nested_vcpu();
	FILE *answers = ask(entresol, controls, el, questions);

	assert_non_null(answers);
	vcpu->context.pstate = el == 0 ? PSTATE_EL0t : PSTATE_EL1h;
	set(vcpu, controls);
	for (size_t i = 0; i < COUNT(registers); i++)
		for (unsigned is_read = 0; is_read < 2; is_read++) {
			enum triage ours;
			enum outcome machine = NOT_UNDERSTOOD;

			if (!is_asked(i, is_read))
				continue;
			if (fgets(line, sizeof(line), answers))
				machine = outcome(line);
			if (machine == NOT_UNDERSTOOD) {
				print_error("%s explain: no answer\n", entresol);
				tally->differences++;
				continue;
			}
			ours = triage(vcpu, registers[i].iss, is_read);
			/* What is UNDEFINED or EL1's there never comes to us. */
			if (ours == TRIAGE_UNDEFINED || machine == OTHER)
				continue;
			tally->compared++;
			tally->trapped += machine == TRAPS;
			if ((machine == TRAPS) != (ours == TRIAGE_FORWARD)) {
				print_error("%s, EL%u: %s of %s: the machine %s, we %s\n",
					rows[row].name, el, is_read ? "read" : "write",
					registers[i].name,
					machine == TRAPS ? "traps" : "does not trap",
					ours == TRIAGE_FORWARD ? "forward" : "keep it");
				tally->differences++;
			}
		}
	if (pclose(answers) != 0) {
		print_error("%s explain: failed\n", entresol);
		tally->differences++;
	}
	unlink(questions);
}

/*
 * An answer that is passed over proves nothing, nor does a control that changes nothing. The first
 * row is the measure.
 */
static bool is_shown(size_t row, struct tally tally, struct tally at_rest_tally)
{
	bool is_silent = tally.trapped == at_rest_tally.trapped;
	bool is_enough = tally.compared >= COUNT(registers) / 2;

	if (!is_enough)
		print_error("%s: only %u answers compared\n", rows[row].name, tally.compared);
	if (is_silent != (rows[row].what == SILENT))
		print_error("%s: traps %s\n", rows[row].name, is_silent ? "nothing" : "something");
	return is_enough && is_silent == (rows[row].what == SILENT);
}

int main(int argc, char **argv)
{
	struct tally all = { 0 }, first = { 0 };
	unsigned unshown = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s ENTRESOL\n", argv[0]);
		return 2;
	}
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct tally tally = { 0 };

		for (unsigned el = 0; el < 2; el++)
			compare(argv[1], row, el, &tally);
		if (row == 0)
			first = tally;
		unshown += !is_shown(row, tally, first);
		all.compared += tally.compared;
		all.differences += tally.differences;
	}
	printf("%zu controls, %zu registers, %u answers compared, %u differences\n", COUNT(rows),
		COUNT(registers), all.compared, all.differences);
	return all.differences != 0 || unshown != 0;
}
