#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace openclaw::config {

// The tokens of JSON5 over a text that outlives it: blanks and comments, keys, scalars.
class Json5Scanner {
public:
    explicit Json5Scanner(std::string_view text) : text_(text) {}

    std::uint32_t offset() const { return static_cast<std::uint32_t>(at_); }
    bool at_end() const { return at_ >= text_.size(); }
    void skip_byte_order_mark();
    Result<void> skip_blanks();  // white space and comments; fails for a comment without an end
    bool take(char wanted);      // steps over that character if it is next
    Result<std::string> key();
    Result<json::value> scalar();

    // "line 3, column 8: expected ':' after the key, found '1'"; `corrupt` at the end of the text.
    std::unexpected<Error> expected(std::string_view what) const;
    template <class... Args>
    std::unexpected<Error> error(Code code, fmt::format_string<Args...> text, Args&&... args) const {
        return located(code, at_, fmt::format(text, std::forward<Args>(args)...));
    }

private:
    std::unexpected<Error> located(Code code, std::size_t offset, std::string_view message) const;
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    std::size_t blank_length() const;
    Result<void> skip_comment();
    Result<std::string> quoted(char quote);
    Result<void> escape(std::string& out);
    Result<std::uint32_t> hex_digits(std::size_t count);
    Result<void> unicode_escape(std::string& out);
    Result<std::string> identifier();
    Result<json::value> word();
    Result<json::value> number();
    Result<json::value> unsigned_number(bool negative);

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace openclaw::config
