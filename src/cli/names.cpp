#include "cli/names.h"

namespace openclaw::cli {

std::vector<std::string> names(Context&, std::string_view kind) {
    std::vector<std::string> found;
    if (kind == "command") {
        for (const Command* command : all_commands()) {
            if (!command->hidden) found.emplace_back(command->name);
        }
    }
    return found;
}

}  // namespace openclaw::cli
