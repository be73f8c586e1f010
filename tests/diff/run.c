/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a generated image: on our engines at EL0 behind an identity map, and on qemu-aarch64 as an
 * ELF file. Both leave the image's bytes as they are after the run.
 */
#include "diff.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu/events.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

enum { TABLE_OFFSET = 2 << 20, VECTOR_OFFSET = 3 << 20, RAM_SIZE = 4 << 20 };
#define VECTOR_BASE (0x80000000ull + VECTOR_OFFSET)

/* Only EVENT_INSN is asked for, by programs that note what is executed. */
static void note_executed(struct cpu *cpu, const struct event *event)
{
	struct diff_program *program = cpu->board;
	u64 offset = event->pc - IMAGE_BASE;

	if (offset < IMAGE_SIZE)
		program->executed[offset / 4] = 1;
}

static const struct cpu_ops ops = { NO_BUS, NO_TIMERS, NO_FIRMWARE, .event = note_executed };

/*
 * Two level 1 blocks: RAM for EL0 (Normal; read, write and execute) at its own address, and once
 * more for EL1's vector, since EL1 never executes what EL0 may write.
 */
static void set_up_translation(struct cpu *cpu, u8 *ram)
{
	u64 block = IMAGE_BASE | 1 | 3 << 8 | 1 << 10;
	u64 blocks[2] = { block | 1 << 6 | BIT(53), block | BIT(54) };

	memcpy(ram + TABLE_OFFSET + 8, blocks, sizeof(blocks));
	sysreg_write(cpu, SR_MAIR_EL1, 0xff);
	sysreg_write(cpu, SR_TCR_EL1, 25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ull << 32);
	sysreg_write(cpu, SR_TTBR0_EL1, IMAGE_BASE + TABLE_OFFSET);
	sysreg_write(cpu, SR_VBAR_EL1, VECTOR_BASE);
	sysreg_write(cpu, SR_SCTLR_EL1,
		SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_UCI | SCTLR_EL1_UCT |
			SCTLR_EL1_DZE | SCTLR_EL1_nTWI | SCTLR_EL1_nTWE);
	sysreg_write(cpu, SR_CPACR_EL1, CPACR_EL1_FPEN);
	sysreg_write(cpu, SR_CNTKCTL_EL1, CNTKCTL_EL1_EL0VCTEN);
}

static bool run(struct cpu *cpu, u8 *ram)
{
	u32 branch_to_self = 0x14000000;
	u64 vector = VECTOR_BASE + 0x400;

	memcpy(ram + VECTOR_OFFSET + 0x400, &branch_to_self, 4);
	cpu_reset(cpu, 1, IMAGE_BASE);
	set_up_translation(cpu, ram);
	cpu->pstate.el = EL0;
	cpu->pstate.sp = 0;
	cpu->x[SLOT_SP] = IMAGE_BASE + RAM_SIZE - 4096;
	while (cpu->pc != vector && cpu->stop.reason == STOP_NONE)
		cpu_run(cpu, cpu->cycles + 1000000);
	if (cpu->stop.reason != STOP_NONE) {
		fprintf(stderr, "diff: entresol stopped: %s\n", cpu->stop.text);
		return false;
	}
	if (cpu->sys[SR_ESR_EL1] >> 26 != EC_SVC64) {
		fprintf(stderr,
			"diff: unexpected exception ESR 0x%" PRIx64 " at 0x%" PRIx64
			" FAR 0x%" PRIx64 "\n",
			cpu->sys[SR_ESR_EL1], cpu->sys[SR_ELR_EL1], cpu->sys[SR_FAR_EL1]);
		return false;
	}
	return true;
}

bool diff_run_entresol(struct diff_program *program, const char *profile, enum engine engine)
{
	static u8 ram[RAM_SIZE] __attribute__((aligned(4096)));
	static u8 page_flags[RAM_SIZE >> PAGE_SHIFT];
	struct memory memory = { .region = { { .base = PA(IMAGE_BASE),
					 .size = RAM_SIZE,
					 .host = ram,
					 .page_flags = page_flags } },
		.region_count = 1 };
	struct cpu_group group = { .count = 0 };
	struct cpu *cpu = cpu_create(profile, 40, engine, &memory, &group, &ops, program);
	bool ok;

	if (cpu == NULL) {
		fprintf(stderr, "diff: no profile '%s'\n", profile);
		return false;
	}
	memset(ram, 0, sizeof(ram));
	memset(page_flags, 0, sizeof(page_flags));
	memcpy(ram, program->image, IMAGE_SIZE);
	if (program->executed != NULL && engine == ENGINE_STEP)
		cpu->observe = BIT(EVENT_INSN);
	ok = run(cpu, ram);
	memcpy(program->image, ram, IMAGE_SIZE);
	cpu_destroy(cpu);
	return ok;
}

/* A file with the image as its only segment, readable, writable and executable. */
static bool write_elf(const char *path, const u8 *image)
{
	enum { HEADERS = 0x1000 };
	static u8 head[HEADERS];
	Elf64_Ehdr ehdr = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
				    ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_entry = IMAGE_BASE,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1 };
	Elf64_Phdr phdr = { .p_type = PT_LOAD,
		.p_flags = PF_R | PF_W | PF_X,
		.p_offset = HEADERS,
		.p_vaddr = IMAGE_BASE,
		.p_paddr = IMAGE_BASE,
		.p_filesz = IMAGE_SIZE,
		.p_memsz = IMAGE_SIZE,
		.p_align = 0x1000 };
	FILE *file = fopen(path, "wb");
	bool ok;

	if (file == NULL)
		return false;
	memcpy(head, &ehdr, sizeof(ehdr));
	memcpy(head + sizeof(ehdr), &phdr, sizeof(phdr));
	ok = fwrite(head, HEADERS, 1, file) == 1 && fwrite(image, IMAGE_SIZE, 1, file) == 1;
	return fclose(file) == 0 && ok;
}

static bool read_all(int fd, u8 *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, data + done, size - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

bool diff_run_qemu(struct diff_program *program, const struct diff_sides *sides)
{
	char path[64];
	int pipe_fd[2], status = 0, fd;
	bool ok;
	pid_t child;

	snprintf(path, sizeof(path), "/tmp/entresol-diff-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || !write_elf(path, program->image) || fchmod(fd, 0700) != 0 ||
		pipe(pipe_fd) != 0) {
		perror("diff: cannot write the program for qemu");
		return false;
	}
	close(fd);
	child = fork();
	if (child == 0) {
		dup2(pipe_fd[1], 1);
		close(pipe_fd[0]);
		if (sides->one_by_one) { /* the first name is that of QEMU before 8.1 */
			setenv("QEMU_SINGLESTEP", "1", 1);
			setenv("QEMU_ONE_INSN_PER_TB", "1", 1);
		}
		execlp(sides->qemu, sides->qemu, "-cpu", sides->cpu, path, (char *)NULL);
		_exit(127);
	}
	close(pipe_fd[1]);
	ok = read_all(pipe_fd[0], program->image, IMAGE_SIZE);
	close(pipe_fd[0]);
	waitpid(child, &status, 0);
	unlink(path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		fprintf(stderr, "diff: %s cannot be run (Debian: qemu-user)\n", sides->qemu);
	else if (!ok || status != 0)
		fprintf(stderr, "diff: %s ended with status 0x%x%s\n", sides->qemu,
			(unsigned)status, ok ? "" : " before it wrote its results");
	return ok && status == 0;
}
