// What control processors are measured with: a checksum, bit by bit, over a buffer that it changes as it goes: shifts
// and logic, a short loop in a long one, loads and stores of bytes. For ever.
#pragma once
#include <cstring>

#include "protocols/control_memory.h"

namespace viosim::bench {

inline constexpr std::uint32_t kBase = 0x80000000;
inline constexpr std::uint32_t kProgram[] = {
    0x800010b7, 0x40008113,  // again: lui x1, 0x80001;    addi x2, x1, 1024
    0xfff00193, 0xedb88237,  //        addi x3, x0, -1;    lui x4, 0xedb88
    0x32020213, 0x0000c283,  //        addi x4, x4, 0x320; byte: lbu x5, 0(x1)
    0x0051c1b3, 0x00800313,  //        xor x3, x3, x5;     addi x6, x0, 8
    0x0011f393, 0x0011d193,  // bit:   andi x7, x3, 1;     srli x3, x3, 1
    0x407003b3, 0x0043f3b3,  //        sub x7, x0, x7;     and x7, x7, x4
    0x0071c1b3, 0xfff30313,  //        xor x3, x3, x7;     addi x6, x6, -1
    0xfe0314e3, 0x00308023,  //        bne x6, x0, bit;    sb x3, 0(x1)
    0x00108093, 0xfc2098e3,  //        addi x1, x1, 1;     bne x1, x2, byte
    0xfb9ff06f,              //        jal x0, again
};

inline void place_checksum(MemoryMap& memory) {
  memory.add_ram(kBase, 64 << 10);
  std::memcpy(memory.bytes_at(kBase, sizeof kProgram).data(), kProgram, sizeof kProgram);
}

}  // namespace viosim::bench
