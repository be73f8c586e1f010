/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last transitions as a diagram: a lane for each EL of each world, an arrow for each
 * transition, time downwards. As text, or as SVG that is readable on light and dark.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/step.h"

enum { LANES = 24, LANE = 16, TEXT_ARROWS = 40, MOST_ARROWS = 1000 };

struct lane {
	u8 el, world;
	bool is_virtual_el2;
};

struct diagram {
	const struct step *step;
	struct lane lane[LANES];
	unsigned lanes;
	unsigned arrows; /* the last so many transitions */
};

/* ---- Lanes: the deepest guest first, the host's EL2 last ---- */

static struct lane lane_of(const struct transition_end *end)
{
	return (struct lane){ end->el, end->world, end->is_virtual_el2 };
}

static unsigned level(const struct diagram *diagram, const struct lane *lane)
{
	const struct worlds *worlds = &diagram->step->worlds;

	return lane->world < worlds->count ? worlds->world[lane->world].level : 1;
}

static int compare(const struct diagram *diagram, const struct lane *a, const struct lane *b)
{
	int order = (int)level(diagram, b) - (int)level(diagram, a);

	if (order == 0)
		order = a->world - b->world;
	if (order == 0)
		order = a->is_virtual_el2 - b->is_virtual_el2;
	return order != 0 ? order : a->el - b->el;
}

/* How many lanes are before it; *found: it is there. */
static unsigned place(const struct diagram *diagram, struct lane lane, bool *found)
{
	unsigned i = 0;

	while (i < diagram->lanes && compare(diagram, &diagram->lane[i], &lane) < 0)
		i++;
	*found = i < diagram->lanes && compare(diagram, &diagram->lane[i], &lane) == 0;
	return i;
}

static bool add_lane(struct diagram *diagram, const struct transition_end *end)
{
	bool found;
	unsigned at = place(diagram, lane_of(end), &found);

	if (found)
		return true;
	if (diagram->lanes == LANES)
		return false;
	memmove(&diagram->lane[at + 1], &diagram->lane[at],
		(diagram->lanes - at) * sizeof(diagram->lane[0]));
	diagram->lane[at] = lane_of(end);
	diagram->lanes++;
	return true;
}

static unsigned find_lane(const struct diagram *diagram, const struct transition_end *end)
{
	bool found;

	return place(diagram, lane_of(end), &found);
}

static const struct transition *arrow(const struct diagram *diagram, unsigned i)
{
	return transitions_last(&diagram->step->transitions, diagram->arrows - 1 - i);
}

/* From the last one back, as long as there are lanes. */
static struct diagram collect(const struct step *step, unsigned count)
{
	struct diagram diagram = { .step = step };
	const struct transition *t;

	while (diagram.arrows < count &&
		(t = transitions_last(&step->transitions, diagram.arrows)) != NULL &&
		add_lane(&diagram, &t->from) && add_lane(&diagram, &t->to))
		diagram.arrows++;
	return diagram;
}

static const char *lane_name(const struct diagram *diagram, unsigned i, char *text, size_t size)
{
	const struct lane *lane = &diagram->lane[i];
	const struct worlds *worlds = &diagram->step->worlds;

	snprintf(text, size, "%sEL%u %s", lane->is_virtual_el2 ? "v" : "",
		lane->is_virtual_el2 ? EL2 : lane->el,
		lane->world < worlds->count ? worlds->world[lane->world].name : "guest");
	return text;
}

/* ---- Text ---- */

static unsigned centre(unsigned lane)
{
	return lane * LANE + LANE / 2;
}

static void draw_text_arrow(const struct diagram *diagram, const struct transition *t, FILE *out)
{
	unsigned from = centre(find_lane(diagram, &t->from)),
		 to = centre(find_lane(diagram, &t->to));
	unsigned low = from < to ? from : to, high = from < to ? to : from;
	char row[LANES * LANE + 4], moment[40], cause[60], whole[240];
	unsigned end = centre(diagram->lanes - 1) + 4;
	bool is_on_arrow;
	size_t length;

	memset(row, ' ', sizeof(row));
	for (unsigned i = 0; i < diagram->lanes; i++)
		row[centre(i)] = '|';
	for (unsigned i = low + 1; i < high; i++)
		row[i] = t->is_return ? '.' : '-';
	row[from] = 'o';
	row[to] = from == to ? '*' : to > from ? '>' : '<';
	transition_short_cause(t, cause, sizeof(cause));
	length = strlen(cause);
	is_on_arrow = high - low > length + 2;
	if (is_on_arrow)
		memcpy(row + low + (high - low - length) / 2 + 1, cause, length);
	transition_cause(t, whole, sizeof(whole));
	fprintf(out, "%.*s%s", (int)end, row, step_say_moment(t->moment, moment, sizeof(moment)));
	if (!is_on_arrow || strcmp(whole, cause) != 0)
		fprintf(out, "  %s", whole);
	fputc('\n', out);
}

