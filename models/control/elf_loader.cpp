#include "control/elf_loader.h"

#include <libelf.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace viosim::control {
namespace {

using What = ElfError::What;

struct Segment {
  std::span<const std::byte> file;
  std::uint32_t address, size;  ///< in memory; zero behind what the file holds
  bool code;
};

struct Closer {
  void operator()(Elf* elf) const { elf_end(elf); }
};

std::string hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

/// The file's header, which says that the program is for this kind of processor.
Elf32_Ehdr header_of(std::span<const std::byte> image, Elf* elf, const std::string& name) {
  const auto refuse = [&](What what, const std::string& text) { throw ElfError(what, name + ": " + text); };
  if (elf == nullptr || elf_kind(elf) != ELF_K_ELF || image.size() < EI_NIDENT)
    refuse(What::not_elf, "is no ELF file");
  if (image[EI_CLASS] != std::byte{ELFCLASS32})
    refuse(What::wrong_class, "is no 32-bit ELF file; compile with -march=rv32im_zicsr -mabi=ilp32");
  if (image[EI_DATA] != std::byte{ELFDATA2LSB}) refuse(What::wrong_byte_order, "is not little-endian");
  const Elf32_Ehdr* const header = elf32_getehdr(elf);
  if (header == nullptr) refuse(What::damaged, std::string("its header cannot be read: ") + elf_errmsg(-1));
  if (header->e_machine != EM_RISCV)
    refuse(What::wrong_machine, "is for machine " + std::to_string(header->e_machine) + ", not for RISC-V (243)");
  if ((header->e_flags & EF_RISCV_RVC) != 0 || (header->e_flags & EF_RISCV_FLOAT_ABI) != 0)
    refuse(What::wrong_instructions, "uses compressed or floating-point instructions; compile with "
                                     "-march=rv32im_zicsr -mabi=ilp32");
  if (header->e_type != ET_EXEC)
    refuse(What::not_executable, "is no statically linked executable; link with -static -no-pie");
  return *header;
}

std::vector<Segment> segments_of(std::span<const std::byte> image, Elf* elf, const std::string& name) {
  std::size_t count = 0;
  const Elf32_Phdr* const table = elf_getphdrnum(elf, &count) == 0 && count > 0 ? elf32_getphdr(elf) : nullptr;
  if (table == nullptr) throw ElfError(What::damaged, name + ": has no readable program headers");
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < count; ++i) {
    Elf32_Phdr p;  // a copy: where the file puts its table is not always aligned
    std::memcpy(&p, reinterpret_cast<const char*>(table) + i * sizeof p, sizeof p);
    if (p.p_type != PT_LOAD || p.p_memsz == 0) continue;
    if (p.p_filesz > p.p_memsz || p.p_offset > image.size() || p.p_filesz > image.size() - p.p_offset)
      throw ElfError(What::damaged, name + ": the segment at " + hex(p.p_paddr) + " has more bytes than its place "
                                    "in memory or the file");
    segments.push_back({image.subspan(p.p_offset, p.p_filesz), p.p_paddr, p.p_memsz, (p.p_flags & PF_X) != 0});
  }
  if (segments.empty()) throw ElfError(What::damaged, name + ": has nothing to load");
  return segments;
}

void check_places(const std::vector<Segment>& segments, MemoryMap& memory, const std::string& name) {
  for (const Segment& s : segments) {
    if (memory.bytes_at(s.address, s.size).empty())
      throw ElfError(What::out_of_memory, name + ": the segment at " + hex(s.address) + " of " +
                                          std::to_string(s.size) + " bytes lies outside of RAM");
  }
  std::vector<Segment> sorted = segments;
  std::sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.address < b.address; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].address - sorted[i - 1].address < sorted[i - 1].size)
      throw ElfError(What::overlap, name + ": the segments at " + hex(sorted[i - 1].address) + " and " +
                                    hex(sorted[i].address) + " overlap");
  }
}

}  // namespace

std::uint32_t load_elf(std::span<const std::byte> image, MemoryMap& memory, const std::string& name) {
  elf_version(EV_CURRENT);
  // The library takes the bytes as its own to change: it gets a copy.
  std::vector<char> copy(image.size());
  std::transform(image.begin(), image.end(), copy.begin(), [](std::byte b) { return static_cast<char>(b); });
  const std::unique_ptr<Elf, Closer> elf(elf_memory(copy.data(), copy.size()));
  const Elf32_Ehdr header = header_of(image, elf.get(), name);
  const std::vector<Segment> segments = segments_of(image, elf.get(), name);
  check_places(segments, memory, name);
  const std::uint32_t entry = header.e_entry;
  const bool inside = std::any_of(segments.begin(), segments.end(), [&](const Segment& s) {
    return s.code && entry % 4 == 0 && entry - s.address < s.size;
  });
  if (!inside)
    throw ElfError(What::entry, name + ": begins at " + hex(entry) + ", which is no instruction of an executable "
                                "segment");
  for (const Segment& s : segments) {
    const std::span<std::byte> place = memory.bytes_at(s.address, s.size);
    std::copy(s.file.begin(), s.file.end(), place.begin());
    std::fill(place.begin() + static_cast<std::ptrdiff_t>(s.file.size()), place.end(), std::byte{0});
  }
  return entry;
}

std::uint32_t load_elf_file(const std::string& path, MemoryMap& memory) {
  errno = 0;
  const std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  if (!(content << in.rdbuf()))
    throw ElfError(What::unreadable, path + ": cannot be read: " +
                                     (errno != 0 ? std::strerror(errno) : "it is empty"));
  const std::string text = content.str();
  return load_elf(std::as_bytes(std::span(text)), memory, path);
}

}  // namespace viosim::control
