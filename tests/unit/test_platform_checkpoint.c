/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of parts that random runs (tests/checkpoint) do not reach: code that rewrites itself,
 * resets, flash, machines that cannot be kept; and maps of pages beside arrays that say what is
 * right.
 */
#include "machine_bench.h"

#include <sys/stat.h>
#include <unistd.h>

#include "debug/hash.h"
#include "mmu/mmu.h"
#include "platform/checkpoint.h"
#include "platform/flash.h"
#include "platform/machine_private.h"
#include "platform/pages.h"
#include "platform/ram.h"
#include "sysregs/sysregs.h"
#include "timing/events.h"

/* ---- Maps of pages ---- */

enum { MAPS = 5, NUMBERS = 1500 };

/* What page `number` of a map is filled with; 0: not set. */
struct versions {
	struct pages *map[MAPS];
	u32 value[MAPS][NUMBERS];
};

static bool set_page(struct pages *map, u64 number, u32 value)
{
	u32 page[PAGES_SIZE / 4];

	for (unsigned i = 0; i < COUNT(page); i++)
		page[i] = value + i;
	return pages_set(map, number, page);
}

static void check_page(const struct versions *v, unsigned map, u64 number)
{
	const u8 *page = pages_get(v->map[map], number);
	u32 first, last;

	if (v->value[map][number] == 0) {
		assert_null(page);
		return;
	}
	assert_non_null(page);
	memcpy(&first, page, 4);
	memcpy(&last, page + PAGES_SIZE - 4, 4);
	assert_int_equal(first, v->value[map][number]);
	assert_int_equal(last, v->value[map][number] + PAGES_SIZE / 4 - 1);
}

static void check_search(const struct versions *v, unsigned a, unsigned b)
{
	u64 next = 0, difference = pages_next_difference(v->map[a], v->map[b], 0);

	for (unsigned number = 0; number < NUMBERS; number++) {
		if (v->value[a][number] == 0)
			continue;
		assert_int_equal(pages_next(v->map[a], next), number);
		next = number + 1;
	}
	assert_int_equal(pages_next(v->map[a], next), NUMBERS);
	for (unsigned number = 0; number < NUMBERS; number++) {
		bool differs = number == difference;

		assert_true(differs || v->value[a][number] == v->value[b][number]);
		if (differs)
			difference = pages_next_difference(v->map[a], v->map[b], difference + 1);
	}
	assert_int_equal(difference, NUMBERS);
}

static void maps_keep_versions(void **state)
{
	struct page_pool *pool = page_pool_create();
	struct versions *v = calloc(1, sizeof(*v));
	struct rng rng = { 8 };

	(void)state;
	for (unsigned i = 0; i < MAPS; i++)
		v->map[i] = pages_create(pool, NUMBERS);
	for (u32 n = 1; n < 6000; n++) {
		u64 r = rng_next(&rng);
		unsigned map = (unsigned)(r % MAPS), from = (unsigned)((r >> 8) % MAPS);
		unsigned number = (unsigned)((r >> 16) % NUMBERS);

		if ((r >> 40) % 16 == 0 && map != from) {
			pages_free(v->map[map]);
			v->map[map] = pages_share(v->map[from]);
			memcpy(v->value[map], v->value[from], sizeof(v->value[map]));
		} else if ((r >> 40) % 16 < 4) {
			assert_true(pages_clear(v->map[map], number));
			v->value[map][number] = 0;
		} else {
			assert_true(set_page(v->map[map], number, n << 10));
			v->value[map][number] = n << 10;
		}
		check_page(v, map, number);
		check_page(v, from, number);
		if (n % 500 == 0)
			check_search(v, map, from);
	}
	for (unsigned i = 0; i < MAPS; i++) {
		for (unsigned number = 0; number < NUMBERS; number++)
			check_page(v, i, number);
		pages_free(v->map[i]);
	}
	assert_int_equal(page_pool_bytes(pool), 0);
	page_pool_free(pool);
	free(v);
}

