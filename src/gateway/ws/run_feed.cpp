#include "gateway/ws/run_feed.h"

#include <array>

namespace openclaw::gateway {

namespace {

constexpr Milliseconds delta_interval = std::chrono::milliseconds(150);
constexpr int protocol_with_delta_text = 4;
constexpr auto run_followers = access::Needs::one_of(access::Scope::read, access::Scope::chat);

json::object chat_payload(const std::string& run_id, const std::string& key, std::int64_t seq,
                          std::string_view state) {
    return {{"runId", run_id}, {"sessionKey", key}, {"seq", seq}, {"state", json::string_view(state)}};
}

}  // namespace

json::object assistant_message(std::string_view text, TimePoint time) {
    return {{"role", "assistant"},
            {"content", json::array{json::object{{"type", "text"}, {"text", json::string_view(text)}}}},
            {"timestamp", to_ms(time)}};
}

RunFeed::RunFeed(net::Loop& loop, const Clock& clock, net::TaskGroup& tasks, Hub& hub, chat::Chat& chat)
    : loop_(loop), clock_(clock), tasks_(tasks), hub_(hub) {
    subscription_ = chat.subscribe([this](const chat::RunEvent& event) { receive(event); });
}

void RunFeed::expect(const std::string& run_id, Requester requester) {
    runs_[run_id].requester = std::move(requester);
}

void RunFeed::forget(const std::string& run_id) {
    runs_.erase(run_id);
}

void RunFeed::on_end(const std::string& run_id, std::function<void()> callback) {
    runs_[run_id].at_end.push_back(std::move(callback));
}

void RunFeed::receive(const chat::RunEvent& event) {
    using Kind = chat::RunEvent::Kind;
    const std::string run_id(event.run_id), session_key(event.session_key);
    Progress& run = runs_[run_id];
    if (!run.origin || run.origin->maker != event.origin->maker) run.origin = *event.origin;
    switch (event.kind) {
        case Kind::start:
            return tell_agent(run_id, session_key, run, "lifecycle",
                              {{"phase", "start"}, {"startedAt", to_ms(event.at)}}, event.at,
                              Delivery::must_arrive);
        case Kind::delta: {
            if (hub_.size() == 0) return;
            // A long answer in small pieces isn't copied for each of them.
            if (run.text.size() + event.delta.size() == event.text.size())
                run.text += event.delta;
            else
                run.text = event.text;
            if (run.telling_later) return;
            const auto now = clock_.steady();
            const auto next = run.told_at ? *run.told_at + delta_interval : now;
            if (next <= now) return tell_delta(run_id, session_key, run);
            const auto wait = std::chrono::ceil<Milliseconds>(next - now);
            tasks_.spawn(tell_later(run_id, session_key, wait));
            run.telling_later = true;
            return;
        }
        case Kind::final:
        case Kind::aborted:
        case Kind::error: {
            tell_end(run_id, session_key, event, run);
            auto at_end = std::move(run.at_end);
            runs_.erase(run_id);
            for (auto& callback : at_end) callback();
        }
    }
}

net::Task<void> RunFeed::tell_later(std::string run_id, std::string key, Milliseconds wait) {
    co_await loop_.sleep(wait);
    const auto found = runs_.find(run_id);
    if (found == runs_.end()) co_return;  // its end has told everything
    found->second.telling_later = false;
    tell_delta(run_id, key, found->second);
}

void RunFeed::tell_delta(const std::string& run_id, const std::string& key, Progress& run) {
    if (run.text.size() <= run.told_bytes) return;
    const auto fresh = std::string_view(run.text).substr(run.told_bytes);
    const auto now = clock_.now();
    run.told_at = clock_.steady();
    // Each says all that was said so far: one that doesn't fit is no reason to part with a slow reader.
    tell_agent(run_id, key, run, "assistant", {{"text", run.text}, {"delta", json::string_view(fresh)}}, now,
               Delivery::droppable);
    auto payload = chat_payload(run_id, key, run.seq, "delta");
    payload["message"] = assistant_message(run.text, now);
    tell("chat", key, run, std::move(payload), Delivery::droppable, fresh);
    run.told_bytes = run.text.size();
}

void RunFeed::tell_end(const std::string& run_id, const std::string& key, const chat::RunEvent& event,
                       Progress& run) {
    using Kind = chat::RunEvent::Kind;
    if (hub_.size() == 0) return;
    if (event.kind != Kind::error) run.text = event.text;
    tell_delta(run_id, key, run);
    const bool failed = event.kind == Kind::error;
    const auto message = event.error ? event.error->message : std::string("the run failed");
    json::object lifecycle{{"phase", failed ? "error" : "end"}};
    if (failed) lifecycle["error"] = message;
    if (event.kind == Kind::aborted) lifecycle["aborted"] = true;
    lifecycle["endedAt"] = to_ms(event.at);
    tell_agent(run_id, key, run, "lifecycle", std::move(lifecycle), event.at, Delivery::must_arrive);

    const auto state = failed ? "error" : event.kind == Kind::final ? "final" : "aborted";
    auto payload = chat_payload(run_id, key, run.seq, state);
    if (event.kind == Kind::final && !event.text.empty())
        payload["message"] = assistant_message(event.text, event.at);
    if (!failed && !event.notices.empty())
        payload["notices"] = json::array(event.notices.begin(), event.notices.end());
    if (event.kind == Kind::aborted) payload["stopReason"] = event.stop_reason;
    if (failed) payload["errorMessage"] = message;
    if (event.error && (failed || event.error->code == Code::timed_out)) {
        payload["errorMessage"] = message;
        payload["errorCode"] = name_of(event.error->code);
        if (!event.error->hint.empty()) payload["errorHint"] = event.error->hint;
        if (event.again_in) payload["retryAfterMs"] = event.again_in->count();
    }
    tell("chat", key, run, std::move(payload), Delivery::must_arrive);
}

void RunFeed::tell_agent(const std::string& run_id, const std::string& key, Progress& run,
                         std::string_view stream, json::object data, TimePoint at, Delivery delivery) {
    ++run.seq;
    if (hub_.size() == 0) return;
    tell("agent", key, run,
         json::object{{"runId", run_id},
                      {"stream", json::string_view(stream)},
                      {"data", std::move(data)},
                      {"sessionKey", key},
                      {"seq", run.seq},
                      {"ts", to_ms(at)}},
         delivery);
}

// Clients drop events whose session key isn't exactly the one that they hold, so the requester gets the key
// as it wrote it and the others the canonical one.
void RunFeed::tell(std::string_view name, const std::string& key, const Progress& run, json::object payload,
                   Delivery delivery, std::optional<std::string_view> fresh) {
    std::array<std::string, 4> heads;  // one for each way to say it, made when somebody needs it
    for (const auto& [id, client] : hub_.clients()) {
        if (!client->may(run_followers) || !chat::may_follow(client->principal(), *run.origin)) continue;
        const bool own = id == run.requester.connection && run.requester.typed_key != key;
        const bool with_fresh = fresh && client->protocol() >= protocol_with_delta_text;
        std::string& head = heads.at((own ? 1u : 0u) + (with_fresh ? 2u : 0u));
        if (head.empty()) {
            payload["sessionKey"] = own ? run.requester.typed_key : key;
            if (with_fresh)
                payload["deltaText"] = json::string_view(*fresh);
            else
                payload.erase("deltaText");
            head = event_head(name, payload);
        }
        client->send_event(head, delivery);
    }
}

}  // namespace openclaw::gateway
