/* SPDX-License-Identifier: Apache-2.0 */
/*
 * el0-run PROGRAM [ARGUMENT...]: the order of things, and exceptions.
 */
#include "el0_run.h"

#include <asm/hwcap.h>
#include <sys/mman.h>

enum { MOST_WORDS = 33, LONGEST_LINE = 1024 };

void supervise(void);
void el0_exception(u64 x[31]);
void unexpected_exception(u64 vector);

/* Words stand between blanks; what is in single quotes belongs together, the quotes go. */
static unsigned split(char *line, char *words[MOST_WORDS])
{
	const char *in = line;
	char *out = line; /* never beyond `in` */
	unsigned count = 0;

	while (*in != '\0') {
		bool is_quoted = false;

		if (*in == ' ') {
			in++;
			continue;
		}
		if (count == MOST_WORDS)
			die(EXIT_USAGE, "more than %d words", (u64)MOST_WORDS);
		words[count++] = out;
		for (; *in != '\0' && (is_quoted || *in != ' '); in++) {
			if (*in == '\'')
				is_quoted = !is_quoted;
			else
				*out++ = *in;
		}
		if (is_quoted)
			die(EXIT_USAGE, "a single quote has no end");
		in += *in != '\0'; /* the blank, where the end is written */
		*out++ = '\0';
	}
	return count;
}

/* Debug, PMU and AMU registers stay EL1's; the virtual counter is also EL0's, as in Linux. */
static void enable_for_program(void)
{
	const u64 fpen = 3ul << 20, el0vcten = BIT(1);
	const u64 enia_enib_enda_endb = BIT(31) | BIT(30) | BIT(27) | BIT(13);

	WRITE_SYSREG(cpacr_el1, fpen);
	WRITE_SYSREG(cntkctl_el1, el0vcten);
	if (hwcap(1) & HWCAP_PACA) {
		pauth_set_keys();
		WRITE_SYSREG(sctlr_el1, READ_SYSREG(sctlr_el1) | enia_enib_enda_endb);
	}
	__asm__ volatile("isb" ::: "memory");
}

void supervise(void)
{
	static char line[LONGEST_LINE];
	static char *words[MOST_WORDS]; /* the first is our own name */
	struct program program;
	unsigned count;

	host_open_streams();
	if (!host_command_line(line, sizeof(line)))
		die(EXIT_USAGE, "the command line has more than %d characters",
			(u64)LONGEST_LINE - 1);
	count = split(line, words);
	if (count < 2)
		die(EXIT_USAGE, "which program? entresol run --semihosting-fs DIR el0-run.elf -- "
				"PROGRAM [ARGUMENT...]");
	memory_init();
	mmu_on();
	elf_load(words[1], &program);
	syscall_init(program.end);
	enable_for_program();
	enter_program(program.entry, stack_build(&program, count - 1, words + 1));
}

/* ---- Exceptions ---- */

enum { EC_UNKNOWN = 0, EC_SVC64 = 0x15, EC_IABT_LOW = 0x20, EC_DABT_LOW = 0x24 };

/* What Linux would have sent, by exception class (DDI 0487 D17.2.37). */
static unsigned signal_of(u64 esr)
{
	enum { SIGNAL_ILL = 4, SIGNAL_TRAP = 5, SIGNAL_BUS = 7, SIGNAL_FPE = 8, SIGNAL_SEGV = 11 };
	static const u8 by_class[64] = {
		[EC_IABT_LOW] = SIGNAL_SEGV,
		[EC_DABT_LOW] = SIGNAL_SEGV,
		[0x22] = SIGNAL_BUS, /* PC alignment */
		[0x26] = SIGNAL_BUS, /* SP alignment */
		[0x2c] = SIGNAL_FPE,
		[0x3c] = SIGNAL_TRAP /* BRK */
	};
	unsigned number = by_class[BITS(esr, 31, 26)];

	return number != 0 ? number : SIGNAL_ILL;
}

static const char *end_of(u64 esr)
{
	switch (BITS(esr, 31, 26)) {
	case EC_UNKNOWN: return "an undefined instruction (does the program need --cpu max?)";
	case EC_IABT_LOW: return "a jump to where no code is";
	case EC_DABT_LOW: return "an access to memory that the program has not";
	default: return "the program ended by an exception";
	}
}

/* The program's first access to a page that it was promised. */
static bool keep_promise(u64 esr, u64 far)
{
	enum { TRANSLATION_FAULT = 1 }; /* FSC without its level */
	bool is_fetch = BITS(esr, 31, 26) == EC_IABT_LOW;
	bool is_write = !is_fetch && BITS(esr, 6, 6) && !BITS(esr, 8, 8); /* WnR, not CM */

	if ((!is_fetch && BITS(esr, 31, 26) != EC_DABT_LOW) || BITS(esr, 5, 2) != TRANSLATION_FAULT)
		return false;
	return memory_touch(far & (BIT(56) - 1), /* TBI0 */
		is_fetch   ? PROT_EXEC
		: is_write ? PROT_WRITE
			   : PROT_READ);
}

void el0_exception(u64 x[31])
{
	u64 esr = READ_SYSREG(esr_el1), far = READ_SYSREG(far_el1);

	if (BITS(esr, 31, 26) == EC_SVC64)
		x[0] = syscall(x);
	else if (!keep_promise(esr, far))
		die((int)(EXIT_SIGNAL + signal_of(esr)), "%s: ESR 0x%x ELR 0x%x FAR 0x%x",
			end_of(esr), esr, READ_SYSREG(elr_el1), far);
}

void unexpected_exception(u64 vector)
{
	die(EXIT_SUPERVISOR, "exception at vector 0x%x: ESR 0x%x ELR 0x%x FAR 0x%x", vector,
		READ_SYSREG(esr_el1), READ_SYSREG(elr_el1), READ_SYSREG(far_el1));
}
