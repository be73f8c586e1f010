/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few Linux system calls that a static program of glibc needs: one process, one thread, three
 * streams, no files, no input, no signal handlers. The numbers and structs are the kernel's
 * headers'.
 */
#include "el0_run.h"

#include <asm/fcntl.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <errno.h>
#include <linux/futex.h>
#include <linux/sysinfo.h>
#include <linux/utsname.h>
#include <string.h>
#include <sys/mman.h>

typedef s64 syscall_fn(const u64 x[31]);

enum { SIGNALS = 64, FIRST_ID = 1 };

static u64 heap_start, heap_end;
static u64 next_mmap = MMAP_BASE;

static bool put(u64 va, const void *data, u64 size)
{
	if (!memory_touch_range(va, size, PROT_WRITE))
		return false;
	memcpy((void *)va, data, size);
	return true;
}

static bool get(void *data, u64 va, u64 size)
{
	if (!memory_touch_range(va, size, PROT_READ))
		return false;
	memcpy(data, (const void *)va, size);
	return true;
}

static s64 ok_or_fault(bool ok)
{
	return ok ? 0 : -EFAULT;
}

static s64 sys_nothing(const u64 x[31])
{
	(void)x;
	return 0;
}

static s64 sys_first_id(const u64 x[31])
{
	(void)x;
	return FIRST_ID;
}

static s64 sys_absent(const u64 x[31])
{
	(void)x;
	return -ENOSYS;
}

/* ---- Streams, and no files ---- */

static bool is_stream(u64 fd)
{
	return (u32)fd < 3;
}

static s64 sys_no_file(const u64 x[31])
{
	(void)x;
	return -ENOENT;
}

static s64 sys_ioctl(const u64 x[31])
{
	return is_stream(x[0]) ? -ENOTTY : -EBADF;
}

static s64 sys_close(const u64 x[31])
{
	return is_stream(x[0]) ? 0 : -EBADF;
}

static s64 sys_lseek(const u64 x[31])
{
	return is_stream(x[0]) ? -ESPIPE : -EBADF;
}

static s64 sys_read(const u64 x[31])
{
	return (u32)x[0] == 0 ? 0 : -EBADF;
}

static s64 write_stream(u64 fd, u64 va, u64 size)
{
	if ((u32)fd != STREAM_OUT && (u32)fd != STREAM_ERR)
		return -EBADF;
	if (!memory_touch_range(va, size, PROT_READ))
		return -EFAULT;
	return host_write((enum stream)fd, (const void *)va, size) ? (s64)size : -EIO;
}

static s64 sys_write(const u64 x[31])
{
	return write_stream(x[0], x[1], x[2]);
}

static s64 sys_writev(const u64 x[31])
{
	s64 total = 0;

	for (u64 i = 0; i < x[2]; i++) {
		u64 vector[2]; /* base, length */
		s64 written;

		if (!get(vector, x[1] + i * sizeof(vector), sizeof(vector)))
			return -EFAULT;
		written = write_stream(x[0], vector[0], vector[1]);
		if (written < 0)
			return total > 0 ? total : written;
		total += written;
	}
	return total;
}

/* F_GETFD and F_GETFL; nothing can be changed or duplicated. */
static s64 sys_fcntl(const u64 x[31])
{
	if (!is_stream(x[0]))
		return -EBADF;
	if (x[1] == F_GETFD)
		return 0;
	return x[1] == F_GETFL ? O_RDWR : -EINVAL;
}

/* Each stream is a pipe. */
static s64 stat_stream(u64 fd, u64 va)
{
	struct stat stat = { .st_mode = 0010600, .st_nlink = 1, .st_blksize = PAGE_SIZE };

	return is_stream(fd) ? ok_or_fault(put(va, &stat, sizeof(stat))) : -EBADF;
}

static s64 sys_fstat(const u64 x[31])
{
	return stat_stream(x[0], x[1]);
}

static s64 sys_newfstatat(const u64 x[31])
{
	char first;

	if (!get(&first, x[1], 1))
		return -EFAULT;
	return first == '\0' ? stat_stream(x[0], x[2]) : -ENOENT;
}

