// ContextPort: through which firmware installs, changes, removes and asks for objects in the hardware's tables, at numbers
// that firmware chose. Firmware is trusted less than hardware: what does not fit ends in an error of ctx_status.
// Models: function, pd, mtt, mpt, eq, cq, qp; the state of queue pairs; translation entries by their number.
// Not modelled: shared receive queues and address handles, which no engine uses: kept as they came; writing contexts
//   and translation entries to the ICM in host memory.
// Causes: Pipeline = ceil(bytes / datapath_width) / datapath_clock, of the packed context or the entries.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hca/command_registers.h"
#include "hca/installer.h"
#include "regs/hca_mgmt.hpp"

namespace viosim::hca {

class ContextPort {
 public:
  using Error = regs::hca_mgmt::ctx_status::Error;

  ContextPort(const std::string& path, Engines& engines, Installer& installer, CommandRegisters& commands);
  void attach(ControlProcessorIf& processor, void (*done)(void* owner), void* owner) {
    processor_ = &processor;
    done_ = done;
    owner_ = owner;
  }

  std::uint32_t object = 0, number = 0, local = 0, count = 0;  ///< registers
  void start(std::uint32_t control);
  std::uint32_t status() const;
  void reset() {
    timer_.cancel();
    busy_ = false;
  }

 private:
  using Type = regs::hca_mgmt::ctx_object::Type;
  using Operation = regs::hca_mgmt::ctx_control::Operation;
  static constexpr std::uint32_t kEntries = 1u << 22;  ///< of the translation table: 16 GB in pages of 4 KB
  std::uint32_t bytes() const;
  void end();
  Error carry_out();
  void install(unsigned function, std::span<const std::byte> packed);
  void remove(unsigned function);
  void modify(unsigned function, std::span<const std::byte> packed);
  void query(unsigned function, std::span<std::byte> packed);
  void install_mtt(std::span<const std::byte> packed);
  void install_mpt(unsigned function, const regs::hca_mailbox::MptContext& c);
  /// What no engine uses is kept as it came.
  struct Kept { unsigned function; std::vector<std::byte> packed; };
  std::map<std::pair<Type, std::uint32_t>, Kept>::iterator kept(unsigned function);

  Station station_;
  Engines& e_;
  Installer& installer_;
  CommandRegisters& commands_;
  ControlProcessorIf* processor_ = nullptr;
  void (*done_)(void*) = nullptr;
  void* owner_ = nullptr;
  Timer timer_;
  Op op_;
  std::uint64_t command_ = 0;
  std::vector<Iova> mtts_;
  std::map<std::pair<Type, std::uint32_t>, Kept> kept_;
  unsigned function_ = 0;
  Type type_ = Type::none;
  Operation operation_ = Operation::install;
  bool busy_ = false;
  Error error_ = Error::none;
};

}  // namespace viosim::hca
