#include "rtl_bridge/iommu_iotlb_pins.h"

#include <Viommu_iotlb.h>

#include "rtl_bridge/verilated_model.h"

namespace viosim::rtl_bridge {

struct IommuIotlbPins::Model : VerilatedModel<Viommu_iotlb> {
  using VerilatedModel::VerilatedModel;
};

IommuIotlbPins::IommuIotlbPins(const std::string& path, unsigned sets, unsigned ways, unsigned largest)
    : model_(std::make_unique<Model>(path)) {
  withdraw();
  Model& m = *model_;
  m->cfg_set_mask_i = static_cast<std::uint8_t>(sets - 1);
  m->cfg_last_way_i = static_cast<std::uint8_t>(ways - 1);
  m->cfg_largest_i = static_cast<std::uint8_t>(largest);
  m->lookup_valid_i = m->walk_valid_i = m->inv_valid_i = 0;
  m.reset();
}
IommuIotlbPins::~IommuIotlbPins() = default;

void IommuIotlbPins::withdraw() {
  Model& m = *model_;
  m->lookup_valid_i = 0;
  m->walk_valid_i = 0;
  m->inv_valid_i = 0;
}

void IommuIotlbPins::look_up(unsigned request, std::uint16_t domain, std::uint64_t page) {
  Model& m = *model_;
  m->lookup_valid_i = 1;
  m->lookup_request_i = static_cast<std::uint8_t>(request);
  m->lookup_domain_i = domain;
  m->lookup_page_i = page;
}

void IommuIotlbPins::walked(const Walked& w) {
  Model& m = *model_;
  m->walk_valid_i = 1;
  m->walk_id_i = static_cast<std::uint8_t>(w.walk);
  m->walk_keep_i = w.keep;
  m->walk_fault_i = w.fault;
  m->walk_entry_i = w.entry;
  m->walk_level_i = static_cast<std::uint8_t>(w.level);
}

void IommuIotlbPins::forget(const Forget& f) {
  Model& m = *model_;
  m->inv_valid_i = 1;
  m->inv_all_i = f.all;
  m->inv_domain_i = f.domain;
  m->inv_first_i = f.first;
  m->inv_last_i = f.last;
}

void IommuIotlbPins::settle() { model_->settle(); }
void IommuIotlbPins::edge(std::uint64_t ps) { model_->edge(ps); }

bool IommuIotlbPins::takes_look_up() const { return (*model_)->lookup_ready_o != 0; }
bool IommuIotlbPins::takes_walked() const { return (*model_)->walk_ready_o != 0; }
bool IommuIotlbPins::takes_forget() const { return (*model_)->inv_ready_o != 0; }
bool IommuIotlbPins::answers() const { return (*model_)->answer_valid_o != 0; }
IommuIotlbPins::Answer IommuIotlbPins::answer() const {
  Model& m = *model_;
  return {m->answer_request_o, m->answer_fault_o, m->answer_entry_o, m->answer_level_o};
}
bool IommuIotlbPins::misses() const { return (*model_)->miss_valid_o != 0; }
IommuIotlbPins::Miss IommuIotlbPins::miss() const {
  Model& m = *model_;
  return {m->miss_request_o, m->miss_walk_o, m->miss_new_o != 0};
}
std::uint8_t IommuIotlbPins::cause() const { return (*model_)->cause_o; }
bool IommuIotlbPins::quiescent() const { return (*model_)->quiescent_o != 0; }

}  // namespace viosim::rtl_bridge