static void draw_text(const struct diagram *diagram, FILE *out)
{
	char name[40], row[LANES * LANE + 40];

	memset(row, ' ', sizeof(row));
	for (unsigned i = 0; i < diagram->lanes; i++) {
		size_t length = strlen(lane_name(diagram, i, name, sizeof(name)));

		length = length < LANE ? length : LANE - 1;
		memcpy(row + centre(i) - length / 2, name, length);
	}
	for (size_t end = sizeof(row); end > 0 && row[end - 1] == ' '; end--)
		row[end - 1] = '\0';
	fprintf(out, "%.*s\n", (int)sizeof(row), row);
	for (unsigned i = 0; i < diagram->arrows; i++)
		draw_text_arrow(diagram, arrow(diagram, i), out);
}

/* ---- SVG ---- */

enum { SVG_LANE = 150, SVG_ROW = 26, SVG_TOP = 56, SVG_LEFT = 100 };

static unsigned svg_x(unsigned lane)
{
	return SVG_LEFT + lane * SVG_LANE + SVG_LANE / 2;
}

/* Names of worlds and causes are ours; symbols are the image's. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '&': fputs("&amp;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc((unsigned char)*text < ' ' ? '?' : *text, out);
		}
	}
}

static void draw_svg_head(const struct diagram *diagram, FILE *out)
{
	unsigned width = 2 * SVG_LEFT + diagram->lanes * SVG_LANE;
	unsigned height = SVG_TOP + diagram->arrows * SVG_ROW + 24;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
		"viewBox=\"0 0 %u %u\">\n"
		"<title>Transitions between exception levels</title>\n"
		"<style>\n"
		"text { font: 12px sans-serif; fill: #1b1f24; text-anchor: middle }\n"
		".position { text-anchor: start }\n"
		".lane { stroke: #8c959f; stroke-dasharray: 2 3 }\n"
		".run { stroke: #54aeff; stroke-width: 6 }\n"
		".exception { stroke: #bc4c00; fill: #bc4c00 }\n"
		".return { stroke: #1a7f37; fill: #1a7f37 }\n"
		".paper { fill: #ffffff }\n"
		"@media (prefers-color-scheme: dark) {\n"
		"text { fill: #e6edf3 }\n"
		".lane { stroke: #6e7681 }\n"
		".run { stroke: #1f6feb }\n"
		".exception { stroke: #f0883e; fill: #f0883e }\n"
		".return { stroke: #3fb950; fill: #3fb950 }\n"
		".paper { fill: #0d1117 }\n"
		"}\n"
		"</style>\n"
		"<rect class=\"paper\" width=\"%u\" height=\"%u\"/>\n",
		width, height, width, height, width, height);
}

static void draw_svg_lanes(const struct diagram *diagram, FILE *out)
{
	unsigned bottom = SVG_TOP + diagram->arrows * SVG_ROW + 8;
	char name[40];

	for (unsigned i = 0; i < diagram->lanes; i++) {
		fprintf(out,
			"<line class=\"lane\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n"
			"<text x=\"%u\" y=\"28\">",
			svg_x(i), SVG_TOP - 16, svg_x(i), bottom, svg_x(i));
		print_escaped(out, lane_name(diagram, i, name, sizeof(name)));
		fputs("</text>\n", out);
	}
}

/* Names of what is past are known only where the same guest is there now. */
static const char *place_of(const struct step *step, const struct transition *t,
	const struct transition_end *end, char *text, size_t size)
{
	const struct cpu *cpu = machine_cpu(step->machine, t->cpu);

	text[0] = '\0';
	if (worlds_of(&step->worlds, cpu, end->el)->number == end->world &&
		worlds_is_virtual_el2(cpu, end->el) == end->is_virtual_el2)
		step_symbol_at(step, cpu, end->el, end->pc, text, size);
	return text;
}

static void draw_svg_arrow(
	const struct diagram *diagram, const struct transition *t, unsigned y, FILE *out)
{
	unsigned from = svg_x(find_lane(diagram, &t->from)), to = svg_x(find_lane(diagram, &t->to));
	const char *kind = t->is_return ? "return" : "exception";
	char cause[240], place_name[100], moment[40];
	int way = to > from ? 1 : to < from ? -1 : 0;

	step_say_moment(t->moment, moment, sizeof(moment));
	fprintf(out, "<text class=\"position\" x=\"8\" y=\"%u\">%s</text>\n", y + 4, moment);
	fprintf(out, "<g class=\"%s\"><title>%s ", kind, moment);
	transition_cause(t, cause, sizeof(cause));
	print_escaped(out, cause);
	fprintf(out, "\n0x%" PRIx64, t->from.pc);
	print_escaped(out, place_of(diagram->step, t, &t->from, place_name, sizeof(place_name)));
	fprintf(out, " to 0x%" PRIx64, t->to.pc);
	print_escaped(out, place_of(diagram->step, t, &t->to, place_name, sizeof(place_name)));
	fputs("</title>\n", out);
	if (way == 0)
		fprintf(out,
			"<path d=\"M%u %u h22 v10 h-18\" fill=\"none\"/><path d=\"M%u %u l7 -4 v8 "
			"z\"/>\n",
			from, y - 5, from, y + 5);
	else
		fprintf(out,
			"<line x1=\"%u\" y1=\"%u\" x2=\"%d\" y2=\"%u\"/><path d=\"M%u %u l%d -4 v8 "
			"z\"/>\n",
			from, y, (int)to - 7 * way, y, to, y, -8 * way);
	fputs("</g>\n", out);
	transition_short_cause(t, cause, sizeof(cause));
	fprintf(out, "<text x=\"%u\" y=\"%u\">", way == 0 ? from + 60 : (from + to) / 2, y - 5);
	print_escaped(out, cause);
	fputs("</text>\n", out);
}

