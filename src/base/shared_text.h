#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace openclaw {

// A text that never changes, so that its copies are one. For what is kept, told and sent all over again.
class SharedText {
public:
    SharedText() = default;
    SharedText(std::string text)  // NOLINT(google-explicit-constructor): a text like any other
        : text_(std::make_shared<const std::string>(std::move(text))) {}
    SharedText(std::string_view text)
        : SharedText(std::string(text)) {}                           // NOLINT(google-explicit-constructor)
    SharedText(const char* text) : SharedText(std::string(text)) {}  // NOLINT(google-explicit-constructor)

    std::string_view view() const { return text_ ? std::string_view(*text_) : std::string_view(); }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
    std::size_t size() const { return view().size(); }
    bool empty() const { return view().empty(); }

    friend bool operator==(const SharedText& left, const SharedText& right) {
        return left.view() == right.view();
    }
    friend bool operator==(const SharedText& left, std::string_view right) { return left.view() == right; }
    friend bool operator==(const SharedText& left, const char* right) { return left.view() == right; }
    friend std::ostream& operator<<(std::ostream& out, const SharedText& text) { return out << text.view(); }

private:
    std::shared_ptr<const std::string> text_;
};

}  // namespace openclaw
