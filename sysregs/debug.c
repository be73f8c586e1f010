/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Self-hosted debug: locks, routing, what breakpoints and watchpoints match; the registers of the
 * debug communication channel, on whose other side nobody is. DDI 0487 D2, J1.1 aarch64/debug.
 */
#include "sysregs/debug.h"
#include "sysregs/control.h"
#include "sysregs/table.h"

static const u16 breakpoint_value[DEBUG_BREAKPOINTS] = { SR_DBGBVR0_EL1, SR_DBGBVR1_EL1,
	SR_DBGBVR2_EL1, SR_DBGBVR3_EL1, SR_DBGBVR4_EL1, SR_DBGBVR5_EL1 };
static const u16 breakpoint_control[DEBUG_BREAKPOINTS] = { SR_DBGBCR0_EL1, SR_DBGBCR1_EL1,
	SR_DBGBCR2_EL1, SR_DBGBCR3_EL1, SR_DBGBCR4_EL1, SR_DBGBCR5_EL1 };
static const u16 watchpoint_value[DEBUG_WATCHPOINTS] = { SR_DBGWVR0_EL1, SR_DBGWVR1_EL1,
	SR_DBGWVR2_EL1, SR_DBGWVR3_EL1 };
static const u16 watchpoint_control[DEBUG_WATCHPOINTS] = { SR_DBGWCR0_EL1, SR_DBGWCR1_EL1,
	SR_DBGWCR2_EL1, SR_DBGWCR3_EL1 };

/* DebugAddrTop() without FEAT_LVA. */
enum { ADDRESS_TOP = 48 };

/* ---- Enabling and routing ---- */

/* OSLockStatus() or DoubleLockStatus(). */
static bool is_locked(const struct cpu *cpu)
{
	return (cpu->sys[SR_OSLSR_EL1] & OSLSR_EL1_OSLK) ||
	       ((cpu->sys[SR_OSDLR_EL1] & OSDLR_EL1_DLK) &&
		       !(cpu->sys[SR_DBGPRCR_EL1] & DBGPRCR_EL1_CORENPDRQ));
}

unsigned debug_target(const struct cpu *cpu)
{
	bool to_el2 = cpu->has_el2 && (control_tge(cpu) || control(cpu, SR_MDCR_EL2, MDCR_EL2_TDE));

	return to_el2 ? EL2 : EL1;
}

bool debug_enabled_from(const struct cpu *cpu, unsigned el, bool masked)
{
	unsigned target = debug_target(cpu);

	if (is_locked(cpu))
		return false;
	if (el == target)
		return (cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_KDE) && !masked;
	return el < target;
}

static bool any_enabled(const struct cpu *cpu, const u16 *controls, unsigned count)
{
	for (unsigned n = 0; n < count; n++) {
		if (cpu->sys[controls[n]] & DBGBCRn_EL1_E) /* bit 0 of watchpoints too */
			return true;
	}
	return false;
}

void debug_rearm(struct cpu *cpu)
{
	u64 mdscr = is_locked(cpu) ? 0 : cpu->sys[SR_MDSCR_EL1];
	bool steps = mdscr & MDSCR_EL1_SS, monitors = mdscr & MDSCR_EL1_MDE;
	bool checks =
		steps || (monitors && any_enabled(cpu, breakpoint_control, DEBUG_BREAKPOINTS));
	bool watches = monitors && any_enabled(cpu, watchpoint_control, DEBUG_WATCHPOINTS);

	if (checks != cpu->debug_checks)
		cpu->check_irq = true; /* the engine looks up */
	cpu->debug_checks = checks;
	if (watches == cpu->debug_watches)
		return;
	cpu->debug_watches = watches;
	for (unsigned el = 0; el < EL_COUNT; el++)
		cpu->ctx_of[el][0] = cpu->ctx_of[el][1] = NULL;
}

/* ---- Matching ---- */

/*
 * The ELs, as bits, that HMC, SSC and PMC or PAC select in Non-secure state; none for reserved
 * combinations. Tables D2-8 and D2-13, CheckValidStateMatch()
 */
static unsigned selected_els(const struct cpu *cpu, u64 hmc, u64 ssc, u64 pxc)
{
	enum { E0 = 1 << EL0, E1 = 1 << EL1, E2 = 1 << EL2 };
	static const u8 both_states[2][4] = {
		{ 0, E1, E0, E0 | E1 },
		{ 0, E1 | E2, 0, E0 | E1 | E2 },
	};

	if (!cpu->has_el2 && (hmc || ssc))
		return 0;
	if (ssc == 0)
		return both_states[hmc][pxc];
	return hmc && ssc == 3 && pxc == 0 ? E2 : 0;
}

/* What a breakpoint compares. */
enum { ADDRESS = 1, CONTEXT = 2, CONTEXT_EL1 = 4, CONTEXT_EL2 = 8, VMID = 16 };

