/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap matrix: under each setting of explain/settings.def, at EL0, EL1 and EL2, executes each
 * row of sysregs/sysreg.def as a read and a write, and each instruction of
 * explain/instructions.def, and logs what happened (log.h). It judges nothing; the same image runs
 * on Entresol and elsewhere, and tests/diff/trap_matrix.c compares.
 *
 * Semihosting command line: the image's name, then FIRST and STEP: settings FIRST, FIRST + STEP...
 */
#include "cell.h"
#include "log.h"
#include "rows.h"
#include "world.h"

#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const u64 reg##_##field = MASK(high, low);
#include "sysregs/fields.def"
#undef FIELD

enum { EC_UNKNOWN = 0x00, EC_ILLEGAL = 0x0e, EC_SVC = 0x15, EC_HVC = 0x16, EC_SYSREG = 0x18 };
enum { SYNC, IRQ, FIQ, SERROR };
enum { PSCI_VERSION = 0x84000000 };

/* An address that stage 2 does not map: EL1 cannot be denied to fault there. */
#define DOOR_PAGE 0x10000ul

/* One cell, and where it is in the matrix. */
struct where {
	unsigned el;
	int row;	 /* of sysreg.def, or -1 */
	int instruction; /* of instructions.def, or -1 */
	bool is_write;
};

/* ---- Running ---- */

static u64 pstate_of(unsigned el)
{
	return el == 0 ? PSTATE_EL0T : el == 1 ? PSTATE_EL1H : PSTATE_EL2H;
}

static bool is_host_el0(const struct where *at)
{
	return at->el == 0 && world_hcr(HCR_EL2_TGE);
}

/* Where the instruction goes on when nothing happens, and where the vectors of EL1 go. */
static void choose_doors(struct cell *cell, const struct where *at)
{
	bool stage2 = world_hcr(HCR_EL2_VM | HCR_EL2_DC);

	cell->spsr_to = pstate_of(at->el);
	cell->el1_door = stage2 ? DOOR_PAGE : (u64)door_hvc;
	if (at->el == 2)
		cell->door = (u64)door_brk;
	else if (is_host_el0(at) || (at->el == 0 && !stage2))
		cell->door = (u64)door_svc;
	else
		cell->door = cell->el1_door;
	cell->elr_el1 = cell->elr_el2 = cell->door;
}

/* The exception that a cell ended with, wherever it was taken. */
struct taken {
	unsigned el, vector;
	u64 esr, elr;
};

static struct taken taken_of(const struct cell *cell)
{
	struct taken taken = { 2, (unsigned)cell->vector, cell->esr, cell->elr };
	u64 value;

	if (cell->el1_vector == 0)
		return taken;
	taken.el = 1;
	taken.vector = (unsigned)cell->el1_vector & ~1u;
	taken.esr = world_read(SR_ESR_EL1, &value) ? value : 0;
	taken.elr = world_read(SR_ELR_EL1, &value) ? value : 0;
	return taken;
}

static unsigned ec_of(u64 esr)
{
	return (unsigned)(esr >> 26) & 0x3f;
}

/* Did the instruction complete: the exception is the door's? */
static bool is_done(const struct cell *cell, const struct taken *taken)
{
	if (cell->door == (u64)door_svc)
		return (taken->elr & ~4ul) == (u64)door_svc && ec_of(taken->esr) == EC_SVC;
	if (cell->door == (u64)door_hvc)
		return taken->elr == (u64)door_hvc + 4 && taken->el == 2;
	return taken->elr == cell->door && taken->vector % 0x200 == 0;
}

static u32 iss_of_access(const struct where *at)
{
	u32 e = rows[at->row].encoding;

	return (e >> OP0_SHIFT & 3) << 20 | (e & 7) << 17 | (e >> OP1_SHIFT & 7) << 14 |
	       (e >> CRN_SHIFT & 15) << 10 | (e >> CRM_SHIFT & 15) << 1 | !at->is_write;
}

static bool is_abort(unsigned ec)
{
	return ec == 0x20 || ec == 0x21 || ec == 0x24 || ec == 0x25;
}

