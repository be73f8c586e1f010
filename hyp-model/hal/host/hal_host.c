/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict fake machine behind core/'s unit tests. It knows which accesses are wrong, and aborts
 * on them; it does not know what is right, that is the tests' business.
 */
#include "hal_host.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arch.h"
#include "core/context.h"

static struct {
	u64 value;
	bool is_set;
} registers[HOST_REG_COUNT];

static const char *const names[HOST_REG_COUNT] = {
#define SYSREG(name, ...) #name,
#include "sysregs/sysreg.def"
#undef SYSREG
};

/* What a register's other name is, by the rows that have two: SCTLR_EL12 is SCTLR_EL1. */
static const struct {
	enum host_reg plain, alias;
} aliases[] = {
#define CTX(class, name, nvhe, vhe) { SR_##nvhe, SR_##vhe },
#include "core/context.def"
#undef CTX
};

static struct log_entry log_entries[65536];
static size_t log_count;

static unsigned char *arena;
static u64 arena_size;
static const struct host_exit *script;
static size_t script_count, script_next;
static u64 at_result;
static bool is_at_result_set;
static const char *command_line;
static char console[65536];
static size_t console_length;
static jmp_buf *exit_to;
static int exit_code;
static u64 cycles;

static _Noreturn void misuse(const char *what, const char *name)
{
	fprintf(stderr, "hal/host: %s: %s\n", what, name);
	abort();
}

static void log_add(enum log_kind kind, enum host_reg reg, u64 address, u64 value)
{
	if (log_count == COUNT(log_entries))
		misuse("the log is full", "host_log_clear() more often");
	log_entries[log_count++] = (struct log_entry){ kind, reg, address, value };
}

static bool is_e2h(void)
{
	return registers[SR_HCR_EL2].is_set && (registers[SR_HCR_EL2].value & F(HCR_EL2, E2H));
}

/* HW-1 and HW-2: which storage a name means, or that it means nothing. */
static enum host_reg storage_of(enum host_reg reg)
{
	for (size_t i = 0; i < COUNT(aliases); i++) {
		if (aliases[i].plain == aliases[i].alias)
			continue;
		if (reg == aliases[i].alias) {
			if (!is_e2h())
				misuse("UNDEFINED with E2H=0", names[reg]);
			return aliases[i].plain;
		}
		if (reg == aliases[i].plain && is_e2h())
			misuse("with E2H=1 this name means the EL2 register", names[reg]);
	}
	return reg;
}

u64 host_read(enum host_reg reg)
{
	enum host_reg storage = storage_of(reg);

	if (!registers[storage].is_set)
		misuse("read of a register that nothing has set", names[reg]);
	log_add(LOG_READ, reg, 0, registers[storage].value);
	return registers[storage].value;
}

void host_write(enum host_reg reg, u64 value)
{
	enum host_reg storage = storage_of(reg);

	registers[storage].value = value;
	registers[storage].is_set = true;
	log_add(LOG_WRITE, reg, 0, value);
}

void host_set(enum host_reg reg, u64 value)
{
	registers[reg].value = value;
	registers[reg].is_set = true;
}

static void unset(enum host_reg reg)
{
	registers[reg].is_set = false;
}

u64 host_get(enum host_reg reg)
{
	if (!registers[reg].is_set)
		misuse("host_get of a register that nothing has set", names[reg]);
	return registers[reg].value;
}

const char *host_reg_name(enum host_reg reg)
{
	return names[reg];
}

void host_reset(void)
{
	memset(registers, 0, sizeof(registers));
	log_count = 0;
	console_length = 0;
	console[0] = '\0';
	script = NULL;
	script_count = script_next = 0;
	is_at_result_set = false;
	command_line = NULL;
	arena_size = HOST_ARENA;
	if (!arena)
		arena = aligned_alloc(BLOCK_SIZE, HOST_ARENA);
	if (!arena)
		misuse("no memory", "arena");
	memset(arena, 0xa5, HOST_ARENA); /* core/ may not rely on zeros it did not write */
	host_set(SR_MIDR_EL1, 0x410fd0f0);
	host_set(SR_ID_AA64PFR0_EL1, 0x1111);
	host_set(SR_ID_AA64MMFR0_EL1, 0x1122);
	host_set(SR_ID_AA64MMFR1_EL1, 0x110120); /* PAN, LO, VH, VMIDBits 16 */
	host_set(SR_ID_AA64ISAR0_EL1, 0x210000);
}

void host_log_clear(void)
{
	log_count = 0;
}

size_t host_log_count(void)
{
	return log_count;
}

const struct log_entry *host_log(size_t i)
{
	return &log_entries[i];
}

static int entry_text(char *text, size_t size, const struct log_entry *e)
{
	static const char *const kinds[] = {
		[LOG_ISB] = "ISB",
		[LOG_DSB_NSH] = "DSB NSH",
		[LOG_DSB_ISH] = "DSB ISH",
		[LOG_DSB_ISHST] = "DSB ISHST",
		[LOG_TLBI_VMALLE1IS] = "TLBI VMALLE1IS",
		[LOG_TLBI_VMALLS12E1IS] = "TLBI VMALLS12E1IS",
		[LOG_FLUSH_DCACHE] = "flush D",
		[LOG_FLUSH_ICACHE] = "flush I",
		[LOG_ENTER] = "guest",
	};

	switch (e->kind) {
	case LOG_READ: return 0;
	case LOG_WRITE: return snprintf(text, size, "%s=0x%lx\n", names[e->reg], e->value);
	case LOG_DESCRIPTOR: return snprintf(text, size, "[0x%lx]=0x%lx\n", e->address, e->value);
	case LOG_TLBI_IPAS2E1IS: return snprintf(text, size, "TLBI IPAS2E1IS 0x%lx\n", e->value);
	case LOG_AT_S1E1R: return snprintf(text, size, "AT S1E1R 0x%lx\n", e->value);
	default: return snprintf(text, size, "%s\n", kinds[e->kind]);
	}
}

