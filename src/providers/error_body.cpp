#include "providers/error_body.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/sse.h"

namespace openclaw::providers {
namespace {

constexpr int nesting_max = 4;
constexpr std::size_t json_depth_max = 32;

bool is_error_status(std::int64_t number) {
    return number >= 400 && number < 600;
}

// "com.amazon.coral#ThrottlingException": only the name behind the mark counts.
void add_code(ErrorBody& found, std::string_view text) {
    text = trimmed(text.substr(text.find('#') + 1));
    std::string code = lowered(text);
    const bool known = std::ranges::find(found.codes, code) != found.codes.end();
    if (code.empty() || code == "error" || known) return;
    if (found.codes.empty()) found.code = text;
    found.codes.push_back(std::move(code));
}

// A code that is an HTTP status says so; any other is the provider's own name or number.
void note_code(ErrorBody& found, const json::value& value) {
    std::int64_t number = 0;
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || rest != text.data() + text.size()) return add_code(found, text);
    } else if (value.is_int64()) {
        number = value.get_int64();
    } else {
        return;
    }
    if (!is_error_status(number)) return add_code(found, std::to_string(number));
    if (found.status == 0) found.status = static_cast<int>(number);
}

void note_text(ErrorBody& found, std::string_view text) {
    if (found.message.empty()) found.message = trimmed(text);
}

void walk(ErrorBody& found, const json::object& object, int nesting);

void walk_text(ErrorBody& found, std::string_view text, int nesting) {
    const auto inner = trimmed(text);
    if (inner.starts_with('{') && nesting < nesting_max) {
        const auto parsed = parse_json(inner, inner.size(), json_depth_max);
        if (const auto* object = parsed ? as_object(&*parsed) : nullptr)
            return walk(found, *object, nesting + 1);
    }
    note_text(found, inner);
}

// Google's list of details: an ErrorInfo has a reason, a RetryInfo the time to wait.
void note_details(ErrorBody& found, const json::array& details) {
    for (const auto& entry : details) {
        const auto* detail = as_object(&entry);
        if (!detail) continue;
        if (const auto reason = string_at(*detail, "reason")) add_code(found, *reason);
        if (const auto delay = string_at(*detail, "retryDelay"); delay && delay->ends_with('s')) {
            double seconds = 0;
            const auto [rest, error] = std::from_chars(delay->data(), delay->data() + delay->size(), seconds);
            if (error == std::errc()) found.resets_in_s = seconds;
        }
    }
}

// A gateway wraps what the real provider said; that is more telling than its own words.
void note_wrapped(ErrorBody& found, const json::object& object, int nesting) {
    const auto* metadata = object_at(object, "metadata");
    if (!metadata) return;
    if (const auto raw = string_at(*metadata, "raw")) walk_text(found, *raw, nesting);
}

void note_validation(ErrorBody& found, const json::value& detail, int nesting) {
    if (detail.is_string()) return walk_text(found, std::string_view(detail.get_string()), nesting);
    if (const auto* object = as_object(&detail)) return walk(found, *object, nesting + 1);
    if (!detail.is_array() || detail.get_array().empty()) return;
    if (const auto* first = as_object(&detail.get_array().front())) {
        if (const auto text = string_at(*first, "msg")) note_text(found, *text);
    }
}

void walk(ErrorBody& found, const json::object& object, int nesting) {
    if (nesting > nesting_max) return;
    note_wrapped(found, object, nesting);
    if (const auto* error = value_at(object, "error")) {
        if (const auto* inner = as_object(error)) {
            walk(found, *inner, nesting + 1);
        } else if (error->is_string()) {
            const auto words = string_at(object, "error_description");
            if (words) add_code(found, std::string_view(error->get_string()));
            if (!words) walk_text(found, std::string_view(error->get_string()), nesting);
        }
    }
    for (const auto* key : {"code", "status_code", "type", "status", "reason", "__type"}) {
        if (const auto* value = value_at(object, key)) note_code(found, *value);
    }
    for (const auto* key : {"message", "error_description", "status_msg", "msg"}) {
        if (const auto text = string_at(object, key)) walk_text(found, *text, nesting);
    }
    if (const auto* inner = object_at(object, "base_resp")) walk(found, *inner, nesting + 1);
    if (const auto* detail = value_at(object, "detail")) note_validation(found, *detail, nesting);
    if (const auto* details = array_at(object, "details")) note_details(found, *details);
    if (!found.resets_in_s) found.resets_in_s = number_at(object, "resets_in_seconds");
    if (!found.resets_at_s) found.resets_at_s = number_at(object, "resets_at");
}

