#include <charconv>
#include <cmath>

#include "auth/choice/remedy.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"
#include "cli/commands/models/scan_report.h"
#include "cli/commands/models/surroundings.h"
#include "cli/engine.h"
#include "cli/gateway/tell_gateway.h"
#include "providers/wire/openrouter/scan.h"

namespace openclaw::cli {

namespace {

namespace openrouter = providers::openrouter;

constexpr std::int64_t candidates_default = 6, candidates_max = 1000;
constexpr std::int64_t timeout_default_ms = 12'000, timeout_max_ms = 600'000;
constexpr std::int64_t concurrency_default = 3, concurrency_max = 32;

// A number of 0 or more, such as 7 or 1.5.
Result<double> amount(const Arguments& arguments, std::string_view option) {
    const auto text = arguments.text(option);
    if (!text) return 0;
    double value = 0;
    const auto* end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || rest != end || !std::isfinite(value) || value < 0)
        return fail(Code::invalid_input, "{} must be >= 0", option);
    return value;
}

Result<std::int64_t> count(const Arguments& arguments, std::string_view option, std::int64_t usual,
                           std::int64_t maximum) {
    const auto text = arguments.text(option);
    if (!text) return usual;
    std::int64_t value = 0;
    const auto* end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || rest != end || value <= 0)
        return fail(Code::invalid_input, "{} must be > 0", option);
    if (value > maximum) return fail(Code::invalid_input, "{} must be at most {}", option, maximum);
    return value;
}

struct Wishes {
    openrouter::Filter filter;
    std::size_t candidates, concurrency;
    Milliseconds timeout;
    bool probe, yes, no_input, set_default, set_image, replace, json;
    // What runs without a person at the terminal writes only when it was told to by a flag.
    bool writes_as_program() const { return yes || set_default || set_image; }
};

Result<Wishes> read_wishes(const Arguments& arguments) {
    const auto size = amount(arguments, "--min-params"), age = amount(arguments, "--max-age-days");
    const auto candidates = count(arguments, "--max-candidates", candidates_default, candidates_max);
    const auto timeout = count(arguments, "--timeout", timeout_default_ms, timeout_max_ms);
    const auto concurrency = count(arguments, "--concurrency", concurrency_default, concurrency_max);
    for (const auto* each : {&size, &age})
        if (!*each) return std::unexpected(each->error());
    for (const auto* each : {&candidates, &timeout, &concurrency})
        if (!*each) return std::unexpected(each->error());
    const auto provider = arguments.text("--provider").value_or("");
    return Wishes{.filter = {lowered(trimmed(provider)), *size, *age},
                  .candidates = static_cast<std::size_t>(*candidates),
                  .concurrency = static_cast<std::size_t>(*concurrency),
                  .timeout = Milliseconds(*timeout),
                  .probe = !arguments.has("--no-probe"),
                  .yes = arguments.has("--yes"),
                  .no_input = arguments.has("--no-input"),
                  .set_default = arguments.has("--set-default"),
                  .set_image = arguments.has("--set-image"),
                  .replace = arguments.has("--replace"),
                  .json = arguments.has("--json")};
}

// The key that a request to OpenRouter would carry.
Result<auth::Candidate> find_key(Context& context, const AgentCredentials& credentials) {
    const auto resolution = auth::resolve(
        {.provider = "openrouter", .agent_id = credentials.agent->id, .model = {}, .pinned = {}},
        *credentials.profiles, *credentials.config, context.clock.now(),
        surroundings_of(context, *credentials.profiles, *credentials.config, SourceCommands::run));
    if (const auto* chosen = resolution.chosen()) return *chosen;
    auto error = auth::no_credential(resolution, credentials.store.file().string());
    error.message = "Missing OpenRouter API key. Set OPENROUTER_API_KEY to run models scan. " + error.message;
    error.hint += "; `openclaw models scan --no-probe` lists the models without a key";
    return std::unexpected(std::move(error));
}

