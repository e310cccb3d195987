#include "auth/enrol/credential_order.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::auth {
namespace {

bool has_a_place(Verdict verdict) {
    switch (verdict) {
        case Verdict::excluded_by_order:
        case Verdict::excluded_by_config:
        case Verdict::provider_mismatch:
        case Verdict::not_stored:
        case Verdict::not_allowed_here:
            return false;
        default:
            return true;
    }
}

Result<void> check_member(const AgentCredentials& credentials, const ProviderId& provider,
                          const ProfileId& id) {
    const auto profile = stored_profile(credentials, id);
    if (!profile) return std::unexpected(profile.error());
    if (const auto other = ProviderId((*profile)->provider); other != provider)
        return hinted(
            fail(Code::invalid_input, "Auth profile \"{}\" is for {}, not {}.", id.text, other, provider),
            "`openclaw models auth list` shows what is stored");
    return {};
}

}  // namespace

Result<std::vector<ProfileId>> checked_order(const AgentCredentials& credentials, const ProviderId& provider,
                                             std::span<const std::string> typed) {
    std::vector<ProfileId> ids;
    for (const auto& word : typed) {
        ProfileId id{std::string(trimmed(word))};
        if (id.text.empty() || std::ranges::find(ids, id) != ids.end()) continue;
        if (auto fine = check_member(credentials, provider, id); !fine)
            return std::unexpected(std::move(fine).error());
        ids.push_back(std::move(id));
    }
    if (ids.empty())
        return fail(Code::invalid_input, "Missing profile ids. Provide one or more profile ids.");
    return ids;
}

std::vector<ProfileId> gone_from(const std::vector<ProfileId>& order, const Store& store) {
    std::vector<ProfileId> gone;
    for (const auto& id : order)
        if (!store.find(id) && !find_damaged(store, id)) gone.push_back(id);
    return gone;
}

std::vector<ProfileId> order_with_first(const Resolution& resolution, const ProfileId& first) {
    std::vector<ProfileId> ids{first};
    for (const auto& candidate : resolution.candidates)
        if (candidate.source == Source::profile && candidate.profile != first &&
            has_a_place(candidate.verdict))
            ids.push_back(candidate.profile);
    return ids;
}

}  // namespace openclaw::auth
