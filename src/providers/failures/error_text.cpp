#include "providers/failures/error_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "net/http/http.h"
#include "providers/failures/error_json.h"
#include "providers/failures/error_page.h"
#include "providers/failures/loose_json.h"

namespace openclaw::providers {
namespace {

constexpr std::size_t heading_bytes_max = 300;  // where exceptions and statuses of a text stand
constexpr int statuses_max = 8;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A status of three digits at the front, or 0.
int leading_status(std::string_view text) {
    int status = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 3), status);
    if (error != std::errc() || end != text.data() + 3 || !is_error_status(status)) return 0;
    if (text.size() > 3 && (is_digit(text[3]) || is_letter(text[3]))) return 0;
    if (text.size() > 4 && text[3] == '.' && is_digit(text[4])) return 0;
    return status;
}

// "API Error: 400 {…}", "Error code: 429 - …", "[429 Too Many Requests] …": how SDKs begin. Taken off.
void take_leading_status(ErrorBody& found, std::string_view& text) {
    auto rest = text;
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view prefix :
             {"API Error: ", "Error code: ", "Error: ", "HTTP error ", "HTTP ", "CAPIError: ", "[", "(",
              "ClientError: ", "Request Failed: "}) {
            if (!rest.starts_with(prefix)) continue;
            rest.remove_prefix(prefix.size());
            again = true;
        }
    }
    const int status = leading_status(rest);
    if (status == 0) return;
    if (found.status == 0) found.status = status;
    rest.remove_prefix(3);
    while (!rest.empty() && std::string_view(" :-])").find(rest.front()) != std::string_view::npos)
        rest.remove_prefix(1);
    text = rest;
}

// What stands before a number that is a status.
constexpr std::array status_marks = {
    std::string_view("status code"), std::string_view("status_code"), std::string_view("statuscode"),
    std::string_view("status"),      std::string_view("http"),        std::string_view("http/1.1"),
    std::string_view("http/2"),      std::string_view("http error"),  std::string_view("error code"),
    std::string_view("api error"),   std::string_view("error"),
};

bool is_marked(std::string_view before) {
    while (!before.empty() && std::string_view(" :=([\"'").find(before.back()) != std::string_view::npos)
        before.remove_suffix(1);
    return std::ranges::any_of(status_marks, [&](auto mark) {
        return before.ends_with(mark) &&
               (before.size() == mark.size() || !is_letter(before[before.size() - mark.size() - 1]));
    });
}

// A status anywhere near the beginning, where a mark stands before it or its own name behind it.
void note_marked_status(ErrorBody& found, std::string_view words) {
    words = words.substr(0, heading_bytes_max);
    for (std::size_t i = 0, seen = 0; found.status == 0 && i + 3 <= words.size() && seen < statuses_max;
         ++i) {
        if (!is_digit(words[i]) || (i > 0 && (is_digit(words[i - 1]) || words[i - 1] == '.'))) continue;
        const int status = leading_status(words.substr(i));
        if (status == 0) continue;
        ++seen;
        const auto name = lowered(net::reason_phrase(status));
        const bool named = !name.empty() && trimmed(words.substr(i + 3)).starts_with(name);
        if (named || is_marked(words.substr(0, i))) found.status = status;
    }
}

// The exceptions of SDKs that say what status there was.
struct Named {
    std::string_view name;
    int status;
};
constexpr std::array exceptions = {
    Named{"badrequesterror", 400},       Named{"authenticationerror", 401},
    Named{"permissiondeniederror", 403}, Named{"permissiondenied", 403},
    Named{"notfounderror", 404},         Named{"unprocessableentityerror", 422},
    Named{"ratelimiterror", 429},        Named{"resourceexhausted", 429},
    Named{"internalservererror", 500},   Named{"serviceunavailableerror", 503},
    Named{"invalidrequesterror", 400},   Named{"badgatewayerror", 502},
    Named{"toomanyrequests", 429},       Named{"unauthorizederror", 401},
};

constexpr std::array grpc_statuses = {
    std::string_view("RESOURCE_EXHAUSTED"), std::string_view("PERMISSION_DENIED"),
    std::string_view("UNAUTHENTICATED"),    std::string_view("INVALID_ARGUMENT"),
    std::string_view("DEADLINE_EXCEEDED"),  std::string_view("FAILED_PRECONDITION"),
    std::string_view("UNAVAILABLE"),        std::string_view("INTERNAL"),
    std::string_view("NOT_FOUND"),
};

void note_name(ErrorBody& found, std::string_view name) {
    const std::string lower = lowered(name);
    const auto* known = std::ranges::find(exceptions, lower, &Named::name);
    if (known != exceptions.end()) {
        if (found.status == 0) found.status = known->status;
        return;
    }
    add_code(found, name);
}

