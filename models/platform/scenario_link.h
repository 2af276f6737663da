// The links of a system: rows [from, to, part]; the link itself is the instance link0, link1 ... in their order.
#pragma once
#include <string>
#include <vector>

#include "platform/scenario_instance.h"
#include "platform/scenario_schema.h"

namespace viosim::platform {

/// Two ends and the path of the instance that holds the link's parameters ("link0").
struct Link {
  std::string from, to, path;
  Position position;
};

/// Reads the rows; the link instances are added to `root`.
std::vector<Link> read_links(const Table& system, Instance& root);

/// Each end is an instance of a linked kind, no two links join the same ends, none closes a cycle, and every
/// instance of a linked kind is reachable from the first one; else ScenarioError.
void check_links(const std::vector<Link>& links, const Instance& root, const SchemaIndex& index);

/// Paths of all instances below `root` that have a kind.
std::vector<std::string> instance_paths(const Instance& root);

}  // namespace viosim::platform
