/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest: its memory, its one vCPU, its devices. Data and construction; running it is switch.h and
 * exit.h.
 */
#ifndef HYP_VM_H
#define HYP_VM_H

#include "core/context.h"
#include "core/stage2.h"
#include "core/types.h"

/* What must happen to the guest's PC before it runs again, A.17. One thing at most (WS-7). */
enum pc_update { PC_KEEP, PC_SKIP_INSTRUCTION, PC_TAKE_EXCEPTION };

struct vcpu {
	struct context context;
	u64 hcr_el2; /* what HCR_EL2 is while this guest runs */
	struct {
		u64 esr, far, hpfar; /* of the last exit; far and hpfar are set for aborts only */
	} fault;
	enum pc_update pc_update;
	u64 pending_esr, pending_far; /* for PC_TAKE_EXCEPTION */
	bool is_pending_far;
	bool sysregs_on_cpu; /* WS-6: USER and EL1 classes are in the CPU, context.sys is stale */
	bool is_off;
};

/* A range of guest physical memory. Mapped when touched, in units of `granule`. */
struct slot {
	ipa_t ipa;
	u64 size;
	u64 granule;
	pa_t pa;
};

enum { CONSOLE_LINE = 96, VM_SLOTS = 2 };

struct console {
	char line[CONSOLE_LINE];
	unsigned length;
};

struct vm {
	const char *name;
	struct stage2 stage2;
	struct slot slots[VM_SLOTS];
	struct console console;
	struct vcpu vcpu;
	u64 watched_ipa; /* the page whose next write is wanted, or NOTHING_WATCHED */
	u64 written_count;
	u64 checks_held, first_failed_line;
	bool has_reported;
};

#define NOTHING_WATCHED (~0ul)

/*
 * Builds a guest from nothing: memory with the program in it, tables, reset registers. False: no
 * memory.
 */
bool vm_create(struct vm *vm, const char *name, u16 vmid, u64 index, u64 rounds);

/* The slot an address belongs to, or NULL. */
const struct slot *vm_slot(const struct vm *vm, ipa_t ipa);

/* The guest of a vCPU. */
struct vm *vcpu_vm(struct vcpu *vcpu);

#endif
