/* Which file each subscription of some tables is of. */
#include "store/sources.h"

#include <stdlib.h>
#include <string.h>

bool
sources_note(struct sources *s, const char *file, uint32_t ref)
{
	struct source *list = realloc(s->list, (s->n + 1) * sizeof *list);

	if (list == NULL)
		return false;
	s->list = list;
	list[s->n] = (struct source){ strdup(file), ref };
	return list[s->n++].file != NULL;
}

const char *
sources_find(const struct sources *s, uint32_t ref)
{
	for (size_t i = s->n; i > 0; i--) {
		if (s->list[i - 1].first <= ref)
			return s->list[i - 1].file;
	}
	return NULL;
}

void
sources_free(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i].file);
	free(s->list);
	*s = (struct sources){ 0 };
}
