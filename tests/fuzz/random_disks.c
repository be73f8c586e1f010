/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random chains of descriptors for the block device, many of them wrong, beside a model: RAM, image
 * and status must be the model's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/virtio_block.h"
#include "tests/unit/virtio_driver.h"

enum { SECTORS = 21, BYTES = SECTORS * 512 };

struct bench {
	char file[64];
	struct virtio_block block;
	struct driver *driver;
};

static void open_bench(struct bench *bench, const u8 *content)
{
	struct image_config config = { .path = bench->file };
	int fd;

	snprintf(bench->file, sizeof(bench->file), "/tmp/ent-fuzz-XXXXXX");
	fd = mkstemp(bench->file);
	ENT_BUG_ON(fd < 0 || write(fd, content, BYTES) != BYTES);
	close(fd);
	ENT_BUG_ON(virtio_block_open(&bench->block, &config, 0).code != STATUS_OK);
	unlink(bench->file);
	bench->driver = driver_create(&bench->block.device);
}

static void close_bench(struct bench *bench)
{
	disk_close(&bench->block.disk);
	driver_destroy(bench->driver);
}

/* The file itself holds this and is as long as it was. */
static bool file_is(struct bench *bench, const u8 *content)
{
	u8 data[BYTES + 1];

	return pread(bench->block.disk.file.fd, data, sizeof(data), 0) == BYTES &&
	       memcmp(data, content, BYTES) == 0;
}

/* ---- Chains beside a model ---- */

struct model {
	u8 ram[RAM_SIZE], disk[BYTES];
	u64 features;
	u64 table, driver, device;
	u16 available, used;
	bool failed;
};

struct piece {
	u64 pa;
	u32 size;
};

struct chain {
	struct piece out[RING_SIZE], in[RING_SIZE];
	unsigned outs, ins;
	u64 out_size, in_size;
};

static bool is_ram(u64 pa, u64 size)
{
	return pa >= RAM_BASE && pa < RAM_BASE + RAM_SIZE && size <= RAM_BASE + RAM_SIZE - pa;
}

static const u8 *from(const struct model *model, u64 pa, u64 size)
{
	return is_ram(pa, size) ? model->ram + (pa - RAM_BASE) : NULL;
}

static void put(struct model *model, u64 pa, const void *data, size_t size)
{
	ENT_BUG_ON(!is_ram(pa, size));
	memcpy(model->ram + (pa - RAM_BASE), data, size);
}

static u16 get16(const struct model *model, u64 pa)
{
	u16 value;

	memcpy(&value, from(model, pa, 2), 2);
	return value;
}

static bool add_piece(struct chain *chain, const struct desc *d)
{
	bool in = d->flags & WRITE;
	struct piece *piece = in ? &chain->in[chain->ins] : &chain->out[chain->outs];

	if (!in && (chain->ins > 0))
		return false;
	if (d->size == 0)
		return true;
	if (!is_ram(d->address, d->size))
		return false;
	*piece = (struct piece){ d->address, d->size };
	chain->ins += in;
	chain->outs += !in;
	*(in ? &chain->in_size : &chain->out_size) += d->size;
	return true;
}

static bool follow(struct chain *chain, const struct model *model, u16 head)
{
	u64 table = model->table, count = RING_SIZE;
	bool in_table = false;
	unsigned steps = 0;
	struct desc d;

	for (u64 i = head;; i = d.next) {
		if (i >= count)
			return false;
		memcpy(&d, from(model, table + 16 * i, 16), 16);
		if (d.flags & IND) {
			if (in_table || !(model->features & VIRTIO_F_INDIRECT_DESC) ||
				(d.flags & NEXT) || d.size == 0 || d.size % 16 != 0 ||
				from(model, d.address, d.size) == NULL)
				return false;
			in_table = true;
			table = d.address;
			count = d.size / 16;
			d.next = 0;
			continue;
		}
		if (++steps > RING_SIZE || !add_piece(chain, &d))
			return false;
		if (!(d.flags & NEXT))
			return true;
	}
}

/* Bytes of the part to read; those behind its end stay as they are. */
static void gather(const struct chain *chain, const struct model *model, u8 *to, u64 size)
{
	for (unsigned i = 0; i < chain->outs && size > 0; i++) {
		u64 n = chain->out[i].size < size ? chain->out[i].size : size;

		memcpy(to, from(model, chain->out[i].pa, n), n);
		to += n;
		size -= n;
	}
}

static void scatter(
	const struct chain *chain, struct model *model, u64 at, const u8 *data, u64 size)
{
	u64 position = 0;

	for (unsigned i = 0; i < chain->ins; i++) {
		for (u64 j = 0; j < chain->in[i].size; j++, position++) {
			if (position >= at && position - at < size)
				put(model, chain->in[i].pa + j, &data[position - at], 1);
		}
	}
}

