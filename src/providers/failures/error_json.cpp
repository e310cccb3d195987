#include "providers/failures/error_json.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "providers/failures/error_text.h"

namespace openclaw::providers {
namespace {

constexpr std::size_t codes_max = 24;
constexpr std::size_t code_bytes_max = 120;
constexpr std::size_t items_max = 16;  // of a list inside a body

void note_status(ErrorBody& found, std::int64_t number) {
    if (found.status == 0 && is_error_status(number)) found.status = static_cast<int>(number);
}

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
    return number;
}

// A code that is an HTTP status says so; any other is the provider's own name or number.
void note_code(ErrorBody& found, const json::value& value) {
    std::optional<std::int64_t> number;
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        number = whole(text);
        if (!number) return add_code(found, text);
    } else if (value.is_int64()) {
        number = value.get_int64();
    } else {
        return;
    }
    if (is_error_status(*number)) return note_status(found, *number);
    if (*number != 0 && *number != 200) add_code(found, std::to_string(*number));
}

void note_number_of_status(ErrorBody& found, const json::value& value) {
    if (value.is_int64()) note_status(found, value.get_int64());
    if (value.is_string()) note_status(found, whole(value.get_string()).value_or(0));
}

void note_text(ErrorBody& found, const json::value& value, int nesting) {
    if (value.is_string()) return read_text(found, value.get_string(), nesting + 1);
    if (value.is_object() || value.is_array()) read_json(found, value, nesting + 1);
}

// "27.5s" of Google's RetryInfo, or {"seconds": 27}.
void note_delay(ErrorBody& found, const json::value& value) {
    if (const auto* object = as_object(&value)) {
        if (const auto seconds = number_at(*object, "seconds")) found.resets_in_s = seconds;
    } else if (value.is_string()) {
        if (found.resets_text.empty()) found.resets_text = value.get_string();
    } else if (value.is_number() && !found.resets_in_s) {
        found.resets_in_s = value.to_number<double>();
    }
}

void note_quota(ErrorBody& found, const json::object& quota) {
    for (const auto* key : {"quotaId", "quotaMetric", "quota_limit", "quota_metric", "subject"}) {
        if (const auto id = string_at(quota, key); id && found.quota_ids.size() < items_max)
            found.quota_ids.push_back(lowered(*id));
    }
    if (const auto* dimensions = object_at(quota, "quotaDimensions"))
        found.names_model = found.names_model || dimensions->contains("model");
    found.names_model = found.names_model || string_at(quota, "model");
}

// An entry of Google's list of details: an ErrorInfo has a reason, a RetryInfo the time to wait, a
// QuotaFailure what was used up.
void note_detail(ErrorBody& found, const json::object& detail) {
    if (const auto reason = string_at(detail, "reason")) add_code(found, *reason);
    if (const auto* delay = value_at(detail, "retryDelay")) note_delay(found, *delay);
    if (const auto* violations = array_at(detail, "violations")) {
        for (std::size_t i = 0; i < std::min(violations->size(), items_max); ++i)
            if (const auto* violation = as_object(&(*violations)[i])) note_quota(found, *violation);
    }
    if (const auto* metadata = object_at(detail, "metadata")) {
        note_quota(found, *metadata);
        for (const auto* key : {"quotaResetDelay", "quotaResetTimeStamp"})
            if (const auto text = string_at(*metadata, key); text && found.resets_text.empty())
                found.resets_text = *text;
    }
}

void note_details(ErrorBody& found, const json::value& details, int nesting) {
    if (details.is_array()) {
        const auto& list = details.get_array();
        for (std::size_t i = 0; i < std::min(list.size(), items_max); ++i)
            if (const auto* detail = as_object(&list[i])) note_detail(found, *detail);
    } else {
        note_text(found, details, nesting);
    }
}

// FastAPI's and Pydantic's: a text, an object, or a list of {loc, msg, type}.
void note_validation(ErrorBody& found, const json::value& detail, int nesting) {
    if (!detail.is_array()) return note_text(found, detail, nesting);
    const auto& list = detail.get_array();
    const auto* first = list.empty() ? nullptr : as_object(&list.front());
    if (!first || !first->contains("msg")) return note_text(found, detail, nesting);
    if (const auto text = string_at(*first, "msg"); text && found.message.empty()) found.message = *text;
    if (first->contains("loc")) note_status(found, 422);
}

void note_headers(ErrorBody& found, const json::object& headers) {
    std::size_t count = 0;
    for (const auto& [name, value] : headers) {
        if (++count > 64) return;
        if (value.is_string()) found.headers.add(name, std::string(value.get_string()));
        if (value.is_int64()) found.headers.add(name, std::to_string(value.get_int64()));
    }
}

// A gateway wraps what the real provider said; that is more telling than its own words.
void note_wrapped(ErrorBody& found, const json::object& object, int nesting) {
    for (const auto* key : {"metadata", "response", "data", "cause"}) {
        const auto* inner = object_at(object, key);
        if (!inner) continue;
        if (const auto* headers = object_at(*inner, "headers")) note_headers(found, *headers);
        if (const auto raw = string_at(*inner, "raw")) read_text(found, *raw, nesting + 1);
        if (const auto text = string_at(*inner, "responseBody")) read_text(found, *text, nesting + 1);
        if (inner->contains("error") || inner->contains("statusCode"))
            read_json(found, json::value(*inner), nesting + 1);
    }
    if (const auto text = string_at(object, "responseBody")) read_text(found, *text, nesting + 1);
    if (const auto text = string_at(object, "upstream_error")) read_text(found, *text, nesting + 1);
}

