#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace openclaw::access {

// What became of somebody who came.
enum class Outcome : std::uint8_t {
    admitted,  // the doorman let him in, or he may have what he asks for
    refused,   // the doorman didn't: nobody knows who it was
    denied,    // somebody known asked for what he may not have
    changed,   // what decides was changed: by a command, or the lock itself
    started,   // the gateway's own comings and goings, so that a gap in the log has a reason
    stopped,
    others,  // more than can be told apart; the reason says of what
};
std::string_view name_of(Outcome outcome);
std::optional<Outcome> outcome_named(std::string_view name);

// One decision, as it is told: from a request's head or a handshake, and only for as long as that lives. No
// secret, body or query ever stands in it.
struct Verdict {
    Outcome outcome;
    std::string_view transport;       // "http", "ws", "socket", "tls", "command"
    std::string_view peer = {};       // address
    std::string_view principal = {};  // id; empty: nobody
    std::string_view verb = {};       // "POST"; what it is said of:
    std::string_view what;            // "/v1/chat/completions", "config.set", "gateway cert revoke phone"
    std::string_view reason = {};     // "wrong_secret", "missing scope: operator.admin"
};

// A line of the audit log: a decision, or several that are the same but for their time.
struct Entry {
    std::uint64_t number = 0;             // of the line, from 1 on, over all files
    TimePoint at{};                       // of the last one
    std::optional<TimePoint> since = {};  // of the first one, where there are several
    std::uint64_t times = 1;
    std::string event;  // an outcome's name; "begins", "mended" and "removed" say what became of the log
    std::string transport = {}, peer = {}, principal = {}, what = {}, reason = {};
    // Of "begins": the file that the line opens, which key its lines are chained with, and the tag of the
    // line before. Of "removed": the file, and its last line.
    std::string file = {}, key = {}, previous = {};
    std::optional<std::uint64_t> through = {};

    bool operator==(const Entry&) const = default;
};

// Without the brace at its end, behind which the tag comes (chain.h).
std::string body_of(const Entry& entry);
// `corrupt` for what is no such line.
Result<Entry> parse_entry(std::string_view line);

}  // namespace openclaw::access