/* The EL that runs between two transitions of a PE. */
static void draw_svg_runs(const struct diagram *diagram, FILE *out)
{
	for (unsigned i = 0; i + 1 < diagram->arrows; i++) {
		unsigned x = svg_x(find_lane(diagram, &arrow(diagram, i)->to));

		if (arrow(diagram, i)->cpu == arrow(diagram, i + 1)->cpu)
			fprintf(out,
				"<line class=\"run\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n",
				x, SVG_TOP + i * SVG_ROW, x, SVG_TOP + (i + 1) * SVG_ROW);
	}
}

static void draw_svg(const struct diagram *diagram, FILE *out)
{
	draw_svg_head(diagram, out);
	draw_svg_lanes(diagram, out);
	draw_svg_runs(diagram, out);
	for (unsigned i = 0; i < diagram->arrows; i++)
		draw_svg_arrow(diagram, arrow(diagram, i), SVG_TOP + i * SVG_ROW, out);
	fputs("</svg>\n", out);
}

/* ---- The commands ---- */

static bool has_end(const char *path, const char *end)
{
	size_t length = strlen(path), n = strlen(end);

	return length > n && strcmp(path + length - n, end) == 0;
}

static struct status draw_file(struct step *step, const struct diagram *diagram, const char *path)
{
	FILE *out = fopen(path, "we");
	bool failed;

	if (out == NULL)
		return status_error(STATUS_HOST, "%.100s: %s", path, strerror(errno));
	if (has_end(path, ".svg"))
		draw_svg(diagram, out);
	else
		draw_text(diagram, out);
	failed = ferror(out);
	if (fclose(out) != 0 || failed)
		return status_error(STATUS_HOST, "%.100s: %s", path, strerror(errno));
	fprintf(step->out, "%u transitions in %s\n", diagram->arrows, path);
	return status_ok();
}

struct status step_do_diagram(struct step *step, const struct step_arguments *arguments)
{
	const char *path = NULL;
	u64 count = TEXT_ARROWS;
	struct status status = status_ok();
	struct diagram diagram;

	for (unsigned i = 0; i < arguments->count && status.code == STATUS_OK; i++) {
		const char *word = arguments->word[i];

		if (has_end(word, ".svg") || has_end(word, ".txt"))
			path = word;
		else
			status = step_number("a count", word, 1, MOST_ARROWS, &count);
	}
	if (status.code != STATUS_OK)
		return status_error(
			STATUS_USAGE, "diagram [FILE.svg|FILE.txt] [1 to %d]", MOST_ARROWS);
	diagram = collect(step, (unsigned)count);
	if (diagram.arrows == 0)
		return status_error(STATUS_USAGE, "there was no transition yet");
	if (path != NULL)
		return draw_file(step, &diagram, path);
	draw_text(&diagram, step->out);
	return status_ok();
}

struct status step_do_history(struct step *step, const struct step_arguments *arguments)
{
	u64 count = 16;
	struct status status = status_ok();
	const struct transition *t;
	cJSON *list = NULL;

	if (arguments->count > 0)
		status = step_number("a count", arguments->word[0], 1, STEP_TRANSITIONS, &count);
	if (status.code != STATUS_OK)
		return status;
	if (step->json != NULL)
		list = cJSON_AddArrayToObject(step->json, "transitions");
	if (count > step->transitions.count)
		count = step->transitions.count;
	for (unsigned back = (unsigned)count; back-- > 0;) {
		char moment[40], from[80], to[80], cause[240], symbol[100];

		t = transitions_last(&step->transitions, back);
		fprintf(step->out, "%s  ", step_say_moment(t->moment, moment, sizeof(moment)));
		if (machine_cpu_count(step->machine) > 1)
			fprintf(step->out, "cpu%u ", t->cpu);
		fprintf(step->out, "%s -> %s  %s  from 0x%" PRIx64 "%s\n",
			transition_end_say(&step->worlds, &t->from, from, sizeof(from)),
			transition_end_say(&step->worlds, &t->to, to, sizeof(to)),
			transition_cause(t, cause, sizeof(cause)), t->from.pc,
			place_of(step, t, &t->from, symbol, sizeof(symbol)));
		if (list != NULL)
			cJSON_AddItemToArray(list, step_transition_json(step, t));
	}
	return status_ok();
}