/* What is shared is nobody's alone. */
static void bytes_of_maps(void **state)
{
	struct page_pool *pool = page_pool_create();
	struct pages *a = pages_create(pool, NUMBERS), *b;
	u64 empty = pages_bytes(a), one;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		assert_true(set_page(a, i, i + 1));
	one = pages_bytes(a);
	assert_in_range(one, 100 * PAGES_SIZE, 102 * PAGES_SIZE + empty);
	assert_int_equal(page_pool_bytes(pool), one);
	b = pages_share(a);
	assert_int_equal(pages_bytes(a), empty);
	assert_int_equal(pages_bytes(b), empty);
	assert_int_equal(page_pool_bytes(pool), one + empty);
	assert_true(set_page(b, 7, 1));
	assert_in_range(pages_bytes(b), PAGES_SIZE, 3 * PAGES_SIZE + empty);
	assert_int_equal(page_pool_bytes(pool), one + pages_bytes(b));
	pages_free(a);
	assert_int_equal(page_pool_bytes(pool), one);
	assert_int_equal(pages_bytes(b), one);
	for (unsigned i = 0; i < 100; i++)
		assert_true(pages_clear(b, i));
	assert_int_equal(page_pool_bytes(pool), empty);
	pages_free(b);
	assert_int_equal(page_pool_bytes(pool), 0);
	page_pool_free(pool);
}

/* ---- Machines ---- */

static struct machine_config config_of(enum engine engine)
{
	struct machine_config config = machine_default_config();

	config.engine = engine;
	return config;
}

static struct machine *start(const struct machine_config *config, const u32 *words, size_t count)
{
	struct machine *machine = make_machine(config, words, count);

	memory_written(machine_memory(machine), PA(CODE), 4 * count);
	return machine;
}

static struct checkpoint *take(struct machine *machine)
{
	u64 hash = machine_hash(machine);
	struct status status;
	struct checkpoint *checkpoint = machine_checkpoint(machine, &status);

	if (checkpoint == NULL)
		fail_msg("%s", status.text);
	assert_int_equal(machine_hash(machine), hash);
	return checkpoint;
}

static void restore(struct machine *machine, const struct checkpoint *checkpoint)
{
	assert_int_equal(machine_restore(machine, checkpoint).code, STATUS_OK);
}

/* All RAM is in it, whoever wrote it. */
static void check_ram(struct machine *machine, const struct checkpoint *checkpoint)
{
	const struct ram_region *ram = memory_ram(machine_memory(machine));
	u8 page[PAGE_SIZE];

	for (u64 at = 0; at < ram->size; at += PAGE_SIZE) {
		assert_true(checkpoint_read(checkpoint, PA(ram->base.v + at), page, PAGE_SIZE));
		assert_memory_equal(page, ram->host + at, PAGE_SIZE);
	}
	assert_false(checkpoint_read(checkpoint, PA(ram->base.v + ram->size - 8), page, 9));
	assert_false(checkpoint_read(checkpoint, PA(ram->base.v - 1), page, 1));
}

/* x0 becomes more by what it was before the round, modulo 4096: the ADD is rewritten. */
static const u32 rewriting[] = {
	MOVZ(0, 1), 0x100000c2, /* adr x2, .+24 */
	0xb9400043,		/* 0: ldr w3, [x2] */
	0x12002c04,		/* and w4, w0, #0xfff */
	0x33162c83,		/* bfi w3, w4, #10, #12 */
	0xb9000043,		/* str w3, [x2] */
	0xd503201f,		/* nop */
	0x91000400,		/* add x0, x0, #1 */
	B(-6),			/* b 0b */
};

static void code_that_rewrites_itself(void **state)
{
	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine_config config = config_of(engine);
		struct machine *machine;
		struct checkpoint *checkpoint[2];
		u64 end;

		if (!cpu_engine_available(engine))
			continue;
		machine = start(&config, rewriting, COUNT(rewriting));
		machine_run(machine, 500);
		checkpoint[0] = take(machine);
		check_ram(machine, checkpoint[0]);
		machine_run(machine, 333);
		checkpoint[1] = take(machine);
		check_ram(machine, checkpoint[1]);
		machine_run(machine, 777);
		end = machine_hash(machine);
		for (unsigned i = 0; i < 6; i++) {
			restore(machine, checkpoint[i % 2]);
			machine_run(machine, i % 2 == 0 ? 333 + 777 : 777);
			assert_int_equal(machine_hash(machine), end);
		}
		checkpoint_free(checkpoint[0]);
		checkpoint_free(checkpoint[1]);
		machine_destroy(machine);
	}
}

/* x1 walks through RAM, x0 counts. */
static const u32 storing[] = {
	ADD1(0),
	0xf8020420, /* str x0, [x1], #32 */
	B(-2),
};

