/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FNV-1a's shape over 64-bit words with a full mixing step, in four lanes: one multiplication waits
 * for another only in its own lane. Each step is a bijection of the word, so no change of one word
 * is lost.
 */
#include "base/digest.h"

#include <string.h>

enum { LANES = 4, STRIPE = LANES * sizeof(u64) };

static u64 mix(u64 digest, u64 word)
{
	digest = (digest ^ word) * 0x9e3779b97f4a7c15ull;
	return digest ^ digest >> 32;
}

u64 digest_bytes(u64 digest, const void *data, size_t size)
{
	u64 lane[LANES] = { digest, 1, 2, 3 }, word[LANES];
	const u8 *bytes = data;
	size_t at = 0;

	for (; size - at >= STRIPE; at += STRIPE) {
		memcpy(word, bytes + at, STRIPE);
		for (unsigned i = 0; i < LANES; i++)
			lane[i] = mix(lane[i], word[i]);
	}
	memset(word, 0, sizeof(word));
	if (at < size)
		memcpy(word, bytes + at, size - at);
	for (unsigned i = 1; i < LANES; i++) /* lane 0 with itself would be 0 */
		lane[0] = mix(lane[0], lane[i]);
	for (unsigned i = 0; i < LANES; i++)
		lane[0] = mix(lane[0], word[i]);
	return mix(lane[0], size);
}

u64 digest_text(u64 digest, const char *text)
{
	if (text == NULL)
		return mix(digest, ~0ull);
	return digest_bytes(digest, text, strlen(text) + 1);
}
