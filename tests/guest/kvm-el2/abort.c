/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aborts of L2 in stage 2: what the syndrome must say, and the page or the device behind it.
 */
#include "hypervisor.h"
#include "print.h"
#include "stage2.h"

#define ESR_ISV	  BIT(24)
#define ESR_SAS	  (l2.esr >> 22 & 3)
#define ESR_SSE	  BIT(21)
#define ESR_SRT	  (l2.esr >> 16 & 31)
#define ESR_SF	  BIT(15)
#define ESR_S1PTW BIT(7)
#define ESR_WNR	  BIT(6)

enum { TRANSLATION_LEVEL3 = 0x07, PERMISSION_LEVEL3 = 0x0f };

/* ---- The device: reads back what was written, plus one ---- */

static u64 device[8];

static u64 device_read(u64 offset, u32 size)
{
	u64 value = offset == 0x21 ? 0x81 : device[offset >> 3 & 7] + 1;

	return size == 8 ? value : value & (BIT(8 * size) - 1);
}

static void emulate(u64 ipa)
{
	u64 offset = ipa - L2_DEVICE, value;
	u32 size = 1u << ESR_SAS;

	expect("ISV of a device access", l2.esr & ESR_ISV, ESR_ISV);
	if (l2.esr & ESR_WNR) {
		counts[COUNT_DEVICE_WRITE]++;
		value = ESR_SRT == 31 ? 0 : l2.x[ESR_SRT];
		device[offset >> 3 & 7] = size == 8 ? value : value & (BIT(8 * size) - 1);
	} else {
		counts[COUNT_DEVICE_READ]++;
		value = device_read(offset, size);
		if ((l2.esr & ESR_SSE) && size < 8)
			value = (value ^ BIT(8 * size - 1)) - BIT(8 * size - 1);
		if (!(l2.esr & ESR_SF))
			value = (u32)value;
		if (ESR_SRT != 31)
			l2.x[ESR_SRT] = value;
	}
	l2.pc += 4;
}

/* ---- Pages ---- */

/* HPFAR_EL2 is not for permission faults unless they are in a walk (DDI 0487 D24.2.66). */
static u64 fault_ipa(u64 status)
{
	u64 par;

	if (status < 0x0c || (l2.esr & ESR_S1PTW))
		return (l2.hpfar & 0xfffffffff0) << 8 | (l2.far & 0xfff);
	par = TRANSLATE(s1e1r, l2.far);
	expect("PAR_EL1.F for a permission fault", par & 1, 0);
	return (par & 0xfffffffff000) | (l2.far & 0xfff);
}

static void expect_far(u64 i)
{
	u64 base = l2.far >= L2_LAZY ? L2_LAZY : L2_ALIAS;
	u64 offset = i < LAZY_PAGES ? page_offset(i) : i << 12;

	if (l2.esr & ESR_S1PTW)
		expect("FAR_EL2 of a walk", l2.far, L2_ALIAS + (l2.far & 0xfffff));
	else if (i == CODE_PAGE)
		expect("FAR_EL2 of a fetch", l2.far, l2.pc);
	else
		expect("FAR_EL2", l2.far, base + offset);
}

static void translation_fault(u64 i, int is_fetch)
{
	u64 is_write = l2.esr & ESR_WNR;

	expect("access to the faulting page", stage2_access(i), PAGE_NONE);
	if (l2.esr & ESR_S1PTW) {
		counts[COUNT_WALK]++;
		expect("page of a walk", i, TABLE_PAGE);
	} else {
		counts[is_fetch ? COUNT_FETCH_TRANSLATION : COUNT_TRANSLATION]++;
	}
	stage2_set(i, is_write || i == TABLE_PAGE ? PAGE_WRITE : PAGE_READ);
}

static void permission_fault(u64 i, int is_fetch)
{
	counts[is_fetch ? COUNT_FETCH_PERMISSION : COUNT_PERMISSION]++;
	expect("access to the page", stage2_access(i), PAGE_READ);
	if (is_fetch)
		expect("page of a fetch", i, CODE_PAGE);
	else
		expect("WnR", l2.esr & ESR_WNR, ESR_WNR);
	stage2_set(i, is_fetch ? PAGE_EXECUTE : PAGE_WRITE);
	use_hcr_of_l2();
	stage2_invalidate(i);
	use_own_hcr();
}

void handle_abort(int is_fetch)
{
	u64 status = l2.esr & 0x3f, ipa = fault_ipa(status), i = (ipa - L2_LAZY) >> 12;

	if (ipa >> 12 == L2_DEVICE >> 12) {
		expect("FAR_EL2 of the device", l2.far, ipa);
		emulate(ipa);
	} else if (!expect("whether an IPA is known", i < ALL_PAGES, 1)) {
		expect("the IPA", ipa, 0);
		l2.is_done = 1;
	} else if (status == TRANSLATION_LEVEL3) {
		expect_far(i);
		translation_fault(i, is_fetch);
	} else if (expect("fault status", status, PERMISSION_LEVEL3)) {
		expect_far(i);
		permission_fault(i, is_fetch);
	} else {
		l2.is_done = 1;
	}
}
