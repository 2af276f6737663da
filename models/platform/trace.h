// What happened, span by span, as Chrome trace events (Perfetto and chrome://tracing open them): hosts as processes, sites
// as tracks, each operation's critical path as a flow across them. RTL blocks write their signals over the same stretch.
#pragma once
#include <string>
#include <vector>

#include "kernel/span_sink.h"
#include "platform/simulate.h"

namespace viosim::platform {

class Trace final : public SpanSink {
 public:
  /// Before the system is built. Nothing is kept until the measured window opens.
  explicit Trace(const TraceRequest& wanted);

  void span(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, const Op* op) override;
  void window_opened(Time at) override;
  void closed(const Op& op, Time begin) override;

  /// Writes trace.json into the folder. Throws std::runtime_error when nothing lies in the stretch, OutputError.
  void write() const;

 private:
  struct Slice {
    Time begin, end;
    SiteId site;
    Cause cause;
    SpanKind kind;
    bool traced;
    bool operator<(const Slice& o) const;
    bool operator==(const Slice& o) const = default;
  };
  /// A step of an operation's critical path.
  struct Step {
    Time begin, end;
    SiteId site;
  };
  bool inside(Time begin, Time end) const { return end > from_ && begin < to_; }

  TraceRequest wanted_;
  Time from_ = Time::never(), to_ = Time::never();
  bool opened_ = false;
  std::vector<Slice> slices_;
  std::vector<std::vector<Step>> operations_;
};

}  // namespace viosim::platform
