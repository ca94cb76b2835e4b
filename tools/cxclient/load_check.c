/*
 * What a load's options must be: numbers within their limits, patterns that
 * have room for all users, identities for every kind of request.
 */
#include "tools/cxclient/load.h"

#include "tools/cxclient/load_lane.h"

enum {
	RATE_MAX = 1000000,
	DURATION_MAX = 86400,
	DURATION_S = 10,
	WINDOW = 16,
};

static bool
complain(FILE *err, const char *what)
{
	(void)fprintf(err, "cxclient: %s\n", what);
	return false;
}

static bool
check_number(const struct dia_u32 *n, const char *name, uint32_t min,
    uint32_t max, FILE *err)
{
	if (!n->set || (n->value >= min && n->value <= max))
		return true;
	(void)fprintf(err, "cxclient: --%s takes %u to %u\n", name, min, max);
	return false;
}

static void
set_default(struct dia_u32 *n, uint32_t value)
{
	if (!n->set)
		*n = (struct dia_u32){ value, true };
}

static bool
check_pattern(const struct options *o, const char *text, FILE *err)
{
	char made[OPTIONS_TEXT_CAP];
	struct load_pattern p;

	if (text == NULL)
		return true;
	if (!load_pattern_read(&p, text, made, sizeof made))
		return complain(
		    err, "an identity has one %0Nu, N being 1 to 10, or none");
	if (p.width == 0 && o->count.value > 1)
		return complain(err, "--count needs %0Nu in the identities");
	if (!load_pattern_fits(
		&p, (uint64_t)o->first.value + o->count.value - 1))
		return complain(err, "the last user's number has no room");
	return true;
}

/* What varies besides the user. */
static bool
check_draw(const struct options *o, struct load_draw *draw, FILE *err)
{
	const char *types =
	    o->type_name != NULL ? o->type_name : "RE_REGISTRATION";
	char made[OPTIONS_TEXT_CAP];
	struct load_pattern p;

	if (!load_types_read(draw, types))
		return complain(err,
		    "--type takes up to 16 types of TS 29.229, a comma "
		    "between");
	if (!load_pattern_read(&p, o->server_name, made, sizeof made) ||
	    !load_pattern_fits(&p, o->names.value))
		return complain(
		    err, "--server-name has one %0Nu with room, or none");
	if (p.width == 0 && o->names.value > 1)
		return complain(err, "--names needs %0Nu in --server-name");
	if (o->record != NULL && o->connections.value > o->count.value)
		return complain(
		    err, "--record wants as many users as connections");
	draw->names = o->names.value;
	draw->first = o->first.value;
	draw->count = o->count.value;
	draw->lanes = o->connections.value;
	draw->random = o->random;
	draw->once = o->once;
	draw->seed = o->seed.value;
	return true;
}

bool
load_check(struct options *o, struct load_draw *draw, FILE *err)
{
	if (o->rate.set && o->window.set)
		return complain(err, "--rate or --window, not both");
	if (o->once && o->random)
		return complain(err, "--once or --random, not both");
	if (!o->rate.set)
		set_default(&o->window, WINDOW);
	set_default(&o->connections, 1);
	set_default(&o->duration, DURATION_S);
	set_default(&o->count, 1);
	set_default(&o->first, 1);
	set_default(&o->names, 1);
	if (!check_number(&o->rate, "rate", 1, RATE_MAX, err) ||
	    !check_number(&o->window, "window", 1, LOAD_WINDOW_MAX, err) ||
	    !check_number(
		&o->connections, "connections", 1, LOAD_CONNECTIONS_MAX, err) ||
	    !check_number(&o->duration, "duration", 1, DURATION_MAX, err) ||
	    !check_number(&o->warmup, "warmup", 0, DURATION_MAX, err) ||
	    !check_number(&o->count, "count", 1, UINT32_MAX, err) ||
	    !check_number(&o->names, "names", 1, LOAD_NAMES_MAX, err))
		return false;
	if (!load_mix_read(&draw->mix, o->mix != NULL ? o->mix : "1:1:1:1"))
		return complain(err,
		    "--mix takes the weights of UAR:MAR:SAR:LIR, 0 to 1000");
	if (o->impi == NULL &&
	    (draw->mix.weight[LOAD_UAR] > 0 || draw->mix.weight[LOAD_MAR] > 0))
		return complain(err, "which private identity? (-i)");
	if (o->connect != tcp_connect)
		return complain(err, "load is for TCP");
	if (!check_draw(o, draw, err))
		return false;
	return check_pattern(o, o->impi, err) && check_pattern(o, o->impu, err);
}
