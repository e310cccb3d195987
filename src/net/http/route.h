#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openclaw::net {

// What stood in the holes of a pattern, decoded: {"model", "gpt-oss:20b"}.
class PathValues {
public:
    void add(std::string_view name, std::string value) { values_.emplace_back(name, std::move(value)); }
    std::optional<std::string_view> find(std::string_view name) const;
    bool empty() const { return values_.empty(); }

private:
    std::vector<std::pair<std::string_view, std::string>> values_;
};

// A path with named holes, segment by segment: "/healthz", "/v1beta/models/{model}:generateContent". A
// segment has at most one hole, which takes what stands between the words before and behind it: at least one
// character, never a slash, "%2F" and its like decoded. What doesn't decode to text, or to a control
// character, matches nothing. Paths compare exactly: no case is folded, no slash is forgiven.
class PathPattern {
public:
    constexpr PathPattern(const char* text) : text_(text) {}
    std::string_view text() const { return text_; }
    std::optional<PathValues> match(std::string_view path) const;

private:
    std::string_view text_;
};

}  // namespace openclaw::net
