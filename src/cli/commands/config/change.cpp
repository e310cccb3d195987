#include "cli/commands/config/change.h"

#include "cli/gateway/tell_gateway.h"
#include "config/settings/settings.h"

namespace openclaw::cli {

namespace {

// What it means for the gateway: from its own mouth when one runs.
std::string consequence(Context& context, const config::Written& written, std::string_view path) {
    const auto* setting = config::setting_of_path(path);
    const bool restart = !setting || setting->reload == config::Reload::restart;
    const auto news = tell_gateway(context, written.changed);
    if (news && !news->uses_them) return "The running gateway doesn't use it: " + news->why_not;
    if (restart) return "Restart the gateway to apply.";
    return news ? "The running gateway uses it now." : "A running gateway follows by itself.";
}

}  // namespace

void tell_change(Context& context, const config::Written& written, std::string_view done,
                 std::string_view path) {
    if (written.changed.empty()) {
        context.out.line(fmt::format("{} is so already.", path));
        return;
    }
    context.out.line(fmt::format("{} {}. {}", done, path, consequence(context, written, path)));
    for (const auto& file : written.changed)
        if (file != context.paths.config_file)
            context.out.note(fmt::format("note: it stands in {}", context.paths.shortened(file)));
}

}  // namespace openclaw::cli
