/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host files as bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "loader/formats.h"

static struct status cannot_read(const struct file *file, const char *why)
{
	return loader_bad_image(file->name, "cannot be read: %s", why);
}

static struct status map(struct file *file, int fd)
{
	struct stat st;
	void *data;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return cannot_read(
			file, S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	if (st.st_size == 0)
		return status_ok();
	data = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return cannot_read(file, strerror(errno));
	file->data = data;
	file->size = (size_t)st.st_size;
	return status_ok();
}

/* A private mapping: the file is paid for as it is touched. Pipes and directories are refused. */
struct status file_open(const char *path, struct file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct status status;

	*file = (struct file){ .name = path_name(path) };
	if (fd < 0)
		return cannot_read(file, strerror(errno));
	status = map(file, fd);
	close(fd);
	return status;
}

void file_close(struct file *file)
{
	if (file->size != 0)
		munmap(file->data, file->size);
}
