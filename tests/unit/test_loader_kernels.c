/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels in all their wrappings: gzip, zstd, EFI zboot, vmlinux; and what is refused, where every
 * row is a small change to a good file. The Image inside is the same, and so is what comes to RAM.
 */
#include <elf.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/unit/loader_bench.h"

enum { IMAGE_BYTES = 0x3000, IMAGE_MEMORY = 0x8000, PE_OFFSET = 0x40, TEXT_OFFSET = 0x80000 };

static void put(struct file *file, size_t offset, u64 value, size_t size)
{
	memcpy(file->data + offset, &value, size);
}

/* ---- Good files ---- */

/* With an EFI stub: one section, the last half of the file. Random, so that it stays large. */
static void make_image(struct file *file)
{
	struct rng rng = { .state = 5 };

	memset(file, 0, sizeof(*file));
	file->size = IMAGE_BYTES;
	for (size_t i = 0x100; i < file->size; i++)
		file->data[i] = (u8)rng_next(&rng);
	put(file, 8, TEXT_OFFSET, 8);
	put(file, 16, IMAGE_MEMORY, 8);
	memcpy(file->data + 56, "ARM\x64", 4);
	put(file, 60, PE_OFFSET, 4);
	memcpy(file->data + PE_OFFSET, "PE\0\0", 4);
	put(file, PE_OFFSET + 6, 1, 2);
	put(file, PE_OFFSET + 20, 0x20, 2); /* optional header; sections follow at 0x78 */
	put(file, PE_OFFSET + 24 + 0x20 + 16, IMAGE_BYTES / 2, 4);
	put(file, PE_OFFSET + 24 + 0x20 + 20, IMAGE_BYTES / 2, 4);
}

static void gzip(struct file *file)
{
	z_stream stream = { .next_in = NULL };
	u8 *in = malloc(file->size);

	memcpy(in, file->data, file->size);
	assert_int_equal(
		deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_in = in;
	stream.avail_in = (uInt)file->size;
	stream.next_out = file->data;
	stream.avail_out = FILE_MAX;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	file->size = FILE_MAX - stream.avail_out;
	deflateEnd(&stream);
	free(in);
}

static void zstd(struct file *file)
{
	u8 *in = malloc(file->size);

	memcpy(in, file->data, file->size);
	file->size = ZSTD_compress(file->data, FILE_MAX, in, file->size, 3);
	assert_false(ZSTD_isError(file->size));
	free(in);
}

/* The payload at 0x1000, and what a linker puts behind it. */
static void zboot(struct file *file, const char *compression)
{
	enum { PAYLOAD = 0x1000, BEHIND = 100 };

	memmove(file->data + PAYLOAD, file->data, file->size);
	memset(file->data, 0, PAYLOAD);
	memcpy(file->data, "MZ\0\0zimg", 8);
	put(file, 8, PAYLOAD, 4);
	put(file, 12, file->size, 4);
	strcpy((char *)file->data + 24, compression);
	memset(file->data + PAYLOAD + file->size, 0xaa, BEHIND);
	file->size += PAYLOAD + BEHIND;
}

static void make_gzip(struct file *file)
{
	make_image(file);
	gzip(file);
}

static void make_zstd(struct file *file)
{
	make_image(file);
	zstd(file);
}

static void make_zboot_gzip(struct file *file)
{
	make_gzip(file);
	zboot(file, "gzip");
}

static void make_zboot_zstd(struct file *file)
{
	make_zstd(file);
	zboot(file, "zstd");
}

static void make_zboot_zstd22(struct file *file)
{
	make_zstd(file);
	zboot(file, "zstd22");
}

/* As the kernel links it: type ET_DYN, virtual addresses everywhere, the Image split in two. */
enum { ELF_IMAGE = 0x1000, SPLIT = 0x2000 };
#define KERNEL_VA 0xffff800008080000ull

static void make_vmlinux(struct file *file)
{
	Elf64_Ehdr ehdr = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_DYN,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_entry = KERNEL_VA,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2 };
	Elf64_Phdr phdr[2];

	make_image(file);
	for (unsigned i = 0; i < 2; i++) {
		u64 offset = i == 0 ? 0 : SPLIT, end = i == 0 ? SPLIT : IMAGE_BYTES;

		phdr[i] = (Elf64_Phdr){ .p_type = PT_LOAD,
			.p_offset = ELF_IMAGE + offset,
			.p_vaddr = KERNEL_VA + offset,
			.p_paddr = KERNEL_VA + offset,
			.p_filesz = end - offset,
			.p_memsz = end - offset };
	}
	phdr[1].p_memsz += 0x1000; /* .bss */
	memmove(file->data + ELF_IMAGE, file->data, file->size);
	memset(file->data, 0, ELF_IMAGE);
	memcpy(file->data, &ehdr, sizeof(ehdr));
	memcpy(file->data + sizeof(ehdr), phdr, sizeof(phdr));
	file->size += ELF_IMAGE;
}