/* The fine-grained trap of SVC returns to it, its own exception behind it. CheckForSVCTrap() */
static bool is_trapped_svc(const struct where *at, const struct taken *taken)
{
	bool may_be =
		!world_hcr(HCR_EL2_TGE) ||
		(!world_hcr(HCR_EL2_E2H) && (world_expected(SR_HFGITR_EL2) & HFGITR_EL2_SVC_EL0));

	return taken->el == 2 && at->el != 2 && may_be;
}

static struct outcome synchronous(
	const struct where *at, const struct cell *cell, const struct taken *taken)
{
	unsigned ec = ec_of(taken->esr);
	struct outcome o = { .kind = KIND_TRAP,
		.target_el = (u8)taken->el,
		.ec = (u8)ec,
		.iss = (u32)taken->esr & 0x1ffffff };
	u64 after = taken->elr - cell->pc;
	bool is_call = ec == EC_HVC || (ec == EC_SVC && !is_trapped_svc(at, taken));
	unsigned group = taken->el == at->el ? 0x200 : 0x400;

	if (at->instruction == MATRIX_WFE && after == 4)
		after = 0; /* the second of two */
	if ((taken->esr & BIT(25)) == 0 || after != (is_call ? 4 : 0) || taken->vector != group) {
		o.kind = KIND_OTHER;
		o.detail = (taken->esr & 0xfe000000) | taken->vector << 8 | (after & 0xff);
	} else if (ec == EC_UNKNOWN && o.iss == 0) {
		o.kind = KIND_UNDEFINED;
	} else if (ec == EC_ILLEGAL) {
		o.kind = KIND_ILLEGAL;
	} else if (is_abort(ec)) {
		o.kind = KIND_ABORT;
	} else if (ec == EC_SYSREG && at->row >= 0) {
		o.iss_is_access = o.iss == iss_of_access(at);
		if (o.iss_is_access)
			o.iss = 0;
	}
	return o;
}

static struct outcome outcome_of(const struct where *at, const struct cell *cell)
{
	struct taken taken = taken_of(cell);
	unsigned vector = taken.vector % 0x200 / 0x80;

	if (is_done(cell, &taken))
		return (struct outcome){ .kind = KIND_OK };
	if (vector != SYNC)
		return (struct outcome){ .kind = vector == IRQ	 ? KIND_IRQ
						 : vector == FIQ ? KIND_FIQ
								 : KIND_SERROR,
			.target_el = (u8)taken.el };
	return synchronous(at, cell, &taken);
}

/* ---- What an access is to find ---- */

/* Registers that exceptions write: EL1's get these values before a cell, EL2's by run_cell(). */
static bool known(unsigned id, const struct cell *cell, u64 *value)
{
	switch (id) {
	case SR_ELR_EL1: *value = cell->elr_el1; return true;
	case SR_SPSR_EL1: *value = PSTATE_EL1H; return true;
	case SR_ESR_EL1: *value = CELL_ESR_EL1; return true;
	case SR_FAR_EL1: *value = CELL_FAR_EL1; return true;
	case SR_ELR_EL2: *value = cell->elr_el2; return true;
	case SR_SPSR_EL2: *value = PSTATE_EL2H; return true;
	case SR_ESR_EL2: *value = CELL_ESR_EL2; return true;
	case SR_FAR_EL2: *value = CELL_FAR_EL2; return true;
	default: return world_read(id, value);
	}
}

/* Which of the registers that the row may mean holds the value, if just one does. */
static enum target target_of(unsigned id, const struct cell *cell, u64 value)
{
	const struct row *row = &rows[id];
	struct {
		unsigned id;
		enum target target;
	} candidates[] = { { row->alias_of ? rows[row->alias_of].e2h_is : id,
				   row->alias_of ? TARGET_UNSEEN : TARGET_SELF },
		{ row->e2h_is, TARGET_E2H }, { row->alias_of, TARGET_ALIAS },
		{ row->nv2_is, TARGET_NV2 } };
	enum target found = TARGET_UNSEEN;
	unsigned matches = 0, seen = 0;

	for (unsigned i = 0; i < COUNT(candidates); i++) {
		u64 held;

		if ((i > 0 && candidates[i].id == 0) || !known(candidates[i].id, cell, &held))
			continue;
		seen++;
		if (held == value) {
			matches++;
			found = candidates[i].target;
		}
	}
	return matches == 1 && seen > 1 ? found : TARGET_UNSEEN;
}