static bool fits(u64 sector, u64 size)
{
	return size % 512 == 0 && sector <= SECTORS && size / 512 <= SECTORS - sector;
}

static u8 zero(struct model *model, const u8 *ranges, u64 size, u32 flags)
{
	u64 sector[16];
	u32 words[16][2];

	if (size % 16 != 0 || size > 256)
		return 1;
	for (u64 i = 0; i < size / 16; i++) {
		memcpy(&sector[i], ranges + 16 * i, 8);
		memcpy(words[i], ranges + 16 * i + 8, 8);
		if (words[i][1] & ~flags)
			return 2;
		if (words[i][0] > 1 << 22 || !fits(sector[i], words[i][0] * 512ull))
			return 1;
	}
	for (u64 i = 0; i < size / 16; i++)
		memset(model->disk + sector[i] * 512, 0, words[i][0] * 512ull);
	return 0;
}

static u64 answer(struct model *model, const struct chain *chain)
{
	static u8 out[16 + BYTES];
	u64 sector, size = chain->out_size - 16, room = chain->in_size - 1, written = 0;
	u8 status = 2;
	u32 type;

	gather(chain, model, out, sizeof(out));
	memcpy(&type, out, 4);
	memcpy(&sector, out + 8, 8);
	if (type == 0) {
		status = !fits(sector, room);
		written = status == 0 ? room : 0;
		if (status == 0)
			scatter(chain, model, 0, model->disk + sector * 512, room);
	} else if (type == 1) {
		status = !fits(sector, size);
		if (status == 0)
			memcpy(model->disk + sector * 512, out + 16, size);
	} else if (type == 4) {
		status = 0;
	} else if (type == 8) {
		status = 0;
		written = room < 20 ? room : 20;
		scatter(chain, model, 0, (const u8 *)"entresol-vda\0\0\0\0\0\0\0", written);
	} else if (type == 11 || type == 13) {
		status = zero(model, out + 16, size, type == 13);
	}
	scatter(chain, model, room, &status, 1);
	return written == room ? written + 1 : written;
}

/* What a notification of the queue does. */
static void model_notify(struct model *model)
{
	u64 event = model->device + 4 + 8 * RING_SIZE;
	unsigned left = RING_SIZE;

	while (!model->failed) {
		struct chain chain = { .outs = 0 };
		u16 idx = get16(model, model->driver + 2), head;
		u32 entry[2];

		if ((u16)(idx - model->available) > RING_SIZE) {
			model->failed = true;
			return;
		}
		if (idx == model->available) {
			if (model->features & VIRTIO_F_EVENT_IDX)
				put(model, event, &idx, 2);
			return;
		}
		head = get16(model, model->driver + 4 + 2 * (model->available % RING_SIZE));
		model->failed = !follow(&chain, model, head);
		if (left-- == 0 || chain.out_size < 16 || chain.in_size < 1)
			model->failed = true;
		if (model->failed)
			return;
		model->available++;
		entry[0] = head;
		entry[1] = (u32)answer(model, &chain);
		put(model, model->device + 4 + 8 * (model->used % RING_SIZE), entry, 8);
		model->used++;
		put(model, model->device + 2, &model->used, 2);
	}
}

static u64 pick(struct rng *rng, const u64 *values, size_t count)
{
	return values[rng_below(rng, count)];
}

