#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/sources/source_settings.h"
#include "auth/trust.h"
#include "platform/process.h"

namespace openclaw::auth {

// What asking a source needs of the system. Usable from several threads.
struct SourceTools {
    platform::FileSystem& files;
    platform::Processes& processes;
    std::uint32_t user_id;
    std::shared_ptr<const std::atomic<bool>> abandoned = {};  // commands that run are killed when it is set
};

// One question to one source.
struct SourceQuestion {
    std::string name;         // of the provider: "vault"
    SourceProvider provider;  // a FileSource or a CommandSource
    std::vector<std::string> ids;
    std::size_t references_max = 512, batch_bytes_max = 256u << 10;
    // As it was when the file was last read; the same again: nothing is read, and the answer is empty.
    std::optional<platform::FileInfo> known_file = {};

    Milliseconds longest() const;  // how long an answer may take
};

// By id. An id that failed takes no other with it. Codes: `denied` (permissions, not configured),
// `not_found`, `timed_out`, `unavailable`, `corrupt` (an answer that is none), `too_large`.
struct SourceAnswer {
    std::map<std::string, Result<Secret>> values = {};
    std::optional<platform::FileInfo> file = {};  // of a FileSource that could be looked at
    bool unchanged = false;
};

SourceAnswer ask_source(const SourceTools& tools, const SourceQuestion& question);

// file_source.cpp
SourceAnswer ask_file(const SourceTools& tools, const FileSource& source, const SourceQuestion& question);
// command_source.cpp
SourceAnswer ask_command(const SourceTools& tools, const CommandSource& source,
                         const SourceQuestion& question);

// The text under a JSON pointer (RFC 6901).
Result<Secret> text_at_pointer(const json::value& document, const std::string& pointer);

}  // namespace openclaw::auth
