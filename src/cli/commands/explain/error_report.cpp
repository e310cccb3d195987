#include "cli/commands/explain/error_report.h"

#include <charconv>

#include "base/text.h"
#include "chat/failure_text.h"

namespace openclaw::cli {
namespace {

constexpr std::string_view asked_model = "the asked model";
constexpr int status_max = 999;

std::string class_name(auth::FailureReason reason) {
    // The file's word for the reason is shorter than the class of an error. What a wrong address answers is a
    // refusal of what was sent.
    if (reason == auth::FailureReason::overflow) return "context_overflow";
    if (reason == auth::FailureReason::wrong_address) return "format";
    return std::string(auth::name_of(reason));
}

std::string_view name_of(chat::Remedy remedy) {
    switch (remedy) {
        case chat::Remedy::next_credential:
            return "next_credential";
        case chat::Remedy::retry_then_next_model:
            return "retry_then_next_model";
        case chat::Remedy::next_model:
            return "next_model";
        case chat::Remedy::stop:
            return "stop";
    }
    return "stop";
}

std::string_view name_of(auth::FailureScope scope) {
    switch (scope) {
        case auth::FailureScope::unknown:
            return "unknown";
        case auth::FailureScope::model:
            return "model";
        case auth::FailureScope::account:
            return "account";
    }
    return "unknown";
}

std::optional<auth::Rest> rest_after(const providers::Failure& failure, const auth::ProviderId& provider,
                                     const config::Config& config, TimePoint now) {
    auth::FailureEvent event;
    event.reason = failure.reason;
    event.retry_after = failure.retry_after;
    event.status = failure.status;
    event.scope = failure.scope;
    event.model = asked_model;
    const auto usage = auth::after_failure({}, event, auth::CooldownRules::from(config, provider), now);
    return auth::rest_of(usage, now, asked_model);
}

json::value seconds(Milliseconds span) {
    constexpr std::int64_t ms_per_second = 1000;
    if (span.count() % ms_per_second == 0) return span.count() / ms_per_second;
    return std::chrono::duration<double>(span).count();
}

Result<int> status_from(const json::object& line) {
    const auto* value = value_at(line, "status");
    if (!value || value->is_null()) return 0;
    std::optional<std::int64_t> status = integer_at(line, "status");
    if (const auto text = string_at(line, "status")) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (error == std::errc() && end == text->data() + text->size()) status = number;
    }
    if (!status || *status < 0 || *status > status_max)
        return fail(Code::invalid_input, "\"status\" is no HTTP status");
    return static_cast<int>(*status);
}

void add_headers(net::Headers& headers, const json::object& fields) {
    for (const auto& [name, value] : fields) {
        const auto& one = value.is_array() && !value.get_array().empty() ? value.get_array().front() : value;
        if (one.is_string()) headers.add(name, std::string(one.get_string()));
        if (one.is_number()) headers.add(name, json::serialize(one));
    }
}

}  // namespace

ErrorReport report_on(const providers::Observed& observed, const config::Config& config, TimePoint now) {
    ErrorReport report;
    report.error_class = "none";
    report.because = "it reports no failure";
    auto understood = providers::find_understood(observed, now);
    if (!understood) return report;
    if (understood->failure.aborted) {
        report.because = "the request was cancelled by its own caller";
        return report;
    }
    report.because = std::move(understood->because);
    report.failure = std::move(understood->failure);
    report.error_class = class_name(report.failure->reason);
    report.rest = rest_after(*report.failure, observed.provider, config, now);
    report.remedy = chat::remedy_for(report.failure->reason);
    chat::Attempt attempt;
    attempt.model.provider = observed.provider.empty() ? "PROVIDER" : observed.provider;
    attempt.reason = report.failure->reason;
    attempt.status = report.failure->status;
    if (report.rest) attempt.until = report.rest->until;
    report.hint = chat::explain(std::span(&attempt, 1), now, chat::Surface::elsewhere).hint;
    return report;
}

json::object brief_json(const ErrorReport& report) {
    json::object object{{"class", report.error_class}, {"reason", report.because}};
    if (report.failure && report.failure->retry_after)
        object["retry_after_s"] = seconds(*report.failure->retry_after);
    return object;
}

json::object report_json(const ErrorReport& report, TimePoint now) {
    auto object = brief_json(report);
    if (!report.failure) return object;
    const auto& failure = *report.failure;
    object["status"] = failure.status;
    object["code"] = failure.provider_code;
    object["message"] = failure.message;
    object["scope"] = name_of(failure.scope);
    object["rest"] = nullptr;
    if (const auto& rest = report.rest) {
        object["rest"] = json::object{{"forMs", (rest->until - now).count()},
                                      {"disabled", rest->kind == auth::Rest::Kind::disabled},
                                      {"of", rest->model.empty() ? "account" : "model"}};
    }
    object["then"] = name_of(report.remedy);
    object["hint"] = report.hint;
    return object;
}

Result<providers::Observed> observed_from(const json::object& line) {
    providers::Observed observed;
    observed.provider = lowered(trimmed(string_at(line, "provider").value_or("")));
    const auto status = status_from(line);
    if (!status) return std::unexpected(status.error());
    observed.status = *status;
    if (const auto* fields = object_at(line, "headers")) add_headers(observed.headers, *fields);
    const auto* body = value_at(line, "body");
    if (body && body->is_string())
        observed.body = body->get_string();
    else if (body && !body->is_null())
        observed.body = json::serialize(*body);
    return observed;
}

}  // namespace openclaw::cli
