#!/bin/sh
# check_budgets.sh GCC FOLDER LINK.LD: the image of the objects in FOLDER does not link when it outgrows a budget.
set -eu
gcc=$1 folder=$2 script=$3
out=$(mktemp)
trap 'rm -f "$out" "$out.elf"' EXIT

# refused IMAGE DATA STACK MESSAGE
refused() {
  if "$gcc" -march=rv32im_zicsr -mabi=ilp32 -nostdlib -static -Wl,--gc-sections -T "$script" \
      "-Wl,--defsym=FIRMWARE_IMAGE=$1" "-Wl,--defsym=FIRMWARE_DATA=$2" "-Wl,--defsym=FIRMWARE_STACK=$3" \
      "$folder"/*.o -lgcc -o "$out.elf" 2>"$out"; then echo "linked with $1 $2 $3"; exit 1; fi
  grep -q "$4" "$out" || { cat "$out"; exit 1; }
}
refused 4096 131072 1024 "the image is larger than its budget"
refused 65536 4096 1024 "the data are larger than their budget"
refused 65536 131072 65536 "data and stack overlap"
echo "budgets hold"
