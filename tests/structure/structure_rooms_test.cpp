#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "structure/source_tree.h"

using namespace viosim::test;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::set<std::string>> allowed_arrows() {
  std::map<std::string, std::set<std::string>> rooms;
  std::istringstream in(text_of(kSource / "models/ROOMS"));
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto colon = line.find(':');
    std::istringstream targets(line.substr(colon + 1));
    auto& to = rooms[line.substr(0, colon)];
    for (std::string room; targets >> room;) to.insert(room);
  }
  return rooms;
}

}  // namespace

TEST_CASE("rooms include only what models/ROOMS allows", "[structure]") {
  const auto rooms = allowed_arrows();
  REQUIRE(rooms.size() > 10);
  const std::regex include("^\\s*#\\s*include\\s*\"(([a-z_0-9]+)/[^\"]*)\"");
  std::size_t arrows = 0;
  for (const fs::path& file : files("models", {".h", ".cpp", ".def"})) {
    const std::string room = fs::relative(file, kSource / "models").begin()->string();
    INFO(file);
    REQUIRE(rooms.count(room) == 1);
    std::istringstream in(text_of(file));
    for (std::string line; std::getline(in, line);) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) continue;
      const std::string header = match[1], target = match[2];
      INFO(line);
      CHECK((target == room || rooms.at(room).count(target) == 1 || rooms.at(room).count(header) == 1));
      ++arrows;
    }
  }
  REQUIRE(arrows > 100);
}

TEST_CASE("each folder of models is a room of models/ROOMS, with a model card", "[structure]") {
  const auto rooms = allowed_arrows();
  for (const auto& entry : fs::directory_iterator(kSource / "models")) {
    if (!entry.is_directory()) continue;
    INFO(entry.path());
    CHECK(rooms.count(entry.path().filename().string()) == 1);
    CHECK(fs::exists(entry.path() / "README.md"));
  }
}

TEST_CASE("time passes through the verbs only", "[structure]") {
  const std::regex raw("(^|[^_[:alnum:].>])wait\\(|sc_time_stamp|std::max<?(Time|Duration)|"
                       "std::max\\(now\\(\\)|delay \\+=");
  for (const fs::path& file : files("models", {".h", ".cpp"})) {
    const std::string room = fs::relative(file, kSource / "models").begin()->string();
    if (room == "kernel" || room == "platform" || room == "app") continue;
    int number = 0;
    for (const std::string& line : code_lines(text_of(file))) {
      ++number;
      INFO(file << ":" << number << ": " << line);
      CHECK_FALSE(std::regex_search(line, raw));
    }
  }
}

TEST_CASE("no coroutine tests a co_await in a condition", "[structure]") {
  // g++ 12 silently drops the body of such a coroutine.
  const std::regex opens("\\b(if|while|switch|for)\\s*(constexpr\\s*)?\\(");
  const std::regex joined("co_await[^;]*(&&|\\|\\|)[^;]*co_await");
  for (const fs::path& file : files("models", {".h", ".cpp"})) {
    std::string code;
    for (const std::string& line : code_lines(text_of(file))) code += line + "\n";
    INFO(file);
    CHECK_FALSE(std::regex_search(code, joined));
    for (auto it = std::sregex_iterator(code.begin(), code.end(), opens); it != std::sregex_iterator(); ++it) {
      std::size_t at = static_cast<std::size_t>(it->position() + it->length()), begin = at;
      for (int depth = 1; depth > 0 && at < code.size(); ++at)
        depth += code[at] == '(' ? 1 : code[at] == ')' ? -1 : 0;
      const std::string condition = code.substr(begin, at - begin);
      INFO(condition);
      CHECK(condition.find("co_await") == std::string::npos);
    }
  }
}

TEST_CASE("only scheduler, block and sockets know SystemC inside the lower rooms", "[structure]") {
  const std::set<std::string> may = {"kernel/scheduler.cpp", "protocols/socket.h"};
  for (const std::string room : {"models/kernel", "models/structures", "models/protocols"}) {
    if (!fs::exists(kSource / room)) continue;
    for (const fs::path& file : files(room, {".h", ".cpp"})) {
      const std::string name = fs::relative(file, kSource / "models").string();
      if (may.count(name) == 1) continue;
      INFO(name);
      CHECK_FALSE(std::regex_search(text_of(file), std::regex("#include <(systemc|tlm)")));
    }
  }
}

TEST_CASE("physical numbers stand in parts, not in model code", "[structure]") {
  const std::regex typed("\\b(nanoseconds|microseconds|picoseconds)\\([0-9]|"
                         "Frequency\\([0-9]|BitRate\\([0-9]|\\bCycles\\([1-9]");
  for (const fs::path& file : files("models", {".h", ".cpp"})) {
    const std::string room = fs::relative(file, kSource / "models").begin()->string();
    if (room == "kernel" || room == "platform" || room == "app") continue;
    // What a specification fixes may stand in code, with the place beside it.
    const std::regex cited("IBA vol\\. [0-9], |Base Specification [0-9.]+, ");
    std::istringstream in(text_of(file));
    std::vector<std::string> above;
    for (std::string line; std::getline(in, line); above.push_back(line)) {
      INFO(file << ":" << above.size() + 1 << ": " << line);
      if (!std::regex_search(code_lines(line).empty() ? line : code_lines(line).front(), typed)) continue;
      const std::size_t first = above.size() > 5 ? above.size() - 5 : 0;
      CHECK(std::any_of(above.begin() + static_cast<std::ptrdiff_t>(first), above.end(),
                        [&](const std::string& l) { return std::regex_search(l, cited); }));
    }
  }
}

TEST_CASE("no file of the tests is left out of the build", "[structure]") {
  for (const fs::path& file : files("tests", {".cpp"})) {
    const std::string folder = fs::relative(file, kSource / "tests").begin()->string();
    if (folder == "nocompile" || folder == "support" || file.filename() == "main.cpp") continue;
    INFO(file << " is no *_test.cpp, so nothing builds it");
    CHECK(file.string().ends_with("_test.cpp"));
    CHECK(text_of(file).find("TEST_CASE(") != std::string::npos);
  }
}

TEST_CASE("no test is hidden or may fail", "[structure]") {
  const std::regex hidden("\\[!mayfail\\]|\\[!shouldfail\\]|\\[\\.[a-z]*\\]|\\[!hide\\]");
  for (const fs::path& file : files("tests", {"_test.cpp"})) {
    if (file.filename() == "structure_rooms_test.cpp") continue;
    INFO(file);
    CHECK_FALSE(std::regex_search(text_of(file), hidden));
    // CMake cuts a name at a semicolon, and no test of the rest of it runs.
    CHECK_FALSE(std::regex_search(text_of(file), std::regex("TEST_CASE\\(\"[^\"]*;")));
  }
}
