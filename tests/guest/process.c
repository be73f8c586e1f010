/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What el0-run does for a program: facts about system calls and memory, printed; and with a word as
 * argument, one of the ways to end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Addresses that the compiler knows nothing of. */
static char *volatile nowhere = (char *)8;
static char *volatile far_away = (char *)-8192l;

#define FACT(expression) printf("%-60s %ld\n", #expression, (long)(expression))
/* A system call's result, or its error with the sign turned. */
#define CALL(expression)                                                                           \
	do {                                                                                       \
		long result_ = (long)(expression);                                                 \
                                                                                                   \
		printf("%-60s %ld\n", #expression, result_ == -1 ? -(long)errno : result_);        \
	} while (0)

static int is_zero(const volatile char *data, size_t size)
{
	size_t i = 0;

	while (i < size && data[i] == 0)
		i++;
	return i == size;
}

static void start(int argc, char **argv)
{
	FACT(argc);
	FACT(strcmp(argv[0] + strlen(argv[0]) - 7, "program"));
	FACT(argv[argc] == NULL);
	FACT(environ[0] == NULL);
	FACT(getauxval(AT_PAGESZ));
	FACT(getauxval(AT_CLKTCK));
	FACT(getauxval(AT_PHENT));
	FACT(getauxval(AT_PHNUM));
	FACT(*(uint32_t *)getauxval(AT_PHDR) != 0);
	FACT(getauxval(AT_SECURE));
	FACT(getauxval(AT_RANDOM) != 0);
	FACT(strcmp((char *)getauxval(AT_PLATFORM), "aarch64"));
	FACT(getauxval(AT_HWCAP) & (HWCAP_FP | HWCAP_ASIMD));
	FACT((uintptr_t)__builtin_frame_address(0) % 16);
	FACT(isatty(1));
}

static void streams(void)
{
	struct iovec vector[3] = { { "one ", 4 }, { "", 0 }, { "two\n", 4 } };
	struct stat stat;
	char byte;

	fflush(stdout);
	CALL(write(1, "written\n", 8));
	CALL(writev(1, vector, 3));
	CALL(write(1, nowhere, 1));
	CALL(write(7, "x", 1));
	CALL(read(0, &byte, 1));
	CALL(read(7, &byte, 1));
	CALL(close(7));
	CALL(fstat(7, &stat));
	CALL(fstatat(AT_FDCWD, "no-such-file", &stat, 0));
	CALL(open("no-such-file", O_RDONLY));
	CALL(access("no-such-file", R_OK));
	CALL(readlink("no-such-file", &byte, 1));
	CALL(ioctl(7, TIOCGWINSZ, &stat));
	CALL(lseek(7, 0, SEEK_CUR));
}

static void heap(void)
{
	char *old = sbrk(0), *start = sbrk(100000);

	FACT(start == old);
	FACT(is_zero(start, 100000));
	memset(start, 1, 100000);
	FACT((char *)sbrk(-100000) == start + 100000);
	FACT((char *)sbrk(100000) == start);
	FACT(is_zero((char *)(((uintptr_t)start + 4095) & -4096ul), 90000));
	FACT(brk((void *)4096) == 0 || sbrk(0) == start + 100000);
}

static void mappings(void)
{
	size_t page = 4096, size = 64 * page;
	int private = MAP_PRIVATE | MAP_ANONYMOUS, rw = PROT_READ | PROT_WRITE;
	char *map = mmap(NULL, size, rw, private, -1, 0), *fixed;

	FACT((uintptr_t)map % page);
	FACT(is_zero(map, size));
	memset(map, 'a', size);
	CALL(mprotect(map, page, PROT_READ));
	CALL(getrandom(map, 1, 0));
	CALL(getrandom(map + page, 1, 0) == 1);
	FACT(map[page - 1]);
	CALL(mprotect(map, page, rw));
	map[0] = 'b';
	FACT(map[0]);
	CALL(munmap(map + page, page));
	CALL(write(1, map + page, 1));
	CALL(write(1, map + page - 1, 2) < 2);
	CALL(mprotect(map, 2 * page, rw));
	fixed = mmap(map + page, page, rw, private | MAP_FIXED, -1, 0);
	FACT(fixed == map + page);
	FACT(is_zero(fixed, page));
	fixed = mmap(map + 2 * page, page, rw, private | MAP_FIXED, -1, 0);
	FACT(is_zero(fixed, page));
	FACT(map[3 * page]);
	CALL(madvise(map + 3 * page, page, MADV_DONTNEED));
	FACT(is_zero(map + 3 * page, page));
	CALL(munmap(map, size));
	CALL(munmap(map, size));
	CALL(munmap(map + 1, page));
	CALL(munmap(map, 0));
	CALL(mprotect(map + 1, page, rw));
	CALL(mmap(NULL, 0, rw, private, -1, 0));
	CALL(mmap(NULL, page, rw, MAP_PRIVATE, 7, 0));
	CALL(mmap(NULL, (size_t)1 << 50, rw, private, -1, 0));
}

/* Code that was written: mov w0, #42; ret. */
static void code(void)
{
	uint32_t words[] = { 0x52800540, 0xd65f03c0 };
	uint32_t *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(page, words, sizeof(words));
	__builtin___clear_cache((char *)page, (char *)(page + 2));
	CALL(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	FACT(((int (*)(void))page)());
}

static int deep(int depth)
{
	volatile char frame[2048];

	frame[0] = (char)depth;
	return depth == 0 ? 0 : deep(depth - 1) + (frame[0] == (char)depth);
}

static void process(void)
{
	struct utsname names;
	struct rlimit limit;
	struct timespec before, after;
	struct sigaction action = { .sa_handler = SIG_IGN }, old;
	sigset_t set, was;
	uint32_t word = 1;

	CALL(uname(&names));
	FACT(strcmp(names.sysname, "Linux"));
	FACT(strcmp(names.machine, "aarch64"));
	CALL(getrlimit(RLIMIT_STACK, &limit));
	FACT(limit.rlim_cur >= 8 << 20);
	CALL(clock_gettime(CLOCK_MONOTONIC, &before));
	for (volatile int i = 0; i < 10000; i++)
		;
	CALL(clock_gettime(CLOCK_MONOTONIC, &after));
	FACT(after.tv_sec > before.tv_sec || after.tv_nsec > before.tv_nsec);
	FACT(after.tv_nsec < 1000000000);
	CALL(syscall(SYS_futex, &word, 1 /* wake */, 1, NULL));
	CALL(syscall(SYS_futex, &word, 0 /* wait */, 0, NULL));
	CALL(syscall(SYS_futex, (void *)4, 0 /* wait */, 0, NULL));
	CALL(sigaction(SIGUSR1, &action, NULL));
	CALL(sigaction(SIGUSR1, NULL, &old));
	FACT(old.sa_handler == SIG_IGN);
	CALL(raise(SIGUSR1));
	CALL(sigaction(SIGKILL + 100, &action, NULL));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CALL(sigprocmask(SIG_BLOCK, &set, NULL));
	CALL(sigprocmask(SIG_BLOCK, NULL, &was));
	FACT(sigismember(&was, SIGUSR2));
	CALL(sched_yield());
	FACT(getpid() == gettid());
	FACT(deep(3000));
}

/* ---- Ways to end ---- */

static void end_exit(void)
{
	exit(300);
}

static void end_abort(void)
{
	abort();
}

static void end_null(void)
{
	*(volatile char *)nowhere = 1;
}

static void end_kernel(void)
{
	(void)*(volatile char *)far_away;
}

static void end_read_only(void)
{
	*(volatile char *)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) = 1;
}

static void end_none(void)
{
	(void)*(volatile char *)mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void end_no_exec(void)
{
	((void (*)(void))mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))();
}

static void end_undefined(void)
{
	__asm__ volatile("udf #0");
}

static void end_system_register(void)
{
	__asm__ volatile("mrs x0, sctlr_el1" ::: "x0");
}

static void end_brk(void)
{
	__asm__ volatile("brk #1");
}

static void end_stack(void)
{
	volatile char frame[16 << 20];

	frame[0] = 1;
	(void)frame[0];
}

static const struct {
	const char *name;
	void (*run)(void);
} ends[] = {
	{ "exit", end_exit },
	{ "abort", end_abort },
	{ "null", end_null },
	{ "kernel", end_kernel },
	{ "read only", end_read_only },
	{ "none", end_none },
	{ "no-exec", end_no_exec },
	{ "undefined", end_undefined },
	{ "system register", end_system_register },
	{ "brk", end_brk },
	{ "stack", end_stack },
};

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(ends) / sizeof(*ends); i++) {
		if (strcmp(argv[1], "--cases") == 0)
			printf("case %s\n", ends[i].name);
		if (strcmp(argv[1], ends[i].name) == 0) {
			printf("ends by %s\n", argv[1]);
			ends[i].run();
			printf("did not end\n");
		}
	}
	if (argc > 1)
		return 0;
	start(argc, argv);
	streams();
	heap();
	mappings();
	code();
	process();
	return 17;
}
