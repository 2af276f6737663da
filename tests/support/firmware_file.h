// Programs of a few instructions as ELF files for an HCA's control processor.
#pragma once
#include <elf.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "regs/hca_mgmt.hpp"
#include "support/riscv.h"

namespace viosim::test {

inline constexpr std::uint32_t kFirmwareRam = 0x10000000, kFirmwareManagement = 0x40000000;

/// Registers: 10 holds the base of the management block.
struct FirmwareProgram {
  std::vector<rv::Word> words{rv::lui(10, kFirmwareManagement >> 12)};

  FirmwareProgram& then(rv::Word word) {
    words.push_back(word);
    return *this;
  }
  /// Writes a management register.
  FirmwareProgram& set(std::uint32_t offset, std::uint32_t value) {
    words.push_back(rv::lui(5, (value + 0x800) >> 12));
    words.push_back(rv::addi(5, 5, static_cast<std::int32_t>(value << 20) >> 20));
    words.push_back(rv::sw(5, 10, static_cast<std::int32_t>(offset)));
    return *this;
  }
  FirmwareProgram& ready() {
    using State = regs::hca_mgmt::device_state::State;
    return set(regs::hca_mgmt::device_state::kOffset, regs::hca_mgmt::device_state::kState.at(State::ready));
  }
  FirmwareProgram& for_ever() { return then(rv::jal(0, 0)); }

  /// Writes the file; answers its path.
  std::string save(const std::string& path) const {
    Elf32_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_RISCV;
    header.e_version = EV_CURRENT;
    header.e_entry = kFirmwareRam;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 1;
    Elf32_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_flags = PF_R | PF_X;
    segment.p_offset = sizeof header + sizeof segment;
    segment.p_vaddr = segment.p_paddr = kFirmwareRam;
    segment.p_filesz = segment.p_memsz = static_cast<Elf32_Word>(words.size() * sizeof(rv::Word));
    segment.p_align = 4;
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof header);
    file.write(reinterpret_cast<const char*>(&segment), sizeof segment);
    file.write(reinterpret_cast<const char*>(words.data()), static_cast<std::streamsize>(segment.p_filesz));
    return path;
  }
};

}  // namespace viosim::test
