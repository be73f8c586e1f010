/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building a guest: its memory, its boot block, the reset state of a vCPU. And its end.
 */
#include "core/vm.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/id.h"
#include "core/mutant.h"
#include "core/pages.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/scenario.h"
#include "core/sched.h"
#include "core/traps.h"
#include "guest/abi.h"

_Static_assert((int)MAX_CPUS_PER_MMU == (int)MAX_CPUS, "mmu.h");
_Static_assert((int)MAX_SHADOWS == SHADOWS_PER_VCPU * MAX_VCPUS, "mmu.h");

static bool add_slot(struct slot *slot, u64 ipa, u64 size, u64 granule)
{
	*slot = (struct slot){ .ipa = IPA(ipa), .size = size, .granule = granule };
	return pages_alloc(size, granule, &slot->pa);
}

static void copy(void *to, const void *from, size_t size)
{
	u8 *t = to;
	const u8 *f = from;

	for (size_t i = 0; i < size; i++)
		t[i] = f[i];
}

static void put_u64(u8 *block, u64 at, u64 value)
{
	copy(block + at, &value, sizeof(value));
}

static void write_boot_block(u8 *block, const struct vm_config *config)
{
	const char *line = config->command_line;

	put_u64(block, BOOT_MAGIC_AT, BOOT_MAGIC);
	put_u64(block, BOOT_LEVEL_AT, hal_level() + 1);
	put_u64(block, BOOT_RAM_SIZE_AT, config->ram_size);
	put_u64(block, BOOT_CPUS_AT, config->vcpus);
	for (u64 i = 0; line && line[i] != '\0' && i < BOOT_LINE_SIZE - 1; i++)
		block[BOOT_LINE_AT + i] = (u8)line[i];
}

/* A guest hypervisor's own guests are to be those of this one. */
static void hand_module_on(u8 *ram, const struct vm_config *config)
{
	struct hal_image module = hal_module();
	u8 *to = ram + (MODULE_IPA - GUEST_RAM_IPA);

	if (!module.data || config->el2 == VM_EL2_NONE)
		return;
	put_u64(to, MODULE_MAGIC_AT, MODULE_MAGIC);
	put_u64(to, MODULE_SIZE_AT, module.size);
	copy(to + MODULE_DATA_AT, module.data, module.size);
}

static void fill_memory(const struct vm *vm)
{
	const struct vm_config *config = &vm->config;
	u8 *ram = hal_pa_to_va(vm->slots[0].pa);

	write_boot_block(ram, config);
	copy(ram + config->image_offset, config->image.data, config->image.size);
	hand_module_on(ram, config);
	/* The guest starts with its MMU off, and must find no stale line anywhere. */
	for (unsigned i = 0; i < VM_SLOTS && vm->slots[i].size; i++)
		hal_flush_dcache(hal_pa_to_va(vm->slots[i].pa), vm->slots[i].size);
	hal_flush_icache();
}

static bool create_vcpu(struct vm *vm, unsigned index)
{
	struct vcpu *vcpu = &vm->vcpus[index];
	pa_t page;

	if (!pages_alloc(PAGE_SIZE, PAGE_SIZE, &page))
		return false;
	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->mpidr_el1 = BIT(31) | index;
	vcpu->context.page = hal_pa_to_va(page);
	timer_init(vcpu);
	return true;
}

bool vm_create(struct vm *vm, const struct vm_config *config)
{
	*vm = (struct vm){ .config = *config };
	if (config->el2 == VM_EL2_RW)
		vm->config.has_nv2 = false; /* a write of vHCR_EL2.E2H has to trap */
	id_init(vm);
	if (config->image.size > config->ram_size - config->image_offset)
		return false;
	if (!add_slot(&vm->slots[0], GUEST_RAM_IPA, config->ram_size, BLOCK_SIZE) ||
		!add_slot(&vm->slots[1], GUEST_PAGES_IPA, GUEST_PAGES_SIZE, PAGE_SIZE))
		return false;
	if (config->has_low_ram &&
		!add_slot(&vm->slots[2], GUEST_LOW_IPA, GUEST_LOW_SIZE, PAGE_SIZE))
		return false;
	for (unsigned i = 0; i < config->vcpus; i++)
		if (!create_vcpu(vm, i))
			return false;
	if (!mmu_init(&vm->mmu, vm, false) || !shadows_init(vm))
		return false;
	vgic_init(vm);
	for (unsigned i = 0; i < config->vcpus; i++)
		vcpu_reset(&vm->vcpus[i], GUEST_RAM_IPA + config->entry_offset, GUEST_RAM_IPA);
	vm->vcpus[0].is_on = true;
	fill_memory(vm);
	return true;
}

