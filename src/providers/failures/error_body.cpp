#include "providers/failures/error_body.h"

#include "base/text.h"
#include "net/http/sse.h"
#include "providers/failures/error_json.h"
#include "providers/failures/error_text.h"
#include "providers/failures/loose_json.h"

namespace openclaw::providers {
namespace {

// Whether an answer with a successful status is none.
bool reports_error(const json::object& object) {
    const auto* error = value_at(object, "error");
    if (error && !error->is_null() && !(error->is_bool() && !error->get_bool())) return true;
    const auto type = string_at(object, "type");
    if (type == "error" || type == "response.failed" || string_at(object, "object") == "error") return true;
    if (bool_at(object, "is_error").value_or(false)) return true;
    if (const auto* limits = object_at(object, "rate_limit_info"))
        return string_at(*limits, "status") == "rejected";
    if (const auto* base = object_at(object, "base_resp"))
        return integer_at(*base, "status_code").value_or(0) != 0;
    if (object.contains("error_code") && integer_at(object, "error_code").value_or(1) != 0) return true;
    const bool answer = object.contains("choices") || object.contains("content") ||
                        object.contains("candidates") || object.contains("output");
    if (answer) return false;
    if (bool_at(object, "success") == false) return true;
    // {"code": 30011, "message": "...", "data": null}, {"code": "InvalidApiKey", "message": "…"}
    const auto code = integer_at(object, "code").value_or(0);
    const auto name = string_at(object, "code").value_or("");
    const bool named = !name.empty() && name != "0" && name != "200" && !equal_ignoring_case(name, "ok") &&
                       !equal_ignoring_case(name, "success");
    const bool coded = (code != 0 && code != 200 && !object.contains("id")) || named;
    const bool worded = string_at(object, "message") || string_at(object, "msg");
    return (coded && worded) || (object.contains("detail") && object.size() == 1);
}

bool reports_error(const json::value& value) {
    const auto* object = as_object(&value);
    if (value.is_array() && !value.get_array().empty()) object = as_object(&value.get_array().front());
    return object && reports_error(*object);
}

ErrorBody from_json(const json::value& value) {
    ErrorBody found;
    found.reports_error = reports_error(value);
    read_json(found, value);
    return found;
}

ErrorBody from_text(std::string_view text) {
    ErrorBody found;
    read_text(found, text);
    const auto embedded = find_embedded(text);
    found.plain = !embedded && !found.web_page && !found.message.empty();
    found.reports_error =
        lowered(text.substr(0, 6)) == "error:" || (embedded && reports_error(embedded->value));
    return found;
}

ErrorBody from_events(std::string_view text) {
    net::SseParser parser;
    ErrorBody first;
    const auto look = [&first](const net::SseEvent& event) {
        if (first.reports_error) return;
        auto found = parse_error_body(event.data);
        found.reports_error = found.reports_error || event.event == "error";
        if (found.reports_error) first = std::move(found);
    };
    if (!parser.feed(std::string(text) + "\n\n", look)) return from_text(text);
    return first;
}

}  // namespace

ErrorBody parse_error_body(std::string_view body) {
    const auto text = trimmed(body);
    if (text.starts_with("event:") || text.starts_with("data:")) return from_events(text);
    if (text.starts_with('{') || text.starts_with('[') || text.starts_with('"')) {
        if (const auto parsed = parse_json(text, text.size(), json_depth_max)) {
            const bool object = !parsed->is_primitive();
            return object ? from_json(*parsed)
                          : from_text(parsed->is_string() ? std::string_view(parsed->get_string()) : text);
        }
    }
    return from_text(text);
}

}  // namespace openclaw::providers
