#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/file_system.h"

namespace openclaw::config {

using platform::Path;

// Every place on disk, decided once at start from --profile, --dev, the environment and what exists
// (model-auth 1; warts W-05, W-06, W-07: an explicit state directory is the only place consulted, and
// what is shown is what is used).
struct Paths {
    Path home;
    Path state;        // <sd>
    Path config_file;  // exists or is where it will be written
    bool state_explicit = false;
    bool state_legacy = false;  // ~/.clawdbot and the like, used in place because ~/.openclaw is absent
    std::string profile;        // "" or the --profile name

    Path agent_folder(
        std::string_view agent_id) const;  // <sd>/agents/<id>/agent; overrides applied by the config
    Path sessions_folder(std::string_view agent_id) const;  // <sd>/agents/<id>/sessions
    Path admin_socket() const;                              // <sd>/gateway.sock
    Path gateway_token_file() const;                        // <sd>/credentials/gateway-token
    std::string shortened(const Path& path) const;          // $HOME -> ~
};

// blank -> main; valid ids lower-cased; otherwise runs of other characters become '-' (model-auth 1.4).
std::string normalised_agent_id(std::string_view id);

}  // namespace openclaw::config
