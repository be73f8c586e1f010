/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of a script: their escapes, finding their text in the output, typing their input.
 */
#include "platform/script.h"

#include <string.h>

/* ---- TEXT=INPUT ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* The byte of an escape whose backslash is behind us, and *in behind it; -1: there is none. */
static int escape(const char **in)
{
	static const char names[] = "nrte\\=", bytes[] = "\n\r\t\033\\=";
	const char *name = **in != '\0' ? strchr(names, **in) : NULL;
	int high, low;

	if (name != NULL) {
		++*in;
		return bytes[name - names];
	}
	if (**in != 'x' || (high = hex_digit((*in)[1])) < 0 || (low = hex_digit((*in)[2])) < 0)
		return -1;
	*in += 3;
	return high << 4 | low;
}

const char *script_text_parse(const char **in, char end, struct script_text *text)
{
	while (**in != '\0' && **in != end) {
		int byte = (u8) * (*in)++;

		if (byte == '\\' && (byte = escape(in)) < 0)
			return "of \\ only " SCRIPT_ESCAPES " are known";
		if (text->size == SCRIPT_TEXT)
			return "256 bytes at most on each side";
		text->bytes[text->size++] = (u8)byte;
	}
	return NULL;
}

struct status script_add(struct script *script, const char *given)
{
	struct script_step step = { .await.size = 0 };
	const char *in = given, *why = NULL;

	if (script->count == SCRIPT_STEPS)
		return status_error(
			STATUS_USAGE, "--type-after: at most %d steps are possible", SCRIPT_STEPS);
	why = script_text_parse(&in, '=', &step.await);
	if (why == NULL && (*in == '\0' || step.await.size == 0))
		why = "not TEXT=INPUT (a '=' in TEXT is \\=)";
	if (why == NULL) {
		in++;
		why = script_text_parse(&in, '\0', &step.typed);
	}
	if (why != NULL)
		return status_error(STATUS_USAGE, "--type-after '%.60s': %s", given, why);
	script->step[script->count++] = step;
	return status_ok();
}

/* ---- Running ---- */

static bool ends_in(const struct script *script, const struct script_text *text)
{
	if (script->seen_count < text->size)
		return false;
	for (unsigned i = 0; i < text->size; i++) {
		unsigned at = script->seen_count - text->size + i;

		if (script->seen[at % SCRIPT_TEXT] != text->bytes[i])
			return false;
	}
	return true;
}

void script_saw(struct script *script, u8 byte)
{
	if (script->awaited == script->count)
		return;
	script->seen[script->seen_count++ % SCRIPT_TEXT] = byte;
	if (ends_in(script, &script->step[script->awaited].await)) {
		script->awaited++;
		script->seen_count = 0;
	}
}

bool script_has_input(struct script *script)
{
	for (; script->typing < script->awaited; script->typing++, script->next = 0) {
		if (script->next < script->step[script->typing].typed.size)
			return true;
	}
	return false;
}

bool script_type(struct script *script, u8 *byte)
{
	if (!script_has_input(script))
		return false;
	*byte = script->step[script->typing].typed.bytes[script->next++];
	return true;
}

bool script_is_done(const struct script *script)
{
	return script->typing == script->count;
}

static void transfer_text(struct script_text *text, struct archive *archive)
{
	ARCHIVE(archive, text->size);
	archive_require(archive, text->size <= SCRIPT_TEXT, "a text of a script is too long");
	if (!archive->failed)
		archive_bytes(archive, text->bytes, text->size);
}

static void transfer_steps(struct script *script, struct archive *archive)
{
	u32 count = script->count;

	ARCHIVE(archive, count);
	archive_require(archive, count <= SCRIPT_STEPS, "a script has too many steps");
	script->count = archive->failed ? 0 : count;
	for (unsigned i = 0; i < script->count && !archive->failed; i++) {
		transfer_text(&script->step[i].await, archive);
		transfer_text(&script->step[i].typed, archive);
	}
}

void script_transfer(struct script *script, struct archive *archive)
{
	unsigned typed = 0;

	archive_mark(archive, "script");
	transfer_steps(script, archive);
	ARCHIVE(archive, script->awaited);
	ARCHIVE(archive, script->typing);
	ARCHIVE(archive, script->next);
	ARCHIVE(archive, script->seen);
	ARCHIVE(archive, script->seen_count);
	if (script->typing < script->count)
		typed = script->step[script->typing].typed.size;
	archive_require(archive,
		script->awaited <= script->count && script->typing <= script->awaited &&
			script->next <= typed,
		"a script beyond its end");
}

bool script_append(struct script *script, const struct script *more)
{
	if (more->count > SCRIPT_STEPS - script->count)
		return false;
	for (unsigned i = 0; i < more->count; i++)
		script->step[script->count++] = more->step[i];
	return true;
}
