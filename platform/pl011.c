/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL011 by rows of registers. Knows a console and a wire; not the address it lives at.
 */
#include "platform/pl011.h"

#include "platform/primecell.h"

enum { FR_RXFE = 1 << 4, FR_RXFF = 1 << 6, FR_TXFE = 1 << 7 };
enum { LCR_H_FEN = 1 << 4 };
enum { CR_LBE = 1 << 7, CR_TXE = 1 << 8, CR_RXE = 1 << 9 };
enum { INT_RX = 1 << 4, INT_TX = 1 << 5, INT_RT = 1 << 6, INT_OE = 1 << 10, INT_ALL = 0x7ff };
enum { DATA_OE = 1 << 11, RSR_OE = 1 << 3 };

/*
 * A guest that sends reads FR once a byte; one that reads it this often in a row, and finds the
 * receive FIFO empty, waits for input. Only then is the console asked, and the guest waits with us.
 */
enum { POLLS_OF_A_WAITING_GUEST = 16 };

static u32 fifo_depth(const struct pl011 *uart)
{
	return uart->state.lcr_h & LCR_H_FEN ? PL011_FIFO : 1;
}

/* IFLS.RXIFLSEL: 1/8, 1/4, 1/2, 3/4, 7/8 of the FIFO. DDI 0183 3.3.9 */
static u32 rx_trigger(const struct pl011 *uart)
{
	static const u8 levels[8] = { 4, 8, 16, 24, 28, 28, 28, 28 };

	return fifo_depth(uart) == 1 ? 1 : levels[bits(uart->state.ifls, 5, 3)];
}

static void update_interrupt(struct pl011 *uart)
{
	wire_set(&uart->interrupt, (uart->state.ris & uart->state.imsc) != 0);
}

static void receive(struct pl011 *uart, u8 byte)
{
	struct pl011_state *s = &uart->state;

	if (s->rx_count >= fifo_depth(uart)) {
		s->rx[s->rx_count - 1] |= DATA_OE;
		s->rsr |= RSR_OE;
		s->ris |= INT_OE;
		return;
	}
	s->rx[s->rx_count++] = byte;
	if (s->rx_count >= rx_trigger(uart))
		s->ris |= INT_RX;
	s->ris |= INT_RT; /* the 32 bit periods of the timeout have always passed */
}

static bool receives_from_host(const struct pl011 *uart)
{
	return uart->state.rx_count < fifo_depth(uart) && !(uart->state.cr & CR_LBE);
}

/* The guest looks whether there is input. */
static void look_for_input(struct pl011 *uart)
{
	struct pl011_state *s = &uart->state;
	u8 byte;

	if (!receives_from_host(uart) || s->rx_count > 0)
		return;
	if (s->polls < POLLS_OF_A_WAITING_GUEST)
		s->polls++;
	if (s->polls == POLLS_OF_A_WAITING_GUEST && console_get(uart->console, &byte))
		receive(uart, byte);
}

bool pl011_is_open(const struct pl011 *uart)
{
	return wire_is_connected(&uart->interrupt) && (uart->state.imsc & (INT_RX | INT_RT)) != 0;
}

bool pl011_waits_for_input(const struct pl011 *uart)
{
	return pl011_is_open(uart) && !uart->interrupt.level && receives_from_host(uart);
}

bool pl011_take_input(struct pl011 *uart)
{
	bool took = false;
	u8 byte;

	while (pl011_waits_for_input(uart) && console_get(uart->console, &byte)) {
		receive(uart, byte);
		update_interrupt(uart);
		took = true;
	}
	return took && uart->interrupt.level;
}

void pl011_take_keys(struct pl011 *uart)
{
	bool is_open = uart->state.imsc & (INT_RX | INT_RT);
	u8 byte;

	while (is_open && receives_from_host(uart) && console_get_key(uart->console, &byte))
		receive(uart, byte);
	update_interrupt(uart);
}

/* ---- Registers with effects ---- */

static u32 read_dr(void *device)
{
	struct pl011 *uart = device;
	struct pl011_state *s = &uart->state;
	u32 data;

	look_for_input(uart);
	s->polls = 0;
	if (s->rx_count == 0)
		return 0;
	data = s->rx[0];
	s->rx_count--;
	for (u32 i = 0; i < s->rx_count; i++)
		s->rx[i] = s->rx[i + 1];
	s->rsr = data >> 8; /* RSR shows the errors of the byte read last */
	if (s->rx_count < rx_trigger(uart))
		s->ris &= ~(u32)INT_RX;
	/* what is left times out, too: who has cleared RT and reads one byte is told again */
	if (s->rx_count == 0)
		s->ris &= ~(u32)INT_RT;
	else
		s->ris |= INT_RT;
	return data;
}

