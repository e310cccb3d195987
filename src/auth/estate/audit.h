#pragma once

#include <string>
#include <vector>

#include "auth/estate/estate.h"
#include "config/config.h"

namespace openclaw::auth::sealed {

// A secret that stands in plain: where, and which; never the value.
struct Finding {
    Path file;
    std::size_t line = 0;
    std::string what;  // "openai:default (key)", "OPENAI_API_KEY", "a secret by its shape"

    auto operator<=>(const Finding&) const = default;
};

struct Audit {
    std::vector<Finding> findings;                     // in order of files and lines
    std::vector<Path> own;                             // files that keep a secret of the gateway's own
    std::vector<std::pair<Path, std::string>> unread;  // and why: what was not read may hold anything
    std::size_t files = 0;

    bool clean() const { return findings.empty() && unread.empty(); }
};

struct AuditRequest {
    Path root;                       // every regular file below it; links are not followed
    std::vector<KnownSecret> known;  // looked for in plain, base64, hex and URL forms
    std::vector<Path> own;           // what may hold the secrets that it is there for
};
Audit audit(FileSystem& files, const AuditRequest& request);

// Secrets in plain that the config and the .env files of the state directory hold, and those of the process.
std::vector<KnownSecret> secrets_of(const config::Config& config, FileSystem& files);

}  // namespace openclaw::auth::sealed
