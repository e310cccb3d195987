#include "gateway/ws/repeated_call.h"

#include "gateway/protocol/frames.h"

namespace openclaw::gateway {

std::optional<WireError> refuse_repeated(const Call& call, std::string_view session,
                                         std::string_view message) {
    auto& means = call.room.means;
    const auto keys = means.doorman.lock()->keys;
    if (!keys) return std::nullopt;
    const auto limit = call.serving->repeat_limit;
    const auto& principal = call.client->principal();
    const auto said = fmt::format("{}\n{}\n{}", call.request.method, session, message);
    const auto wait = keys->refuse_repeat(principal, said, limit, means.clock.steady());
    if (!wait) return std::nullopt;
    means.doorman.refusals().tell(means.clock.steady(), "ws",
                                  "refused {} conn={} reason={} sends the same over {} times a minute",
                                  call.request.method, call.client->id(), principal.shown(), limit);
    return WireError{.code = "UNAVAILABLE",
                     .message = told_of_repeats(limit),
                     .details = {{"code", "repeated_request"}},
                     .retryable = true,
                     .retry_after = wait};
}

}  // namespace openclaw::gateway
