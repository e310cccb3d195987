#include "auth/enrol/agent_credentials.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "platform/memory.h"

namespace openclaw::auth {
namespace {

// Thousands of profiles become some twenty times their file's size in memory.
void make_room(FileSystem& files, const Path& store) {
    constexpr std::uint64_t worth_it = std::uint64_t{512} << 10;
    const auto found = files.info(store);
    if (found && found->size >= worth_it)
        platform::expect_allocations(static_cast<std::size_t>(found->size) * 20);
}

}  // namespace

Result<std::unique_ptr<AgentCredentials>> open_credentials(FileSystem& files,
                                                           std::shared_ptr<const config::Config> config,
                                                           const config::AgentEntry& agent) {
    auto folders = store_folders(*config, agent);
    std::unique_ptr<AgentCredentials> credentials(
        new AgentCredentials{.files = files,
                             .config = std::move(config),
                             .agent = &agent,
                             .store = ProfileStore(files, std::move(folders)),
                             .profiles = {}});
    make_room(files, credentials->store.file());
    auto profiles = credentials->store.load();
    if (!profiles) return std::unexpected(std::move(profiles).error());
    credentials->profiles = std::move(*profiles);
    return credentials;
}

Result<const Profile*> stored_profile(const AgentCredentials& credentials, const ProfileId& id) {
    if (const auto* profile = credentials.profiles->find(id)) return profile;
    return unknown_profile(credentials, id);
}

std::unexpected<Error> unknown_profile(const AgentCredentials& credentials, const ProfileId& id) {
    std::vector<std::string> ids;
    for (const auto& profile : credentials.profiles->profiles) ids.push_back(profile.id.text);
    const auto near = nearest(id.text, ids);
    const auto folder = credentials.store.file().parent_path();
    return hinted(
        fail(Code::not_found, "Auth profile \"{}\" not found in {}.", printable(id.text),
             credentials.config->paths().shortened(folder)),
        near ? fmt::format("did you mean {}?", *near) : "`openclaw models auth list` shows what is stored");
}

const DamagedProfile* find_damaged(const Store& store, const ProfileId& id) {
    const auto found = std::ranges::find(store.damaged, id, &DamagedProfile::id);
    return found == store.damaged.end() ? nullptr : &*found;
}

}  // namespace openclaw::auth
