#include "providers/failures/loose_json.h"

#include <array>
#include <string>

#include "providers/failures/error_json.h"

namespace openclaw::providers {
namespace {

constexpr int places_max = 6;  // braces that are tried

// The end of the object that begins at `start`, in JSON or Python, or npos.
std::size_t object_end(std::string_view text, std::size_t start) {
    int depth = 0;
    char quote = 0;
    for (std::size_t i = start; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == '\\') ++i;
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A Python string, from behind its opening quote, as a JSON string. Gives where it ends.
std::size_t take_string(std::string& out, std::string_view text, std::size_t at, char quote) {
    out += '"';
    for (; at < text.size() && text[at] != quote; ++at) {
        const char c = text[at];
        if (c == '"') {
            out += "\\\"";
        } else if (c == '\\' && at + 1 < text.size()) {
            const char next = text[++at];
            if (next == 'x' && at + 2 < text.size()) {
                out += "\\u00";
            } else if (next == '\'') {
                out += '\'';
            } else {
                out += '\\';
                out += next;
            }
        } else if (static_cast<unsigned char>(c) >= ' ') {
            out += c;
        }
    }
    out += '"';
    return at + 1;
}

// Python's literals in JSON's notation. What is neither stays and fails to parse.
std::string json_from_python(std::string_view text) {
    struct Literal {
        std::string_view python, json;
    };
    constexpr std::array literals = {Literal{"None", "null"}, Literal{"True", "true"},
                                     Literal{"False", "false"}};
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '\'' || c == '"') {
            i = take_string(out, text, i + 1, c);
            continue;
        }
        const bool at_word = i == 0 || !is_word(text[i - 1]);
        std::size_t taken = 0;
        for (const auto& [python, json] : literals) {
            if (!at_word || !text.substr(i).starts_with(python)) continue;
            out += json;
            taken = python.size();
        }
        // b'…' is a string too.
        if (taken == 0 && at_word && c == 'b' && i + 1 < text.size() && text[i + 1] == '\'') taken = 1;
        if (taken == 0) out += c;
        i += std::max<std::size_t>(taken, 1);
    }
    return out;
}

}  // namespace

std::optional<Embedded> find_embedded(std::string_view text) {
    auto at = text.find('{');
    for (int tries = 0; tries < places_max && at != std::string_view::npos; ++tries) {
        const auto end = object_end(text, at);
        if (end == std::string_view::npos) return std::nullopt;
        const auto object = text.substr(at, end - at);
        auto parsed = parse_json(object, object.size(), json_depth_max);
        if (!parsed) {
            const std::string rewritten = json_from_python(object);
            parsed = parse_json(rewritten, rewritten.size(), json_depth_max);
        }
        if (parsed && parsed->is_object() && !parsed->get_object().empty())
            return Embedded{std::move(*parsed), at, end};
        at = text.find('{', at + 1);
    }
    return std::nullopt;
}

}  // namespace openclaw::providers
