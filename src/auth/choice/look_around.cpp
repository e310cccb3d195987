#include "auth/choice/look_around.h"

#include "auth/sealed/open_all.h"
#include "config/environment/state_names.h"

namespace openclaw::auth {

std::vector<UnusedStore> find_unused_stores(platform::FileSystem& files, const config::Paths& paths) {
    const auto has_store = [&](const config::Path& state) {
        return platform::exists(files, state / "agents/main/agent/auth-profiles.json");
    };
    std::vector<UnusedStore> unused;
    const bool alone = paths.state_explicit || paths.state_legacy || paths.home.empty();
    if (alone || !paths.main_agent_override.empty() || has_store(paths.state)) return unused;
    const auto used = files.real_path(paths.state);
    for (const auto name : config::old_state_names) {
        const auto state = paths.home / name;
        if (!has_store(state)) continue;
        const auto real = files.real_path(state);
        if (real && used && *real == *used) continue;
        const auto folder = fmt::format("~/{}", name);
        unused.push_back({folder + "/agents/main/agent/auth-profiles.json", folder});
    }
    return unused;
}

Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key) {
    Surroundings surroundings;
    surroundings.fingerprint_key = std::move(fingerprint_key);
    surroundings.unused = find_unused_stores(files, config.paths());
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
    if (!sealed::holds_sealed(store, config)) return surroundings;
    sealed::KeyRing keys(files, sealed::places_of(config));
    SourceValues values;
    sealed::open_all(values, store, config, keys, now);
    surroundings.values = std::make_shared<const SourceValues>(std::move(values));
    return surroundings;
}

}  // namespace openclaw::auth