Result<std::vector<openrouter::Scanned>> ask_openrouter(Context& context, const Wishes& wishes) {
    Arguments none;
    const auto credentials = open_credentials(context, none);
    if (!credentials) return std::unexpected(credentials.error());
    const auto& config = *(*credentials)->config;
    auto endpoint = providers::endpoint_of({"openrouter", "auto"}, config);
    if (!endpoint) return std::unexpected(endpoint.error());
    openrouter::ScanRequest request{.endpoint = std::move(*endpoint),
                                    .credential = {},
                                    .filter = wishes.filter,
                                    .probe = wishes.probe,
                                    .timeout = wishes.timeout,
                                    .concurrency = wishes.concurrency,
                                    .on_progress = {}};
    if (wishes.probe && request.endpoint.readable_on_the_way)
        context.out.note(
            "warning: models.providers.openrouter.baseUrl is plain http: the key can be read on the way");
    if (wishes.probe) {
        auto key = find_key(context, **credentials);
        if (!key) return std::unexpected(key.error());
        request.credential = std::move(*key);
        if (auto bad = providers::find_unsendable(request.credential, "openrouter"))
            return fail(Code::denied, "{}", bad->message);
    }
    request.on_progress = [&](std::size_t done, std::size_t all) {
        context.out.progress(fmt::format("Probing models ({}/{})", done, all));
    };
    const auto engine = build_engine(context, config);
    context.out.progress("Asking OpenRouter for its models");
    auto scanned = engine->loop.run_until(
        openrouter::scan({engine->loop, *engine->http, context.clock}, std::move(request)));
    context.out.progress("");
    return scanned;
}

// "1 3 2" or "1,3,2": the chosen ones in that order; nothing typed: all that are proposed.
Result<std::vector<std::string>> chosen_from(const std::vector<std::string>& offered,
                                             const std::vector<std::string>& proposal, std::string typed) {
    if (typed.empty()) return proposal;
    if (typed == "none") return std::vector<std::string>{};
    std::vector<std::string> chosen;
    for (const auto word : split(replaced(std::move(typed), ",", " "), ' ')) {
        if (word.empty()) continue;
        std::size_t number = 0;
        const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || rest != word.data() + word.size() || number < 1 ||
            number > offered.size())
            return fail(Code::invalid_input, "{} is no number of the list", printable(word));
        chosen.push_back(offered[number - 1]);
    }
    return chosen;
}

Result<std::vector<std::string>> ask_which(Context& context, std::string_view what,
                                           const std::vector<std::string>& offered,
                                           const std::vector<std::string>& proposal) {
    if (offered.empty()) return offered;
    context.out.line("");
    for (std::size_t i = 0; i < offered.size(); ++i)
        context.out.line(fmt::format("{:>3}  {}", i + 1, offered[i]));
    context.out.flush();
    auto typed = context.terminal.ask_line(
        fmt::format("Add which as {}? Numbers in order, Enter for {}, or none: ", what,
                    proposal.size() == 1 ? "the first" : fmt::format("the best {}", proposal.size())));
    if (!typed) return std::unexpected(typed.error());
    return chosen_from(offered, proposal, lowered(*typed));
}

Result<openrouter::Selection> ask_person(Context& context, const std::vector<openrouter::Scanned>& models,
                                         const openrouter::Selection& proposal) {
    std::vector<std::string> able, seeing;
    for (const auto& model : models)
        if (model.tool.ok) able.push_back(model.ref());
    for (const auto& model : openrouter::sorted_by_images(models)) seeing.push_back(model.ref());
    auto chosen = ask_which(context, "fallbacks", able, proposal.models);
    if (!chosen) return std::unexpected(chosen.error());
    auto images = ask_which(context, "image fallbacks", seeing, proposal.images);
    if (!images) return std::unexpected(images.error());
    return openrouter::Selection{std::move(*chosen), std::move(*images)};
}

Result<void> write(json::object& document, const openrouter::Selection& selection, const Wishes& wishes) {
    const auto apply = [&](auth::ModelRole role, const std::vector<std::string>& models,
                           bool primary) -> Result<void> {
        if (models.empty()) return {};
        if (auto added = auth::add_fallbacks(document, role, models, wishes.replace); !added) return added;
        const auto first = auth::find_reference(models.front());
        return primary && first ? auth::set_primary(document, role, *first) : Result<void>{};
    };
    if (auto done = apply(auth::ModelRole::text, selection.models, wishes.set_default); !done) return done;
    return apply(auth::ModelRole::image, selection.images, wishes.set_image);
}

Exit store_selection(Context& context, const openrouter::Selection& selection, const Wishes& wishes) {
    if (selection.models.empty() && selection.images.empty())
        return report(context, {Code::invalid_input, "No models selected for fallbacks.", {}});
    if (wishes.set_image && selection.images.empty())
        return report(context,
                      {Code::invalid_input, "No image-capable models selected for image model.", {}});
    const auto change = [&](json::object& document) { return write(document, selection, wishes); };
    if (wishes.json) {
        const auto written = context.config_writer().update(change);
        if (!written) return report(context, written.error());
        tell_gateway_and_note(context, written->changed);
        return Exit::ok;
    }
    const auto changed = change_config(context, change);
    if (!changed) return report(context, changed.error());
    const auto say = [&](std::string_view title, const std::vector<std::string>& models) {
        if (!models.empty()) context.out.line(fmt::format("{}: {}", title, joined(models, ", ")));
    };
    say(wishes.replace ? "Fallbacks" : "Added to the fallbacks", selection.models);
    say(wishes.replace ? "Image fallbacks" : "Added to the image fallbacks", selection.images);
    if (wishes.set_default && !selection.models.empty())
        context.out.line("Default model: " + selection.models.front());
    if (wishes.set_image) context.out.line("Image model: " + selection.images.front());
    return Exit::ok;
}

