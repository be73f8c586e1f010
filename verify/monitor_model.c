/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the event stream to moments of the model, and who is told of them.
 */
#include "verify/monitor_model.h"

#include <string.h>

#include "verify/scope.h"

static const struct rule_group *const groups[] = { &rules_hcr, &rules_traps, &rules_state,
	&rules_pc, &rules_nv, &rules_stage2, &rules_gone, &rules_vmid, &rules_gic, &rules_at,
	&rules_order, &rules_saved, &rules_walks, &rules_start };
enum { GROUPS = COUNT(groups) };

/* Behind the functions stand labels. */
enum { CALLED_FUNCTIONS = FUNCTION_exit_from_below };

/* Which word of the filter, and which bit. */
static u64 *filter_of(struct model_state *state, u64 pc, u64 *bit)
{
	*bit = BIT(pc >> 2 & 63);
	return &state->filter[pc >> 8 & 3];
}

static void begin(struct watchman *watchman, void *opaque)
{
	struct model_state *state = opaque;

	for (unsigned i = 0; i < CALLED_FUNCTIONS; i++) {
		u64 bit, *word = filter_of(state, watchman->model->function[i], &bit);

		*word |= bit;
	}
}

/* Affinity 0, as hyp.elf counts CPUs. */
static unsigned index_of(const struct cpu *cpu)
{
	return cpu->sys[SR_MPIDR_EL1] & 0xff;
}

static void set_scene(struct scene *scene, struct watchman *watchman, struct model_state *state,
	const struct cpu *cpu, const struct event *event)
{
	scene->watchman = watchman;
	scene->cpu = cpu;
	scene->event = event;
	scene->model = watchman->model;
	scene->state = state;
	scene->index = index_of(cpu);
	scene->pe = &state->pe[scene->index];
	scene->here =
		scene->model->variable[VARIABLE_cpus] + scene->index * scene->model->size[SIZE_cpu];
	scene->vcpu.va = 0;
	scene->known = NULL;
	scene->is_vhe = is_e2h(cpu);
	view_init(&scene->view, scene->model, cpu);
}

/* Of the vCPU that is loaded here. */
static void look(struct scene *scene)
{
	u64 loaded = get(scene, scene->here, MEMBER_cpu_loaded);

	scene->vcpu = look_at_vcpu(scene, loaded);
	scene->known = known_vcpu(scene, loaded);
}

/* The host: at EL2, or below it without a stage 2 (nVHE). */
static bool is_host(const struct cpu *cpu)
{
	return cpu->pstate.el == EL2 || !(cpu->sys[SR_HCR_EL2] & HCR_EL2_VM);
}

/* ---- Entries and exits ---- */

static void keep_exit(struct scene *scene)
{
	struct guest_exit *x = &scene->known->exit;
	const struct event *event = scene->event;

	*x = (struct guest_exit){ .is_known = true,
		.interrupt = event->interrupt,
		.was_hyp = scene->vcpu.is_hyp,
		.was_nested = scene->vcpu.is_nested,
		.has_serror = (scene->cpu->lines & LINE_SERROR) != 0,
		.elr = scene->cpu->sys[SR_ELR_EL2],
		.spsr = scene->cpu->sys[SR_SPSR_EL2],
		.esr = scene->cpu->sys[SR_ESR_EL2],
		.far = scene->cpu->sys[SR_FAR_EL2],
		.hpfar = scene->cpu->sys[SR_HPFAR_EL2],
		.far_valid = event->far_valid,
		.hpfar_valid = event->hpfar_valid,
		.sp_el0 = scene->cpu->sp[EL0],
		.velr = scene->cpu->sys[SR_ELR_EL1],
		.fault_esr = VCPU(scene, fault_esr),
		.fault_far = VCPU(scene, fault_far) };
	memcpy(x->x, scene->cpu->x, sizeof(x->x));
	x->fault_ipa = bits(x->hpfar, 43, 4) << 12 | (x->far & 0xfff);
}

static void on_exit_to_el2(struct scene *scene)
{
	look(scene);
	scene->pe->last_guest = scene->pe->guest;
	scene->pe->guest = 0;
	if (scene->vcpu.va == 0) {
		BROKEN(scene, WS_2, "a guest was left on PE %u, and no vCPU is loaded there",
			scene->index);
		return;
	}
	if (scene->known == NULL)
		return;
	keep_exit(scene);
	scene->known->injected = 0;
	scene->known->was_reset = false;
	scene->pe->has_left = true;
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->left != NULL)
			groups[i]->left(scene);
}

static void on_guest_entry(struct scene *scene)
{
	look(scene);
	if (scene->vcpu.va == 0) {
		BROKEN(scene, WS_2, "a guest is entered on PE %u, and no vCPU is loaded there",
			scene->index);
		return;
	}
	if (scene->known == NULL)
		return;
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->entered != NULL)
			groups[i]->entered(scene);
	scene->known->taken[0].is_known = scene->known->taken[1].is_known = false;
	scene->known->exit.is_known = false;
	scene->pe->entries++;
	scene->pe->guest = scene->vcpu.va;
	if (scene->view.is_bad)
		BROKEN(scene, WS_2,
			"the loaded vCPU, 0x%" PRIx64 ", has structures where "
			"nothing is mapped",
			scene->vcpu.va);
}

/* ---- Calls and returns ---- */

bool is_inside(const struct known_pe *pe, unsigned function)
{
	for (unsigned i = 0; i < pe->depth; i++)
		if (pe->call[i].function == function)
			return true;
	return false;
}

