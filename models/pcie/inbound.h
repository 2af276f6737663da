// A TLP on its way up that cannot go on at once: its translation is under way, or a write before it waits.
#pragma once
#include "kernel/event.h"
#include "protocols/tlp.h"
#include "protocols/translation.h"

namespace viosim::pcie {

class RootPort;

struct Inbound : Waiter {
  Translation translation;  ///< holds the account while the translation is under way
  Tlp* tlp = nullptr;
  RootPort* port = nullptr;
  Inbound* next_in_line = nullptr;
  bool in_line = false;
  bool ready = false;  ///< translated, and the notification of it has been taken
  Inbound* next_free = nullptr;

  Inbound() = default;
  Inbound(const Inbound&) = delete;
  Inbound& operator=(const Inbound&) = delete;
  ~Inbound() { delete tlp; }
};

}  // namespace viosim::pcie
