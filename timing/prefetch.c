/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data prefetcher: finds sequences of lines a fixed stride apart among those that L1D missed,
 * and keeps a distance ahead of them. Inside a 4 KiB page, since it does not know the next one's
 * address; a sequence that goes on there is recognized at once.
 */
#include "timing/memory.h"

#include <string.h>

enum { SEEN_MOST = 3 };

static bool is_same_page(u64 a, u64 b)
{
	return a / LINES_PER_PAGE == b / LINES_PER_PAGE;
}

static void run_ahead(struct timed *t, const struct stream *stream, u64 number, u64 key)
{
	s64 distance = t->model->param[PARAM_prefetch_distance];

	for (s64 i = 1; i <= distance; i++) {
		u64 offset = (u64)(i * stream->stride);

		if (!is_same_page(number, number + offset) ||
			!memory_prefetch(t, number + offset, key + offset))
			return;
	}
}

/* The stream that expects the line, else one that the line is near to, else an old one. */
static struct stream *find_stream(struct timed *t, u64 number)
{
	struct hierarchy *m = t->memory;
	u64 most = t->model->param[PARAM_prefetch_stride];
	u32 count = t->model->param[PARAM_prefetch_streams];
	struct stream *near = NULL;

	for (u32 i = 0; i < count; i++) {
		struct stream *stream = &m->stream[i];
		u64 stride = number - stream->last;

		/* Neither near nor expected: strides of streams were near once. */
		if (LIKELY(stride + most > 2 * most) || stride == 0 || stream->seen == 0)
			continue;
		if ((s64)stride == stream->stride)
			return stream;
		if (near == NULL)
			near = stream;
	}
	if (near != NULL)
		return near;
	near = &m->stream[m->next_stream];
	m->next_stream = (u8)((m->next_stream + 1) % count);
	near->seen = 0;
	return near;
}

void prefetch_train(struct timed *t, u64 number, u64 key)
{
	struct stream *stream;
	s64 stride;

	if (!t->model->param[PARAM_prefetch])
		return;
	stream = find_stream(t, number);
	stride = (s64)(number - stream->last);
	if (stream->seen == 0)
		*stream = (struct stream){ .seen = 1 };
	else if (stride != stream->stride)
		*stream = (struct stream){ .stride = stride, .seen = 2 };
	else if (stream->seen < SEEN_MOST)
		stream->seen++;
	stream->last = number;
	if (stream->seen == SEEN_MOST)
		run_ahead(t, stream, number, key);
}

void prefetch_forget(struct timed *t)
{
	memset(t->memory->stream, 0, sizeof(t->memory->stream));
}
