#pragma once

#include <optional>
#include <string>

#include "auth/rests/rest.h"
#include "base/json.h"
#include "chat/remedy.h"
#include "config/config.h"
#include "providers/failures/failure.h"

namespace openclaw::cli {

// How a provider's answer is understood and what would be done because of it, by the functions that decide
// it in a turn.
struct ErrorReport {
    std::string error_class;  // "rate_limit"; "none": no failure at all
    std::string because;
    std::optional<providers::Failure> failure;  // not for "none"
    std::optional<auth::Rest> rest;             // of a credential that had no trouble before
    chat::Remedy remedy = chat::Remedy::stop;
    std::string hint;  // for a person
};
ErrorReport report_on(const providers::Observed& observed, const config::Config& config, TimePoint now);

// {"class", "reason", "retry_after_s"?}
json::object brief_json(const ErrorReport& report);
// The same with all the rest.
json::object report_json(const ErrorReport& report, TimePoint now);

// A parsed line of `explain error --jsonl`: {"id", "provider", "status", "headers"?, "body"}.
Result<providers::Observed> observed_from(const json::object& line);

}  // namespace openclaw::cli
