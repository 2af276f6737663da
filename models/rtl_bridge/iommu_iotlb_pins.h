// The pins of rtl/iommu_iotlb, without Verilator's headers.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace viosim::rtl_bridge {

class IommuIotlbPins {
 public:
  // As the block is verilated.
  static constexpr unsigned kSets = 64, kWays = 16, kWalks = 16, kRequests = 64;
  struct Walked { unsigned walk; bool keep; std::uint8_t fault; std::uint64_t entry; unsigned level; };
  struct Forget { bool all; std::uint16_t domain; std::uint64_t first, last; };
  struct Answer { unsigned request; std::uint8_t fault; std::uint64_t entry; unsigned level; };
  struct Miss { unsigned request, walk; bool asks; };

  /// Before its first edge, with `sets` (a power of two) of `ways`; `largest`: level of the largest page.
  IommuIotlbPins(const std::string& path, unsigned sets, unsigned ways, unsigned largest);
  ~IommuIotlbPins();

  // Inputs of the coming edge; they stand until withdrawn.
  void withdraw();
  void look_up(unsigned request, std::uint16_t domain, std::uint64_t page);
  void walked(const Walked& w);
  void forget(const Forget& f);
  /// Outputs follow the inputs.
  void settle();
  void edge(std::uint64_t ps);

  bool takes_look_up() const;
  bool takes_walked() const;
  bool takes_forget() const;
  bool answers() const;
  Answer answer() const;
  bool misses() const;
  Miss miss() const;
  std::uint8_t cause() const;
  bool quiescent() const;

 private:
  struct Model;
  std::unique_ptr<Model> model_;
};

}  // namespace viosim::rtl_bridge
