#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "chat/chat.h"
#include "chat/sessions/session_key.h"
#include "net/loop/abort.h"

namespace openclaw::chat {

// One accepted message on its way to an outcome.
struct Run {
    Run(net::Loop& loop, SendRequest what, SessionKey where, Maker maker)
        : request(std::move(what)),
          origin{.asked_by = request.asked_by, .key = std::move(where), .maker = std::move(maker)},
          changed(loop) {
        outcome.run_id = request.run_id;
        outcome.session_key = origin.key.text;
        outcome.asked_by = request.asked_by.id();
    }

    // What is remembered of it once it is over is its outcome.
    void let_go() {
        request.message = {};
        request.extra_system_prompt = {};
        request.room = {};
        request.wishes = {};
        said = {};
    }

    // Whether somebody may wait for it or end it.
    bool is_within_reach_of(const access::Principal& who) const {
        if (who.id() == origin.asked_by.id()) return true;
        if (!who.limits().allow_session(origin.key.text, origin.key.agent_id)) return false;
        return who.is_same_as(origin.asked_by) || who.may(access::Scope::models);
    }
    const SessionKey& key() const { return origin.key; }

    SendRequest request;
    RunOrigin origin;
    RunOutcome outcome;
    net::Abort abort;
    std::string abort_reason;  // set with the abort
    std::string said;          // streamed so far
    std::int64_t seq = 0;
    std::chrono::steady_clock::time_point over_since{};
    net::Event changed;  // notified when it is over
};

}  // namespace openclaw::chat
