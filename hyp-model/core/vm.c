/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building a guest. Knows the guests' memory map and the reset state of a vCPU; nothing here runs
 * anything.
 */
#include "core/vm.h"

#include "core/arch.h"
#include "core/host.h"
#include "core/pages.h"
#include "guest/abi.h"

/*
 * HYPERVISOR-SPEC A.3, the guest baseline. No FWB is assumed, so TVM until the guest's caches are
 * on.
 */
static u64 initial_hcr(void)
{
	u64 hcr = F(HCR_EL2, VM) | F(HCR_EL2, SWIO) | F(HCR_EL2, PTW) | F(HCR_EL2, FMO) |
		  F(HCR_EL2, IMO) | F(HCR_EL2, AMO) | F(HCR_EL2, FB) | FV(HCR_EL2, BSU, 1) |
		  F(HCR_EL2, TWI) | F(HCR_EL2, TWE) | F(HCR_EL2, TID1) | F(HCR_EL2, TID3) |
		  F(HCR_EL2, TSC) | F(HCR_EL2, TIDCP) | F(HCR_EL2, TACR) | F(HCR_EL2, TSW) |
		  F(HCR_EL2, TLOR) | F(HCR_EL2, TVM) | F(HCR_EL2, RW);

	return host.mode == MODE_VHE ? hcr | F(HCR_EL2, E2H) : hcr;
}

static bool add_slot(struct slot *slot, u64 ipa, u64 size, u64 granule)
{
	*slot = (struct slot){ .ipa = IPA(ipa), .size = size, .granule = granule };
	return pages_alloc(size, granule, &slot->pa);
}

static void load_program(const struct slot *ram)
{
	struct hal_image image = hal_guest_image();
	u8 *to = hal_pa_to_va(ram->pa);
	const u8 *from = image.data;

	for (size_t i = 0; i < image.size; i++)
		to[i] = from[i];
	/*
	 * The guest starts with its MMU off: it must find its program, and no stale line, in
	 * memory.
	 */
	hal_flush_dcache(to, ram->size);
	hal_flush_icache();
}

bool vm_create(struct vm *vm, const char *name, u16 vmid, u64 index, u64 rounds)
{
	*vm = (struct vm){ .name = name, .watched_ipa = NOTHING_WATCHED };
	if (!add_slot(&vm->slots[0], GUEST_RAM_IPA, GUEST_RAM_SIZE, BLOCK_SIZE) ||
		!add_slot(&vm->slots[1], GUEST_PAGES_IPA, GUEST_PAGES_SIZE, PAGE_SIZE) ||
		stage2_init(&vm->stage2, vmid) != STAGE2_OK)
		return false;
	load_program(&vm->slots[0]);
	vm->vcpu.hcr_el2 = initial_hcr();
	vm->vcpu.context.pc = GUEST_RAM_IPA;
	vm->vcpu.context.pstate = PSTATE_DAIF | PSTATE_EL1h;
	vm->vcpu.context.x[0] = index;
	vm->vcpu.context.x[1] = rounds;
	vm->vcpu.context.sys[CTX_SCTLR_EL1] = SCTLR_EL1_RES1;
	return true;
}

const struct slot *vm_slot(const struct vm *vm, ipa_t ipa)
{
	for (unsigned i = 0; i < VM_SLOTS; i++)
		if (ipa.v - vm->slots[i].ipa.v < vm->slots[i].size)
			return &vm->slots[i];
	return NULL;
}

struct vm *vcpu_vm(struct vcpu *vcpu)
{
	return (struct vm *)((char *)vcpu - offsetof(struct vm, vcpu));
}
