#include "cli/commands/config/change.h"

#include <algorithm>

#include "base/text.h"
#include "cli/gateway/tell_gateway.h"
#include "config/json5/key_path.h"
#include "config/settings/settings.h"

namespace openclaw::cli {

namespace {

bool waits_for_restart(const std::string& path, const json::value* value) {
    if (const auto* object = value ? value->if_object() : nullptr; object && !object->empty())
        return std::ranges::any_of(*object, [&](const auto& member) {
            return waits_for_restart(config::joined_path(path, std::string_view(member.key())),
                                     &member.value());
        });
    const auto* setting = config::setting_of_path(path);
    return setting && setting->reload == config::Reload::restart;
}

// Whether a part of what was changed is taken over at a start only: each setting in it is asked, so that a
// section that is set as a whole is judged by what it holds.
bool waits_for_restart(const config::Written& written) {
    return std::ranges::any_of(written.edits, [](const config::Edit& edit) {
        return waits_for_restart(config::format_key_path(edit.path), edit.value ? &*edit.value : nullptr);
    });
}

// What it means for the gateway: from its own mouth when one runs.
std::string consequence(Context& context, const config::Written& written) {
    const auto news = tell_gateway(context, written.changed);
    if (news && !news->uses_them) return "The running gateway doesn't use it: " + news->why_not;
    if (!news && waits_for_restart(written)) return "It takes effect when the gateway is started next.";
    if (news && waits_for_restart(written) && !news->needs_restart.empty())
        return "Restart the gateway to apply.";
    return news ? "The running gateway uses it now." : "A running gateway follows by itself.";
}

void note_what_is_still_wrong(Context& context, const config::Written& written) {
    const auto& problems = written.config->problems();
    if (problems.empty()) return;
    const auto& first = problems.front();
    context.out.note(fmt::format("note: {} is still invalid: {}{}{}; see `openclaw config validate`",
                                 context.paths.shortened(context.paths.config_file), printable(first.path),
                                 first.path.empty() ? "" : ": ", printable(first.message)));
}

}  // namespace

void tell_change(Context& context, const config::Written& written, std::string_view done,
                 std::string_view path) {
    if (written.changed.empty()) {
        context.out.line(fmt::format("{} is so already.", path));
        return;
    }
    context.out.line(fmt::format("{} {}. {}", done, path, consequence(context, written)));
    for (const auto& file : written.changed)
        if (file != context.paths.config_file)
            context.out.note(fmt::format("note: it stands in {}", context.paths.shortened(file)));
    note_what_is_still_wrong(context, written);
}

}  // namespace openclaw::cli
