/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes into the loader: it loads them or refuses them, in bounds. Inputs are made around a
 * small valid ELF header.
 */
#include <elf.h>

#include "fuzz.h"
#include "loader/loader.h"

#define RAM_BASE 0x40000000ull
enum { RAM_SIZE = 1 << 20 };

/* RAM is a heap block of its own, so that a sanitizer sees its bounds. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct memory memory;
	struct load_options options = { .has_address = size % 2 == 1, .address = RAM_BASE };
	struct loaded_image image;
	struct status status;
	u64 offset;

	if (memory.region_count == 0) {
		memory.region[0] = (struct ram_region){ .base = PA(RAM_BASE),
			.size = RAM_SIZE,
			.host = calloc(1, RAM_SIZE),
			.page_flags = calloc(1, RAM_SIZE >> 12) };
		memory.region_count = 1;
	}
	status = loader_load_bytes(&memory, "input", data, size, &options, &image);
	if (status.code == STATUS_OK) {
		ENT_BUG_ON(image.entry < image.start || image.entry >= image.end);
		symbol_find(&image.symbols, image.entry, &offset);
		for (size_t i = 1; i < image.symbols.count; i++)
			ENT_BUG_ON(image.symbols.symbol[i - 1].address >
				   image.symbols.symbol[i].address);
	}
	ENT_BUG_ON(status.code != STATUS_OK && strchr(status.text, '\n') != NULL);
	loaded_image_free(&image);
	return 0;
}

#ifndef ENT_LIBFUZZER
/* A file that passes most checks: one segment, symbols, names. */
static size_t make(u8 *data, size_t max)
{
	Elf64_Ehdr ehdr = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_entry = RAM_BASE,
		.e_phoff = 64,
		.e_shoff = 0x100,
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3 };
	Elf64_Phdr phdr = { .p_type = PT_LOAD,
		.p_vaddr = RAM_BASE,
		.p_paddr = RAM_BASE,
		.p_filesz = 0x200,
		.p_memsz = 0x1000 };
	Elf64_Shdr shdr[3] = { { 0 },
		{ .sh_type = SHT_SYMTAB,
			.sh_offset = 0x200,
			.sh_size = 4 * sizeof(Elf64_Sym),
			.sh_link = 2,
			.sh_entsize = sizeof(Elf64_Sym) },
		{ .sh_type = SHT_STRTAB, .sh_offset = 0x280, .sh_size = 0x40 } };

	memset(data, 0, max);
	memcpy(data, &ehdr, sizeof(ehdr));
	memcpy(data + 64, &phdr, sizeof(phdr));
	memcpy(data + 0x100, shdr, sizeof(shdr));
	for (unsigned i = 0; i < 4; i++) {
		Elf64_Sym sym = { .st_name = 1 + i, .st_shndx = 1, .st_value = RAM_BASE + 8 * i };

		memcpy(data + 0x200 + i * sizeof(sym), &sym, sizeof(sym));
	}
	memcpy(data + 0x281, "symbols", 8);
	return 0x2c0;
}

/* Changes some bytes, mostly of headers, to values that sit at edges. */
static void damage(struct rng *rng, u8 *data, size_t size)
{
	static const u8 edges[] = { 0, 1, 2, 7, 8, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff };

	for (u64 changes = 1 + rng_below(rng, 4); changes > 0; changes--) {
		size_t at = rng_below(rng, size), run = rng_below(rng, 4) == 0 ? 8 : 1;
		u8 value = rng_below(rng, 2) ? edges[rng_below(rng, sizeof(edges))]
					     : (u8)rng_next(rng);

		for (size_t i = at; i < size && i < at + run; i++)
			data[i] = value;
	}
}

static void make_input(struct rng *rng)
{
	u8 data[0x400];
	size_t size = make(data, sizeof(data));

	damage(rng, data, size);
	if (rng_below(rng, 4) == 0)
		size = rng_below(rng, size + 1);
	fuzz_input(data, size);
}

int main(int argc, char **argv)
{
	return fuzz_main(argc, argv, 20000, make_input);
}
#endif
