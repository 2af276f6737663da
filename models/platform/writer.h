// A folder of results that appears whole or not at all.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/writer_file.h"

namespace viosim::platform {

/// Files gather in a hidden sibling of the target; commit() puts it in the target's place in one step. An older
/// result there is replaced; a folder that is none, or holds files viosim did not write, is refused.
class ResultFolder {
 public:
  /// Throws OutputError if `target` may not be replaced or no folder can be made beside it.
  explicit ResultFolder(const std::filesystem::path& target);
  /// Removes what was not committed.
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  /// The same refusals, without touching the disk: to be asked before hours of simulation.
  static void check(const std::filesystem::path& target);

  /// Where the files gather, for a program that writes them itself.
  const std::filesystem::path& part() const { return part_; }
  /// `name` is one of the files viosim writes. Throws OutputError.
  void add(std::string_view name, std::string_view bytes);
  /// Throws OutputError; the older result then stands unharmed.
  void commit();

 private:
  std::filesystem::path target_, part_;
};

/// The whole file. Throws OutputError.
std::string read_file(const std::filesystem::path& path);

}  // namespace viosim::platform
