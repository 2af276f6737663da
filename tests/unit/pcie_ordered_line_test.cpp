#include <catch2/catch.hpp>

#include <memory>
#include <string>

#include "pcie/ordered_line.h"

using namespace viosim;
using namespace viosim::pcie;

namespace {

Tlp* tlp(TlpKind kind, std::int64_t length, bool relaxed = false) {
  auto* t = new Tlp;
  t->kind = kind;
  t->length = Bytes(length);
  t->relaxed_ordering = relaxed;
  return t;
}
constexpr auto kWrite = TlpKind::memory_write, kRead = TlpKind::memory_read, kAnswer = TlpKind::completion_data;

/// Lengths of what comes out while `stuck` (a class) does not fit, in order.
std::string taken(OrderedLine& line, TlpClass stuck) {
  std::string out;
  for (;;) {
    const std::unique_ptr<Tlp> t(line.take([&](const Tlp& x) { return x.flow_class() != stuck; }));
    if (t == nullptr) return out;
    out += std::to_string(t->length.raw()) + " ";
  }
}

}  // namespace

TEST_CASE("a line lets pass whom the table lets pass", "[pcie][ordering][unit]") {
  Simulation sim;
  const auto taken_of_all = [](TlpClass stuck) {
    OrderedLine line;
    for (Tlp* t : {tlp(kRead, 1), tlp(kAnswer, 2), tlp(kWrite, 3), tlp(kRead, 4), tlp(kAnswer, 5),
                   tlp(kAnswer, 6, true), tlp(kWrite, 7, true)})
      line.push(t);
    return taken(line, stuck);
  };
  CHECK(taken_of_all(TlpClass::non_posted) == "2 3 5 6 7 ");
  CHECK(taken_of_all(TlpClass::posted) == "1 2 ");  // a relaxed completion stays behind those of its class
  CHECK(taken_of_all(TlpClass::completion) == "1 3 4 7 ");
}

TEST_CASE("inside a class a small TLP does not pass a large one but a relaxed write", "[pcie][ordering][unit]") {
  Simulation sim;
  for (const TlpKind kind : {kRead, kAnswer, kWrite}) {
    OrderedLine line;
    line.push(tlp(kind, 256));
    line.push(tlp(kind, 8));
    line.push(tlp(kind, 4, true));
    const std::unique_ptr<Tlp> out(line.take([](const Tlp& t) { return t.length <= Bytes(64); }));
    if (kind == kWrite) {
      REQUIRE(out != nullptr);
      CHECK(out->length == Bytes(4));
    } else {
      CHECK(out == nullptr);
    }
  }
}

TEST_CASE("a line stays whole when its end, its middle and its start are taken", "[pcie][ordering][unit]") {
  Simulation sim;
  OrderedLine line;
  for (int i = 1; i <= 3; ++i) line.push(tlp(kWrite, i, true));
  const auto take = [&](std::int64_t length) {
    const std::unique_ptr<Tlp> t(line.take([&](const Tlp& x) { return x.length == Bytes(length); }));
    return t != nullptr;
  };
  CHECK(take(3));
  line.push(tlp(kWrite, 4, true));
  CHECK(take(2));
  CHECK(take(1));
  CHECK(line.front()->length == Bytes(4));
  CHECK(take(4));
  CHECK(line.empty());
  line.push(tlp(kWrite, 5));
  CHECK(take(5));
}
