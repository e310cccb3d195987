#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace openclaw {

// Names and values as a form's body or a URL's query carries them. Source: WHATWG URL standard,
// application/x-www-form-urlencoded.
class Form {
public:
    Form() = default;
    Form(const Form&) = delete;
    Form& operator=(const Form&) = delete;
    ~Form() { wipe(text_); }

    Form& add(std::string_view name, std::string_view value);
    Form& add(std::string_view name, const Secret& value);
    bool empty() const { return text_.empty(); }
    std::string take() { return std::exchange(text_, {}); }

private:
    std::string text_;
};

using FormFields = std::vector<std::pair<std::string, std::string>>;

// Nothing for a text that isn't one: a broken escape, bytes that aren't UTF-8, more than `fields_max` fields.
std::optional<FormFields> parse_form(std::string_view text, std::size_t fields_max = 64);
// The value of that name where it stands exactly once: who reads the first of two may be made to read another
// one than the writer meant.
std::optional<std::string_view> only_value(const FormFields& fields, std::string_view name);

}  // namespace openclaw
