#include "cli/commands/models/agent_credentials.h"

#include <algorithm>
#include <array>

#include "auth/choice/provider_table.h"
#include "base/nearest.h"
#include "base/text.h"
#include "platform/memory.h"
#include "providers/catalogue/catalog.h"

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

namespace {

// Thousands of profiles become some twenty times their file's size in memory.
void make_room(platform::FileSystem& files, const platform::Path& store) {
    constexpr std::uint64_t worth_it = std::uint64_t{512} << 10;
    const auto found = files.info(store);
    if (found && found->size >= worth_it)
        platform::expect_allocations(static_cast<std::size_t>(found->size) * 20);
}

}  // namespace

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
    make_room(context.files, credentials->store.file());
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

namespace {

struct Product {
    std::string_view name, provider;
};
constexpr std::array products = {
    Product{"azure", "azure-openai-responses"},
    Product{"bedrock", "amazon-bedrock"},
    Product{"chatgpt", "openai"},
    Product{"claude", "anthropic"},
    Product{"claude-code", "anthropic"},
    Product{"codex", "openai-codex"},
    Product{"copilot", "github-copilot"},
    Product{"gemini", "google"},
    Product{"gemini-cli", "google-gemini-cli"},
    Product{"github", "github-copilot"},
    Product{"glm", "zai"},
    Product{"gpt", "openai"},
    Product{"grok", "xai"},
    Product{"hf", "huggingface"},
    Product{"kimi", "kimi-coding"},
    Product{"vercel", "vercel-ai-gateway"},
    Product{"vertex", "google-vertex"},
    Product{"zen", "opencode"},
    Product{"zhipu", "zai"},
};

std::vector<std::string> providers_known_to(const AgentCredentials& credentials) {
    auto known = auth::known_providers(*credentials.config);
    std::ranges::copy(providers::list_providers(*credentials.config), std::back_inserter(known));
    for (const auto& profile : credentials.profiles->profiles)
        known.push_back(auth::normalised_provider(profile.provider));
    return known;
}

}  // namespace

std::optional<std::string> meant_provider(const std::string& typed, std::span<const std::string> known) {
    const auto* product = std::ranges::find(products, lowered(trimmed(typed)), &Product::name);
    if (product != products.end() && std::ranges::find(known, product->provider) != known.end())
        return std::string(product->provider);
    return nearest(typed, known);
}

void note_unknown_provider(Context& context, const AgentCredentials& credentials, const std::string& typed) {
    const auto known = providers_known_to(credentials);
    if (std::ranges::find(known, auth::normalised_provider(typed)) != known.end()) return;
    const auto near = meant_provider(typed, known);
    context.out.note(fmt::format("note: no provider \"{}\" is known{}", printable(typed),
                                 near ? fmt::format("; did you mean {}?", *near) : ""));
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
    const auto known = providers_known_to(credentials);
    if (std::ranges::find(known, provider) != known.end() || custom) return provider;
    const auto near = meant_provider(provider, known);
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
    for (const auto& warning : credentials.config->warnings()) {
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
