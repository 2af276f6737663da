// What every complaint about a scenario looks like: file:line:column: key: what was wrong; expected ...
#pragma once
#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace viosim::platform {

/// A place in a file that a user wrote. Lines and columns count from 1; the command line is one line whose
/// columns are its overrides.
struct Position {
  std::string file;
  std::uint32_t line = 1, column = 1;
  auto operator<=>(const Position&) const = default;
  std::string text() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
};

inline constexpr const char* kCommandLineFile = "<command line>";

/// The scenario is wrong: exit code 2. `key` may be empty (a syntax error has none).
class ScenarioError : public std::runtime_error {
 public:
  ScenarioError(Position position, std::string key, const std::string& wrong, const std::string& expected)
      : std::runtime_error(position.text() + ": " + (key.empty() ? key : key + ": ") + wrong + "; expected " +
                           expected),
        position_(std::move(position)),
        key_(std::move(key)) {}
  const Position& position() const { return position_; }
  const std::string& key() const { return key_; }

 private:
  Position position_;
  std::string key_;
};

}  // namespace viosim::platform