static void make_vmlinux_gzip(struct file *file)
{
	make_vmlinux(file);
	gzip(file);
}

static void make_three_layers(struct file *file)
{
	make_zboot_zstd(file);
	gzip(file);
}

/* ---- Loading ---- */

struct acceptance {
	const char *why;
	void (*make)(struct file *file);
	u64 load_address; /* 0: none */
	const char *format;
};

static const struct acceptance acceptances[] = {
	{ "Image", make_image, 0, "Image" },
	{ "gzip", make_gzip, 0, "Image" },
	{ "zstd", make_zstd, 0, "Image" },
	{ "EFI zboot, gzip", make_zboot_gzip, 0, "Image" },
	{ "EFI zboot, zstd", make_zboot_zstd, 0, "Image" },
	{ "EFI zboot, zstd by its older name", make_zboot_zstd22, 0, "Image" },
	{ "zboot in gzip", make_three_layers, 0, "Image" },
	{ "vmlinux", make_vmlinux, 0, "ELF" },
	{ "vmlinux in gzip", make_vmlinux_gzip, 0, "ELF" },
	{ "gzip elsewhere", make_gzip, RAM_BASE + 0x280000, "Image" },
	{ "vmlinux elsewhere", make_vmlinux, RAM_BASE + 0x280000, "ELF" },
};

static void loads(void **state)
{
	static struct file plain;
	struct bench *bench = *state;

	make_image(&plain);
	for (size_t i = 0; i < COUNT(acceptances); i++) {
		const struct acceptance *row = &acceptances[i];
		u64 at = row->load_address != 0 ? row->load_address : RAM_BASE + TEXT_OFFSET;
		u8 *ram = bench->memory.region[0].host;

		row->make(&bench->file);
		bench->options = (struct load_options){ .has_address = row->load_address != 0,
			.address = row->load_address };
		memset(ram, 0xee, RAM_SIZE);
		load(bench);
		if (bench->status.code != STATUS_OK ||
			strcmp(bench->image.format, row->format) != 0 || !bench->image.is_kernel)
			fail_msg("row %zu, %s: '%s'", i, row->why, bench->status.text);
		if (bench->image.entry != at || bench->image.start != at ||
			bench->image.end != at + IMAGE_MEMORY)
			fail_msg("row %zu, %s: at 0x%" PRIx64 "..0x%" PRIx64, i, row->why,
				bench->image.start, bench->image.end);
		if (memcmp(ram + (at - RAM_BASE), plain.data, IMAGE_BYTES) != 0 ||
			ram[at - RAM_BASE - 1] != 0xee || ram[at - RAM_BASE + IMAGE_MEMORY] != 0xee)
			fail_msg("row %zu, %s: RAM is not the Image", i, row->why);
	}
}

/* ---- Refusals ---- */

static void keep(struct file *file)
{
	(void)file;
}

/* One function a change; the rows name them. */
#define CHANGE(name, statement)                                                                    \
	static void name(struct file *file)                                                        \
	{                                                                                          \
		statement;                                                                         \
	}
CHANGE(short_by_one, file->size--)
CHANGE(short_image, file->size = IMAGE_BYTES - 1)
CHANGE(only_magic, file->size = 2)
CHANGE(half, file->size = 0x1000)
CHANGE(flip_in_gzip, file->data[0x1800] ^= 0x55)
CHANGE(bad_checksum, file->data[file->size - 8] ^= 1)
CHANGE(bad_method, file->data[2] = 3)
CHANGE(bad_zstd_block, file->data[10] |= 6)
CHANGE(payload_beyond, put(file, 12, file->size, 4))
CHANGE(payload_wraps, put(file, 8, 0xffffffff, 4))
CHANGE(payload_cut, put(file, 12, 0x800, 4))
CHANGE(payload_empty, put(file, 12, 0, 4))
CHANGE(lzma, strcpy((char *)file->data + 24, "lzma"))
CHANGE(long_name, memset(file->data + 24, 'x', 32))
CHANGE(not_kernel, file->data[ELF_IMAGE + 56] = 'B')
CHANGE(huge, put(file, ELF_IMAGE + 16, RAM_SIZE, 8))
CHANGE(segment_apart, put(file, sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + 24, 0, 8))
CHANGE(xz, memcpy(file->data, "\xfd\x37zXZ\x00", 6))
CHANGE(lz4, memcpy(file->data, "\x02\x21\x4c\x18", 4))

/* Zeros to the end of RAM and one more; all compress well. */
static void make_bomb(struct file *file)
{
	u8 *zeros = calloc(1, RAM_SIZE + 1);
	z_stream stream = { .next_in = zeros, .avail_in = RAM_SIZE + 1 };

	deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
	stream.next_out = file->data;
	stream.avail_out = FILE_MAX;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	file->size = FILE_MAX - stream.avail_out;
	deflateEnd(&stream);
	free(zeros);
}

