#!/bin/sh
# check.sh COMPILER INCLUDE SNIPPET: compiles as it stands, fails with -DVIOSIM_MUST_FAIL and then says what the
# snippet's line "// EXPECT: text" names.
set -u
compile="$1 -std=c++20 -fsyntax-only -DSC_CPLUSPLUS=201703L -I$2"
expected=$(sed -n 's|^// EXPECT: ||p' "$3")
[ -n "$expected" ] || { echo "$3: no line // EXPECT:"; exit 1; }
$compile "$3" || { echo "$3: does not compile even without VIOSIM_MUST_FAIL"; exit 1; }
output=$($compile -DVIOSIM_MUST_FAIL "$3" 2>&1) && { echo "$3: compiles, and must not"; exit 1; }
printf '%s\n' "$output" | grep -Eq "$expected" || { printf '%s\n' "$output"; echo "$3: fails, but not for: $expected"; exit 1; }
