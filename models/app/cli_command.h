// The table of commands: each file cli_<command>.cpp supplies its line.
#pragma once
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/cli_arguments.h"

namespace viosim::app {

struct Command {
  std::string name;
  std::string words;    ///< what follows the name: "RUN"
  std::size_t least, most;  ///< how many of them
  std::string summary;  ///< one line
  std::string help;     ///< what it does, and examples
  void (*declare)(OptionList& options);
  int (*perform)(const Arguments& arguments, Host& host);
};

Command run_command();
Command sweep_command();
Command sensitivity_command();
Command validate_command();
Command list_command();
Command describe_command();
Command compare_command();
Command regress_command();
Command report_command();
Command trace_command();

}  // namespace viosim::app
