// viosim compare --fidelity RUN: TLM and RTL side by side, cause by cause.
#pragma once
#include "app/cli.h"
#include "app/cli_arguments.h"

namespace viosim::app {

/// --fidelity, and what choosing and simulating points needs.
void add_fidelity_options(OptionList& options);

/// `tolerance`: of the headline, in millionths. Answers the exit code.
int compare_fidelity(const Arguments& arguments, std::int64_t tolerance, Host& host);

}  // namespace viosim::app
