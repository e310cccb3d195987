#include "config/json5/json5_scanner.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/broken_text.h"
#include "base/text.h"
#include "config/json5/json5.h"

namespace openclaw::config {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// Letters beyond ASCII are taken as they come: a key is a name, and nothing here depends on its class.
bool starts_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}
bool continues_identifier(char c) {
    return starts_identifier(c) || is_digit(c);
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
    TextPosition position;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if ((c & 0xC0) != 0x80) {
            ++position.column;
        }
    }
    return position;
}

bool is_json5_identifier(std::string_view key) {
    return !key.empty() && starts_identifier(key[0]) && std::ranges::all_of(key, continues_identifier);
}

std::unexpected<Error> Json5Scanner::located(Code code, std::size_t offset, std::string_view message) const {
    const auto [line, column] = position_of(text_, offset);
    return fail(code, "line {}, column {}: {}", line, column, message);
}

std::unexpected<Error> Json5Scanner::expected(std::string_view what) const {
    if (at_end()) return error(Code::corrupt, "expected {}, but the file ends here", what);
    std::size_t end = at_ + 1;
    while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
    const auto found = text_.substr(at_, end - at_);
    return error(
        Code::invalid_input, "expected {}, found {}", what,
        found == "\n" || found == "\r" ? "the end of the line" : fmt::format("'{}'", printable(found)));
}

void Json5Scanner::skip_byte_order_mark() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

// White space: ASCII, U+00A0, U+FEFF, U+2028, U+2029 and Unicode's space separators.
std::size_t Json5Scanner::blank_length() const {
    const auto rest = text_.substr(at_);
    if (rest.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest[0]);
    if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
    if (first < 0x80) return 0;
    if (rest.starts_with("\xC2\xA0")) return 2;
    for (const std::string_view blank : {"\xEF\xBB\xBF", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE1\x9A\x80",
                                         "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"})
        if (rest.starts_with(blank)) return 3;
    const bool general = rest.starts_with("\xE2\x80") && rest.size() > 2;
    return general && static_cast<unsigned char>(rest[2]) >= 0x80 &&
                   static_cast<unsigned char>(rest[2]) <= 0x8A
               ? 3
               : 0;
}

Result<void> Json5Scanner::skip_blanks() {
    for (;;) {
        if (const auto length = blank_length(); length != 0) {
            at_ += length;
        } else if (next() == '/') {
            if (auto ok = skip_comment(); !ok) return ok;
        } else {
            return {};
        }
    }
}

Result<void> Json5Scanner::skip_comment() {
    if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find_first_of("\n\r", at_), text_.size());
        return {};
    }
    if (!text_.substr(at_).starts_with("/*")) return expected("a value or a comment");
    const auto end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return error(Code::corrupt, "this comment has no end");
    at_ = end + 2;
    return {};
}

bool Json5Scanner::take(char wanted) {
    if (next() != wanted || at_end()) return false;
    ++at_;
    return true;
}

Result<std::string> Json5Scanner::key() {
    if (next() == '"' || next() == '\'') return quoted(next());
    if (starts_identifier(next()) || next() == '\\') return identifier();
    return expected("a key");
}

Result<json::value> Json5Scanner::scalar() {
    const char first = next();
    if (first == '"' || first == '\'') {
        auto text = quoted(first);
        if (!text) return std::unexpected(std::move(text).error());
        return json::value(std::move(*text));
    }
    if (is_digit(first) || first == '-' || first == '+' || first == '.') return number();
    if (starts_identifier(first)) return word();
    return expected("a value");
}

Result<std::string> Json5Scanner::quoted(char quote) {
    const auto start = at_++;
    std::string out;
    for (;;) {
        const auto stop = text_.find_first_of(quote == '"' ? "\"\\\n\r" : "'\\\n\r", at_);
        if (stop == std::string_view::npos)
            return located(Code::corrupt, start, "this string has no closing quote");
        out.append(text_.substr(at_, stop - at_));
        at_ = stop;
        if (take(quote)) return well_formed(std::move(out));
        if (next() != '\\') return located(Code::invalid_input, start, "this string has no closing quote");
        ++at_;
        if (auto ok = escape(out); !ok) return std::unexpected(ok.error());
    }
}

Result<void> Json5Scanner::escape(std::string& out) {
    if (at_end()) return expected("a character after the backslash");
    const char c = text_[at_++];
    constexpr std::string_view letters = "bfnrtv0", meanings("\b\f\n\r\t\v\0", 7);
    if (const auto found = letters.find(c); found != std::string_view::npos) {
        if (c == '0' && is_digit(next())) return error(Code::invalid_input, "an octal escape is not JSON5");
        out += meanings[found];
        return {};
    }
    if (c == 'x') {
        auto code = hex_digits(2);
        if (!code) return std::unexpected(code.error());
        append_utf8(out, *code);
        return {};
    }
    if (c == 'u') return unicode_escape(out);
    if (c == '\r') {  // a continued line
        take('\n');
        return {};
    }
    if (c == '\n') return {};
    if (is_digit(c)) return error(Code::invalid_input, "a digit after a backslash is not JSON5");
    out += c;  // the bytes that follow, if any, come as they are
    return {};
}

