#pragma once

#include <cstddef>
#include <cstdint>

namespace openclaw::platform {

// No core dump, no debugger and no /proc/PID/mem for other processes of the same user: secrets in memory
// stay there. A standard descriptor that whoever started us has closed is filled, so that no file of ours
// gets its number and what is printed ends up there: standard input is at its end, printing fails. Called
// once, first thing in main.
void harden_process();

// The largest resident size so far.
std::size_t peak_memory_bytes();

// Whether a process of that number exists, ours or not. Says nothing about who it is.
bool process_alive(std::int32_t pid);

}  // namespace openclaw::platform