/* Mostly a request that makes sense, cut into descriptors, some of them damaged. */
static void random_request(struct rng *rng, struct driver *driver, u16 head)
{
	static const u64 types[] = { 0, 1, 1, 1, 4, 8, 11, 13, 2 },
			 far[] = { SECTORS, ~0ull, 1ull << 55 };
	static const u64 addresses[] = { ROM_BASE, ROM_SIZE - 8, RAM_BASE - 4,
		RAM_BASE + RAM_SIZE - 8, DESCRIPTORS, AVAILABLE, USED, INDIRECT, BOARD_VIRTIO_BASE,
		~0ull };
	static const u64 sizes[] = { 0, 1, 15, 16, 17, 32, 512, 513, 1024, BYTES, BYTES + 512,
		~0u };
	u64 header = DATA + 64 * rng_below(rng, 64), data = DATA + 512 * rng_below(rng, 64);
	u64 type = pick(rng, types, COUNT(types)), sector = rng_below(rng, SECTORS);
	bool reads_disk = type == 0 || type == 8, indirect = rng_below(rng, 3) == 0;
	struct desc d[3] = { { header, 16, NEXT, (u16)(head + 1) },
		{ data, (u32)(512 * rng_below(rng, 5)), NEXT | (reads_disk ? WRITE : 0),
			(u16)(head + 2) },
		{ header + 16, 1, WRITE, 0 } };
	u64 words[2] = { type, rng_below(rng, 8) ? sector : pick(rng, far, COUNT(far)) };

	if (type >= 11) {
		u64 range[2] = { sector, rng_below(rng, 4) };

		d[1].size = 16;
		memcpy(driver_ram(driver, data), range, sizeof(range));
	}
	memcpy(driver_ram(driver, header), words, sizeof(words));
	while (rng_below(rng, 8) == 0) {
		struct desc *victim = &d[rng_below(rng, 3)];

		switch (rng_below(rng, 4)) {
		case 0: victim->address = pick(rng, addresses, COUNT(addresses)); break;
		case 1: victim->size = (u32)pick(rng, sizes, COUNT(sizes)); break;
		case 2: victim->flags ^= (u16)(1u << rng_below(rng, 3)); break;
		default: victim->next = (u16)rng_below(rng, RING_SIZE + 1);
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		if (indirect)
			d[i].next = (u16)(d[i].next - head);
		driver_describe(driver, indirect ? INDIRECT : DESCRIPTORS,
			indirect ? i : (head + i) % RING_SIZE, d[i]);
	}
	if (indirect)
		driver_describe(driver, DESCRIPTORS, head % RING_SIZE,
			(struct desc){ INDIRECT, 48, IND, 0 });
	driver_offer(driver, (u16)(head % RING_SIZE));
}

/* The areas of the queue in places of their own, or over each other. */
static void random_queue(struct rng *rng, struct driver *driver, struct model *model)
{
	model->table = rng_below(rng, 8) ? DESCRIPTORS : USED;
	model->driver = rng_below(rng, 8) ? AVAILABLE : DESCRIPTORS + 32;
	model->device = rng_below(rng, 8) ? USED : DATA;
	if (rng_below(rng, 32) == 0)
		model->table = ROM_BASE;
	model->failed = model->table == ROM_BASE;
	driver_give_flash_commands(driver, false);
	driver_put(driver, R_QUEUE_READY, 0);
	driver_put_halves(driver, R_QUEUE_DESC, model->table);
	driver_put_halves(driver, R_QUEUE_DRIVER, model->driver);
	driver_put_halves(driver, R_QUEUE_DEVICE, model->device);
	driver_put(driver, R_QUEUE_READY, 1);
}

static void random_driver(struct rng *rng, struct bench *bench, struct model *model)
{
	u64 mask = 0;

	if (rng_below(rng, 3) == 0)
		mask |= VIRTIO_F_INDIRECT_DESC;
	if (rng_below(rng, 2) == 0)
		mask |= VIRTIO_F_EVENT_IDX;
	model->features = driver_offered(bench->driver) & ~mask;
	model->available = model->used = 0;
	driver_start(bench->driver, model->features);
	random_queue(rng, bench->driver, model);
	for (u64 notifies = 1 + rng_below(rng, 4); notifies > 0; notifies--) {
		driver_give_flash_commands(bench->driver, rng_below(rng, 2));
		for (u64 requests = rng_below(rng, 3); requests > 0; requests--)
			random_request(rng, bench->driver, (u16)rng_below(rng, RING_SIZE - 2));
		if (rng_below(rng, 16) == 0)
			driver_put_u16(bench->driver, AVAILABLE + 2, (u16)rng_next(rng));
		memcpy(model->ram, driver_ram(bench->driver, RAM_BASE), RAM_SIZE);
		driver_notify(bench->driver);
		model_notify(model);
		if (memcmp(model->ram, driver_ram(bench->driver, RAM_BASE), RAM_SIZE) != 0)
			ENT_BUG("RAM is not the model's");
		if (model->failed != !!(driver_get(bench->driver, R_STATUS) & NEEDS_RESET))
			ENT_BUG("DEVICE_NEEDS_RESET is not the model's");
	}
}

static void beside_model(struct rng *rng, unsigned drivers)
{
	struct model *model = calloc(1, sizeof(*model));
	struct bench bench;
	u64 failed = 0;

	for (unsigned i = 0; i < BYTES; i++)
		model->disk[i] = (u8)rng_next(rng);
	open_bench(&bench, model->disk);
	for (unsigned i = 0; i < drivers; i++) {
		random_driver(rng, &bench, model);
		failed += model->failed;
		if (!file_is(&bench, model->disk))
			ENT_BUG("the image is not the model's");
	}
	printf("%u drivers, %" PRIu64 " of them wrong\n", drivers, failed);
	close_bench(&bench);
	free(model);
}

int main(int argc, char **argv)
{
	struct rng rng = { .state = 1 };
	unsigned drivers = 3000;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--drivers") == 0)
			drivers = (unsigned)strtoul(argv[i + 1], NULL, 0);
		else if (strcmp(argv[i], "--seed") == 0)
			rng.state = strtoull(argv[i + 1], NULL, 0);
	}
	beside_model(&rng, drivers);
	return 0;
}
