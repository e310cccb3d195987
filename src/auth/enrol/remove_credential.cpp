#include "auth/enrol/remove_credential.h"

#include <algorithm>

#include "auth/enrol/config_entries.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

bool is_inherited(const Store& store, const ProfileId& id) {
    if (const auto* damaged = find_damaged(store, id)) return damaged->inherited;
    const auto* profile = store.find(id);
    return profile && profile->inherited;
}

// The others would lose it too.
Error not_its_own(const AgentCredentials& credentials, const ProfileId& id) {
    const auto command = fmt::format("openclaw models auth remove {} --agent main", id.text);
    return {Code::invalid_input,
            fmt::format("{} inherits it from main: {}", credentials.agent->id, printable(id.text)),
            fmt::format("to remove it for every agent, run `{}`; to keep it for some, `openclaw models auth "
                        "allow {} --agents main`",
                        command, id.text)};
}

// Whoever can't read a store doesn't know that it isn't there.
bool is_stored_anywhere(const AgentCredentials& credentials, const ProfileId& id) {
    return std::ranges::any_of(credentials.config->agents(), [&](const config::AgentEntry& agent) {
        const auto store = ProfileStore(credentials.files, store_folders(*credentials.config, agent)).load();
        return !store || (*store)->find(id) || find_damaged(**store, id);
    });
}

const ProgramLogin* find_login_still_read(AgentCredentials& credentials, const ProfileId& id) {
    const auto now = credentials.store.load();
    const auto* profile = now ? (*now)->find(id) : nullptr;
    return profile ? find_program_login(profile->managed_by) : nullptr;
}

bool is_stored(const Store& store, const ProfileId& id) {
    return store.find(id) || find_damaged(store, id);
}

// What is not stored anywhere any more, and still named by the config, can be forgotten there.
Result<void> check_removable(const AgentCredentials& credentials, const ProfileId& id) {
    const auto& store = *credentials.profiles;
    if (is_inherited(store, id)) return std::unexpected(not_its_own(credentials, id));
    if (is_stored(store, id)) return {};
    const bool only_named =
        names_profile(credentials.config->value(), id) && !is_stored_anywhere(credentials, id);
    return only_named ? Result<void>{} : unknown_profile(credentials, id);
}

// Another agent may have one of the same name; what the config says is about that one too.
Result<std::optional<config::Written>> forget_in_config(const AgentCredentials& credentials,
                                                        config::ConfigWriter& writer, const ProfileId& id) {
    if (!names_profile(credentials.config->value(), id)) return std::nullopt;
    if (is_stored_anywhere(credentials, id)) return std::nullopt;
    auto written = writer.update([&](json::object& document) -> Result<void> {
        forget_profile(document, id);
        return {};
    });
    if (!written)
        return failed(std::move(written).error(), "{} is removed, but the config still names it",
                      printable(id.text));
    return std::optional(std::move(*written));
}

}  // namespace

Result<RemovedCredential> remove_credential(AgentCredentials& credentials, config::ConfigWriter& writer,
                                            const ProfileId& id) {
    if (auto removable = check_removable(credentials, id); !removable)
        return std::unexpected(std::move(removable).error());
    auto file = credentials.store.file_of(id);
    if (!file) return std::unexpected(std::move(file).error());
    const auto removed = credentials.store.remove(id);
    if (!removed) return std::unexpected(removed.error());
    const auto* login = find_login_still_read(credentials, id);
    if (login && !*removed)
        return hinted(
            fail(Code::invalid_input, "{} is {}", id.text, described(*login, credentials.config->paths())),
            "log out there to be rid of it");
    auto written = forget_in_config(credentials, writer, id);
    if (!written) return std::unexpected(std::move(written).error());
    return RemovedCredential{.id = id,
                             .file = std::move(*file),
                             .was_stored = is_stored(*credentials.profiles, id),
                             .config = std::move(*written),
                             .still_read_from = login};
}

std::string described(const ProgramLogin& login, const config::Paths& paths) {
    return fmt::format("the login of {}, read from {}", login.name, paths.shortened(paths.home / login.file));
}

std::vector<ProfileId> own_profiles_of(const Store& store, std::string_view provider) {
    const ProviderId wanted(provider);
    std::vector<ProfileId> ids;
    for (const auto& profile : store.profiles)
        if (!profile.inherited && ProviderId(profile.provider) == wanted) ids.push_back(profile.id);
    return ids;
}

std::vector<std::string> providers_of(const Store& store, std::span<const ProfileId> ids) {
    std::vector<std::string> providers;
    for (const auto& id : ids) {
        const auto* profile = store.find(id);
        if (!profile) continue;
        const ProviderId provider(profile->provider);
        if (std::ranges::find(providers, provider.text()) == providers.end()) providers.push_back(provider);
    }
    return providers;
}

}  // namespace openclaw::auth