static void make_zstd_bomb(struct file *file)
{
	u8 *zeros = calloc(1, RAM_SIZE + 1);

	file->size = ZSTD_compress(file->data, FILE_MAX, zeros, RAM_SIZE + 1, 3);
	free(zeros);
}

static void make_five_layers(struct file *file)
{
	make_image(file);
	for (unsigned i = 0; i < 5; i++)
		gzip(file);
}

static void make_empty_in_gzip(struct file *file)
{
	memset(file, 0, sizeof(*file));
	gzip(file);
}

static void make_text_in_gzip(struct file *file)
{
	memset(file, 'a', 100);
	file->size = 100;
	gzip(file);
}

struct refusal {
	const char *why;
	void (*make)(struct file *file);
	void (*change)(struct file *file);
	const char *text; /* begins with it */
};

/* clang-format off */
static const struct refusal refusals[] = {
	{ "Image truncated by a byte", make_image, short_image,
	  "file: truncated: the Image's sections end at 0x3000, beyond the file's 0x2fff bytes" },
	{ "gzip truncated by a byte", make_gzip, short_by_one, "file: truncated: the gzip data go on beyond" },
	{ "gzip of a magic", make_gzip, only_magic, "file: truncated: the gzip data go on beyond their 2 bytes" },
	{ "gzip in halves", make_gzip, half, "file: truncated: the gzip data go on beyond their 4096 bytes" },
	{ "gzip with other bytes", make_gzip, flip_in_gzip, "file: corrupt gzip data at byte 0x" },
	{ "gzip with another checksum", make_gzip, bad_checksum, "file: corrupt gzip data at byte 0x" },
	{ "gzip with an unknown method", make_gzip, bad_method,
	  "file: corrupt gzip data at byte 0x" },
	{ "gzip bomb", make_bomb, keep, "file: unpacks to more than the 8 MiB that there are of RAM; try --memory" },
	{ "gzip of nothing", make_empty_in_gzip, keep, "file: nothing is in it" },
	{ "gzip of text", make_text_in_gzip, keep, "file: neither an ELF file nor an arm64 Image" },
	{ "gzip without end", make_five_layers, keep, "file: compressed more than 4 times" },
	{ "zstd truncated by a byte", make_zstd, short_by_one, "file: truncated: the zstd data go on beyond" },
	{ "zstd with a bad block", make_zstd, bad_zstd_block, "file: corrupt zstd data at byte 0x" },
	{ "zstd bomb", make_zstd_bomb, keep, "file: unpacks to more than the 8 MiB" },
	{ "zboot payload beyond the end", make_zboot_gzip, payload_beyond,
	  "file: truncated: the zboot payload, 0x" },
	{ "zboot payload far away", make_zboot_gzip, payload_wraps, "file: truncated: the zboot payload, 0x" },
	{ "zboot payload cut", make_zboot_gzip, payload_cut, "file: truncated: the gzip data go on beyond their 2048 bytes" },
	{ "zboot without payload", make_zboot_gzip, payload_empty, "file: truncated: the gzip data go on beyond their 0 bytes" },
	{ "zboot with zstd cut", make_zboot_zstd, payload_cut, "file: truncated: the zstd data go on beyond their 2048 bytes" },
	{ "zboot with lzma", make_zboot_gzip, lzma,
	  "file: zboot with compression 'lzma'; only gzip and zstd are known" },
	{ "zboot with an endless name", make_zboot_gzip, long_name,
	  "file: zboot with compression 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; only" },
	{ "xz", make_image, xz, "file: compressed by xz; unpack it first (xz -d)" },
	{ "lz4", make_image, lz4, "file: compressed by lz4; unpack it first (lz4 -d)" },
	{ "ET_DYN that is no kernel", make_vmlinux, not_kernel, "file: ELF type 3 is not an executable" },
	{ "vmlinux larger than RAM", make_vmlinux, huge,
	  "file: the kernel at 0x40080000, 0x800000 bytes, is outside of RAM" },
	{ "vmlinux with a segment elsewhere", make_vmlinux, segment_apart, "file: ELF segment 1 at 0x" },
};
/* clang-format on */

static void refuses(void **state)
{
	struct bench *bench = *state;

	bench->options = (struct load_options){ .has_address = false };
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *row = &refusals[i];

		row->make(&bench->file);
		row->change(&bench->file);
		load(bench);
		if (bench->status.code != STATUS_BAD_IMAGE ||
			strncmp(bench->status.text, row->text, strlen(row->text)) != 0)
			fail_msg("row %zu, %s: got %d '%s'", i, row->why, (int)bench->status.code,
				bench->status.text);
		for (size_t byte = 0; byte < RAM_SIZE; byte++) {
			if (bench->memory.region[0].host[byte] != 0)
				fail_msg("row %zu, %s: RAM was written", i, row->why);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(loads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
