#include "auth/choice/look_around.h"

#include <algorithm>

#include "auth/sealed/open_all.h"
#include "config/agents.h"
#include "config/environment/state_names.h"

namespace openclaw::auth {

namespace {

// What a state directory of old may hold credentials in, those of the main agent first.
std::vector<config::Path> places_of_old(platform::FileSystem& files, const config::Path& state) {
    std::vector<config::Path> places;
    const auto add = [&](const config::Path& folder) {
        const auto store = config::store_folder(files, state, state / folder).lexically_relative(state);
        places.push_back(store / "auth-profiles.json");
        places.push_back(folder / "auth.json");
    };
    add("agents/main/agent");
    add("agent");
    places.emplace_back("credentials/oauth.json");
    constexpr std::size_t agents_max = 100;
    const auto agents = files.list(state / "agents");
    for (std::size_t i = 0; agents && i < std::min(agents->size(), agents_max); ++i)
        add(config::Path("agents") / (*agents)[i] / "agent");
    return places;
}

}  // namespace

std::vector<UnusedStore> find_unused_stores(platform::FileSystem& files, const config::Paths& paths) {
    std::vector<UnusedStore> unused;
    const bool alone = paths.state_explicit || paths.state_legacy || paths.home.empty();
    if (alone || !paths.main_agent_override.empty()) return unused;
    const auto used = files.real_path(paths.state);
    for (const auto name : config::old_state_names) {
        const auto state = files.real_path(paths.home / name);
        if (!state || (used && *state == *used)) continue;
        const auto places = places_of_old(files, *state);
        const auto found = std::ranges::find_if(
            places, [&](const auto& place) { return platform::exists(files, *state / place); });
        if (found == places.end()) continue;
        const auto folder = fmt::format("~/{}", name);
        unused.push_back({folder + "/" + found->string(), folder});
    }
    return unused;
}

Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key) {
    Surroundings surroundings;
    surroundings.fingerprint_key = std::move(fingerprint_key);
    const auto& environment = config.environment();
    if (!environment.find_filled("GOOGLE_CLOUD_LOCATION")) return surroundings;
    const auto named = environment.find_filled("GOOGLE_APPLICATION_CREDENTIALS");
    const auto path = named ? config::expanded(*named, config.paths().home, config.paths().home)
                            : config.paths().home / ".config/gcloud/application_default_credentials.json";
    surroundings.google_login = platform::exists(files, path);
    return surroundings;
}

Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key, const Store& store, TimePoint now) {
    auto surroundings = look_around(files, config, std::move(fingerprint_key));
    if (store.profiles.empty() && store.damaged.empty())
        surroundings.unused = find_unused_stores(files, config.paths());
    if (!sealed::holds_sealed(store, config)) return surroundings;
    sealed::KeyRing keys(files, sealed::places_of(config));
    SourceValues values;
    sealed::open_all(values, store, config, keys, now);
    surroundings.values = std::make_shared<const SourceValues>(std::move(values));
    return surroundings;
}

}  // namespace openclaw::auth
