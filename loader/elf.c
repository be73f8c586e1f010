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

/* The file, and how it is to be loaded. */
struct elf {
	const struct input *input;
	Elf64_Ehdr ehdr;
	bool is_kernel;
	u64 moved;	/* from physical addresses in the file to those in RAM */
	u64 kernel_end; /* where the RAM that a kernel needs ends */
};

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

static struct status read_header(struct elf *elf)
{
	const struct input *input = elf->input;
	struct status status;

	if (input->size < sizeof(elf->ehdr))
		return BAD_IMAGE(
			input, "truncated: %zu bytes, less than an ELF header", input->size);
	memcpy(&elf->ehdr, input->data, sizeof(elf->ehdr));
	status = check_kind(input, &elf->ehdr);
	if (status.code != STATUS_OK)
		return status;
	return check_tables(input, &elf->ehdr);
}

/* p_paddr is where the segment goes in RAM. */
static Elf64_Phdr program_header(const struct elf *elf, unsigned i)
{
	Elf64_Phdr phdr;

	memcpy(&phdr, elf->input->data + elf->ehdr.e_phoff + i * sizeof(phdr), sizeof(phdr));
	phdr.p_paddr += elf->moved;
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

static struct status check_overlap(const struct elf *elf, unsigned i)
{
	Elf64_Phdr a = program_header(elf, i);

	for (unsigned j = 0; is_loaded(&a) && j < i; j++) {
		Elf64_Phdr b = program_header(elf, j);

		if (is_loaded(&b) && a.p_paddr < b.p_paddr + b.p_memsz &&
			b.p_paddr < a.p_paddr + a.p_memsz)
			return BAD_IMAGE(elf->input, "ELF segments %u and %u overlap at 0x%" PRIx64,
				j, i, a.p_paddr > b.p_paddr ? a.p_paddr : b.p_paddr);
	}
	return status_ok();
}

/* Overlap is checked pair by pair, so their number is limited. */
enum { MAX_SEGMENTS = 256 };

static struct status check_segments(const struct elf *elf)
{
	const struct input *input = elf->input;
	struct status status = status_ok();
	bool any = false;

	if (elf->ehdr.e_phnum > MAX_SEGMENTS)
		return BAD_IMAGE(input, "%u ELF program headers; at most %d are possible",
			(unsigned)elf->ehdr.e_phnum, MAX_SEGMENTS);
	for (unsigned i = 0; i < elf->ehdr.e_phnum && status.code == STATUS_OK; i++) {
		Elf64_Phdr phdr = program_header(elf, i);

		any |= is_loaded(&phdr);
		status = check_segment(input, &phdr, i);
		if (status.code == STATUS_OK)
			status = check_overlap(elf, i);
	}
	if (status.code == STATUS_OK && !any)
		status = BAD_IMAGE(input, "the ELF file has no segment to load");
	return status;
}

/* ---- Kernels ---- */

/* Does the segment hold the entry? Then *offset is how far from its start. */
static bool holds_entry(const struct elf *elf, const Elf64_Phdr *phdr, u64 *offset)
{
	*offset = elf->ehdr.e_entry - phdr->p_vaddr;
	return is_loaded(phdr) && *offset < phdr->p_memsz;
}

/*
 * A vmlinux begins, at its entry, with the header of the Image that is made of it, and is loaded
 * like that: its own addresses are virtual. Segments are not checked yet.
 */
static struct status find_kernel(struct elf *elf)
{
	for (unsigned i = 0; i < elf->ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = program_header(elf, i);
		struct input kernel = *elf->input;
		u64 offset, address, size;
		struct status status;

		if (!holds_entry(elf, &phdr, &offset) || offset >= phdr.p_filesz ||
			!is_inside(elf->input, phdr.p_offset, phdr.p_filesz))
			continue;
		kernel.data += phdr.p_offset + offset;
		kernel.size = phdr.p_filesz - offset;
		if (!image_recognize(&kernel))
			continue;
		elf->is_kernel = true;
		status = image_place(&kernel, &address, &size);
		if (status.code != STATUS_OK)
			return status;
		elf->moved = address - (phdr.p_paddr + offset);
		elf->kernel_end = address + size;
		return loader_check_range(elf->input, "the kernel", address, size);
	}
	return status_ok();
}

static struct status check_addresses(const struct elf *elf)
{
	if (elf->is_kernel && elf->ehdr.e_type == ET_DYN)
		return status_ok(); /* relocates itself */
	if (elf->ehdr.e_type != ET_EXEC)
		return BAD_IMAGE(elf->input,
			"ELF type %u is not an executable with fixed addresses; link it "
			"statically, without -pie",
			(unsigned)elf->ehdr.e_type);
	return status_ok();
}

/*
 * The PE starts with the MMU off, so the entry, a virtual address, is moved with its segment to
 * where that is loaded.
 */
static struct status find_entry(const struct elf *elf, u64 *entry)
{
	for (unsigned i = 0; i < elf->ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = program_header(elf, i);
		u64 offset;

		if (!holds_entry(elf, &phdr, &offset))
			continue;
		*entry = phdr.p_paddr + offset;
		if (!is_aligned(*entry, 4))
			break;
		return status_ok();
	}
	return BAD_IMAGE(elf->input, "the ELF entry 0x%" PRIx64 " is %s", elf->ehdr.e_entry,
		is_aligned(elf->ehdr.e_entry, 4) ? "in no segment that is loaded"
						 : "not a multiple of 4");
}

static void load_segments(const struct elf *elf, struct loaded_image *image)
{
	const struct input *input = elf->input;

	image->start = ~0ull;
	image->end = elf->kernel_end;
	for (unsigned i = 0; i < elf->ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = program_header(elf, i);

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
	struct elf elf = { .input = input };
	struct status status = read_header(&elf);

	if (status.code == STATUS_OK)
		status = find_kernel(&elf);
	if (input->options->has_address && !elf.is_kernel)
		return status_error(STATUS_USAGE,
			"%.60s: an ELF file has its own addresses; --load-address is for "
			"raw binaries and Images",
			input->name);
	if (status.code == STATUS_OK)
		status = check_addresses(&elf);
	if (status.code == STATUS_OK)
		status = check_segments(&elf);
	if (status.code == STATUS_OK)
		status = find_entry(&elf, &image->entry);
	if (status.code == STATUS_OK)
		status = elf_read_symbols(input, &image->symbols);
	if (status.code != STATUS_OK)
		return status;
	image->format = "ELF";
	image->is_kernel = elf.is_kernel;
	load_segments(&elf, image);
	return status_ok();
}

struct status elf_find_code(const struct input *input, struct symbol_file *file)
{
	struct elf elf = { .input = input };
	struct status status = read_header(&elf);

	for (unsigned i = 0; status.code == STATUS_OK && i < elf.ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = program_header(&elf, i);

		if (!is_loaded(&phdr) || (phdr.p_flags & PF_X) == 0 ||
			file->codes == MAX_SYMBOL_CODE)
			continue;
		if (!is_inside(input, phdr.p_offset, phdr.p_filesz))
			return BAD_IMAGE(input,
				"truncated: ELF segment %u ends beyond the file's %zu bytes", i,
				input->size);
		file->code[file->codes].address = phdr.p_vaddr;
		file->code[file->codes].size = phdr.p_filesz;
		file->code[file->codes++].offset = phdr.p_offset;
	}
	return status;
}
