#include <catch2/catch.hpp>

#include <elf.h>

#include <fstream>
#include <random>

#include "control/elf_loader.h"
#include "support/hart_rig.h"
#include "support/temporary_folder.h"

using namespace viosim;
using namespace viosim::test;
using control::ElfError;
using control::load_elf;
using What = control::ElfError::What;

namespace {

constexpr std::uint32_t kBase = HartRig::kBase;

/// A program of two segments, code and data; tests change what they want to be wrong.
struct Program {
  Elf32_Ehdr header{};
  std::array<Elf32_Phdr, 2> segments{};
  std::array<std::uint32_t, 4> content{rv::addi(1, 0, 42), rv::ebreak, 0x11223344, 0x55667788};

  Program() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_RISCV;
    header.e_version = EV_CURRENT;
    header.e_entry = kBase;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 2;
    const std::uint32_t at = sizeof header + sizeof segments;
    segments[0] = {PT_LOAD, at, kBase, kBase, 8, 8, PF_R | PF_X, 4};
    segments[1] = {PT_LOAD, at + 8, kBase + 0x100, kBase + 0x100, 8, 16, PF_R | PF_W, 4};
  }
  std::vector<std::byte> image() const {
    std::vector<std::byte> all(sizeof header + sizeof segments + sizeof content);
    std::memcpy(all.data(), &header, sizeof header);
    std::memcpy(all.data() + sizeof header, &segments, sizeof segments);
    std::memcpy(all.data() + sizeof header + sizeof segments, &content, sizeof content);
    return all;
  }
};

/// Refused for this reason, in words that name the file and hold `text`, and nothing was written.
void refused(const std::vector<std::byte>& image, What what, const std::string& text) {
  HartRig rig({rv::nop});
  INFO(text);
  try {
    load_elf(image, rig.memory, "firmware.elf");
    FAIL("it was loaded");
  } catch (const ElfError& e) {
    CHECK(static_cast<int>(e.what_is_wrong) == static_cast<int>(what));
    CHECK_THAT(e.what(), Catch::StartsWith("firmware.elf: ") && Catch::Contains(text));
  }
  CHECK(rig.word(kBase) == rv::nop);
}
template <class Change>
void refused_with(Change change, What what, const std::string& text) {
  Program p;
  change(p);
  refused(p.image(), what, text);
}

}  // namespace

TEST_CASE("a program is loaded, its unwritten data are zero, and it runs", "[control][elf]") {
  HartRig rig;
  rig.store(kBase + 0x108, 0xffffffff);
  rig.store(kBase + 0x110, 0xffffffff);
  rig.hart.stop_on(control::Exception::breakpoint);
  rig.hart.reset(load_elf(Program().image(), rig.memory, "firmware.elf"));
  CHECK(rig.hart.run(10).why == control::Stop::exception);
  CHECK(rig.hart.x(1) == 42);
  CHECK(rig.word(kBase + 0x100) == 0x11223344);
  CHECK(rig.word(kBase + 0x104) == 0x55667788);
  CHECK(rig.word(kBase + 0x108) == 0);
  CHECK(rig.word(kBase + 0x10c) == 0);
  CHECK(rig.word(kBase + 0x110) == 0xffffffff);
}

TEST_CASE("data that start elsewhere than where they run are put where they start", "[control][elf]") {
  Program p;
  p.segments[1].p_vaddr = 0x1000;
  HartRig rig;
  load_elf(p.image(), rig.memory, "firmware.elf");
  CHECK(rig.word(kBase + 0x100) == 0x11223344);
}

TEST_CASE("a file that is no program for this processor is refused by name", "[control][elf]") {
  refused({}, What::not_elf, "is no ELF file");
  refused(std::vector<std::byte>(1000, std::byte{'x'}), What::not_elf, "is no ELF file");
  refused_with([](Program& p) { p.header.e_ident[EI_CLASS] = ELFCLASS64; }, What::wrong_class, "no 32-bit");
  refused_with([](Program& p) { p.header.e_ident[EI_DATA] = ELFDATA2MSB; }, What::wrong_byte_order, "little-endian");
  refused_with([](Program& p) { p.header.e_machine = EM_X86_64; }, What::wrong_machine, "machine 62, not for RISC-V");
  refused_with([](Program& p) { p.header.e_flags = EF_RISCV_RVC; }, What::wrong_instructions, "-march=rv32im");
  refused_with([](Program& p) { p.header.e_flags = EF_RISCV_FLOAT_ABI_DOUBLE; }, What::wrong_instructions,
               "floating");
  refused_with([](Program& p) { p.header.e_type = ET_DYN; }, What::not_executable, "-static -no-pie");
  refused_with([](Program& p) { p.header.e_type = ET_REL; }, What::not_executable, "executable");
}

