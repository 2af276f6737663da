// TLPs in line from one port to another: out comes the first that may pass all before it and fits.
#pragma once
#include "pcie/ordering.h"
#include "pcie/tlp_line.h"

namespace viosim::pcie {

class OrderedLine {
 public:
  OrderedLine() = default;
  OrderedLine(const OrderedLine&) = delete;
  OrderedLine& operator=(const OrderedLine&) = delete;
  ~OrderedLine() {
    while (head_ != nullptr) {
      Tlp* const gone = head_;
      head_ = after(gone);
      delete gone;
    }
  }

  bool empty() const { return head_ == nullptr; }
  Tlp* front() const { return head_; }
  void push(Tlp* tlp) {
    tlp->next = nullptr;
    if (tail_ == nullptr) head_ = tlp;
    else tail_->next = tlp;
    tail_ = tlp;
  }
  /// Null if none can go. What the table leaves open: writes and the other class pass, inside a class nothing does
  /// but a write with relaxed ordering.
  template <class Fits>
  Tlp* take(Fits fits) {
    bool before[3] = {};  // classes that stand before
    Tlp* previous = nullptr;
    for (Tlp* t = head_; t != nullptr; previous = t, t = after(t)) {
      const TlpClass own = t->flow_class();
      const bool held = (before[0] && !passes_writes(*t)) ||
                        (own != TlpClass::posted && before[static_cast<std::size_t>(own)]);
      if (!held && fits(*t)) {
        if (previous == nullptr) head_ = after(t);
        else previous->next = t->next;
        if (tail_ == t) tail_ = previous;
        return t;
      }
      before[static_cast<std::size_t>(own)] = true;
    }
    return nullptr;
  }
  template <class Visit>
  void each(Visit visit) {
    for (Tlp* t = head_; t != nullptr; t = after(t)) visit(*t);
  }

 private:
  static Tlp* after(const Tlp* tlp) { return static_cast<Tlp*>(tlp->next); }
  Tlp* head_ = nullptr;
  Tlp* tail_ = nullptr;
};

}  // namespace viosim::pcie
