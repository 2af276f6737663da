#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/laws.h"
#include "support/pcie_load.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("under load every site and every operation adds up", "[pcie][iommu][conservation]") {
  Simulation sim;
  IommuRig iommu(iommu_literals().set("lookup", "2 ns").set("structure_cache_entries", "4"));
  PcieRig rig(link_literals().set("ack_interval", "2"),
              root_literals().set("posted_headers", "6").set("posted_data", "48").set("non_posted_headers", "3"),
              endpoint_literals().set("posted_headers", "2").set("completion_timeout", "50 ms"), &iommu.iommu,
              &iommu.memory);
  Station idle("driver", 1);
  Load load;
  spawn(offer(rig, load, idle), "offer");
  scheduler().run_until(Time(5'000'000));
  ledger().open_window(now());
  scheduler().run_until(Time(600'000'000));
  ledger().close_window(now());
  scheduler().run_until(Time(5'000'000'000));

  Account account;
  std::int64_t reads = 0;
  for (std::size_t i = 0; i < load.requests.size(); ++i) {
    REQUIRE(load.requests[i]->finished);
    CHECK(load.requests[i]->status == CplStatus::successful);
    if (!load.requests[i]->is_read) continue;
    ++reads;
    ledger().close(load.requests[i]->op, load.begins[i], account);
  }
  CHECK(load.requests.size() == 1000);
  CHECK(account.operations() == reads);
  check_laws(account);
  CHECK(rig.interrupts.taken.size() == 63);
  CHECK(rig.registers.writes.size() == 50);
  CHECK(counter("link.up", "credit_stalls") > 50);
  CHECK(counter("iommu", "iotlb_misses") > 100);
  CHECK(rig.link.up.credits(TlpClass::posted).headers_used() >= 0);
}
