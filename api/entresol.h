/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol.h - an arm64 machine as a C library, for tests of software that runs on one.
 *
 * A machine has one PE (processing element), RAM at ENT_RAM_BASE and the board's devices. It is
 * made with the features of a CPU profile, put into a state, told to run one instruction or many,
 * and asked what became of it. Nothing depends on the host's time, addresses or threads: the same
 * calls give the same results everywhere.
 *
 *	struct ent_machine *m = ent_create(&(struct ent_config){ .profile = "v8.4-nv2" }, NULL, 0);
 *
 *	ent_set_field(m, ENT_FIELD(HCR_EL2, TVM), 1);
 *	ent_set_pstate(m, ENT_EL1h);
 *	ent_execute(m, ENT_MSR(ENT_SCTLR_EL1, 0));
 *	printf("%s\n", ent_last_exception(m)->text);
 *	ent_destroy(m);
 *
 * Names are those of the Arm Architecture Reference Manual (DDI 0487), checked by the compiler: a
 * register REG is ENT_REG, a field of it the mask ENT_REG_FIELD, an exception class ENT_EC_CLASS.
 *
 * Errors. No call ends the process because of its arguments. A function that can fail says so by a
 * value of enum ent_error; one that returns something else returns 0 then. In both cases the
 * machine remembers the first error and its text, until ent_clear_error(): a test may make many
 * calls and ask once. `m` is a machine of ent_create(); NULL is an error like others.
 *
 * Threads. Different machines may be used by different threads, one machine by one at a time.
 */
#ifndef ENTRESOL_H
#define ENTRESOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_machine;

enum ent_error {
	ENT_OK = 0,
	ENT_ERROR_ARGUMENT, /* a NULL pointer, a number out of its range */
	ENT_ERROR_HOST,	    /* the host has no memory */
	ENT_ERROR_REGISTER, /* no such register in this profile, or it is an operation */
	ENT_ERROR_ACCESS,   /* read-only where written, write-only where read */
	ENT_ERROR_VALUE,    /* bits that are RES0 there, a PSTATE that no PE can have */
	ENT_ERROR_MEMORY,   /* not in RAM */
	ENT_ERROR_PC,	    /* no instruction can be fetched from RAM at the PC */
	ENT_ERROR_ASSEMBLY  /* not understood */
};

/* The first error since creation or ent_clear_error(), ENT_OK if there was none. */
enum ent_error ent_error(const struct ent_machine *m);
/* One line about it, "" if there was none. Valid until the next call with this machine. */
const char *ent_error_text(const struct ent_machine *m);
void ent_clear_error(struct ent_machine *m);

/* ---- Names ---- */

/* A register or operation by its encoding, with a name or without: MRS
 * S<op0>_<op1>_C<n>_C<m>_<op2>. Each number in its range of DDI 0487 C5.1: op0 0..3, op1 0..7, CRn
 * 0..15, CRm 0..15, op2 0..7. */
#define ENT_SYSREG(op0, op1, crn, crm, op2)                                                        \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

/* Registers and SYS operations by name: ENT_SCTLR_EL1, ENT_TLBI_VAE1IS. */
enum ent_register {
#define SYSREG(name, op0, op1, crn, crm, op2, ...) ENT_##name = ENT_SYSREG(op0, op1, crn, crm, op2),
#include "sysregs/sysreg.def"
#undef SYSREG
};

/* Fields of registers as masks in place: ENT_HCR_EL2_TVM. Of registers with two formats, those of
 * HCR_EL2.E2H = 1 are called E2H_: ENT_CPTR_EL2_E2H_FPEN. SPSR is the format of all SPSR_ELx. */
#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const uint64_t ENT_##reg##_##field =                        \
		(UINT64_MAX >> (63 - (high))) & (UINT64_MAX << (low));
#include "sysregs/fields.def"
#undef FIELD

/* Two arguments, register and field: ent_set_field(m, ENT_FIELD(HCR_EL2, TVM), 1). */
#define ENT_FIELD(reg, field) ENT_##reg, ENT_##reg##_##field

/* Exception classes, ESR_ELx.EC: ENT_EC_SYSREG. */
enum ent_ec {
#define EC(name, value, text) ENT_EC_##name = value,
#include "exceptions/ec.def"
#undef EC
};

/* Instructions on system registers, with Xt = Xn, n 0..31 (31: XZR). SYS takes an operation. */
#define ENT_MSR(reg, rt) (0xd5000000u | (uint32_t)(reg) << 5 | (uint32_t)(rt))
#define ENT_MRS(reg, rt) (0xd5200000u | (uint32_t)(reg) << 5 | (uint32_t)(rt))
#define ENT_SYS(op, rt)	 ENT_MSR(op, rt)