/* ---- Memory ---- */

static s64 sys_brk(const u64 x[31])
{
	u64 mapped = align_up(heap_end, PAGE_SIZE), wanted = align_up(x[0], PAGE_SIZE);

	if (x[0] < heap_start || x[0] > MMAP_BASE ||
		!memory_is_user_range(heap_start, wanted - heap_start))
		return (s64)heap_end;
	if (wanted > mapped)
		memory_promise(mapped, wanted - mapped, PROT_READ | PROT_WRITE);
	else
		memory_unmap(wanted, mapped - wanted);
	heap_end = x[0];
	return (s64)heap_end;
}

/* Addresses are not used twice: there are enough. */
static s64 sys_mmap(const u64 x[31])
{
	u64 size = align_up(x[1], PAGE_SIZE), va = next_mmap;

	if (x[1] == 0)
		return -EINVAL;
	if (!(x[3] & MAP_ANONYMOUS))
		return is_stream(x[4]) ? -ENODEV : -EBADF;
	if (size < x[1] || size > memory_total())
		return -ENOMEM;
	if (x[3] & MAP_FIXED) {
		va = x[0];
		if (!memory_is_user_range(va, size))
			return -EINVAL;
	} else if (size > STACK_END - STACK_SIZE - next_mmap) {
		return -ENOMEM;
	} else {
		next_mmap += size;
	}
	memory_promise(va, size, (int)x[2]);
	return (s64)va;
}

static s64 sys_munmap(const u64 x[31])
{
	u64 size = align_up(x[1], PAGE_SIZE);

	if (size == 0 || !memory_is_user_range(x[0], size))
		return -EINVAL;
	memory_unmap(x[0], size);
	return 0;
}

static s64 sys_mprotect(const u64 x[31])
{
	u64 size = align_up(x[1], PAGE_SIZE);

	if (x[0] % PAGE_SIZE != 0)
		return -EINVAL;
	return memory_is_user_range(x[0], size) && memory_protect(x[0], size, (int)x[2]) ? 0
											 : -ENOMEM;
}

/* Advice but for MADV_DONTNEED, whose zeros a program may count on. */
static s64 sys_madvise(const u64 x[31])
{
	u64 size = align_up(x[1], PAGE_SIZE);

	if (!memory_is_user_range(x[0], size))
		return -EINVAL;
	if (x[2] == MADV_DONTNEED)
		memory_forget(x[0], size);
	return 0;
}

/* ---- The process ---- */

static s64 sys_exit(const u64 x[31])
{
	host_exit((int)(x[0] & 255));
}

