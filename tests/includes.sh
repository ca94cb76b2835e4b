#!/bin/sh
# The arrows of the architecture: who may include what.
#
#   tools -> cx -> diameter, store, crypto        crypto -> mbedTLS
#   the codec -> libc                             store  -> libc
set -eu
cd "$(dirname "$0")/.."
bad=0

# forbid FILES PATTERN WHY
forbid()
{
	# shellcheck disable=SC2086 # a list of files
	if grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($2)" $1
	then
		echo "^ $3"
		bad=1
	fi
}

codec="diameter/codec.h diameter/reader.c diameter/writer.c diameter/scan.c \
diameter/dict.c diameter/print.c diameter/answer.c diameter/text.[ch]"
libraries='event2/|event\.h|mbedtls/|netinet/sctp|confuse|expat|jansson|check\.h'

forbid "$(git ls-files 'store/*.[ch]')" "cx/|crypto/|tools/|diameter/|$libraries" \
    "store/ includes libc and itself"
forbid "$(git ls-files 'crypto/*.[ch]')" \
    "cx/|store/|tools/|diameter/|event2/|expat|confuse" \
    "crypto/ includes mbedTLS, libc and itself"
forbid "$(git ls-files 'diameter/*.[ch]')" "cx/|store/|crypto/|tools/" \
    "diameter/ knows nothing of what is above or beside it"
forbid "$codec" "cx/|store/|crypto/|tools/|diameter/[^cbt]|$libraries" \
    "the codec links nothing but libc"
forbid "$(git ls-files 'cx/*.[ch]')" "tools/|event2/|mbedtls/|confuse" \
    "cx/ reaches the loop through diameter/, ciphers through crypto/"
# Only reader.c and writer.c touch wire octets: no cast of them to a struct.
forbid "$(git ls-files '*.[ch]')" '\.\./' "include from the root of the tree"

# A folder's private headers stay in it: what others see is named here.
public='diameter/(codec|diameter|log)\.h|cx/(cx|avps)\.h|store/store\.h'
public="$public|crypto/crypto\\.h"
for f in $(git ls-files '*.[ch]'); do
	dir=${f%%/*}
	case $dir in tests) continue ;; esac
	grep -oE '^#include "[^"]+"' "$f" | cut -d'"' -f2 | while read -r inc; do
		case $inc in "$dir"/*) continue ;; esac
		echo "$inc" | grep -qE "^($public)$" || echo "$f: $inc is private"
	done
done >"${TMPDIR:-/tmp}/includes.$$"
if [ -s "${TMPDIR:-/tmp}/includes.$$" ]; then
	cat "${TMPDIR:-/tmp}/includes.$$"
	bad=1
fi
rm -f "${TMPDIR:-/tmp}/includes.$$"
exit "$bad"