/* ---- A machine ---- */

/* Zero, or NULL, is the default everywhere. */
struct ent_config {
	const char *profile; /* "v8.0", "v8.1", "v8.3-nv", "v8.4-nv2", "max"; default "v8.4-nv2" */
	uint64_t ram_size;   /* bytes, a multiple of 4096, at least that; default 1 MiB */
	bool without_el2;    /* the PE has EL0 and EL1 only, and starts at EL1 */
	/* What the architecture leaves open, by names and values of docs/CHOICES.md, with spaces
	 * between: "e2h=res1 hpfar_permission=unknown". */
	const char *choices;
	/*
	 * What time is of: "functional", or NULL, where one instruction is one cycle; or the name
	 * of a model, ent_timing_model(). Settings are NAME=VALUE of `entresol run --timing-set`,
	 * with spaces between: "mispredict=9 load.latency=4".
	 */
	const char *timing, *timing_settings;
};

/* RAM begins here, physically. */
#define ENT_RAM_BASE UINT64_C(0x40000000)

/*
 * Makes a machine after cold reset: the highest EL with its own stack pointer, PSTATE.DAIF = 1111,
 * PC = ENT_RAM_BASE, X0..X30 = 0, MMU off, RAM zero. config: NULL for all defaults. NULL: it
 * failed, and `text` (of `size` bytes, at least 1; or NULL) says why in one line.
 */
struct ent_machine *ent_create(const struct ent_config *config, char *text, size_t size);
/* Frees a machine; NULL is allowed. */
void ent_destroy(struct ent_machine *m);

/* ---- State of the PE ---- */

/* X0..X30. n: 0..30. */
uint64_t ent_x(struct ent_machine *m, unsigned n);
enum ent_error ent_set_x(struct ent_machine *m, unsigned n, uint64_t value);

/* V0..V31, low half first. n: 0..31. ent_v() fills value[] with 0 on an error. */
enum ent_error ent_v(struct ent_machine *m, unsigned n, uint64_t value[2]);
enum ent_error ent_set_v(struct ent_machine *m, unsigned n, const uint64_t value[2]);

/* The virtual address of the next instruction. Any value; what is not a multiple of 4 faults when
 * it is executed. */
uint64_t ent_pc(struct ent_machine *m);
enum ent_error ent_set_pc(struct ent_machine *m, uint64_t pc);

/* EL and stack pointer as PSTATE has them in SPSR_ELx.M. */
enum { ENT_EL0t = 0, ENT_EL1t = 4, ENT_EL1h = 5, ENT_EL2t = 8, ENT_EL2h = 9 };

/*
 * PSTATE in the format of SPSR_ELx: M, the flags, DAIF, and what the profile has. Setting it
 * changes all of it, as an exception return would, but in any direction: ENT_EL1h | ENT_SPSR_I.
 * Error ENT_ERROR_VALUE, nothing changed: an EL that the machine has not, AArch32, fields of
 * features that the profile lacks, or M<3:0> = 0001.
 */
uint64_t ent_pstate(struct ent_machine *m);
enum ent_error ent_set_pstate(struct ent_machine *m, uint64_t pstate);
/* PSTATE.EL: 0..2. */
unsigned ent_el(struct ent_machine *m);

/*
 * A system register by its own name, whatever the current EL and whatever traps: what MRS would
 * return and MSR would do if the access were allowed. ENT_SP_EL2 is one too. Errors:
 * ENT_ERROR_REGISTER, ENT_ERROR_ACCESS. _EL12 and _EL02 names are refused: they are other names of
 * the register.
 *
 * Getting has no effect: ENT_ICC_IAR1_EL1 says what an MRS would acknowledge.
 *
 * Setting has the effects of a write: RES0 and RES1 bits of the profile keep their value, and
 * timers, translations and traps follow. ENT_ERROR_VALUE: a bit of `value` is RES0; the rest was
 * written. Registers with two formats take the one of the current HCR_EL2.E2H: set HCR_EL2 first.
 */
uint64_t ent_get(struct ent_machine *m, uint32_t reg);
enum ent_error ent_set(struct ent_machine *m, uint32_t reg, uint64_t value);

/* A field: `mask` is its bits in place, `value` as a number from bit 0. ENT_ERROR_VALUE: it does
 * not fit.
 */
uint64_t ent_get_field(struct ent_machine *m, uint32_t reg, uint64_t mask);
enum ent_error ent_set_field(struct ent_machine *m, uint32_t reg, uint64_t mask, uint64_t value);

/* "SCTLR_EL1" of an encoding, NULL if it has no name. */
const char *ent_register_name(uint32_t reg);

