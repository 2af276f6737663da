#!/bin/sh
# readme.sh VIOSIM README.md: what README says holds.
# - Each ./viosim command of its ```sh blocks ends well, `compare` with a difference (left out for their length:
#   `./viosim test` and `./viosim validate`).
# - Below `<!-- excerpt: COMMAND -->`, each line of the ```text block is a line of what the command prints.
# - `<!-- check: REGEXP -->` stands beside a figure in the prose and matches a line of the last excerpt's command.
# - The committed picture shows the same words and numbers as the one that is drawn now.
set -eu
binary=$1 readme=$(realpath "$2")
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
mkdir "$here/cwd"
cd "$here/cwd"
failed=0
complain() { echo "README: $*"; failed=1; }

awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside && /^\.\/viosim / { sub(/ +#.*/, ""); print }' \
  "$readme" | grep -Ev '^\./viosim (test|validate)' >"$here/commands" || true
# One number a command: its output stands in $here/out.N.
number=0
while IFS= read -r command; do
  number=$((number + 1))
  code=0
  eval "\"$binary\" ${command#./viosim}" >"$here/out.$number" 2>"$here/err.$number" </dev/null || code=$?
  case $command in
    "./viosim compare --fidelity"*) expected=0 ;;
    "./viosim compare "*) expected=1 ;;  # what it compares differs
    *) expected=0 ;;
  esac
  [ "$code" -eq "$expected" ] || complain "exit code $code of: $command: $(tail -1 "$here/err.$number")"
done <"$here/commands"
[ "$number" -ge 5 ] || complain "only $number commands were found"

output_of() {  # the output's file, by the command
  line=$(grep -nxF -- "$1" "$here/commands" | head -1 | cut -d: -f1)
  [ -n "$line" ] && echo "$here/out.$line"
}

# excerpt <tab> command, line <tab> text, check <tab> regexp, in the order of the file
awk '/^<!-- excerpt: .* -->$/ { sub(/^<!-- excerpt: /, ""); sub(/ -->$/, ""); print "excerpt\t" $0; wanted = 1; next }
     /^```text$/ { inside = wanted; wanted = 0; next }
     /^```/ { inside = 0 }
     inside && $0 != " ..." { print "line\t" $0; next }
     { while (match($0, /<!-- check: [^>]* -->/)) {
         print "check\t" substr($0, RSTART + 12, RLENGTH - 16); $0 = substr($0, RSTART + RLENGTH) } }' \
  "$readme" >"$here/claims"
tab=$(printf '\t')
output=/dev/null
while IFS= read -r claim; do
  what=${claim%%"$tab"*} text=${claim#*"$tab"}
  case $what in
    excerpt) output=$(output_of "$text") || { complain "no such command in a sh block: $text"; output=/dev/null; } ;;
    line) grep -qxF -- "$text" "$output" || complain "not printed (any more): $text" ;;
    check) grep -Eq -- "$text" "$output" || complain "does not hold (any more): $text" ;;
  esac
done <"$here/claims"
grep -q '^line' "$here/claims" && grep -q '^check' "$here/claims" || complain "no excerpts, or no checks"

words() { grep -o '>[^<>]*[^<> ][^<>]*<' "$1" | sort; }
for picture in $(sed -n 's/.*(\(results\/[^ )]*\.svg\)).*/\1/p' "$readme"); do
  now=viosim-out/${picture#results/}
  words "$(dirname "$readme")/$picture" >"$here/old" && words "$now" >"$here/new" &&
    diff "$here/old" "$here/new" >"$here/difference" || complain "another picture than $picture: $(head -5 "$here/difference")"
done
[ "$failed" -eq 0 ] && echo "$number commands, $(wc -l <"$here/claims") claims"
exit $failed
