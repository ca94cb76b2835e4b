#include "tests/fuzz/codec_dict.h"

#define V DIA_V
#define M DIA_M
#define S DIA_SECRET
static const struct dia_def defs[] = {
#define AVP(id, code, vendor, type, flags, name, ...) \
	{ code, vendor, DIA_##type, flags, name, NULL },
#include "cx/cx.def"
#undef AVP
};
#undef V
#undef M
#undef S

static const struct dia_command commands[] = {
	{ 300, 16777216, DIA_P, "UAR", "UAA" },
	{ 303, 16777216, DIA_P, "MAR", "MAA" },
};

const struct dia_dict codec_dict = {
	.defs = defs,
	.ndefs = sizeof defs / sizeof defs[0],
	.commands = commands,
	.ncommands = sizeof commands / sizeof commands[0],
	.parent = &dia_base_dict,
};