/* Interrupt inputs of the PE. level: asserted or not. */
enum ent_line { ENT_IRQ, ENT_FIQ, ENT_SERROR, ENT_VIRQ, ENT_VFIQ };
enum ent_error ent_set_line(struct ent_machine *m, enum ent_line line, bool level);

/* ---- RAM, by physical address ---- */

/* Copies `size` bytes. ENT_ERROR_MEMORY, nothing copied: not all of it is RAM. A write is one of
 * another observer: the PE's TLB keeps what it has. */
enum ent_error ent_read_ram(struct ent_machine *m, uint64_t pa, void *data, size_t size);
enum ent_error ent_write_ram(struct ent_machine *m, uint64_t pa, const void *data, size_t size);
/* 64 bits, little-endian; any address. */
uint64_t ent_ram64(struct ent_machine *m, uint64_t pa);
enum ent_error ent_set_ram64(struct ent_machine *m, uint64_t pa, uint64_t value);

/* ---- Running ---- */

/* Why ent_run() returned. */
enum ent_stop {
	ENT_STOP_BUDGET, /* the instructions asked for were executed */
	ENT_STOP_EXIT,	 /* the guest ended the machine: semihosting exit, PSCI SYSTEM_OFF */
	ENT_STOP_RESET,	 /* PSCI SYSTEM_RESET */
	ENT_STOP_STUCK, /* no progress possible: WFI that nothing ends, a handler that faults itself
			 */
	ENT_STOP_NOT_IMPLEMENTED, /* the run met what Entresol does not have */
	ENT_STOP_ERROR		  /* m is NULL */
};

/* Runs `count` instructions, fewer if something stops the machine. One that faults counts, an
 * interrupt does not. */
enum ent_stop ent_run(struct ent_machine *m, uint64_t count);
/* One line about the last stop, "" for ENT_STOP_BUDGET. Valid until the next call of ent_run(). */
const char *ent_stop_text(const struct ent_machine *m);

/*
 * Stores an instruction where the next one is fetched from: in RAM, at the PC as translated now.
 * ENT_ERROR_PC: the PC is not aligned, or does not lead to RAM that may be executed. May fill the
 * TLB, as the fetch will.
 */
enum ent_error ent_place(struct ent_machine *m, uint32_t word);
/* ent_place() and ent_run() of one instruction. */
enum ent_error ent_execute(struct ent_machine *m, uint32_t word);

/*
 * The word of one instruction. System instructions by their mnemonics (msr, mrs, tlbi, at, dc, ic,
 * wfi, smc #1, eret, ...), any other as ".inst 0x...". ENT_ERROR_ASSEMBLY: `*word` is 0.
 */
enum ent_error ent_assemble(struct ent_machine *m, const char *text, uint32_t *word);

/* ---- How long it took ---- */

/*
 * Simulated time, and instructions executed, faulting ones too, of PE 0 since creation. The
 * difference of two ent_cycles() is what lies between, up to where the next instruction may issue
 * at the earliest: results that are still to come are waited for by who reads them.
 */
uint64_t ent_cycles(const struct ent_machine *m);
uint64_t ent_instructions(const struct ent_machine *m);

/* What is counted with a timing model: ENT_COUNT_MISPREDICT, ENT_COUNT_L1D_REFILL, ... */
enum ent_timing_count {
#define TIMING_COUNT(id, name, what) ENT_COUNT_##id,
#include "timing/count.def"
#undef TIMING_COUNT
	ENT_TIMING_COUNTS = ENT_COUNT_L1D_READ /* what is behind it is not counted always */
};
/* Of PE 0, since creation; 0 without a model. ENT_ERROR_ARGUMENT: there is no such count. */
uint64_t ent_timing_count(struct ent_machine *m, enum ent_timing_count which);
/* "branch mispredictions"; NULL: there is no such count. */
const char *ent_timing_count_name(enum ent_timing_count which);
/* The names of the models by index: "a55" first, NULL behind the last one. */
const char *ent_timing_model(unsigned index);

/* ---- What became of it ---- */

enum ent_exception_kind { ENT_SYNCHRONOUS, ENT_TAKEN_IRQ, ENT_TAKEN_FIQ, ENT_TAKEN_SERROR };

/* An exception that was taken. `esr` has a meaning for synchronous ones and SError. */
struct ent_exception {
	enum ent_exception_kind kind;
	unsigned from_el, target_el; /* 0..2 */
	uint64_t vector;	     /* the address it went to */
	uint64_t elr, spsr, esr;     /* as written to ELR_ELx, SPSR_ELx, ESR_ELx */
	uint32_t ec;		     /* esr<31:26>, enum ent_ec */
	uint32_t iss;		     /* esr<24:0> */
	bool has_far, has_hpfar;     /* was FAR_ELx, HPFAR_EL2 written? */
	uint64_t far, hpfar;
	char text[160]; /* one line: what it says */
};

