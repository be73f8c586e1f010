/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pointer authentication keys around a stay in a guest (WS-27). This code itself uses no pointer
 * authentication, so between the two calls whose keys are in the CPU matters to nobody.
 */
#include "core/pauth.h"

#include "core/cpu.h"
#include "core/vm.h"

static void save_keys(struct pauth_keys *to)
{
	to->key[0] = read_APIAKeyLo_EL1();
	to->key[1] = read_APIAKeyHi_EL1();
	to->key[2] = read_APIBKeyLo_EL1();
	to->key[3] = read_APIBKeyHi_EL1();
	to->key[4] = read_APDAKeyLo_EL1();
	to->key[5] = read_APDAKeyHi_EL1();
	to->key[6] = read_APDBKeyLo_EL1();
	to->key[7] = read_APDBKeyHi_EL1();
	to->key[8] = read_APGAKeyLo_EL1();
	to->key[9] = read_APGAKeyHi_EL1();
}

static void load_keys(const struct pauth_keys *from)
{
	write_APIAKeyLo_EL1(from->key[0]);
	write_APIAKeyHi_EL1(from->key[1]);
	write_APIBKeyLo_EL1(from->key[2]);
	write_APIBKeyHi_EL1(from->key[3]);
	write_APDAKeyLo_EL1(from->key[4]);
	write_APDAKeyHi_EL1(from->key[5]);
	write_APDBKeyLo_EL1(from->key[6]);
	write_APDBKeyHi_EL1(from->key[7]);
	write_APGAKeyLo_EL1(from->key[8]);
	write_APGAKeyHi_EL1(from->key[9]);
}

/* The policy is the eager one: a guest that has pointer authentication has its keys in the CPU. */
static bool has_keys(const struct vcpu *vcpu)
{
	return host.has_pauth && vcpu->vm->config.has_pauth;
}

void pauth_to_guest(struct vcpu *vcpu)
{
	if (!has_keys(vcpu))
		return;
	save_keys(&vcpu->pauth.host);
	load_keys(&vcpu->pauth.guest);
}

void pauth_to_host(struct vcpu *vcpu)
{
	if (!has_keys(vcpu))
		return;
	save_keys(&vcpu->pauth.guest);
	load_keys(&vcpu->pauth.host);
}
