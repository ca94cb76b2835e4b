/* The AVPs of Cx and the base protocol, for targets that link the codec alone:
 * without names of values. */
#ifndef TESTS_FUZZ_CODEC_DICT_H
#define TESTS_FUZZ_CODEC_DICT_H

#include "diameter/codec.h"

extern const struct dia_dict codec_dict;

#endif
