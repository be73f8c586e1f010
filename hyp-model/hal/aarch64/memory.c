/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Barriers, caches, exclusive accesses, user space, PAN: one instruction or one loop each.
 */
#include "machine.h"

#include "core/arch.h"

void hal_lock(u32 *word)
{
	u32 value, failed;

	__asm__ volatile("1:	ldaxr	%w0, [%2]\n"
			 "	cbnz	%w0, 1b\n"
			 "	stxr	%w1, %w3, [%2]\n"
			 "	cbnz	%w1, 1b"
			 : "=&r"(value), "=&r"(failed)
			 : "r"(word), "r"(1)
			 : "memory");
}

void hal_unlock(u32 *word)
{
	__asm__ volatile("stlr wzr, [%0]" : : "r"(word) : "memory");
}

bool hal_compare_exchange(u64 *word, u64 *expected, u64 value)
{
	u64 old;
	u32 failed;

	__asm__ volatile("1:	ldaxr	%0, [%2]\n"
			 "	cmp	%0, %3\n"
			 "	b.ne	2f\n"
			 "	stlxr	%w1, %4, [%2]\n"
			 "	cbnz	%w1, 1b\n"
			 "2:"
			 : "=&r"(old), "=&r"(failed)
			 : "r"(word), "r"(*expected), "r"(value)
			 : "memory", "cc");
	if (old == *expected)
		return true;
	*expected = old;
	return false;
}

void hal_write_descriptor(u64 *descriptor, u64 value)
{
	*(volatile u64 *)descriptor = value;
}

void hal_zero_blocks(void *va, size_t size)
{
	u64 block, from = (u64)va;

	__asm__("mrs %0, dczid_el0" : "=r"(block));
	block = 4ul << (block & 15);
	for (u64 at = from; at < from + size; at += block)
		__asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
}

void hal_flush_dcache(const void *va, size_t size)
{
	u64 line = 4ul << bits(read_CTR_EL0(), 19, 16);

	for (u64 at = align_down((u64)va, line); at < (u64)va + size; at += line)
		write_DC_CIVAC(at);
	__asm__ volatile("dsb sy" ::: "memory");
}

void hal_flush_icache(void)
{
	write_IC_IALLUIS(0);
	hal_dsb_ish();
	hal_isb();
}

void hal_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

void hal_dsb_nsh(void)
{
	__asm__ volatile("dsb nsh" ::: "memory");
}

void hal_dsb_nshst(void)
{
	__asm__ volatile("dsb nshst" ::: "memory");
}

void hal_dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

void hal_dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

void hal_wait(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

u64 hal_user_load(unsigned word)
{
	u64 value;

	__asm__ volatile("ldtr %0, [%1]" : "=r"(value) : "r"(USER_VA + 8ul * word) : "memory");
	return value;
}

void hal_user_store(unsigned word, u64 value)
{
	__asm__ volatile("sttr %0, [%1]" : : "r"(value), "r"(USER_VA + 8ul * word) : "memory");
}

bool hal_user_is_open(void)
{
	return hal_has_pan && user_probe(USER_VA) != NOBODY_ANSWERED;
}

bool hal_set_pan(bool is_set)
{
	if (!hal_has_pan)
		return false;
	if (is_set)
		__asm__ volatile(".arch_extension pan\n\tmsr pan, #1" ::: "memory");
	else
		__asm__ volatile(".arch_extension pan\n\tmsr pan, #0" ::: "memory");
	return true;
}
