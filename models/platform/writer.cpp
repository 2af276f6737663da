#include "platform/writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

namespace viosim::platform {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kOwnFiles = {
    "result.json",  "ledger.csv",      "sites.csv",       "resolved.toml",   "manifest.json",
    "stack.svg",    "curves.svg",       "sensitivity.json", "sensitivity.csv", "validation.json",
    "trace.json"};

/// Absolute, links followed as far as the path exists, no trailing slash.
fs::path resolve(const fs::path& target) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(fs::absolute(target), error);
  if (error) throw_output_error(target, "cannot be reached", error.value());
  return path.has_filename() ? path : path.parent_path();
}

void refuse(const fs::path& target, const std::string& why) {
  throw OutputError(target.string() + ": " + why + "; choose another place by --out");
}

void check_replaceable(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) refuse(target, "stands in the way, it is no folder");
  bool empty = true, result = false;
  fs::directory_iterator entries(target, error);
  if (error) throw_output_error(target, "cannot be read", error.value());
  for (const fs::directory_entry& entry : entries) {
    empty = false;
    const std::string name = entry.path().filename().string();
    if (std::find(kOwnFiles.begin(), kOwnFiles.end(), name) == kOwnFiles.end() && !name.ends_with(".vcd"))
      refuse(target, "holds '" + name + "', which viosim has not written, and would be replaced");
    result = result || name == "manifest.json";
  }
  if (!empty && !result) refuse(target, "is no folder of results (it has no manifest.json)");
}

/// The nearest folder above that exists must take new entries.
void check_writable(const fs::path& target) {
  fs::path parent = target.parent_path();
  while (!fs::exists(parent) && parent.has_relative_path()) parent = parent.parent_path();
  if (!fs::is_directory(parent)) refuse(parent, "stands in the way, it is no folder");
  if (::access(parent.c_str(), W_OK | X_OK) != 0) throw_output_error(parent, "cannot be written", errno);
}

}  // namespace

ResultFolder::ResultFolder(const fs::path& target) : target_(resolve(target)) {
  check(target_);
  std::error_code error;
  fs::create_directories(target_.parent_path(), error);
  if (error) throw_output_error(target_.parent_path(), "cannot be created", error.value());
  std::string name = (target_.parent_path() / ("." + target_.filename().string() + ".part-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) throw_output_error(name, "cannot be created", errno);
  part_ = name;
  fs::permissions(part_, fs::perms(0755), error);
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  if (!part_.empty()) fs::remove_all(part_, ignored);
}

void ResultFolder::check(const fs::path& target) {
  const fs::path path = resolve(target);
  if (!path.has_relative_path()) refuse(path, "is the root of the file system");
  check_replaceable(path);
  check_writable(path);
}

void ResultFolder::add(std::string_view name, std::string_view bytes) { write_file(part_ / name, bytes); }

void ResultFolder::commit() {
  sync_folder(part_);
  check_replaceable(target_);  // again: the simulation took its time
  if (!fs::exists(target_)) {
    if (::rename(part_.c_str(), target_.c_str()) != 0) throw_output_error(target_, "cannot be created", errno);
    part_.clear();
  } else if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
    // A file system that cannot exchange: the older result steps aside for a moment.
    const fs::path aside = part_.string() + "-old";
    if (::rename(target_.c_str(), aside.c_str()) != 0) throw_output_error(target_, "cannot be replaced", errno);
    if (::rename(part_.c_str(), target_.c_str()) != 0) {
      const int reason = errno;
      if (::rename(aside.c_str(), target_.c_str()) != 0) throw_output_error(aside, "cannot be put back", errno);
      throw_output_error(target_, "cannot be replaced", reason);
    }
    part_ = aside;
  }
  sync_folder(target_.parent_path());
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_output_error(path, "cannot be read", errno);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw_output_error(path, "cannot be read", EIO);
  return text;
}

}  // namespace viosim::platform
