#include "platform/pcie_bandwidth.h"

#include <fmt/format.h>

#include <vector>

#include "pcie/endpoint_params.h"
#include "pcie/link_bandwidth.h"
#include "pcie/root_complex_params.h"
#include "platform/report_table.h"
#include "platform/units.h"

namespace viosim::platform {
namespace {

std::string gigabits(BitRate rate) { return fmt::format("{:.2f} Gb/s", static_cast<double>(rate.raw()) / 1e9); }

std::string size_text(Bytes size) { return format_quantity(Dimension::bytes, size.raw()); }

/// The instance of this kind beside `path`; null without one.
const Instance* beside(const Scenario& scenario, const std::string& path, const std::string& kind) {
  const Instance* const parent = scenario.find(parent_path(path));
  if (parent == nullptr) return nullptr;
  for (const Instance& child : parent->children)
    if (child.kind.name == kind) return &child;
  return nullptr;
}

struct Rates { BitRate writes, reads, both; };

Rates rates_of(BitRate link, const pcie::TransferShape& shape) {
  const pcie::WireBytes write = write_on_wire(shape), read = read_on_wire(shape);
  return {payload_rate(link, shape.size, write), payload_rate(link, shape.size, read),
          payload_rate(link, shape.size, write + read)};
}

std::string use_of(const PointResult& reached, const std::string& site) {
  for (const SiteRow& row : reached.sites)
    if (row.site == site && row.window > 0)
      return fmt::format("  {} in use {:.1f} % of the time\n", site,
                         100.0 * static_cast<double>(row.served) / static_cast<double>(row.window));
  return "";
}

}  // namespace

std::string pcie_link_note() {
  TextTable table({"generation", "lane", "x1", "x2", "x4", "x8", "x16", "x8 writes of 256 B"});
  const pcie::TransferShape shape{Bytes(256), Bytes(256), Bytes(512), Bytes(64)};
  for (std::int64_t g = 1; g <= 5; ++g) {
    const BitRate lane = pcie::lane_rate_of(Count(g));
    std::vector<std::string> row{std::to_string(g), gigabits(lane)};
    for (const std::int64_t lanes : {1, 2, 4, 8, 16}) row.push_back(gigabits(lane * lanes));
    row.push_back(gigabits(rates_of(lane * 8, shape).writes));
    table.add(std::move(row));
  }
  return "each way, after the line code, without skip ordered sets and DLLPs:\n" + table.text();
}

std::string pcie_link_theory(Scenario& scenario, const std::string& path, const PointResult* reached) {
  const BitRate link = pcie::LinkTiming(scenario.params<pcie::LinkParams>(path)).rate();
  pcie::TransferShape shape{Bytes{}, Bytes(256), Bytes(512), Bytes(64)};
  if (const Instance* device = beside(scenario, path, "pcie-endpoint")) {
    const auto params = scenario.params<pcie::EndpointParams>(device->path);
    shape.max_payload = *params.max_payload;
    shape.max_read_request = *params.max_read_request;
  }
  if (const Instance* root = beside(scenario, path, "root-complex"))
    shape.completion_unit = *scenario.params<pcie::RootComplexParams>(root->path).completion_unit;
  std::string out = fmt::format("theoretical bandwidth: {} each way; payload at most (MPS {}, MRRS {}, completions "
                                "of {}; 64-bit addresses, without DLLPs):\n",
                                gigabits(link), size_text(shape.max_payload), size_text(shape.max_read_request),
                                size_text(shape.completion_unit));
  TextTable table({"transfer", "writes", "reads", "writes while as much is read"});
  for (const std::int64_t size : {64, 128, 256, 512, 1024, 2048, 4096}) {
    shape.size = Bytes(size);
    const Rates rates = rates_of(link, shape);
    table.add({size_text(shape.size), gigabits(rates.writes), gigabits(rates.reads), gigabits(rates.both)});
  }
  out += table.text();
  if (reached == nullptr) return out;
  out += fmt::format("reached at {}:\n", to_text(reached->labels));
  if (const Metric* bandwidth = reached->metric("bandwidth"); bandwidth != nullptr && reached->message_bytes > 0) {
    shape.size = Bytes(reached->message_bytes);
    const Rates rates = rates_of(link, shape);
    out += fmt::format("  {} of payload one way in messages of {}; at most {} as writes, {} as reads\n",
                       gigabits(BitRate(bandwidth->value)), size_text(shape.size), gigabits(rates.writes),
                       gigabits(rates.reads));
  }
  return out + use_of(*reached, path + ".up") + use_of(*reached, path + ".down");
}

}  // namespace viosim::platform
