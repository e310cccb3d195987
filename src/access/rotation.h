#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/gateway_secret.h"
#include "base/clock.h"
#include "config/files/writer.h"

namespace openclaw::access {

// The most time that a token which was replaced may be right for.
constexpr Milliseconds grace_max = std::chrono::days(7);

struct Rotation {
    const config::Config& config;
    platform::FileSystem& files;
    config::ConfigWriter writer;
    std::string fingerprint_key;
    TimePoint now;
    // How long the old one is right beside the new one; nothing: as long as is usual, ten minutes, where it
    // can't be guessed.
    std::optional<Milliseconds> grace;
};
struct Rotated {
    std::string place;                      // where the old one stood and the new one stands
    std::string before, after;              // their fingerprints
    std::optional<TimePoint> earlier_ends;  // nothing: the old one opens nothing any more
    std::optional<std::string> guessable;   // why the old one could be guessed, and so wasn't kept
    std::vector<platform::Path> changed;
};

// Writes a new token where the one in use stands, and keeps the old one for the grace, and no other before
// it. Nothing is changed when it fails: `invalid_input` in a mode without a token, or when what can be
// guessed was to go on; `not_found` when there is none yet; `denied` when it stands where it can't be
// written: in a variable of the process, or in a secret that the config only names. Each says what to do.
Result<Rotated> rotate_token(const Rotation& rotation);

}  // namespace openclaw::access
