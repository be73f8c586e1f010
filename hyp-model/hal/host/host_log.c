/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What core/ did, in order.
 */
#include <stdio.h>
#include <stdlib.h>

#include "host_machine.h"

static struct log_entry entries[65536];
static size_t count;

/* How an entry looks as text; NULL: it does not, or is one of a register. */
static const struct {
	const char *name;
	bool has_address, has_value;
} kinds[LOG_KINDS] = {
	[LOG_DESCRIPTOR] = { "", true, true },
	[LOG_EXCHANGE] = { "exchange ", true, true },
	[LOG_ISB] = { "ISB", false, false },
	[LOG_DSB_NSH] = { "DSB NSH", false, false },
	[LOG_DSB_NSHST] = { "DSB NSHST", false, false },
	[LOG_DSB_ISH] = { "DSB ISH", false, false },
	[LOG_DSB_ISHST] = { "DSB ISHST", false, false },
	[LOG_FLUSH_DCACHE] = { "flush D", false, false },
	[LOG_FLUSH_ICACHE] = { "flush I", false, false },
	[LOG_PAN] = { "PAN", false, true },
	[LOG_FP_SAVE] = { "FP save", false, false },
	[LOG_FP_RESTORE] = { "FP restore", false, false },
	[LOG_FIXMAP_MAP] = { "fixmap ", true, true },
	[LOG_FIXMAP_UNMAP] = { "fixmap unmap", false, true },
	[LOG_KICK] = { "kick", false, true },
	[LOG_IRQ_WINDOW] = { "window", false, false },
	[LOG_WAIT] = { "WFI", false, false },
	[LOG_GIC_END] = { "GIC end", false, true },
	[LOG_GIC_DEACTIVATE] = { "GIC deactivate", false, true },
	[LOG_GIC_SET_ACTIVE] = { "GIC active ", true, true },
	[LOG_GIC_ENABLE] = { "GIC enable ", true, true },
	[LOG_ENTER] = { "guest", false, false },
};

_Noreturn void misuse(const char *what, const char *name)
{
	fprintf(stderr, "hal/host: CPU %u, EL%u: %s: %s\n", host_this_cpu(), host_level(), what,
		name);
	abort();
}

void log_add(enum log_kind kind, enum host_reg reg, u64 address, u64 value)
{
	if (count == COUNT(entries))
		misuse("the log is full", "host_log_clear() more often");
	entries[count++] = (struct log_entry){ kind, host_this_cpu(), reg, address, value };
}

void host_log_clear(void)
{
	count = 0;
}

size_t host_log_count(void)
{
	return count;
}

const struct log_entry *host_log(size_t i)
{
	return &entries[i];
}

static bool has_register(enum log_kind kind)
{
	return kind == LOG_READ || kind == LOG_WRITE || kind == LOG_SYS;
}

long host_log_find(size_t start, enum log_kind kind, enum host_reg reg)
{
	for (size_t i = start; i < count; i++)
		if (entries[i].kind == kind && (!has_register(kind) || entries[i].reg == reg))
			return (long)i;
	return -1;
}

unsigned host_log_times(enum log_kind kind, enum host_reg reg)
{
	unsigned times = 0;

	for (long i = host_log_find(0, kind, reg); i >= 0;
		i = host_log_find((size_t)i + 1, kind, reg))
		times++;
	return times;
}

static int entry_text(char *text, size_t size, const struct log_entry *e)
{
	const char *name = kinds[e->kind].name;

	if (e->kind == LOG_WRITE)
		return snprintf(text, size, "%s=0x%lx\n", host_reg_name(e->reg), e->value);
	if (e->kind == LOG_SYS)
		return snprintf(text, size, "%s 0x%lx\n", host_reg_name(e->reg), e->value);
	if (!name)
		return 0;
	if (kinds[e->kind].has_address)
		return snprintf(text, size, "%s[0x%lx]=0x%lx\n", name, e->address, e->value);
	if (kinds[e->kind].has_value)
		return snprintf(text, size, "%s %lu\n", name, e->value);
	return snprintf(text, size, "%s\n", name);
}

const char *host_log_text(void)
{
	static char text[1 << 18];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && length < sizeof(text) - 80; i++)
		length += (size_t)entry_text(text + length, sizeof(text) - length, &entries[i]);
	return text;
}
