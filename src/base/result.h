#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <string_view>

namespace openclaw {

// What a caller may branch on. Each surface maps it in one place: exit status, HTTP status, error frame.
enum class Code {
    invalid_input,  // what was typed, sent or written in a file makes no sense
    not_found,      // a named thing does not exist
    denied,         // a credential or a permission was refused
    unavailable,    // the other side can't be reached or can't serve now
    timed_out,
    busy,       // a lock or a port is held by somebody else
    corrupt,    // a file is damaged; it was not touched
    no_space,   // the disk is full or read-only; nothing was changed
    too_large,  // an input exceeds its bound
    cancelled,  // the person or the caller gave up
    internal,   // our own fault
};

std::string_view name_of(Code code);

// An error is a value with a next step.
struct Error {
    Code code = Code::internal;
    std::string message;  // for a person: lower case, no full stop, no secret
    std::string hint;     // what to try next, or empty

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

// A new error: fail(Code::not_found, "no agent {}", id).
template <class... Args>
std::unexpected<Error> fail(Code code, fmt::format_string<Args...> text, Args&&... args) {
    return std::unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...), {}});
}

// An error on its way up, with what we were doing put in front: "reading x: permission denied".
template <class... Args>
std::unexpected<Error> failed(Error cause, fmt::format_string<Args...> doing, Args&&... args) {
    cause.message = fmt::format(doing, std::forward<Args>(args)...) + ": " + cause.message;
    return std::unexpected(std::move(cause));
}

// The same error with the next step that only this caller knows.
std::unexpected<Error> hinted(Error cause, std::string hint);
inline std::unexpected<Error> hinted(std::unexpected<Error> cause, std::string hint) {
    return hinted(std::move(cause).error(), std::move(hint));
}

}  // namespace openclaw