// "An error occurred (ThrottlingException) when …", "litellm.RateLimitError: …", "openai.BadRequestError",
// "StatusCode.RESOURCE_EXHAUSTED": words whose shape is a name's.
void note_names(ErrorBody& found, std::string_view text) {
    text = text.substr(0, heading_bytes_max);
    for (std::size_t i = 0; i < text.size();) {
        if (!is_letter(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_')) ++end;
        const auto word = text.substr(i, end - i);
        const bool shouted = std::ranges::find(grpc_statuses, word) != grpc_statuses.end();
        const bool named = word.size() > 9 && (word.ends_with("Exception") || word.ends_with("Error")) &&
                           std::ranges::count_if(word, [](char c) { return c >= 'A' && c <= 'Z'; }) > 1;
        const bool core = i >= 11 && text.substr(0, i).ends_with("exceptions.");
        if (shouted || named || core) note_name(found, word);
        i = end;
    }
}

// "[1113][…" and "… (2056)": codes of vendors who print them into the words.
void note_printed_code(ErrorBody& found, std::string_view text) {
    const auto all_digits = [](std::string_view part) {
        return part.size() >= 4 && part.size() <= 6 && std::ranges::all_of(part, is_digit);
    };
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close != std::string_view::npos && all_digits(text.substr(1, close - 1)))
            add_code(found, text.substr(1, close - 1));
    }
    if (text.ends_with(')')) {
        const auto open = text.rfind('(');
        if (open != std::string_view::npos && all_digits(text.substr(open + 1, text.size() - open - 2)))
            add_code(found, text.substr(open + 1, text.size() - open - 2));
    }
}

// The value of a member of JSON that was cut in the middle, from behind its key.
std::string_view torn_value(std::string_view rest) {
    while (rest.starts_with(' ') || rest.starts_with(':')) rest.remove_prefix(1);
    if (!rest.starts_with('"')) return rest.substr(0, rest.find_first_of(",}\n "));
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('"'));
}

void note_torn_code(ErrorBody& found, std::string_view value) {
    if (value.empty() || value.find_first_of("{[") != std::string_view::npos) return;
    const int status = value.size() == 3 ? leading_status(value) : 0;
    if (status == 0) return add_code(found, value);
    if (found.status == 0) found.status = status;
}

bool read_torn(ErrorBody& found, std::string_view text) {
    if (!text.starts_with("{\"") && !text.starts_with("[{")) return false;
    text = text.substr(0, 4096);
    for (const std::string_view key : {"\"code\"", "\"type\"", "\"status\"", "\"reason\""})
        for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1))
            note_torn_code(found, torn_value(text.substr(at + key.size())));
    constexpr std::string_view key = "\"message\"";
    const auto at = text.find(key);
    if (at == std::string_view::npos) return false;
    if (found.message.empty()) found.message = torn_value(text.substr(at + key.size()));
    return !found.message.empty();
}

// The words without the JSON that they carry say what the JSON doesn't.
void note_words(ErrorBody& found, std::string_view text) {
    if (found.message.empty() && !read_torn(found, text)) found.message = trimmed(text);
}

// What a server's log or an SDK prints before another text of the same kind.
std::string_view unquoted(std::string_view text) {
    if (text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\''))
        return text.substr(1, text.size() - 2);
    return text;
}

}  // namespace

void read_text(ErrorBody& found, std::string_view text, int nesting) {
    if (nesting > nesting_max) return;
    text = trimmed(text);
    if (text.starts_with('"')) {
        const auto parsed = parse_json(text, text.size(), json_depth_max);
        if (parsed && parsed->is_string()) return read_text(found, parsed->get_string(), nesting + 1);
    }
    if (text.starts_with('{') || text.starts_with('[')) {
        const auto parsed = parse_json(text, text.size(), json_depth_max);
        if (parsed && !parsed->is_primitive()) return read_json(found, *parsed, nesting + 1);
    }
    text = unquoted(text);
    if (text.empty()) return;
    if (is_page(text)) return read_page(found, text, nesting);
    const auto embedded = find_embedded(text);
    if (embedded) read_json(found, embedded->value, nesting + 1);
    const auto heading = embedded ? text.substr(0, embedded->begin) : text;
    const bool had_status = found.status != 0;
    take_leading_status(found, text);
    if (!had_status) note_marked_status(found, lowered(heading));
    note_names(found, heading);
    note_printed_code(found, text);
    note_words(found, text);
}

}  // namespace openclaw::providers
