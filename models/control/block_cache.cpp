#include "control/block_cache.h"

namespace viosim::control {

void BlockCache::fill(std::uint32_t slot, std::uint32_t pc) {
  decode_into(blocks_[slot], pc, Block::kMost);
  tags_[slot] = pc;
}

const Block& BlockCache::shorter(std::uint32_t pc, std::uint64_t most) {
  decode_into(short_, pc, static_cast<std::uint32_t>(most));
  return short_;
}

void BlockCache::decode_into(Block& block, std::uint32_t pc, std::uint32_t most) {
  block.pc = pc;
  std::uint32_t n = 0, cycles = 0;
  MemoryMap::Ram* const ram = memory_.ram_at(pc);
  for (bool ended = false; !ended && n < most; ++n, pc += 4) {
    Instruction& next = block.instructions[n];
    if (ram != nullptr && ram->holds(pc)) {
      ram->code[(pc - ram->base) / MemoryMap::kPiece] = 1;
      next = decode(ram->read<std::uint32_t>(pc), pc);
    } else if (n == 0) {
      next = Instruction{.code = Code::fetch_fault};
    } else {
      break;  // the next block finds out what is there
    }
    next.before = cycles;
    cycles += costs_.of(next.code);
    ended = ends_block(next.code);
  }
  block.steps = n;
  block.instructions[n] = Instruction{.code = Code::cut, .before = cycles};
}

void BlockCache::forget(MemoryMap::Ram& ram, std::uint32_t address) {
  const std::uint32_t piece = (address - ram.base) / MemoryMap::kPiece;
  const std::uint32_t begin = ram.base + piece * MemoryMap::kPiece;
  // A block that reaches into the piece begins in it or up to a whole block before it.
  for (std::uint32_t pc = begin - 4 * (Block::kMost - 1); pc != begin + MemoryMap::kPiece; pc += 4) {
    std::uint32_t& tag = tags_[pc / 4 % kSlots];
    if (tag == pc) tag = kNone;
  }
  ram.code[piece] = 0;
}

}  // namespace viosim::control
