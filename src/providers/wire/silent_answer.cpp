#include "providers/wire/silent_answer.h"

#include "base/text.h"

namespace openclaw::providers {
namespace {

std::string what_came(const Completion& completion, Wordless wordless) {
    if (wordless == Wordless::tools || completion.stop_reason == "tool_use")
        return "called tools that it was not offered, and said nothing";
    const std::string_view reasoned =
        wordless == Wordless::reasoning ? "sent nothing but its reasoning" : "said nothing";
    if (completion.stop_reason == "length")
        return fmt::format("{} before it met its limit of tokens", reasoned);
    if (completion.stop_reason == "refusal") return "held its answer back (refused or filtered)";
    return std::string(reasoned);
}

}  // namespace

std::optional<Failure> find_silence(const auth::ProviderId& provider, const Completion& completion,
                                    Wordless wordless) {
    if (!trimmed(completion.text).empty()) return std::nullopt;
    const auto used = completion.usage.output;
    if (wordless == Wordless::nothing && used <= 0 && completion.stop_reason == "stop") return std::nullopt;
    Failure failure;
    failure.reason = auth::FailureReason::no_answer;
    failure.message = fmt::format("{} {}", provider, what_came(completion, wordless));
    if (used > 0) failure.message += fmt::format("; {} tokens were used", used);
    if (completion.stop_reason == "length")
        failure.hint = fmt::format(
            "give the model more room: maxTokens of its entry in models.providers.{}.models", provider);
    return failure;
}

}  // namespace openclaw::providers
