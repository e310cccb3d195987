#pragma once

#include <fmt/format.h>

#include <compare>
#include <concepts>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace openclaw::auth {

// Which provider. Of its many spellings the one, from the moment that it is made: trimmed, in lower case,
// "Z.AI"
// -> "zai", "qwen" -> "qwen-portal". So any text becomes one by itself, and two are compared as they are.
class ProviderId {
public:
    ProviderId() = default;                 // none
    ProviderId(std::string_view spelling);  // NOLINT(google-explicit-constructor)
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, std::string_view>)
    ProviderId(const Text& spelling)  // NOLINT(google-explicit-constructor)
        : ProviderId(static_cast<std::string_view>(spelling)) {}

    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    // Where any text is shown or written, this is one.
    operator const std::string&() const { return text_; }  // NOLINT(google-explicit-constructor)
    operator std::string_view() const { return text_; }    // NOLINT(google-explicit-constructor)

    friend bool operator==(const ProviderId&, const ProviderId&) = default;
    friend auto operator<=>(const ProviderId&, const ProviderId&) = default;
    // With the one spelling: "anthropic".
    friend bool operator==(const ProviderId& id, std::string_view text) { return id.text_ == text; }
    friend bool operator==(const ProviderId& id, const char* text) { return id.text_ == text; }
    friend bool operator==(const ProviderId& id, const std::string& text) { return id.text_ == text; }
    friend std::ostream& operator<<(std::ostream& out, const ProviderId& id) { return out << id.text_; }

private:
    std::string text_;
};

}  // namespace openclaw::auth

template <>
struct std::hash<openclaw::auth::ProviderId> {
    std::size_t operator()(const openclaw::auth::ProviderId& id) const noexcept {
        return std::hash<std::string>()(id.text());
    }
};

template <>
struct fmt::formatter<openclaw::auth::ProviderId> : fmt::formatter<fmt::string_view> {
    auto format(const openclaw::auth::ProviderId& id, format_context& context) const {
        return fmt::formatter<fmt::string_view>::format(id.text(), context);
    }
};
