// Puts the content of the parts into the instances that name them.
#pragma once
#include <map>
#include <string>

#include "platform/scenario_instance.h"
#include "platform/scenario_schema.h"

namespace viosim::platform {

/// Reads each part once. Errors: a missing part (the names are listed), a part that contains itself, an
/// unsourced value in a part, too many instances.
class PartExpander {
 public:
  PartExpander(const ScenarioFiles& files, const Sources& sources, const SchemaIndex& index)
      : files_(files), sources_(sources), index_(index) {}

  /// The instance with its part's content below its own, and so its children; paths are set. An instance
  /// without a kind takes its name as its kind when there is such a kind.
  Instance expand(Instance declared, const std::string& path);

 private:
  const Instance& load(const NameField& part, const std::string& path);
  Instance with_part(Instance declared, const std::string& path);

  const ScenarioFiles& files_;
  const Sources& sources_;
  const SchemaIndex& index_;
  std::map<std::string, Instance> parts_;
  std::size_t count_ = 0;
};

}  // namespace viosim::platform