static struct machine *storing_machine(void)
{
	struct machine_config config = machine_default_config();
	struct machine *machine = start(&config, storing, COUNT(storing));

	machine_cpu(machine, 0)->x[1] = CODE + 0x10000;
	return machine;
}

/* The page that was written just before is written again: host TLBs had it. */
static void the_page_that_is_being_written(void **state)
{
	struct machine *machine = storing_machine();
	struct checkpoint *checkpoint;

	(void)state;
	machine_run(machine, 9000);
	checkpoint = take(machine);
	for (unsigned i = 0; i < 3; i++) {
		machine_run(machine, 20000);
		restore(machine, checkpoint);
		check_ram(machine, checkpoint);
	}
	checkpoint_free(checkpoint);
	machine_destroy(machine);
}

static void across_a_reset(void **state)
{
	struct machine *machine = storing_machine(), *fork;
	struct checkpoint *before, *after;
	struct status status;
	u64 end[2];

	(void)state;
	machine_run(machine, 3000);
	before = take(machine);
	machine_run(machine, 3000);
	end[0] = machine_hash(machine);
	machine_reset(machine);
	after = take(machine);
	check_ram(machine, after);
	end[1] = machine_hash(machine);
	restore(machine, before);
	check_ram(machine, before);
	machine_run(machine, 3000);
	assert_int_equal(machine_hash(machine), end[0]);
	restore(machine, after);
	assert_int_equal(machine_hash(machine), end[1]);
	fork = machine_fork(before, &status);
	assert_non_null(fork);
	checkpoint_free(before);
	checkpoint_free(after);
	machine_destroy(machine);
	machine_run(fork, 3000);
	assert_int_equal(machine_hash(fork), end[0]);
	machine_reset(fork);
	assert_int_equal(machine_hash(fork), end[1]);
	machine_destroy(fork);
}

/* What is cleared needs no look, but where the last checkpoint has something. */
static void a_reset_writes_nothing(void **state)
{
	struct machine *machine = storing_machine();
	const struct ram_region *ram = memory_ram(machine_memory(machine));
	u64 count = ram->size >> PAGE_SHIFT, dirty = 0;
	struct checkpoint *checkpoint;

	(void)state;
	machine_reset(machine);
	assert_int_equal(ram_next_dirty(ram, 0), count);
	for (unsigned round = 0; round < 2; round++) {
		memcpy(ram->host, storing, sizeof(storing));
		memory_written(machine_memory(machine), PA(CODE), sizeof(storing));
		machine_start(machine, CODE, 0);
		machine_cpu(machine, 0)->x[1] = CODE + 0x10000;
		machine_run(machine, 3000);
		checkpoint = take(machine);
		check_ram(machine, checkpoint);
		machine_run(machine, 9000);
		machine_reset(machine);
		dirty = 0;
		for (u64 i = ram_next_dirty(ram, 0); i < count; i = ram_next_dirty(ram, i + 1))
			dirty++;
		assert_in_range(dirty, 2, 9);
		checkpoint_free(checkpoint);
	}
	checkpoint = take(machine);
	check_ram(machine, checkpoint);
	checkpoint_free(checkpoint);
	machine_destroy(machine);
}

/* Bytes are paid for once, and given back. */
static void what_checkpoints_cost(void **state)
{
	struct machine *machine = storing_machine();
	struct checkpoint *checkpoint[10];
	u64 first, all, alone = 0;

	(void)state;
	assert_int_equal(machine_kept_bytes(machine), 0);
	checkpoint[0] = take(machine);
	first = machine_kept_bytes(machine);
	for (unsigned i = 1; i < 10; i++) {
		machine_run(machine, 3 * PAGE_SIZE / 32 * 4); /* 4 pages */
		checkpoint[i] = take(machine);
	}
	all = machine_kept_bytes(machine);
	assert_in_range(all - first, 9 * 4 * PAGE_SIZE, 9 * 14 * PAGE_SIZE);
	for (unsigned i = 0; i < 10; i++)
		alone += checkpoint_bytes(checkpoint[i]);
	assert_true(alone < all);
	for (unsigned i = 0; i < 9; i++)
		checkpoint_free(checkpoint[i]);
	assert_in_range(machine_kept_bytes(machine), 9 * 4 * PAGE_SIZE, all - 8 * PAGE_SIZE);
	assert_int_equal(checkpoint_insns(checkpoint[9]), machine_cpu(machine, 0)->insns);
	checkpoint_free(checkpoint[9]);
	machine_destroy(machine);
}

