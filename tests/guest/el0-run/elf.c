/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static AArch64 ELF file from the host into the program's address space.
 */
#include "el0_run.h"

#include <elf.h>
#include <sys/mman.h>

enum { MOST_HEADERS = 64 };

/* Where a position-independent program goes. */
#define PIE_BASE 0x5000000000ul

static void refuse(const char *path, const char *why)
{
	die(EXIT_NOT_RUNNABLE, "%s: %s", path, why);
}

static void check(const char *path, const Elf64_Ehdr *header)
{
	if (header->e_ident[EI_MAG0] != ELFMAG0 || header->e_ident[EI_MAG1] != ELFMAG1 ||
		header->e_ident[EI_MAG2] != ELFMAG2 || header->e_ident[EI_MAG3] != ELFMAG3)
		refuse(path, "not an ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
		header->e_machine != EM_AARCH64)
		refuse(path, "not for little-endian AArch64");
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		refuse(path, "not an executable");
	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > MOST_HEADERS)
		refuse(path, "too many program headers, or of another size");
}

static int permissions(u32 flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
	       (flags & PF_X ? PROT_EXEC : 0);
}

/* The part of the segment's file that belongs to this page. */
static void load_page(
	const char *path, s64 file, const Elf64_Phdr *segment, u64 segment_va, u64 page)
{
	u64 start = page > segment_va ? page : segment_va;
	u64 end = segment_va + segment->p_filesz;
	u8 *data = memory_page(page, permissions(segment->p_flags));

	if (end > page + PAGE_SIZE)
		end = page + PAGE_SIZE;
	if (!host_read(file, segment->p_offset + (start - segment_va), data + (start - page),
		    end - start))
		refuse(path, "truncated");
}

/* The segment's last byte, plus 1. */
static u64 load_segment(const char *path, s64 file, const Elf64_Phdr *segment, u64 bias)
{
	u64 va = segment->p_vaddr + bias, first = align_down(va, PAGE_SIZE);
	u64 file_end = align_up(va + segment->p_filesz, PAGE_SIZE);
	u64 end = align_up(va + segment->p_memsz, PAGE_SIZE);

	if (segment->p_filesz > segment->p_memsz || end < first || end > MMAP_BASE ||
		!memory_is_user_range(first, end - first))
		refuse(path, "a segment is where the supervisor is, or no program can be; "
			     "link with -static-pie");
	for (u64 page = first; segment->p_filesz > 0 && page < file_end; page += PAGE_SIZE)
		load_page(path, file, segment, va, page);
	if (end > file_end)
		memory_promise(file_end, end - file_end, permissions(segment->p_flags));
	return end;
}

void elf_load(const char *path, struct program *program)
{
	static Elf64_Phdr headers[MOST_HEADERS];
	Elf64_Ehdr header;
	s64 file = host_open(path);
	u64 bias;

	if (file < 0)
		die(EXIT_NOT_FOUND, "%s: no such file below the DIR of --semihosting-fs DIR", path);
	if (!host_read(file, 0, &header, sizeof(header)))
		refuse(path, "shorter than an ELF header");
	check(path, &header);
	if (!host_read(file, header.e_phoff, headers, header.e_phnum * sizeof(*headers)))
		refuse(path, "truncated");
	bias = header.e_type == ET_DYN ? PIE_BASE : 0;
	*program =
		(struct program){ .entry = header.e_entry + bias, .header_count = header.e_phnum };
	for (const Elf64_Phdr *segment = headers; segment < headers + header.e_phnum; segment++) {
		u64 end;

		if (segment->p_type == PT_INTERP)
			refuse(path, "linked dynamically; only programs linked with -static run");
		if (segment->p_type != PT_LOAD)
			continue;
		end = load_segment(path, file, segment, bias);
		if (end > program->end)
			program->end = end;
		if (header.e_phoff - segment->p_offset < segment->p_filesz)
			program->headers =
				header.e_phoff - segment->p_offset + segment->p_vaddr + bias;
	}
	memory_sync_code();
}