const char *host_log_text(void)
{
	static char text[65536];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < log_count && length < sizeof(text) - 80; i++)
		length += (size_t)entry_text(text + length, sizeof(text) - length, &log_entries[i]);
	return text;
}

void host_script(const struct host_exit *exits, size_t count)
{
	script = exits;
	script_count = count;
	script_next = 0;
}

void host_at_result(u64 par)
{
	at_result = par;
	is_at_result_set = true;
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

struct hal_image hal_guest_image(void)
{
	static const char program[] = "no instruction of this is ever executed";

	return (struct hal_image){ program, sizeof(program) };
}

bool hal_has_mode(enum hyp_mode mode)
{
	if (mode == MODE_NVHE) /* E2H0 is signed */
		return FGET(registers[SR_ID_AA64MMFR4_EL1].value, ID_AA64MMFR4_EL1, E2H0) < 8;
	return FGET(registers[SR_ID_AA64MMFR1_EL1].value, ID_AA64MMFR1_EL1, VH) != 0;
}

/*
 * Values that no constant in core/ equals, so that restoring a constant instead of what was read
 * shows (HC-1).
 */
void hal_set_mode(enum hyp_mode mode)
{
	u64 strange_but_legal = F(HCR_EL2, APK) | F(HCR_EL2, API);

	host_set(SR_HCR_EL2, strange_but_legal | F(HCR_EL2, RW) |
				     (mode == MODE_VHE ? F(HCR_EL2, E2H) | F(HCR_EL2, TGE) : 0));
	host_set(SR_MDCR_EL2, 6);
	host_set(SR_CPTR_EL2, mode == MODE_VHE ? 0x00330000 : 0x000032ff);
}

void hal_write_descriptor(u64 *descriptor, u64 value)
{
	u64 offset = (u64)((unsigned char *)descriptor - arena);

	if (offset >= HOST_ARENA || !is_aligned(offset, 8))
		misuse("hal_write_descriptor", "not a descriptor in the arena");
	*descriptor = value;
	log_add(LOG_DESCRIPTOR, 0, HOST_PA_BASE + offset, value);
}

void hal_flush_dcache(const void *va, size_t size)
{
	log_add(LOG_FLUSH_DCACHE, 0, (u64)((const unsigned char *)va - arena) + HOST_PA_BASE, size);
}

void hal_flush_icache(void)
{
	log_add(LOG_FLUSH_ICACHE, 0, 0, 0);
}

void hal_isb(void)
{
	log_add(LOG_ISB, 0, 0, 0);
}

void hal_dsb_nsh(void)
{
	log_add(LOG_DSB_NSH, 0, 0, 0);
}

void hal_dsb_ish(void)
{
	log_add(LOG_DSB_ISH, 0, 0, 0);
}

void hal_dsb_ishst(void)
{
	log_add(LOG_DSB_ISHST, 0, 0, 0);
}

/* HW-6: with {E2H,TGE}={1,1} these would invalidate the host's entries. */
static void tlbi(enum log_kind kind, u64 operand)
{
	u64 in_host = F(HCR_EL2, E2H) | F(HCR_EL2, TGE);

	if ((host_get(SR_HCR_EL2) & in_host) == in_host)
		misuse("TLBI of the EL1&0 regime", "with {E2H,TGE}={1,1} it means EL2&0");
	log_add(kind, 0, 0, operand);
}

void hal_tlbi_ipas2e1is(u64 ipa_page)
{
	tlbi(LOG_TLBI_IPAS2E1IS, ipa_page);
}

void hal_tlbi_vmalle1is(void)
{
	tlbi(LOG_TLBI_VMALLE1IS, 0);
}

void hal_tlbi_vmalls12e1is(void)
{
	tlbi(LOG_TLBI_VMALLS12E1IS, 0);
}

void hal_at_s1e1r(u64 va)
{
	if (!is_at_result_set)
		misuse("AT S1E1R", "no test gave host_at_result()");
	if (host_get(SR_HCR_EL2) & F(HCR_EL2, TGE))
		misuse("AT S1E1R", "with TGE=1 it does not ask the guest");
	log_add(LOG_AT_S1E1R, 0, 0, va);
	host_set(SR_PAR_EL1, at_result);
	is_at_result_set = false;
}

static bool is_abort(u64 esr)
{
	return ESR_EC(esr) == EC_IABT_LOW || ESR_EC(esr) == EC_DABT_LOW;
}

u64 hal_enter_guest(struct context *guest, struct context *host)
{
	const struct host_exit *e;

	(void)host;
	if (script_next == script_count)
		misuse("hal_enter_guest", "the script is over");
	if (host_get(SR_HCR_EL2) & F(HCR_EL2, TGE))
		misuse("hal_enter_guest", "with TGE=1, which is an illegal return");
	host_get(SR_ELR_EL2);
	host_get(SR_SPSR_EL2);
	log_add(LOG_ENTER, 0, 0, 0);
	e = &script[script_next++];
	if (e->guest)
		e->guest(guest);
	if (e->pc)
		host_set(SR_ELR_EL2, e->pc);
	unset(SR_ESR_EL2);
	unset(SR_FAR_EL2);
	unset(SR_HPFAR_EL2);
	if (e->code != EXIT_TRAP)
		return e->code;
	host_set(SR_ESR_EL2, e->esr);
	if (is_abort(e->esr))
		host_set(SR_FAR_EL2, e->far);
	if (is_abort(e->esr) && e->hpfar)
		host_set(SR_HPFAR_EL2, e->hpfar);
	return e->code;
}
