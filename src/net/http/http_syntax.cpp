#include "net/http/http_syntax.h"

#include <charconv>

#include "base/text.h"

namespace openclaw::net {
namespace {

constexpr std::size_t number_digits_max = 15;

constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return token_characters[static_cast<unsigned char>(c)]; });
}

bool is_field_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::uint64_t> parse_number(std::string_view digits, int base) {
    std::uint64_t number = 0;
    if (digits.empty() || digits.size() > number_digits_max) return std::nullopt;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

bool lists(const Headers& headers, std::string_view name, std::string_view option) {
    for (const auto& [field, value] : headers.fields()) {
        if (!equal_ignoring_case(field, name)) continue;
        for (const std::string_view item : split(value, ',')) {
            if (equal_ignoring_case(without_blanks(item), option)) return true;
        }
    }
    return false;
}

}  // namespace openclaw::net
