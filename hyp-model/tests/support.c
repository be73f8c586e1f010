/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixtures of support.h.
 */
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/print.h"
#include "core/scenario.h"
#include "guest/abi.h"

static struct vm eve;

/* Registers of the host that a guest changes, and that no table lists: their values before. */
static const struct {
	enum host_reg reg;
	u64 value;
} host_registers[] = {
	{ SR_VPIDR_EL2, 0x410fd0f0 },
	{ SR_VMPIDR_EL2, 0x80000000 },
	{ SR_VTTBR_EL2, 0 },
	{ SR_VTCR_EL2, BIT(31) },
	{ SR_CNTVOFF_EL2, 0 },
	{ SR_CNTP_CTL_EL0, 0 },
	{ SR_CNTP_CVAL_EL0, 0 },
	{ SR_CNTV_CTL_EL0, 0 },
	{ SR_CNTV_CVAL_EL0, 0 },
	{ SR_CNTHP_CTL_EL2, 0 },
	{ SR_CNTHP_CVAL_EL2, 0 },
	{ SR_CNTHV_CTL_EL2, 0 },
	{ SR_CNTHV_CVAL_EL2, 0 },
	{ SR_PMUSERENR_EL0, 0x3001 },
	{ SR_PMSELR_EL0, 0x3002 },
	{ SR_TPIDR_EL2, 0x3003 },
	{ SR_ICC_SRE_EL1, 7 },
	{ SR_ICC_SRE_EL2, 0xf },
	{ SR_ICH_HCR_EL2, 0 },
	{ SR_ICH_VMCR_EL2, 0x4c0008 },
	{ SR_ICH_MISR_EL2, 0 },
	{ SR_ICH_EISR_EL2, 0 },
	{ SR_ICH_ELRSR_EL2, 0xf },
	{ SR_ICH_AP0R0_EL2, 0 },
	{ SR_ICH_AP1R0_EL2, 0 },
	{ SR_ICH_LR0_EL2, 0 },
	{ SR_ICH_LR1_EL2, 0 },
	{ SR_ICH_LR2_EL2, 0 },
	{ SR_ICH_LR3_EL2, 0 },
	{ SR_OSLSR_EL1, 8 },
};

/* Breakpoints, watchpoints and pointer authentication keys: 0x4000 + row of sysreg.def. */
static void set_host_debug_and_keys(void)
{
	for (enum host_reg reg = 0; reg < HOST_REG_COUNT; reg++) {
		const char *name = host_reg_name(reg);

		if (strncmp(name, "DBGB", 4) == 0 || strncmp(name, "DBGC", 4) == 0 ||
			strcmp(name, "MDCCINT_EL1") == 0 || strncmp(name, "DBGW", 4) == 0 ||
			(name[0] == 'A' && name[1] == 'P' && strstr(name, "Key")))
			host_set(reg, 0x4000 + reg);
	}
}

static void set_host_registers(void)
{
#define CTX(class, name, offset, nvhe, vhe) host_set(SR_##name, HOST_VALUE(name));
#include "core/context.def"
#undef CTX
#define EL2(name, nvhe, vhe) host_set(SR_##nvhe, HOST_EL2_VALUE(name));
#include "core/el2.def"
#undef EL2
	for (size_t i = 0; i < COUNT(host_registers); i++)
		host_set(host_registers[i].reg, host_registers[i].value);
	set_host_debug_and_keys();
	host_unset(SR_ESR_EL2); /* only an exception to EL2 defines these */
	host_unset(SR_FAR_EL2);
	host_unset(SR_HPFAR_EL2);
}

void machine_off(enum hyp_mode mode)
{
	host_reset();
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		set_host_registers();
	}
	options = (struct options){
		.mode = mode,
		.nest = VM_EL2_NONE,
		.depth = 1,
		.nv = 2,
		.hcr = HCR_SAVED,
		.deferral = 1,
		.shadow = SHADOW_LAZY,
		.granule = 4,
		.vms = 1,
		.cpus = 1,
		.rounds = 1,
	};
	memset(cpus, 0, sizeof(cpus));
	memset(&host, 0, sizeof(host));
}

void machine_on(enum hyp_mode mode)
{
	host_init(mode);
	cpu_init();
	pages_reset();
	stats_reset();
	host_log_clear();
}

void machine(enum hyp_mode mode)
{
	machine_off(mode);
	machine_on(mode);
}

void machine_has_nv(unsigned nv)
{
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		host_set(SR_ID_AA64MMFR2_EL1, FV(ID_AA64MMFR2_EL1, NV, nv));
		if (nv == 2)
			host_set(SR_VNCR_EL2, 0);
	}
}

static void nothing(void)
{
}

void boot_cpu(unsigned index)
{
	assert_true(hal_cpu_on(index, nothing));
	host_set_cpu(index);
	cpu_init();
}

struct vm_config guest_config(void)
{
	return (struct vm_config){
		.name = "eve",
		.vcpus = 2,
		.el2 = VM_EL2_NONE,
		.ram_size = MIB(8),
		.image = hal_payload_image(),
		.image_offset = GUEST_PROGRAM_IPA - GUEST_RAM_IPA,
		.entry_offset = GUEST_PROGRAM_IPA - GUEST_RAM_IPA,
		.command_line = "",
	};
}

static struct vm *create(struct vm_config config)
{
	memset(&eve, 0, sizeof(eve));
	assert_true(vm_create(&eve, &config));
	host_log_clear();
	return &eve;
}

struct vm *guest(enum hyp_mode mode)
{
	machine(mode);
	return create(guest_config());
}

struct vm *nested_guest_on_machine(enum vm_el2 form, unsigned nv)
{
	struct vm_config config = guest_config();

	config.el2 = form;
	config.has_nv2 = nv == 2;
	return create(config);
}

struct vm *nested_guest(enum vm_el2 form, unsigned nv)
{
	machine_off(MODE_VHE);
	machine_has_nv(nv);
	machine_on(MODE_VHE);
	return nested_guest_on_machine(form, nv);
}

u64 *guest_word(struct vm *vm, ipa_t ipa)
{
	const struct slot *slot = vm_slot(vm, ipa);

	assert_non_null(slot);
	return hal_pa_to_va(PA(slot->pa.v + (ipa.v - slot->ipa.v)));
}

bool aborts(void (*function)(void))
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0) {
		/* cmocka would turn SIGABRT into a failed test of the child's. */
		signal(SIGABRT, SIG_DFL);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		function();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

bool panics(void (*function)(void *argument), void *argument, const char *text)
{
	int code = -1;

	if (!host_catch_exit(function, argument, &code))
		return false;
	assert_int_equal(code, EXIT_CODE_PANIC);
	if (!strstr(host_console(), "hyp: panic: ") || !strstr(host_console(), text)) {
		print_error("the console says: %s\n", host_console());
		return false;
	}
	return true;
}

bool tests_listed(int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for (size_t i = 0; i < count; i++)
			printf("%s\n", tests[i].name);
		return true;
	}
	if (argc == 2)
		cmocka_set_test_filter(argv[1]);
	return false;
}
