#include "auth/enrol/lifetime.h"

#include <algorithm>
#include <array>

namespace openclaw::auth {
namespace {

constexpr std::array documented_lifetimes = {
    DocumentedLifetime{.provider = "anthropic",
                       .prefix = "sk-ant-oat",
                       .lifetime = std::chrono::days(365),
                       .name = "a setup token",
                       .span = "one year",
                       .source = "Claude Code documentation, `claude setup-token`"},
};

}  // namespace

const DocumentedLifetime* find_documented_lifetime(const Profile& profile) {
    const auto* token = std::get_if<Token>(&profile.credential);
    if (!token) return nullptr;
    const ProviderId provider(profile.provider);
    const auto found = std::ranges::find_if(documented_lifetimes, [&](const DocumentedLifetime& entry) {
        return entry.provider == provider && token->token.starts_with(entry.prefix);
    });
    return found == documented_lifetimes.end() ? nullptr : &*found;
}

std::optional<Age> age_of(const Profile& profile) {
    const auto* token = std::get_if<Token>(&profile.credential);
    if (!token || token->expires || !profile.added) return std::nullopt;
    const auto* lifetime = find_documented_lifetime(profile);
    if (!lifetime) return std::nullopt;
    return Age{lifetime, *profile.added, *profile.added + lifetime->lifetime};
}

}  // namespace openclaw::auth
