#include "cli/commands.h"

#include <array>

namespace bulwark::cli {

std::span<const Command> commands() {
  static const std::array all{scan_command,       fix_command,         explain_command,
                              checks_command,     permissions_command, snapshot_command,
                              diff_command,       drain_command,       upgrade_rehearse_command,
                              twin_serve_command, twin_clock_command};
  return all;
}

}  // namespace bulwark::cli
