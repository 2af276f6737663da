// The pins of rtl/pcie_tlp_tx, without Verilator's headers.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace viosim::rtl_bridge {

class PcieTlpTxPins {
 public:
  // As the block is verilated.
  static constexpr unsigned kClasses = 3, kEntries = 16, kSlots = kClasses * kEntries;

  /// Before its first edge, the receiver's credits unknown.
  explicit PcieTlpTxPins(const std::string& path);
  ~PcieTlpTxPins();

  // Inputs of the coming edge.
  void offer(unsigned cls, bool relaxed, std::uint32_t data, unsigned index);
  void init_credits(unsigned cls, std::uint32_t headers, std::uint32_t data);
  void update_credits(unsigned cls, std::uint32_t headers, std::uint32_t data);
  void wire(bool ready, bool busy);
  /// The edge. Afterwards offer and credits are withdrawn.
  void edge(std::uint64_t ps);
  /// Outputs follow `wire`.
  void settle();

  bool room(unsigned cls) const;
  bool granted() const;
  unsigned granted_index() const;
  std::uint8_t cause(unsigned cls) const;
  bool quiescent() const;

 private:
  void withdraw();
  struct Model;
  std::unique_ptr<Model> model_;
};

}  // namespace viosim::rtl_bridge