/* Versions of what was written over disks are paid for, too, by whom the disk is shared. */
static void what_disks_cost(void **state)
{
	struct machine_config config = machine_default_config();
	u32 program[] = { NOP, B(-1) };
	char path[] = "/tmp/test_checkpoint_disk_XXXXXX";
	int file = mkstemp(path);
	u8 block[DISK_BLOCK] = { 0 }, is[DISK_BLOCK];
	struct checkpoint *checkpoint[10];
	struct machine *machine, *fork;
	struct status status;
	u64 before;

	(void)state;
	assert_int_equal(ftruncate(file, 1 << 20), 0);
	config.disks = 1;
	config.disk[0] = (struct image_config){ .path = path, .snapshot = true };
	machine = start(&config, program, COUNT(program));
	checkpoint[0] = take(machine);
	before = machine_kept_bytes(machine);
	for (unsigned i = 1; i < 10; i++) {
		block[0] = (u8)i;
		assert_true(disk_write(&machine->disk[0].disk, 0, block, DISK_BLOCK));
		checkpoint[i] = take(machine);
		assert_true(machine_kept_bytes(machine) - before >= i * DISK_BLOCK);
	}
	fork = machine_fork(checkpoint[0], &status);
	assert_non_null(fork);
	assert_int_equal(machine_kept_bytes(fork), machine_kept_bytes(machine));
	before = machine_kept_bytes(machine);
	assert_true(disk_write(&fork->disk[0].disk, DISK_BLOCK, block, DISK_BLOCK));
	assert_true(machine_kept_bytes(machine) >= before + DISK_BLOCK);
	restore(machine, checkpoint[3]);
	assert_true(disk_read(&machine->disk[0].disk, 0, is, DISK_BLOCK));
	assert_int_equal(is[0], 3);
	/* what was written is over another image now */
	assert_int_equal(ftruncate(file, 2 << 20), 0);
	assert_null(machine_fork(checkpoint[0], &status));
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	assert_int_equal(ftruncate(file, 1 << 20), 0);
	assert_int_equal(
		futimens(file, (struct timespec[]){ { .tv_sec = 1 }, { .tv_sec = 1 } }), 0);
	assert_null(machine_fork(checkpoint[0], &status));
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	before = machine_kept_bytes(machine);
	for (unsigned i = 0; i < 10; i++)
		checkpoint_free(checkpoint[i]);
	assert_true(machine_kept_bytes(machine) <= before - 8 * DISK_BLOCK);
	machine_destroy(fork);
	machine_destroy(machine);
	close(file);
	unlink(path);
}

/* x0 is a count; the timer's interrupt reaches the PE as soon as that comes. */
static const u32 timer[] = {
	MOVZ(1, 0xf0),
	0xd5184601, /* msr icc_pmr_el1, x1 */
	MOVZ(1, 1),
	0xd518cce1, /* msr icc_igrpen1_el1, x1 */
	MSR_CNTP_CVAL(0),
	MSR_CNTP_CTL(1),
	WFI,
	ADD1(2),
	B(-1),
};

static void route_timer(struct machine *machine)
{
	static const struct {
		u64 pa;
		u32 value;
	} writes[] = {
		{ BOARD_GICD_BASE, 2 },			/* CTLR: group 1 */
		{ BOARD_GICR_BASE + 0x14, 0 },		/* WAKER */
		{ BOARD_GICR_BASE + 0x10080, ~0u },	/* IGROUPR0 */
		{ BOARD_GICR_BASE + 0x10100, BIT(30) }, /* ISENABLER0: CNTP */
	};

	for (unsigned i = 0; i < COUNT(writes); i++)
		assert_true(bus_write(machine_bus(machine), PA(writes[i].pa), 4, writes[i].value));
}

