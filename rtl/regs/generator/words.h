// Names in the manner of each language.
#pragma once
#include <cctype>
#include <string>

namespace viosim::regs {

inline std::string upper(const std::string& s) {
  std::string out;
  for (const char c : s) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

inline std::string camel(const std::string& s) {
  std::string out;
  bool begins = true;
  for (const char c : s) {
    if (c != '_') out += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '_';
  }
  return out;
}

}  // namespace viosim::regs
