#include "platform/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/text.h"

extern char** environ;  // NOLINT: declared by no header in strict C++

namespace openclaw::platform {

std::string_view text_of(const Variables& variables, std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view() : trimmed(found->second.reveal());
}

Variables take_environment() {
    Variables variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == text.npos || equals == 0) continue;
        // The first one counts, as getenv has it.
        variables.try_emplace(std::string(text.substr(0, equals)), text.substr(equals + 1));
    }
    return variables;
}

void add_home(Variables& variables) {
    if (!text_of(variables, "HOME").empty()) return;
    passwd record{};
    passwd* found = nullptr;
    std::array<char, 16384> room{};
    if (::getpwuid_r(::geteuid(), &record, room.data(), room.size(), &found) != 0 || found == nullptr) return;
    const std::string_view home(found->pw_dir != nullptr ? found->pw_dir : "");
    if (home.starts_with('/')) variables.insert_or_assign("HOME", Secret(home));
}

void wipe_from_process(const std::string& variable_name) {
    while (char* value = std::getenv(variable_name.c_str())) {
        ::explicit_bzero(value, std::strlen(value));
        if (::unsetenv(variable_name.c_str()) != 0) return;
    }
}

void wipe_argument(char* argument) {
    if (argument == nullptr) return;
    volatile char* byte = argument;  // volatile: nobody reads it again, and it must happen all the same
    while (*byte != '\0') *byte++ = '*';
}

}  // namespace openclaw::platform
