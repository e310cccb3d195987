#pragma once

#include <cstddef>
#include <cstdint>

namespace openclaw::platform {

// No core dump, no debugger and no /proc/PID/mem for other processes of the same user: secrets in memory
// stay there. A standard descriptor that whoever started us has closed is filled, so that no file of ours
// gets its number and what is printed ends up there: standard input is at its end, printing fails. Called
// once, first thing in main.
void harden_process();

}  // namespace openclaw::platform
