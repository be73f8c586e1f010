/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF64 executables by their program headers. All headers are checked here, before libelf (in
 * symbols.c) or anything else follows an offset of the file.
 */
#include <elf.h>
#include <string.h>

#include "loader/formats.h"

bool elf_recognize(const struct input *input)
{
	return input->size >= SELFMAG && memcmp(input->data, ELFMAG, SELFMAG) == 0;
}

/* Is [offset, offset + size) inside the file? */
static bool is_inside(const struct input *input, u64 offset, u64 size)
{
	return offset <= input->size && size <= input->size - offset;
}

/* What the file is: rows of (is it wrong, why). */
static struct status check_kind(const struct input *input, const Elf64_Ehdr *ehdr)
{
	const char *bits = ehdr->e_ident[EI_CLASS] == ELFCLASS32 ? "a 32-bit ELF file"
								 : "an ELF file of no known class";

	if (ehdr->e_ident[EI_CLASS] != ELFCLASS64)
		return BAD_IMAGE(input, "%s; only 64-bit ones run here", bits);
	if (ehdr->e_ident[EI_DATA] != ELFDATA2LSB)
		return BAD_IMAGE(input, "a big-endian ELF file; only little-endian ones run here");
	if (ehdr->e_machine != EM_AARCH64)
		return BAD_IMAGE(input, "an ELF file for machine %u, not AArch64 (%u)",
			(unsigned)ehdr->e_machine, (unsigned)EM_AARCH64);
	if (ehdr->e_type != ET_EXEC)
		return BAD_IMAGE(input,
			"ELF type %u is not an executable with fixed addresses; link it "
			"statically, "
			"without -pie",
			(unsigned)ehdr->e_type);
	if (ehdr->e_version != EV_CURRENT || ehdr->e_ident[EI_VERSION] != EV_CURRENT)
		return BAD_IMAGE(input, "ELF version %u is not known", (unsigned)ehdr->e_version);
	return status_ok();
}

static struct status check_tables(const struct input *input, const Elf64_Ehdr *ehdr)
{
	if (ehdr->e_phnum == 0)
		return BAD_IMAGE(input, "the ELF file has no program headers: nothing to load");
	if (ehdr->e_phnum == PN_XNUM || ehdr->e_phentsize != sizeof(Elf64_Phdr) ||
		!is_aligned(ehdr->e_phoff, 8))
		return BAD_IMAGE(input, "the ELF program header table is malformed");
	if (!is_inside(input, ehdr->e_phoff, ehdr->e_phnum * sizeof(Elf64_Phdr)))
		return BAD_IMAGE(input,
			"truncated: the ELF program headers end beyond the file's %zu bytes",
			input->size);
	if (ehdr->e_shoff == 0)
		return status_ok();
	if (ehdr->e_shnum == 0 || ehdr->e_shnum >= SHN_LORESERVE ||
		ehdr->e_shentsize != sizeof(Elf64_Shdr) || !is_aligned(ehdr->e_shoff, 8) ||
		ehdr->e_shstrndx >= ehdr->e_shnum)
		return BAD_IMAGE(input, "the ELF section header table is malformed");
	if (!is_inside(input, ehdr->e_shoff, ehdr->e_shnum * sizeof(Elf64_Shdr)))
		return BAD_IMAGE(input,
			"truncated: the ELF section headers end beyond the file's %zu bytes",
			input->size);
	return status_ok();
}

static struct status read_header(const struct input *input, Elf64_Ehdr *ehdr)
{
	struct status status;

	if (input->size < sizeof(*ehdr))
		return BAD_IMAGE(
			input, "truncated: %zu bytes, less than an ELF header", input->size);
	memcpy(ehdr, input->data, sizeof(*ehdr));
	status = check_kind(input, ehdr);
	if (status.code != STATUS_OK)
		return status;
	return check_tables(input, ehdr);
}

static Elf64_Phdr program_header(const struct input *input, const Elf64_Ehdr *ehdr, unsigned i)
{
	Elf64_Phdr phdr;

	memcpy(&phdr, input->data + ehdr->e_phoff + i * sizeof(phdr), sizeof(phdr));
	return phdr;
}

static bool is_loaded(const Elf64_Phdr *phdr)
{
	return phdr->p_type == PT_LOAD && phdr->p_memsz != 0;
}

static struct status check_segment(const struct input *input, const Elf64_Phdr *phdr, unsigned i)
{
	char what[32];

