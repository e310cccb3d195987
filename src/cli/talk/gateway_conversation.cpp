#include "base/random.h"
#include "base/text.h"
#include "cli/talk/conversation.h"
#include "gateway/client/answer_frames.h"

namespace openclaw::cli {

namespace {

using net::Task;

// A gateway sends a tick every 30 s: one that is silent for longer is gone.
constexpr Milliseconds silence_max = std::chrono::seconds(90);
constexpr Milliseconds silence_max_after_abort = std::chrono::seconds(5);

// What has been heard of one run. Both kinds of events tell its text; `agent` events come sooner.
struct Heard {
    std::string run_id;
    std::string session_key;
    std::string text;
    const OnText& on_text;

    // The whole text so far: passes on what is new.
    void text_is(std::string_view whole) {
        if (!whole.starts_with(text)) return;
        const std::string_view news = whole.substr(text.size());
        if (!news.empty() && on_text) on_text(news);
        text = whole;
    }
};

std::string text_of_message(const json::object& message) {
    if (const auto plain = string_at(message, "content")) return std::string(*plain);
    std::string text;
    const json::array* parts = array_at(message, "content");
    if (!parts) return text;
    for (const json::value& part : *parts) {
        const json::object* object = as_object(&part);
        if (object && string_at(*object, "type") == "text") text += string_at(*object, "text").value_or("");
    }
    return text;
}

void hear_agent_event(const json::object& payload, Heard& heard) {
    if (string_at(payload, "runId") != heard.run_id) return;
    if (const auto key = string_at(payload, "sessionKey")) heard.session_key = *key;
    const json::object* data = object_at(payload, "data");
    if (string_at(payload, "stream") == "assistant" && data)
        heard.text_is(string_at(*data, "text").value_or(""));
}

std::vector<std::string> notices_in(const json::object& object) {
    std::vector<std::string> notices;
    const json::array* lines = array_at(object, "notices");
    for (const json::value& line : lines ? *lines : json::array{})
        if (const auto* text = line.if_string()) notices.push_back(printable(*text));
    return notices;
}

// How a `chat` event ends the run, if it does.
std::optional<Result<Reply>> hear_chat_event(const json::object& payload, Heard& heard) {
    if (string_at(payload, "runId") != heard.run_id) return std::nullopt;
    const auto state = string_at(payload, "state").value_or("");
    const json::object* message = object_at(payload, "message");
    if (message) {
        const std::string whole = text_of_message(*message);
        if (state == "final" && !whole.starts_with(heard.text)) heard.text.clear();
        heard.text_is(whole);
    }
    const auto code = gateway::code_named(string_at(payload, "errorCode").value_or(""));
    if (state == "final" || (state == "aborted" && code != Code::timed_out)) {
        return Reply{.text = heard.text,
                     .aborted = state == "aborted",
                     .payload = payload,
                     .notices = notices_in(payload)};
    }
    if (state != "error" && state != "aborted") return std::nullopt;
    return std::unexpected(Error{code.value_or(Code::unavailable),
                                 printable(string_at(payload, "errorMessage").value_or("the turn failed")),
                                 std::string(string_at(payload, "errorHint").value_or(""))});
}

std::string session_key_of(const SayRequest& request) {
    if (!request.session_key.empty()) return request.session_key;
    return request.agent_id.empty() ? "main" : fmt::format("agent:{}:main", request.agent_id);
}

json::object agent_parameters(const SayRequest& request, const std::string& run_id) {
    json::object params{{"message", request.message}, {"idempotencyKey", run_id}};
    if (!request.session_key.empty()) params["sessionKey"] = request.session_key;
    if (!request.session_id.empty()) params["sessionId"] = request.session_id;
    if (!request.agent_id.empty()) params["agentId"] = request.agent_id;
    if (request.timeout) params["timeout"] = request.timeout->count() / 1000;
    return params;
}

json::object chat_parameters(const SayRequest& request, const std::string& run_id) {
    json::object params{
        {"sessionKey", session_key_of(request)}, {"message", request.message}, {"idempotencyKey", run_id}};
    if (request.timeout) params["timeoutMs"] = request.timeout->count();
    return params;
}

class GatewayConversation final : public Conversation {
public:
    GatewayConversation(net::Loop& loop, GatewayTarget target, Milliseconds connect_timeout)
        : loop_(loop), target_(std::move(target)), connect_timeout_(connect_timeout) {}

