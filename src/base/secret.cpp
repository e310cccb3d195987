#include "base/secret.h"

#include <sodium.h>

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

Secret::Secret(const Secret& other) : Secret(other.reveal()) {}

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
    return equal_in_constant_time(reveal(), other.reveal());
}

std::string_view Secret::reveal() const {
    return {bytes_.get(), size_};
}

bool Secret::blank() const {
    return trimmed(reveal()).empty();
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
