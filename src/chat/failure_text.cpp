#include "chat/failure_text.h"

#include "auth/choice/remedy.h"
#include "base/duration.h"
#include "base/text.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;

std::string_view words_for(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
            return "refused the credential";
        case FailureReason::rate_limit:
            return "rate limited";
        case FailureReason::billing:
            return "out of credit";
        case FailureReason::overloaded:
            return "the provider is overloaded";
        case FailureReason::server_error:
            return "the provider failed";
        case FailureReason::network:
            return "the connection failed";
        case FailureReason::timeout:
            return "no answer in time";
        case FailureReason::overflow:
            return "the conversation is too long for the model";
        case FailureReason::format:
            return "the provider rejected the request";
        case FailureReason::model_not_found:
            return "the provider has no such model";
        case FailureReason::wrong_address:
            return "the address is not the API's";
        case FailureReason::no_answer:
            return "no answer in words";
        case FailureReason::refused_use:
            return "the provider does not allow this use of the credential";
        case FailureReason::unknown:
            return "failed";
    }
    return "failed";
}

Code code_for(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
        case FailureReason::billing:
        case FailureReason::refused_use:
            return Code::denied;
        case FailureReason::timeout:
            return Code::timed_out;
        case FailureReason::overflow:
            return Code::too_large;
        case FailureReason::format:
            return Code::invalid_input;
        case FailureReason::model_not_found:
            return Code::not_found;
        case FailureReason::rate_limit:
        case FailureReason::overloaded:
        case FailureReason::server_error:
        case FailureReason::network:
        case FailureReason::wrong_address:
        case FailureReason::no_answer:
        case FailureReason::unknown:
            return Code::unavailable;
    }
    return Code::unavailable;
}

std::string hint_for(const Attempt& attempt, TimePoint now, Surface surface) {
    const auto& provider = attempt.model.provider;
    const auto later = attempt.again && *attempt.again > now
                           ? fmt::format("try again in {}, ", format_left(*attempt.again - now))
                           : std::string("try again in a moment, ");
    switch (attempt.reason) {
        case FailureReason::auth:
            return fmt::format("replace the credential: `openclaw models auth paste-api-key --provider {}`",
                               provider);
        case FailureReason::billing:
            return fmt::format("add credit at {}, or {}", provider, choose_another_model(surface));
        case FailureReason::refused_use:
            return fmt::format("use an API key: `openclaw models auth paste-api-key --provider {}`",
                               provider);
        case FailureReason::rate_limit:
            return later +
                   fmt::format("or add a credential: `openclaw models auth paste-api-key --provider {}`",
                               provider);
        case FailureReason::overflow:
            return fmt::format("{}, or {}", start_afresh(surface), choose_larger_window(surface));
        case FailureReason::model_not_found:
            return choose_another_model(surface);
        case FailureReason::wrong_address:
            return fmt::format("correct models.providers.{}.baseUrl, or {}", provider,
                               choose_another_model(surface));
        case FailureReason::no_answer:
            return "ask again, or " + choose_another_model(surface);
        case FailureReason::format:
            return start_afresh(surface) + " if this repeats";
        case FailureReason::overloaded:
        case FailureReason::server_error:
        case FailureReason::network:
        case FailureReason::timeout:
        case FailureReason::unknown:
            return later + "or " + choose_another_model(surface);
    }
    return {};
}

}  // namespace

std::string describe(FailureReason reason, int status) {
    // What a wrong address answered is told with its status.
    return status == 0 || reason == FailureReason::wrong_address
               ? std::string(words_for(reason))
               : fmt::format("{} (HTTP {})", words_for(reason), status);
}

std::string describe(const Attempt& attempt, TimePoint now) {
    auto text = attempt.credential.empty() ? attempt.model.key()
                                           : fmt::format("{} ({})", attempt.credential, attempt.model.key());
    if (attempt.sent) text += ": " + describe(attempt.reason, attempt.status);
    if (attempt.sent && attempt.until && *attempt.until > now)
        text += fmt::format(", rests for {}", format_left(*attempt.until - now));
    if (!attempt.message.empty()) text += ": " + printable(attempt.message);
    return text;
}

std::string hint_for_rest(const auth::ProviderId& provider, Milliseconds left) {
    return fmt::format(
        "try again in {}, end the rest with `{}`, or add a credential: `openclaw models auth "
        "paste-api-key --provider {}`",
        format_left(std::max(left, Milliseconds(0))), auth::clear_rests(provider), provider);
}

const Attempt* telling_of(std::span<const Attempt> attempts) {
    if (attempts.empty()) return nullptr;
    const auto* telling = &attempts.back();
    for (const auto& attempt : attempts)
        if (attempt.sent || (!attempt.forbidden && !telling->sent)) telling = &attempt;
    return telling;
}

Error model_refusal(const access::Principal& who, const auth::ModelRef& model, Surface surface) {
    constexpr std::size_t listed_bytes_max = 200;
    const auto allowed =
        shortened(joined(who.limits().models.value_or(std::vector<std::string>{}), ", "), listed_bytes_max);
    return {Code::denied, fmt::format("{} may not be used by {}", model.key(), who.shown()),
            allowed.empty()
                ? "this client may use no model at all; have one added to it"
                : fmt::format("it may use {}; {}", printable(allowed), choose_another_model(surface))};
}

Error explain(std::span<const Attempt> attempts, TimePoint now, Surface surface) {
    if (attempts.empty()) return {Code::internal, "nothing was tried", {}};
    std::vector<std::string> lines;
    for (const auto& attempt : attempts) lines.push_back(describe(attempt, now));
    const auto* telling = telling_of(attempts);
    auto message = lines.size() == 1
                       ? lines.front()
                       : fmt::format("nobody could answer ({} tried): {}", lines.size(), joined(lines, "; "));
    return {code_for(telling->reason), std::move(message),
            telling->hint.empty() ? hint_for(*telling, now, surface) : telling->hint};
}

std::string describe_detour(const Answered& answered, const auth::ModelRef& wanted, TimePoint now) {
    if (answered.failures.empty()) return {};
    const auto& first = answered.failures.front();
    const auto who =
        answered.model == wanted ? credentials::label_of(answered.credential) : answered.model.key();
    return fmt::format("{}; answered by {}", describe(first, now), who);
}

}  // namespace openclaw::chat
