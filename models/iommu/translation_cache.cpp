#include "iommu/translation_cache.h"

#include <algorithm>
#include <stdexcept>

namespace viosim::iommu {

TranslationCache::TranslationCache(std::size_t entries, std::size_t ways)
    : entries_(entries), ways_(ways), sets_(ways == 0 ? 0 : entries / ways) {
  if (entries != 0 && (ways == 0 || entries % ways != 0))
    throw std::invalid_argument("iommu: the ways of a cache must divide its entries");
}

const std::uint64_t* TranslationCache::find(const CacheKey& key) {
  if (entries_.empty()) return nullptr;
  if (recent_ != nullptr && recent_->used != 0 && recent_->key == key) {
    recent_->used = ++clock_;
    return &recent_->value;
  }
  Entry* const set = set_of(key);
  for (Entry* e = set; e != set + ways_; ++e) {
    if (e->used == 0 || !(e->key == key)) continue;
    e->used = ++clock_;
    recent_ = e;
    return &e->value;
  }
  return nullptr;
}

void TranslationCache::insert(const CacheKey& key, std::uint64_t value) {
  if (entries_.empty()) return;
  Entry* const set = set_of(key);
  Entry* victim = set;
  for (Entry* e = set; e != set + ways_; ++e) {
    if (e->used != 0 && e->key == key) {
      victim = e;
      break;
    }
    if (e->used < victim->used) victim = e;
  }
  *victim = Entry{key, value, ++clock_};
}

void TranslationCache::invalidate(std::uint16_t domain) {
  for (Entry& e : entries_)
    if (e.key.domain == domain) e.used = 0;
}

void TranslationCache::invalidate(const CacheKey& key) {
  if (entries_.empty()) return;
  Entry* const set = set_of(key);
  for (Entry* e = set; e != set + ways_; ++e)
    if (e->key == key) e->used = 0;
}

}  // namespace viosim::iommu
