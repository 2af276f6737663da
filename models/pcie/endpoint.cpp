#include "pcie/endpoint.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace viosim::pcie {

Endpoint::Endpoint(sc_core::sc_module_name name, const EndpointParams& params)
    : sc_module(name), tlp_in("tlp_in"), tlp_out("tlp_out"), station_(this->name(), 0),
      generation_(*params.generation), max_payload_(*params.max_payload),
      max_read_request_(*params.max_read_request), completion_buffer_(*params.completion_buffer),
      completion_timeout_(*params.completion_timeout), register_read_(*params.register_read),
      counts_{counters().add(this->name(), "tag_stalls", "reads that waited for a tag"),
              counters().add(this->name(), "completion_buffer_stalls", "reads that waited for completion buffer"),
              counters().add(this->name(), "unexpected_completions", "completions dropped: nobody had asked"),
              counters().add(this->name(), "completion_timeouts", "reads given up without an answer"),
              counters().add(this->name(), "refused_reads", "read TLPs that the root complex refused"),
              counters().add(this->name(), "unsupported_requests", "register accesses to no function"),
              counters().add(this->name(), "poisoned", "TLPs with poisoned data that were dropped")},
      tags_(static_cast<std::size_t>(params.tags->raw())),
      timeout_([](void* self) { static_cast<Endpoint*>(self)->expire(); }, this),
      starving_(this->name(), [](const void* self) { return static_cast<const Endpoint*>(self)->held_back(); },
                this) {
  if (completion_buffer_ < max_read_request_)
    throw std::invalid_argument(std::string(this->name()) + ": completion_buffer is smaller than max_read_request");
  for (std::size_t tag = 0; tag < tags_.size(); ++tag) free_tags_.push(static_cast<std::uint16_t>(tag));
  tlp_in.deliver_to<&Endpoint::arrive>(this);
  station_.based_on(Cause::TagExhausted, params.tags);
  station_.based_on(Cause::CreditStall, params.completion_buffer);
  station_.based_on(Cause::Pipeline, params.register_read);
  station_.based_on(Cause::DmaRead, params.completion_timeout);
}

Endpoint::~Endpoint() {
  while (reads_ != nullptr) {
    ReadJob* const job = std::exchange(reads_, reads_->next);
    const auto under_way = [job](const ReadTag& tag) { return tag.job == job; };
    if (std::none_of(tags_.begin(), tags_.end(), under_way)) delete job;
  }
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    ReadJob* const job = tags_[i].job;
    if (job == nullptr) continue;
    for (ReadTag& other : tags_)
      if (other.job == job) other.job = nullptr;
    delete job;
  }
}

std::string Endpoint::held_back() const {
  const auto asked = std::count_if(tags_.begin(), tags_.end(), [](const ReadTag& tag) { return tag.job != nullptr; });
  std::string text;
  if (asked > 0) text = std::to_string(asked) + " read TLPs without answer (DmaRead)";
  if (reads_ != nullptr)
    text += std::string(text.empty() ? "" : ", ") +
            (read_stall_ == Cause::TagExhausted ? "a read waits for a tag (TagExhausted)"
                                                : "a read waits for room in the completion buffer (CreditStall)");
  return text;
}

void Endpoint::attach(Link& link) {
  if (link.generation() > generation_)
    throw std::invalid_argument(std::string(name()) + ": " + link.name() +
                                " is of a later generation than the device");
  link_ = &link;
  tlp_out.bind(link.up_in);
  link.down_out.bind(tlp_in);
  link.up.observe(*this);
}

void Endpoint::add_function(Bdf id, FunctionIf& function) { functions_.push_back({id, &function}); }

FunctionIf* Endpoint::find(Bdf id) const {
  for (const Function& f : functions_)
    if (f.id == id) return f.handler;
  return nullptr;
}

void Endpoint::arrive(Tlp* tlp) {
  switch (tlp->kind) {
    case TlpKind::memory_write: {
      link_->down.consumed(TlpClass::posted, tlp->length, now());
      FunctionIf* const function = find(tlp->target);
      if (function != nullptr && !tlp->poisoned) {
        function->bar_write(tlp);
      } else {
        ++(tlp->poisoned ? counts_.poisoned : counts_.unsupported);
        delete tlp;
      }
      break;
    }
    case TlpKind::memory_read:
      link_->down.consumed(TlpClass::non_posted, Bytes{}, now());
      serve_read(tlp);
      break;
    default:
      link_->down.consumed(TlpClass::completion, tlp->payload(), now());
      complete(tlp);
      break;
  }
}

void Endpoint::serve_read(Tlp* tlp) {
  if (FunctionIf* function = find(tlp->target)) {
    const std::uint64_t value = function->bar_read(tlp->target, tlp->bar, tlp->address.raw(), tlp->length, tlp->op);
    tlp->kind = TlpKind::completion_data;
    tlp->data = Buffer::make(tlp->length);
    const auto into = tlp->data.bytes();
    for (std::size_t i = 0; i < into.size(); ++i)
      into[i] = i < 8 ? static_cast<std::byte>(value >> (8 * i)) : std::byte{0xFF};
  } else {
    ++counts_.unsupported;
    tlp->kind = TlpKind::completion;
    tlp->status = CplStatus::unsupported_request;
    tlp->length = Bytes{};
  }
  tlp_out.send_at(station_.delay(tlp->op, Cause::Pipeline, now(), register_read_), tlp);
}

void Endpoint::raise_msix(Bdf requester, std::uint64_t address, std::uint32_t data, Op op) {
  auto* tlp = new Tlp(std::move(op));
  tlp->kind = TlpKind::memory_write;
  tlp->requester = requester;
  tlp->address = Iova(address);
  tlp->length = Bytes(4);
  tlp->data = Buffer::make(tlp->length);
  const auto into = tlp->data.bytes();
  for (std::size_t i = 0; i < 4; ++i) into[i] = static_cast<std::byte>(data >> (8 * i));
  tlp_out.send(tlp);
}

}  // namespace viosim::pcie
