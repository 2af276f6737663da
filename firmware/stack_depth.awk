# awk -v root=main -v budget=2048 -v table=command_ -f stack_depth.awk *.ci
# The deepest stack that `root` can come to, from gcc's call graphs (-fcallgraph-info=su). Refuses more than the budget,
# recursion, frames of unknown size. A call through a pointer is taken to reach every function that `table` begins.
function attribute(line, key,    rest) {
  rest = substr(line, index(line, key ": \"") + length(key) + 3)
  return substr(rest, 1, index(rest, "\"") - 1)
}
function refuse(text) { print "stack: " text > "/dev/stderr"; failed = 1; exit 1 }
function depth(f,    i, n, d, callees, deepest) {
  if (f in known) return known[f]
  if (f in open) refuse(f " calls itself")
  if (f != "__indirect_call" && !(f in frame)) refuse("nobody knows the frame of " f)
  open[f] = 1
  n = split(calls[f], callees, "\n")
  for (i = 1; i <= n; ++i)
    if (callees[i] != "" && (d = depth(callees[i])) > deepest) { deepest = d; next_of[f] = callees[i] }
  delete open[f]
  return known[f] = frame[f] + deepest
}
/^node:/ && /bytes \(/ {
  if ($0 !~ /bytes \(static\)/) refuse(attribute($0, "title") " has a frame of changing size")
  name = attribute($0, "title"); n = split(attribute($0, "label"), part, /\\n/)
  frame[name] = part[n] + 0
  if (index(name, table) == 1) calls["__indirect_call"] = calls["__indirect_call"] name "\n"
}
/^edge:/ { name = attribute($0, "sourcename"); calls[name] = calls[name] attribute($0, "targetname") "\n" }
END {
  if (failed) exit 1
  deepest = depth(root)
  for (f = root; f != ""; f = next_of[f]) chain = chain " " f
  print "stack: " deepest " of " budget " bytes:" chain
  if (deepest > budget) refuse(root " can need " deepest " bytes, its budget is " budget)
}