TEST_CASE("a damaged file is refused", "[control][elf]") {
  refused_with([](Program& p) { p.header.e_phnum = 0; }, What::damaged, "program headers");
  refused_with([](Program& p) { p.header.e_phoff = 0xfffffff0; }, What::damaged, "program headers");
  refused_with([](Program& p) { p.header.e_phnum = 1000; }, What::damaged, "program headers");
  refused_with([](Program& p) { p.segments[0].p_type = p.segments[1].p_type = PT_NOTE; }, What::damaged,
               "nothing to load");
  refused_with([](Program& p) { p.segments[1].p_filesz = 17; }, What::damaged, "0x80000100");
  refused_with([](Program& p) { p.segments[1].p_offset += 1; }, What::damaged, "0x80000100");
  refused_with([](Program& p) { p.segments[1].p_offset = 0xfffffffc; }, What::damaged, "0x80000100");
}

TEST_CASE("a program that does not fit its memory is refused", "[control][elf]") {
  refused_with([](Program& p) { p.segments[1].p_paddr = 0x100; }, What::out_of_memory, "0x00000100 of 16 bytes");
  refused_with([](Program& p) { p.segments[1].p_paddr = HartRig::kDevice; }, What::out_of_memory, "outside of RAM");
  refused_with([](Program& p) { p.segments[1].p_memsz = HartRig::kRam - 0xff; }, What::out_of_memory, "0x80000100");
  refused_with([](Program& p) { p.segments[1].p_memsz = 0xffffffff; }, What::out_of_memory, "0x80000100");
  refused_with([](Program& p) { p.segments[1].p_paddr = kBase + 4; }, What::overlap,
               "0x80000000 and 0x80000004 overlap");
  refused_with([](Program& p) { p.segments[1].p_paddr = kBase; }, What::overlap, "overlap");
  refused_with([](Program& p) { p.segments[0].p_paddr = kBase + 0x104; }, What::overlap,
               "0x80000100 and 0x80000104 overlap");
  refused_with([](Program& p) { p.header.e_entry = kBase + 8; }, What::entry, "0x80000008");
  refused_with([](Program& p) { p.header.e_entry = kBase + 2; }, What::entry, "0x80000002");
  refused_with([](Program& p) { p.header.e_entry = kBase + 0x100; }, What::entry, "executable segment");
  refused_with([](Program& p) { p.header.e_entry = 0; }, What::entry, "begins at 0x00000000");
}

TEST_CASE("files cut short or with bytes by chance load or are refused, nothing else", "[control][elf]") {
  const std::vector<std::byte> good = Program().image();
  std::mt19937 random(1);
  int loaded = 0, errors = 0;
  const auto attempt = [&](const std::vector<std::byte>& image) {
    HartRig rig;
    try {
      load_elf(image, rig.memory, "firmware.elf");
      ++loaded;
    } catch (const ElfError&) {
      ++errors;
    }
  };
  for (std::size_t n = 0; n < good.size(); ++n)
    attempt({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n)});
  CHECK(loaded == 0);
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::byte> image = good;
    for (unsigned changes = 1 + random() % 3; changes > 0; --changes)
      image[random() % (sizeof(Elf32_Ehdr) + 2 * sizeof(Elf32_Phdr))] = static_cast<std::byte>(random());
    attempt(image);
  }
  CHECK(loaded > 100);
  CHECK(errors > 1000);
}

TEST_CASE("a program is read from a file, or the file is named", "[control][elf]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "firmware.elf";
  HartRig rig;
  CHECK_THROWS_WITH(control::load_elf_file(path, rig.memory),
                    Catch::StartsWith(path + ": cannot be read: No such file"));
  CHECK_THROWS_WITH(control::load_elf_file(folder.path(), rig.memory),
                    folder.path().string() + ": cannot be read: Is a directory");
  std::ofstream(path).flush();
  CHECK_THROWS_WITH(control::load_elf_file(path, rig.memory), path + ": cannot be read: it is empty");
  const std::vector<std::byte> image = Program().image();
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(image.data()),
                                             static_cast<std::streamsize>(image.size()));
  CHECK(control::load_elf_file(path, rig.memory) == kBase);
  CHECK(rig.word(kBase) == rv::addi(1, 0, 42));
}
