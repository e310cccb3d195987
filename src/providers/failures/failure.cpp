#include "providers/failures/failure.h"

#include <algorithm>

#include "base/redact.h"
#include "base/text.h"
#include "net/http/redirect.h"
#include "providers/failures/error_body.h"
#include "providers/failures/error_json.h"
#include "providers/failures/retry_after.h"
#include "providers/failures/rules.h"
#include "providers/failures/scope.h"
#include "providers/failures/words.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;

constexpr std::size_t message_bytes_max = 600;
constexpr std::size_t code_bytes_max = 80;
constexpr std::size_t because_bytes_max = 200;
constexpr std::size_t place_bytes_max = 160;  // of an address in a message
constexpr std::size_t ellipsis_bytes = 3;     // of a text that was cut

Reason reason_of_transport(Code code) {
    switch (code) {
        case Code::timed_out:
            return Reason::timeout;
        case Code::unavailable:
        case Code::denied:
            return Reason::network;
        case Code::too_large:
            return Reason::server_error;
        case Code::invalid_input:
            return Reason::format;
        case Code::not_found:
        case Code::busy:
        case Code::corrupt:
        case Code::no_space:
        case Code::cancelled:
        case Code::internal:
            break;
    }
    return Reason::unknown;
}

// A decision and what it rests on, for a person.
struct Decision {
    Reason reason;
    std::string because;
};

// Web pages come from a proxy or a wrong address; they say nothing about the credential. Sizes that a proxy
// allows are no model's window.
Decision decide_page(const Observed& observed, const ErrorBody& body, int status) {
    const auto because = status == 0 ? std::string("a web page instead of an answer")
                                     : fmt::format("a web page with status {}", status);
    const auto phrase = match_phrase(observed.provider, status, all_words(body.message));
    if (phrase && phrase->reason == Reason::wrong_address) return {Reason::wrong_address, because};
    if (status == 403 || status == 0) return {Reason::server_error, because};
    if (status == 413) return {Reason::format, because};
    const bool elsewhere = status < 300 || status == 501;  // somebody's pages, a server of files
    return {elsewhere ? Reason::wrong_address : reason_of_status(status), because};
}

// In a refused request, what is quoted is a name or an echo: it decides nothing.
Decision decide(const Observed& observed, const ErrorBody& body, int status) {
    const auto exact = match_exact_code(observed.provider, status, body.codes);
    if (body.web_page && !exact) return decide_page(observed, body, status);
    const bool echoes = (group_of(status) & bad_request) != 0;
    const std::string words = body.message.empty() ? "(no body)"
                              : echoes             ? spoken_words(body.message)
                                                   : all_words(body.message);
    const auto phrase = match_phrase(observed.provider, status, words);
    const auto by_words = [&] {
        return Decision{phrase->reason, fmt::format("the words \"{}\"", replaced(phrase->part, "*", " … "))};
    };
    if (phrase && phrase->reason == Reason::refused_use) return by_words();
    if (exact) return {exact->reason, fmt::format("the code \"{}\"", exact->part)};
    if (phrase) return by_words();
    if (const auto general = match_general_code(status, body.codes))
        return {general->reason, fmt::format("the type \"{}\"", general->part)};
    return {reason_of_status(status),
            status == 0 ? "nothing in it is known" : fmt::format("status {}", status)};
}

// One line, fit for a terminal, without the credential.
std::string shown(std::string_view text, const Redactor& redactor, std::size_t bytes_max) {
    // Cut generously first: a credential that straddles this border ends far behind the shown part.
    const std::string clean = redactor.redact(text.substr(0, 8 * bytes_max));
    std::string line;
    for (const char c : clean) {
        const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!space) line += c;
        if (space && !line.empty() && line.back() != ' ') line += ' ';
    }
    return shortened(trimmed(printable(line)), bytes_max - ellipsis_bytes);
}

std::string message_of(const Observed& observed, const ErrorBody& body, int status,
                       const Redactor& redactor) {
    std::string words = shown(body.message, redactor, message_bytes_max);
    if (words.empty() && observed.transport) {
        words = shown(observed.transport->message, redactor, message_bytes_max);
    }
    if (words.empty() && status >= 300) {
        words = fmt::format("{} answered {} {} without a message", observed.provider, status,
                            net::reason_phrase(status));
    }
    if (words.empty() && status >= 200) {
        const bool empty = trimmed(observed.body).empty();
        words = fmt::format("{} answered {} with {}", observed.provider, status,
                            empty ? "nothing in it" : "something that is no answer");
    }
    return words.empty() ? fmt::format("{} gave no reason", observed.provider) : words;
}

// Where a redirect points, without what a query may carry.
std::string target_of(const Observed& observed, const Redactor& redactor) {
    const auto location = observed.headers.find("location");
    if (!location) return {};
    const auto path = location->substr(0, location->find_first_of("?#"));
    const auto asked = net::parse_url(observed.asked);
    const auto target = asked ? net::find_redirect(*asked, path) : std::nullopt;
    return shown(target ? target->text() : path, redactor, place_bytes_max);
}

// What was asked, what came, and where the address stands.
std::string misled_message(const Observed& observed, const ErrorBody& body, int status,
                           const Redactor& redactor) {
    std::string said = shown(body.message, redactor, message_bytes_max / 3);
    if (const auto target = target_of(observed, redactor); status < 400 && !target.empty())
        said = "it is at " + target;
    const auto asked =
        observed.asked.empty() ? observed.provider.text() : shown(observed.asked, redactor, place_bytes_max);
    const auto came = status == 0 ? std::string() : fmt::format(" {}", status);
    return fmt::format("{} answered{}{}{}; look at models.providers.{}.baseUrl", asked, came,
                       said.empty() ? "" : ": ", said, observed.provider);
}

