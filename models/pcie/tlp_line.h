// TLPs in line, linked through themselves.
#pragma once
#include "kernel/scheduler.h"
#include "protocols/tlp.h"

namespace viosim::pcie {

class TlpLine {
 public:
  TlpLine() = default;
  TlpLine(const TlpLine&) = delete;
  TlpLine& operator=(const TlpLine&) = delete;
  ~TlpLine() { while (!empty()) delete pop(); }

  bool empty() const { return head_ == nullptr; }
  Tlp* front() const { return head_; }
  /// Joins the line now.
  void push(Tlp* tlp) {
    tlp->next = nullptr;
    tlp->queued_at = now();
    if (tail_ == nullptr) head_ = tlp;
    else tail_->next = tlp;
    tail_ = tlp;
  }
  Tlp* pop() {
    Tlp* tlp = head_;
    head_ = static_cast<Tlp*>(tlp->next);
    if (head_ == nullptr) tail_ = nullptr;
    return tlp;
  }

 private:
  Tlp* head_ = nullptr;
  Tlp* tail_ = nullptr;
};

}  // namespace viosim::pcie
