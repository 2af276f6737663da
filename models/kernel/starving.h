// Who holds work back, and why: what a run that does not come to its end says. A block has one of these for each
// place where work waits inside it; it costs nothing until somebody asks.
#pragma once
#include <string>

namespace viosim {

class Starving {
 public:
  /// "3 writes wait for posted credits (CreditStall)"; empty if nothing waits.
  using Answer = std::string (*)(const void* block);
  /// `site`: path of the block, valid as long as this.
  Starving(const std::string& site, Answer answer, const void* block) : site_(site), answer_(answer), block_(block) {
    prev_ = head().prev_;
    next_ = &head();
    prev_->next_ = head().prev_ = this;
  }
  Starving(const Starving&) = delete;
  Starving& operator=(const Starving&) = delete;
  ~Starving() {
    prev_->next_ = next_;
    next_->prev_ = prev_;
  }

  /// All that waits, by site: "a: ...; b: ...".
  static std::string all() {
    std::string text;
    for (const Starving* s = head().next_; s != &head(); s = s->next_)
      if (const std::string waits = s->answer_(s->block_); !waits.empty())
        text += (text.empty() ? "" : "; ") + s->site_ + ": " + waits;
    return text;
  }

 private:
  Starving() : answer_(nullptr), block_(nullptr), prev_(this), next_(this) {}
  static Starving& head() {
    static Starving list;
    return list;
  }
  std::string site_;
  Answer answer_;
  const void* block_;
  Starving *prev_, *next_;
};

}  // namespace viosim
