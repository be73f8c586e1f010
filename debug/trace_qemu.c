/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions and returns in the words of QEMU's -d int, so that the two can be compared.
 */
#include "debug/trace_private.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

struct qemu_name {
	unsigned ec, number;
	const char *text;
	bool has_far;
};

static const struct qemu_name names[] = {
#define QEMU_NAME(ec, number, text, has_far) { EC_##ec, number, text, has_far },
#include "debug/trace_qemu.def"
#undef QEMU_NAME
};

static const struct qemu_name undefined = { 0, 1, "Undefined Instruction", false };
static const struct qemu_name interrupts[][4] = {
	{ [INT_IRQ] = { 0, 5, "IRQ", false },
		[INT_FIQ] = { 0, 6, "FIQ", false },
		[INT_SERROR] = { 0, 24, "Virtual SERR", false } },
	{ [INT_IRQ] = { 0, 14, "Virtual IRQ", false },
		[INT_FIQ] = { 0, 15, "Virtual FIQ", false },
		[INT_SERROR] = { 0, 24, "Virtual SERR", false } },
};

/* PSTATE bits that QEMU clears, and the architecture keeps. */
static const u64 NZCV = MASK(31, 28), DIT = BIT(24);

/* Of interrupts taken to EL1 those are virtual that EL2 has the physical ones of. */
static bool is_virtual(const struct cpu *cpu, const struct event *event)
{
	u64 routed = event->interrupt == INT_FIQ ? HCR_EL2_FMO : HCR_EL2_IMO;

	return event->to_el == EL1 && cpu->has_el2 && (effective_hcr(cpu) & routed);
}

static const struct qemu_name *name_of(const struct cpu *cpu, const struct event *event)
{
	unsigned ec = (unsigned)bits(event->esr, 31, 26);

	if (event->interrupt != INT_SYNC)
		return &interrupts[is_virtual(cpu, event)][event->interrupt];
	if (ec == EC_SVC64 && event->to_el == EL2 && event->from_el != EL2 && !is_tge(cpu))
		return &undefined; /* a fine-grained trap */
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].ec == ec)
			return &names[i];
	}
	return &undefined;
}

static void print_exception(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const struct qemu_name *name = name_of(cpu, event);
	struct trace_out *out = trace->out;

	out_printf(
		out, "Taking exception %u [%s] on CPU %u\n", name->number, name->text, cpu->index);
	out_printf(out, "...from EL%u to EL%u\n", (unsigned)event->from_el, (unsigned)event->to_el);
	/* QEMU has that of the exception before with interrupts, too */
	if (event->interrupt == INT_SYNC || event->interrupt == INT_SERROR)
		out_printf(out, "...with ESR 0x%x/0x%" PRIx64 "\n",
			(unsigned)bits(event->esr, 31, 26), event->esr);
	if (name->has_far)
		out_printf(out, "...with FAR 0x%" PRIx64 "\n", event->far);
	out_printf(out, "...with SPSR 0x%" PRIx64 "\n", event->spsr);
	out_printf(out, "...with ELR 0x%" PRIx64 "\n", event->pc);
	out_printf(out, "...to EL%u PC 0x%" PRIx64 " PSTATE 0x%" PRIx64, (unsigned)event->to_el,
		event->target, pstate_to_spsr(cpu) & ~(NZCV | DIT));
	out_line(out);
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	if (event->kind == EVENT_EXCEPTION) {
		print_exception(trace, cpu, event);
		return;
	}
	if (event->illegal)
		out_printf(trace->out,
			"Illegal exception return at EL%u: resuming execution at 0x%" PRIx64,
			(unsigned)event->from_el, event->target);
	else
		out_printf(trace->out,
			"Exception return from AArch64 EL%u to AArch64 EL%u PC 0x%" PRIx64,
			(unsigned)event->from_el, (unsigned)event->to_el, event->target);
	out_line(trace->out);
}

const struct trace_writer trace_qemu_writer = { .event = print };