// What to do when a subscription's credential is refused outside its own program.
std::string with_remedy(const std::string& words, const auth::ProviderId& provider) {
    const auto remedy = fmt::format(
        "; this credential only works in the provider's own program: use an API key "
        "(`openclaw models auth paste-api-key --provider {}`)",
        provider);
    return shortened(words, message_bytes_max - std::min(message_bytes_max / 2, remedy.size())) + remedy;
}

bool may_wait(Reason reason) {
    return reason == Reason::rate_limit || reason == Reason::overloaded || reason == Reason::server_error ||
           reason == Reason::billing || reason == Reason::timeout;
}

// The status by which the answer is judged: the body's own where HTTP claims success.
int effective_status(const Observed& observed, const ErrorBody& body) {
    if (observed.status >= 300) return observed.status;
    return body.status != 0 ? body.status : observed.status;
}

// What client libraries say when their caller gave up.
bool is_own_abort(int status, const ErrorBody& body) {
    const std::string words = lowered(body.message);
    constexpr std::string_view aborts[] = {
        "request was aborted", "operation was aborted", "aborted a request", "signal is aborted",
        "context canceled",    "request canceled",      "cancelederror",     "cancellederror"};
    return status == 0 && words.find("timeout") == std::string::npos &&
           std::ranges::any_of(aborts, [&](auto abort) { return words.find(abort) != std::string::npos; });
}

Decision decide_torn(const Error& error) {
    return {reason_of_transport(error.code), "no whole answer came: " + error.message};
}

Understood describe(const Observed& observed, const ErrorBody& body, TimePoint now) {
    Redactor redactor;
    if (observed.credential) redactor.add(*observed.credential);
    for (const auto& secret : observed.secrets) redactor.add(secret);
    Understood understood;
    Failure& failure = understood.failure;
    const int status = effective_status(observed, body);
    const bool torn = observed.transport && status < 300 && !body.reports_error;
    failure.aborted = (torn && observed.transport->code == Code::cancelled) || is_own_abort(status, body);
    auto decision = torn ? decide_torn(*observed.transport) : decide(observed, body, status);
    failure.reason = decision.reason;
    understood.because = shown(decision.because, redactor, because_bytes_max);
    // A success that can't be read as one is the server's fault.
    const bool unread = failure.reason == Reason::unknown && status >= 200;
    if (unread) failure.reason = Reason::server_error;
    failure.status = status;
    // A success is no status of a failure, and no other one was sent.
    if (status < 300) failure.status = 0;
    failure.provider_code = shown(body.code, redactor, code_bytes_max);
    failure.message = message_of(observed, body, status, redactor);
    if (unread && body.plain && !body.reports_error)
        failure.message = shortened(fmt::format("{} answered {} with what is no answer: {}",
                                                observed.provider, status, failure.message),
                                    message_bytes_max - ellipsis_bytes);
    if (failure.reason == Reason::wrong_address)
        failure.message = misled_message(observed, body, status, redactor);
    if (torn) failure.hint = observed.transport->hint;
    failure.scope = scope_of(failure.reason, observed.headers, body, all_words(body.message));
    if (failure.reason == Reason::refused_use)
        failure.message = with_remedy(failure.message, observed.provider);
    if (may_wait(failure.reason))
        failure.retry_after = retry_after(observed.headers, body, now, observed.provider);
    return understood;
}

// What headers say of the kind of failure: AWS and Azure put the code there.
ErrorBody body_of(const Observed& observed) {
    auto body = parse_error_body(observed.body.substr(0, error_body_bytes_max));
    for (const auto* name : {"x-amzn-errortype", "x-ms-error-code"})
        if (const auto code = observed.headers.find(name)) add_code(body, *code);
    return body;
}

// Command-line programs and some proxies put one plain sentence where the answer should be. A long text is
// somebody's answer, whatever it speaks of or quotes; words that only a network gives are no answer at all.
bool is_refusal_in_words(const Observed& observed, const ErrorBody& body) {
    constexpr std::size_t sentence_bytes_max = 200;
    if (observed.status == 0 || !body.plain || body.message.size() > sentence_bytes_max) return false;
    const auto phrase = match_phrase(observed.provider, observed.status, spoken_words(body.message));
    if (!phrase) return false;
    switch (phrase->reason) {
        case Reason::auth:
        case Reason::billing:
        case Reason::rate_limit:
        case Reason::overloaded:
        case Reason::overflow:
        case Reason::refused_use:
            return true;
        case Reason::server_error:
        case Reason::network:
        case Reason::timeout:
        case Reason::format:
        case Reason::model_not_found:
        case Reason::wrong_address:
        case Reason::no_answer:
        case Reason::unknown:
            break;
    }
    return false;
}

}  // namespace

Understood understand(const Observed& observed, TimePoint now) {
    return describe(observed, body_of(observed), now);
}

Failure classify(const Observed& observed, TimePoint now) {
    return understand(observed, now).failure;
}

std::optional<Understood> find_understood(const Observed& observed, TimePoint now) {
    const auto body = body_of(observed);
    const bool failed = observed.status >= 300 || observed.transport || body.reports_error || body.web_page ||
                        is_refusal_in_words(observed, body);
    // Without any status, as in a client's message, the text itself is the failure.
    if (!failed && observed.status != 0) return std::nullopt;
    return describe(observed, body, now);
}

std::optional<Failure> find_failure(const Observed& observed, TimePoint now) {
    auto understood = find_understood(observed, now);
    return understood ? std::optional(std::move(understood->failure)) : std::nullopt;
}

}  // namespace openclaw::providers
