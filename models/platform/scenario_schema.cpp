#include "platform/scenario_schema.h"

#include <algorithm>

namespace viosim::platform {

const ParamSpec* ListingReader::find(std::string_view key) const {
  const auto found =
      std::find_if(specs_.begin(), specs_.end(), [&](const ParamSpec& spec) { return spec.key == key; });
  return found == specs_.end() ? nullptr : &*found;
}

ParamValue ListingReader::read(const ParamSpec& spec) {
  if (find(spec.key) == nullptr) specs_.push_back(spec);
  ParamValue value;
  value.number = spec.low;
  value.ratio = static_cast<double>(spec.low);
  if (!spec.choices.empty()) value.text = std::string(spec.choices.front());
  value.source = Source{Origin::assumed, "", "listing"};
  return value;
}

SchemaIndex::SchemaIndex(const Schemas& schemas) : schemas_(schemas) {
  for (const auto& [kind, schema] : schemas_) {
    ListingReader& listing = listings_[kind];
    if (schema.params) schema.params(listing);
  }
}

const ParamSpec* SchemaIndex::find(const std::string& kind, std::string_view key) const {
  const auto found = listings_.find(kind);
  return found == listings_.end() ? nullptr : found->second.find(key);
}

std::vector<std::string> SchemaIndex::kinds() const {
  std::vector<std::string> names;
  for (const auto& [kind, listing] : listings_) names.push_back(kind);
  return names;
}

std::vector<std::string> SchemaIndex::keys(const std::string& kind) const {
  std::vector<std::string> names;
  const auto found = listings_.find(kind);
  if (found == listings_.end()) return names;
  for (const ParamSpec& spec : found->second.specs()) names.emplace_back(spec.key);
  return names;
}

std::string SchemaIndex::kind_with(std::string_view key) const {
  for (const auto& [kind, listing] : listings_) {
    if (listing.find(key) != nullptr) return kind;
  }
  return {};
}

}  // namespace viosim::platform
