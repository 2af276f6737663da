#include "platform/scenario_link.h"

#include <map>
#include <set>
#include <toml++/toml.h>
#include <utility>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

constexpr const char* kRowForm = "a row [\"from\", \"to\", \"part\"]";

Link read_row(const toml::node& node, const std::string& name, const Table& system, Instance& root) {
  const Position position = position_of(node, system.file());
  const toml::array* row = node.as_array();
  if (row == nullptr) throw ScenarioError(position, "links", "holds " + type_in_words(node), kRowForm);
  if (row->size() != 3) throw ScenarioError(position, "links", "a row has not three entries", kRowForm);
  std::vector<std::string> texts;
  for (const toml::node& item : *row) {
    if (!item.is_string()) {
      throw ScenarioError(position_of(item, system.file()), "links", "a row holds " + type_in_words(item), kRowForm);
    }
    texts.push_back(item.as_string()->get());
  }
  if (root.child(name) != nullptr) {
    throw ScenarioError(root.child(name)->position, name, "is the name of a link of this system", "another name");
  }
  Instance link;
  link.name = name;
  link.position = position;
  link.layer = Layer::system;
  link.part = {texts[2], position_of((*row)[2], system.file()), Layer::system, {}};
  root.children.push_back(std::move(link));
  return {texts[0], texts[1], name, position};
}

void collect_paths(const Instance& instance, std::vector<const Instance*>& out) {
  for (const Instance& child : instance.children) {
    if (!child.kind.name.empty()) out.push_back(&child);
    collect_paths(child, out);
  }
}

void check_end(const std::string& end, const Link& link, const Instance& root, const SchemaIndex& index) {
  const Instance* found = end.empty() ? nullptr : root.find(end);
  if (found == nullptr) {
    throw ScenarioError(link.position, "links", "\"" + end + "\" is no instance",
                        "the path of an instance" + did_you_mean(end, instance_paths(root)));
  }
  const std::string& kind = found->kind.name;
  if (!kind.empty() && index.schema(kind).linked) return;
  throw ScenarioError(link.position, "links", "\"" + end + "\" is of a kind that takes no link",
                      "an instance with a port to the network");
}

/// Sets of instances that links join.
class Reach {
 public:
  std::string root(const std::string& path) {
    std::string at = path;
    for (auto next = joined_.find(at); next != joined_.end(); next = joined_.find(at)) at = next->second;
    return at;
  }
  /// False when they were joined before.
  bool join(const std::string& a, const std::string& b) {
    const std::string from = root(a), to = root(b);
    if (from != to) joined_[from] = to;
    return from != to;
  }

 private:
  std::map<std::string, std::string> joined_;
};

}  // namespace

std::vector<std::string> instance_paths(const Instance& root) {
  std::vector<const Instance*> all;
  collect_paths(root, all);
  std::vector<std::string> paths;
  for (const Instance* instance : all) paths.push_back(instance->path);
  return paths;
}

std::vector<Link> read_links(const Table& system, Instance& root) {
  std::vector<Link> links;
  const toml::node* rows = system.raw().get("links");
  if (rows == nullptr) return links;
  if (!rows->is_array())
    system.fail("links", "is " + type_in_words(*rows), std::string("rows: links = [[...], ...]"));
  for (const toml::node& row : *rows->as_array()) {
    links.push_back(read_row(row, "link" + std::to_string(links.size()), system, root));
  }
  return links;
}

void check_links(const std::vector<Link>& links, const Instance& root, const SchemaIndex& index) {
  std::set<std::pair<std::string, std::string>> seen;
  Reach reach;
  for (const Link& link : links) {
    check_end(link.from, link, root, index);
    check_end(link.to, link, root, index);
    if (root.find(link.path)->kind.name.empty()) {
      throw ScenarioError(link.position, "links", "the part of the link has no kind", "a part with kind = ...");
    }
    const std::string both = "\"" + link.from + "\" and \"" + link.to + "\"";
    if (link.from == link.to) {
      throw ScenarioError(link.position, "links", "\"" + link.from + "\" is linked to itself", "two instances");
    }
    if (!seen.insert(std::minmax(link.from, link.to)).second) {
      throw ScenarioError(link.position, "links", both + " are linked twice", "one link between two instances");
    }
    if (!reach.join(link.from, link.to)) {
      throw ScenarioError(link.position, "links", "the link between " + both + " closes a cycle",
                          "one way between any two instances");
    }
  }
  std::vector<const Instance*> all;
  collect_paths(root, all);
  const Instance* first = nullptr;
  for (const Instance* instance : all) {
    if (!index.schema(instance->kind.name).linked) continue;
    if (first == nullptr) first = instance;
    if (reach.root(first->path) == reach.root(instance->path)) continue;
    throw ScenarioError(instance->position, instance->path, "no links lead here from " + first->path,
                        "a row in links that joins them");
  }
}

}  // namespace viosim::platform