/* The last exception since creation, NULL if there was none. Valid until the next ent_run(). */
const struct ent_exception *ent_last_exception(const struct ent_machine *m);
/* How many exceptions were taken since creation. */
uint64_t ent_exception_count(const struct ent_machine *m);
/* Decodes ESR_ELx into `text`, at most size - 1 characters; size at least 1. */
void ent_describe_esr(uint64_t esr, char *text, size_t size);

/* ---- Where an instruction would go ---- */

enum ent_goes {
	ENT_GOES_OK,	    /* it executes; an access reaches `reg` */
	ENT_GOES_UNDEFINED, /* an exception with EC 0 to target_el */
	ENT_GOES_TRAP,	/* an exception with ec and iss to target_el: traps, and SVC, HVC, BRK */
	ENT_GOES_MEMORY /* FEAT_NV2: the 64-bit word at VNCR_EL2.BADDR + offset */
};

struct ent_route {
	enum ent_goes goes;
	uint32_t reg; /* the register or operation reached; 0: none, or it does not matter */
	unsigned target_el;
	uint32_t ec, iss;
	uint32_t offset;
	char text[160]; /* one line */
};

/*
 * What the instruction would do in the state of the machine, by the rules that the machine itself
 * follows; nothing is executed. Faults of memory are no part of it. `entresol explain` says why.
 */
enum ent_error ent_route(struct ent_machine *m, uint32_t word, struct ent_route *route);

/* ---- What changed ---- */

/* A copy of everything that software can see of the PE, and of all RAM. */
struct ent_snapshot;
/* NULL: the host has no memory. */
struct ent_snapshot *ent_snapshot(struct ent_machine *m);
void ent_snapshot_free(struct ent_snapshot *snapshot);

/*
 * A difference. name: "X3", "PC", "SP_EL1", "V7", "FPSR", "TTBR0_EL1", "PSTATE.DAIF", "RAM", or a
 * part of the PE that has no name in the architecture ("exclusive monitor").
 */
struct ent_change {
	char name[40];
	uint64_t address;	/* "RAM": physical, a multiple of 8; else 0 */
	uint64_t before, after; /* "V": the low half, or the high one if the low did not change */
};

/*
 * What is different now, in a fixed order: returns how many differences there are, of which up to
 * `max` are in changes[]. RAM is compared in words of 64 bits. Not compared: time and what follows
 * from it, TLBs and other caches.
 */
size_t ent_compare(struct ent_machine *m, const struct ent_snapshot *before,
	struct ent_change *changes, size_t max);
/* A value that it kept, for expectations. Errors as of ent_x(), ent_get() and ent_ram64(). */
uint64_t ent_before_x(struct ent_machine *m, const struct ent_snapshot *before, unsigned n);
uint64_t ent_before_pc(struct ent_machine *m, const struct ent_snapshot *before);
uint64_t ent_before_pstate(struct ent_machine *m, const struct ent_snapshot *before);
uint64_t ent_before(struct ent_machine *m, const struct ent_snapshot *before, uint32_t reg);
uint64_t ent_before_ram64(struct ent_machine *m, const struct ent_snapshot *before, uint64_t pa);

/* ---- Going back, and forks ---- */

/*
 * A machine at a moment, all of it: what its future depends on, time, TLBs and caches too. RAM that
 * did not change since the last one, or since ent_restore(), is shared and costs nothing.
 */
struct ent_checkpoint;
/* NULL: the host has no memory. The machine goes on as if nothing had happened. */
struct ent_checkpoint *ent_checkpoint(struct ent_machine *m);
/* NULL is allowed. Machines that were restored or forked from it stay what they are. */
void ent_checkpoint_free(struct ent_checkpoint *checkpoint);
/*
 * `m` is the machine as it was then, ent_last_exception() too, and what it runs is what was run
 * from there. Errors are remembered on. Of this machine, a fork, or one made by the same
 * ent_config; else ENT_ERROR_ARGUMENT, and nothing changed.
 */
enum ent_error ent_restore(struct ent_machine *m, const struct ent_checkpoint *checkpoint);
/*
 * Another machine that goes on from there, for ent_destroy(). It shares RAM with other forks until
 * it writes, so many of them are cheap; none sees what others do. It may outlive the checkpoint,
 * which one thread at a time may use. NULL: no checkpoint, or the host has no memory.
 */
struct ent_machine *ent_fork(struct ent_checkpoint *checkpoint);

#ifdef __cplusplus
}
#endif

#endif
