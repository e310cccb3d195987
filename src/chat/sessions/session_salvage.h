#pragma once

#include <string_view>

#include "chat/sessions/session_key.h"
#include "platform/file_system.h"

namespace openclaw::chat {

// What can be had again of a sessions.json that can't be read (empty, torn, overwritten): the records that
// are whole in its text, as they stand there. Where none of them is the main session's, that one goes on with
// the newest transcript which no record names; the others stay where they are, as after a reset.
struct SessionSalvage {
    json::object records;
    bool main_from_transcript = false;
};
SessionSalvage salvage_sessions(std::string_view text, platform::FileSystem& files,
                                const platform::Path& folder, const SessionKey& main);

}  // namespace openclaw::chat