Result<std::uint32_t> Json5Scanner::hex_digits(std::size_t count) {
    std::uint32_t code = 0;
    const auto digits = text_.substr(at_, count);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (problem != std::errc() || digits.size() < count || end != digits.data() + count)
        return error(Code::invalid_input, "expected {} hexadecimal digits", count);
    at_ += count;
    return code;
}

Result<void> Json5Scanner::unicode_escape(std::string& out) {
    auto code = hex_digits(4);
    if (!code) return std::unexpected(code.error());
    const auto after = at_;
    if (*code >= 0xD800 && *code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
        at_ += 2;
        auto low = hex_digits(4);
        if (!low) return std::unexpected(low.error());
        if (*low >= 0xDC00 && *low <= 0xDFFF) {
            append_utf8(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
            return {};
        }
        at_ = after;
    }
    const bool lone_half = *code >= 0xD800 && *code <= 0xDFFF;
    append_utf8(out, lone_half ? 0xFFFD : *code);
    return {};
}

Result<std::string> Json5Scanner::identifier() {
    std::string out;
    for (;;) {
        if (continues_identifier(next()) && blank_length() == 0) {
            out += text_[at_++];
        } else if (next() == '\\') {
            ++at_;
            if (!take('u'))
                return error(Code::invalid_input, "only \\u may be escaped in a key without quotes");
            if (auto ok = unicode_escape(out); !ok) return std::unexpected(ok.error());
        } else {
            return well_formed(std::move(out));
        }
    }
}

Result<json::value> Json5Scanner::word() {
    const auto start = at_;
    while (continues_identifier(next()) && blank_length() == 0) ++at_;
    const auto word = text_.substr(start, at_ - start);
    if (word == "true") return json::value(true);
    if (word == "false") return json::value(false);
    if (word == "null") return json::value(nullptr);
    if (word == "Infinity") return json::value(std::numeric_limits<double>::infinity());
    if (word == "NaN") return json::value(std::numeric_limits<double>::quiet_NaN());
    return located(Code::invalid_input, start, "a text needs quotes");
}

Result<json::value> Json5Scanner::number() {
    const bool negative = next() == '-';
    if (next() == '-' || next() == '+') ++at_;
    if (is_digit(next()) || next() == '.') return unsigned_number(negative);
    if (!starts_identifier(next())) return expected("a number");
    auto named = word();
    if (!named || !named->is_double()) return error(Code::invalid_input, "expected a number");
    return json::value(negative ? -named->get_double() : named->get_double());
}

Result<json::value> Json5Scanner::unsigned_number(bool negative) {
    const auto start = at_;
    const auto finish = [&](double value) -> Result<json::value> {
        if (continues_identifier(next()) && blank_length() == 0) return expected("the end of the number");
        return json::value(negative ? -value : value);
    };
    if (next() == '0' && at_ + 1 < text_.size() && (text_[at_ + 1] | 0x20) == 'x') {
        at_ += 2;
        const auto digits = at_;
        double value = 0;
        for (; is_hex(next()); ++at_) {
            const char c = next();
            value = value * 16 + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        if (at_ == digits) return expected("a hexadecimal digit");
        if (value >= 9.2e18) return finish(value);
        const auto whole = static_cast<std::int64_t>(value);
        if (continues_identifier(next()) && blank_length() == 0) return expected("the end of the number");
        return json::value(negative ? -whole : whole);
    }
    while (is_digit(next())) ++at_;
    const auto whole_end = at_;
    if (take('.'))
        while (is_digit(next())) ++at_;
    if (at_ == start + 1 && text_[start] == '.') return expected("a digit");
    if (whole_end - start > 1 && text_[start] == '0')
        return located(Code::invalid_input, start, "a number may not begin with 0");
    if ((next() | 0x20) == 'e') {
        ++at_;
        if (next() == '+' || next() == '-') ++at_;
        if (!is_digit(next())) return expected("a digit of the exponent");
        while (is_digit(next())) ++at_;
    }
    const auto digits = text_.substr(start, at_ - start);
    std::int64_t whole = 0;
    if (at_ == whole_end &&
        std::from_chars(digits.data(), digits.data() + digits.size(), whole).ec == std::errc()) {
        if (continues_identifier(next()) && blank_length() == 0) return expected("the end of the number");
        return json::value(negative ? -whole : whole);
    }
    double value = 0;
    const auto outcome = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (outcome.ec == std::errc::result_out_of_range)
        return located(Code::invalid_input, start, "this number is out of range");
    return finish(value);
}

}  // namespace openclaw::config
