/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to hal/aarch64: where things are on the virt board, what the files here ask of each
 * other.
 */
#ifndef HYP_MACHINE_H
#define HYP_MACHINE_H

#include "core/cpu.h"
#include "guest/abi.h"
#include "hal.h"

/* A guest's board is the same, guest/abi.h. */
#define RAM_PA	      GUEST_RAM_IPA
#define UART_PA	      GUEST_UART_IPA
#define GICD_PA	      GUEST_GICD_IPA
#define GICD_SIZE     KIB(64)
#define GICR_PA	      GUEST_GICR_IPA
#define GICR_CPU_SIZE KIB(128)
#define BARE_RAM_SIZE MIB(224) /* what is used of a machine that has as much, or does not say */

/* link.ld */
extern char image_start[], image_load_end[], rodata_start[], data_start[], image_end[];
extern char host_stacks[], el2_stacks[];

/* What this run was told by the hypervisor below; boot.c. */
struct boot {
	u64 level, ram_size, cpus;
	u64 module_size; /* 0: there is none */
	char line[BOOT_LINE_SIZE];
};
extern struct boot boot;

/* MSR PAN is UNDEFINED without it; read by enter.S. */
extern u32 hal_has_pan;

/* One load or store without writeback, so that a hypervisor below can emulate it (ISS.ISV). */
static inline u32 mmio_read(u64 address)
{
	u32 value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void mmio_write(u64 address, u32 value)
{
	__asm__ volatile("str %w0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

/* Which CPU this is: affinity 0. */
static inline unsigned cpu_index(void)
{
	return (unsigned)bits(read_MPIDR_EL1(), 7, 0);
}

static inline bool is_at_el2(void)
{
	return bits(read_CurrentEL(), 3, 2) == 2;
}

/* Of user space, in the host's regime: hal_user_load(). The fixmap has the begin of these 2 MiB. */
#define VA_BITS	  39u /* three levels of 4 KiB tables */
#define FIXMAP_VA (BIT(VA_BITS) - BLOCK_SIZE)
#define USER_VA	  (FIXMAP_VA + BLOCK_SIZE / 2)

/* stage1.c: all regimes of a mode once; then, with the MMU off, its registers on each CPU. */
void stage1_build(enum hyp_mode mode);
void stage1_on(enum hyp_mode mode);

/* gic.c */
void gic_start(void);	  /* the distributor */
void gic_start_cpu(void); /* this CPU's redistributor and interface, at EL2 */
unsigned gic_count_cpus(void);

/* console.c */
void uart_start(void);
void cycle_counter_start(void); /* on each CPU, at EL2 */
u64 firmware_call(u64 function, u64 a, u64 b, u64 c);

/* enter.S, start.S */
u64 semihosting_call(u64 operation, const void *argument);
u64 smc(u64 function, u64 a, u64 b, u64 c);
/* enter.S: a plain load; exception.c answers for who may not. */
u64 user_probe(u64 va);
#define NOBODY_ANSWERED (~0ul)
u64 call_el2(hyp_function function, u64 a, u64 b);
void drop_to_el1(void *el2_stack_end, u64 pstate);
extern char semihosting_hlt[], serror_window[], serror_window_end[];
extern char vectors[], secondary_start[];

#endif
