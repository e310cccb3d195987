#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "config/environment/environment.h"
#include "config/environment/login_shell.h"
#include "config/environment/paths.h"
#include "config/environment/problem.h"

namespace openclaw::config {

struct EnvironmentRequest {
    platform::FileSystem& files;
    const platform::Variables& variables;  // the process's own
    const Paths& paths;
    Path working_folder;                   // empty: no .env is read there
    const json::object* config = nullptr;  // includes merged, ${VAR} unresolved; its `env` counts
    LoginShell* login_shell = nullptr;     // null: never asked
};

struct LoadedEnvironment {
    Environment environment;
    std::string places;                       // where a name was looked for, for people
    std::vector<Path> files;                  // every .env that counts, there or not
    std::vector<Problem> problems, warnings;  // of config env; of .env files (never their values)
};

// Strongest first: process, .env in the working folder, <sd>/.env, ~/.clawdbot/.env, config `env`, login
// shell. From the working folder only what the config refers to as ${NAME} and what is no matter of
// credentials, the gateway or places; the rest is reported as ignored. The login shell is asked only when
// enabled and when a key that it may supply is missing. A pair of quotes around a value that may be a
// credential, or that the config refers to, is taken off and told.
LoadedEnvironment load_environment(const EnvironmentRequest& request);

}  // namespace openclaw::config