void note_error(ErrorBody& found, const json::object& object, int nesting) {
    const auto* error = value_at(object, "error");
    if (!error) error = value_at(object, "Error");
    if (!error) return;
    if (!error->is_string()) return note_text(found, *error, nesting);
    // OAuth's code beside its description, or a word beside a message; else the words themselves.
    const std::string_view text = error->get_string();
    const bool one_word = !text.empty() && text.find_first_of(" \n{<") == std::string_view::npos;
    if (one_word) add_code(found, text);
    const bool described = object.contains("error_description") || object.contains("message");
    if (!one_word || !described) read_text(found, text, nesting + 1);
}

void note_resets(ErrorBody& found, const json::object& object) {
    for (const auto* key : {"resets_in_seconds", "reset_in_seconds", "retry_after_seconds", "retry_after",
                            "retryAfter", "estimated_time"})
        if (const auto seconds = number_at(object, key); seconds && !found.resets_in_s)
            found.resets_in_s = seconds;
    for (const auto* key : {"retry_after_ms", "retryAfterMs"})
        if (const auto ms = number_at(object, key); ms && !found.resets_in_s) found.resets_in_s = *ms / 1000;
    for (const auto* key : {"resets_at", "resetsAt", "reset_at", "resetAt", "reset_time"}) {
        const auto* value = value_at(object, key);
        if (value && value->is_number() && !found.resets_at_s) {
            constexpr double epoch_ms_min = 1e12;
            const auto time = value->to_number<double>();
            found.resets_at_s = time >= epoch_ms_min ? time / 1000 : time;
        }
        if (value && value->is_string() && found.resets_text.empty()) found.resets_text = value->get_string();
    }
    if (const auto* delay = value_at(object, "retry_delay")) note_delay(found, *delay);
    found.plan_limit = found.plan_limit || string_at(object, "plan_type");
}

// Several errors in a list, or one under that name: the first speaks.
void note_errors(ErrorBody& found, const json::object& object, int nesting) {
    const auto* errors = value_at(object, "errors");
    if (!errors) return;
    if (errors->is_array() && !errors->get_array().empty())
        note_text(found, errors->get_array().front(), nesting);
    else if (errors->is_object())
        read_json(found, *errors, nesting + 1);
}

void read_object(ErrorBody& found, const json::object& object, int nesting) {
    note_wrapped(found, object, nesting);
    note_error(found, object, nesting);
    for (const auto* key : {"innererror", "inner_error", "base_resp", "last_error", "rate_limit_info"})
        if (const auto* inner = value_at(object, key); inner && inner->is_object())
            read_json(found, *inner, nesting + 1);
    for (const auto* key : {"code", "error_code", "err_code", "errorCode", "type", "error_type", "errorType",
                            "__type", "status", "reason"})
        if (const auto* value = value_at(object, key)) note_code(found, *value);
    if (const auto* value = value_at(object, "status_code")) note_code(found, *value);
    for (const auto* key : {"statusCode", "http_code", "http_status", "httpCode"})
        if (const auto* value = value_at(object, key)) note_number_of_status(found, *value);
    for (const auto* key : {"message", "Message", "error_description", "error_message", "errorMessage",
                            "status_msg", "error_msg", "msg"})
        if (const auto* value = value_at(object, key)) note_text(found, *value, nesting);
    if (const auto* detail = value_at(object, "detail")) note_validation(found, *detail, nesting);
    if (const auto* details = value_at(object, "details")) note_details(found, *details, nesting);
    note_errors(found, object, nesting);
    if (const auto* headers = object_at(object, "headers")) note_headers(found, *headers);
    if (const auto result = string_at(object, "result")) read_text(found, *result, nesting + 1);
    note_resets(found, object);
}

}  // namespace

// "com.amazon.coral#ThrottlingException:http://…": only the name counts.
void add_code(ErrorBody& found, std::string_view text) {
    text = trimmed(text.substr(text.find('#') + 1));
    if (const auto colon = text.find(':'); colon != std::string_view::npos && colon > 0)
        text = text.substr(0, colon);
    if (text.empty() || text.size() > code_bytes_max || found.codes.size() >= codes_max) return;
    std::string code = lowered(text);
    if (code == "error" || std::ranges::find(found.codes, code) != found.codes.end()) return;
    if (found.codes.empty()) found.code = text;
    found.codes.push_back(std::move(code));
}

void read_json(ErrorBody& found, const json::value& value, int nesting) {
    if (nesting > nesting_max) return;
    if (const auto* object = as_object(&value)) return read_object(found, *object, nesting);
    if (value.is_string()) return read_text(found, value.get_string(), nesting + 1);
    if (value.is_array() && !value.get_array().empty())
        read_json(found, value.get_array().front(), nesting + 1);
}

}  // namespace openclaw::providers
