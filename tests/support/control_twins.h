// The two control processors, simulator and RTL, side by side, each with its own RAM and device, and firmware for both.
#pragma once
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include "control/control_processor.h"
#include "rtl_bridge/control_processor_rtl.h"
#include "support/control_part.h"
#include "support/riscv.h"

namespace viosim::test {

/// Does something at a time.
struct At {
  explicit At(std::function<void()> f)
      : timer([](void* self) { static_cast<At*>(self)->what(); }, this), what(std::move(f)) {}
  Timer timer;
  std::function<void()> what;
};

/// A register a word: 0 notes what is stored there and when; 4 answers after a while; 8 raises the external interrupt
/// after a while; 12 takes it back; 16 begins again at the address that is stored.
struct FirmwareDevice : ControlBusIf {
  static constexpr Duration kAnswer = Duration(300'000), kInterrupt = Duration(2'000'000);
  struct Note {
    std::uint32_t value;
    Time at;
  };

  ControlProcessorIf* processor = nullptr;
  std::vector<Note> notes;
  unsigned asked = 0;

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override {
    if (size != 4 || offset != 4) return BusAnswer::error;
    ++asked;
    if (!answer_.timer.armed() && !ready_) answer_.timer.arm(now() + kAnswer);
    if (!ready_) return BusAnswer::stall;
    ready_ = false;
    value = 0xa5a50000 + asked;
    return BusAnswer::done;
  }
  BusAnswer store(std::uint32_t offset, unsigned, std::uint32_t value) override {
    switch (offset) {
      case 0: notes.push_back({value, now()}); break;
      case 8: interrupt_.timer.arm(now() + kInterrupt); break;
      case 12: processor->external_interrupt(false); break;
      case 16: processor->restart(value); break;
      default: return BusAnswer::error;
    }
    return BusAnswer::done;
  }

 private:
  bool ready_ = false;
  At answer_{[this] { ready_ = true; processor->bus_ready(); }};
  At interrupt_{[this] { processor->external_interrupt(true); }};
};

struct ControlTwins {
  static constexpr std::uint32_t kRam = 0x10000000, kRamSize = 128 << 10, kHandler = kRam + 0x1000, kData = kRam + 0x8000,
                                 kDevice = 0x40000000, kTimer = 0x02000000;
  struct Twin {
    MemoryMap memory;
    FirmwareDevice device;
    std::unique_ptr<ControlProcessorIf> processor;
  };

  Twin iss, rtl;
  rtl_bridge::ControlProcessorRtl* core;

  /// x5: the device, x6: the timer's registers, x8: data. `handler` stands at kHandler.
  ControlTwins(const std::vector<rv::Word>& program, const std::vector<rv::Word>& handler,
               LiteralParams part = control_part()) {
    std::vector<rv::Word> all = {rv::lui(5, kDevice >> 12), rv::lui(6, kTimer >> 12), rv::lui(8, kData >> 12)};
    all.insert(all.end(), program.begin(), program.end());
    const control::ControlProcessorParams params(part);
    for (Twin* twin : {&iss, &rtl}) {
      twin->memory.add_ram(kRam, kRamSize);
      twin->memory.add_device(kDevice, 20, twin->device);
      std::memcpy(twin->memory.bytes_at(kRam, kRamSize).data(), all.data(), 4 * all.size());
      std::memcpy(twin->memory.bytes_at(kHandler, 4096).data(), handler.data(), 4 * handler.size());
    }
    iss.processor = std::make_unique<control::ControlProcessor>("iss", params, iss.memory, kTimer);
    auto made = std::make_unique<rtl_bridge::ControlProcessorRtl>("rtl", params, rtl.memory, kTimer);
    core = made.get();
    rtl.processor = std::move(made);
    for (Twin* twin : {&iss, &rtl}) twin->device.processor = twin->processor.get();
  }
  void start() {
    for (Twin* twin : {&iss, &rtl}) twin->processor->start(kRam);
  }
};

}  // namespace viosim::test
