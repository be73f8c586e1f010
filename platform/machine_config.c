/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a machine can be: defaults and limits of its configuration.
 */
#include "mmu/mmu.h"
#include "platform/machine_private.h"
#include "sysregs/sysregs.h"

struct machine_config machine_default_config(void)
{
	return (struct machine_config){
		.profile = "v8.1",
		.pa_bits = 40,
		.ram_size = 256ull << 20,
		.cpus = 1,
		.el = 2,
		.engine = cpu_engine_available(ENGINE_TAIL) ? ENGINE_TAIL : ENGINE_STEP,
		.quantum = 10000,
		.rtc = MACHINE_RTC,
		.console_in = -1,
		.console_out = -1,
		.console_err = -1,
	};
}

struct machine_config machine_complete_config(const struct machine_config *given)
{
	struct machine_config config = *given, defaults = machine_default_config();

	config.profile = given->profile != NULL ? given->profile : defaults.profile;
	config.pa_bits = given->pa_bits != 0 ? given->pa_bits : defaults.pa_bits;
	config.ram_size = given->ram_size != 0 ? given->ram_size : defaults.ram_size;
	config.cpus = given->cpus != 0 ? given->cpus : defaults.cpus;
	config.el = given->el != 0 ? given->el : defaults.el;
	config.quantum = given->quantum != 0 ? given->quantum : defaults.quantum;
	return config;
}

struct status machine_check_config(const struct machine_config *config)
{
	struct status status = sysregs_check_profile(config->profile);

	if (status.code != STATUS_OK)
		return status;
	if (config->pa_bits < 32 || config->pa_bits > 48)
		return status_error(STATUS_USAGE,
			"physical addresses of %u bits; 32 to 48 are possible", config->pa_bits);
	if (!is_aligned(config->ram_size, PAGE_SIZE))
		return status_error(STATUS_USAGE,
			"RAM of %" PRIu64 " bytes is not a multiple of 4 KiB", config->ram_size);
	if (config->ram_size > BIT(config->pa_bits) - BOARD_RAM_BASE)
		return status_error(STATUS_USAGE,
			"RAM of %" PRIu64 " MiB at 0x%x does not fit into %u address bits",
			config->ram_size >> 20, BOARD_RAM_BASE, config->pa_bits);
	if (config->cpus > MACHINE_CPUS)
		return status_error(STATUS_USAGE, "%u PEs; at most %d are possible", config->cpus,
			MACHINE_CPUS);
	if (config->disks > MACHINE_DISKS)
		return status_error(STATUS_USAGE, "%u disks; at most %d are possible",
			config->disks, MACHINE_DISKS);
	if (config->shares > MACHINE_SHARES)
		return status_error(STATUS_USAGE, "%u shared folders; at most %d are possible",
			config->shares, MACHINE_SHARES);
	if (config->el > 2)
		return status_error(
			STATUS_USAGE, "cannot start at EL%u, only at EL1 or EL2", config->el);
	if (!cpu_engine_available(config->engine))
		return status_error(STATUS_USAGE,
			"engine 'tail' is not available in this build (sanitizer or no "
			"optimization); use 'step'");
	return status_ok();
}
