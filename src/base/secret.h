#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw {

// Holds a credential. Logged or printed, it reads "[secret]". Its bytes are overwritten when it is
// destroyed, assigned over or moved from.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view value);
    explicit Secret(const char* value) : Secret(std::string_view(value)) {}
    explicit Secret(std::string&& value);  // takes over the bytes and wipes the string
    Secret(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    bool operator==(const Secret& other) const;  // in constant time for equal lengths
    // The only way out: a search finds every use. For where bytes leave us (the wire, a file, a cipher); what
    // is asked or made of a secret on the way there needs none of it.
    std::string_view reveal() const { return bytes(); }
    bool empty() const { return size_ == 0; }
    bool blank() const;  // empty after trimming as JavaScript does
    std::size_t size() const { return size_; }
    bool starts_with(std::string_view text) const { return bytes().starts_with(text); }
    bool contains(std::string_view text) const { return bytes().contains(text); }
    bool stands_at_front_of(std::string_view text) const { return text.starts_with(bytes()); }
    bool is_printable() const;  // ASCII, and no control character in it

    Secret trimmed() const;
    // The pieces between the separators, each any number of these characters; no empty ones.
    std::vector<Secret> split(std::string_view separators) const;
    Secret followed_by(const Secret& other) const;

private:
    std::string_view bytes() const { return {bytes_.get(), size_}; }
    void wipe() noexcept;

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

// Overwrites a string's bytes, its spare capacity included, and empties it.
void wipe(std::string& text);

// Compares in constant time for equal lengths; the length itself is not hidden.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace openclaw

template <>
struct fmt::formatter<openclaw::Secret> : fmt::formatter<fmt::string_view> {
    auto format(const openclaw::Secret&, fmt::format_context& context) const {
        return fmt::formatter<fmt::string_view>::format("[secret]", context);
    }
};
