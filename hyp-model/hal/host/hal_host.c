/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict fake machine behind core/'s unit tests: memory, modes, CPUs, locks, the guest.
 * Registers are host_registers.c, interrupts host_gic.c.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arch.h"
#include "core/context.h"
#include "host_machine.h"

enum { LOCKS = 16 };

static struct {
	enum hyp_mode mode;
	void (*entry)(void);
	bool is_fixmap_mapped, is_fixmap_writable, is_pan;
	pa_t fixmap;
	struct fp_state fp;
} cpus_of_machine[HOST_CPUS];

static unsigned char *arena;
static u64 arena_size;
static const struct host_exit *script;
static size_t script_count, script_next;
static u64 serror_syndrome;
static const u32 *locks_held[LOCKS];
static size_t locks_held_count;
static void (*on_lock)(const u32 *word);
static void (*on_exchange)(const u64 *word);
static const char *command_line;
static char console[65536];
static size_t console_length;
static jmp_buf *exit_to;
static int exit_code;
static u64 cycles;

void host_reset(void)
{
	registers_reset();
	gic_reset();
	host_log_clear();
	memset(cpus_of_machine, 0, sizeof(cpus_of_machine));
	for (size_t i = 0; i < HOST_CPUS; i++)
		cpus_of_machine[i].is_pan = true; /* as a boot leaves it */
	console_length = 0;
	console[0] = '\0';
	script = NULL;
	script_count = script_next = 0;
	locks_held_count = 0;
	on_lock = NULL;
	on_exchange = NULL;
	command_line = NULL;
	arena_size = HOST_ARENA;
	if (!arena)
		arena = aligned_alloc(BLOCK_SIZE, HOST_ARENA);
	if (!arena)
		misuse("no memory", "arena");
	memset(arena, 0xa5, HOST_ARENA); /* core/ may not rely on zeros it did not write */
}

void host_script(const struct host_exit *exits, size_t count)
{
	script = exits;
	script_count = count;
	script_next = 0;
}

size_t host_script_left(void)
{
	return script_count - script_next;
}

void (*host_cpu_entry(unsigned cpu))(void)
{
	return cpus_of_machine[cpu].entry;
}

struct fp_state *host_fp(void)
{
	return &cpus_of_machine[host_this_cpu()].fp;
}

bool host_fixmap(pa_t *page, bool *is_writable)
{
	*page = cpus_of_machine[host_this_cpu()].fixmap;
	*is_writable = cpus_of_machine[host_this_cpu()].is_fixmap_writable;
	return cpus_of_machine[host_this_cpu()].is_fixmap_mapped;
}

bool host_pan(void)
{
	return cpus_of_machine[host_this_cpu()].is_pan;
}

void host_command_line(const char *line)
{
	command_line = line;
}

const char *host_console(void)
{
	return console;
}

bool host_catch_exit(void (*function)(void *argument), void *argument, int *code)
{
	jmp_buf here, *volatile outer = exit_to;
	volatile bool has_exited = false;

	exit_to = &here;
	if (setjmp(here) == 0) {
		function(argument);
	} else {
		has_exited = true;
		*code = exit_code;
	}
	exit_to = outer;
	return has_exited;
}

void host_limit_memory(u64 size)
{
	arena_size = size;
}

/* From here on: hal.h, in its order. */

void hal_putc(char c)
{
	if (console_length + 1 == sizeof(console))
		misuse("the console is full", "host_reset() more often");
	console[console_length++] = c;
	console[console_length] = '\0';
}

bool hal_command_line(char *line, size_t size)
{
	if (command_line)
		snprintf(line, size, "%s", command_line);
	return command_line != NULL;
}

unsigned hal_level(void)
{
	return 0;
}

u64 hal_call_below(u64 function, u64 a, u64 b)
{
	(void)function;
	(void)a;
	(void)b;
	misuse("hal_call_below", "there is no hypervisor below");
}

void hal_exit(int code)
{
	exit_code = code;
	if (!exit_to)
		misuse("hal_exit outside host_catch_exit", console);
	longjmp(*exit_to, 1);
}

