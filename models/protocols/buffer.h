// Payload bytes under way: a counted buffer that TLPs and packets refer to slices of, so that bytes are
// copied twice only (out of memory, into memory).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/pool.h"
#include "kernel/quantity.h"

namespace viosim {

class Buffer {
 public:
  Buffer() = default;
  /// A buffer of `size` zero or undefined bytes.
  static Buffer make(Bytes size) {
    Buffer b;
    b.length_ = static_cast<std::size_t>(size.raw());
    b.store_ = static_cast<Store*>(BlockPool::take(sizeof(Store) + b.length_));
    b.store_->refs = 1;
    b.store_->size = b.length_;
    b.data_ = reinterpret_cast<std::byte*>(b.store_ + 1);
    return b;
  }
  Buffer(const Buffer& o) : store_(o.store_), data_(o.data_), length_(o.length_) { if (store_) ++store_->refs; }
  Buffer(Buffer&& o) noexcept
      : store_(std::exchange(o.store_, nullptr)), data_(o.data_), length_(std::exchange(o.length_, 0)) {}
  Buffer& operator=(Buffer&& o) noexcept {
    Store* const old = store_;
    store_ = std::exchange(o.store_, nullptr);
    data_ = o.data_;
    length_ = std::exchange(o.length_, 0);
    release(old);
    return *this;
  }
  Buffer& operator=(const Buffer& o) { return *this = Buffer(o); }
  ~Buffer() { release(store_); }
  /// The part [offset, offset + length) of the same bytes; inside this buffer.
  Buffer slice(Bytes offset, Bytes length) const& { return Buffer(*this).slice(offset, length); }
  Buffer slice(Bytes offset, Bytes length) && {
    Buffer b(std::move(*this));
    b.data_ += offset.raw();
    b.length_ = static_cast<std::size_t>(length.raw());
    return b;
  }
  Bytes size() const { return Bytes(static_cast<std::int64_t>(length_)); }
  std::span<std::byte> bytes() { return {data_, length_}; }
  std::span<const std::byte> bytes() const { return {data_, length_}; }

 private:
  struct alignas(16) Store { std::uint32_t refs; std::size_t size; };
  static void release(Store* store) {
    if (store != nullptr && --store->refs == 0) give_back(store);
  }
  /// Not inline: g++ 12 does not follow the count and warns of a use after free.
  [[gnu::noinline]] static void give_back(Store* store) { BlockPool::give(store, sizeof(Store) + store->size); }
  Store* store_ = nullptr;
  std::byte* data_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace viosim