/*
 * Early consoles write before they set UARTEN, so that is not asked. Each byte has left when the
 * next comes: the FIFO fills and drains through whatever level IFLS.TXIFLSEL says at once, and the
 * interrupt, which that transition raises, stays until it is cleared. DDI 0183 3.4, 2.8.
 */
static void write_dr(void *device, u32 value)
{
	struct pl011 *uart = device;

	uart->state.polls = 0;
	if (uart->state.cr & CR_LBE)
		receive(uart, (u8)value);
	else
		console_put(uart->console, (u8)value);
	uart->state.ris |= INT_TX;
}

static void write_ecr(void *device, u32 value)
{
	struct pl011 *uart = device;

	(void)value;
	uart->state.rsr = 0;
}

static u32 read_fr(void *device)
{
	struct pl011 *uart = device;

	look_for_input(uart);
	return FR_TXFE | (uart->state.rx_count == 0 ? FR_RXFE : 0) |
	       (uart->state.rx_count >= fifo_depth(uart) ? FR_RXFF : 0);
}

/* Turning the FIFOs on or off empties them. DDI 0183 3.3.7 */
static void write_lcr_h(void *device, u32 value)
{
	struct pl011 *uart = device;
	struct pl011_state *s = &uart->state;

	if ((s->lcr_h ^ value) & LCR_H_FEN) {
		s->rx_count = 0;
		s->ris &= ~(u32)(INT_RX | INT_RT);
	}
	s->lcr_h = value;
}

static u32 read_ris(void *device)
{
	struct pl011 *uart = device;

	look_for_input(uart);
	return uart->state.ris;
}

static u32 read_mis(void *device)
{
	struct pl011 *uart = device;

	return read_ris(uart) & uart->state.imsc;
}

static void write_icr(void *device, u32 value)
{
	struct pl011 *uart = device;

	uart->state.ris &= ~value;
}

/* ---- The register table ---- */

#define STORED(name) offsetof(struct pl011, state.name)
#define NONE	     PRIMECELL_NONE

/* clang-format off */
static const struct primecell_register registers[] = {
	/* offset  writable  read       write        stored in */
	{ 0x000,   0x00ff,   read_dr,   write_dr,    NONE },
	{ 0x004,   0xffff,   NULL,      write_ecr,   STORED(rsr) },
	{ 0x018,   0x0000,   read_fr,   NULL,        NONE },
	{ 0x020,   0x00ff,   NULL,      NULL,        STORED(ilpr) },
	{ 0x024,   0xffff,   NULL,      NULL,        STORED(ibrd) },
	{ 0x028,   0x003f,   NULL,      NULL,        STORED(fbrd) },
	{ 0x02c,   0x00ff,   NULL,      write_lcr_h, STORED(lcr_h) },
	{ 0x030,   0xff87,   NULL,      NULL,        STORED(cr) },
	{ 0x034,   0x003f,   NULL,      NULL,        STORED(ifls) },
	{ 0x038,   INT_ALL,  NULL,      NULL,        STORED(imsc) },
	{ 0x03c,   0x0000,   read_ris,  NULL,        NONE },
	{ 0x040,   0x0000,   read_mis,  NULL,        NONE },
	{ 0x044,   INT_ALL,  NULL,      write_icr,   NONE },
	{ 0x048,   0x0007,   NULL,      NULL,        STORED(dmacr) },
};
/* clang-format on */

static const struct primecell pl011 = {
	.registers = registers, .count = COUNT(registers), .part = 0x011, .revision = 3 /* r1p5 */
};

static bool pl011_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	struct pl011 *uart = opaque;
	bool ok = primecell_read(&pl011, uart, offset, size, value);

	update_interrupt(uart);
	return ok;
}

static bool pl011_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct pl011 *uart = opaque;
	bool ok = primecell_write(&pl011, uart, offset, size, value);

	update_interrupt(uart);
	return ok;
}

void pl011_init(struct pl011 *uart, struct console *console)
{
	uart->console = console;
	uart->state = (struct pl011_state){ .cr = CR_TXE | CR_RXE, .ifls = 0x12 };
	update_interrupt(uart);
}

void pl011_add_to_bus(struct pl011 *uart, struct bus *bus, pa_t base)
{
	bus_add(bus, &(struct device){ .name = "pl011",
			     .base = base,
			     .size = PRIMECELL_SIZE,
			     .read = pl011_read,
			     .write = pl011_write,
			     .opaque = uart,
			     .state = &uart->state,
			     .state_size = sizeof(uart->state) });
}

void pl011_transfer(struct pl011 *uart, struct archive *archive)
{
	archive_mark(archive, "pl011");
	ARCHIVE(archive, uart->state);
	archive_require(archive, uart->state.rx_count <= PL011_FIFO, "the UART's FIFO overflows");
	wire_transfer(&uart->interrupt, archive);
}