static bool has_several_meanings(unsigned id)
{
	return rows[id].e2h_is || rows[id].alias_of || rows[id].nv2_is;
}

/* FEAT_NV2: the word that a write left in VNCR memory, as an offset; -1: none. Restores it. */
static int changed_word(void)
{
	for (unsigned i = 0; i < VNCR_WORDS; i++) {
		if (vncr_page[i] != vncr_pattern(8 * i)) {
			vncr_page[i] = vncr_pattern(8 * i);
			return (int)(8 * i);
		}
	}
	return -1;
}

static void to_memory(struct outcome *o, unsigned id, u64 offset)
{
	o->kind = KIND_MEMORY;
	o->own_offset = rows[id].is_vncr && rows[id].vncr == offset;
	o->offset = o->own_offset ? 0 : (u16)offset;
}

/* What a write to a register writes when no read tells: nothing that does anything. */
static u64 operand(unsigned id)
{
	u32 e = rows[id].encoding, crn = e >> CRN_SHIFT & 15, crm = e >> CRM_SHIFT & 15,
	    op2 = e & 7;

	if (!rows[id].is_operation) {
		bool ends_interrupt =
			crn == 12 && ((crm == 8 || crm == 12 || crm == 11) && op2 == 1);

		return ends_interrupt && world_expected(id) == 0 ? 1023 : world_expected(id);
	}
	if (crn == 8)
		return (u64)scratch_page >> 12;
	if (crn == 7 && op2 == 2 && (crm == 6 || crm == 10 || crm == 14)) /* by set and way */
		return 0;
	return crn == 7 && crm == 3 ? 0 : (u64)scratch_page; /* CFP, DVP, CPP RCTX: this context */
}

static void run_at(struct cell *cell, const struct where *at)
{
	if (at->el != 0)
		world_write_el1_exception(cell->elr_el1, PSTATE_EL1H, CELL_ESR_EL1, CELL_FAR_EL1);
	run_cell(cell);
	if (world_hcr(HCR_EL2_VSE)) /* taking it clears it */
		world_write(SR_HCR_EL2, world_expected(SR_HCR_EL2));
}

/* ---- Cells ---- */

/* A read, and what it read. */
static struct outcome read_cell(unsigned el, unsigned id, u64 *value)
{
	struct where at = { .el = el, .row = (int)id, .instruction = -1 };
	struct cell cell = { .pc = stub_of_row(id, false) };
	struct outcome o;

	choose_doors(&cell, &at);
	run_at(&cell, &at);
	o = outcome_of(&at, &cell);
	*value = cell.result;
	if (o.kind != KIND_OK)
		return o;
	if (*value == vncr_pattern(*value & 0xff8)) {
		to_memory(&o, id, *value & 0xff8);
		*value ^= BIT(60); /* a write shows */
	} else if (has_several_meanings(id)) {
		o.target = target_of(id, &cell, *value);
	}
	return o;
}

static struct outcome write_cell(unsigned el, unsigned id, u64 value)
{
	struct where at = { .el = el, .row = (int)id, .instruction = -1, .is_write = true };
	struct cell cell = { .pc = stub_of_row(id, true), .x0 = value };
	struct outcome o;
	int offset;

	choose_doors(&cell, &at);
	run_at(&cell, &at);
	o = outcome_of(&at, &cell);
	if (o.kind == KIND_OK && el == 1 && world_hcr(HCR_EL2_NV2)) {
		offset = changed_word();
		if (offset >= 0)
			to_memory(&o, id, (u64)offset);
	}
	return o;
}

/* ELR as ERETAA and ERETAB want it: signed with SP, if that EL authenticates. */
static u64 signed_door(const struct where *at, u64 door)
{
	bool is_a = at->instruction == MATRIX_ERETAA;
	u64 enable = is_a ? SCTLR_EL1_EnIA : SCTLR_EL1_EnIB;
	u64 sctlr = world_expected(at->el == 2 ? SR_SCTLR_EL2 : SR_SCTLR_EL1);
	u64 here = world_expected(SR_SCTLR_EL2);
	struct cell cell = { .spsr_to = PSTATE_EL2H, .door = (u64)door_brk, .x0 = door };

	if (!(sctlr & enable))
		return door;
	world_write(SR_SCTLR_EL2, here | enable);
	cell.pc = stub_of_instruction(is_a ? MATRIX_PACIA : MATRIX_PACIB);
	cell.x1 = at->el == 2 ? (u64)cell_stack : world_expected(SR_SP_EL1);
	run_cell(&cell);
	world_write(SR_SCTLR_EL2, here);
	return cell.result;
}

