// A device on a link below a root complex with a simple memory: for tests of the pcie room.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pcie/endpoint.h"
#include "pcie/link.h"
#include "pcie/root_complex.h"
#include "support/fixed_memory.h"
#include "support/literal_params.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace pcie_rig {

/// Takes register accesses; keeps what came.
struct Registers : FunctionIf {
  struct Write { Time at; std::uint64_t offset, value; Bytes length; Op op; };
  void bar_write(Tlp* tlp) override {
    std::uint64_t value = 0;
    const auto data = tlp->data.bytes();
    for (std::size_t i = 0; i < data.size() && i < 8; ++i)
      value |= std::to_integer<std::uint64_t>(data[i]) << (8 * i);
    writes.push_back({now(), tlp->address.raw(), value, tlp->length, std::move(tlp->op)});
    delete tlp;
  }
  std::uint64_t bar_read(Bdf, std::uint8_t, std::uint64_t offset, Bytes, Op&) override { return 0x1000 + offset; }
  std::vector<Write> writes;
};

/// Takes interrupts.
struct Interrupts : IrqRouterIf {
  struct Taken { Time at; unsigned core, vector; std::size_t writes_before; Op op; };
  void deliver(unsigned core, unsigned vector, Op op) override {
    taken.push_back({now(), core, vector, memory != nullptr ? memory->writes.size() : 0, std::move(op)});
  }
  std::vector<Taken> taken;
  FixedMemory* memory = nullptr;
};

/// Round numbers: 4 bytes a nanosecond, 100 ns of wire, 50 ns of root complex, reads 80 ns, writes 40 ns.
inline LiteralParams link_literals() {
  return {{"generation", "2"}, {"lanes", "8"}, {"lane_rate", "4 Gb/s"}, {"skp_share", "0"},
          {"ack_interval", "1000000"}, {"propagation", "100 ns"}, {"core_clock", "250 MHz"}};
}
inline LiteralParams root_literals() {
  return {{"generation", "3"}, {"transit", "50 ns"}, {"completion_unit", "64 B"}, {"outbound_reads", "2"},
          {"posted_headers", "0"}, {"posted_data", "0"}, {"non_posted_headers", "0"}, {"non_posted_data", "0"},
          {"completion_headers", "0"}, {"completion_data", "0"}, {"update_fc_delay", "30 ns"}};
}
inline LiteralParams endpoint_literals() {
  return {{"generation", "2"}, {"max_payload", "256 B"}, {"max_read_request", "512 B"}, {"tags", "4"},
          {"completion_buffer", "4 KB"}, {"completion_timeout", "50 us"}, {"register_read", "20 ns"},
          {"posted_headers", "0"}, {"posted_data", "0"}, {"non_posted_headers", "0"}, {"non_posted_data", "0"},
          {"completion_headers", "0"}, {"completion_data", "0"}, {"update_fc_delay", "30 ns"}};
}
/// No fault by chance; 500 ns of replay timer, an Ack after 20 ns at the latest.
inline LiteralParams fault_literals() {
  return {{"fault_corrupt", "0"}, {"fault_lose", "0"}, {"fault_lose_dllp", "0"}, {"fault_poison", "0"},
          {"replay_buffer", "64"}, {"ack_latency", "20 ns"}, {"replay_timer", "500 ns"}, {"retrain", "10 us"},
          {"retrain_limit", "2"}};
}

constexpr Bdf kDevice{0x0300}, kVirtualFunction{0x0301};
constexpr Bytes kMemorySize{8 << 20};
constexpr Hpa kBar{0xD0000000};

struct PcieRig {
  explicit PcieRig(LiteralParams link_values = link_literals(), LiteralParams root_values = root_literals(),
                   LiteralParams endpoint_values = endpoint_literals(), IommuIf* iommu = nullptr,
                   FixedMemory* shared = nullptr)
      : own(Bytes(shared == nullptr ? kMemorySize.raw() : 0), nanoseconds(80), nanoseconds(40)),
        memory(shared == nullptr ? own : *shared), link_params(link_values), root_params(root_values),
        endpoint_params(endpoint_values), link("link", link_params, root_params.credits, endpoint_params.credits),
        root("root", root_params, 1, memory, interrupts, iommu), endpoint("endpoint", endpoint_params) {
    interrupts.memory = &memory;
    root.attach(link);
    endpoint.attach(link);
    endpoint.add_function(kDevice, registers);
    root.map_bar(kDevice, 0, kBar, Bytes(4096), 0);
  }

  /// A read or write whose account opens now.
  static void prepare(DmaRequest& r, bool is_read, std::uint64_t address, std::int64_t length, unsigned fill = 0) {
    r.is_read = is_read;
    r.requester = kDevice;
    r.address = Iova(address);
    r.length = Bytes(length);
    r.op = Op::open(now());
    if (is_read) return;
    r.data = Buffer::make(r.length);
    for (std::byte& b : r.data.bytes()) b = static_cast<std::byte>(fill);
  }

  FixedMemory own;
  FixedMemory& memory;
  Interrupts interrupts;
  Registers registers;
  pcie::LinkParams link_params;
  pcie::RootComplexParams root_params;
  pcie::EndpointParams endpoint_params;
  pcie::Link link;
  pcie::RootComplex root;
  pcie::Endpoint endpoint;
};

/// ps of `cause` in the account from `begin` on; all spans must tile it.
inline std::int64_t spent(const Op& op, Cause cause, Time begin = Time{}) {
  std::int64_t total = 0;
  for (const SpanView& s : op.history())
    if (s.end > begin && s.cause == cause) total += (s.end - s.begin).raw();
  return total;
}
inline std::int64_t spans(const Op& op, Cause cause) {
  std::int64_t n = 0;
  for (const SpanView& s : op.history())
    if (s.cause == cause) ++n;
  return n;
}
inline std::uint64_t counter(const std::string& site, const std::string& name) {
  for (const auto& e : counters().entries())
    if (e.site == site && e.name == name) return e.value;
  throw std::out_of_range(site + " has no counter " + name);
}

}  // namespace pcie_rig
}  // namespace viosim::test
