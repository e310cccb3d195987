#include "base/fingerprint.h"
#include "cli/commands/commands.h"
#include "config/json5/key_path.h"
#include "config/settings/settings.h"

namespace openclaw::cli {

namespace {

std::string scalar_text(const json::value& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    return format_json(value);
}

// "<set> #3fa9c1d2": the same secret elsewhere has the same mark.
std::string with_fingerprint(Context& context, const config::Config& config, const std::string& path,
                             std::string shown) {
    const auto secret = config.text(path);
    if (!secret || shown == *secret || !shown.starts_with("<")) return shown;
    return shown + " " + fingerprint(Secret(*secret), context.fingerprint_key);
}

Exit run_config_get(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    // Of a file that can't be read a default would be a wrong answer.
    const bool unread = (*config)->exists() && (*config)->value().empty();
    if (auto problem = unread ? (*config)->error() : std::nullopt) return report(context, *problem);
    if (!(*config)->valid())
        context.out.note("note: the config has problems; see `openclaw config validate`");
    const auto shown = (*config)->shown();
    if (arguments.positional().empty()) {
        context.out.json(shown);
        return Exit::ok;
    }
    const std::string& text = arguments.positional().front();
    const auto path = config::parse_key_path(text);
    if (!path) return report(context, path.error());
    const json::value* found = config::find_value(shown, *path);
    std::optional<json::value> fallback;
    if (!found) {
        const auto* setting = config::setting_of_path(text);
        if (setting && !setting->default_json.empty())
            fallback = json::parse(json::string_view(setting->default_json));
        found = fallback ? &*fallback : nullptr;
    }
    if (!found) {
        return report(context, {Code::not_found, "config path not found: " + config::format_key_path(*path),
                                config::setting_of_path(text)
                                    ? "it is a known setting that isn't set and has no default"
                                    : "`openclaw config get` shows what is set"});
    }
    if (arguments.has("--json") || found->is_object() || found->is_array())
        context.out.json(*found);
    else
        context.out.line(with_fingerprint(context, **config, text, scalar_text(*found)));
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print JSON, single values too", .kind = OptionKind::flag},
};

}  // namespace

const Command config_get{
    .name = "config get",
    .summary = "Show the settings in effect, or one of them",
    .arguments = "[PATH]",
    .options = options,
    .example = "openclaw config get agents.defaults.model.primary",
    .run = run_config_get,
    .arguments_max = 1,
    .completes = "setting",
    .details =
        "A secret, and what looks like one, reads <set>, with a fingerprint that is the same wherever the "
        "same "
        "secret stands, or <from ${NAME}> where the file refers to a variable. Everything else reads as it "
        "is, "
        "variables resolved. Paths: gateway.port, agents.list[0].id, auth.order[z.ai].",
};

}  // namespace openclaw::cli