/* AArch64.ReservedBreakpointType(); 0: reserved. */
static unsigned compared_by(const struct cpu *cpu, unsigned n)
{
	static const u8 by_type[8] = { /* BT<3:1>, D2.8.3.2; 010x is AArch32's mismatch */
		ADDRESS, CONTEXT, 0, CONTEXT_EL1, VMID, VMID | CONTEXT_EL1, CONTEXT_EL2,
		CONTEXT_EL1 | CONTEXT_EL2
	};
	u64 type = get_field(cpu->sys[breakpoint_control[n]], DBGBCRn_EL1_BT) >> 1;
	bool is_context_aware = n >= DEBUG_BREAKPOINTS - DEBUG_CONTEXT_AWARE;

	if (type != 0 && !is_context_aware)
		return 0;
	if (type >= 4 && !cpu->has_el2)
		return 0;
	if ((type == 3 || type >= 6) && !cpu_has(cpu, FEAT_VHE))
		return 0;
	return by_type[type];
}

static bool is_linked(const struct cpu *cpu, unsigned n)
{
	return get_field(cpu->sys[breakpoint_control[n]], DBGBCRn_EL1_BT) & 1;
}

static bool vmid_matches(const struct cpu *cpu, u64 value)
{
	bool is_16_bits = cpu_has(cpu, FEAT_VMID16) && (cpu->sys[SR_VTCR_EL2] & VTCR_EL2_VS);
	u64 vmid = get_field(cpu->sys[SR_VTTBR_EL2], VTTBR_EL2_VMID);

	return ((vmid ^ value >> 32) & (is_16_bits ? 0xffff : 0xff)) == 0;
}

/* AArch64.BreakpointValueMatch() of an enabled breakpoint that compares this. */
static bool value_matches(const struct cpu *cpu, unsigned n, unsigned compared)
{
	u64 value = cpu->sys[breakpoint_value[n]];
	bool is_hosts = is_el2_regime(cpu) && is_e2h(cpu);
	bool is_guests = cpu->pstate.el != EL2 && !is_hosts;
	u32 context1 = (u32)cpu->sys[SR_CONTEXTIDR_EL1],
	    context2 = (u32)cpu->sys[SR_CONTEXTIDR_EL2];

	if ((compared & ADDRESS) && ((cpu->pc ^ value) & MASK(ADDRESS_TOP, 2)) != 0)
		return false;
	if ((compared & CONTEXT) && is_hosts && context2 != (u32)value)
		return false;
	if ((compared & CONTEXT) && !is_hosts && (cpu->pstate.el == EL2 || context1 != (u32)value))
		return false;
	if ((compared & CONTEXT_EL1) && (!is_guests || context1 != (u32)value))
		return false;
	if ((compared & CONTEXT_EL2) && context2 != value >> 32)
		return false;
	return !(compared & VMID) || (is_guests && vmid_matches(cpu, value));
}

/* Does what is linked to breakpoint n match: n is enabled, for linking, and in its context? */
static bool link_matches(const struct cpu *cpu, u64 n)
{
	unsigned compared;

	if (n >= DEBUG_BREAKPOINTS || !(cpu->sys[breakpoint_control[n]] & DBGBCRn_EL1_E) ||
		!is_linked(cpu, (unsigned)n))
		return false;
	compared = compared_by(cpu, (unsigned)n);
	return compared != 0 && !(compared & ADDRESS) && value_matches(cpu, (unsigned)n, compared);
}

/* AArch64.BreakpointMatch() */
static bool breakpoint_matches(const struct cpu *cpu, unsigned n)
{
	u64 control = cpu->sys[breakpoint_control[n]];
	unsigned compared = compared_by(cpu, n);
	unsigned els = selected_els(cpu, get_field(control, DBGBCRn_EL1_HMC),
		get_field(control, DBGBCRn_EL1_SSC), get_field(control, DBGBCRn_EL1_PMC));

	if (!(control & DBGBCRn_EL1_E) || !(els >> cpu->pstate.el & 1) || compared == 0)
		return false;
	if (is_linked(cpu, n) &&
		(!(compared & ADDRESS) || !link_matches(cpu, get_field(control, DBGBCRn_EL1_LBN))))
		return false; /* a context's alone says nothing */
	return value_matches(cpu, n, compared);
}

bool debug_breakpoint_matches(const struct cpu *cpu)
{
	for (unsigned n = 0; n < DEBUG_BREAKPOINTS; n++) {
		if (breakpoint_matches(cpu, n))
			return true;
	}
	return false;
}

/* AArch64.WatchpointByteMatch() */
static bool byte_matches(const struct cpu *cpu, unsigned n, u64 va)
{
	u64 control = cpu->sys[watchpoint_control[n]], value = cpu->sys[watchpoint_value[n]];
	u64 selected = get_field(control, DBGWCRn_EL1_BAS);
	unsigned mask = (unsigned)get_field(control, DBGWCRn_EL1_MASK);
	unsigned bottom = value & 4 ? 2 : 3; /* a word, or a doubleword */

	if (mask == 1 || mask == 2) /* reserved */
		return false;
	if (mask != 0)
		return ((va ^ value) & MASK(ADDRESS_TOP, mask)) == 0;
	return ((va ^ value) & MASK(ADDRESS_TOP, bottom)) == 0 &&
	       (selected >> bits(va, bottom - 1, 0) & 1);
}

