/*
 * What happened, step by step.  For people a line: step, outcome in colour,
 * facts as key=value.  For machines a JSON object (RFC 8259) a line; octets of
 * the server that are not ASCII become \u00xx, whatever they meant.
 */
#include "tools/cxclient/show.h"

#include <string.h>

enum { STEP_WIDTH = 4 };

static void
put_escaped(const struct show *s, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\')
			(void)fprintf(s->out, "\\%c", p[i]);
		else if (p[i] >= ' ' && p[i] < 0x7f)
			(void)fputc(p[i], s->out);
		else
			(void)fprintf(
			    s->out, s->json ? "\\u%04x" : "\\x%02x", p[i]);
	}
}

static void
put_key(const struct show *s, const char *key)
{
	(void)fprintf(s->out, s->json ? ",\"%s\":" : " %s=", key);
}

void
show_begin(const struct show *s, const char *step, bool ok, const char *outcome)
{
	if (s->json) {
		(void)fprintf(s->out, "{\"step\":\"%s\",\"ok\":%s", step,
		    ok ? "true" : "false");
		show_text(s, "outcome", outcome);
		return;
	}
	if (s->colour)
		(void)fprintf(s->out, "\033[1m%-*s\033[0m \033[%dm", STEP_WIDTH,
		    step, ok ? 32 : 31);
	else
		(void)fprintf(s->out, "%-*s ", STEP_WIDTH, step);
	put_escaped(s, (const uint8_t *)outcome, strlen(outcome));
	if (s->colour)
		(void)fputs("\033[0m", s->out);
}

void
show_slice(const struct show *s, const char *key, struct dia_slice value)
{
	if (value.p == NULL)
		return;

	bool quoted = s->json || memchr(value.p, ' ', value.len) != NULL;

	put_key(s, key);
	(void)fputs(quoted ? "\"" : "", s->out);
	put_escaped(s, value.p, value.len);
	(void)fputs(quoted ? "\"" : "", s->out);
}

void
show_text(const struct show *s, const char *key, const char *text)
{
	if (text != NULL)
		show_slice(s, key, dia_slice_str(text));
}

void
show_hex(const struct show *s, const char *key, const void *octets, size_t len)
{
	const uint8_t *p = octets;

	put_key(s, key);
	(void)fputs(s->json ? "\"" : "", s->out);
	for (size_t i = 0; i < len; i++)
		(void)fprintf(s->out, "%02x", p[i]);
	(void)fputs(s->json ? "\"" : "", s->out);
}

void
show_number(const struct show *s, const char *key, uint64_t value)
{
	put_key(s, key);
	(void)fprintf(s->out, "%llu", (unsigned long long)value);
}

void
show_ms(const struct show *s, const char *key, double ms)
{
	put_key(s, key);
	(void)fprintf(s->out, "%.2f", ms);
}

void
show_end(const struct show *s)
{
	(void)fputs(s->json ? "}\n" : "\n", s->out);
	(void)fflush(s->out);
}
