#include "hca/hca.h"

#include <memory>
#include <stdexcept>

namespace viosim::hca {

Hca::Hca(sc_core::sc_module_name name, const HcaParams& params, Lid lid, const std::vector<Bdf>& functions)
    : sc_module(name), packet_out("packet_out"), packet_in("packet_in"), params_(params),
      counters_(this->name()), dma_(*params.dma_engine_latency),
      contexts_(std::string(this->name()) + ".contexts", params_, counters_, dma_), translator_(tables_, contexts_),
      engines_{params_, HcaTiming(params_), counters_, tables_, dma_, contexts_, translator_, lid},
      wqe_engine_(std::string(this->name()) + ".wqe_engine", params_),
      tx_(std::string(this->name()) + ".tx", engines_, packet_out),
      gather_(std::string(this->name()) + ".gather", engines_),
      completion_(std::string(this->name()) + ".completion", engines_),
      faults_(std::string(this->name()) + ".faults", engines_), fetcher_(engines_),
      receive_queue_(std::string(this->name()) + ".receive_queue", engines_),
      requester_(std::string(this->name()) + ".requester", engines_),
      responder_(std::string(this->name()) + ".responder", engines_),
      rx_(std::string(this->name()) + ".rx", engines_), doorbells_(engines_), send_engine_client_(engines_),
      installer_(engines_) {
  if (functions.empty()) throw std::invalid_argument("an HCA has at least one function");
  for (std::size_t i = 0; i < functions.size(); ++i)
    tables_.functions.push_back({functions[i], i == 0 || *params.vf_blueflame ? *params.blueflame : Bytes{}});
  engines_.tx = &tx_;
  engines_.gather = &gather_;
  engines_.completion = &completion_;
  engines_.faults = &faults_;
  engines_.wqe_engine = &wqe_engine_;
  engines_.fetcher = &fetcher_;
  engines_.requester = &requester_;
  engines_.responder = &responder_;
  engines_.receiver = &rx_;
  engines_.receive_queue = &receive_queue_;
  packet_in.deliver_to<&Receiver::arrive>(&rx_);
}

void Hca::use(SendEngineIf& engine) {
  engines_.send_engine = &engine;
  engine.attach(send_engine_client_, wqe_engine_.station());
}

void Hca::bar_write(Tlp* tlp) {
  const std::unique_ptr<Tlp> owned(tlp);
  if (management_ != nullptr && tlp->bar == hca_abi::kCommandBar)
    management_->commands().write(tables_.function_of(tlp->target), tlp->address.raw(), *tlp);
  else doorbells_.write(*tlp);
}

Management& Hca::add_management() {
  management_ = std::make_unique<Management>(std::string(name()) + ".mgmt", engines_, installer_);
  return *management_;
}

std::uint64_t Hca::bar_read(Bdf target, std::uint8_t bar, std::uint64_t offset, Bytes size, Op& op) {
  if (management_ == nullptr || bar != hca_abi::kCommandBar || size != Bytes(4)) return ~std::uint64_t{0};
  return __builtin_bswap32(management_->commands().read(tables_.function_of(target), offset, op));
}

}  // namespace viosim::hca
