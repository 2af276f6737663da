// Free lists for what the hot path creates and drops: spans, frames, payloads. Compiled out under ASan, so
// that a use after free shows.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define VIOSIM_POOLS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VIOSIM_POOLS 0
#endif
#endif
#ifndef VIOSIM_POOLS
#define VIOSIM_POOLS 1
#endif

namespace viosim {

/// Memory blocks by size class of 64 bytes up to 4 KB; larger ones go to the heap. One thread.
class BlockPool {
 public:
  static void* take(std::size_t size) {
    const std::size_t c = (size + kGrain - 1) / kGrain;
    if (!VIOSIM_POOLS || c >= kClasses) return ::operator new(size);
    Free* const block = free_[c];
    if (block == nullptr) [[unlikely]] return fresh(c);
    free_[c] = block->next;
    return block;
  }
  static void give(void* p, std::size_t size) {
    const std::size_t c = (size + kGrain - 1) / kGrain;
    if (!VIOSIM_POOLS || c >= kClasses) { ::operator delete(p); return; }
    auto* block = static_cast<Free*>(p);
    block->next = free_[c];
    free_[c] = block;
  }

 private:
  struct Free { Free* next; };
  [[gnu::noinline, gnu::cold]] static void* fresh(std::size_t c) { return ::operator new(c * kGrain); }
  static constexpr std::size_t kGrain = 64, kClasses = 65;
  static inline Free* free_[kClasses] = {};
};

/// Objects of one type, by new and delete through the pool: `struct Tlp : Pooled<Tlp>`.
template <class T>
struct Pooled {
  static void* operator new(std::size_t size) { return BlockPool::take(size); }
  static void operator delete(void* p, std::size_t size) { BlockPool::give(p, size); }
};

}  // namespace viosim
