#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace openclaw::platform {

// The process's variables, taken once at start; main.cpp then wipes those that hold secrets from the
// process (environ and its initial memory), so that /proc/PID/environ shows none.
using Variables = std::map<std::string, Secret, std::less<>>;

// The text of a variable that is no secret (a path, a name), trimmed; empty when it is unset or blank.
std::string_view text_of(const Variables& variables, std::string_view name);

Variables take_environment();  // copies, changes nothing
// Where HOME is unset or blank, as in many a unit or container: what the password database says.
void add_home(Variables& variables);
void wipe_from_process(const std::string& variable_name);  // overwrites the value in place, then unsets it
// Overwrites one argument of the running process, so that `ps` shows asterisks in its place.
void wipe_argument(char* argument);

}  // namespace openclaw::platform