u64 hal_cycles(void)
{
	return cycles += 10;
}

const char *hal_cycles_unit(void)
{
	return "looks";
}

struct hal_memory hal_free_memory(void)
{
	return (struct hal_memory){ PA(HOST_PA_BASE), arena_size };
}

void *hal_pa_to_va(pa_t pa)
{
	if (pa.v - HOST_PA_BASE >= HOST_ARENA)
		misuse("hal_pa_to_va", "an address outside the arena");
	return arena + (pa.v - HOST_PA_BASE);
}

static const char program[] = "no instruction of this is ever executed";

struct hal_image hal_payload_image(void)
{
	return (struct hal_image){ program, sizeof(program) };
}

struct hal_image hal_module(void)
{
	return (struct hal_image){ NULL, 0 };
}

struct hal_image hal_hyp_image(void)
{
	return (struct hal_image){ program, sizeof(program) };
}

bool hal_has_mode(enum hyp_mode mode)
{
	if (mode == MODE_NVHE) /* E2H0 is signed */
		return FGET(host_get(SR_ID_AA64MMFR4_EL1), ID_AA64MMFR4_EL1, E2H0) < 8;
	return FGET(host_get(SR_ID_AA64MMFR1_EL1), ID_AA64MMFR1_EL1, VH) != 0;
}

/*
 * Values that no constant in core/ equals, so that restoring a constant instead of what was read
 * shows (HC-1, WS-23).
 */
void hal_set_mode(enum hyp_mode mode)
{
	u64 strange_but_legal = F(HCR_EL2, APK) | F(HCR_EL2, API);
	u64 xmo = F(HCR_EL2, AMO) | F(HCR_EL2, IMO) | F(HCR_EL2, FMO);

	if (!hal_has_mode(mode))
		misuse("hal_set_mode", "this machine does not have that mode");
	if (host_level() < 2)
		misuse("hal_set_mode", "twice");
	cpus_of_machine[host_this_cpu()].mode = mode;
	host_set(SR_HCR_EL2,
		strange_but_legal | F(HCR_EL2, RW) |
			(mode == MODE_VHE ? F(HCR_EL2, E2H) | F(HCR_EL2, TGE) | xmo : 0));
	host_set(SR_MDCR_EL2, 6);
	host_set(SR_CPTR_EL2, mode == MODE_VHE ? 0x00330000 : 0x000032ff);
	host_set(SR_CNTHCTL_EL2, mode == MODE_VHE ? 0xc03 : 3);
	host_set(SR_HSTR_EL2, 0);
	host_set_level(mode == MODE_VHE ? 2 : 1);
}

u64 hal_call_hyp(hyp_function function, u64 a, u64 b)
{
	u64 result;

	if (host_level() == 2)
		return function(a, b);
	log_add(LOG_CALL_HYP, 0, 0, 0);
	context_synchronised();
	host_set_level(2);
	result = function(a, b);
	host_set_level(1);
	context_synchronised();
	log_add(LOG_CALL_RETURN, 0, 0, 0);
	return result;
}

bool hal_cpu_on(unsigned index, void (*function)(void))
{
	unsigned here = host_this_cpu();
	enum hyp_mode mode = cpus_of_machine[here].mode;

	if (index >= HOST_CPUS || index == here || cpus_of_machine[index].entry)
		return false;
	cpus_of_machine[index].entry = function;
	host_set_cpu(index);
	hal_set_mode(mode);
	host_set_cpu(here);
	return true;
}

unsigned hal_cpu_count(void)
{
	return HOST_CPUS;
}

static size_t lock_place(const u32 *word)
{
	size_t i;

	for (i = 0; i < locks_held_count && locks_held[i] != word; i++)
		;
	return i;
}

bool is_any_lock_held(void)
{
	return locks_held_count != 0;
}

void host_on_lock(void (*function)(const u32 *word))
{
	on_lock = function;
}

