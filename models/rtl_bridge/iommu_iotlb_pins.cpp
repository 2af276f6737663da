#include "rtl_bridge/iommu_iotlb_pins.h"

#include <Viommu_iotlb.h>
#include <Viommu_iotlb_wide.h>

#include "rtl_bridge/verilated_model.h"

namespace viosim::rtl_bridge {

/// The block in one of its sizes.
class IommuIotlbPins::Block {
 public:
  virtual ~Block() = default;
  virtual void withdraw() = 0;
  virtual void look_up(unsigned request, std::uint16_t domain, std::uint64_t page) = 0;
  virtual void walked(const Walked& w) = 0;
  virtual void forget(const Forget& f) = 0;
  virtual void settle() = 0;
  virtual void edge(std::uint64_t ps) = 0;
  /// Outputs as they stand.
  struct Out {
    bool takes_look_up, takes_walked, takes_forget, answers, misses, quiescent;
    Answer answer;
    Miss miss;
    std::uint8_t cause;
  };
  Out out{};
};

template <class Top>
class IommuIotlbPins::Sized final : public Block {
 public:
  Sized(const std::string& path, unsigned sets, unsigned ways, unsigned largest) : model_(path) {
    withdraw();
    model_->cfg_set_mask_i = static_cast<std::uint8_t>(sets - 1);
    model_->cfg_last_way_i = static_cast<std::uint8_t>(ways - 1);
    model_->cfg_largest_i = static_cast<std::uint8_t>(largest);
    model_.reset();
    see();
  }
  void withdraw() override { model_->lookup_valid_i = model_->walk_valid_i = model_->inv_valid_i = 0; }
  void look_up(unsigned request, std::uint16_t domain, std::uint64_t page) override {
    model_->lookup_valid_i = 1;
    model_->lookup_request_i = static_cast<std::uint8_t>(request);
    model_->lookup_domain_i = domain;
    model_->lookup_page_i = page;
  }
  void walked(const Walked& w) override {
    model_->walk_valid_i = 1;
    model_->walk_id_i = static_cast<std::uint8_t>(w.walk);
    model_->walk_keep_i = w.keep;
    model_->walk_fault_i = w.fault;
    model_->walk_entry_i = w.entry;
    model_->walk_level_i = static_cast<std::uint8_t>(w.level);
  }
  void forget(const Forget& f) override {
    model_->inv_valid_i = 1;
    model_->inv_all_i = f.all;
    model_->inv_domain_i = f.domain;
    model_->inv_first_i = f.first;
    model_->inv_last_i = f.last;
  }
  void settle() override {
    model_.settle();
    see();
  }
  void edge(std::uint64_t ps) override {
    model_.edge(ps);
    see();
  }

 private:
  void see() {
    out.takes_look_up = model_->lookup_ready_o != 0;
    out.takes_walked = model_->walk_ready_o != 0;
    out.takes_forget = model_->inv_ready_o != 0;
    out.quiescent = model_->quiescent_o != 0;
    out.cause = model_->cause_o;
    if ((out.answers = model_->answer_valid_o != 0))
      out.answer = {model_->answer_request_o, model_->answer_fault_o, model_->answer_entry_o, model_->answer_level_o};
    if ((out.misses = model_->miss_valid_o != 0))
      out.miss = {model_->miss_request_o, model_->miss_walk_o, model_->miss_new_o != 0};
  }
  VerilatedModel<Top> model_;
};

IommuIotlbPins::IommuIotlbPins(const std::string& path, unsigned sets, unsigned ways, unsigned largest) {
  if (ways <= kWays && sets <= kSets) block_ = std::make_unique<Sized<Viommu_iotlb>>(path, sets, ways, largest);
  else block_ = std::make_unique<Sized<Viommu_iotlb_wide>>(path, sets, ways, largest);
}
IommuIotlbPins::~IommuIotlbPins() = default;

void IommuIotlbPins::withdraw() { block_->withdraw(); }
void IommuIotlbPins::look_up(unsigned request, std::uint16_t domain, std::uint64_t page) {
  block_->look_up(request, domain, page);
}
void IommuIotlbPins::walked(const Walked& w) { block_->walked(w); }
void IommuIotlbPins::forget(const Forget& f) { block_->forget(f); }
void IommuIotlbPins::settle() { block_->settle(); }
void IommuIotlbPins::edge(std::uint64_t ps) { block_->edge(ps); }

bool IommuIotlbPins::takes_look_up() const { return block_->out.takes_look_up; }
bool IommuIotlbPins::takes_walked() const { return block_->out.takes_walked; }
bool IommuIotlbPins::takes_forget() const { return block_->out.takes_forget; }
bool IommuIotlbPins::answers() const { return block_->out.answers; }
IommuIotlbPins::Answer IommuIotlbPins::answer() const { return block_->out.answer; }
bool IommuIotlbPins::misses() const { return block_->out.misses; }
IommuIotlbPins::Miss IommuIotlbPins::miss() const { return block_->out.miss; }
std::uint8_t IommuIotlbPins::cause() const { return block_->out.cause; }
bool IommuIotlbPins::quiescent() const { return block_->out.quiescent; }

}  // namespace viosim::rtl_bridge
