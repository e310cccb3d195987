#include "base/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace openclaw {

Secret::Secret(std::string_view value) : size_(value.size()) {
    if (size_ == 0) return;
    bytes_ = std::make_unique<char[]>(size_);
    std::memcpy(bytes_.get(), value.data(), size_);
}

Secret::Secret(std::string&& value) : Secret(std::string_view(value)) {
    openclaw::wipe(value);
}

Secret::Secret(const Secret& other) : Secret(other.bytes()) {}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

Secret::~Secret() {
    wipe();
}

bool Secret::operator==(const Secret& other) const {
    return equal_in_constant_time(bytes(), other.bytes());
}

bool Secret::blank() const {
    return trimmed_wide(bytes()).empty();
}

bool Secret::is_printable() const {
    return std::ranges::all_of(bytes(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Secret Secret::trimmed() const {
    return Secret(trimmed_wide(bytes()));
}

std::vector<Secret> Secret::split(std::string_view separators) const {
    std::vector<Secret> pieces;
    auto rest = bytes();
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(separators), rest.size()));
        if (rest.empty()) return pieces;
        pieces.emplace_back(rest.substr(0, rest.find_first_of(separators)));
        rest.remove_prefix(pieces.back().size());
    }
}

Secret Secret::followed_by(const Secret& other) const {
    Secret both;
    both.size_ = size_ + other.size_;
    both.bytes_ = std::make_unique<char[]>(both.size_);
    std::ranges::copy(bytes(), both.bytes_.get());
    std::ranges::copy(other.bytes(), both.bytes_.get() + size_);
    return both;
}

void Secret::wipe() noexcept {
    if (bytes_) sodium_memzero(bytes_.get(), size_);
    bytes_.reset();
    size_ = 0;
}

void wipe(std::string& text) {
    text.resize(text.capacity());
    sodium_memzero(text.data(), text.size());
    text.clear();
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    return left.empty() || sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace openclaw
