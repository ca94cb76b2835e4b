/* Lines on their way to a file of the journal's folder. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/crc32c.h"
#include "store/journal_impl.h"

void
journal_out_to(struct journal_out *out, const struct journal_io *io, int fd)
{
	out->io = io;
	out->fd = fd;
	out->len = 0;
	out->total = 0;
}

bool
journal_out_flush(struct journal_out *out)
{
	for (size_t at = 0; at < out->len;) {
		ssize_t n =
		    out->io->write(out->fd, out->buf + at, out->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	out->len = 0;
	return true;
}

bool
journal_out_octets(struct journal_out *out, const char *octets, size_t len)
{
	if (len > sizeof(out->buf) - out->len && !journal_out_flush(out))
		return false;
	memcpy(out->buf + out->len, octets, len);
	out->len += len;
	out->total += len;
	return true;
}

static bool
out_line(
    struct journal_out *out, uint64_t mark, const char *payload, size_t len)
{
	char head[JOURNAL_CRC_LEN + 1 + JOURNAL_MARK_MAX + 1 + 1];
	char *text = head + JOURNAL_CRC_LEN + 1;
	int n = snprintf(text, JOURNAL_MARK_MAX + 2, "%" PRIu64 " ", mark);
	uint32_t crc = crc32c(crc32c(0, text, (size_t)n), payload, len);
	for (int i = JOURNAL_CRC_LEN; i-- > 0; crc >>= 4)
		head[i] = "0123456789abcdef"[crc & 15];
	head[JOURNAL_CRC_LEN] = ' ';
	return journal_out_octets(out, head, JOURNAL_CRC_LEN + 1 + (size_t)n) &&
	       journal_out_octets(out, payload, len) &&
	       journal_out_octets(out, "\n", 1);
}

bool
journal_out_lines(
    struct journal_out *out, uint64_t mark, const char *at, const char *end)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		if (!out_line(out, mark, at, (size_t)(newline - at)))
			return false;
		at = newline + 1;
	}
	return true;
}
