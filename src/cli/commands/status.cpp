#include <sys/utsname.h>

#include "auth/models/model_ref.h"
#include "base/answer_texts.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/commands/commands.h"
#include "cli/gateway/audit_line.h"
#include "cli/gateway/gateway_client.h"
#include "cli/gateway/weak_points.h"
#include "cli/output/age.h"

namespace openclaw::cli {

namespace {

using net::Task;

constexpr int log_lines = 10;

// What is looked at beyond the overview.
struct Extent {
    bool health = false;  // --deep
    bool log = false;     // --all
};

// What the running gateway says about itself, asked over one connection.
struct Live {
    json::object hello, status;
    Milliseconds latency{};
    json::object health, log;  // empty: not asked for, or not to be had
};

Task<json::object> ask_more(GatewayClient& client, std::string method, json::object params,
                            Milliseconds timeout) {
    const auto answer = co_await client.call(std::move(method), std::move(params), timeout);
    const auto* object = answer ? as_object(&*answer) : nullptr;
    co_return object ? *object : json::object();
}

Task<Result<Live>> ask_live(net::Loop& loop, GatewayTarget target, Milliseconds timeout, Extent extent) {
    const auto start = loop.now();
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    if (!client) co_return std::unexpected(client.error());
    Live live;
    live.latency = std::chrono::duration_cast<Milliseconds>(loop.now() - start);
    live.hello = (*client)->hello();
    const auto status = co_await (*client)->call("status", {}, timeout);
    if (!status) co_return std::unexpected(status.error());
    if (const json::object* object = as_object(&*status)) live.status = *object;
    if (extent.health) live.health = co_await ask_more(**client, "health", {}, timeout);
    if (extent.log)
        live.log = co_await ask_more(**client, "logs.tail", json::object{{"limit", log_lines}}, timeout);
    co_await (*client)->close();
    co_return live;
}

json::object os_json() {
    utsname name{};
    ::uname(&name);
    return {{"platform", "linux"},
            {"arch", name.machine},
            {"release", name.release},
            {"label", fmt::format("linux {} ({})", name.release, name.machine)}};
}

// How current the gateway's config is, in its own words.
const json::object* currency_of(const Live& live) {
    const auto* gateway = object_at(live.status, "gateway");
    return gateway ? object_at(*gateway, "config") : nullptr;
}

void print_currency(Output& out, const json::object& currency) {
    if (const auto problem = string_at(currency, "problem"))
        out.line(fmt::format("Reload     failed, the gateway keeps the old config: {}", printable(*problem)));
    const auto* stores = array_at(currency, "damagedStores");
    for (const auto& each : stores ? *stores : json::array{})
        if (const auto* store = as_object(&each))
            out.line(
                fmt::format("Reload     failed: {}", printable(string_at(*store, "problem").value_or(""))));
    for (const auto& problem : printable_texts(currency, "tlsProblems"))
        out.line(fmt::format("TLS        not as it is written: {}", problem));
    if (const auto problem = string_at(currency, "keysProblem"))
        out.line(fmt::format("Keys       open nothing: {}", printable(*problem)));
    if (const auto problem = string_at(currency, "devicesProblem"))
        out.line(fmt::format("Devices    don't come in: {}", printable(*problem)));
    const auto settings = printable_texts(currency, "needsRestart");
    if (!settings.empty()) out.line(fmt::format("Restart    needed for {}", joined(settings, ", ")));
}

json::object gateway_json(const config::Config& config, const std::string& url, const Result<Live>& live) {
    json::object result{{"mode", config.text("gateway.mode").value_or("local")},
                        {"url", url},
                        {"misconfigured", false},
                        {"reachable", live.has_value()},
                        {"connectLatencyMs", nullptr},
                        {"self", nullptr},
                        {"error", nullptr}};
    if (!live) {
        result["error"] = live.error().message;
        return result;
    }
    result["connectLatencyMs"] = live->latency.count();
    if (const auto* currency = currency_of(*live)) result["config"] = *currency;
    if (const auto* gateway = object_at(live->status, "gateway"))
        if (const auto* audit = object_at(*gateway, "audit")) result["audit"] = *audit;
    if (const json::object* server = object_at(live->hello, "server")) {
        result["self"] = {{"host", string_at(*server, "host").value_or("")},
                          {"version", string_at(*server, "version").value_or("")},
                          {"platform", "linux"}};
    }
    return result;
}

json::object agents_json(const config::Config& config) {
    json::array agents;
    for (const auto& agent : config.agents()) {
        json::object each{{"id", agent.id},
                          {"sessionsPath", (agent.sessions_folder / "sessions.json").string()}};
        if (!agent.name.empty()) each["name"] = agent.name;
        agents.push_back(std::move(each));
    }
    return {{"defaultId", config.default_agent().id}, {"agents", std::move(agents)}};
}

json::object status_json(const config::Config& config, const std::string& url, const Result<Live>& live) {
    json::object result;
    if (live) result = live->status;
    if (live && !live->health.empty()) result["health"] = live->health;
    if (live && !live->log.empty()) result["log"] = live->log;
    result["os"] = os_json();
    result["gateway"] = gateway_json(config, url, live);
    result["agents"] = agents_json(config);
    return result;
}

void print_sessions(Context& context, const json::object& status) {
    const json::object* sessions = object_at(status, "sessions");
    if (!sessions) return;
    context.out.line(fmt::format("Sessions   {}", integer_at(*sessions, "count").value_or(0)));
    const json::array* recent = array_at(*sessions, "recent");
    for (const json::value& each : recent ? *recent : json::array{}) {
        const json::object* session = as_object(&each);
        if (!session) continue;
        context.out.line(fmt::format("  {} ({}, {})", printable(string_at(*session, "key").value_or("?")),
                                     printable(string_at(*session, "model").value_or("no model yet")),
                                     age(Milliseconds(integer_at(*session, "age").value_or(0)))));
    }
}

// What each agent's own store holds, in the gateway's words.
void print_health(Output& out, const json::object& health) {
    const auto* agents = array_at(health, "agents");
    for (const auto& each : agents ? *agents : json::array{}) {
        const auto* agent = as_object(&each);
        const auto* sessions = agent ? object_at(*agent, "sessions") : nullptr;
        if (!sessions) continue;
        const auto problem = string_at(*sessions, "error");
        out.line(fmt::format(
            "Health     {}: {} sessions in {}{}", printable(string_at(*agent, "agentId").value_or("?")),
            integer_at(*sessions, "count").value_or(0), printable(string_at(*sessions, "path").value_or("?")),
            problem ? ": " + printable(*problem) : std::string()));
    }
}

// A line of the log as people read it: when, which part, what.
std::string readable(std::string_view line) {
    const auto parsed = parse_json(line);
    const auto* entry = parsed ? as_object(&*parsed) : nullptr;
    const auto text = entry ? string_at(*entry, "1") : std::nullopt;
    if (!text) return printable(line);
    const auto part = parse_json(string_at(*entry, "0").value_or(""));
    const auto* named = part ? as_object(&*part) : nullptr;
    return printable(fmt::format("{} [{}] {}", string_at(*entry, "time").value_or("?"),
                                 named ? string_at(*named, "subsystem").value_or("?") : "?", *text));
}

void print_log(Output& out, const json::object& log) {
    const auto* lines = array_at(log, "lines");
    if (!lines) return;
    out.line(fmt::format("Log        {}", printable(string_at(log, "file").value_or("?"))));
    for (const auto& line : *lines)
        if (line.is_string()) out.line("  " + readable(line.get_string()));
}

// The state of the config beyond whether it is there, for who asks for everything.
void print_config(Output& out, const config::Config& config) {
    for (const auto& file : config.files())
        if (file != config.paths().config_file)
            out.line(fmt::format("Includes   {}", config.paths().shortened(file)));
    for (const auto& warning : config.warnings())
        out.line(fmt::format("Warning    {}{}{}", printable(warning.path), warning.path.empty() ? "" : ": ",
                             printable(warning.message)));
    if (!config.carried().empty())
        out.line(fmt::format("Kept       {} settings of the reference, without effect here",
                             config.carried().size()));
}

void print_text(Context& context, const config::Config& config, const std::string& url,
                const Result<Live>& live, bool all) {
    Output& out = context.out;
    out.line(bold(out, "OpenClaw status"));
    out.line(fmt::format("Version    {}", version()));
    out.line(fmt::format("Config     {}{}", context.paths.shortened(context.paths.config_file),
                         config.exists() ? "" : " (not there; defaults apply)"));
    if (all) print_config(out, config);
    if (live)
        out.line(fmt::format("Gateway    {} · reachable {} ms", url, live->latency.count()));
    else
        out.line(fmt::format("Gateway    {} · {}", url.empty() ? "none" : url, live.error().message));
    if (const auto* currency = live ? currency_of(*live) : nullptr) print_currency(out, *currency);
    if (const auto audit = live ? audit_line(live->status) : std::string(); !audit.empty())
        out.line("Audit log  " + audit);
    std::vector<std::string> agents;
    for (const auto& agent : config.agents()) {
        agents.push_back(agent.id + (&agent == &config.default_agent() ? " (default)" : ""));
    }
    out.line(fmt::format("Agents     {}", joined(agents, ", ")));
    const auto plan = auth::model_plan(config, &config.default_agent());
    out.line(fmt::format("Model      {}", plan.primary.key()));
    if (live) {
        print_sessions(context, live->status);
        print_health(out, live->health);
        print_log(out, live->log);
    }
    out.line("");
    out.line(
        live ? "Next: `openclaw models status` shows the credentials, `openclaw chat` talks to the agent."
        : config.exists()
            ? "Next: `openclaw gateway` starts the gateway, `openclaw models status` shows the credentials."
            : "Next: `openclaw models auth add` stores a provider's key, `openclaw gateway` starts the "
              "gateway.");
}

Exit run_status(Context& context, const Arguments& arguments) {
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    note_weak_points(context, **config);
    const auto target = resolve_target(context, *options);
    net::Loop loop;
    const bool all = arguments.has("--all");
    const Extent extent{.health = all || arguments.has("--deep"), .log = all};
    const auto live = target ? loop.run_until(ask_live(loop, *target, options->timeout, extent))
                             : Result<Live>(std::unexpected(target.error()));
    const std::string url = target ? target->described : std::string();
    if (arguments.has("--json")) {
        context.out.json(status_json(**config, url, live));
        return Exit::ok;
    }
    if (arguments.has("--verbose")) print_gateway_target(context, *options);
    print_text(context, **config, url, live, all);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print the overview as JSON", .kind = OptionKind::flag},
    {.name = "--timeout",
     .value_name = "MS",
     .help = "Give up on the gateway after this long (default: 10000)"},
    {.name = "--all",
     .help = "Say everything: what --deep says, the config's warnings, the end of the log",
     .kind = OptionKind::flag},
    {.name = "--deep", .help = "Ask the gateway for its health too", .kind = OptionKind::flag},
    {.name = "--verbose", .help = "Say too where it is asked, and with what proof", .kind = OptionKind::flag},
};

}  // namespace

const Command status{
    .name = "status",
    .summary = "An overview: gateway, agents, model, recent conversations",
    .options = options,
    .example = "openclaw status",
    .run = run_status,
    .group = heading::gateway,
    .details =
        "Ends with 0 whether or not the gateway runs; `openclaw health` and `openclaw gateway status` tell "
        "by "
        "their exit status.",
};

}  // namespace openclaw::cli