    Task<Result<Reply>> say(SayRequest request, OnText on_text, net::Abort abort) override {
        auto client = co_await GatewayClient::connect(loop_, target_, connect_timeout_);
        if (!client) co_return std::unexpected(client.error());
        Heard heard{
            .run_id = random_uuid(), .session_key = session_key_of(request), .text = {}, .on_text = on_text};
        const auto stop = abort.on_request([&] {
            (*client)->send("chat.abort", {{"sessionKey", heard.session_key}, {"runId", heard.run_id}});
        });
        const bool commands = request.commands;
        const std::string id = commands ? (*client)->send("chat.send", chat_parameters(request, heard.run_id))
                                        : (*client)->send("agent", agent_parameters(request, heard.run_id));
        auto reply = co_await listen(**client, id, commands, heard, abort);
        co_await (*client)->close();
        co_return reply;
    }

private:
    static Task<Result<Reply>> listen(GatewayClient& client, const std::string& id, bool commands,
                                      Heard& heard, const net::Abort& abort) {
        for (;;) {
            auto frame = co_await client.receive(abort.requested() ? silence_max_after_abort : silence_max);
            if (!frame && abort.requested() && frame.error().code == Code::timed_out) {
                co_return Reply{.text = heard.text, .aborted = true, .payload = {}};
            }
            if (!frame) co_return failed(frame.error(), "waiting for the reply");
            if (const auto* event = std::get_if<GatewayEvent>(&*frame)) {
                if (event->name == "agent") hear_agent_event(event->payload, heard);
                if (event->name != "chat" || !commands) continue;
                if (auto ended = hear_chat_event(event->payload, heard)) co_return std::move(*ended);
                continue;
            }
            auto& response = std::get<GatewayResponse>(*frame);
            if (response.id != id) continue;
            if (auto ended = commands ? chat_answer(response, heard) : agent_answer(response, heard, abort)) {
                co_return std::move(*ended);
            }
        }
    }

    // The answer to chat.send comes at once; only one that starts no run ends the wait.
    static std::optional<Result<Reply>> chat_answer(const GatewayResponse& response, Heard& heard) {
        if (!response.ok) return std::unexpected(response.error);
        const json::object* payload = as_object(&response.payload);
        if (!payload) return std::nullopt;
        if (const auto run_id = string_at(*payload, "runId")) heard.run_id = *run_id;
        const auto stopped = bool_at(*payload, "aborted");
        if (!stopped) return std::nullopt;
        return Reply{
            .text = *stopped ? "Stopped." : "Nothing was running.", .aborted = false, .payload = *payload};
    }

    // `agent` answers twice on one id: accepted, then how it ended.
    static std::optional<Result<Reply>> agent_answer(const GatewayResponse& response, Heard& heard,
                                                     const net::Abort& abort) {
        const json::object* payload = as_object(&response.payload);
        if (response.ok && payload && string_at(*payload, "status") == "accepted") {
            if (const auto run_id = string_at(*payload, "runId")) heard.run_id = *run_id;
            return std::nullopt;
        }
        if (!response.ok && abort.requested())
            return Reply{.text = heard.text, .aborted = true, .payload = {}};
        if (!response.ok) return std::unexpected(response.error);
        if (!payload)
            return std::unexpected(Error{Code::internal, "the gateway ended the turn without a result", {}});
        const json::object* result = object_at(*payload, "result");
        const json::array* parts = result ? array_at(*result, "payloads") : nullptr;
        std::string text;
        for (const json::value& part : parts ? *parts : json::array{}) {
            const json::object* object = as_object(&part);
            if (!object) continue;
            const auto piece = string_at(*object, "text").value_or("");
            if (!text.empty() && !piece.empty()) text += "\n";
            text += piece;
        }
        const json::object* meta = result ? object_at(*result, "meta") : nullptr;
        if (text.empty())
            text = heard.text;
        else if (text.starts_with(heard.text))
            heard.text_is(text);
        return Reply{.text = std::move(text),
                     .aborted = meta && bool_at(*meta, "aborted").value_or(false),
                     .payload = *payload,
                     .notices = result ? notices_in(*result) : std::vector<std::string>{}};
    }

    net::Loop& loop_;
    GatewayTarget target_;
    Milliseconds connect_timeout_;
};

}  // namespace

std::unique_ptr<Conversation> conversation_through_gateway(net::Loop& loop, GatewayTarget target,
                                                           Milliseconds connect_timeout) {
    return std::make_unique<GatewayConversation>(loop, std::move(target), connect_timeout);
}

}  // namespace openclaw::cli
