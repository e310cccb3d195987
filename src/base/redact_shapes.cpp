#include <algorithm>
#include <array>
#include <optional>

#include "base/redact.h"
#include "base/text.h"

namespace openclaw {
namespace {

// Part of a text, from `start` up to `end`.
struct Span {
    std::size_t start, end;
};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_token(char c) {
    return is_word(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

std::size_t end_of(std::string_view text, std::size_t at, bool (*belongs)(char)) {
    while (at < text.size() && belongs(text[at])) ++at;
    return at;
}

bool starts_word(std::string_view text, std::size_t at) {
    return at == 0 || !is_word(text[at - 1]);
}

// Whether a word in lower case may stand where this letter is: says "no" sooner than a comparison of both.
bool begins_alike(char letter, std::string_view word) {
    return (letter | 0x20) == word.front();
}

// sk-ant-…, ghp_…: a maker's prefix and enough of a body.
struct Shape {
    std::string_view prefix;
    std::size_t bytes_min;  // the prefix included
};
constexpr std::array shapes{Shape{"sk-", 16},        Shape{"ghp_", 20},   Shape{"gho_", 20},
                            Shape{"ghu_", 20},       Shape{"ghs_", 20},   Shape{"github_pat_", 20},
                            Shape{"AIza", 30},       Shape{"xoxb-", 15},  Shape{"xoxp-", 15},
                            Shape{"xapp-", 15},      Shape{"gsk_", 20},   Shape{"xai-", 20},
                            Shape{"pplx-", 20},      Shape{"hf_", 20},    Shape{"npm_", 20},
                            Shape{"ocg_", 20},       Shape{"AKIA", 20},   Shape{"eyJhbGciOi", 30},
                            Shape{"eyJ0eXAiOi", 30}, Shape{"glpat-", 15}, Shape{"ya29.", 20}};

// With what a secret can begin that is known by its shape.
constexpr std::string_view firsts = "sgAxphneyobBtTaArRcCSPp:-G";
static_assert(std::ranges::all_of(shapes,
                                  [](const Shape& shape) { return firsts.contains(shape.prefix.front()); }));

std::optional<Span> prefixed_key(std::string_view text, std::size_t at) {
    if (!starts_word(text, at)) return std::nullopt;
    for (const auto& [prefix, bytes_min] : shapes) {
        if (text[at] != prefix.front() || !text.substr(at).starts_with(prefix)) continue;
        const auto end = end_of(text, at, [](char c) { return is_word(c) || c == '-' || c == '.'; });
        if (end - at >= bytes_min) return Span{at, end};
    }
    return std::nullopt;
}

std::optional<Span> after_scheme(std::string_view text, std::size_t at) {
    if (!starts_word(text, at)) return std::nullopt;
    for (const std::string_view scheme : {"bearer ", "basic "}) {
        if (!begins_alike(text[at], scheme)) continue;
        if (!equal_ignoring_case(text.substr(at, scheme.size()), scheme)) continue;
        const auto start = at + scheme.size();
        const auto end = end_of(text, start, is_token);
        if (end - start >= 8) return Span{start, end};
    }
    return std::nullopt;
}

// `api_key=…`, `"apiKey": "…"`, `token: …`: a name that says secret, then a value of eight or more.
std::optional<Span> named_value(std::string_view text, std::size_t at) {
    constexpr std::array<std::string_view, 16> names{
        "api_key",      "api-key",       "apikey",        "access_token", "accesstoken", "refresh_token",
        "refreshtoken", "client_secret", "clientsecret",  "auth_token",   "token",       "secret",
        "password",     "passwd",        "authorization", "private_key"};
    for (const auto name : names) {
        if (!begins_alike(text[at], name)) continue;
        if (!equal_ignoring_case(text.substr(at, name.size()), name)) continue;
        auto cursor = at + name.size();
        const auto skip = [&](std::string_view any) {
            while (cursor < text.size() && any.find(text[cursor]) != any.npos) ++cursor;
        };
        skip("\\\"'");
        skip(" ");
        if (cursor >= text.size() || (text[cursor] != '=' && text[cursor] != ':')) continue;
        ++cursor;
        skip(" ");
        skip("\\\"'");
        const auto end = end_of(text, cursor, [](char c) {
            return is_token(c) || c == '%' || c == '!' || c == '@' || c == '#' || c == '$' || c == '*';
        });
        if (end - cursor >= 8 && !text.substr(cursor).starts_with(Redactor::placeholder))
            return Span{cursor, end};
    }
    return std::nullopt;
}

// scheme://user:password@host
std::optional<Span> user_info(std::string_view text, std::size_t at) {
    if (!text.substr(at).starts_with("://")) return std::nullopt;
    const auto start = at + 3;
    const auto end = text.find_first_of("/ \t\r\n\"'@?#", start);
    if (end == text.npos || text[end] != '@' || end == start) return std::nullopt;
    if (text.substr(start, end - start).find(':') == text.npos) return std::nullopt;
    return Span{start, end};
}

std::optional<Span> private_key(std::string_view text, std::size_t at) {
    constexpr std::string_view begin = "-----BEGIN ", finish = "-----END ";
    if (!text.substr(at).starts_with(begin)) return std::nullopt;
    const auto label = text.substr(at, 64);
    const auto start = label.find("PRIVATE KEY-----");
    if (start == label.npos) return std::nullopt;
    const auto end = text.find(finish, at);
    return Span{at + start + 16, end == text.npos ? text.size() : end};
}

// Only these bytes can begin a shape; everything else is passed over at once.
bool may_begin(char c) {
    return firsts.find(c) != firsts.npos;
}

std::optional<Span> shape_at(std::string_view text, std::size_t at) {
    if (!may_begin(text[at])) return std::nullopt;
    for (const auto find : {prefixed_key, after_scheme, named_value, user_info, private_key})
        if (auto found = find(text, at)) return found;
    return std::nullopt;
}

}  // namespace

std::string redact_shapes(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    std::size_t copied = 0, at = 0;
    while (at < text.size()) {
        const auto found = shape_at(text, at);
        if (!found) {
            ++at;
            continue;
        }
        result.append(text, copied, found->start - copied);
        result += Redactor::placeholder;
        copied = at = found->end;
    }
    result.append(text, copied);
    return result;
}

std::vector<std::size_t> find_secret_shapes(std::string_view text) {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < text.size();) {
        std::optional<Span> span;
        if (may_begin(text[at]))
            for (const auto find : {prefixed_key, user_info, private_key})
                if (!span) span = find(text, at);
        if (span) found.push_back(span->start);
        at = span ? std::max(span->end, at + 1) : at + 1;
    }
    return found;
}

}  // namespace openclaw
