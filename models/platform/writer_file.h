// One file, written to the end and onto the disk, or an error that says what to do.
#pragma once
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace viosim::platform {

/// Output that cannot be written: the user's matter (exit code 2).
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws OutputError with the path, what failed, the system's reason and, where there is one, the cure.
[[noreturn]] void throw_output_error(const std::filesystem::path& path, std::string_view what, int reason);

/// Creates or overwrites `path`, writes `bytes`, syncs and closes. Throws OutputError.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Makes the entries of a folder last. Throws OutputError.
void sync_folder(const std::filesystem::path& path);

}  // namespace viosim::platform