/* The furthest time that a guest can wait for, and one that never comes. */
static void at_the_end_of_time(void **state)
{
	static const u64 counts[] = { END_OF_TIME / COUNTER_CYCLES - 1,
		END_OF_TIME / COUNTER_CYCLES, BIT(59), ~0ull };

	(void)state;
	for (unsigned i = 0; i < COUNT(counts); i++) {
		struct machine_config config = machine_default_config();
		struct machine *machine = start(&config, timer, COUNT(timer));
		struct checkpoint *checkpoint;
		enum stop_reason reason;
		u64 end;

		route_timer(machine);
		machine_cpu(machine, 0)->x[0] = counts[i];
		reason = machine_run(machine, 1000)->reason;
		assert_int_equal(reason, i == 0 ? STOP_BUDGET : STOP_STUCK);
		checkpoint = take(machine);
		reason = machine_run(machine, 1000)->reason;
		end = machine_hash(machine);
		restore(machine, checkpoint);
		assert_int_equal(machine_run(machine, 1000)->reason, reason);
		assert_int_equal(machine_hash(machine), end);
		checkpoint_free(checkpoint);
		machine_destroy(machine);
	}
}

/* ---- Another machine's checkpoints ---- */

/* x2: the sum of what is typed. */
static const u32 reading[] = {
	MOVZ(0, 7),
	0xd45e0000, /* hlt #0xf000: SYS_READC */
	0x8b000042, /* add x2, x2, x0 */
	B(-3),
};

static struct machine *machine_with_input(int pipe_of[2], const char *text)
{
	struct machine_config config = machine_default_config();

	assert_int_equal(pipe(pipe_of), 0);
	assert_int_equal(write(pipe_of[1], text, strlen(text)), strlen(text));
	close(pipe_of[1]);
	config.console_in = pipe_of[0];
	return start(&config, reading, COUNT(reading));
}

/* The sum of the next `count` bytes. */
static u64 read_bytes(struct machine *machine, unsigned count)
{
	u64 before = machine_cpu(machine, 0)->x[2];

	machine_run(machine, 4 * count);
	return machine_cpu(machine, 0)->x[2] - before;
}

/* Its own past is replayed; behind another's the host is asked, whoever was asked before. */
static void answers_are_of_one_past(void **state)
{
	int in[2][2];
	struct machine *machine = machine_with_input(in[0], "abcdefghijkl");
	struct machine *other = machine_with_input(in[1], "xyz");
	struct checkpoint *own = take(machine), *others, *later;

	(void)state;
	assert_int_equal(read_bytes(machine, 4), 'a' + 'b' + 'c' + 'd');
	restore(machine, own);
	assert_int_equal(read_bytes(machine, 5), 'a' + 'b' + 'c' + 'd' + 'e');
	assert_int_equal(read_bytes(other, 2), 'x' + 'y');
	others = take(other);
	restore(machine, others);
	assert_int_equal(read_bytes(machine, 2), 'f' + 'g');
	later = take(machine);
	assert_int_equal(read_bytes(machine, 1), 'h');
	restore(machine, later);
	assert_int_equal(read_bytes(machine, 2), 'h' + 'i');
	restore(machine, own);
	assert_int_equal(read_bytes(machine, 1), 'j');
	restore(machine, later);
	assert_int_equal(read_bytes(machine, 1), 'k');
	checkpoint_free(own);
	checkpoint_free(others);
	checkpoint_free(later);
	machine_destroy(machine);
	machine_destroy(other);
	close(in[0][0]);
	close(in[1][0]);
}

/* What is at x1 is printed, for ever. */
static const u32 printing[] = {
	0x39400022, /* ldrb w2, [x1] */
	0x39000062, /* strb w2, [x3] */
	B(-2),
};

static void run_printing(struct machine *machine, u8 what, unsigned count)
{
	struct memory *memory = machine_memory(machine);

	memory_ram(memory)->host[0x1000] = what;
	memory_written(memory, PA(CODE + 0x1000), 1);
	machine_run(machine, 3 * count);
}

static void what_another_prints_is_shown(void **state)
{
	struct machine_config config = machine_default_config();
	struct machine *machine, *fork;
	struct checkpoint *before, *forks;
	struct status status;
	char shown[300];
	int out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	config.console_out = out[1];
	machine = start(&config, printing, COUNT(printing));
	machine_cpu(machine, 0)->x[1] = CODE + 0x1000;
	machine_cpu(machine, 0)->x[3] = BOARD_UART_BASE;
	before = take(machine);
	run_printing(machine, 'a', 100);
	fork = machine_fork(before, &status);
	assert_non_null(fork);
	run_printing(fork, 'b', 10);
	forks = take(fork);
	restore(machine, forks);
	run_printing(machine, 'b', 120);
	assert_int_equal(read(out[0], shown, sizeof(shown)), 100 + 120);
	for (unsigned i = 0; i < 100 + 120; i++)
		assert_int_equal(shown[i], i < 100 ? 'a' : 'b');
	checkpoint_free(before);
	checkpoint_free(forks);
	machine_destroy(fork);
	machine_destroy(machine);
	close(out[0]);
	close(out[1]);
}

