#include "base/redact_forms.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/secret.h"
#include "base/text.h"

namespace openclaw {
namespace {

constexpr std::string_view upper_digits = "0123456789ABCDEF", lower_digits = "0123456789abcdef";

void append_hex(std::string& text, char byte, std::string_view digits) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4U];
    text += digits[value & 0xFU];
}

std::string hex(std::string_view value, std::string_view digits) {
    std::string text;
    text.reserve(value.size() * 2);
    for (const char byte : value) append_hex(text, byte, digits);
    return text;
}

// Source: RFC 3986, section 2.3 for what stays as it is.
std::string url_encoded(std::string_view value, std::string_view digits, bool all) {
    const auto is_unreserved = [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
               byte == '-' || byte == '.' || byte == '_' || byte == '~';
    };
    std::string text;
    text.reserve(value.size() * 3);
    for (const char byte : value) {
        if (!all && is_unreserved(byte)) {
            text += byte;
            continue;
        }
        text += '%';
        append_hex(text, byte, digits);
    }
    return text;
}

// The characters of the base64 text that depend on the value alone when `before` bytes of something else
// precede it in its group of three: the same whatever stands around it.
std::string base64_core(std::string_view value, std::size_t before, std::string_view alphabet) {
    // The first character that holds no bit of what precedes starts at a multiple of six bits.
    const std::size_t skipped = (6 - before * 8 % 6) % 6;
    std::string text;
    text.reserve(value.size() * 4 / 3 + 1);
    unsigned bits = 0;      // those that are read and not yet written stand at the low end,
    std::size_t count = 0;  // so many of them
    for (std::size_t at = 0; at < value.size(); ++at) {
        bits = bits << 8U | static_cast<unsigned char>(value[at]);
        count += at == 0 ? 8 - skipped : 8;
        for (; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63U];
    }
    return text;
}

std::string json_escaped(std::string_view value) {
    auto quoted = boost::json::serialize(boost::json::string_view(value.data(), value.size()));
    auto inner = quoted.substr(1, quoted.size() - 2);
    wipe(quoted);
    return inner;
}

}  // namespace

std::vector<Secret> forms_of(const Secret& secret) {
    constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::string_view url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto value = secret.reveal();
    std::vector<Secret> forms{secret};
    const auto add = [&](std::string text) {
        Secret form(std::move(text));
        if (std::ranges::find(forms, form) == forms.end()) forms.push_back(std::move(form));
    };
    add(json_escaped(value));
    add(replaced(json_escaped(value), "/", "\\/"));
    for (const auto digits : {upper_digits, lower_digits}) {
        add(hex(value, digits));
        add(url_encoded(value, digits, false));
        add(url_encoded(value, digits, true));
        add(replaced(url_encoded(value, digits, false), "%20", "+"));  // as forms have it
    }
    for (std::size_t before = 0; before < 3; ++before)
        for (const auto alphabet : {standard, url_safe}) add(base64_core(value, before, alphabet));
    return forms;
}

}  // namespace openclaw
