/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile debugger of a small live machine: any bytes, and packets that make sense or nearly.
 * What must hold: the server answers in frames, no sanitizer complains, and the machine still runs.
 */
#include <stdarg.h>

#include "debug/gdb.h"
#include "fuzz.h"

enum { MOST_INSNS = 3000 };
#define RAM ((u64)0x40000000)

/* x2 = 0x40010000; again: x1++; store x1 there; hvc; branch to `again`. EL2's vectors lead there,
 * too. */
static const u32 program[] = { 0xd2a80022, 0x91000421, 0xf9000041, 0xd53c1103, 0x17fffffd };

struct debugger {
	const u8 *data;
	size_t size, at;
	unsigned connections;
	unsigned frame; /* where in `$data#sum` the answers are */
};

static bool do_connect(void *opaque)
{
	struct debugger *debugger = opaque;

	return debugger->connections++ < 2;
}

static void do_disconnect(void *opaque)
{
	(void)opaque;
}

/* A byte 0xff is a lost connection. */
static int do_read(void *opaque, void *data, size_t size, bool waits)
{
	struct debugger *debugger = opaque;
	size_t count = 0;

	while (count < size && debugger->at < debugger->size &&
		debugger->data[debugger->at] != 0xff)
		((u8 *)data)[count++] = debugger->data[debugger->at++];
	if (count == 0 && debugger->at < debugger->size) {
		debugger->at++;
		return -1;
	}
	return count > 0 ? (int)count : waits ? -1 : 0;
}

/* Acknowledgements stand between frames, `$` and `#` nowhere else. */
static bool do_write(void *opaque, const void *data, size_t size)
{
	enum { OUTSIDE, DATA, SUM };
	struct debugger *debugger = opaque;
	const u8 *bytes = data;

	for (size_t i = 0; i < size; i++) {
		switch (debugger->frame) {
		case OUTSIDE:
			ENT_BUG_ON(bytes[i] != '$' && bytes[i] != '+' && bytes[i] != '-');
			debugger->frame = bytes[i] == '$' ? DATA : OUTSIDE;
			break;
		case DATA:
			ENT_BUG_ON(bytes[i] == '$');
			debugger->frame = bytes[i] == '#' ? SUM : DATA;
			break;
		case SUM: debugger->frame++; break;
		default: debugger->frame = OUTSIDE;
		}
	}
	return true;
}

static void say_nothing(const char *line)
{
	(void)line;
}

static struct status explain_nothing(const struct cpu *cpu, const char *instruction, FILE *out)
{
	(void)cpu;
	fprintf(out, "%s\n", instruction);
	return status_ok();
}

static struct machine *create_machine(void)
{
	struct machine_config config = machine_default_config();
	struct status status;
	struct machine *machine;

	config.profile = "v8.4-nv2";
	config.ram_size = 1 << 20;
	config.cpus = 2;
	config.engine = ENGINE_STEP;
	config.console_in = config.console_out = config.console_err = -1;
	machine = machine_create(&config, &status);
	ENT_BUG_ON(machine == NULL);
	memcpy(memory_ram(machine_memory(machine))->host, program, sizeof(program));
	machine_start(machine, RAM, RAM + sizeof(program));
	return machine;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct machine *machine = create_machine();
	struct observers observers = { 0 };
	struct worlds worlds;
	struct transitions transitions;
	struct debugger debugger = { .data = data, .size = size };
	struct gdb_config config = { .machine = machine,
		.observers = &observers,
		.worlds = &worlds,
		.transitions = &transitions,
		.transport = { do_connect, do_disconnect, do_read, do_write, &debugger },
		.most_insns = MOST_INSNS,
		.memory = 1 << 20,
		.explain = explain_nothing,
		.say = say_nothing };
	struct observer observer;
	struct status status;
	struct gdb *gdb;

	worlds_init(&worlds);
	ENT_BUG_ON(!transitions_init(&transitions, &worlds, 16));
	observer = worlds_observer(&worlds);
	observers_add(&observers, machine, &observer);
	observer = transitions_observer(&transitions);
	observers_add(&observers, machine, &observer);
	gdb = gdb_create(&config, &status);
	ENT_BUG_ON(gdb == NULL);
	gdb_serve(gdb);
	ENT_BUG_ON(debugger.frame != 0 && debugger.frame != 1);
	gdb_destroy(gdb);
	machine_run(machine, 100);
	transitions_free(&transitions);
	machine_destroy(machine);
	return 0;
}

#ifndef ENT_LIBFUZZER

