#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/environment/environment.h"
#include "platform/environment.h"
#include "platform/process.h"

namespace openclaw::config {

// What the person's login shell exports, asked at most once in the life of this object: main.cpp owns
// one, so that reloads don't start shells. Runs `$SHELL -l -c "env -0"` with an environment that holds no
// secret.
class LoginShell {
public:
    LoginShell(platform::Processes& processes, const platform::Variables& variables);

    struct Reported {
        std::vector<Variable> variables;  // the known keys that are not blank, nothing else
        std::string failure;              // why there is none; no secret
    };
    const Reported& ask(Milliseconds deadline);

private:
    Reported run(Milliseconds deadline) const;

    platform::Processes& processes_;
    const platform::Variables& variables_;
    std::optional<Reported> reported_;
};

// NAME=value separated by NUL, as `env -0` prints them; only the keys that are imported.
std::vector<Variable> parse_login_shell_output(std::string_view output);

}  // namespace openclaw::config
