#include "cli/commands/config/change.h"

#include "config/settings.h"

namespace openclaw::cli {

void tell_change(Context& context, const config::Written& written, std::string_view done,
                 std::string_view path) {
    if (written.changed.empty()) {
        context.out.line(fmt::format("{} is so already.", path));
        return;
    }
    const auto* setting = config::setting_of_path(path);
    const bool restart = !setting || setting->reload == config::Reload::restart;
    context.out.line(
        fmt::format("{} {}. {}", done, path,
                    restart ? "Restart the gateway to apply." : "A running gateway follows by itself."));
    for (const auto& file : written.changed)
        if (file != context.paths.config_file)
            context.out.note(fmt::format("note: it stands in {}", context.paths.shortened(file)));
}

}  // namespace openclaw::cli
