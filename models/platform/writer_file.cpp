#include "platform/writer_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace viosim::platform {
namespace {

const char* cure(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return "; free some space or choose another place by --out";
    case EACCES:
    case EPERM:
    case EROFS: return "; choose a place you may write to by --out";
    case ENAMETOOLONG: return "; choose a shorter name by --out";
    default: return "";
  }
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  /// A network file system reports a full disk no sooner than here.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

bool sync(int fd) { return ::fsync(fd) == 0 || errno == EINVAL || errno == EROFS; }  // pipes and devices have none

}  // namespace

void throw_output_error(const std::filesystem::path& path, std::string_view what, int reason) {
  throw OutputError(path.string() + ": " + std::string(what) + ": " + std::strerror(reason) + cure(reason));
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) throw_output_error(path, "cannot be created", errno);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_output_error(path, "cannot be written", n < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (!sync(file.get())) throw_output_error(path, "cannot be written", errno);
  if (!file.close()) throw_output_error(path, "cannot be written", errno);
}

void sync_folder(const std::filesystem::path& path) {
  Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  if (folder.get() < 0) throw_output_error(path, "cannot be opened", errno);
  if (!sync(folder.get())) throw_output_error(path, "cannot be written", errno);
}

}  // namespace viosim::platform
