/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers text for semihosting, names outcomes when they are new, counts runs. */
#include "log.h"

#include "cell.h"

enum { SYS_WRITE0 = 0x04, OUTCOMES = 4096, LINE = 16384 };

static char buffer[1 << 16];
static unsigned used;

/* Outcomes seen, by a hash of their key. */
static struct {
	u64 key, detail;
	u16 number;
	bool is_used;
} seen[OUTCOMES];
static unsigned seen_count;

static char cells[LINE]; /* the line that grows while outcomes may still be announced */
static unsigned cells_used;
static unsigned run_outcome, run_length;

void log_flush(void)
{
	buffer[used] = '\0';
	semihosting(SYS_WRITE0, buffer);
	used = 0;
}

static void put(char c)
{
	if (used == sizeof(buffer) - 1)
		log_flush();
	buffer[used++] = c;
}

void log_text(const char *text)
{
	while (*text != '\0')
		put(*text++);
}

void log_number(u64 value)
{
	if (value >= 10)
		log_number(value / 10);
	put((char)('0' + value % 10));
}

void log_hex(u64 value)
{
	bool started = false;

	log_text("0x");
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned digit = (unsigned)(value >> shift) & 15;

		started |= digit != 0 || shift == 0;
		if (started)
			put("0123456789abcdef"[digit]);
	}
}

/* ---- Outcomes ---- */

static u64 key_of(const struct outcome *o)
{
	return (u64)o->kind | (u64)o->target_el << 4 | (u64)o->ec << 6 |
	       (u64)o->iss_is_access << 12 | (u64)o->iss << 13 | (u64)o->target << 40 |
	       (u64)o->own_offset << 43 | (u64)o->offset << 44;
}

static void describe(const struct outcome *o)
{
	static const char *const names[] = { "ok", "undefined", "trap", "memory", "illegal",
		"abort", "irq", "fiq", "serror", "other", "unseen" };

	log_text(names[o->kind]);
	switch (o->kind) {
	case KIND_OK:
		log_text(((const char *const[]){ ",?", ",=", ",e", ",a", ",n" })[o->target]);
		break;
	case KIND_MEMORY:
		put(',');
		if (o->own_offset)
			put('@');
		else
			log_hex(o->offset);
		break;
	case KIND_OTHER:
		put(',');
		log_hex(o->detail);
		break;
	case KIND_UNDEFINED:
	case KIND_TRAP:
	case KIND_ILLEGAL:
	case KIND_ABORT:
		put(',');
		log_number(o->target_el);
		put(',');
		log_hex(o->ec);
		put(',');
		if (o->iss_is_access)
			put('+');
		else
			log_hex(o->iss);
		break;
	default: put(','), log_number(o->target_el);
	}
}

/* 0 is a, 25 z, 26 aa: to where it is wanted. */
static unsigned letters(unsigned number, char *to)
{
	unsigned n = 0;

	if (number >= 26)
		n = letters(number / 26 - 1, to);
	to[n++] = (char)('a' + number % 26);
	to[n] = '\0';
	return n;
}

static unsigned number_of(const struct outcome *o)
{
	u64 key = key_of(o);
	unsigned at = (unsigned)((key * 0x9e3779b97f4a7c15ull + o->detail) >> 52) % OUTCOMES;
	char name[8];

	while (seen[at].is_used && (seen[at].key != key || seen[at].detail != o->detail))
		at = (at + 1) % OUTCOMES;
	if (seen[at].is_used)
		return seen[at].number;
	seen[at].is_used = true;
	seen[at].key = key;
	seen[at].detail = o->detail;
	seen[at].number = (u16)seen_count;
	letters(seen_count++, name);
	log_text("o ");
	log_text(name);
	log_text(" ");
	describe(o);
	log_text("\n");
	return seen[at].number;
}

/* ---- Cells ---- */

void log_cells_begin(unsigned el, char direction)
{
	cells[0] = (char)('0' + el);
	cells[1] = ' ';
	cells[2] = direction;
	cells[3] = ' ';
	cells_used = 4;
	run_length = 0;
}

static void end_run(void)
{
	char digits[8];
	unsigned n = 0;

	if (run_length == 0)
		return;
	cells_used += letters(run_outcome, cells + cells_used);
	for (; run_length != 0; run_length /= 10)
		digits[n++] = (char)('0' + run_length % 10);
	while (n > 0)
		cells[cells_used++] = digits[--n];
}

void log_cell(const struct outcome *outcome)
{
	unsigned number = number_of(outcome);

	if (run_length != 0 && number != run_outcome)
		end_run();
	run_outcome = number;
	run_length++;
}

void log_cells_end(void)
{
	end_run();
	cells[cells_used++] = '\n';
	cells[cells_used] = '\0';
	log_text(cells);
}
