#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/environment.h"
#include "platform/file_system.h"

namespace openclaw::config {

using platform::Path;

// Every place on disk, decided once at start from --profile, --dev, the environment and what exists.
// An explicit state directory is the only place consulted, and what is shown is what is used.
struct Paths {
    Path home;
    Path state;        // <sd>
    Path config_file;  // exists or is where it will be written
    bool state_explicit = false;
    bool state_legacy = false;  // ~/.clawdbot and the like, used in place because ~/.openclaw is absent
    std::string profile;        // "" or the --profile name
    Path main_agent_override;   // OPENCLAW_AGENT_DIR, PI_CODING_AGENT_DIR: the agent "main" lives there
    Path credentials_override;  // OPENCLAW_OAUTH_DIR

    Path agent_folder(
        std::string_view agent_id) const;  // <sd>/agents/<id>/agent; overrides applied by the config
    Path sessions_folder(std::string_view agent_id) const;  // <sd>/agents/<id>/sessions
    Path credentials_folder() const;                        // <sd>/credentials
    Path admin_socket() const;                              // <sd>/gateway.sock
    Path gateway_token_file() const;                        // <sd>/credentials/gateway-token
    std::string shortened(const Path& path) const;          // $HOME -> ~
};

// What --profile and --dev ask for (the command line checks the name).
struct ProfileChoice {
    std::string name;  // "", "dev", "work"
    bool operator==(const ProfileChoice&) const = default;
};

// Sets what the profile implies (OPENCLAW_PROFILE, _STATE_DIR, _CONFIG_PATH, for dev _GATEWAY_PORT) where the
// process says nothing.
Result<void> apply_profile(const ProfileChoice& choice, platform::Variables& variables);

// From the process's variables alone: no .env file can move the state directory. Reads the disk to
// see what exists; writes and moves nothing. Fails when HOME is needed and missing.
Result<Paths> resolve_paths(platform::FileSystem& files, const platform::Variables& variables,
                            const Path& working_folder);

// A path as people write it: trimmed, "~" and "~/x" from home, made absolute against `base`.
Path expanded(std::string_view text, const Path& home, const Path& base);

// blank -> main; valid ids lower-cased; otherwise runs of other characters become '-'.
std::string normalised_agent_id(std::string_view id);

}  // namespace openclaw::config