	if (phdr->p_type == PT_INTERP)
		return BAD_IMAGE(input, "a dynamically linked program; link it with -static");
	if (!is_loaded(phdr))
		return status_ok();
	if (phdr->p_filesz > phdr->p_memsz)
		return BAD_IMAGE(input,
			"ELF segment %u has more bytes in the file than in memory (0x%" PRIx64
			", 0x%" PRIx64 ")",
			i, phdr->p_filesz, phdr->p_memsz);
	if (!is_inside(input, phdr->p_offset, phdr->p_filesz))
		return BAD_IMAGE(input,
			"truncated: ELF segment %u ends beyond the file's %zu bytes", i,
			input->size);
	snprintf(what, sizeof(what), "ELF segment %u", i);
	return loader_check_range(input, what, phdr->p_paddr, phdr->p_memsz);
}

static struct status check_overlap(const struct input *input, const Elf64_Ehdr *ehdr, unsigned i)
{
	Elf64_Phdr a = program_header(input, ehdr, i);

	for (unsigned j = 0; is_loaded(&a) && j < i; j++) {
		Elf64_Phdr b = program_header(input, ehdr, j);

		if (is_loaded(&b) && a.p_paddr < b.p_paddr + b.p_memsz &&
			b.p_paddr < a.p_paddr + a.p_memsz)
			return BAD_IMAGE(input, "ELF segments %u and %u overlap at 0x%" PRIx64, j,
				i, a.p_paddr > b.p_paddr ? a.p_paddr : b.p_paddr);
	}
	return status_ok();
}

/* Overlap is checked pair by pair, so their number is limited. */
enum { MAX_SEGMENTS = 256 };

static struct status check_segments(const struct input *input, const Elf64_Ehdr *ehdr)
{
	struct status status = status_ok();
	bool any = false;

	if (ehdr->e_phnum > MAX_SEGMENTS)
		return BAD_IMAGE(input, "%u ELF program headers; at most %d are possible",
			(unsigned)ehdr->e_phnum, MAX_SEGMENTS);
	for (unsigned i = 0; i < ehdr->e_phnum && status.code == STATUS_OK; i++) {
		Elf64_Phdr phdr = program_header(input, ehdr, i);

		any |= is_loaded(&phdr);
		status = check_segment(input, &phdr, i);
		if (status.code == STATUS_OK)
			status = check_overlap(input, ehdr, i);
	}
	if (status.code == STATUS_OK && !any)
		status = BAD_IMAGE(input, "the ELF file has no segment to load");
	return status;
}

/*
 * The PE starts with the MMU off, so the entry, a virtual address, is moved with its segment to
 * where that is loaded.
 */
static struct status find_entry(const struct input *input, const Elf64_Ehdr *ehdr, u64 *entry)
{
	for (unsigned i = 0; i < ehdr->e_phnum; i++) {
		Elf64_Phdr phdr = program_header(input, ehdr, i);

		if (!is_loaded(&phdr) || ehdr->e_entry - phdr.p_vaddr >= phdr.p_memsz)
			continue;
		*entry = ehdr->e_entry - phdr.p_vaddr + phdr.p_paddr;
		if (!is_aligned(*entry, 4))
			break;
		return status_ok();
	}
	return BAD_IMAGE(input, "the ELF entry 0x%" PRIx64 " is %s", ehdr->e_entry,
		is_aligned(ehdr->e_entry, 4) ? "in no segment that is loaded"
					     : "not a multiple of 4");
}

static void load_segments(
	const struct input *input, const Elf64_Ehdr *ehdr, struct loaded_image *image)
{
	image->start = ~0ull;
	for (unsigned i = 0; i < ehdr->e_phnum; i++) {
		Elf64_Phdr phdr = program_header(input, ehdr, i);

		if (!is_loaded(&phdr))
			continue;
		loader_put(input->memory, phdr.p_paddr, input->data + phdr.p_offset, phdr.p_filesz);
		loader_clear(
			input->memory, phdr.p_paddr + phdr.p_filesz, phdr.p_memsz - phdr.p_filesz);
		if (phdr.p_paddr < image->start)
			image->start = phdr.p_paddr;
		if (phdr.p_paddr + phdr.p_memsz > image->end)
			image->end = phdr.p_paddr + phdr.p_memsz;
	}
}

struct status elf_load(const struct input *input, struct loaded_image *image)
{
	Elf64_Ehdr ehdr;
	struct status status = read_header(input, &ehdr);

	if (status.code == STATUS_OK)
		status = check_segments(input, &ehdr);
	if (status.code == STATUS_OK)
		status = find_entry(input, &ehdr, &image->entry);
	if (status.code == STATUS_OK)
		status = elf_read_symbols(input, &image->symbols);
	if (status.code != STATUS_OK)
		return status;
	image->format = "ELF";
	load_segments(input, &ehdr, image);
	return status_ok();
}
