#include "platform/scenario_expand.h"

#include <algorithm>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

/// Parts that hold many instances of parts that hold many instances grow without bound.
constexpr std::size_t kMostInstances = 100'000;

void add_to_chains(Instance& content, const std::vector<std::string>& chain) {
  content.part.chain = chain;
  for (Instance& child : content.children) add_to_chains(child, chain);
}

}  // namespace

const Instance& PartExpander::load(const NameField& part, const std::string& path) {
  const auto known = parts_.find(part.name);
  if (known != parts_.end()) return known->second;
  const Table table = files_.load("parts", part.name, part.position, path.empty() ? "part" : path + ".part");
  const TreeRules rules{Layer::part, &sources_, {Origin::assumed, "", ""}};
  return parts_.emplace(part.name, read_instance(table, "", rules)).first->second;
}

Instance PartExpander::with_part(Instance declared, const std::string& path) {
  NameField next = declared.part;
  while (!next.name.empty()) {
    std::vector<std::string> chain = next.chain;
    const bool cycle = std::find(chain.begin(), chain.end(), next.name) != chain.end();
    chain.push_back(next.name);
    if (cycle) {
      std::string steps;
      for (const std::string& name : chain) steps += (steps.empty() ? "" : " -> ") + name;
      throw ScenarioError(next.position, path + ".part", "the part contains itself: " + steps,
                          "parts without a cycle");
    }
    Instance content = load(next, path);
    add_to_chains(content, chain);
    next = content.part;
    declared = overlay(std::move(content), std::move(declared), path);
  }
  return declared;
}

Instance PartExpander::expand(Instance declared, const std::string& path) {
  if (++count_ > kMostInstances) {
    throw ScenarioError(declared.position, path, "there are too many instances", "at most 100000");
  }
  Instance whole = with_part(std::move(declared), path);
  whole.path = path;
  if (whole.kind.name.empty() && index_.has_kind(whole.name)) {
    whole.kind = {whole.name, whole.position, whole.layer, {}};
  }
  for (Instance& child : whole.children) {
    std::string child_path = whole.path_of(child.name);
    child = expand(std::move(child), child_path);
  }
  return whole;
}

}  // namespace viosim::platform
