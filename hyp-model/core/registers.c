/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each register of a guest is: in the CPU, under the name of the level that owns the EL1
 * registers right now, or in memory. The rows are context.def and vel2.def; HYPERVISOR-SPEC A.12
 * and B.4.
 */
#include "core/registers.h"

#include "core/cpu.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/print.h"

/* CNTKCTL_EL1 is what a VHE hypervisor reaches by that name: the bits that are there (SPLIT). */
#define CNTKCTL_BITS MASK(9, 0)

/* B.4, "translation for vE2H=0". */
static u64 translate_none(u64 value)
{
	return value;
}

static u64 translate_sctlr(u64 value)
{
	return (value & (F(SCTLR_EL2, M) | F(SCTLR_EL2, A) | F(SCTLR_EL2, C) | F(SCTLR_EL2, SA) |
				F(SCTLR_EL2, I) | F(SCTLR_EL2, IESB) | F(SCTLR_EL2, WXN) |
				F(SCTLR_EL2, EE))) |
	       SCTLR_EL1_RES1;
}

static u64 translate_ttbr0(u64 value)
{
	return value & MASK(47, 0); /* no ASID */
}

/* SH0, HA, HD and HPD are dropped: the known approximation of B.4. */
static u64 translate_tcr(u64 value)
{
	return F(TCR_EL1, EPD1) | FV(TCR_EL1, TBI0, FGET(value, TCR_EL2, TBI)) |
	       FV(TCR_EL1, IPS, FGET(value, TCR_EL2, PS)) |
	       FV(TCR_EL1, DS, FGET(value, TCR_EL2, DS)) |
	       (value & (F(TCR_EL2, TG0) | F(TCR_EL2, ORGN0) | F(TCR_EL2, IRGN0) |
				F(TCR_EL2, T0SZ)));
}

static u64 translate_cptr(u64 value)
{
	return FV(CPACR_EL1, TTA, FGET(value, CPTR_EL2, TTA)) |
	       (value & F(CPTR_EL2, TFP) ? 0 : F(CPACR_EL1, FPEN)) |
	       (value & F(CPTR_EL2, TZ) ? 0 : F(CPACR_EL1, ZEN)) |
	       (value & (F(CPTR_EL2, TCPAC) | F(CPTR_EL2, TAM)));
}

enum kind {
	KIND_USER,
	KIND_COMMON,
	KIND_EL1,
	KIND_WALK,
	KIND_SHARED,
	KIND_DIRECT,
	KIND_TRANSLATED,
	KIND_MIRRORED,
	KIND_VHE,
	KIND_SPLIT,
	KIND_SPSR,
	KIND_STORED,
};

