/* SPDX-License-Identifier: Apache-2.0 */
/*
 * el0-run: runs one static AArch64 Linux program at EL0. This header is all that its files share.
 */
#ifndef EL0_RUN_H
#define EL0_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define PAGE_SIZE 4096ul

#define BIT(n)		      (1ul << (n))
#define BITS(value, msb, lsb) (((value) >> (lsb)) & (BIT((msb) - (lsb) + 1) - 1))
#define COUNT(array)	      (sizeof(array) / sizeof(*(array)))

#define READ_SYSREG(name)                                                                          \
	({                                                                                         \
		u64 value_;                                                                        \
                                                                                                   \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory");                       \
		value_;                                                                            \
	})
#define WRITE_SYSREG(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" ::"r"((u64)(value)) : "memory")

static inline u64 align_down(u64 value, u64 unit)
{
	return value & ~(unit - 1);
}

static inline u64 align_up(u64 value, u64 unit)
{
	return align_down(value + unit - 1, unit);
}

static inline u64 text_length(const char *text)
{
	u64 length = 0;

	while (text[length] != '\0')
		length++;
	return length;
}

/* ---- Exit codes of our own, as a shell gives them ---- */

enum {
	EXIT_USAGE = 2,
	EXIT_SUPERVISOR = 125,
	EXIT_NOT_RUNNABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNAL = 128 /* plus the signal that Linux would have sent */
};

/* ---- host.c: what semihosting does for us ---- */

enum stream { STREAM_OUT = 1, STREAM_ERR = 2 };

void host_open_streams(void);
/* False: not all of it could be written. */
bool host_write(enum stream stream, const void *data, u64 size);
/* A handle, or -1. */
s64 host_open(const char *path);
bool host_read(s64 handle, u64 offset, void *data, u64 size);
u64 host_ram_end(void);
/* False: it is longer than that. */
bool host_command_line(char *line, u64 size);
_Noreturn void host_exit(int code);

/* One line to the error stream: "el0-run: ...". Knows %s, %d (s64) and %x (u64). */
void say(const char *format, ...);
/* The same, and the end of the run. */
_Noreturn void die(int code, const char *format, ...);

/* ---- memory.c: pages and the program's address space ---- */

#define USER_END   BIT(39)
#define STACK_END  (USER_END - PAGE_SIZE)
#define STACK_SIZE (8ul << 20)
#define MMAP_BASE  0x7000000000ul

void memory_init(void);
void mmu_on(void);
u64 memory_total(void);
u64 memory_free(void);

/* Whole pages that the program may have: the supervisor's own are not among them. */
bool memory_is_user_range(u64 va, u64 size);

/*
 * For such ranges, with permissions as PROT_*: what is promised costs a page of RAM only when it is
 * first touched, and reads as zero then.
 */
void memory_promise(u64 va, u64 size, int prot);
void memory_unmap(u64 va, u64 size);
/* False: a part of the range is not there. */
bool memory_protect(u64 va, u64 size, int prot);
/* Back to what was promised, with zeros. */
void memory_forget(u64 va, u64 size);
/* For the loader: the page, wherever it is in RAM, with prot added to its permissions. */
u8 *memory_page(u64 va, int prot);
/* For the loader: what was written to pages can be executed. */
void memory_sync_code(void);

/* False: the program has no page there, or may not do this with it. */
bool memory_touch(u64 va, int access);
/* The same for each page of a buffer, which the supervisor can then use where it is. */
bool memory_touch_range(u64 va, u64 size, int access);

/* ---- elf.c ---- */

struct program {
	u64 entry, end,
		headers; /* end: the first page behind it; headers: of the program, for AT_PHDR */
	u64 header_count;
};

/* Says why and ends the run if it cannot. */
void elf_load(const char *path, struct program *program);

/* ---- hwcap.c, stack.c ---- */

u64 hwcap(unsigned which); /* 1: AT_HWCAP, 2: AT_HWCAP2 */
/* The stack pointer at entry. */
u64 stack_build(const struct program *program, unsigned argc, char *const argv[]);

/* ---- start.S ---- */

void pauth_set_keys(void);
/* Does not come back. */
_Noreturn void enter_program(u64 entry, u64 sp);

/* ---- syscall.c ---- */

void syscall_init(u64 program_end);
/* x8: which; x0..x5: arguments. The result. */
u64 syscall(const u64 x[31]);

#endif
