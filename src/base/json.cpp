#include "base/json.h"

#include <algorithm>
#include <cmath>

#include "base/broken_text.h"

namespace openclaw {
namespace {

Error parse_error(std::string_view text, std::size_t offset, const std::string& reason) {
    std::size_t line = 1, column = 1;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++line;
            column = 1;
        } else {
            ++column;
        }
    }
    return {Code::invalid_input, fmt::format("not JSON at line {}, column {}: {}", line, column, reason), {}};
}

void write(std::string& out, const json::value& value, std::size_t indent);

void write_string(std::string& out, std::string_view text) {
    const auto is_plain = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    };
    if (std::ranges::all_of(text, is_plain))
        out.append(1, '"').append(text).append(1, '"');
    else
        out += json::serialize(text);
}

void write_members(std::string& out, const json::object& object, std::size_t indent) {
    bool first = true;
    for (const auto& [key, value] : object) {
        out += first ? "\n" : ",\n";
        first = false;
        out.append(indent + 2, ' ');
        write_string(out, key);
        out += ": ";
        write(out, value, indent + 2);
    }
}

void write_elements(std::string& out, const json::array& array, std::size_t indent) {
    bool first = true;
    for (const auto& value : array) {
        out += first ? "\n" : ",\n";
        first = false;
        out.append(indent + 2, ' ');
        write(out, value, indent + 2);
    }
}

// A double without a fraction is written as an integer, as JavaScript does.
void write_double(std::string& out, double number) {
    if (std::trunc(number) == number && std::abs(number) < 1e15) {
        out += fmt::format("{}", static_cast<std::int64_t>(number));
    } else {
        out += fmt::format("{}", number);
    }
}

void write(std::string& out, const json::value& value, std::size_t indent) {
    const auto close = [&](char bracket, bool empty) {
        if (!empty) {
            out += '\n';
            out.append(indent, ' ');
        }
        out += bracket;
    };
    if (const auto* object = value.if_object()) {
        out += '{';
        write_members(out, *object, indent);
        close('}', object->empty());
    } else if (const auto* array = value.if_array()) {
        out += '[';
        write_elements(out, *array, indent);
        close(']', array->empty());
    } else if (const auto* text = value.if_string()) {
        write_string(out, *text);
    } else if (const auto* number = value.if_double()) {
        write_double(out, *number);
    } else {
        out += json::serialize(value);
    }
}

Result<json::value> parse_sound(std::string_view text, std::size_t depth_max, json::storage_ptr memory) {
    json::parse_options options;
    options.max_depth = depth_max;
    unsigned char scratch[2048];  // nearly all that is parsed is small
    json::stream_parser parser({}, options, scratch);
    parser.reset(std::move(memory));
    json::error_code error;
    std::size_t read = parser.write_some(text.data(), text.size(), error);
    if (!error && read < text.size()) {
        const auto rest = text.find_first_not_of(" \t\r\n", read);
        if (rest != std::string_view::npos)
            return std::unexpected(parse_error(text, rest, "text after the end"));
    }
    if (!error) parser.finish(error);
    if (error) return std::unexpected(parse_error(text, read, error.message()));
    return parser.release();
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t bytes_max, std::size_t depth_max,
                               json::storage_ptr memory) {
    if (text.size() > bytes_max) {
        return fail(Code::too_large, "{} bytes of JSON, more than the {} allowed", text.size(), bytes_max);
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    auto value = parse_sound(text, depth_max, memory);
    if (value) return value;
    // A text that was cut in the middle of a character costs that character, nothing else.
    auto mended = well_formed_json(text);
    if (mended == text) return value;
    value = parse_sound(mended, depth_max, std::move(memory));
    wipe(mended);
    return value;
}

std::string format_json(const json::value& value) {
    std::string out;
    write(out, value, 0);
    return out;
}

const json::value* value_at(const json::object& object, std::string_view key) {
    return object.if_contains(key);
}

const json::object* object_at(const json::object& object, std::string_view key) {
    return as_object(object.if_contains(key));
}

const json::array* array_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_array() : nullptr;
}

std::optional<std::string_view> string_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
}

std::optional<bool> bool_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    constexpr double largest = 9.2e18;
    if (const auto* number = value->if_uint64())
        return static_cast<std::int64_t>(std::min<std::uint64_t>(*number, INT64_MAX));
    if (const auto* number = value->if_double(); number && std::isfinite(*number)) {
        if (*number > largest) return INT64_MAX;
        if (*number < -largest) return INT64_MIN;
        return static_cast<std::int64_t>(*number);
    }
    return std::nullopt;
}

std::optional<double> number_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

const json::object* as_object(const json::value* value) {
    return value ? value->if_object() : nullptr;
}

Result<json::value> parse_json(const Secret& text, std::size_t bytes_max) {
    return parse_json(text.reveal(), bytes_max);
}

json::string revealed(const Secret& secret) {
    return json::string(secret.reveal());
}

}  // namespace openclaw
