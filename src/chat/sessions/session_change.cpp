#include "chat/sessions/session_change.h"

namespace openclaw::chat {
namespace {

void make(json::object& record, const SessionBegun& begun) {
    if (string_at(record, "sessionId").value_or("") != begun.before) return;
    if (record.empty()) set_maker(record, begun.maker);
    renew(record, begun.session_id, begun.at);
}

void make(json::object& record, const TurnEnded& ended) {
    if (string_at(record, "sessionId").value_or("") != ended.session_id) return;
    const auto pin = pin_in(record);
    const bool as_before = pin == ended.pin_before && model_override_in(record) == ended.override_before;
    if (as_before && pin != ended.pin) set_pin(record, ended.pin);
    if (ended.answered) set_usage(record, *ended.answered, ended.usage, ended.context_tokens);
    record["abortedLastRun"] = ended.aborted;
    touch(record, ended.at);
}

}  // namespace

void apply(json::object& record, const SessionChange& change) {
    std::visit([&](const auto& what) { make(record, what); }, change);
}

std::optional<SessionChange> joined(const SessionChange& earlier, const SessionChange& later) {
    const auto* first = std::get_if<TurnEnded>(&earlier);
    const auto* second = std::get_if<TurnEnded>(&later);
    if (first == nullptr || second == nullptr || first->session_id != second->session_id) return std::nullopt;
    // What the first would have left is what the second begins with, or one of them decides about nothing.
    if (first->pin != second->pin_before || first->override_before != second->override_before)
        return std::nullopt;
    auto both = *second;
    both.pin_before = first->pin_before;
    if (!both.answered) {
        both.answered = first->answered;
        both.usage = first->usage;
        both.context_tokens = first->context_tokens;
    }
    return both;
}

}  // namespace openclaw::chat
