#!/bin/sh
# rtl_coverage.sh FOLDER LEAST: what the tests reached of each RTL block, from the *.dat that Verilated models wrote into FOLDER
# (VIOSIM_RTL_COVERAGE=FOLDER, a build with -DVIOSIM_RTL_COVERAGE=ON). Fails if a block has less than LEAST percent of its lines.
#
# A point counts once, however many instances there were: key = file, line, column, kind, comment.
set -eu
folder=$1 least=$2
ls "$folder"/*.dat >/dev/null 2>&1 || { echo "$folder: no coverage was written" >&2; exit 1; }
find "$folder" -name '*.dat' -exec cat {} + | awk -v least="$least" -F"'" '
  /^C / {
    split("", field)
    n = split($2, part, "\001")
    for (i = 2; i <= n; ++i) { at = index(part[i], "\002"); field[substr(part[i], 1, at - 1)] = substr(part[i], at + 1) }
    if (!match(field["f"], /rtl\/[a-z0-9_]+\//)) next
    block = substr(field["f"], RSTART + 4, RLENGTH - 5)
    kind = field["page"] ~ /^v_toggle/ ? "toggle" : "line"
    key = block SUBSEP kind SUBSEP field["f"] ":" field["l"] ":" field["n"] ":" field["page"] ":" field["o"]
    seen[key] += $3
  }
  END {
    for (key in seen) {
      split(key, part, SUBSEP)
      ++all[part[1], part[2]]; blocks[part[1]] = 1
      if (seen[key] > 0) ++hit[part[1], part[2]]
      else if (part[2] == "line") missed[part[1]] = missed[part[1]] "  not reached: " part[3] "\n"
    }
    bad = 0
    for (block in blocks) {
      line = 100 * hit[block, "line"] / all[block, "line"]
      toggle = all[block, "toggle"] ? 100 * hit[block, "toggle"] / all[block, "toggle"] : 0
      printf "%-16s lines %5.1f %% of %d, toggles %5.1f %% of %d\n", block, line, all[block, "line"], toggle, all[block, "toggle"]
      if (line < least) { bad = 1; printf "%s: less than %s %% of the lines\n%s", block, least, missed[block] }
    }
    exit bad
  }'
