// Whatever stands in the files, reading ends in a scenario or in a ScenarioError.
#include <catch2/catch.hpp>

#include <random>

#include "../support/scenario_folder.h"

using namespace viosim::platform;

namespace {

const std::vector<std::string> kFiles = {"sources.toml", "parts/cx2.toml", "parts/box.toml", "parts/copper.toml",
                                         "systems/pair.toml", "runs/ping.toml"};

/// Anything but a ScenarioError gets out and fails the test.
bool survives(const ScenarioFolder& folder) {
  folder.error();
  return true;
}

}  // namespace

TEST_CASE("files cut off anywhere are read or refused", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.append("runs/ping.toml", "[[sweep]]\nname = \"n\"\nkeys = [\"a.hca0.lanes\"]\nvalues = [1]\n[fidelity]\n");
  for (const std::string& file : kFiles) {
    const std::string whole = folder.read(file);
    for (std::size_t length = 0; length < whole.size(); length += 3) {
      folder.write(file, whole.substr(0, length));
      INFO(file << " cut at " << length);
      CHECK(survives(folder));
    }
    folder.write(file, whole);
  }
}

TEST_CASE("files with bytes changed are read or refused", "[platform][unit]") {
  const ScenarioFolder folder;
  std::mt19937 random(7);
  const std::string marks = "\"[]{}=.,#\n\\ 0a-\x80\xff";
  for (int round = 0; round < 600; ++round) {
    const std::string& file = kFiles[random() % kFiles.size()];
    const std::string whole = folder.read(file);
    std::string text = whole;
    for (unsigned i = 0; i < 1 + round % 4u; ++i) text[random() % text.size()] = marks[random() % marks.size()];
    folder.write(file, text);
    INFO("round " << round << " of " << file);
    CHECK(survives(folder));
    folder.write(file, whole);
  }
}

TEST_CASE("random bytes and deep nesting are refused", "[platform][unit]") {
  const ScenarioFolder folder;
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    std::string text;
    for (unsigned i = 0; i < random() % 400; ++i) text += static_cast<char>(random() % 256);
    folder.write("systems/pair.toml", text);
    CHECK(survives(folder));
  }
  std::string header = "[a";
  for (int i = 0; i < 1900; ++i) header += ".b";
  folder.write("systems/pair.toml", header + "]\n");
  CHECK(folder.error().find("is nested too deeply; expected at most 24 levels") != std::string::npos);
  folder.write("systems/pair.toml", "a = " + std::string(3000, '['));
  CHECK(folder.error().find("expected valid TOML") != std::string::npos);
}

TEST_CASE("parts that multiply are stopped", "[platform][unit]") {
  const ScenarioFolder folder;
  for (int level = 0; level < 8; ++level) {
    std::string text;
    for (int i = 0; level < 7 && i < 10; ++i) {
      text += "[x" + std::to_string(i) + "]\npart = \"p" + std::to_string(level + 1) + "\"\n";
    }
    folder.write("parts/p" + std::to_string(level) + ".toml", text);
  }
  folder.append("systems/pair.toml", "[c]\npart = \"p0\"\n");
  CHECK(folder.error().find("there are too many instances; expected at most 100000") != std::string::npos);
}

TEST_CASE("overrides of any text are applied or refused", "[platform][unit]") {
  const ScenarioFolder folder;
  const std::vector<std::string> texts = {"", "=", "=1", ".", ".=1", "a=", "a.=1", "a..b=1", "seed=", "seed=-1",
                                          "seed=1e9", "fidelity.=rtl", "fidelity=rtl", "a.kind=", "a.part=",
                                          "a.hca0.part=box", "links=1", "workload=1", "a.b.c.d.e=1",
                                          "link0.part=cx2", "workload.kind=host", "a.text=x",
                                          "a.hca0.lanes=" + std::string(500, '9'), std::string(500, 'a') + "=1"};
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(folder.error({text}).empty());
  }
}
