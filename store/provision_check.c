/*
 * Whether what is imported meets what is there: of the operator's files
 * nothing may be touched, of hssd's own only those that the import replaces.
 */
#include "store/provision.h"

#include <string.h>

static size_t
form_of(const struct tables *t, const struct store_name *name,
    char form[STORE_NAME_MAX])
{
	return names_text(&t->names, name, form);
}

static bool
is_replaced(const struct tables *in, const struct sub *there)
{
	const char *name = there->pub.name;

	return there->pub.own && tables_sub(in, name, strlen(name)) != NULL;
}

/* An identity that is another's. */
static void
check_identity(struct load *l, const struct tables *live, unsigned line,
    const char *kind, const struct store_name *name,
    const struct store_sub *owner)
{
	char form[STORE_NAME_MAX];

	if (owner == NULL || is_replaced(l->tables, sub_of(owner)))
		return;

	int len = (int)form_of(l->tables, name, form);

	if (owner->own)
		load_fault(l, line,
		    "%s %.*s is in [%s] already, which was imported", kind, len,
		    form, owner->name);
	else
		load_fault(l, line, "%s %.*s is in [%s] of %s already", kind,
		    len, form, owner->name, tables_file(live, sub_of(owner)));
}

/* Wildcards like this one that go since their subscription is replaced. */
static unsigned
replaced_alike(const struct load *l, const struct tables *live,
    const char *form, size_t len)
{
	struct arena_walk walk = { 0 };
	const struct sub *sub;
	unsigned n = 0;

	while ((sub = tables_next(l->tables, &walk)) != NULL) {
		const struct sub *old = provision_old(live, sub);

		for (unsigned i = 0; old != NULL && i < old->pub.nimpus; i++) {
			const struct store_impu *impu = &old->pub.impus[i];
			char other[STORE_NAME_MAX];

			n += impu->wildcard &&
			     wildcards_are_alike(form, len, other,
				 form_of(live, &impu->name, other));
		}
	}
	return n;
}

static void
check_wildcard(struct load *l, const struct tables *live, unsigned line,
    const struct store_name *name)
{
	char form[STORE_NAME_MAX];
	size_t len = form_of(l->tables, name, form);
	unsigned n = wildcards_alike(&live->wildcards, form, len) +
		     wildcards_alike(&l->tables->wildcards, form, len);

	if (n > WILDCARDS_ALIKE_MAX &&
	    n - replaced_alike(l, live, form, len) > WILDCARDS_ALIKE_MAX)
		load_fault(l, line,
		    "more than %d wildcards begin so in one domain",
		    WILDCARDS_ALIKE_MAX);
}

static void
check_sub(struct load *l, const struct tables *live, unsigned line,
    const struct store_sub *pub)
{
	const struct sub *there =
	    tables_sub(live, pub->name, strlen(pub->name));
	char form[STORE_NAME_MAX];

	if (there != NULL && !there->pub.own)
		load_fault(l, line, "section [%s] is in %s already", pub->name,
		    tables_file(live, there));
	for (unsigned i = 0; i < pub->nimpis; i++) {
		const struct store_name *name = &pub->impis[i].name;
		const struct store_impi *impi =
		    tables_impi(live, form, form_of(l->tables, name, form));

		check_identity(l, live, line + name->line, "impi", name,
		    impi != NULL ? impi->sub : NULL);
	}
	for (unsigned i = 0; i < pub->nimpus; i++) {
		const struct store_name *name = &pub->impus[i].name;
		const struct store_impu *impu =
		    tables_impu(live, form, form_of(l->tables, name, form));

		check_identity(l, live, line + name->line, "impu", name,
		    impu != NULL ? impu->sub : NULL);
		if (pub->impus[i].wildcard)
			check_wildcard(l, live, line + name->line, name);
	}
}

void
provision_check(struct load *l, const struct tables *live)
{
	for (size_t i = 0; i < l->nplaces; i++) {
		const struct sub *sub =
		    arena_at(&l->tables->subs, l->places[i].ref);

		check_sub(l, live, l->places[i].line, &sub->pub);
	}
}