static const struct row {
	enum kind kind;
	unsigned counterpart;
	u64 (*translate)(u64 value);
} rows[CTX_COUNT] = {
#define CTX(class, name, ...) [CTX_##name] = { KIND_##class, CTX_##name, translate_none },
#include "core/context.def"
#undef CTX
#define VEL2(kind, name, offset, counterpart, translation)                                         \
	[CTX_##name] = { KIND_##kind, CTX_##counterpart, translate_##translation },
#include "core/vel2.def"
#undef VEL2
};

u64 vcpu_vhcr(const struct vcpu *vcpu)
{
	struct context *context = (struct context *)&vcpu->context;

	return nested_sanitised(vcpu->vm, REG(HCR_EL2), *context_stored(context, REG(HCR_EL2)));
}

bool vcpu_e2h(const struct vcpu *vcpu)
{
	switch (vcpu->vm->config.el2) {
	case VM_EL2_VHE: return true;
	case VM_EL2_RW: return vcpu_vhcr(vcpu) & F(HCR_EL2, E2H);
	default: return false;
	}
}

bool vcpu_tge(const struct vcpu *vcpu)
{
	return vcpu_vhcr(vcpu) & F(HCR_EL2, TGE);
}

bool vcpu_is_hyp_ctxt(const struct vcpu *vcpu)
{
	return vcpu_has_nv(vcpu) && (vcpu_is_el2(vcpu) || (vcpu_tge(vcpu) && !MUTANT(D9)));
}

bool vcpu_is_host_el0(const struct vcpu *vcpu)
{
	return vcpu_is_hyp_ctxt(vcpu) && !vcpu_is_el2(vcpu);
}

bool vcpu_is_nested_ctxt(const struct vcpu *vcpu)
{
	return vcpu_has_nv(vcpu) && !vcpu_is_hyp_ctxt(vcpu);
}

static u64 stored(const struct vcpu *vcpu, reg_t reg)
{
	u64 value = *context_stored((struct context *)&vcpu->context, reg);

	return vcpu_has_nv(vcpu) ? nested_sanitised(vcpu->vm, reg, value) : value;
}

u64 vel2_to_el1(const struct vcpu *vcpu, reg_t vel2)
{
	u64 value = vcpu_read_sys_reg(vcpu, vel2);

	return vcpu_e2h(vcpu) ? value : rows[vel2.index].translate(value);
}

/* WS-24: what is in a CPU can be asked there only. */
static bool is_on_this_cpu(const struct vcpu *vcpu)
{
	if (!vcpu->sysregs_on_cpu)
		return false;
	if (vcpu->cpu != this_cpu())
		panic("registers of a vCPU that is loaded on another CPU (WS-24)");
	return true;
}

/*
 * NV-13. With {NV,NV1,NV2} = {1,1,0} an exception from virtual EL2 to itself leaves the mode EL1x
 * in SPSR_EL1, which an L1 could also have written. So what L1 writes goes there without M<3:2>:
 * as long as they are 0, the CPU has not touched the register and the stored copy is right.
 */
#define SPSR_LEVEL MASK(3, 2)

static bool is_spsr_patched(const struct vcpu *vcpu)
{
	return !vcpu->vm->config.has_nv2 && !vcpu->is_e2h_loaded;
}

static u64 spsr_to_live(const struct vcpu *vcpu, u64 value)
{
	return is_spsr_patched(vcpu) ? value & ~SPSR_LEVEL : value;
}

static u64 spsr_from_live(const struct vcpu *vcpu, u64 live)
{
	if (!is_spsr_patched(vcpu))
		return live;
	if (!(live & SPSR_LEVEL))
		return stored(vcpu, REG(SPSR_EL2));
	return (live & ~SPSR_LEVEL) | (PSTATE_EL2t & SPSR_LEVEL);
}

/*
 * Is the register of context.def in the CPU? CNTKCTL_EL1 has neither a place in the VNCR page nor
 * a trap: at a virtual EL2 with vE2H=0 it is virtual EL1's there too.
 */
static bool is_el1_live(const struct vcpu *vcpu, reg_t reg)
{
	return !vcpu_is_hyp_ctxt(vcpu) || (reg.index == CTX_CNTKCTL_EL1 && !vcpu->is_e2h_loaded);
}

static u64 live_counterpart(reg_t reg)
{
	enum hyp_mode mode = MUTANT(D5) ? MODE_NVHE : host.mode;

	return context_read_live((reg_t){ rows[reg.index].counterpart }, mode);
}

u64 vcpu_read_sys_reg(const struct vcpu *vcpu, reg_t reg)
{
	enum kind kind = rows[reg.index].kind;
	bool is_e2h = vcpu->is_e2h_loaded;

	if (kind == KIND_COMMON || kind == KIND_STORED || !is_on_this_cpu(vcpu))
		return stored(vcpu, reg);
	if (kind == KIND_USER || kind == KIND_SHARED)
		return MUTANT(46) && vcpu_is_hyp_ctxt(vcpu) ? stored(vcpu, reg)
							    : live_counterpart(reg);
	if (kind == KIND_EL1 || kind == KIND_WALK)
		return is_el1_live(vcpu, reg) ? live_counterpart(reg) : stored(vcpu, reg);
	if (!vcpu_is_hyp_ctxt(vcpu))
		return stored(vcpu, reg); /* NV-15 */
	switch (kind) {
	case KIND_DIRECT: return live_counterpart(reg);
	case KIND_TRANSLATED:
	case KIND_VHE:
		return is_e2h || (MUTANT(D12) && kind == KIND_TRANSLATED) ? live_counterpart(reg)
									  : stored(vcpu, reg);
	case KIND_SPLIT:
		return is_e2h ? (live_counterpart(reg) & CNTKCTL_BITS) |
					(stored(vcpu, reg) & ~CNTKCTL_BITS)
			      : stored(vcpu, reg);
	case KIND_SPSR: return spsr_from_live(vcpu, live_counterpart(reg));
	default: return stored(vcpu, reg);
	}
}

/* NV-14: the CPU's copy of a virtual EL2's register, beside the stored one. */
static void write_vel2_live(struct vcpu *vcpu, u64 value, reg_t reg)
{
	const struct row *row = &rows[reg.index];
	reg_t counterpart = { row->counterpart };
	bool is_e2h = vcpu->is_e2h_loaded;

	switch (row->kind) {
	case KIND_DIRECT: context_write_live(counterpart, value, host.mode); break;
	case KIND_TRANSLATED:
	case KIND_MIRRORED:
		context_write_live(counterpart, is_e2h ? value : row->translate(value), host.mode);
		break;
	case KIND_VHE:
		if (is_e2h)
			context_write_live(counterpart, value, host.mode);
		break;
	case KIND_SPLIT:
		if (is_e2h)
			context_write_live(counterpart, value & CNTKCTL_BITS, host.mode);
		break;
	case KIND_SPSR:
		context_write_live(counterpart, spsr_to_live(vcpu, value), host.mode);
		break;
	default: break;
	}
}

void vcpu_write_sys_reg(struct vcpu *vcpu, u64 value, reg_t reg)
{
	enum kind kind = rows[reg.index].kind;
	bool is_live = kind != KIND_COMMON && kind != KIND_STORED && is_on_this_cpu(vcpu);
	bool is_stored = true;

	if (is_live && (kind == KIND_USER || kind == KIND_SHARED)) {
		is_stored = MUTANT(46) && vcpu_is_hyp_ctxt(vcpu);
	} else if (is_live && (kind == KIND_EL1 || kind == KIND_WALK)) {
		is_stored = !is_el1_live(vcpu, reg);
	} else if (is_live && kind > KIND_SHARED && vcpu_is_hyp_ctxt(vcpu)) {
		write_vel2_live(vcpu, value, reg);
	}
	if (is_stored)
		*context_stored(&vcpu->context, reg) = value;
	else
		context_write_live(reg, value, host.mode);
}

void registers_load_identity(const struct vcpu *vcpu)
{
	bool is_nested = vcpu_is_nested_ctxt(vcpu);

	write_VPIDR_EL2(is_nested ? stored(vcpu, REG(VPIDR_EL2)) : read_MIDR_EL1());
	write_VMPIDR_EL2(is_nested ? stored(vcpu, REG(VMPIDR_EL2)) : vcpu->mpidr_el1);
}

/* One row of vel2.def each way; see the kinds there. */
#define LOAD_DIRECT(name, counterpart, translate)                                                  \
	live_write_##counterpart(MODE_VHE, *context_stored(c, REG(name)));
#define LOAD_TRANSLATED(name, counterpart, translate)                                              \
	live_write_##counterpart(MODE_VHE, is_e2h ? *context_stored(c, REG(name))                  \
						  : translate(*context_stored(c, REG(name))));
