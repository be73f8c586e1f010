/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GIC on a bus with PEs that are only their registers; what each is offered is in cpu->offer.
 */
#ifndef ENT_TEST_GIC_BENCH_H
#define ENT_TEST_GIC_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/board.h"
#include "platform/gic_private.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

/* Offsets as the tests give them: of the distributor, or of a PE's redistributor. */
#define RD(cpu, offset) (BOARD_GICR_BASE - BOARD_GICD_BASE + BOARD_GICR_EACH * (cpu) + (offset))
#define SGI(cpu, offset)                                                                           \
	(BOARD_GICR_BASE - BOARD_GICD_BASE + BOARD_GICR_EACH * (cpu) + 0x10000u + (offset))

struct gic_bench {
	struct gic *gic;
	struct bus bus;
	struct cpu_group group;
	struct wire ppi[GIC_CPUS], spi; /* of INTID 27 and 40 */
};

static struct gic *the_gic;

struct gic *gic_of(const struct cpu *cpu)
{
	(void)cpu;
	return the_gic;
}

static const struct cpu_ops gic_bench_ops = { NO_TIMERS };

static inline void bench_create(struct gic_bench *bench, unsigned cpus)
{
	*bench = (struct gic_bench){ .group = { .count = cpus } };
	for (unsigned i = 0; i < cpus; i++) {
		struct cpu *cpu = calloc(1, sizeof(*cpu));

		assert_non_null(cpu);
		cpu->ops = &gic_bench_ops;
		cpu->index = i;
		cpu->pa_bits = 40;
		cpu->has_el2 = true;
		assert_true(sysregs_select_profile(cpu, "v8.1"));
		sysregs_reset(cpu);
		bench->group.cpu[i] = cpu;
	}
	the_gic = bench->gic = gic_create(&bench->group);
	assert_non_null(bench->gic);
	gic_add_to_bus(bench->gic, &bench->bus, PA(BOARD_GICD_BASE), PA(BOARD_GICR_BASE));
	for (unsigned i = 0; i < cpus; i++) {
		bench->group.cpu[i]->gic = &gic_ops;
		gic_connect_ppi(bench->gic, i, 27, &bench->ppi[i]);
	}
	gic_connect_spi(bench->gic, 40, &bench->spi);
}

static inline void bench_destroy(struct gic_bench *bench)
{
	for (unsigned i = 0; i < bench->group.count; i++)
		free(bench->group.cpu[i]);
	gic_destroy(bench->gic);
}

static inline u64 bench_read(struct gic_bench *bench, u64 offset, unsigned size)
{
	u64 value = ~(u64)0;

	assert_true(bus_read(&bench->bus, PA(BOARD_GICD_BASE + offset), size, &value));
	return value;
}

static inline void bench_write(struct gic_bench *bench, u64 offset, unsigned size, u64 value)
{
	assert_true(bus_write(&bench->bus, PA(BOARD_GICD_BASE + offset), size, value));
}

#endif
