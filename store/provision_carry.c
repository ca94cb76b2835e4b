/*
 * What is hssd's own goes along when the operator's files are read again, with
 * the numbers that the names of its profiles and charging sections have now.
 */
#include "store/provision.h"

#include <stdio.h>
#include <string.h>

static bool
fault(char what[LOAD_FAULT_LEN], const char *kind, const char *label,
    const struct sub *sub)
{
	snprintf(what, LOAD_FAULT_LEN,
	    "%s `%s` is not known any more, but [%s] has it, which was "
	    "imported",
	    kind, label != NULL ? label : "", sub->pub.name);
	return false;
}

static bool
number_profiles(const struct store_hooks *hooks, const struct tables *from,
    const struct sub *old, struct tables *to, struct sub *sub,
    char what[LOAD_FAULT_LEN])
{
	for (unsigned i = 0; i < sub->pub.nimpus; i++) {
		struct store_impu *impu = &sub->pub.impus[i];
		const char *label =
		    labels_text(&from->profiles, old->pub.impus[i].profile);
		int id = label != NULL ? hooks->profile(hooks->arg, label) : -1;

		if (id < 0 || id > UINT16_MAX ||
		    !labels_note(&to->profiles, (uint16_t)id, label))
			return fault(what, "profile", label, sub);
		impu->profile = (uint16_t)id;
	}
	return true;
}

static bool
number_charging(const struct store_hooks *hooks, const struct tables *from,
    const struct sub *old, struct tables *to, struct sub *sub,
    char what[LOAD_FAULT_LEN])
{
	const char *label = labels_text(&from->chargings, old->pub.charging);
	int id;

	if (old->pub.charging == 0)
		return true;
	id = label != NULL ? hooks->charging(hooks->arg, label) : -1;
	if (id < 1 || id > UINT16_MAX ||
	    !labels_note(&to->chargings, (uint16_t)id, label))
		return fault(what, "charging", label, sub);
	sub->pub.charging = (uint16_t)id;
	return true;
}

static void
clash_fault(char what[LOAD_FAULT_LEN], const struct tables_clash *clash,
    const struct sub *sub)
{
	const char *name = sub->pub.name;

	if (clash->kind == TABLES_WILDCARD)
		snprintf(what, LOAD_FAULT_LEN,
		    "more than %d wildcards begin as %s does, which is in "
		    "[%s] and was imported; hssctl delete takes that out",
		    WILDCARDS_ALIKE_MAX, clash->text, name);
	else if (clash->kind == TABLES_SECTION)
		snprintf(what, LOAD_FAULT_LEN,
		    "section [%s] was imported already; hssctl delete takes "
		    "that out",
		    name);
	else
		snprintf(what, LOAD_FAULT_LEN,
		    "%s %s of section [%s] is in [%s] already, which was "
		    "imported; hssctl delete takes that out",
		    clash->kind == TABLES_IMPI ? "impi" : "impu", clash->text,
		    clash->there->pub.name, name);
}

struct sub *
provision_carry(const struct store_hooks *hooks, const struct tables *from,
    const struct sub *old, struct tables *to, const char **file,
    char what[LOAD_FAULT_LEN])
{
	struct tables_clash clash;

	*file = NULL;
	if (tables_conflict(to, from, old, NULL, &clash)) {
		if (clash.there != NULL)
			*file = tables_file(to, clash.there);
		clash_fault(what, &clash, old);
		return NULL;
	}

	struct sub *sub = tables_adopt(to, from, old);

	if (sub == NULL)
		snprintf(what, LOAD_FAULT_LEN, "out of memory");
	else if (!number_profiles(hooks, from, old, to, sub, what) ||
		 !number_charging(hooks, from, old, to, sub, what))
		sub = NULL; /* the reload fails with it */
	return sub;
}