/* ---- Flash ---- */

static u64 flash_word(struct machine *machine)
{
	u64 value = 0;

	assert_true(bus_read(machine_bus(machine), PA(BOARD_FLASH_BASE + 0x100), 4, &value));
	return value;
}

static void flash_write(struct machine *machine, u64 value)
{
	assert_true(bus_write(machine_bus(machine), PA(BOARD_FLASH_BASE + 0x100), 4, value));
}

static void flash_goes_back(void **state)
{
	struct machine_config config = machine_default_config();
	u32 program[] = { NOP, B(-1) };
	struct machine *machine, *fork;
	struct checkpoint *array, *status_mode;
	struct status status;

	(void)state;
	config.has_flash = true;
	machine = start(&config, program, COUNT(program));
	flash_write(machine, 0x200020); /* erase the block: all ones */
	flash_write(machine, 0xd000d0);
	flash_write(machine, 0xff00ff);
	assert_int_equal(flash_word(machine), 0xffffffff);
	array = take(machine);
	flash_write(machine, 0x400040); /* program a word */
	flash_write(machine, 0x12345678);
	status_mode = take(machine);
	assert_int_equal(flash_word(machine), 0x800080);
	restore(machine, array);
	assert_int_equal(flash_word(machine), 0xffffffff);
	assert_non_null(memory_find(machine_memory(machine), PA(BOARD_FLASH_BASE), 4));
	restore(machine, status_mode);
	assert_int_equal(flash_word(machine), 0x800080);
	assert_null(memory_find(machine_memory(machine), PA(BOARD_FLASH_BASE), 4));
	flash_write(machine, 0xff00ff);
	assert_int_equal(flash_word(machine), 0x12345678);
	fork = machine_fork(array, &status);
	assert_non_null(fork);
	assert_int_equal(flash_word(fork), 0xffffffff);
	machine_destroy(fork);
	checkpoint_free(array);
	checkpoint_free(status_mode);
	machine_destroy(machine);
}

/* ---- Refusals ---- */

static void what_cannot_be_kept_is_named(void **state)
{
	struct machine_config config = machine_default_config();
	struct machine *machine, *other;
	struct checkpoint *checkpoint;
	struct status status;

	(void)state;
	config.semihosting_dir = "/";
	machine = make_machine(&config, NULL, 0);
	assert_null(machine_checkpoint(machine, &status));
	assert_int_equal(status.code, STATUS_NOT_IMPLEMENTED);
	assert_non_null(strstr(status.text, "--semihosting-fs"));
	machine_destroy(machine);
	config.semihosting_dir = NULL;
	machine = make_machine(&config, NULL, 0);
	config.cpus = 2;
	other = make_machine(&config, NULL, 0);
	checkpoint = take(machine);
	assert_int_equal(machine_restore(other, checkpoint).code, STATUS_USAGE);
	machine_destroy(other);
	config.cpus = 1;
	config.share[0] = (struct machine_share){ .dir = "/", .tag = "root" };
	config.shares = 1;
	other = make_machine(&config, NULL, 0);
	assert_int_equal(machine_restore(other, checkpoint).code, STATUS_USAGE);
	checkpoint_free(checkpoint);
	machine_destroy(machine);
	machine_destroy(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_keep_versions),
		cmocka_unit_test(bytes_of_maps),
		cmocka_unit_test(code_that_rewrites_itself),
		cmocka_unit_test(the_page_that_is_being_written),
		cmocka_unit_test(across_a_reset),
		cmocka_unit_test(a_reset_writes_nothing),
		cmocka_unit_test(what_checkpoints_cost),
		cmocka_unit_test(what_disks_cost),
		cmocka_unit_test(at_the_end_of_time),
		cmocka_unit_test(answers_are_of_one_past),
		cmocka_unit_test(what_another_prints_is_shown),
		cmocka_unit_test(flash_goes_back),
		cmocka_unit_test(what_cannot_be_kept_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
