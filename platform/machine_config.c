/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a machine can be: defaults and limits of its configuration.
 */
#include "mmu/mmu.h"
#include "platform/checkpoint.h"
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

struct status machine_check_config(const struct machine_config *config)
{
	struct status status = sysregs_check_profile(config->profile);

	if (status.code != STATUS_OK)
		return status;
	if (config->pa_bits < 32 || config->pa_bits > 48)
		return status_error(STATUS_USAGE,
			"physical addresses of %u bits; 32 to 48 are possible", config->pa_bits);
	if (config->ram_size == 0)
		return status_error(STATUS_USAGE, "there is no machine without RAM");
	if (!is_aligned(config->ram_size, PAGE_SIZE))
		return status_error(STATUS_USAGE,
			"RAM of %" PRIu64 " bytes is not a multiple of 4 KiB", config->ram_size);
	if (config->ram_size > BIT(config->pa_bits) - BOARD_RAM_BASE)
		return status_error(STATUS_USAGE,
			"RAM of %" PRIu64 " MiB at 0x%x does not fit into %u address bits",
			config->ram_size >> 20, BOARD_RAM_BASE, config->pa_bits);
	if (config->cpus < 1 || config->cpus > MACHINE_CPUS)
		return status_error(
			STATUS_USAGE, "%u PEs; 1 to %d are possible", config->cpus, MACHINE_CPUS);
	if (config->disks > MACHINE_DISKS)
		return status_error(STATUS_USAGE, "%u disks; at most %d are possible",
			config->disks, MACHINE_DISKS);
	if (config->shares > MACHINE_SHARES)
		return status_error(STATUS_USAGE, "%u shared folders; at most %d are possible",
			config->shares, MACHINE_SHARES);
	if (config->el < 1 || config->el > 2)
		return status_error(
			STATUS_USAGE, "cannot start at EL%u, only at EL1 or EL2", config->el);
	status = screen_check(&config->screen);
	if (status.code != STATUS_OK)
		return status;
	if (config->quantum == 0 || config->quantum >= END_OF_TIME)
		return status_error(STATUS_USAGE, "PEs cannot run apart by %" PRIu64 " cycles",
			config->quantum);
	if (!cpu_engine_available(config->engine))
		return status_error(STATUS_USAGE,
			"engine 'tail' is not available in this build (sanitizer or no "
			"optimization); use 'step'");
	return status_ok();
}

/* ---- What cannot be kept ---- */

static struct status refuse(const char *what, const char *why)
{
	return status_error(
		STATUS_NOT_IMPLEMENTED, "with %.60s no state can be kept: %s", what, why);
}

static bool has_kept_flash(const struct machine_config *config)
{
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++) {
		if (config->flash[i].path != NULL && image_is_kept(&config->flash[i]))
			return true;
	}
	return false;
}

static bool has_kept_disk(const struct machine_config *config)
{
	for (unsigned i = 0; i < config->disks; i++) {
		if (image_is_kept(&config->disk[i]))
			return true;
	}
	return false;
}

struct status machine_keeps(const struct machine *machine)
{
	const struct machine_config *config = &machine->config;

	if (config->net.is_on)
		return refuse("a network", "those at its other end would not go back");
	if (config->shares != 0)
		return refuse("a shared folder", "the host's files would not go back");
	if (config->semihosting_dir != NULL)
		return refuse("--semihosting-fs", "the host's files would not go back");
	if (has_kept_disk(config))
		return refuse("a disk that writes to its file", "add ',snapshot' to its name");
	if (has_kept_flash(config))
		return refuse("flash that writes to its file", "add ',snapshot' to its name");
	return status_ok();
}
