#include "cli/commands/models/agent_credentials.h"

#include <algorithm>

#include "auth/choice/provider_table.h"
#include "auth/enrol/provider_name.h"
#include "base/text.h"
#include "config/agents.h"
#include "config/settings/settings.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::cli {

namespace {

std::vector<std::string> providers_known_to(const AgentCredentials& credentials) {
    auto known = auth::known_providers(*credentials.config);
    std::ranges::copy(providers::list_providers(*credentials.config), std::back_inserter(known));
    for (const auto& profile : credentials.profiles->profiles)
        known.push_back(auth::ProviderId(profile.provider));
    return known;
}

}  // namespace

Result<const config::AgentEntry*> find_agent(const config::Config& config, const Arguments& arguments) {
    const auto id = arguments.text("--agent");
    return id ? config::agent_named(config, *id) : Result<const config::AgentEntry*>(&config.default_agent());
}

Result<std::unique_ptr<AgentCredentials>> open_credentials(Context& context, const Arguments& arguments) {
    auto config = context.config();
    if (!config) return std::unexpected(std::move(config).error());
    const auto agent = find_agent(**config, arguments);
    if (!agent) return std::unexpected(agent.error());
    return auth::open_credentials(context.files, *config, **agent);
}

void note_unknown_provider(Context& context, const AgentCredentials& credentials, const std::string& typed) {
    const auto known = providers_known_to(credentials);
    if (std::ranges::find(known, auth::ProviderId(typed).text()) != known.end()) return;
    const auto near = auth::meant_provider(typed, known);
    context.out.note(fmt::format("note: no provider \"{}\" is known{}", printable(typed),
                                 near ? fmt::format("; did you mean {}?", *near) : ""));
}

Result<std::string> checked_provider(const AgentCredentials& credentials, const Arguments& arguments) {
    return checked_provider(credentials, arguments.text("--provider").value_or(""),
                            arguments.has("--custom"));
}

Result<std::string> checked_provider(const AgentCredentials& credentials, const std::string& typed,
                                     bool custom) {
    return auth::checked_provider(typed, providers_known_to(credentials), custom);
}

namespace {

// What stands there for the reference alone is told by `openclaw config validate`.
bool is_told_here(const config::Problem& warning) {
    const auto* setting = config::setting_of_path(warning.path);
    return !setting || setting->effect != config::Effect::carried;
}

}  // namespace

std::size_t count_oddities(const AgentCredentials& credentials) {
    const auto told = std::ranges::count_if(credentials.config->warnings(), is_told_here);
    return credentials.profiles->damaged_files.size() + credentials.profiles->damaged.size() +
           static_cast<std::size_t>(told);
}

void note_oddities(Context& context, const AgentCredentials& credentials) {
    for (const auto& file : credentials.profiles->damaged_files)
        context.out.note("warning: " + auth::damaged_file_text(file, context.paths));
    for (const auto& record : credentials.profiles->damaged)
        context.out.note(fmt::format("warning: the record of {} in {} is damaged ({}); the others are served",
                                     printable(record.id.text),
                                     context.paths.shortened(credentials.store.file()), record.problem));
    for (const auto& warning : credentials.config->warnings()) {
        if (!is_told_here(warning)) continue;
        context.out.note(
            fmt::format("warning: {}{}{}", warning.path, warning.path.empty() ? "" : ": ", warning.message));
        if (!warning.hint.empty()) context.out.note("hint: " + warning.hint);
    }
}

Result<void> check_formats(const Arguments& arguments) {
    if (arguments.has("--json") && arguments.has("--plain"))
        return fail(Code::invalid_input, "choose either --json or --plain, not both");
    return {};
}

}  // namespace openclaw::cli
