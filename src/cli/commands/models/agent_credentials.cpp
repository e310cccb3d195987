#include "cli/commands/models/agent_credentials.h"

#include "auth/provider_table.h"
#include "base/nearest.h"
#include "base/text.h"
#include "providers/catalog.h"

namespace openclaw::cli {

Result<const config::AgentEntry*> agent_named(const config::Config& config, const std::string& id) {
    if (const auto* agent = config.find_agent(id)) return agent;
    std::vector<std::string> ids;
    for (const auto& agent : config.agents()) ids.push_back(agent.id);
    const auto near = nearest(id, ids);
    return hinted(fail(Code::not_found, "unknown agent id \"{}\"", printable(id)),
                  (near ? fmt::format("did you mean {}? ", *near) : "") +
                      "`openclaw agents list` shows the configured agents");
}

Result<const config::AgentEntry*> find_agent(const config::Config& config, const Arguments& arguments) {
    const auto id = arguments.text("--agent");
    return id ? agent_named(config, *id) : Result<const config::AgentEntry*>(&config.default_agent());
}

Result<std::unique_ptr<AgentCredentials>> open_credentials(Context& context, const Arguments& arguments) {
    auto config = context.config();
    if (!config) return std::unexpected(std::move(config).error());
    auto agent = find_agent(**config, arguments);
    if (!agent) return std::unexpected(std::move(agent).error());
    auto folders = auth::store_folders(**config, **agent);
    std::unique_ptr<AgentCredentials> credentials(
        new AgentCredentials{.config = *config,
                             .agent = *agent,
                             .agent_given = arguments.has("--agent"),
                             .store = auth::ProfileStore(context.files, std::move(folders)),
                             .profiles = {}});
    auto profiles = credentials->store.load();
    if (!profiles) return std::unexpected(std::move(profiles).error());
    credentials->profiles = std::move(*profiles);
    return credentials;
}

std::unexpected<Error> unknown_profile(const AgentCredentials& credentials, const std::string& id,
                                       const Context& context) {
    std::vector<std::string> ids;
    for (const auto& profile : credentials.profiles->profiles) ids.push_back(profile.id.text);
    const auto near = nearest(id, ids);
    return hinted(
        fail(Code::not_found, "Auth profile \"{}\" not found in {}.", printable(id),
             context.paths.shortened(credentials.store.file().parent_path())),
        near ? fmt::format("did you mean {}?", *near) : "`openclaw models auth list` shows what is stored");
}

Result<std::string> checked_provider(const AgentCredentials& credentials, const Arguments& arguments) {
    return checked_provider(credentials, arguments.text("--provider").value_or(""),
                            arguments.has("--custom"));
}

Result<std::string> checked_provider(const AgentCredentials& credentials, const std::string& typed,
                                     bool custom) {
    const std::string provider = auth::normalised_provider(typed);
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (provider.empty() || provider.find_first_not_of(allowed) != std::string::npos)
        return hinted(fail(Code::invalid_input, "\"{}\" is no provider id", printable(typed)),
                      "use letters, digits, dots, dashes and underscores");
    auto known = auth::known_providers(*credentials.config);
    std::ranges::copy(providers::list_providers(*credentials.config), std::back_inserter(known));
    for (const auto& profile : credentials.profiles->profiles)
        known.push_back(auth::normalised_provider(profile.provider));
    if (std::ranges::find(known, provider) != known.end() || custom) return provider;
    const auto near = nearest(provider, known);
    return hinted(fail(Code::invalid_input, "unknown provider \"{}\"", provider),
                  near ? fmt::format("did you mean {}? For a provider of your own add --custom", *near)
                       : "for a provider of your own add --custom");
}

void note_oddities(Context& context, const AgentCredentials& credentials) {
    for (const auto& file : credentials.profiles->damaged_files)
        context.out.note("warning: " + auth::damaged_file_text(file, context.paths));
    for (const auto& record : credentials.profiles->damaged)
        context.out.note(fmt::format("warning: the record of {} in {} is damaged ({}); the others are served",
                                     printable(record.id.text),
                                     context.paths.shortened(credentials.store.file()), record.problem));
    for (const auto& warning : credentials.config->warnings())
        context.out.note(
            fmt::format("warning: {}{}{}", warning.path, warning.path.empty() ? "" : ": ", warning.message));
}

Result<void> check_formats(const Arguments& arguments) {
    if (arguments.has("--json") && arguments.has("--plain"))
        return fail(Code::invalid_input, "choose either --json or --plain, not both");
    return {};
}

}  // namespace openclaw::cli
