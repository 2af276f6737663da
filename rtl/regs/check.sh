#!/bin/sh
# check.sh VIOSIM_REGS FOLDER: the generated files are what the maps say, and maps that contradict themselves are refused.
set -eu
regs=$1 folder=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
"$regs" "$here/made" "$folder"/*.toml
diff -ru "$folder/generated" "$here/made" || { echo "run: $regs $folder/generated $folder/*.toml"; exit 1; }

# refused 'sed script' 'message': hca_mgmt.toml, so changed.
refused() {
  sed -e "$1" "$folder/hca_mgmt.toml" >"$here/hca_mgmt.toml"
  ! cmp -s "$folder/hca_mgmt.toml" "$here/hca_mgmt.toml" || { echo "changes nothing: $1"; exit 1; }
  if "$regs" "$here/refused" "$here/hca_mgmt.toml" 2>"$here/message"; then echo "taken: $1"; exit 1; fi
  grep -Eq "hca_mgmt.toml:[1-9][0-9]*: .*$2" "$here/message" || { echo "$1 gave:"; cat "$here/message"; exit 1; }
}
refused 's/offset = 0x008/offset = 0x004/' 'register.int_enable.offset: overlaps int_pending'
refused 's/offset = 0x060/offset = 0x05c/' 'register.cmd_out_high.offset: overlaps cmd_word'
refused 's/offset = 0x008/offset = 0x00a/' 'multiple of 4'
refused 's/offset = 0x140/offset = 0xffc/' 'register.catas.offset: lies outside'
refused 's/name = "dma", bits = "1"/name = "dma", bits = "0"/' 'register.int_pending.fields.dma.bits: overlap'
refused 's/bits = "7:0", text = "Whose it is"/bits = "0:7", text = "Whose it is"/' 'high:low'
refused 's/bits = "31", text = "There is one"/bits = "32", text = "There is one"/' 'at most 31'
refused '/name = "int_enable"/,/reset/ s/reset = 0/reset = 0x10/' 'register.int_enable.reset: 0x10 does not fit'
refused 's/catastrophic = 2/catastrophic = 1/' "'catastrophic' and 'ready' are both|'ready' and 'catastrophic' are both"
refused 's/catastrophic = 2/catastrophic = 16/' 'catastrophic: must be a number'
refused 's/access = "w1c"/access = "w2c"/' 'must be ro, rw, wo or w1c'
refused 's/^access = "w1c"/acess = "w1c"/' 'access: is missing'
refused 's/^access = "w1c"/access = "w1c"\nacess = 1/' 'acess: no such key'
refused 's/name = "int_enable"/name = "IntEnable"/' 'lower case'
refused 's/name = "int_enable"/name = "int_pending"/' "another register's"
refused 's/^size = 0x1000/size = /' ''
echo "as the maps say"