static u64 stack_of(const struct cpu *cpu)
{
	return cpu->x[SLOT_SP];
}

static void on_call(struct scene *scene, unsigned function)
{
	struct known_pe *pe = scene->pe;
	struct call *call;

	look(scene);
	/* Below this one on the same stack nothing returns any more. */
	while (pe->depth != 0 && pe->call[pe->depth - 1].el == scene->cpu->pstate.el &&
		pe->call[pe->depth - 1].sp < stack_of(scene->cpu))
		pe->depth--;
	if (pe->depth == MODEL_CALLS) {
		monitor_overlook(scene->watchman); /* the return of the oldest */
		memmove(&pe->call[0], &pe->call[1], (MODEL_CALLS - 1) * sizeof(pe->call[0]));
		pe->depth--;
	}
	call = &pe->call[pe->depth++];
	*call = (struct call){ .pc = scene->cpu->x[30],
		.sp = stack_of(scene->cpu),
		.argument = { scene->cpu->x[0], scene->cpu->x[1], scene->cpu->x[2] },
		.function = (u8)function,
		.el = scene->cpu->pstate.el };
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->called != NULL)
			groups[i]->called(scene, call);
}

static void on_return(struct scene *scene, const struct call *call)
{
	look(scene);
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->returned != NULL)
			groups[i]->returned(scene, call);
}

/* All that return here now: the last calls of functions have the same place. */
static void returns(struct scene *scene)
{
	struct known_pe *pe = scene->pe;

	while (pe->depth != 0) {
		struct call call = pe->call[pe->depth - 1];

		if (call.pc != scene->event->pc || call.sp != stack_of(scene->cpu) ||
			call.el != scene->cpu->pstate.el)
			return;
		pe->depth--;
		on_return(scene, &call);
	}
}

/* System instructions, C4.1, and HC-2. */
static bool has_rules(const struct cpu *cpu, u32 insn)
{
	return (insn & 0xffc00000) == 0xd5000000 || is_open_in_switch(cpu);
}

static void executes(struct scene *scene)
{
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->executes != NULL)
			groups[i]->executes(scene);
}

/* D1.3.1 */
static bool is_synchronization(const struct event *event)
{
	return event->kind == EVENT_ERET || event->kind == EVENT_EXCEPTION ||
	       (event->kind == EVENT_BARRIER && is_isb(event->insn));
}

static void note_synchronization(struct scene *scene)
{
	if (!is_synchronization(scene->event))
		return;
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->synchronized != NULL)
			groups[i]->synchronized(scene->pe);
}

static void others(struct scene *scene)
{
	for (unsigned i = 0; i < GROUPS; i++)
		if (groups[i]->other != NULL)
			groups[i]->other(scene);
}

static void on_instruction(struct watchman *watchman, struct model_state *state,
	const struct cpu *cpu, const struct event *event)
{
	const struct known_pe *pe = &state->pe[index_of(cpu)];
	u64 pc = event->pc, bit, *word = filter_of(state, pc, &bit);
	struct scene scene;

	if (!is_host(cpu))
		return;
	if (pe->depth != 0 && pe->call[pe->depth - 1].pc == pc) {
		set_scene(&scene, watchman, state, cpu, event);
		returns(&scene);
	}
	if ((*word & bit) != 0)
		for (unsigned i = 0; i < CALLED_FUNCTIONS; i++) {
			if (watchman->model->function[i] != pc)
				continue;
			set_scene(&scene, watchman, state, cpu, event);
			on_call(&scene, i);
			break;
		}
	if (cpu->pstate.el == EL2 && pe->knows_host && has_rules(cpu, event->insn)) {
		set_scene(&scene, watchman, state, cpu, event);
		executes(&scene);
	}
}

static void on_event(
	struct watchman *watchman, void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct model_state *state = opaque;
	struct scene scene;
	u64 hcr = cpu->sys[SR_HCR_EL2];

	if (index_of(cpu) >= MODEL_CPUS) {
		monitor_overlook(watchman);
		return;
	}
	switch (event->kind) {
	case EVENT_INSN: on_instruction(watchman, state, cpu, event); return;
	case EVENT_ERET:
		if (event->from_el != EL2 || event->to_el == EL2 || !(hcr & HCR_EL2_VM))
			break;
		set_scene(&scene, watchman, state, cpu, event);
		note_synchronization(&scene);
		on_guest_entry(&scene);
		monitor_skip_insns(watchman, cpu, true);
		return;
	case EVENT_EXCEPTION:
		if (event->to_el != EL2 || event->from_el == EL2 || !(hcr & HCR_EL2_VM))
			break;
		set_scene(&scene, watchman, state, cpu, event);
		note_synchronization(&scene);
		on_exit_to_el2(&scene);
		monitor_skip_insns(watchman, cpu, false);
		return;
	case EVENT_WALK:
		set_scene(&scene, watchman, state, cpu, event);
		others(&scene);
		return;
	default:
		if (!is_host(cpu))
			return;
		break;
	}
	set_scene(&scene, watchman, state, cpu, event);
	note_synchronization(&scene);
	others(&scene);
}

const struct monitor monitor_model = {
	.name = "model",
	.kinds = BIT(EVENT_INSN) | BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET) | BIT(EVENT_SYSREG) |
		 BIT(EVENT_TLBI) | BIT(EVENT_BARRIER) | BIT(EVENT_WALK),
	.state = sizeof(struct model_state),
	.begin = begin,
	.event = on_event,
};
