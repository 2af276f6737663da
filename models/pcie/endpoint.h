// Models: the PCI Express side of a device: cuts DMA into TLPs (MPS, MRRS, 4 KB), gives reads tags and room in
// the completion buffer, puts completions together, hands register accesses to the device's functions.
// Not modelled: time of its own on the way of DMA (the device's engines and the link charge that), alignment of
// the first request of a read to MRRS, configuration space.
// Causes:
//   TagExhausted = a read waits while all tags are in use
//   CreditStall  = a read waits for room in the completion buffer; a write for the receiver's credits
//   LinkSerialization = a write waits until the link begins with its last TLP
//   DmaRead      = a read that nobody answered, up to the completion timeout
//   Pipeline     = register_read
#pragma once
#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "kernel/event.h"
#include "kernel/starving.h"
#include "kernel/station.h"
#include "pcie/endpoint_params.h"
#include "pcie/link.h"
#include "pcie/read_job.h"
#include "protocols/dma.h"
#include "structures/fifo.h"

namespace viosim::pcie {

class Endpoint : public sc_core::sc_module, public DmaIf, private LaunchIf {
 public:
  /// Throws std::invalid_argument if the completion buffer cannot hold one read request.
  Endpoint(sc_core::sc_module_name name, const EndpointParams& params);
  ~Endpoint() override;

  /// Throws std::invalid_argument if the link is of a later generation than the device.
  void attach(Link& link);
  /// Register accesses to `id` go to `function`.
  void add_function(Bdf id, FunctionIf& function);

  Bytes max_payload() const { return max_payload_; }
  Bytes max_read_request() const { return max_read_request_; }

  /// The account of a request reaches to now. A write brings `length` bytes of data.
  void submit(DmaRequest& request) override;
  bool write_at_once(Bdf requester, Iova address, Buffer& data, const Op& op) override;
  /// Sends an MSI or MSI-X message: four bytes `data` to `address`, behind all writes so far.
  void raise_msix(Bdf requester, std::uint64_t address, std::uint32_t data, Op op);

  In<Tlp> tlp_in;
  Out<Tlp> tlp_out;

 private:
  struct Function { Bdf id; FunctionIf* handler; };
  struct Unlaunched { DmaRequest* request; std::uint64_t writes; };
  struct Counts {
    std::uint64_t &tag_stalls, &buffer_stalls, &unexpected, &timeouts, &refused, &unsupported, &poisoned;
  };

  [[gnu::noinline]] void submit_read(DmaRequest& request);
  void submit_write(DmaRequest& request);
  void written_at(Time at, DmaRequest& request);
  static void finish(DmaRequest& request);
  void finish_at(Time at, DmaRequest& request);
  [[noreturn]] void data_missing(const DmaRequest& request) const;
  void posted_launched() override;
  void posted_granted(Op waited) override;

  void pump_reads();
  void ask(ReadJob& job, Iova address, Bytes length);
  void complete(Tlp* tlp);
  /// The bytes of a completion to where they belong.
  static void put(DmaRequest& request, Bytes offset, Buffer& piece);
  void settle(ReadJob& job, Bytes length, CplStatus status, Op& op);
  void free_tag(std::uint16_t tag);
  void expire();
  std::string held_back() const;

  void arrive(Tlp* tlp);
  void serve_read(Tlp* tlp);
  FunctionIf* find(Bdf id) const;

  Station station_;
  const Count generation_;
  const Bytes max_payload_, max_read_request_, completion_buffer_;
  const Duration completion_timeout_, register_read_;
  Counts counts_;
  Link* link_ = nullptr;
  std::vector<Function> functions_;
  Fifo<Unlaunched> unlaunched_;
  ReadJob* reads_ = nullptr;  // not cut to the end, in order
  ReadJob* reads_tail_ = nullptr;
  Cause read_stall_ = kNoCause;
  std::vector<ReadTag> tags_;
  Fifo<std::uint16_t> free_tags_;
  Bytes buffered_;
  Timer timeout_;
  Starving starving_;
};

}  // namespace viosim::pcie
