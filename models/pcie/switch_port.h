// A port of a switch: the line of each input to its output, and the arbiter between them.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "kernel/starving.h"
#include "kernel/station.h"
#include "pcie/link.h"
#include "pcie/ordered_line.h"

namespace viosim::pcie {

class SwitchPort {
 public:
  /// TLPs of one input on their way to one output.
  struct Lane {
    SwitchPort* output = nullptr;
    LinkDirection* from = nullptr;  ///< whose buffer they hold; null: the switch's own answers
    std::int64_t weight = 1;        ///< how many may go in a row
    OrderedLine line;
  };

  explicit SwitchPort(const std::string& path);
  SwitchPort(const SwitchPort&) = delete;
  SwitchPort& operator=(const SwitchPort&) = delete;

  /// `to` is the direction of a link that begins here, `from` the one that ends here.
  void attach(LinkDirection& to, LinkDirection& from) { to_ = &to; from_ = &from; }
  bool attached() const { return to_ != nullptr; }
  LinkDirection& from() const { return *from_; }
  LinkDirection& to() const { return *to_; }
  Lane& add_lane(LinkDirection* from, std::int64_t weight);

  /// `tlp` may leave from now on. Its account reaches to now.
  void enter(Lane& lane, Tlp* tlp);

 private:
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
  void pump();
  bool send_next();
  void settle(Lane& lane, std::size_t number, Tlp& tlp);
  void settle_all();
  void become(std::size_t served);
  std::string held_back() const;

  Station station_;
  LinkDirection* to_ = nullptr;
  LinkDirection* from_ = nullptr;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::size_t waiting_ = 0;
  std::size_t turn_ = 0;         // who is asked first
  std::int64_t in_a_row_ = 0;    // that it has sent already
  std::size_t served_ = kNobody; // whose TLP is on the wire; nobody: credits are missing
  Timer timer_{[](void* self) { static_cast<SwitchPort*>(self)->pump(); }, this};
  Starving starving_;
};

}  // namespace viosim::pcie
