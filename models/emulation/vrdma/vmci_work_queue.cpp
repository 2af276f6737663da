#include "emulation/vrdma/vmci_work_queue.h"

#include <array>
#include <cstring>

#include "protocols/vrdma_abi.h"

namespace viosim::emulation {
namespace abi = vrdma_abi;
namespace {

constexpr Bytes kTail = Bytes(static_cast<std::int64_t>(vmci_abi::kProducerTail));
constexpr Bytes kHead = Bytes(static_cast<std::int64_t>(vmci_abi::kConsumerHead));

}  // namespace

std::uint32_t VmciWorkQueue::entries() const {
  return static_cast<std::uint32_t>(pair_.produce_size / sizeof(abi::Wqe));
}

Task<std::uint32_t> VmciWorkQueue::produced(Exec& on) {
  std::array<std::byte, 8> bytes{};
  co_await on.load(pair_.produce_header + kTail, bytes);
  std::uint64_t tail = 0;
  std::memcpy(&tail, bytes.data(), sizeof tail);
  if (tail >= pair_.produce_size || tail % sizeof(abi::Wqe) != 0) co_return entries();
  co_return static_cast<std::uint32_t>(tail / sizeof(abi::Wqe));
}

Task<VrdmaWork> VmciWorkQueue::fetch(Exec& on, std::uint32_t slot) {
  abi::Wqe wqe{};
  std::array<std::byte, sizeof wqe> bytes{};
  co_await on.load(VmciQueuePair::at(pair_.produce, static_cast<std::uint64_t>(slot) * sizeof wqe), bytes);
  std::memcpy(&wqe, bytes.data(), sizeof wqe);
  co_return VrdmaWork{wqe.wr_id, wqe.opcode, (wqe.flags & abi::kSignaled) != 0, wqe.address, wqe.length, wqe.lkey,
                      wqe.remote_address, wqe.rkey, wqe.compare_add, wqe.swap};
}

Task<> VmciWorkQueue::consumed(Exec& on, std::uint32_t slot) {
  const std::uint64_t head = static_cast<std::uint64_t>(slot) * sizeof(abi::Wqe);
  std::array<std::byte, 8> bytes;
  std::memcpy(bytes.data(), &head, sizeof head);
  co_await on.store(pair_.consume_header + kHead, bytes);
}

}  // namespace viosim::emulation
