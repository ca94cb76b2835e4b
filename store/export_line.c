/* A line of a section that is being written. */
#include "store/export_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
line_put(struct export_line *l, const char *text, size_t len)
{
	if (len > sizeof l->buf - l->len)
		len = sizeof l->buf - l->len;
	memcpy(l->buf + l->len, text, len);
	l->len += len;
}

void
line_text(struct export_line *l, const char *text)
{
	line_put(l, text, strlen(text));
}

void
line_hex(struct export_line *l, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		line_put(l, &"0123456789abcdef"[octets[i] >> 4], 1);
		line_put(l, &"0123456789abcdef"[octets[i] & 15], 1);
	}
}

void
line_number(struct export_line *l, uint32_t n)
{
	char text[16];

	line_put(l, text, (size_t)snprintf(text, sizeof text, "%" PRIu32, n));
}

void
line_end(struct export_line *l)
{
	l->fn(l->arg, l->buf, l->len);
	l->len = 0;
}