/* AArch64.WatchpointMatch() but for the address; *reads: a read would do. */
static bool watchpoint_applies(
	const struct cpu *cpu, unsigned n, const struct debug_access *access, bool *reads)
{
	u64 control = cpu->sys[watchpoint_control[n]];
	bool loads = get_field(control, DBGWCRn_EL1_LSC) & 1,
	     stores = get_field(control, DBGWCRn_EL1_LSC) & 2;
	unsigned els = selected_els(cpu, get_field(control, DBGWCRn_EL1_HMC),
		get_field(control, DBGWCRn_EL1_SSC), get_field(control, DBGWCRn_EL1_PAC));

	if (!(control & DBGWCRn_EL1_E) || !(els >> access->el & 1))
		return false;
	if ((control & DBGWCRn_EL1_WT) && !link_matches(cpu, get_field(control, DBGWCRn_EL1_LBN)))
		return false;
	*reads = access->reads && loads;
	return *reads || (access->writes && stores);
}

struct debug_hit debug_watchpoint_matches(const struct cpu *cpu, const struct debug_access *access)
{
	struct debug_hit hit = { .is_write = true };
	unsigned lowest = access->size;

	for (unsigned n = 0; n < DEBUG_WATCHPOINTS; n++) {
		bool reads;
		unsigned i = 0;

		if (!watchpoint_applies(cpu, n, access, &reads))
			continue;
		while (i < access->size && !byte_matches(cpu, n, access->va + i))
			i++;
		if (i == access->size)
			continue;
		hit.matches = true;
		hit.is_write = hit.is_write && !reads;
		lowest = i < lowest ? i : lowest;
	}
	hit.va = access->va + lowest;
	return hit;
}

/* ---- Registers ---- */

/* What MDSCR_EL1 holds for EDSCR: read-only while the OS lock is unlocked. */
static const u64 edscr_bits = MDSCR_EL1_ERR | MDSCR_EL1_HDE | MDSCR_EL1_TDA | MDSCR_EL1_INTdis |
			      MDSCR_EL1_TXU | MDSCR_EL1_RXO | MDSCR_EL1_TXfull | MDSCR_EL1_RXfull;

static u64 with_edscr_bits(const struct cpu *cpu, u64 mdscr, u64 old)
{
	bool is_written = cpu->sys[SR_OSLSR_EL1] & OSLSR_EL1_OSLK;

	return is_written ? mdscr : (mdscr & ~edscr_bits) | (old & edscr_bits);
}

u64 mdscr_as_locked(const struct cpu *cpu, u64 mdscr)
{
	return with_edscr_bits(cpu, mdscr, cpu->sys[SR_MDSCR_EL1]);
}

void write_mdscr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	cpu->sys[id] = with_edscr_bits(cpu, cpu->sys[id], old);
	debug_rearm(cpu);
}

void debug_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	debug_rearm(cpu);
}

/* OSLAR_EL1.OSLK shows in OSLSR_EL1.OSLK. */
void write_oslar(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	cpu->sys[SR_OSLSR_EL1] = put_bits(cpu->sys[SR_OSLSR_EL1], 1, 1, cpu->sys[id] & 1);
	debug_rearm(cpu);
}

u64 read_mdccsr(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return cpu->sys[SR_MDSCR_EL1] & (MDSCR_EL1_TXfull | MDSCR_EL1_RXfull);
}

/*
 * Read_DBGDTR_EL0(): DTRRX, in 64 bits below DTRTX, and it is empty then; 0 where it was. DTRRX and
 * DTRTX are kept in the registers that save and restore them.
 */
void took_dtr(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	(void)id, (void)value;
	cpu->sys[SR_MDSCR_EL1] &= ~MDSCR_EL1_RXfull;
}

u64 read_dtr(struct cpu *cpu, enum sysreg_id id)
{
	if (!(cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_RXfull))
		return 0;
	return cpu->sys[SR_OSDTRRX_EL1] |
	       (id == SR_DBGDTR_EL0 ? cpu->sys[SR_OSDTRTX_EL1] << 32 : 0);
}

/* Write_DBGDTR_EL0(): DTRTX, and it stays full, for nobody reads it. */
void write_dtr(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)old;
	if (id == SR_DBGDTR_EL0)
		cpu->sys[SR_OSDTRRX_EL1] = cpu->sys[id] >> 32;
	cpu->sys[SR_OSDTRTX_EL1] = (u32)cpu->sys[id];
	cpu->sys[SR_MDSCR_EL1] |= MDSCR_EL1_TXfull;
}
