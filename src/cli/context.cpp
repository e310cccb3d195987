#include "base/text.h"
#include "cli/command.h"

namespace openclaw::cli {

Result<std::shared_ptr<const config::Config>> Context::config_with_problems() {
    if (!loaded) loaded = load_config();
    return loaded;
}

Result<std::shared_ptr<const config::Config>> Context::config() {
    auto config = config_with_problems();
    if (!config || (*config)->valid()) return config;
    const config::Problem& first = (*config)->problems().front();
    const std::size_t more = (*config)->problems().size() - 1;
    std::string message = fmt::format("the config {} is invalid: {}{}{}", paths.shortened(paths.config_file),
                                      first.path, first.path.empty() ? "" : ": ", first.message);
    if (more > 0) message += fmt::format(" (and {} more)", more);
    std::string hint = first.hint.empty() ? std::string() : first.hint + "; ";
    return std::unexpected(
        Error{Code::invalid_input, std::move(message), hint + "see `openclaw config validate`"});
}

}  // namespace openclaw::cli
