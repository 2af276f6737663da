// A set-associative cache with least-recently-used replacement: the IOTLB, and the cache of upper levels. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace viosim::iommu {

/// What an entry is found by. `level` 0: a 4 KB page or, for upper levels, the level of the entry (1: an entry
/// that maps 2 MB or names a table of 4 KB pages, and so on). `page`: the address without the bits below that level.
struct CacheKey {
  std::uint64_t page;
  std::uint16_t domain;
  std::uint8_t level;
  bool operator==(const CacheKey&) const = default;
};

class TranslationCache {
 public:
  /// Throws std::invalid_argument unless the ways divide the entries. 0 entries: it never holds anything.
  TranslationCache(std::size_t entries, std::size_t ways);

  /// The page-table entry, or null. Makes it the most recently used of its set.
  const std::uint64_t* find(const CacheKey& key);
  /// Adds an entry in place of the least recently used one of its set.
  void insert(const CacheKey& key, std::uint64_t value);
  void invalidate(std::uint16_t domain);
  void invalidate(const CacheKey& key);

 private:
  struct Entry {
    CacheKey key{};
    std::uint64_t value = 0;
    std::uint64_t used = 0;  // 0: empty
  };
  Entry* set_of(const CacheKey& key) { return &entries_[(key.page % sets_) * ways_]; }
  std::vector<Entry> entries_;
  std::size_t ways_, sets_;
  std::uint64_t clock_ = 0;
  Entry* recent_ = nullptr;  // devices stay on a page for many requests
};

}  // namespace viosim::iommu
