#pragma once

#include <optional>
#include <string_view>

#include "auth/profiles/profile.h"

namespace openclaw::auth {

// How long a kind of credential is good for by its issuer's own word, where the credential doesn't say.
struct DocumentedLifetime {
    std::string_view provider;  // normalised
    std::string_view prefix;    // of the secret
    Milliseconds lifetime;
    std::string_view name;    // "a setup token"
    std::string_view span;    // "one year"
    std::string_view source;  // who says so
};
const DocumentedLifetime* find_documented_lifetime(const Profile& profile);

// It was entered at `entered`, at the earliest issued just before: it may end sooner than `latest_end`, but
// not later.
struct Age {
    const DocumentedLifetime* lifetime;
    TimePoint entered, latest_end;
};
// Of a token without an end of its own, of a kind whose lifetime is documented, whose entry was recorded.
std::optional<Age> age_of(const Profile& profile);

// So long before `latest_end` a person is warned: the token may have been issued long before it was entered.
constexpr Milliseconds warn_before_documented_end = std::chrono::days(30);

}  // namespace openclaw::auth