/* %x: a number, often one that means something; %b: bytes in digits; %s: any characters. */
static const char *const packets[] = { "qSupported:swbreak+;hwbreak+", "QStartNoAckMode", "?", "qC",
	"g", "G%b", "p%x", "P%x=%b", "m%x,%x", "M%x,%x:%b", "X%x,%x:%s", "Z0,%x,4", "Z1,%x,4",
	"Z2,%x,%x", "Z3,%x,%x", "Z4,%x,%x", "z0,%x,4", "z2,%x,%x", "z4,%x,%x", "vCont;c",
	"vCont;s:%x", "vCont;r%x,%x:%x", "vCont;C05:1;s:2;c", "c", "s", "c%x", "s%x", "C05",
	"S05;%x", "bc", "bs", "Hg%x", "Hc%x", "T%x", "qThreadExtraInfo,%x",
	"qXfer:features:read:target.xml:%x,%x", "Qqemu.PhyMemMode:%x", "qqemu.PhyMemMode",
	"qRcmd,656c", "qRcmd,68656c70", "qRcmd,74696d65", "qRcmd,%b", "D", "k", "%s" };

static const char *const monitors[] = { "walk 0x%x", "walk pc --regime s2", "walk sp --regime el1",
	"walk 0x%x --regime el2", "explain", "explain 0x%x", "transitions %x", "who-wrote x1",
	"who-wrote 0x%x/%x", "who-wrote pte pc", "who-wrote hcr_el2", "sys *", "sys %s",
	"memory el1", "memory s2", "memory physical", "memory current", "phys on", "phys off",
	"snapshot", "%s" };

static const u64 places[] = { 0, 1, 4, 8, RAM, RAM + 4, RAM + 8, RAM + 0xc, 0x40010000, 0x400ffffc,
	0x09000000, 0x20, 0x21, 0x44, 0x100, 0x200, ~(u64)0, ~(u64)0 - 3, (u64)1 << 63, 0x8000 };

struct maker {
	struct rng *rng;
	char data[4096];
	size_t size;
};

static void put(struct maker *maker, char byte)
{
	if (maker->size < sizeof(maker->data))
		maker->data[maker->size++] = byte;
}

static void put_text(struct maker *maker, const char *format, ...)
{
	char text[64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *at = text; *at != '\0'; at++)
		put(maker, *at);
}

static u64 any(struct maker *maker, u64 most)
{
	return rng_next(maker->rng) % most;
}

static void put_template(struct maker *maker, const char *template)
{
	for (; *template != '\0'; template ++) {
		if (*template != '%') {
			put(maker, *template);
			continue;
		}
		switch (*++template) {
		case 'x':
			put_text(maker, "%" PRIx64,
				any(maker, 4) == 0 ? rng_next(maker->rng) >> any(maker, 64)
						   : places[any(maker, COUNT(places))]);
			break;
		case 'b':
			for (u64 count = any(maker, 40); count > 0; count--)
				put_text(maker, "%02x", (unsigned)any(maker, 256));
			break;
		default:
			for (u64 count = any(maker, 20); count > 0; count--)
				put(maker, (char)any(maker, 256));
		}
	}
}

/* A monitor command as qRcmd wants it. */
static void put_monitor(struct maker *maker)
{
	struct maker line = { .rng = maker->rng };

	put_template(&line, monitors[any(maker, COUNT(monitors))]);
	put_text(maker, "qRcmd,");
	for (size_t i = 0; i < line.size; i++)
		put_text(maker, "%02x", (unsigned)(u8)line.data[i]);
}

static void put_packet(struct maker *maker)
{
	size_t begin = maker->size + 1;
	u8 sum = 0;

	put(maker, '$');
	if (any(maker, 4) == 0)
		put_monitor(maker);
	else
		put_template(maker, packets[any(maker, COUNT(packets))]);
	if (any(maker, 16) == 0 && maker->size > begin)
		maker->data[begin + any(maker, maker->size - begin)] = (char)any(maker, 256);
	for (size_t i = begin; i < maker->size; i++)
		sum += (u8)maker->data[i];
	if (any(maker, 32) == 0)
		sum++;
	put_text(maker, "#%02x", (unsigned)sum);
}

static void make_input(struct rng *rng)
{
	struct maker maker = { .rng = rng };

	for (u64 count = any(&maker, 30); count > 0; count--) {
		if (any(&maker, 20) == 0)
			put(&maker, (char)any(&maker, 256));
		put_packet(&maker);
	}
	fuzz_input(maker.data, maker.size);
}

int main(int argc, char **argv)
{
	return fuzz_main(argc, argv, 3000, make_input);
}

#endif
