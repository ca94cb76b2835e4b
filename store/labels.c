/* Names behind numbers that the store's user gave. */
#include "store/labels.h"

#include <stdlib.h>
#include <string.h>

static bool
grow(struct labels *l, uint32_t n)
{
	if (n <= l->n)
		return true;

	char **texts = realloc(l->texts, n * sizeof *texts);

	if (texts == NULL)
		return false;
	memset(texts + l->n, 0, (n - l->n) * sizeof *texts);
	l->texts = texts;
	l->n = n;
	return true;
}

bool
labels_note(struct labels *l, uint16_t number, const char *name)
{
	if (number < l->n && l->texts[number] != NULL)
		return true;
	return grow(l, (uint32_t)number + 1) &&
	       (l->texts[number] = strdup(name)) != NULL;
}

const char *
labels_text(const struct labels *l, uint16_t number)
{
	return number < l->n ? l->texts[number] : NULL;
}

void
labels_free(struct labels *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		free(l->texts[i]);
	free(l->texts);
	*l = (struct labels){ 0 };
}
