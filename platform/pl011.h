/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PrimeCell UART PL011, r1p5 (Arm DDI 0183): every register, 32-byte FIFOs. Sending takes no time.
 */
#ifndef ENT_PLATFORM_PL011_H
#define ENT_PLATFORM_PL011_H

#include "platform/bus.h"
#include "platform/console.h"
#include "platform/wire.h"

enum { PL011_FIFO = 32 };

/* What a guest can observe. Registers that only hold what was written carry their own name. */
struct pl011_state {
	u32 rsr, ilpr, ibrd, fbrd, lcr_h, cr, ifls, imsc, ris, dmacr;
	u32 rx[PL011_FIFO]; /* 11:8 errors, 7:0 data; oldest first */
	u32 rx_count;
	u32 polls; /* reads of FR or the like in a row that found nothing; 16 and more are alike */
};

struct pl011 {
	struct pl011_state state;
	struct console *console;
	struct wire interrupt; /* UARTINTR */
};

void pl011_init(struct pl011 *uart, struct console *console);
void pl011_add_to_bus(struct pl011 *uart, struct bus *bus, pa_t base);
void pl011_transfer(struct pl011 *uart, struct archive *archive);

/* Has a driver enabled the interrupt of input? */
bool pl011_is_open(const struct pl011 *uart);
/* Would input raise UARTINTR, which is low? */
bool pl011_waits_for_input(const struct pl011 *uart);
/*
 * The guest does nothing until it is interrupted: takes as much input as that needs, waiting for
 * the host. true: UARTINTR has risen.
 */
bool pl011_take_input(struct pl011 *uart);
/*
 * Takes what somebody typed, as much as the FIFO holds, whether the guest waits for it or not. What
 * is typed before a driver has enabled the interrupt is left for it: it would empty the FIFO first.
 */
void pl011_take_keys(struct pl011 *uart);

#endif
