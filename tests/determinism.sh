#!/bin/sh
# determinism.sh "RUN [OPTION ...]" VIOSIM [VIOSIM ...]: the same scenario and seed give the same bytes in every file but the
# manifest, for each binary (gcc's, clang's), --jobs, --scheduler and working folder.
set -eu
run=$1; shift
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
n=0
for binary in "$@"; do
  for options in "--jobs 1" "--jobs 3" "--jobs 2 --scheduler systemc"; do
    n=$((n + 1))
    mkdir -p "$here/cwd$n"
    # $run and $options are lists of words
    # shellcheck disable=SC2086
    (cd "$here/cwd$n" && "$binary" run $run --quiet --format json $options --out "$here/out$n" >"$here/stdout$n")
    rm "$here/out$n/manifest.json"
    diff -r "$here/out1" "$here/out$n" >"$here/difference" && diff "$here/stdout1" "$here/stdout$n" >>"$here/difference" || {
      echo "not the same: $binary $options"; head -20 "$here/difference"; exit 1
    }
  done
done
echo "$run: $n executions, the same bytes"
