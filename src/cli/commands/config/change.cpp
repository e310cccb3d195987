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

// What of TLS or of clients' certificates the gateway can't use, where that was changed.
std::optional<std::string> tls_problem(const gateway::GatewayNews& news, const config::Written& written) {
    const auto is_about_tls = [](const config::Edit& edit) {
        const auto path = config::format_key_path(edit.path);
        return path == "gateway" || path == "gateway.tls" || path.starts_with("gateway.tls.");
    };
    if (news.tls_problems.empty() || !std::ranges::any_of(written.edits, is_about_tls)) return std::nullopt;
    return joined(news.tls_problems, "; ");
}

// What it means for the gateway: from its own mouth when one runs.
std::string consequence(Context& context, const config::Written& written) {
    const auto news = tell_gateway(context, written.changed);
    if (const auto problem = news ? tls_problem(*news, written) : std::nullopt)
        return "The running gateway can't use all of it: " + *problem;
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
