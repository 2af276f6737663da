// Parameters of a host core and of the operating system's ways into and out of waits on it.
#pragma once
#include "kernel/param.h"

namespace viosim::host {

struct CoreParams {
  Param<Frequency> frequency;
  Param<Cycles> uc_store;
  Param<Duration> uc_spacing, wc_first_line, wc_further_line;
  Param<Cycles> copy_setup, copy_line;
  Param<Cycles> interrupt_entry, interrupt_exit, block, wake;
  Param<Duration> ipi, idle_exit;

  explicit CoreParams(ParamReader& in)
      : frequency(in.get<Frequency>("frequency", "core clock")),
        uc_store(in.get<Cycles>("uc_store", "an uncached store, until the core goes on")),
        uc_spacing(in.get<Duration>("uc_spacing", "between two uncached stores on their way out of a core")),
        wc_first_line(in.get<Duration>("wc_first_line", "filling one write-combined line and flushing it")),
        wc_further_line(in.get<Duration>("wc_further_line", "each further write-combined line before the flush")),
        copy_setup(in.get<Cycles>("copy_setup", "of one copy, whatever its length")),
        copy_line(in.get<Cycles>("copy_line", "copying 64 bytes between first-level cache lines")),
        interrupt_entry(in.get<Cycles>("interrupt_entry", "from the vector to the handler, end of interrupt too")),
        interrupt_exit(in.get<Cycles>("interrupt_exit", "from the handler back to what was interrupted")),
        block(in.get<Cycles>("block", "a system call that blocks, until the core idles")),
        wake(in.get<Cycles>("wake", "from the wake-up to the thread in user mode, on the same core")),
        ipi(in.get<Duration>("ipi", "an interrupt from one core to another")),
        idle_exit(in.get<Duration>("idle_exit", "from the idle state to the first instruction")) {}
};

}  // namespace viosim::host
