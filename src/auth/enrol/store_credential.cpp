#include "auth/enrol/store_credential.h"

#include <algorithm>

#include "auth/enrol/config_entries.h"

namespace openclaw::auth {
namespace {

bool holds_another(const Store& store, const Profile& profile, const ProviderId& provider) {
    return std::ranges::any_of(store.profiles, [&](const Profile& other) {
        return other.id != profile.id && ProviderId(other.provider) == provider;
    });
}

// Whether no agent stores another profile of the provider. A store that can't be read may hold one.
bool stands_alone(const AgentCredentials& credentials, const Profile& profile) {
    const ProviderId provider(profile.provider);
    return std::ranges::all_of(credentials.config->agents(), [&](const config::AgentEntry& agent) {
        const auto store = ProfileStore(credentials.files, store_folders(*credentials.config, agent)).load();
        return store && !holds_another(**store, profile, provider);
    });
}

Error not_stored(AgentCredentials& credentials, const Entered& entered, Error cause) {
    const auto taken_back = credentials.store.take_back(entered);
    return taken_back
               ? failed(std::move(cause), "{} was not stored, because the config can't follow",
                        entered.id.text)
                     .error()
               : failed(std::move(cause), "{} is stored, but the config was not changed", entered.id.text)
                     .error();
}

}  // namespace

Result<StoredCredential> store_credential(AgentCredentials& credentials, config::ConfigWriter& writer,
                                          const Profile& profile) {
    const auto entered = credentials.store.enter(profile);
    if (!entered) return std::unexpected(entered.error());
    bool needed = leaves_out(credentials.config->value(), profile);
    auto written = writer.update([&](json::object& document) {
        needed = leaves_out(document, profile);
        return follow_stored(document, profile, stands_alone(credentials, profile));
    });
    if (!written && needed)
        return std::unexpected(not_stored(credentials, *entered, std::move(written).error()));
    StoredCredential stored{
        .id = profile.id, .file = credentials.store.file(), .config = {}, .config_problem = {}};
    if (written)
        stored.config = std::move(*written);
    else
        stored.config_problem = failed(std::move(written).error(),
                                       "{} is stored, but the config was not changed", profile.id.text)
                                    .error();
    return stored;
}

std::optional<NextUse> next_use(const Resolution& before, const Resolution& after, const ProfileId& id) {
    const auto stored = std::ranges::find(after.candidates, id, &Candidate::profile);
    if (stored == after.candidates.end()) return std::nullopt;
    if (!is_usable(stored->verdict)) return NextUse{NextUse::Kind::none, &*stored};
    if (stored->verdict != Verdict::chosen)
        return NextUse{NextUse::Kind::in_reserve, &*stored, after.chosen()};
    const auto* first = before.chosen();
    if (first && first->source == Source::profile && first->profile != id)
        return NextUse{NextUse::Kind::takes_over, &*stored, first};
    return NextUse{NextUse::Kind::first, &*stored};
}

}  // namespace openclaw::auth
