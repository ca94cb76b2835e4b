/* Aligned columns on stdout. */
#include "tools/hssctl/table.h"

#include <stdio.h>
#include <string.h>

enum { TEXTS = 4, TEXT_MAX = 2048 };

/* Nothing that comes from a network moves the cursor. */
static void
clean(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
	}
}

static void
join(char *text, const json_t *list)
{
	size_t len = 0;

	for (size_t i = 0; i < json_array_size(list) && len < TEXT_MAX; i++) {
		const char *one = json_string_value(json_array_get(list, i));

		len += (size_t)snprintf(text + len, TEXT_MAX - len, "%s%s",
		    i > 0 ? ", " : "", one != NULL ? one : "?");
	}
}

const char *
table_text(const json_t *value)
{
	static char texts[TEXTS][TEXT_MAX];
	static unsigned turn;
	char *text = texts[turn++ % TEXTS];

	text[0] = '\0';
	if (json_is_string(value))
		snprintf(text, TEXT_MAX, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(text, TEXT_MAX, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_true(value))
		snprintf(text, TEXT_MAX, "yes");
	else if (json_is_array(value))
		join(text, value);
	clean(text);
	return text[0] != '\0' ? text : "-";
}

static void
widen(int *width, const char *text)
{
	int len = (int)strlen(text);

	if (len > *width)
		*width = len;
}

/* The last column needs no width. */
static void
print_cell(const struct table *t, unsigned i, const char *text)
{
	const char *before = i == 0 ? t->indent : "  ";

	if (t->columns[i + 1].title == NULL)
		printf("%s%s\n", before, text);
	else
		printf("%s%-*s", before, t->widths[i], text);
}

void
table_print(struct table *t, const json_t *rows)
{
	const struct table_column *c = t->columns;

	for (unsigned i = 0; c[i].title != NULL; i++) {
		widen(&t->widths[i], c[i].title);
		for (size_t r = 0; r < json_array_size(rows); r++)
			widen(&t->widths[i],
			    table_text(json_object_get(
				json_array_get(rows, r), c[i].key)));
	}
	for (unsigned i = 0; t->lines == 0 && c[i].title != NULL; i++)
		print_cell(t, i, c[i].title);
	t->lines++;
	for (size_t r = 0; r < json_array_size(rows); r++) {
		const json_t *row = json_array_get(rows, r);

		for (unsigned i = 0; c[i].title != NULL; i++)
			print_cell(
			    t, i, table_text(json_object_get(row, c[i].key)));
	}
}
