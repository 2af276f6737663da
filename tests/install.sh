#!/bin/sh
# install.sh CMAKE BUILD: an installed viosim works from anywhere, by the scenarios that were installed with it.
set -eu
cmake=$1 build=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
fail() { echo "install: $*"; exit 1; }

"$cmake" --install "$build" --prefix "$here/first" >/dev/null
mv "$here/first" "$here/moved"  # nothing may remember where it was put
viosim=$here/moved/bin/viosim
mkdir "$here/cwd"
cd "$here/cwd"
[ -f "$here/moved/share/viosim/result.schema.json" ] || fail "the schema of results is missing"
[ -s "$here/moved/share/viosim/firmware/hca_firmware.elf" ] || fail "the firmware is missing"
"$viosim" list | grep -q rdma-write-latency || fail "list does not know the run"
"$viosim" describe rdma-write-latency switch0.transit | grep -q "stands  *$here/moved/share/viosim/scenarios/" ||
  fail "the installed program reads other scenarios than its own"
"$viosim" run rdma-write-latency --quiet --at path=native --at size="2 B" --out out | grep -q "residual  *0.000" ||
  fail "run printed no stack"
[ -s out/result.json ] || fail "run left no result"

# Its own scenarios win over those it was built from; without any it says so.
sed -i 's/^text = .*/text = "as installed"/' "$here/moved/share/viosim/scenarios/runs/rdma-write-latency.toml"
"$viosim" describe rdma-write-latency | grep -q "as installed" || fail "the installed scenarios do not win"
code=0
"$viosim" list --scenarios "$here/nowhere" 2>message || code=$?
[ "$code" -eq 2 ] && grep -q "$here/nowhere" message || fail "a folder that is not there: code $code"
echo "installed, moved, run"
