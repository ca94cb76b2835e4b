#!/bin/sh
# Every C file looks as .clang-format says.
set -eu
cd "$(dirname "$0")/.."
tool=$(command -v clang-format-14 || command -v clang-format)
git ls-files '*.c' '*.h' | xargs "$tool" --dry-run --Werror
