// One file for each command.
#pragma once

#include "cli/command.h"

namespace bulwark::cli {

extern const Command scan_command;
extern const Command fix_command;
extern const Command explain_command;
extern const Command checks_command;
extern const Command permissions_command;
extern const Command snapshot_command;
extern const Command diff_command;
extern const Command upgrade_rehearse_command;
extern const Command drain_command;
extern const Command twin_serve_command;
extern const Command twin_clock_command;

}  // namespace bulwark::cli
