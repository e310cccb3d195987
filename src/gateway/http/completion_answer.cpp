#include "gateway/http/completion_answer.h"

#include "auth/choice/remedy.h"
#include "base/broken_text.h"
#include "gateway/http/error_response.h"

namespace openclaw::gateway {

namespace {

constexpr std::string_view no_text = "No response from OpenClaw.";

// A provider's refusal of our credential is our trouble, not the caller's: 502, never 401.
int status_of(auth::FailureReason reason) {
    using enum auth::FailureReason;
    switch (reason) {
        case rate_limit:
            return 429;
        case overloaded:
            return 503;
        case timeout:
            return 504;
        case overflow:
        case format:
            return 400;
        case model_not_found:
            return 404;
        case auth:
        case billing:
        case server_error:
        case network:
        case wrong_address:
        case no_answer:
        case refused_use:
        case unknown:
            return 502;
    }
    return 502;
}

std::string text_of(const Error& error) {
    // The places that were looked at are the operator's business, who finds them in the log and in `explain`.
    const auto message = auth::without_places(error.message);
    return error.hint.empty() ? message : message + " (" + error.hint + ")";
}

// What the caller may not, whatever our credentials may.
CompletionFailure forbidden_failure(const Error& error) {
    return {403, text_of(error), "forbidden", {}};
}

CompletionFailure failure_of(const Error& error) {
    const auto text = text_of(error);
    switch (error.code) {
        case Code::invalid_input:
            return {400, text, "invalid_request_error", {}};
        case Code::not_found:
            return {404, text, "invalid_request_error", {}};
        case Code::too_large:
            return {413, text, "invalid_request_error", {}};
        case Code::busy:
            return {429, text, "rate_limit_error", Milliseconds(1000)};
        case Code::timed_out:
            return {504, text, "api_error", {}};
        case Code::denied:
        case Code::unavailable:
            return {502, text, "api_error", {}};
        case Code::corrupt:
        case Code::no_space:
        case Code::cancelled:
        case Code::internal:
            return {500, text, "api_error", {}};
    }
    return {500, text, "api_error", {}};
}

// What providers, or the rest of all credentials, have answered, where somebody was asked.
CompletionFailure failure_of(const Error& error, std::optional<auth::FailureReason> reason,
                             std::optional<Milliseconds> again_in) {
    auto failure = failure_of(error);
    if (!reason) return failure;
    failure.status = status_of(*reason);
    if (failure.status == 429 || failure.status == 503) failure.retry_after = again_in;
    failure.type = failure.status == 429  ? "rate_limit_error"
                   : failure.status < 500 ? "invalid_request_error"
                                          : "api_error";
    return failure;
}

// What the caller may use is used up: of a minute, or of a budget, as OpenAI tells the two apart.
CompletionFailure limited_failure(const Error& error, usage::Refusal::Why why,
                                  std::optional<Milliseconds> again_in) {
    using enum usage::Refusal::Why;
    CompletionFailure failure{429, text_of(error), "rate_limit_error", again_in, std::string(name_of(why)),
                              true};
    if (why == requests || why == tokens || why == streams) return failure;
    failure.may_try_again = false;
    failure.type = "insufficient_quota";
    if (why == budget) failure.code = "insufficient_quota";
    if (why == closed) failure.status = 503;
    if (why == closed) failure.type = "api_error";
    return failure;
}

json::object usage_of(const providers::TokenUsage& usage) {
    const auto prompt = usage.input + usage.cache_read + usage.cache_write;
    return {{"prompt_tokens", prompt},
            {"completion_tokens", usage.output},
            {"total_tokens", prompt + usage.output}};
}

std::string finish_reason_of(std::string_view stop_reason) {
    if (stop_reason == "length") return "length";
    if (stop_reason == "refusal") return "content_filter";
    return "stop";
}

json::object chunk(const CompletionCall& call, json::array choices) {
    return {{"id", "chatcmpl_" + call.id},
            {"object", "chat.completion.chunk"},
            {"created", call.created},
            {"model", call.model},
            {"choices", std::move(choices)}};
}

std::string choice_chunk(const CompletionCall& call, json::object delta, json::value finish_reason) {
    json::object choice{
        {"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish_reason)}};
    return well_formed(json::serialize(chunk(call, {std::move(choice)})));
}

}  // namespace

CompletionOutcome refused_outcome(const Error& error) {
    return {.failure = error.code == Code::denied ? forbidden_failure(error) : failure_of(error)};
}

CompletionOutcome outcome_of(const std::optional<chat::RunOutcome>& run) {
    using State = chat::RunOutcome::State;
    if (!run || !run->over()) return refused_outcome({Code::timed_out, "the reply took too long", {}});
    if (run->forbidden && run->error) return {.failure = forbidden_failure(*run->error)};
    if (run->limited && run->error)
        return {.failure = limited_failure(*run->error, *run->limited, run->again_in)};
    if (run->state == State::error)
        return {.failure = failure_of(run->error.value_or(Error{Code::internal, "the run failed", {}}),
                                      run->reason, run->again_in)};
    if (run->state == State::aborted)
        return refused_outcome({run->stop_reason == "timeout" ? Code::timed_out : Code::cancelled,
                                fmt::format("the reply was aborted ({})", run->stop_reason),
                                {}});
    return {.text = run->text.empty() ? std::string(no_text) : run->text,
            .finish_reason = finish_reason_of(run->stop_reason),
            .usage = run->usage,
            .failure = {}};
}

CompletionOutcome outcome_of(const std::expected<chat::Answered, chat::AnswerFailure>& answer) {
    if (answer) {
        const auto& completion = answer->completion;
        return {.text = completion.text.empty() ? std::string(no_text) : completion.text,
                .finish_reason = finish_reason_of(completion.stop_reason),
                .usage = completion.usage,
                .failure = {}};
    }
    const auto& failed = answer.error();
    if (failed.forbidden) return {.failure = forbidden_failure(failed.error)};
    if (failed.limited) return {.failure = limited_failure(failed.error, *failed.limited, failed.again_in)};
    return {.failure =
                failure_of(failed.error, failed.last ? failed.last->reason : failed.reason, failed.again_in)};
}

std::optional<auth::ModelChoice> wished_model(const CompletionCall& call, const config::Config& config) {
    if (!call.named_model) return std::nullopt;
    auto choice = auth::parse_model_choice(*call.named_model, config);
    return choice ? std::optional(std::move(*choice)) : std::nullopt;
}

Result<chat::AnswerRequest> alone_request(const CompletionCall& call, const config::Config& config,
                                          access::Principal asked_by) {
    const auto named = chat::agent_for(asked_by, call.agent_id, config);
    if (!named && named.error().code == Code::not_found)
        return fail(Code::not_found, "no agent \"{}\"", call.agent_id);
    if (!named) return std::unexpected(named.error());
    const auto* agent = *named;
    const auto plan = auth::model_plan(config, agent);
    chat::AnswerRequest request{.asked_by = std::move(asked_by)};
    request.agent_id = agent->id;
    request.models = {plan.primary};
    request.models.insert(request.models.end(), plan.fallbacks.begin(), plan.fallbacks.end());
    if (const auto choice = wished_model(call, config)) {
        if (!auth::allows(plan, choice->model))
            return fail(Code::invalid_input, "model {} is not allowed here", choice->model.key());
        request.models = {choice->model};
        request.pinned = choice->profile;
        request.pinned_provider = choice->profile ? choice->model.provider : auth::ProviderId();
        request.pin_is_locked = choice->profile.has_value();
    }
    request.system = call.system;
    request.messages = call.messages;
    if (call.wishes.tokens_max) request.tokens_max = *call.wishes.tokens_max;
    request.temperature = call.wishes.temperature;
    request.stop = call.wishes.stop;
    return request;
}

net::Response failure_response(const CompletionFailure& failure) {
    auto response = failure.code.empty()
                        ? api_error(failure.status, failure.message, failure.type)
                        : coded_api_error(failure.status, failure.message, failure.type, failure.code);
    if (!failure.may_try_again) response.headers.add("x-should-retry", "false");
    if (failure.retry_after)
        response.headers.add(
            "Retry-After",
            fmt::to_string(std::chrono::ceil<std::chrono::seconds>(*failure.retry_after).count()));
    return response;
}

json::value completion_body(const CompletionCall& call, const CompletionOutcome& outcome) {
    return json::object{
        {"id", "chatcmpl_" + call.id},
        {"object", "chat.completion"},
        {"created", call.created},
        {"model", call.model},
        {"choices",
         json::array{json::object{{"index", 0},
                                  {"message", json::object{{"role", "assistant"}, {"content", outcome.text}}},
                                  {"finish_reason", outcome.finish_reason}}}},
        {"usage", usage_of(outcome.usage)}};
}

std::string role_chunk(const CompletionCall& call) {
    return choice_chunk(call, {{"role", "assistant"}}, nullptr);
}

std::string text_chunk(const CompletionCall& call, std::string_view text) {
    return choice_chunk(call, {{"content", json::string_view(text)}}, nullptr);
}

std::string last_chunk(const CompletionCall& call, const CompletionOutcome& outcome) {
    return choice_chunk(call, {}, json::string_view(outcome.finish_reason));
}

std::string usage_chunk(const CompletionCall& call, const CompletionOutcome& outcome) {
    auto last = chunk(call, {});
    last["usage"] = usage_of(outcome.usage);
    return well_formed(json::serialize(last));
}

std::string failure_chunk(const CompletionFailure& failure) {
    return well_formed(json::serialize(json::object{
        {"error",
         json::object{{"message", failure.message}, {"type", failure.type}, {"code", failure.status}}}}));
}

}  // namespace openclaw::gateway
