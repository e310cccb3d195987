#include "providers/failure.h"

#include "base/redact.h"
#include "base/text.h"
#include "providers/error_body.h"
#include "providers/failure_rules.h"
#include "providers/retry_after.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;

constexpr std::size_t message_bytes_max = 600;
constexpr std::size_t code_bytes_max = 80;
constexpr std::size_t ellipsis_bytes = 3;  // of a text that was cut

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

// Web pages come from a proxy or a wrong address; they say nothing about the credential.
Reason reason_of_page(int status) {
    if (status == 403) return Reason::server_error;
    return status < 300 ? Reason::format : reason_of_status(status);
}

Reason reason_of(const Observed& observed, const ErrorBody& body, int status) {
    if (body.web_page) return reason_of_page(status);
    const std::string words = body.message.empty() ? "(no body)" : lowered(body.message);
    const auto phrase = reason_of_phrase(observed.provider, status, words);
    if (phrase == Reason::refused_use) return *phrase;
    if (const auto exact = reason_of_exact_code(observed.provider, body.codes)) return *exact;
    if (phrase) return *phrase;
    if (const auto general = reason_of_general_code(status, body.codes)) return *general;
    return reason_of_status(status);
}

// One line, fit for a terminal, without the credential.
std::string shown(std::string_view text, const std::optional<Secret>& credential, std::size_t bytes_max) {
    Redactor redactor;
    if (credential) redactor.add(*credential);
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

std::string message_of(const Observed& observed, const ErrorBody& body, int status) {
    std::string words = shown(body.message, observed.credential, message_bytes_max);
    if (words.empty() && observed.transport) {
        words = shown(observed.transport->message, observed.credential, message_bytes_max);
    }
    if (words.empty() && status >= 300) {
        words = fmt::format("{} answered {} {} without a message", observed.provider, status,
                            net::reason_phrase(status));
    }
    return words.empty() ? fmt::format("{} gave no reason", observed.provider) : words;
}

// What to do when a subscription's credential is refused outside its own program.
std::string with_remedy(const std::string& words, const std::string& provider) {
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

// An error inside a stream has no status of its own; callers get the one that it would have come with.
int usual_status(Reason reason) {
    switch (reason) {
        case Reason::auth:
            return 401;
        case Reason::billing:
            return 402;
        case Reason::refused_use:
            return 403;
        case Reason::model_not_found:
            return 404;
        case Reason::timeout:
            return 408;
        case Reason::overflow:
            return 413;
        case Reason::rate_limit:
            return 429;
        case Reason::overloaded:
            return 529;
        case Reason::format:
            return 400;
        case Reason::server_error:
        case Reason::unknown:
            return 500;
        case Reason::network:
            break;
    }
    return 0;
}

// What client libraries say when their caller gave up.
bool is_own_abort(int status, const ErrorBody& body) {
    const std::string words = lowered(body.message);
    return status == 0 && (words.find("request was aborted") != std::string::npos ||
                           words.find("operation was aborted") != std::string::npos);
}

Failure describe(const Observed& observed, const ErrorBody& body, TimePoint now) {
    Failure failure;
    const int status = effective_status(observed, body);
    const bool torn = observed.transport && status < 300 && !body.reports_error;
    failure.aborted = (torn && observed.transport->code == Code::cancelled) || is_own_abort(status, body);
    failure.reason = torn ? reason_of_transport(observed.transport->code) : reason_of(observed, body, status);
    // A success that can't be read as one is the server's fault.
    if (failure.reason == Reason::unknown && status >= 200) failure.reason = Reason::server_error;
    failure.status = status;
    if (status < 300) failure.status = torn || observed.status == 0 ? 0 : usual_status(failure.reason);
    failure.provider_code = shown(body.code, observed.credential, code_bytes_max);
    failure.message = message_of(observed, body, status);
    if (failure.reason == Reason::refused_use)
        failure.message = with_remedy(failure.message, observed.provider);
    if (may_wait(failure.reason)) failure.retry_after = retry_after(observed.headers, body, now);
    return failure;
}

}  // namespace

Failure classify(const Observed& observed, TimePoint now) {
    return describe(observed, parse_error_body(observed.body.substr(0, error_body_bytes_max)), now);
}

std::optional<Failure> find_failure(const Observed& observed, TimePoint now) {
    const auto body = parse_error_body(observed.body.substr(0, error_body_bytes_max));
    const bool failed = observed.status >= 300 || observed.transport || body.reports_error || body.web_page;
    // Without any status, as in a client's message, the text itself is the failure.
    if (!failed && observed.status != 0) return std::nullopt;
    return describe(observed, body, now);
}

}  // namespace openclaw::providers