void vm_destroy(struct vm *vm)
{
	for (unsigned i = 0; i < vm->config.vcpus; i++)
		if (vm->vcpus[i].cpu)
			panic("%s: destroyed with vCPU %u loaded", vm->config.name, i);
	vm_mmu_destroy(vm);
}

static u64 reset_sctlr_el2(const struct vm *vm)
{
	return vm->config.el2 == VM_EL2_VHE ? SCTLR_EL1_RES1 : SCTLR_EL2_RES1;
}

static void reset_el2(struct vcpu *vcpu)
{
	struct context *context = &vcpu->context;

	*context_stored(context, REG(SCTLR_EL2)) = reset_sctlr_el2(vcpu->vm);
	*context_stored(context, REG(VPIDR_EL2)) = read_MIDR_EL1();
	*context_stored(context, REG(VMPIDR_EL2)) = vcpu->mpidr_el1;
	*context_stored(context, REG(CPTR_EL2)) =
		vcpu->vm->config.el2 == VM_EL2_VHE ? 0 : CPTR_NVHE_RES1;
	/* What its fixed bits say is in the register too, where NV2 lets the guest read it. */
	*context_stored(context, REG(HCR_EL2)) = vcpu_vhcr(vcpu);
}

/* Everything UNKNOWN at a reset is 0. What the VM owns as a whole, and its interrupts, stay. */
void vcpu_reset(struct vcpu *vcpu, u64 pc, u64 x0)
{
	struct context *context = &vcpu->context;
	struct vncr_page *page = context->page;
	bool has_el2 = vcpu->vm->config.el2 != VM_EL2_NONE;

	*context = (struct context){ .page = page };
	for (size_t i = 0; i < COUNT(page->word); i++)
		page->word[i] = 0;
	context->pc = pc;
	context->x[0] = x0;
	context->pstate = PSTATE_DAIF | (has_el2 ? PSTATE_EL2h : PSTATE_EL1h);
	*context_stored(context, REG(SCTLR_EL1)) = SCTLR_EL1_RES1;
	if (has_el2)
		reset_el2(vcpu);
	vcpu->hcr_el2 = traps_baseline_hcr(vcpu->vm);
	if (!MUTANT(81))
		vcpu->pc_update = PC_KEEP;
	vcpu->user.is_pending = false;
	vcpu->is_serror_pending_nested = false;
	vcpu->vdisr_el2 = 0;
	vcpu->is_in_wfi = false;
	vcpu->fp = (struct fp_state){ 0 };
	vcpu->debug = (struct vcpu_debug){ 0 };
	vcpu->pauth = (struct vcpu_pauth){ 0 };
	vcpu->vgic.own = (struct vgic_interface){ 0 };
	timer_reset(vcpu);
}

const struct slot *vm_slot(const struct vm *vm, ipa_t ipa)
{
	for (unsigned i = 0; i < VM_SLOTS; i++)
		if (ipa.v - vm->slots[i].ipa.v < vm->slots[i].size)
			return &vm->slots[i];
	return NULL;
}

static u64 *guest_word(const struct slot *slot, ipa_t ipa)
{
	if (!slot || !is_aligned(ipa.v, sizeof(u64)))
		return NULL;
	return hal_pa_to_va(PA(slot->pa.v + (ipa.v - slot->ipa.v)));
}

bool vm_read_u64(const struct vm *vm, ipa_t ipa, u64 *value)
{
	const volatile u64 *word = guest_word(vm_slot(vm, ipa), ipa);

	if (!word)
		return false;
	*value = *word;
	return true;
}

bool vm_compare_exchange_u64(struct vm *vm, ipa_t ipa, u64 *expected, u64 value)
{
	const struct slot *slot = vm_slot(vm, ipa);
	u64 *word = guest_word(slot, ipa);

	/* A lost exchange is no failure: *expected says what is there now. */
	if (!word || slot->is_read_only)
		return false;
	hal_compare_exchange(word, expected, value);
	return true;
}

struct vcpu *vm_vcpu_by_mpidr(struct vm *vm, u64 mpidr)
{
	u64 affinity = mpidr & (MASK(39, 32) | MASK(23, 0));

	return affinity < vm->config.vcpus ? &vm->vcpus[affinity] : NULL;
}

/* True for who did it first. */
static bool set_off(struct vm *vm)
{
	bool was_off;

	lock_take(&vm->request_lock);
	was_off = vm->is_off;
	vm->is_off = true;
	lock_drop(&vm->request_lock);
	return !was_off;
}

void vm_switch_off(struct vm *vm)
{
	set_off(vm);
	for (unsigned i = 0; i < vm->config.vcpus; i++)
		vcpu_kick(&vm->vcpus[i]);
}

void vm_kill(struct vm *vm, const char *why)
{
	if (!set_off(vm))
		return;
	print("  %s: killed: %s\n", vm->config.name, why);
	scenario_report(vm, 0, ~0ul);
	vm_switch_off(vm);
}
