#include "base/form.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

bool goes_as_it_is(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
           c == '-' || c == '.' || c == '_';
}

void append_encoded(std::string& out, std::string_view text) {
    for (const char byte : text) {
        const auto c = static_cast<unsigned char>(byte);
        if (goes_as_it_is(c))
            out += byte;
        else if (c == ' ')
            out += '+';
        else
            out.append({'%', digits[c >> 4U], digits[c & 0xFU]});
    }
}

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at] == '+' ? ' ' : text[at];
            continue;
        }
        const auto high = at + 2 < text.size() ? digit_of(text[at + 1]) : std::nullopt;
        const auto low = at + 2 < text.size() ? digit_of(text[at + 2]) : std::nullopt;
        if (!high || !low) return std::nullopt;
        out += static_cast<char>(*high << 4U | *low);
        at += 2;
    }
    return is_utf8(out) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

Form& Form::add(std::string_view name, std::string_view value) {
    // Grown in one step each time, a secret leaves no copy behind that nobody wipes.
    const auto bytes_max = text_.size() + 2 + 3 * (name.size() + value.size());
    if (bytes_max > text_.capacity()) {
        std::string larger;
        larger.reserve(2 * bytes_max);
        larger = text_;
        wipe(text_);
        text_ = std::move(larger);
    }
    if (!text_.empty()) text_ += '&';
    append_encoded(text_, name);
    text_ += '=';
    append_encoded(text_, value);
    return *this;
}

Form& Form::add(std::string_view name, const Secret& value) {
    return add(name, value.reveal());
}

std::optional<FormFields> parse_form(std::string_view text, std::size_t fields_max) {
    FormFields fields;
    if (text.empty()) return fields;
    for (const auto piece : split(text, '&')) {
        if (piece.empty()) continue;
        if (fields.size() == fields_max) return std::nullopt;
        const auto equals = std::min(piece.find('='), piece.size());
        auto name = decoded(piece.substr(0, equals));
        auto value = decoded(piece.substr(std::min(equals + 1, piece.size())));
        if (!name || !value) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::optional<std::string_view> only_value(const FormFields& fields, std::string_view name) {
    const auto is_it = [&](const auto& field) { return field.first == name; };
    const auto found = std::ranges::find_if(fields, is_it);
    if (found == fields.end() || std::ranges::count_if(fields, is_it) != 1) return std::nullopt;
    return found->second;
}

}  // namespace openclaw