void hal_lock(u32 *word)
{
	void (*race)(const u32 *) = on_lock;

	on_lock = NULL;
	if (race)
		race(word);
	on_lock = race;
	if (lock_place(word) < locks_held_count || *word)
		misuse("hal_lock", "a lock that is held");
	if (locks_held_count == LOCKS)
		misuse("hal_lock", "too many locks");
	locks_held[locks_held_count++] = word;
	*word = 1;
	log_add(LOG_LOCK, 0, (u64)word, 0);
}

void hal_unlock(u32 *word)
{
	size_t i = lock_place(word);

	if (i == locks_held_count)
		misuse("hal_unlock", "a lock that is free");
	locks_held[i] = locks_held[--locks_held_count];
	*word = 0;
	log_add(LOG_UNLOCK, 0, (u64)word, 0);
}

static u64 arena_pa(const char *what, const void *va)
{
	u64 offset = (u64)((const unsigned char *)va - arena);

	if (offset >= HOST_ARENA || !is_aligned(offset, 8))
		misuse(what, "not 8 aligned bytes of the arena");
	return HOST_PA_BASE + offset;
}

void hal_write_descriptor(u64 *descriptor, u64 value)
{
	log_add(LOG_DESCRIPTOR, 0, arena_pa("hal_write_descriptor", descriptor), value);
	*descriptor = value;
}

void host_on_exchange(void (*function)(const u64 *word))
{
	on_exchange = function;
}

bool hal_compare_exchange(u64 *word, u64 *expected, u64 value)
{
	void (*race)(const u64 *) = on_exchange;
	u64 offset = (u64)((const unsigned char *)word - arena);
	u64 address = offset < HOST_ARENA ? HOST_PA_BASE + offset : (u64)word;

	if (!is_aligned((u64)word, 8))
		misuse("hal_compare_exchange", "not 8 aligned bytes");
	on_exchange = NULL;
	if (race)
		race(word);
	on_exchange = race;
	if (*word != *expected) {
		*expected = *word;
		return false;
	}
	log_add(LOG_EXCHANGE, 0, address, value);
	*word = value;
	return true;
}

void hal_zero_blocks(void *va, size_t size)
{
	memset(va, 0, size);
}

void hal_flush_dcache(const void *va, size_t size)
{
	u64 offset = (u64)((const unsigned char *)va - arena);

	log_add(LOG_FLUSH_DCACHE, 0, offset < HOST_ARENA ? HOST_PA_BASE + offset : (u64)va, size);
}

void hal_flush_icache(void)
{
	log_add(LOG_FLUSH_ICACHE, 0, 0, 0);
}

void hal_isb(void)
{
	context_synchronised();
	log_add(LOG_ISB, 0, 0, 0);
}

void hal_dsb_nsh(void)
{
	log_add(LOG_DSB_NSH, 0, 0, 0);
}

void hal_dsb_nshst(void)
{
	log_add(LOG_DSB_NSHST, 0, 0, 0);
}

void hal_dsb_ish(void)
{
	log_add(LOG_DSB_ISH, 0, 0, 0);
}

void hal_dsb_ishst(void)
{
	log_add(LOG_DSB_ISHST, 0, 0, 0);
}

void hal_fp_save(struct fp_state *to)
{
	fp_check("hal_fp_save");
	*to = *host_fp();
	log_add(LOG_FP_SAVE, 0, (u64)to, 0);
}

void hal_fp_restore(const struct fp_state *from)
{
	fp_check("hal_fp_restore");
	*host_fp() = *from;
	log_add(LOG_FP_RESTORE, 0, (u64)from, 0);
}

/* Some function of the value, the modifier and the key; the code is in the upper half. */
u64 hal_pacga(u64 value, u64 modifier)
{
	u64 mixed = (value ^ host_get(SR_APGAKeyLo_EL1)) * 0x9e3779b97f4a7c15ul + modifier;

	return (mixed ^ host_get(SR_APGAKeyHi_EL1)) & MASK(63, 32);
}

static u64 user_page[512];

u64 hal_user_load(unsigned word)
{
	return user_page[word];
}

void hal_user_store(unsigned word, u64 value)
{
	user_page[word] = value;
}

bool hal_user_is_open(void)
{
	return FGET(host_get(SR_ID_AA64MMFR1_EL1), ID_AA64MMFR1_EL1, PAN) != 0 && !host_pan();
}

