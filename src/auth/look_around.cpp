#include "auth/look_around.h"

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

}  // namespace openclaw::auth
