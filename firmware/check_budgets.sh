#!/bin/sh
# check_budgets.sh GCC AWK FOLDER SOURCE: the image of the objects in FOLDER does not link when it outgrows a budget.
set -eu
gcc=$1 awk=$2 folder=$3 source=$4
out=$(mktemp)
trap 'rm -f "$out" "$out.elf"' EXIT

# refused IMAGE DATA STACK MESSAGE
refused() {
  if "$gcc" -march=rv32im_zicsr -mabi=ilp32 -nostdlib -static -Wl,--gc-sections -T "$source/common/link.ld" \
      "-Wl,--defsym=FIRMWARE_IMAGE=$1" "-Wl,--defsym=FIRMWARE_DATA=$2" "-Wl,--defsym=FIRMWARE_STACK=$3" \
      "$folder"/*.o -lgcc -o "$out.elf" 2>"$out"; then echo "linked with $1 $2 $3"; exit 1; fi
  grep -q "$4" "$out" || { cat "$out"; exit 1; }
}
refused 4096 131072 1024 "the image is larger than its budget"
refused 65536 4096 1024 "the data are larger than their budget"
refused 65536 131072 65536 "data and stack overlap"

# too_deep ROOT BUDGET GRAPHS MESSAGE
too_deep() {
  if "$awk" -v root="$1" -v budget="$2" -v table=command_ -f "$source/stack_depth.awk" $3 2>"$out" >/dev/null; then
    echo "deep enough: $1 $2"; exit 1; fi
  grep -q "$4" "$out" || { cat "$out"; exit 1; }
}
graph=$out.ci
trap 'rm -f "$out" "$out.elf" "$graph"' EXIT
too_deep main 200 "$folder/*.ci" "main can need"
too_deep nowhere 200 "$folder/*.ci" "nobody knows the frame of nowhere"
printf 'node: { title: "a" label: "a\\nx.c:1:1\\n16 bytes (static)" }\nedge: { sourcename: "a" targetname: "a" }\n' >"$graph"
too_deep a 2048 "$graph" "a calls itself"
printf 'node: { title: "a" label: "a\\nx.c:1:1\\n16 bytes (dynamic)" }\n' >"$graph"
too_deep a 2048 "$graph" "changing size"
echo "budgets hold"
