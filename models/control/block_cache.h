// BlockCache: straight runs of instructions, decoded once.
// Models: nothing of hardware: it is what makes the simulator fast. It is coherent with the processor's own stores;
// who else changes code calls `forget_all`.
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "control/cycle_costs.h"
#include "control/instruction.h"
#include "protocols/control_memory.h"

namespace viosim::control {

using viosim::MemoryMap;

/// Instructions from `pc` on, the last of which leaves the run: a jump, a trap or `cut`.
struct Block {
  static constexpr std::uint32_t kMost = 32;
  std::uint32_t pc = 0;
  std::uint32_t steps = 0;  ///< instructions in it, `cut` not counted
  // One more behind the last, where its cycles can be read.
  std::array<Instruction, kMost + 1> instructions;

  std::uint32_t index_of(const Instruction& in) const {
    return static_cast<std::uint32_t>(&in - instructions.data());
  }
  std::uint32_t address_of(const Instruction& in) const { return pc + 4 * index_of(in); }
};

class BlockCache {
 public:
  BlockCache(MemoryMap& memory, const CycleCosts& costs) : memory_(memory), costs_(costs) { forget_all(); }

  /// The block at `pc` (a multiple of 4) with at most `most` instructions; valid until the next call.
  const Block& at(std::uint32_t pc, std::uint64_t most) {
    const std::uint32_t slot = pc / 4 % kSlots;
    if (tags_[slot] != pc) [[unlikely]] fill(slot, pc);
    const Block& block = blocks_[slot];
    return block.steps <= most ? block : shorter(pc, most);
  }
  /// Forgets what may hold a copy of the piece of RAM around `address`.
  void forget(MemoryMap::Ram& ram, std::uint32_t address);
  void forget_all() { tags_.fill(kNone); }

 private:
  static constexpr std::uint32_t kSlots = 2048;
  static constexpr std::uint32_t kNone = 1;  // no address of an instruction

  void fill(std::uint32_t slot, std::uint32_t pc);
  const Block& shorter(std::uint32_t pc, std::uint64_t most);
  void decode_into(Block& block, std::uint32_t pc, std::uint32_t most);

  MemoryMap& memory_;
  CycleCosts costs_;
  std::array<std::uint32_t, kSlots> tags_;  // beside the blocks, so that looking touches little memory
  std::unique_ptr<Block[]> blocks_ = std::make_unique<Block[]>(kSlots);
  Block short_;
};

}  // namespace viosim::control