Exit finish_as_program(Context& context, const std::vector<openrouter::Scanned>& models,
                       const openrouter::Selection& selection, const Wishes& wishes) {
    const bool writes = wishes.writes_as_program();
    if (writes) {
        if (const auto exit = store_selection(context, selection, wishes); exit != Exit::ok) return exit;
    }
    auto document = scan_json(models, selection);
    document["setDefault"] = wishes.set_default;
    document["setImage"] = wishes.set_image;
    document["written"] = writes;
    context.out.json(document);
    return Exit::ok;
}

Exit finish(Context& context, const std::vector<openrouter::Scanned>& models, const Wishes& wishes) {
    const auto selection = openrouter::proposed(models, wishes.candidates);
    if (!wishes.json)
        for (const auto& line : scan_text(models, context.out.columns())) context.out.line(line);
    if (selection.models.empty())
        return report(context, {Code::unavailable, "No tool-capable OpenRouter free models found.",
                                models.empty() ? "no free model passes the filters; relax them"
                                               : first_failure(models)});
    if (wishes.json) return finish_as_program(context, models, selection, wishes);
    if (wishes.yes || wishes.no_input) return store_selection(context, selection, wishes);
    if (!context.terminal.input_is_terminal())
        return report(context,
                      {Code::invalid_input, "Non-interactive scan: pass --yes to apply defaults.", {}});
    auto chosen = ask_person(context, models, selection);
    if (!chosen) return report(context, chosen.error());
    if (chosen->models.empty() && chosen->images.empty()) {
        context.out.line("Nothing changed.");
        return Exit::ok;
    }
    return store_selection(context, *chosen, wishes);
}

Exit run(Context& context, const Arguments& arguments) {
    const auto wishes = read_wishes(arguments);
    if (!wishes) return report(context, wishes.error());
    auto models = ask_openrouter(context, *wishes);
    if (!models) return report(context, models.error());
    openrouter::sort_by_tools(*models);
    if (wishes->probe) return finish(context, *models, *wishes);
    if (wishes->json) {
        context.out.json(scan_rows(*models));
        return Exit::ok;
    }
    context.out.line(
        fmt::format("Found {} free models at OpenRouter (not tried: --no-probe).", models->size()));
    for (const auto& line : scan_table(*models, context.out.columns())) context.out.line(line);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--min-params", .value_name = "B", .help = "Only models of at least so many billion weights"},
    {.name = "--max-age-days", .value_name = "DAYS", .help = "Only models at most so old"},
    {.name = "--provider", .value_name = "NAME", .help = "Only models of this maker, such as qwen"},
    {.name = "--max-candidates", .value_name = "N", .help = "How many to propose (default: 6)"},
    {.name = "--timeout", .value_name = "MS", .help = "How long to wait for each answer (default: 12000)"},
    {.name = "--concurrency", .value_name = "N", .help = "How many to try at once (default: 3)"},
    {.name = "--no-probe", .help = "Only list them; needs no key", .kind = OptionKind::flag},
    {.name = "--yes", .help = "Add what is proposed without asking", .kind = OptionKind::flag},
    {.name = "--no-input", .help = "Never ask; without --json the same as --yes", .kind = OptionKind::flag},
    {.name = "--set-default", .help = "Also make the best one the default model", .kind = OptionKind::flag},
    {.name = "--set-image", .help = "Also make the best one the image model", .kind = OptionKind::flag},
    {.name = "--replace", .help = "Put them in place of the fallbacks", .kind = OptionKind::flag},
    {.name = "--json",
     .help = "Print JSON; writes nothing unless --yes or --set-… is given",
     .kind = OptionKind::flag},
};

}  // namespace

const Command models_scan{
    .name = "models scan",
    .summary = "Try the free models of OpenRouter and add the good ones to the fallbacks",
    .options = options,
    .example = "openclaw models scan --min-params 30 --max-candidates 3",
    .run = run,
    .details =
        "Each model is sent one small question that it must answer by calling a tool, and, if it reads "
        "images, one with a picture. That counts against the limits of your OpenRouter key.",
};

}  // namespace openclaw::cli