bool hal_set_pan(bool is_set)
{
	if (FGET(host_get(SR_ID_AA64MMFR1_EL1), ID_AA64MMFR1_EL1, PAN) == 0)
		return false;
	cpus_of_machine[host_this_cpu()].is_pan = is_set;
	log_add(LOG_PAN, 0, 0, is_set);
	return true;
}

u64 hal_fixmap_va(void)
{
	return 0x0000444400000000 + host_this_cpu() * PAGE_SIZE;
}

void hal_fixmap_map(pa_t page, bool is_writable)
{
	if (!is_aligned(page.v, PAGE_SIZE) || page.v - HOST_PA_BASE >= HOST_ARENA)
		misuse("hal_fixmap_map", "not a page of the arena");
	cpus_of_machine[host_this_cpu()].fixmap = page;
	cpus_of_machine[host_this_cpu()].is_fixmap_writable = is_writable;
	cpus_of_machine[host_this_cpu()].is_fixmap_mapped = true;
	log_add(LOG_FIXMAP_MAP, 0, page.v, is_writable);
}

void hal_fixmap_unmap(unsigned cpu)
{
	if (cpu >= HOST_CPUS)
		misuse("hal_fixmap_unmap", "no such CPU");
	cpus_of_machine[cpu].is_fixmap_mapped = false;
	log_add(LOG_FIXMAP_UNMAP, 0, 0, cpu);
}

/* WS-14: an entry to EL2 is the panic brake {EL2h, IL}, or a bug. True: the brake. */
static bool is_entry_illegal(void)
{
	u64 pstate = host_get(SR_SPSR_EL2);

	if (bits(pstate, 3, 2) < 2 && bits(pstate, 1, 1) == 0 && !(pstate & PSTATE_nRW))
		return false;
	if (!(pstate & F(SPSR, IL)))
		misuse("hal_enter_guest", "SPSR_EL2 leads somewhere else than EL1 or EL0");
	return true;
}

static bool is_abort(u64 esr)
{
	return ESR_EC(esr) == EC_IABT_LOW || ESR_EC(esr) == EC_DABT_LOW ||
	       ESR_EC(esr) == EC_DABT_SAME;
}

u64 hal_enter_guest(struct context *guest, struct context *host)
{
	const struct host_exit *e;

	(void)host;
	if (host_level() < 2)
		misuse("hal_enter_guest", "at EL1");
	if (is_any_lock_held())
		misuse("hal_enter_guest", "with a lock held");
	if (host_get(SR_HCR_EL2) & F(HCR_EL2, TGE))
		misuse("hal_enter_guest", "with TGE=1, which is an illegal return");
	host_get(SR_ELR_EL2);
	context_synchronised();
	log_add(LOG_ENTER, 0, 0, 0);
	host_unset(SR_ESR_EL2);
	host_unset(SR_FAR_EL2);
	host_unset(SR_HPFAR_EL2);
	if (is_entry_illegal()) {
		host_set(SR_ESR_EL2, (u64)EC_ILLEGAL_STATE << ESR_EC_SHIFT | ESR_IL);
		return EXIT_IL;
	}
	if (script_next == script_count)
		misuse("hal_enter_guest", "the script is over");
	e = &script[script_next++];
	serror_syndrome = e->serror;
	if (e->guest)
		e->guest(guest);
	if (e->pc)
		host_set(SR_ELR_EL2, e->pc);
	if (e->pstate)
		host_set(SR_SPSR_EL2, e->pstate);
	if ((e->code & ~(u64)EXIT_WITH_SERROR) == EXIT_IRQ)
		return e->code; /* MUT-15: no interrupt defines a syndrome */
	host_set(SR_ESR_EL2, e->esr);
	if (is_abort(e->esr))
		host_set(SR_FAR_EL2, e->far);
	if (is_abort(e->esr) && e->hpfar)
		host_set(SR_HPFAR_EL2, e->hpfar);
	return e->code;
}

u64 hal_serror_syndrome(void)
{
	return serror_syndrome;
}