bool reports_error(const json::object& object) {
    const auto* error = value_at(object, "error");
    if (error && !error->is_null() && !(error->is_bool() && !error->get_bool())) return true;
    if (string_at(object, "type") == "error" || string_at(object, "object") == "error") return true;
    if (const auto* base = object_at(object, "base_resp"))
        return integer_at(*base, "status_code").value_or(0) != 0;
    // {"code": 30011, "message": "...", "data": null}
    const bool answer = object.contains("choices") || object.contains("content") || object.contains("id");
    const auto code = integer_at(object, "code").value_or(0);
    return !answer && string_at(object, "message") && code != 0 && code != 200;
}

ErrorBody from_json(const json::value& value) {
    ErrorBody found;
    const auto* object = as_object(&value);
    if (value.is_array() && !value.get_array().empty()) object = as_object(&value.get_array().front());
    if (!object) return found;
    found.reports_error = reports_error(*object);
    walk(found, *object, 0);
    return found;
}

// The end of the JSON object that begins at `start`, or npos.
std::size_t object_end(std::string_view text, std::size_t start) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = start; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

// "429 Too many requests", "HTTP 401: …", "Error code: 400 - …": how SDKs and proxies print a status.
void take_leading_status(ErrorBody& found, std::string_view& text) {
    auto rest = text;
    for (const std::string_view prefix : {"API Error: ", "Error code: ", "Error: ", "HTTP "}) {
        if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
    }
    int status = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(rest.size(), 3), status);
    const auto digits = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc() || digits != 3 || !is_error_status(status)) return;
    if (rest.size() > digits && rest[digits] != ' ' && rest[digits] != ':') return;
    found.status = status;
    rest.remove_prefix(digits);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':' || rest.front() == '-'))
        rest.remove_prefix(1);
    text = rest;
}

// "An error occurred (ThrottlingException) when calling …", "ThrottlingException: …"
void note_exception(ErrorBody& found, std::string_view text) {
    constexpr std::string_view opening = "An error occurred (";
    constexpr std::string_view ending = "Exception";
    if (text.starts_with(opening)) {
        const auto close = text.find(')');
        if (close != std::string_view::npos)
            add_code(found, text.substr(opening.size(), close - opening.size()));
    }
    const auto word = text.substr(0, text.find_first_of(": "));
    if (word.ends_with(ending)) add_code(found, word);
}

// "Request failed with status code 429"
void note_spelled_status(ErrorBody& found, std::string_view text) {
    constexpr std::string_view words = "status code ";
    const auto at = text.find(words);
    if (found.status != 0 || at == std::string_view::npos) return;
    int status = 0;
    const auto rest = text.substr(at + words.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), status);
    if (error == std::errc() && end == rest.data() + 3 && is_error_status(status)) found.status = status;
}

ErrorBody from_text(std::string_view text) {
    ErrorBody found;
    const auto brace = text.find('{');
    const auto end = brace == std::string_view::npos ? brace : object_end(text, brace);
    if (end != std::string_view::npos) {
        const auto parsed = parse_json(text.substr(brace, end - brace), end - brace, json_depth_max);
        if (parsed) found = from_json(*parsed);
    }
    found.reports_error = found.reports_error || lowered(text.substr(0, 6)) == "error:";
    take_leading_status(found, text);
    note_exception(found, text);
    note_spelled_status(found, text);
    if (found.message.empty()) found.message = text;
    return found;
}

ErrorBody from_page(std::string_view page) {
    ErrorBody found;
    found.web_page = true;
    const std::string lower = lowered(page);
    const auto open = lower.find("<title>");
    const auto close = lower.find("</title>");
    constexpr std::size_t tag = std::string_view("<title>").size();
    if (open != std::string::npos && close != std::string::npos && close > open) {
        found.message = fmt::format("a web page instead of an answer: {}",
                                    trimmed(page.substr(open + tag, close - open - tag)));
    } else {
        found.message = "a web page instead of an answer";
    }
    return found;
}

ErrorBody from_events(std::string_view text) {
    net::SseParser parser;
    const auto events = parser.feed(std::string(text) + "\n\n");
    if (!events) return from_text(text);
    for (const auto& event : *events) {
        auto found = parse_error_body(event.data);
        if (found.reports_error) return found;
    }
    return {};
}

}  // namespace

ErrorBody parse_error_body(std::string_view body) {
    const auto text = trimmed(body);
    if (text.starts_with("event:") || text.starts_with("data:")) return from_events(text);
    if (text.starts_with('<')) return from_page(text);
    if (text.starts_with('{') || text.starts_with('[')) {
        if (const auto parsed = parse_json(text, text.size(), json_depth_max)) return from_json(*parsed);
    }
    return from_text(text);
}

}  // namespace openclaw::providers