static struct outcome instruction_cell(unsigned el, unsigned index)
{
	struct where at = { .el = el, .row = -1, .instruction = (int)index };
	struct cell cell = { .pc = stub_of_instruction(index), .x0 = (u64)scratch_page };

	if (index == MATRIX_WFI && !world_has_timer())
		return (struct outcome){ .kind = KIND_UNSEEN };
	if (index == MATRIX_SMC)
		cell.x0 = PSCI_VERSION;
	choose_doors(&cell, &at);
	if (index == MATRIX_ERETAA || index == MATRIX_ERETAB)
		cell.elr_el1 = cell.elr_el2 = signed_door(&at, cell.door);
	if (index == MATRIX_WFI)
		world_timer(true);
	run_at(&cell, &at);
	if (index == MATRIX_WFI)
		world_timer(false);
	return outcome_of(&at, &cell);
}

/* Does the EL exist under this setting? If not, one line says what the return to it does. */
static bool is_absent(unsigned el, struct outcome *o)
{
	struct where at = { .el = el, .row = -1, .instruction = MATRIX_ISB };
	struct cell cell = { .pc = stub_of_instruction(MATRIX_ISB) };

	choose_doors(&cell, &at);
	run_at(&cell, &at);
	*o = outcome_of(&(struct where){ .el = 2, .row = -1, .instruction = -1 }, &cell);
	return o->kind == KIND_ILLEGAL;
}

static void matrix_of_el(unsigned el)
{
	static struct outcome reads[SYSREG_COUNT], writes[SYSREG_COUNT];
	struct outcome o;

	if (el != 2 && is_absent(el, &o)) {
		log_cells_begin(el, '-');
		log_cell(&o);
		log_cells_end();
		return;
	}
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u64 value;

		reads[id] = writes[id] = (struct outcome){ .kind = KIND_UNSEEN };
		if (!has_encoding(id))
			continue;
		reads[id] = read_cell(el, id, &value);
		if (reads[id].kind != KIND_OK && reads[id].kind != KIND_MEMORY)
			value = operand(id);
		writes[id] = write_cell(el, id, value);
	}
	log_cells_begin(el, 'r');
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		log_cell(&reads[id]);
	log_cells_end();
	log_cells_begin(el, 'w');
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		log_cell(&writes[id]);
	log_cells_end();
	log_cells_begin(el, 'x');
	for (unsigned i = 0; i < matrix_instruction_count; i++) {
		o = instruction_cell(el, i);
		log_cell(&o);
	}
	log_cells_end();
	world_repair();
}

/* ---- The run ---- */

static unsigned next_number(const char **text, unsigned otherwise)
{
	unsigned value = 0;

	while (**text == ' ')
		(*text)++;
	if (**text < '0' || **text > '9')
		return otherwise;
	while (**text >= '0' && **text <= '9')
		value = value * 10 + (unsigned)(*(*text)++ - '0');
	return value;
}

int main(void)
{
	enum { SYS_GET_CMDLINE = 0x15 };
	static char line[256];
	static struct setting setting;
	u64 block[2] = { (u64)line, sizeof(line) };
	unsigned count = settings_count(), first, step;
	const char *text = line;

	if (semihosting(SYS_GET_CMDLINE, block) != 0)
		line[0] = '\0';
	while (*text != '\0' && *text != ' ')
		text++;
	first = next_number(&text, 0);
	step = next_number(&text, 1);
	log_text("trap-matrix 1 ");
	log_number(SYSREG_COUNT);
	log_text(" ");
	log_number(matrix_instruction_count);
	log_text("\n");
	world_start();
	for (unsigned i = first; i < count; i += step != 0 ? step : 1) {
		setting_get(i, &setting);
		log_text("s ");
		log_number(i);
		log_text(" ");
		log_text(setting.name);
		log_text("\n");
		world_apply(&setting);
		for (unsigned el = 0; el <= 2; el++)
			matrix_of_el(el);
	}
	log_text("end\n");
	log_flush();
	return 0;
}
