#include "access/doorman.h"
#include "chat/chat.h"
#include "cli/talk/conversation.h"

namespace openclaw::cli {

namespace {

using net::Task;

// The shape that the gateway's method `agent` answers with.
json::object payload_of(const chat::RunOutcome& outcome) {
    json::object agent_meta{{"sessionId", outcome.session_id}};
    if (outcome.model) {
        agent_meta["provider"] = outcome.model->provider.text();
        agent_meta["model"] = outcome.model->model;
    }
    const auto& usage = outcome.usage;
    agent_meta["usage"] = {{"input", usage.input},
                           {"output", usage.output},
                           {"cacheRead", usage.cache_read},
                           {"cacheWrite", usage.cache_write},
                           {"total", usage.input + usage.output + usage.cache_read + usage.cache_write}};
    const bool aborted = outcome.state == chat::RunOutcome::State::aborted;
    return {{"runId", outcome.run_id},
            {"status", "ok"},
            {"summary", aborted ? "aborted" : "completed"},
            {"result",
             {{"payloads", json::array{{{"text", outcome.text}, {"mediaUrl", nullptr}}}},
              {"meta",
               {{"durationMs", (outcome.ended - outcome.started).count()},
                {"agentMeta", std::move(agent_meta)},
                {"aborted", aborted}}}}}};
}

class LocalConversation final : public Conversation {
public:
    explicit LocalConversation(chat::Chat& chat) : chat_(chat) {}

    Task<Result<Reply>> say(SayRequest request, OnText on_text, net::Abort abort) override {
        if (!request.session_id.empty()) {
            auto key = co_await chat_.find_session(me_, request.session_id);
            if (!key) co_return std::unexpected(key.error());
            request.session_key = std::move(*key);
        }
        std::string run_id;
        const auto subscription = chat_.subscribe([&](const chat::RunEvent& event) {
            if (event.run_id == run_id && !event.delta.empty() && on_text) on_text(event.delta);
        });
        auto sent = chat_.send({.asked_by = me_,
                                .session_key = request.session_key,
                                .message = request.message,
                                .run_id = {},
                                .commands = request.commands,
                                .timeout = request.timeout,
                                .extra_system_prompt = {},
                                .agent_id = request.agent_id});
        if (!sent) co_return std::unexpected(sent.error());
        run_id = sent->run_id;
        const auto stop = abort.on_request([&] { chat_.abort(me_, sent->session_key, run_id, "stop"); });
        std::optional<chat::RunOutcome> outcome;
        do {
            outcome = co_await chat_.wait(me_, run_id, std::chrono::hours(1));
        } while (outcome && !outcome->over());
        if (!outcome) co_return fail(Code::internal, "the turn was forgotten");
        const bool aborted = outcome->state == chat::RunOutcome::State::aborted;
        if (outcome->error && (!aborted || outcome->error->code == Code::timed_out))
            co_return std::unexpected(*outcome->error);
        co_return Reply{.text = outcome->text,
                        .aborted = aborted,
                        .payload = payload_of(*outcome),
                        .notices = outcome->notices};
    }

private:
    const access::Principal me_ = access::Doorman::this_process();
    chat::Chat& chat_;
};

}  // namespace

std::unique_ptr<Conversation> conversation_in_process(chat::Chat& chat) {
    return std::make_unique<LocalConversation>(chat);
}

}  // namespace openclaw::cli
