#include "auth/choice/look_around.h"

#include "auth/sealed/open_all.h"

namespace openclaw::auth {

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
    if (!sealed::holds_sealed(store, config)) return surroundings;
    sealed::KeyRing keys(files, sealed::places_of(config));
    SourceValues values;
    sealed::open_all(values, store, config, keys, now);
    surroundings.values = std::make_shared<const SourceValues>(std::move(values));
    return surroundings;
}

}  // namespace openclaw::auth
