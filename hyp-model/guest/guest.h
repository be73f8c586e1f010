/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shared by the files of the guest. A guest knows abi.h and the architecture, nothing of core/ or
 * hal/.
 */
#ifndef HYP_GUEST_H
#define HYP_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/abi.h"

typedef uint32_t u32;
typedef uint64_t u64;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { GUEST_CPUS = 2, PAGE = 4096 };

/* Pages at GUEST_PAGES_IPA: one for each round, and those of single payloads. */
enum { OWN_PAGES = 256, IPI_PAGE = 300, DIRTY_PAGE = 301, SCRATCH_PAGE = 511 };

/* Devices are seen through TTBR1, so that their VA (FAR_EL2) is not their IPA (HPFAR_EL2). */
#define HIGH_HALF 0xffffff8000000000ul

#define READ_SYSREG(name)                                                                          \
	({                                                                                         \
		u64 value_;                                                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory");                       \
		value_;                                                                            \
	})
#define WRITE_SYSREG(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" : : "r"((u64)(value)) : "memory")

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void dsb(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

/* A register of a device; each access is one load or store that the syndrome describes (ISV). */
static inline u32 read32(u64 ipa)
{
	u32 value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(HIGH_HALF + ipa) : "memory");
	return value;
}

static inline void write32(u64 ipa, u32 value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(HIGH_HALF + ipa) : "memory");
}

static inline u64 read64(u64 ipa)
{
	u64 value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(HIGH_HALF + ipa) : "memory");
	return value;
}

static inline void write64(u64 ipa, u64 value)
{
	__asm__ volatile("str %0, [%1]" : : "r"(value), "r"(HIGH_HALF + ipa) : "memory");
}

/* main.c: checks, calls, the console. CHECK() keeps which payload it was and the line. */
void check(bool held, u64 line);
#define CHECK(condition) check((condition), __LINE__)
u64 hypercall(u64 function, u64 argument1, u64 argument2);
u64 hypercall3(u64 function, u64 argument1, u64 argument2, u64 argument3);
void print(const char *text);
void print_number(u64 value);
_Noreturn void finish(void);
extern u64 my_index; /* of this guest among those that run */

/* main.c: an exception that a check provokes; the instruction is passed over, the syndrome kept. */
void expect_exception(void);
extern volatile u64 seen_esr, seen_far;

/* command.c: words NAME=VALUE of the boot block's line. */
const char *command_word(const char *name);
u64 command_number(const char *name, u64 otherwise);

/* start.S: the calls into C, and those from C. */
_Noreturn void guest_main(const char *boot_block);
_Noreturn void guest_secondary(u64 cpu);
u64 guest_exception(u64 esr, u64 far, u64 elr);
_Noreturn void guest_unexpected(u64 esr, u64 far, u64 elr);
void guest_irq(void);
u64 run_user(u64 argument, u64 pc, u64 sp);
extern char secondary_start[];

/* mmu.c: stage 1 and caches on. Runs with the MMU off, on each CPU. */
void guest_mmu_build(void);
void guest_mmu_on(void);
/* A page of VAs for tests: what its descriptor maps; 0: nothing. No TLB maintenance. */
#define WINDOW_VA 0xc0000000ul
enum window_rights { WINDOW_NONE, WINDOW_READ, WINDOW_WRITE, WINDOW_EXECUTE_UNUSED };
void window_set(unsigned page, u64 ipa, enum window_rights rights);
/* The table of those descriptors. */
u64 window_table(void);
/* Does the CPU set the access flag itself, and shall it? Only UNUSED is without it. */
bool can_set_access_flag(void);
void set_access_flag_by_cpu(bool is_on);
/* Where each CPU finds a page of its own, by tables of its own. */
#define PRIVATE_VA (WINDOW_VA + 7 * PAGE)
/* Process `n` of two: its TTBR0_EL1 with ASID. At USER_VA each has a page of its own. */
#define USER_VA 0x100000000ul
u64 process_ttbr0(unsigned n);
u64 kernel_ttbr0(void);

/* interrupt.c */
enum {
	SGI_PING = 2,
	SGI_PONG = 3,
	SGI_OFF = 4,
	SGI_LOW = 5, /* of these two the other one is taken first */
	SGI_HIGH = 13,
	PPI_VTIMER = 27,
	PPI_PTIMER = 30,
};
void interrupts_on(void);	      /* of this CPU: distributor, redistributor, CPU interface */
u64 interrupts_taken(unsigned intid); /* by this CPU so far */
void wait_for_interrupt(unsigned intid, u64 count); /* until that many were taken */
void send_sgi(unsigned cpu, unsigned intid);
void sleep(void);      /* by the virtual timer: others run */
u64 acknowledge(void); /* by hand, interrupts masked: the INTID, or 1020 and above */
void end_interrupt(u64 intid);
unsigned this_cpu(void);

/* fp.S */
void fp_fill(u64 seed);
u64 fp_differs(u64 seed); /* 0: V0-V31 are as fp_fill(seed) left them */

/* bench.c */
void run_benchmarks(u64 rounds);

/* hostile.c: a hypervisor at virtual EL2, MMU off. */
_Noreturn void hostile_main(const char *boot_block);

#define PAYLOAD(name, ...)                                                                         \
	void name##_begin(void);                                                                   \
	void name##_round(u64 round);                                                              \
	void name##_end(void);
#include "guest/payload.def"
#undef PAYLOAD

/* Of payloads that the benchmarks use, too. */
void other_cpu_on(void);
void other_cpu_off(void);
void ping_other_cpu(void);
void process_run(unsigned n, u64 argument);

/* guest.ld */
extern char image_start[], user_text_start[], rodata_start[], data_start[], user_stack_start[],
	user_stack_end[], bss_start[], bss_end[], stack_end[];

#endif
