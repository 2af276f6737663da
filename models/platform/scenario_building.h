// What a block refuses while it is built is wrong in the scenario: the error says which instance asked for it.
#pragma once
#include <stdexcept>
#include <string>

#include "platform/scenario.h"

namespace viosim::platform {

/// Throws ScenarioError at the instance `path`.
[[noreturn]] inline void refuse(const Scenario& scenario, const std::string& path, const std::exception& why) {
  const Instance* const instance = scenario.find(path);
  throw ScenarioError(instance != nullptr ? instance->position : scenario.root().position, path, why.what(),
                      "values that go together");
}

/// Throws ScenarioError at the value of `key` of the instance `path`.
[[noreturn]] inline void refuse_key(const Scenario& scenario, const std::string& path, const std::string& key,
                                    const std::string& wrong, const std::string& expected) {
  const Instance& instance = *scenario.find(path);
  throw ScenarioError(instance.params.at(key).position, instance.path_of(key), wrong, expected);
}

/// `build()`; what it throws about its arguments becomes a ScenarioError.
template <class Build>
auto building(const Scenario& scenario, const std::string& path, Build build) {
  try {
    return build();
  } catch (const std::invalid_argument& e) {
    refuse(scenario, path, e);
  } catch (const std::out_of_range& e) {
    refuse(scenario, path, e);
  } catch (const std::length_error& e) {
    refuse(scenario, path, e);
  }
}

}  // namespace viosim::platform
