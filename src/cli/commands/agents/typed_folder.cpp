#include "cli/commands/agents/typed_folder.h"

namespace openclaw::cli {

platform::Path typed_folder(const Context& context, const std::string& text) {
    std::error_code ignored;
    return config::expanded(text, context.paths.home, std::filesystem::current_path(ignored));
}

}  // namespace openclaw::cli
