#include <catch2/catch.hpp>

#include "pcie/ordering.h"

using namespace viosim;
using namespace viosim::pcie;

// PCI Express Base Specification 3.0, table 2-34, cell by cell; N, Y/N and Yes are forbidden, allowed and required.
TEST_CASE("the ordering table, cell by cell", "[pcie][ordering][unit]") {
  constexpr auto kPosted = TlpClass::posted, kRead = TlpClass::non_posted, kCompletion = TlpClass::completion;
  struct Cell { const char* name; TlpClass later, earlier; bool relaxed, same; Passing expected; };
  const Cell cells[] = {
      {"A2a", kPosted, kPosted, false, false, Passing::forbidden},
      {"A2b", kPosted, kPosted, true, false, Passing::allowed},
      {"A3", kPosted, kRead, false, false, Passing::required},
      {"A3 relaxed", kPosted, kRead, true, false, Passing::required},
      {"A5", kPosted, kCompletion, false, false, Passing::allowed},
      {"A5 relaxed", kPosted, kCompletion, true, false, Passing::allowed},
      {"B2a", kRead, kPosted, false, false, Passing::forbidden},
      {"B2 relaxed", kRead, kPosted, true, false, Passing::forbidden},  // only by ID, which is not modelled
      {"B3", kRead, kRead, false, false, Passing::allowed},
      {"B5", kRead, kCompletion, false, false, Passing::allowed},
      {"D2a", kCompletion, kPosted, false, false, Passing::forbidden},
      {"D2b", kCompletion, kPosted, true, false, Passing::allowed},
      {"D3", kCompletion, kRead, false, false, Passing::required},
      {"D5a", kCompletion, kCompletion, false, false, Passing::allowed},
      {"D5b", kCompletion, kCompletion, false, true, Passing::forbidden},
      {"D5b relaxed", kCompletion, kCompletion, true, true, Passing::forbidden},
  };
  for (const Cell& c : cells) {
    INFO(c.name);
    CHECK(passing(c.later, c.earlier, c.relaxed, c.same) == c.expected);
  }
}