static s64 sys_futex(const u64 x[31])
{
	u32 value;

	switch ((int)x[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAKE: return 0;
	case FUTEX_WAIT:
		if (!get(&value, x[0], sizeof(value)))
			return -EFAULT;
		if (value != (u32)x[2])
			return -EAGAIN;
		die(EXIT_SUPERVISOR, "the only thread waits for another one (futex)");
	default: return -ENOSYS;
	}
}

static struct {
	u64 handler, flags, restorer, mask;
} action[SIGNALS + 1];

static s64 raise_signal(u64 number)
{
	enum { DEFAULT, IGNORE };

	if (number > SIGNALS)
		return -EINVAL;
	if (number == 0 || action[number].handler == IGNORE)
		return 0;
	die((int)(EXIT_SIGNAL + number),
		action[number].handler == DEFAULT ? "the program raised signal %d"
						  : "signal handlers cannot run: signal %d",
		number);
}

static s64 sys_kill(const u64 x[31])
{
	return x[0] == FIRST_ID ? raise_signal(x[1]) : -ESRCH;
}

static s64 sys_tgkill(const u64 x[31])
{
	return x[1] == FIRST_ID ? raise_signal(x[2]) : -ESRCH;
}

static s64 sys_sigaction(const u64 x[31])
{
	if (x[0] == 0 || x[0] > SIGNALS || x[3] != sizeof(u64))
		return -EINVAL;
	if (x[2] != 0 && !put(x[2], &action[x[0]], sizeof(action[0])))
		return -EFAULT;
	return ok_or_fault(x[1] == 0 || get(&action[x[0]], x[1], sizeof(action[0])));
}

static s64 sys_sigprocmask(const u64 x[31])
{
	enum { BLOCK, UNBLOCK, SET };
	static u64 blocked;
	u64 old = blocked, set;

	if (x[1] != 0) {
		if (!get(&set, x[1], sizeof(set)))
			return -EFAULT;
		switch (x[0]) {
		case BLOCK: blocked |= set; break;
		case UNBLOCK: blocked &= ~set; break;
		case SET: blocked = set; break;
		default: return -EINVAL;
		}
	}
	return ok_or_fault(x[2] == 0 || put(x[2], &old, sizeof(old)));
}

/* ---- The system ---- */

/* Seconds and fractions of one by the generic timer: every clock counts from the start. */
static s64 put_time(u64 va, u64 fractions)
{
	u64 count = READ_SYSREG(cntvct_el0), hz = READ_SYSREG(cntfrq_el0);
	u64 time[2] = { count / hz, count % hz * fractions / hz };

	return ok_or_fault(put(va, time, sizeof(time)));
}

static s64 sys_clock(const u64 x[31])
{
	return put_time(x[1], 1000000000);
}

static s64 sys_gettimeofday(const u64 x[31])
{
	return put_time(x[0], 1000000);
}

static s64 sys_getcwd(const u64 x[31])
{
	static const char root[] = "/";

	if (x[1] < sizeof(root))
		return -ERANGE;
	return put(x[0], root, sizeof(root)) ? (s64)sizeof(root) : -EFAULT;
}

static s64 sys_uname(const u64 x[31])
{
	static const struct new_utsname names = { .sysname = "Linux",
		.nodename = "el0-run",
		.release = "6.1.0-el0-run",
		.version = "#1",
		.machine = "aarch64",
		.domainname = "(none)" };

	return ok_or_fault(put(x[0], &names, sizeof(names)));
}

static s64 sys_sysinfo(const u64 x[31])
{
	struct sysinfo info = {
		.totalram = memory_total(), .freeram = memory_free(), .procs = 1, .mem_unit = 1
	};

	return ok_or_fault(put(x[0], &info, sizeof(info)));
}

/* Tells limits; sets none. */
static s64 sys_prlimit64(const u64 x[31])
{
	enum { RLIMIT_STACK_NUMBER = 3 };
	u64 limit[2] = { ~0ul, ~0ul }; /* current, maximum */

	if (x[1] == RLIMIT_STACK_NUMBER)
		limit[0] = STACK_SIZE;
	if (x[2] != 0)
		return -EPERM;
	return ok_or_fault(x[3] == 0 || put(x[3], limit, sizeof(limit)));
}

/* The same bytes in every run (Marsaglia's xorshift). */
static s64 sys_getrandom(const u64 x[31])
{
	static u64 state = 88172645463325252;

	if (!memory_touch_range(x[0], x[1], PROT_WRITE))
		return -EFAULT;
	for (u64 i = 0; i < x[1]; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		((u8 *)x[0])[i] = (u8)(state >> 32);
	}
	return (s64)x[1];
}

/* ---- The table ---- */

static syscall_fn *const calls[512] = {
#define SYSCALL(name, handler) [__NR_##name] = handler,
#include "syscall.def"
#undef SYSCALL
};

void syscall_init(u64 program_end)
{
	heap_start = heap_end = program_end;
}

u64 syscall(const u64 x[31])
{
	static bool said[COUNT(calls)];
	u64 number = x[8];

	if (number < COUNT(calls) && calls[number] != NULL)
		return (u64)calls[number](x);
	if (number >= COUNT(calls) || !said[number])
		say("system call %d is not implemented", number);
	if (number < COUNT(calls))
		said[number] = true;
	return (u64)-ENOSYS;
}
