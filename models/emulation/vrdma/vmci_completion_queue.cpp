#include "emulation/vrdma/vmci_completion_queue.h"

#include <array>
#include <cstring>

#include "protocols/vrdma_abi.h"

namespace viosim::emulation {
namespace abi = vrdma_abi;
namespace {

constexpr Bytes kTail = Bytes(static_cast<std::int64_t>(vmci_abi::kProducerTail));
constexpr Bytes kHead = Bytes(static_cast<std::int64_t>(vmci_abi::kConsumerHead));

}  // namespace

std::uint32_t VmciCompletionQueue::entries() const {
  return static_cast<std::uint32_t>(pair_.consume_size / sizeof(abi::Cqe));
}

Task<int> VmciCompletionQueue::put(Exec& on, const VrdmaCompletion& completion) {
  if ((tail_ + sizeof(abi::Cqe)) % pair_.consume_size == head_) {
    std::array<std::byte, 8> bytes{};
    co_await on.load(pair_.produce_header + kHead, bytes);
    std::uint64_t head = 0;
    std::memcpy(&head, bytes.data(), sizeof head);
    if (head < pair_.consume_size && head % sizeof(abi::Cqe) == 0) head_ = head;  // else the guest's word is void
    if ((tail_ + sizeof(abi::Cqe)) % pair_.consume_size == head_) co_return 0;
  }
  const std::uint64_t at = tail_;
  tail_ = (tail_ + sizeof(abi::Cqe)) % pair_.consume_size;
  const abi::Cqe cqe{completion.wr_id, completion.qp_number, static_cast<std::uint32_t>(completion.status),
                     completion.byte_length, completion.is_receive ? abi::kIsReceive : 0, 0};
  std::array<std::byte, sizeof cqe> entry;
  std::memcpy(entry.data(), &cqe, sizeof cqe);
  co_await on.store(VmciQueuePair::at(pair_.consume, at), entry);
  std::array<std::byte, 8> tail;
  std::memcpy(tail.data(), &tail_, sizeof tail_);
  co_await on.store(pair_.consume_header + kTail, tail);
  co_return 1;
}

}  // namespace viosim::emulation
