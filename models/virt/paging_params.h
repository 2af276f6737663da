// What software does about paging: the guest's operating system and the monitor. Parameters of kind "paging".
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::virt {

struct PagingParams {
  Param<std::string> mode;
  Param<bool> prefault;
  Param<Cycles> ept_violation, shadow_fault, table_write, load_root, invalidate_page;
  Param<Count> shadow_tables;
  Param<Cycles> page_fault, update;

  explicit PagingParams(ParamReader& in)
      : mode(in.choice("mode", "who translates: a bare processor, nested tables, or the monitor's shadow",
                       {"native", "ept", "shadow"})),
        prefault(in.get<bool>("prefault", "extended tables are filled before the guest starts, not by violations")),
        ept_violation(in.get<Cycles>("ept_violation", "handling: backing one guest-physical page")),
        shadow_fault(in.get<Cycles>("shadow_fault", "handling: walking the guest's tables, filling the shadow")),
        table_write(in.get<Cycles>("table_write", "handling: emulating a write of a guest's table, and the shadow")),
        load_root(in.get<Cycles>("load_root", "handling of a guest's MOV to CR3 under shadow paging")),
        invalidate_page(in.get<Cycles>("invalidate_page", "handling of a guest's INVLPG under shadow paging")),
        shadow_tables(in.get<Count>("shadow_tables", "tables of the shadow; beyond, it starts from nothing", 16,
                                    1 << 24)),
        page_fault(in.get<Cycles>("page_fault", "the operating system takes a page fault and returns")),
        update(in.get<Cycles>("update", "the operating system's own work to unmap or to map a page")) {}
};

}  // namespace viosim::virt
