/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bare-metal programs share: printing facts as lines, and the handler that reports
 * exceptions. start.S calls report() and main().
 */
#ifndef ENT_TESTS_SYSTEM_FACTS_H
#define ENT_TESTS_SYSTEM_FACTS_H

typedef unsigned long u64;
typedef unsigned int u32;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BIT(n)	     (1ul << (n))

/* The board: BOARD_<name>_BASE, BOARD_<name>_EACH. */
enum {
#define REGION(name, base, size) BOARD_##name##_BASE = base,
#define EACH(name, size)	 BOARD_##name##_EACH = size,
#define PPI(name, intid)
#define SPI(name, intid)
#include "platform/board.def"
#undef REGION
#undef EACH
#undef PPI
#undef SPI
};

void write0(const char *text);
void run_at(void (*code)(void), u64 spsr, u64 alias);
void back_from_run(void) __attribute__((noreturn));

struct frame {
	u64 x[31], elr, spsr, esr, far, hpfar, vector, el;
};

#define READ(reg)                                                                                  \
	({                                                                                         \
		u64 value_;                                                                        \
		asm volatile("mrs %0, " #reg : "=r"(value_));                                      \
		value_;                                                                            \
	})
#define WRITE(reg, value)                                                                          \
	do {                                                                                       \
		u64 value_ = (value);                                                              \
		asm volatile("msr " #reg ", %0\n\tisb" : : "r"(value_) : "memory");                \
	} while (0)

/* Calls the firmware. */
static inline u64 smc(u64 id, u64 x1, u64 x2, u64 x3)
{
	register u64 r0 asm("x0") = id;
	register u64 r1 asm("x1") = x1;
	register u64 r2 asm("x2") = x2;
	register u64 r3 asm("x3") = x3;

	asm volatile("smc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
	return r0;
}

/* ---- Printing ---- */

static char line[256];
static unsigned line_length;

static void put(const char *text)
{
	while (*text != '\0' && line_length < sizeof(line) - 1)
		line[line_length++] = *text++;
}

static void put_hex(const char *name, u64 value)
{
	char digits[19] = "0x";
	unsigned n = 2;

	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned digit = (value >> shift) & 15;

		if (digit != 0 || n > 2 || shift == 0)
			digits[n++] = "0123456789abcdef"[digit];
	}
	digits[n] = '\0';
	put(name);
	put(digits);
}

static void end_line(void)
{
	put("\n");
	line[line_length] = '\0';
	line_length = 0;
	write0(line);
}

static inline void say(const char *name, u64 value)
{
	put("  ");
	put_hex(name, value);
	end_line();
}

/* ---- Exceptions ---- */

/* Bits of SPSR that belong to a feature of one side only. */
#ifndef SPSR_NOT_COMPARED
#define SPSR_NOT_COMPARED 0ul
#endif

/* What a program wants to know besides. */
#ifndef ALSO_REPORTED
#define ALSO_REPORTED() (void)0
#endif

/* How a program goes on by itself after an exception: true. */
#ifndef GO_ON
#define GO_ON() 0
#endif

/* Where to go on after an exception that is not a call; 0: at the next instruction. */
static volatile u64 resume_pc;

/* IRQ and FIQ have no syndrome: the register is as an exception before them left it. */
static inline int is_interrupt(const struct frame *frame)
{
	u64 kind = frame->vector & 0x180;

	return kind == 0x080 || kind == 0x100;
}

void report(struct frame *frame)
{
	u64 esr = is_interrupt(frame) ? 0 : frame->esr;
	u32 ec = (u32)(esr >> 26) & 0x3f;
	int is_abort = ec == 0x20 || ec == 0x21 || ec == 0x24 || ec == 0x25;
	int is_stage2 = is_abort && frame->el == 2 && frame->vector >= 0x400;

	if (ec == 0x16 && (esr & 0xffff) == 0xfff)
		back_from_run();
	if (ec == 0x15 && (esr & 0xffff) == 0xfff) {
		if (frame->el == 2)
			back_from_run();
		asm volatile("hvc #0xfff");
	}
	put(frame->el == 2 ? "  taken to EL2" : "  taken to EL1");
	put_hex(" vector ", frame->vector);
	put_hex(" esr ", is_abort && (esr & BIT(7)) ? esr & ~3ul : esr);
	put_hex(" spsr ", frame->spsr & ~SPSR_NOT_COMPARED);
	if (is_abort || ec == 0x22)
		put_hex(" far ", frame->far);
	if (is_stage2)
		put_hex(" hpfar ", frame->hpfar);
	ALSO_REPORTED();
	end_line();
	if (GO_ON()) {
		/* the program's business */
	} else if (resume_pc != 0) {
		frame->elr = resume_pc;
		resume_pc = 0;
	} else if (ec != 0x15 && ec != 0x16) {
		frame->elr += 4;
	}
	frame->spsr &= ~(BIT(20) | 3ul << 10); /* not into IL, nor onto a landing */
}

/* One instruction that may be trapped; the handler goes on behind it. */
#define TRY(text) asm volatile(text : : : "memory", "x0", "x1", "x2")

enum { SPSR_EL0 = 0x3c0, SPSR_EL1H = 0x3c5, SPSR_EL1T = 0x3c4, SPSR_EL2H = 0x3c9 };

#endif
