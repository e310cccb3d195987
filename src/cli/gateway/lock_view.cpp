#include "cli/gateway/lock_view.h"

#include "base/text.h"
#include "cli/gateway/gateway_view.h"
#include "cli/output/age.h"

namespace openclaw::cli {

namespace {

std::string text_of(const json::object& object, std::string_view name) {
    return printable(string_at(object, name).value_or(""));
}

TimePoint time_of(const json::object& object, std::string_view name) {
    return from_ms(integer_at(object, name).value_or(0));
}

}  // namespace

LockView lock_view_of(const json::object& answer) {
    LockView view{.mode = text_of(answer, "mode"),
                  .source = text_of(answer, "source"),
                  .fingerprint = text_of(answer, "fingerprint"),
                  .earlier = {},
                  .up = Milliseconds(integer_at(answer, "upMs").value_or(0)),
                  .callers = {}};
    if (const auto* earlier = object_at(answer, "earlier"))
        view.earlier = {.fingerprint = text_of(*earlier, "fingerprint"),
                        .ends = time_of(*earlier, "validUntilMs")};
    const auto* callers = array_at(answer, "callers");
    for (const auto& each : callers ? *callers : json::array{})
        if (const auto* caller = as_object(&each))
            view.callers.push_back({.proof = text_of(*caller, "proof"),
                                    .address = text_of(*caller, "address"),
                                    .client = text_of(*caller, "client"),
                                    .first = time_of(*caller, "firstSeenMs"),
                                    .last = time_of(*caller, "lastSeenMs"),
                                    .times = integer_at(*caller, "times").value_or(0),
                                    .by_earlier_token = bool_at(*caller, "byEarlierToken").value_or(false)});
    return view;
}

std::optional<LockView> ask_for_lock(Context& context) {
    const auto answer = ask_local_gateway(context, "gateway.lock", {});
    return answer ? std::optional(lock_view_of(*answer)) : std::nullopt;
}

std::string described(const LockView::Caller& caller, TimePoint now) {
    return fmt::format("{}{}, {}", caller.address.empty() ? "this host" : caller.address,
                       caller.client.empty() ? "" : fmt::format(" ({})", caller.client),
                       age(now - caller.last));
}

}  // namespace openclaw::cli
