// VerilatedModel: what all Verilated blocks share: context, reset, clock pin, waves, coverage. For <block>_pins.cpp alone, the
// one file that meets V<block>.h; no SystemC there.
//
// The top has clk_i and rst_ni. Reset needs a real falling edge: rst_ni is high first, then low for some clocks.
#pragma once
#include <verilated.h>
#include <verilated_vcd_c.h>
#if VM_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>
#include <cstdlib>
#endif

#include <cstdint>
#include <memory>
#include <string>

#include "rtl_bridge/waves.h"

namespace viosim::rtl_bridge {

template <class Top>
class VerilatedModel {
 public:
  /// `path`: the instance, names its waves.
  explicit VerilatedModel(std::string path) : path_(std::move(path)) {
    context_.threads(1);  // else it starts threads that nobody needs and no fork survives
    context_.randReset(2);  // what reset leaves out shows
    context_.randSeed(1);
    top_ = std::make_unique<Top>(&context_, path_.c_str());
    if (Waves::wanted()) {  // before the first evaluation
      context_.traceEverOn(true);
      waves_ = std::make_unique<VerilatedVcdC>();
      top_->trace(waves_.get(), 99);
    }
  }
  ~VerilatedModel() {
    Verilated::threadContextp(&context_);  // its own: scopes leave by way of it
    top_->final();
    if (waves_ != nullptr && waves_->isOpen()) waves_->close();
#if VM_COVERAGE
    static int count = 0;
    if (const char* folder = std::getenv("VIOSIM_RTL_COVERAGE"))
      context_.coveragep()->write(
          (std::string(folder) + "/" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".dat").c_str());
#endif
    waves_.reset();
    top_.reset();
    Verilated::threadContextp(Verilated::defaultContextp());
  }
  VerilatedModel(const VerilatedModel&) = delete;
  VerilatedModel& operator=(const VerilatedModel&) = delete;

  Top* operator->() { return top_.get(); }

  /// Other inputs stand at their idle values: until they are set, they are as random as what reset has to clear. Afterwards the block stands before its first edge.
  void reset() {
    top_->clk_i = 0;
    top_->rst_ni = 1;
    top_->eval();
    top_->rst_ni = 0;
    top_->eval();
    for (int i = 0; i < 4; ++i) {
      top_->clk_i = 1;
      top_->eval();
      top_->clk_i = 0;
      top_->eval();
    }
    top_->rst_ni = 1;
    top_->eval();
  }
  /// A rising edge at `ps`: sees the inputs as they stand; outputs are valid when it returns.
  void edge(std::uint64_t ps) {
    Verilated::threadContextp(&context_);
    if (waves_ != nullptr && drawn_ != 0) waves_->dump((drawn_ + ps) / 2);  // the falling edge
    top_->clk_i = 1;
    top_->eval();
    if (waves_ != nullptr) draw(ps);
    top_->clk_i = 0;
    top_->eval();
  }
  /// Outputs follow inputs that changed since the edge.
  void settle() { top_->eval(); }

 private:
  void draw(std::uint64_t ps) {
    drawn_ = Waves::inside(ps) ? ps : 0;
    if (drawn_ == 0) return;
    if (!waves_->isOpen()) {
      waves_->set_time_unit("1ps");
      waves_->set_time_resolution("1ps");
      waves_->open(Waves::file(path_).c_str());
    }
    waves_->dump(ps);
  }

  std::string path_;
  VerilatedContext context_;
  std::unique_ptr<Top> top_;
  std::unique_ptr<VerilatedVcdC> waves_;
  std::uint64_t drawn_ = 0;  ///< the last edge, if it was drawn
};

}  // namespace viosim::rtl_bridge
