#include "cli/parser/command.h"

namespace openclaw::cli {

Result<std::shared_ptr<const config::Config>> Context::config_with_problems() {
    if (!loaded) loaded = load_config();
    return loaded;
}

Result<std::shared_ptr<const config::Config>> Context::config() {
    auto config = config_with_problems();
    if (!config) return config;
    if (auto problem = (*config)->error()) return std::unexpected(std::move(*problem));
    return config;
}

}  // namespace openclaw::cli
