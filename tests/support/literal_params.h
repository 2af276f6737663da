// Parameters written down in a test: LiteralParams in{{"lanes", "8"}, {"propagation", "5 ns"}}; LinkParams p(in);
#pragma once
#include <initializer_list>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/param.h"
#include "platform/units.h"

namespace viosim::platform {

/// Values as users write them (counts, ratios, booleans and choices without quotes), of origin assumed / "test".
/// Throws std::runtime_error on a missing key, a wrong value and (by `check`) a key that nobody read.
class LiteralParams : public ParamReader {
 public:
  LiteralParams(std::initializer_list<std::pair<const std::string, std::string>> values) : values_(values) {
    if (values_.size() != values.size()) throw std::runtime_error("literal parameters: a key is given twice");
  }
  /// Adds a value or replaces one; for tests that move a single parameter.
  LiteralParams& set(const std::string& key, const std::string& value) {
    values_[key] = value;
    return *this;
  }
  /// Every key was read, else throws.
  void check() const {
    for (const auto& [key, value] : values_) {
      if (read_.count(key) == 0) throw std::runtime_error("literal parameters: nobody read the key " + key);
    }
  }

 protected:
  ParamValue read(const ParamSpec& spec) override {
    const auto found = values_.find(std::string(spec.key));
    if (found == values_.end()) {
      throw std::runtime_error("literal parameters: missing key " + std::string(spec.key) + "; expected " +
                               expected_form(spec.dimension));
    }
    read_.insert(found->first);
    try {
      ParamValue value = parse_literal(spec, found->second);
      value.source = Source{Origin::assumed, "test", ""};
      return value;
    } catch (const UnitError& error) {
      throw std::runtime_error("literal parameters: " + found->first + ": " + error.what());
    }
  }

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> read_;
};

/// A params struct out of literals, every key of which must be read: literal<LinkParams>({{"lanes", "8"}}).
template <class Params>
Params literal(std::initializer_list<std::pair<const std::string, std::string>> values) {
  LiteralParams in(values);
  Params params(in);
  in.check();
  return params;
}

}  // namespace viosim::platform

namespace viosim {
using platform::literal;
using platform::LiteralParams;
}  // namespace viosim
