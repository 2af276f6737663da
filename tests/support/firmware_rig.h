// The HCA firmware's logic, compiled for the host, with hardware made of maps: host memory, context tables, a port.
#pragma once
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "regs/hca_mailbox.hpp"
#include "regs/hca_mgmt.hpp"

struct hca;  // the firmware's own, in C

namespace viosim::test {

using regs::hca_mailbox::Opcode;
using regs::hca_mailbox::Resource;
using regs::hca_mailbox::Status;
using ObjectType = regs::hca_mgmt::ctx_object::Type;

class FirmwareRig {
 public:
  static constexpr std::uint64_t kHost = 0x2'0000'0000, kHostSize = 0x40000;
  static constexpr std::uint64_t kIn = kHost, kOut = kHost + 0x1000, kRing = kHost + 0x10000;
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(regs::hca_mailbox::Limit::no_object);

  struct Answer {
    Status status;
    std::uint64_t out;
  };
  struct Message {
    std::uint32_t function;
    std::uint64_t address;
    std::uint32_t data;
    bool operator==(const Message&) const = default;
  };
  struct Context {
    std::uint32_t function;
    std::vector<std::byte> bytes;
  };

  /// With all functions' init_hca done unless `raw`; virtual ones with an equal share.
  explicit FirmwareRig(unsigned functions = 1, bool raw = false);
  ~FirmwareRig();
  FirmwareRig(const FirmwareRig&) = delete;

  // host memory
  std::vector<std::byte> host = std::vector<std::byte>(kHostSize);
  bool host_answers = true;
  template <class T>
  void poke(std::uint64_t at, const T& value) { std::memcpy(host.data() + (at - kHost), &value, sizeof value); }
  template <class T>
  T peek(std::uint64_t at) const {
    T value;
    std::memcpy(&value, host.data() + (at - kHost), sizeof value);
    return value;
  }
  std::uint8_t byte(std::uint64_t at) const { return peek<std::uint8_t>(at); }

  // the device's tables
  unsigned functions;
  bool tables_answer = true;
  std::map<std::pair<ObjectType, std::uint32_t>, Context> contexts;
  std::map<std::uint32_t, std::uint64_t> mtt;
  template <class T>
  T& context(ObjectType type, std::uint32_t number) {
    return *reinterpret_cast<T*>(contexts.at({type, number}).bytes.data());
  }
  bool known(ObjectType type, std::uint32_t number) const { return contexts.count({type, number}) == 1; }

  // port, interrupts, state
  std::uint32_t port_status = 0;
  bool port_enabled = false;
  std::vector<std::uint32_t> port_states;  ///< as hosts saw them
  std::vector<Message> messages;
  void port_changed();

  // commands
  Answer run(unsigned function, Opcode opcode, std::uint32_t modifier = 0, std::uint64_t in = 0,
             std::uint32_t op_modifier = 0, std::uint64_t out = kOut);
  /// Writes the words of an HCR as they are.
  Answer run_words(unsigned function, const std::uint32_t (&words)[7]);
  template <class T>
  Status with(unsigned function, Opcode opcode, std::uint32_t modifier, const T& mailbox, std::uint32_t op = 0) {
    poke(kIn, mailbox);
    return run(function, opcode, modifier, kIn, op).status;
  }
  template <class T>
  T query(unsigned function, Opcode opcode, std::uint32_t modifier = 0);
  Answer alloc(unsigned function, Resource resource, std::uint64_t in = 0) {
    return run(function, Opcode::alloc_res, static_cast<std::uint32_t>(resource), in);
  }
  Status free(unsigned function, Resource resource, std::uint64_t number) {
    return run(function, Opcode::free_res, static_cast<std::uint32_t>(resource), number).status;
  }

  // objects, good unless a test changes them
  std::uint32_t pd(unsigned function = 0);
  std::uint32_t mtt_range(unsigned function, std::uint32_t pages);
  Status write_pages(unsigned function, std::uint32_t range, std::uint32_t first, std::uint32_t count,
                     std::uint64_t page = kHost);
  std::uint32_t region(unsigned function, std::uint32_t pd, std::uint32_t range);
  std::uint32_t eq(unsigned function = 0, bool asynchronous = false, std::uint32_t entries = 4);
  std::uint32_t cq(unsigned function = 0, std::uint32_t eq = kNone);
  regs::hca_mailbox::QpContext qp_context(std::uint32_t pd, std::uint32_t cq) const;
  std::uint32_t qp(unsigned function, std::uint32_t pd, std::uint32_t cq);  ///< in INIT

  ::hca& device() { return *device_; }

 private:
  struct Delete { void operator()(::hca* device) const; };
  std::unique_ptr<::hca, Delete> device_;
};

template <class T>
T FirmwareRig::query(unsigned function, Opcode opcode, std::uint32_t modifier) {
  const Answer answer = run(function, opcode, modifier);
  if (answer.status != Status::ok) throw std::runtime_error("a query was refused");
  return peek<T>(kOut);
}

}  // namespace viosim::test
