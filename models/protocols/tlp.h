// PCIe transaction layer packets, as they cross a link. Names and sizes: PCI Express Base Specification.
#pragma once
#include <cstdint>
#include <utility>

#include "kernel/address.h"
#include "kernel/ids.h"
#include "kernel/parcel.h"
#include "kernel/pool.h"
#include "protocols/buffer.h"
#include "protocols/socket.h"

namespace viosim {

enum class TlpKind : std::uint8_t { memory_read, memory_write, completion, completion_data };
/// Flow-control class: each has its own credits.
enum class TlpClass : std::uint8_t { posted, non_posted, completion };
/// What a request's address is (AT field, PCI Express ATS): the IOMMU is to translate it; it asks for the translation;
/// the device's own TLB has translated it.
enum class AddressType : std::uint8_t { untranslated = 0, translation_request = 1, translated = 2 };
/// The last one is none of the wire: what an engine is told whose read was answered with poisoned data.
enum class CplStatus : std::uint8_t { successful, unsupported_request, completer_abort, poisoned };

struct Tlp : Parcel, Pooled<Tlp> {
  TlpKind kind = TlpKind::memory_write;
  CplStatus status = CplStatus::successful;
  bool last = true;               ///< completion: the last one of its request
  bool relaxed_ordering = false;  ///< may pass writes (RO); completions repeat their request's
  Bdf requester;                  ///< who asks (writes, reads) or is answered (completions)
  std::uint16_t tag = 0;          ///< of the request; completions repeat it
  Iova address;                   ///< upstream: bus address. Downstream requests: offset in `bar` of `requester`'s target
  Bdf target;                     ///< downstream requests: which function
  std::uint8_t bar = 0;           ///< downstream requests: which BAR
  bool write_combined = false;    ///< downstream write that left a write-combining buffer whole
  AddressType at = AddressType::untranslated;  ///< upstream requests
  std::uint8_t ticket = 0xff;     ///< inside the root complex: see Translation
  bool poisoned = false;          ///< the payload is known to be bad (EP)
  Bytes length;                   ///< of the payload, or asked for by a read
  Bytes offset;                   ///< completions: where in the request's data this piece belongs
  Buffer data;                    ///< payload of writes and completions
  Time turn;                      ///< at a link without credits: when the wire has done what was before it

  /// Under way when the simulation ends, it goes with it.
  explicit Tlp(Op&& account = Op())
      : Parcel{Wakeable{nullptr, [](Wakeable* w) { delete static_cast<Tlp*>(w); }}, std::move(account), nullptr, Time{},
               nullptr} {}

  TlpClass flow_class() const {
    return kind == TlpKind::memory_write ? TlpClass::posted
           : kind == TlpKind::memory_read ? TlpClass::non_posted : TlpClass::completion;
  }
  Bytes payload() const {
    return kind == TlpKind::memory_write || kind == TlpKind::completion_data ? length : Bytes{};
  }
};

/// Message-signalled interrupts are writes into this window: bits 19..12 name the destination core, the
/// payload's first two bytes the vector (Intel SDM vol. 3, 10.11).
inline constexpr std::uint64_t kMsiWindow = 0xFEE00000, kMsiWindowSize = 0x100000;

}  // namespace viosim