#define LOAD_MIRRORED(name, counterpart, translate) LOAD_TRANSLATED(name, counterpart, translate)
#define LOAD_VHE(name, counterpart, translate)                                                     \
	if (is_e2h)                                                                                \
		live_write_##counterpart(MODE_VHE, *context_stored(c, REG(name)));
#define LOAD_SPLIT(name, counterpart, translate)                                                   \
	live_write_##counterpart(MODE_VHE, is_e2h ? *context_stored(c, REG(name)) & CNTKCTL_BITS   \
						  : *context_stored(c, REG(counterpart)));
#define LOAD_SPSR(name, counterpart, translate)                                                    \
	live_write_##counterpart(MODE_VHE, spsr_to_live(vcpu, *context_stored(c, REG(name))));
#define LOAD_STORED(name, counterpart, translate)

#define SAVE_DIRECT(name, counterpart)                                                             \
	*context_stored(c, REG(name)) = live_read_##counterpart(MODE_VHE);
#define SAVE_VHE(name, counterpart)                                                                \
	if (is_e2h)                                                                                \
		*context_stored(c, REG(name)) = live_read_##counterpart(MODE_VHE);
#define SAVE_TRANSLATED(name, counterpart) SAVE_VHE(name, counterpart)
#define SAVE_MIRRORED(name, counterpart)
#define SAVE_SPLIT(name, counterpart)                                                              \
	if (is_e2h)                                                                                \
		*context_stored(c, REG(name)) =                                                    \
			(live_read_##counterpart(MODE_VHE) & CNTKCTL_BITS) |                       \
			(*context_stored(c, REG(name)) & ~CNTKCTL_BITS);                           \
	else                                                                                       \
		*context_stored(c, REG(counterpart)) = live_read_##counterpart(MODE_VHE);
#define SAVE_SPSR(name, counterpart)                                                               \
	*context_stored(c, REG(name)) = spsr_from_live(vcpu, live_read_##counterpart(MODE_VHE));
#define SAVE_STORED(name, counterpart)

static void load_vel2(struct vcpu *vcpu)
{
	struct context *c = &vcpu->context;
	bool is_e2h = vcpu->is_e2h_loaded;

#define VEL2(kind, name, offset, counterpart, translation)                                         \
	LOAD_##kind(name, counterpart, translate_##translation)
#include "core/vel2.def"
#undef VEL2
}

/* With vE2H=0 the CPU has translations, which L1 cannot change without a trap (NV-17). */
static void save_vel2(struct vcpu *vcpu)
{
	struct context *c = &vcpu->context;
	bool is_e2h = vcpu->is_e2h_loaded;

#define VEL2(kind, name, offset, counterpart, translation) SAVE_##kind(name, counterpart)
#include "core/vel2.def"
#undef VEL2
}

void registers_load(struct vcpu *vcpu)
{
	vcpu->is_e2h_loaded = vcpu_e2h(vcpu);
	context_restore(&vcpu->context, CLASS_USER, MODE_VHE);
	registers_load_identity(vcpu);
	if (vcpu_is_hyp_ctxt(vcpu)) {
		load_vel2(vcpu);
	} else {
		context_restore(&vcpu->context, CLASS_EL1, MODE_VHE);
		context_restore(&vcpu->context, CLASS_WALK, MODE_VHE);
	}
	context_restore(&vcpu->context, CLASS_SHARED, MODE_VHE);
	vcpu->sysregs_on_cpu = true;
}

void registers_save(struct vcpu *vcpu)
{
	/* NV-12: by context, not by mode: InHost EL0 has virtual EL2's registers too. */
	if (MUTANT(D8) ? vcpu_is_el2(vcpu) : vcpu_is_hyp_ctxt(vcpu)) {
		save_vel2(vcpu);
	} else {
		context_save(&vcpu->context, CLASS_EL1, MODE_VHE);
		context_save(&vcpu->context, CLASS_WALK, MODE_VHE);
	}
	context_save(&vcpu->context, CLASS_SHARED, MODE_VHE);
	context_save(&vcpu->context, CLASS_USER, MODE_VHE);
	vcpu->sysregs_on_cpu = false;
}
