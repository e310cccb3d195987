#include "config/json5/key_path.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/text.h"

namespace openclaw::config {
namespace {

Result<std::string> bracketed(std::string_view text, std::size_t& at) {
    const auto first = text.substr(at + 1, 1);
    if (first == "\"" || first == "'") {  // as in models["openai/gpt-4.1"]: the quotes belong to the path
        const auto end = text.find(std::string(first) + "]", at + 2);
        if (end != std::string_view::npos && end > at + 2) {
            const auto inside = text.substr(at + 2, end - at - 2);
            at = end + 2;
            return std::string(inside);
        }
    }
    const auto end = text.find(']', at + 1);
    if (end == std::string_view::npos)
        return fail(Code::invalid_input, "invalid path (missing \"]\"): {}", text);
    const auto inside = trimmed(text.substr(at + 1, end - at - 1));
    if (inside.empty()) return fail(Code::invalid_input, "invalid path (empty \"[]\"): {}", text);
    at = end + 1;
    return std::string(inside);
}

std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '.' || c == '[' || c == ']' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

Result<KeyPath> parse_key_path(std::string_view text) {
    KeyPath path;
    path.reserve(static_cast<std::size_t>(std::ranges::count(text, '.')) + 1);
    std::string part;
    const auto finish = [&] {
        if (const auto name = trimmed(part); !name.empty()) path.emplace_back(name);
        part.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            part += text[at + 1];
            at += 2;
        } else if (text[at] == '.') {
            finish();
            ++at;
        } else if (text[at] == '[') {
            finish();
            auto inside = bracketed(text, at);
            if (!inside) return std::unexpected(inside.error());
            path.push_back(std::move(*inside));
        } else {
            const auto end = std::min(text.find_first_of("\\.[", at + 1), text.size());
            part += text.substr(at, end - at);
            at = end;
        }
    }
    finish();
    if (path.empty()) return fail(Code::invalid_input, "path is empty");
    return path;
}

std::string format_key_path(const KeyPath& path) {
    std::string out;
    for (const auto& part : path) {
        const auto index = out.empty() ? std::nullopt : array_index(part);
        out = index ? joined_path(out, *index) : joined_path(out, part);
    }
    return out;
}

std::string joined_path(std::string_view parent, std::string_view key) {
    return parent.empty() ? escaped(key) : fmt::format("{}.{}", parent, escaped(key));
}

std::string joined_path(std::string_view parent, std::size_t index) {
    return fmt::format("{}[{}]", parent, index);
}

std::optional<std::size_t> array_index(std::string_view part) {
    std::size_t index = 0;
    if (part.empty() || part.size() > 6) return std::nullopt;
    const auto [end, problem] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (problem != std::errc() || end != part.data() + part.size()) return std::nullopt;
    return index;
}

namespace {

// Below a value, or nothing where that is null.
const json::value* find_below(const json::value* value, std::span<const std::string> path) {
    for (const auto& part : path) {
        if (!value) return nullptr;
        if (const auto* object = value->if_object()) {
            value = object->if_contains(part);
        } else if (const auto* array = value->if_array()) {
            const auto index = array_index(part);
            value = index && *index < array->size() ? &(*array)[*index] : nullptr;
        } else {
            return nullptr;
        }
    }
    return value;
}

}  // namespace

const json::value* find_value(const json::object& root, const KeyPath& path) {
    if (path.empty()) return nullptr;
    return find_below(root.if_contains(path.front()), std::span(path).subspan(1));
}

const json::value* find_value(const json::value& root, const KeyPath& path) {
    return find_below(&root, path);
}

Result<json::object*> section(json::object& root, std::initializer_list<std::string_view> path) {
    json::object* at = &root;
    std::string walked;
    for (const auto name : path) {
        walked += (walked.empty() ? "" : ".") + std::string(name);
        auto& value = (*at)[name];
        if (value.is_null()) value = json::object();
        if (!value.is_object()) return fail(Code::invalid_input, "{} in the config is not an object", walked);
        at = &value.get_object();
    }
    return at;
}

}  // namespace openclaw::config
