// Programs for a control processor: ELF files, 32 bits, little-endian, RISC-V, statically linked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "protocols/control_memory.h"

namespace viosim::control {

/// Why a program was not loaded: says which file, what is wrong and what is expected.
class ElfError : public std::runtime_error {
 public:
  enum class What : std::uint8_t {
    unreadable, not_elf, wrong_class, wrong_byte_order, wrong_machine, wrong_instructions, not_executable, damaged,
    out_of_memory, overlap, entry,
  };
  ElfError(What w, const std::string& text) : std::runtime_error(text), what_is_wrong(w) {}
  const What what_is_wrong;
};

/// Copies what `image` says is to be loaded into RAM, zeroes what it says is to be zero; answers where the program
/// begins. `name` is for messages. All or nothing: a program that is refused leaves the RAM as it was.
std::uint32_t load_elf(std::span<const std::byte> image, MemoryMap& memory, const std::string& name);
std::uint32_t load_elf_file(const std::string& path, MemoryMap& memory);

}  // namespace viosim::control
