#include "rtl_bridge/pcie_tlp_tx_pins.h"

#include <Vpcie_tlp_tx.h>

#include "rtl_bridge/verilated_model.h"

namespace viosim::rtl_bridge {
namespace {

constexpr unsigned kHeaderBits = 8, kDataBits = 12;

/// Puts `value` into field `number` of a packed array of fields.
template <class Port>
void put(Port& port, unsigned number, unsigned bits, std::uint64_t value) {
  const std::uint64_t mask = ((std::uint64_t{1} << bits) - 1) << (number * bits);
  port = static_cast<Port>((port & ~mask) | (value << (number * bits) & mask));
}

}  // namespace

struct PcieTlpTxPins::Model : VerilatedModel<Vpcie_tlp_tx> {
  using VerilatedModel::VerilatedModel;
};

PcieTlpTxPins::PcieTlpTxPins(const std::string& path) : model_(std::make_unique<Model>(path)) {
  wire(false, false);
  withdraw();
  model_->reset();
}
PcieTlpTxPins::~PcieTlpTxPins() = default;

void PcieTlpTxPins::offer(unsigned cls, bool relaxed, std::uint32_t data, unsigned index) {
  Model& m = *model_;
  m->tlp_valid_i = 1;
  m->tlp_class_i = static_cast<std::uint8_t>(cls);
  m->tlp_relaxed_i = relaxed;
  m->tlp_data_i = static_cast<std::uint16_t>(data);
  m->tlp_index_i = static_cast<std::uint8_t>(index);
}

void PcieTlpTxPins::init_credits(unsigned cls, std::uint32_t headers, std::uint32_t data) {
  Model& m = *model_;
  put(m->fc_init_i, cls, 1, 1);
  put(m->fc_header_i, cls, kHeaderBits, headers);
  put(m->fc_data_i, cls, kDataBits, data);
}

void PcieTlpTxPins::update_credits(unsigned cls, std::uint32_t headers, std::uint32_t data) {
  Model& m = *model_;
  put(m->fc_update_i, cls, 1, 1);
  put(m->fc_header_i, cls, kHeaderBits, headers);
  put(m->fc_data_i, cls, kDataBits, data);
}

void PcieTlpTxPins::wire(bool ready, bool busy) {
  (*model_)->wire_ready_i = ready;
  (*model_)->wire_busy_i = busy;
}

void PcieTlpTxPins::edge(std::uint64_t ps) {
  model_->edge(ps);
  withdraw();
}
void PcieTlpTxPins::withdraw() {
  Model& m = *model_;
  m->tlp_valid_i = 0;
  m->fc_init_i = 0;
  m->fc_update_i = 0;
}
void PcieTlpTxPins::settle() { model_->settle(); }

bool PcieTlpTxPins::room(unsigned cls) const { return ((*model_)->tlp_ready_o >> cls & 1) != 0; }
bool PcieTlpTxPins::granted() const { return (*model_)->grant_valid_o != 0; }
unsigned PcieTlpTxPins::granted_index() const { return (*model_)->grant_index_o; }
std::uint8_t PcieTlpTxPins::cause(unsigned cls) const {
  return static_cast<std::uint8_t>((*model_)->cause_o >> (cls * 8));
}
bool PcieTlpTxPins::quiescent() const { return (*model_)->quiescent_o != 0; }

}  // namespace viosim::rtl_bridge
