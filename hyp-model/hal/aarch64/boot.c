/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the first line of C to hyp_main(), and each CPU from EL2 with everything off into the mode
 * of this run: HYPERVISOR-SPEC A.3, A.11 (the host's values). Knows whether there is a hypervisor
 * below.
 */
#include "machine.h"

#include "core/arch.h"
#include "core/context.h"
#include "core/print.h"
#include "core/scenario.h"
#include "core/traps.h"
#include "offsets.h"

/* Called from assembly. */
_Noreturn void hal_main(const u64 *block);
_Noreturn void hal_secondary_main(u64 index);
_Noreturn void not_at_el2(void);

#define SYS_HEAPINFO 0x16
#define PSCI_SUCCESS 0ul
#define NO_PAGES     0ul

struct boot boot;
u32 hal_has_pan;
static bool can_clear_e2h;

/* What a secondary CPU reads with its caches off. */
static struct {
	enum hyp_mode mode;
	void (*function[MAX_CPUS])(void);
} secondary __attribute__((aligned(64)));

/* What a debugger would give a C library: the base of the stack is the end of RAM. 0: not said. */
static u64 bare_ram_size(void)
{
	u64 info[4] = { 0 }, *block = info;

	semihosting_call(SYS_HEAPINFO, &block);
	return info[2] > RAM_PA ? info[2] - RAM_PA : 0;
}

static void ask_for_ram(void)
{
	u64 there = bare_ram_size();

	boot.ram_size = there != 0 && there < BARE_RAM_SIZE ? there : BARE_RAM_SIZE;
}

static void look_for_module(void)
{
	const volatile u64 *module = (const volatile u64 *)MODULE_IPA;
	u64 size = module[MODULE_SIZE_AT / 8];

	if (module[MODULE_MAGIC_AT / 8] == MODULE_MAGIC && size <= MODULE_MOST)
		boot.module_size = size;
}

static void read_boot_block(const u64 *block)
{
	const char *line = (const char *)block + BOOT_LINE_AT;

	look_for_module();
	/* A loader of the bare machine leaves the address of a device tree there, or anything. */
	if ((u64)block != GUEST_RAM_IPA || block[BOOT_MAGIC_AT / 8] != BOOT_MAGIC) {
		ask_for_ram();
		return;
	}
	boot.level = block[BOOT_LEVEL_AT / 8];
	boot.ram_size = block[BOOT_RAM_SIZE_AT / 8];
	boot.cpus = block[BOOT_CPUS_AT / 8];
	for (unsigned i = 0; i < BOOT_LINE_SIZE - 1; i++)
		boot.line[i] = line[i];
}

unsigned hal_level(void)
{
	return (unsigned)boot.level;
}

struct hal_memory hal_free_memory(void)
{
	u64 start = align_up((u64)image_end, BLOCK_SIZE), end = RAM_PA + boot.ram_size;

	return (struct hal_memory){ PA(start), end > start ? end - start : 0 };
}

void *hal_pa_to_va(pa_t pa)
{
	return (void *)pa.v;
}

struct hal_image hal_module(void)
{
	if (boot.module_size == 0)
		return (struct hal_image){ NULL, 0 };
	return (struct hal_image){ (const char *)MODULE_IPA + MODULE_DATA_AT, boot.module_size };
}

struct hal_image hal_payload_image(void)
{
	extern const char payload_image_start[], payload_image_end[];
	struct hal_image module = hal_module();

	if (module.data)
		return module;
	return (struct hal_image){ payload_image_start,
		(size_t)(payload_image_end - payload_image_start) };
}

struct hal_image hal_hyp_image(void)
{
	return (struct hal_image){ image_start, (size_t)(image_load_end - image_start) };
}

bool hal_has_mode(enum hyp_mode mode)
{
	if (mode == MODE_NVHE)
		return can_clear_e2h;
	return FGET(read_ID_AA64MMFR1_EL1(), ID_AA64MMFR1_EL1, VH) != 0;
}

static void write_host_hcr(enum hyp_mode mode)
{
	bool has_pauth = is_pauth(read_ID_AA64ISAR1_EL1(), read_ID_AA64ISAR2_EL1());

	write_HCR_EL2(traps_host_hcr(mode, has_pauth));
	hal_isb();
}

/*
 * Asked by reading it back: there are CPUs where it is RES1 and ID_AA64MMFR4_EL1 is silent. At a
 * virtual EL2 the register is memory that the hypervisor below corrects at its next exit, which the
 * read of the ID register is (B.5, NV-5).
 */
static bool try_to_clear_e2h(void)
{
	bool is_said_fixed;

	write_host_hcr(MODE_NVHE);
	is_said_fixed = FGET(read_ID_AA64MMFR4_EL1(), ID_AA64MMFR4_EL1, E2H0) != 0;
	return !is_said_fixed && (read_HCR_EL2() & F(HCR_EL2, E2H)) == 0;
}

/* Guests may use the physical counter and timer unless timer.c says otherwise; all are off. */
static void stop_timers(enum hyp_mode mode)
{
	write_CNTVOFF_EL2(0);
	write_CNTP_CTL_EL0(0);
	write_CNTV_CTL_EL0(0);
	if (mode == MODE_NVHE) {
		write_CNTHP_CTL_EL2(0);
		write_CNTHCTL_EL2(F(CNTHCTL_EL2, EL1PCTEN) | F(CNTHCTL_EL2, EL1PCEN));
	} else {
		write_CNTP_CTL_EL02(0);
		write_CNTV_CTL_EL02(0);
		write_CNTHCTL_EL2(F(CNTHCTL_EL2, E2H_EL1PCTEN) | F(CNTHCTL_EL2, E2H_EL1PTEN));
	}
}

/* HCR_EL2 first: E2H decides what the other names and their fields mean. */
static void write_host_registers(enum hyp_mode mode)
{
	write_host_hcr(mode);
	el2_write_CPTR(mode, mode == MODE_VHE ? F(CPTR_EL2, E2H_FPEN) : CPTR_NVHE_RES1);
	/* One table for the host and for guests, which A.7 allows: enter.S tells them apart. */
	el2_write_VBAR(mode, (u64)vectors);
	write_VTTBR_EL2(NO_PAGES);
	write_HSTR_EL2(0);
	write_VPIDR_EL2(read_MIDR_EL1());
	write_VMPIDR_EL2(read_MPIDR_EL1());
	stop_timers(mode);
	cycle_counter_start();
}

/* EL1 of an nVHE host: its MMU registers are stage1_on()'s. */
static void enter_el1(void)
{
	u64 pan = hal_has_pan ? F(SPSR, PAN) : 0;

	write_CPACR_EL1(F(CPACR_EL1, FPEN));
	write_VBAR_EL1((u64)vectors);
	write_CNTKCTL_EL1(0);
	write_MDSCR_EL1(0);
	drop_to_el1(el2_stacks + (cpu_index() + 1) * STACK_SIZE, PSTATE_DAIF | PSTATE_EL1h | pan);
}

static void enter_mode(enum hyp_mode mode)
{
	write_host_registers(mode);
	stage1_on(mode);
	hal_set_pan(true);
	gic_start_cpu();
	if (mode == MODE_NVHE)
		enter_el1();
}

void hal_set_mode(enum hyp_mode mode)
{
	secondary.mode = mode;
	stage1_build(mode);
	gic_start();
	enter_mode(mode);
}

bool hal_cpu_on(unsigned index, void (*function)(void))
{
	if (index >= MAX_CPUS)
		return false;
	secondary.function[index] = function;
	hal_flush_dcache(&secondary, sizeof(secondary));
	return firmware_call(PSCI_CPU_ON, index, (u64)secondary_start, index) == PSCI_SUCCESS;
}

unsigned hal_cpu_count(void)
{
	u64 count = boot.level != 0 ? boot.cpus : gic_count_cpus();

	return count < MAX_CPUS ? (unsigned)count : MAX_CPUS;
}

void hal_secondary_main(u64 index)
{
	enter_mode(secondary.mode);
	secondary.function[index]();
	panic("CPU %u has nothing left to do", (unsigned)index);
}

void hal_main(const u64 *block)
{
	read_boot_block(block);
	can_clear_e2h = try_to_clear_e2h();
	hal_has_pan = FGET(read_ID_AA64MMFR1_EL1(), ID_AA64MMFR1_EL1, PAN) != 0;
	uart_start();
	hal_exit(hyp_main());
}

void not_at_el2(void)
{
	uart_start();
	print("hyp: started at EL%u; hyp.elf needs EL2 (qemu: -M virt,virtualization=on)\n",
		(unsigned)bits(read_CurrentEL(), 3, 2));
	hal_exit(EXIT_CODE_PANIC);
}
