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

/* One bit flipped at a time. */
#define HCR(field)                                                                                 \
	{                                                                                          \
		"HCR_EL2." #field,                                                                 \
		{                                                                                  \
			.hcr = F(HCR_EL2, field)                                                   \
		}                                                                                  \
	}
#define MDCR(field)                                                                                \
	{                                                                                          \
		"MDCR_EL2." #field,                                                                \
		{                                                                                  \
			.mdcr = F(MDCR_EL2, field)                                                 \
		}                                                                                  \
	}
#define CPTR(field)                                                                                \
	{                                                                                          \
		"CPTR_EL2." #field,                                                                \
		{                                                                                  \
			.cptr = F(CPTR_EL2, field)                                                 \
		}                                                                                  \
	}
#define CNTHCTL(field)                                                                             \
	{                                                                                          \
		"CNTHCTL_EL2." #field,                                                             \
		{                                                                                  \
			.cnthctl = F(CNTHCTL_EL2, field)                                           \
		}                                                                                  \
	}
#define ICH(field)                                                                                 \
	{                                                                                          \
		"ICH_HCR_EL2." #field,                                                             \
		{                                                                                  \
			.ich_hcr = F(ICH_HCR_EL2, field)                                           \
		}                                                                                  \
	}

static const struct {
	const char *name;
	struct controls flipped;
} rows[] = {
	{ "at rest", { 0 } },
	HCR(FMO),
	HCR(IMO),
	HCR(AMO),
	HCR(TWI),
	HCR(TID1),
	HCR(TID2),
	HCR(TID3),
	HCR(TID4),
	HCR(TSC),
	HCR(TIDCP),
	HCR(TACR),
	HCR(TSW),
	HCR(TPCP),
	HCR(TPU),
	HCR(TICAB),
	HCR(TOCU),
	HCR(TTLB),
	HCR(TTLBIS),
	HCR(TTLBOS),
	HCR(TVM),
	HCR(TRVM),
	HCR(TDZ),
	HCR(APK),
	HCR(API),
	HCR(AT),
	HCR(VM),
	HCR(DC),
	HCR(PTW),
	MDCR(TDA),
	MDCR(TDE),
	MDCR(TDRA),
	MDCR(TDOSA),
	CPTR(TCPAC),
	CNTHCTL(E2H_EL1PCTEN),
	CNTHCTL(E2H_EL1PTEN),
	ICH(TC),
	ICH(TALL0),
	ICH(TALL1),
	ICH(TDIR),
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

#define TRAP "{\"outcome\":\"trap\",\"register\":null,\"target_el\":2,\"ec\":\"SYSREG\""
#define OK   "{\"outcome\":\"ok\""

static bool starts_with(const char *line, const char *start)
{
	return strncmp(line, start, strlen(start)) == 0;
}

static unsigned compared, trapped;

static unsigned compare(const char *entresol, size_t row, unsigned el)
{
	struct controls controls = flip(at_rest, rows[row].flipped);
	char questions[] = "/tmp/hyp-triage-XXXXXX", line[8192];
	struct vcpu *vcpu = nested_vcpu();
	FILE *answers = ask(entresol, controls, el, questions);
	unsigned differences = 0;

	assert_non_null(answers);
	vcpu->context.pstate = el == 0 ? PSTATE_EL0t : PSTATE_EL1h;
	set(vcpu, controls);
	for (size_t i = 0; i < COUNT(registers); i++)
		for (unsigned is_read = 0; is_read < 2; is_read++) {
			enum triage ours;
			bool is_trap;

			if (!is_asked(i, is_read))
				continue;
			if (!fgets(line, sizeof(line), answers)) {
				print_error("%s explain: no answer\n", entresol);
				return 1;
			}
			ours = triage(vcpu, registers[i].iss, is_read);
			is_trap = starts_with(line, TRAP);
			/* What is UNDEFINED or EL1's there never comes to us. */
			if (ours == TRIAGE_UNDEFINED || (!is_trap && !starts_with(line, OK)))
				continue;
			compared++;
			trapped += is_trap;
			if (is_trap != (ours == TRIAGE_FORWARD)) {
				print_error("%s, EL%u: %s of %s: the machine %s, we %s\n",
					rows[row].name, el, is_read ? "read" : "write",
					registers[i].name, is_trap ? "traps" : "does not trap",
					ours == TRIAGE_FORWARD ? "forward" : "keep it");
				differences++;
			}
		}
	if (pclose(answers) != 0) {
		print_error("%s explain failed\n", entresol);
		differences++;
	}
	unlink(questions);
	return differences;
}

int main(int argc, char **argv)
{
	unsigned differences = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s ENTRESOL\n", argv[0]);
		return 2;
	}
	for (size_t row = 0; row < COUNT(rows); row++)
		for (unsigned el = 0; el < 2; el++)
			differences += compare(argv[1], row, el);
	printf("%zu controls, %zu registers, %u of %u compared accesses trapped, %u differences\n",
		COUNT(rows), COUNT(registers), trapped, compared, differences);
	/* Not a comparison of nothing: most accesses are somebody's, and each control traps some.
	 */
	return differences != 0 || compared < 10 * COUNT(registers) || trapped < COUNT(rows);
}
