#include "base/answer_texts.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/audit_line.h"
#include "cli/gateway/gateway_client.h"
#include "cli/gateway/weak_points.h"
#include "gateway/client/gateway_units.h"
#include "gateway/client/listeners.h"
#include "gateway/serving/options.h"
#include "net/stream/stream.h"

namespace openclaw::cli {

namespace {

using net::Task;

// What a look at this host says about its gateway.
struct Findings {
    std::shared_ptr<const config::Config> config;
    std::optional<gateway::Endpoint> endpoint;  // as the config says
    std::string target;                         // what was probed
    bool elsewhere = false;                     // that is another machine's
    bool probed = false, by_port = false;       // the one of this host, by its port or socket
    std::optional<Error> problem;               // of the probe
    json::object hello;                         // when it answered
    json::object in_use;                        // whether it runs with what is written; empty: it doesn't say
    std::string audit;                          // its audit log, in a line; empty: it doesn't say
    bool port_busy = false;
    std::vector<gateway::GatewayUnit> units;       // of systemd, that start a gateway
    std::vector<gateway::PortListener> listeners;  // on that port; empty where the kernel doesn't say
};

const json::object& member(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* found = object_at(object, name);
    return found ? *found : none;
}

// Its greeting says version, uptime and places, `status` whether it runs with what is written. A connection
// is all that the probe needs: who may not ask for more has probed it all the same.
Task<Result<void>> greet(net::Loop& loop, GatewayTarget target, Milliseconds timeout, Findings& findings) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    if (!client) co_return std::unexpected(client.error());
    findings.hello = (*client)->hello();
    const auto status = co_await (*client)->call("status", json::object{}, timeout);
    if (status && status->is_object()) {
        findings.in_use = member(member(status->get_object(), "gateway"), "config");
        findings.audit = audit_line(status->get_object());
    }
    co_await (*client)->close();
    co_return Result<void>{};
}

Task<bool> listens(net::Loop& loop, net::TcpAddress address) {
    auto stream = co_await net::connect_tcp(loop, std::move(address), std::chrono::seconds(1));
    if (stream) (*stream)->close();
    co_return stream.has_value();
}

void probe(Context& context, const GatewayOptions& options, Findings& findings) {
    net::Loop loop;
    findings.probed = true;
    const auto target = resolve_target(context, options);
    if (!target) {
        findings.problem = target.error();
        return;
    }
    findings.target = target->described;
    findings.elsewhere = target->elsewhere;
    findings.by_port = target->of_another_state || !target->socket.empty();
    const auto greeted = loop.run_until(greet(loop, *target, options.timeout, findings));
    if (!greeted) findings.problem = greeted.error();
    if (!findings.endpoint || findings.elsewhere) return;
    // One that accepts nobody doesn't let a connection in either, and holds the port all the same.
    findings.listeners = gateway::listeners_of(findings.endpoint->port);
    findings.port_busy =
        !findings.listeners.empty() || loop.run_until(listens(loop, {"127.0.0.1", findings.endpoint->port}));
}

json::object config_json(const Context& context, const config::Config& config) {
    json::object result{
        {"path", context.paths.config_file.string()}, {"exists", config.exists()}, {"valid", config.valid()}};
    json::array issues;
    for (const auto& problem : config.problems()) {
        issues.push_back({{"path", problem.path}, {"message", problem.message}});
    }
    if (!issues.empty()) result["issues"] = std::move(issues);
    return result;
}

const json::object& snapshot_of(const json::object& hello) {
    return member(hello, "snapshot");
}

// The file that the gateway of this host uses: that of another machine is none of ours.
std::optional<std::string_view> config_of_daemon(const Findings& findings) {
    return findings.elsewhere ? std::nullopt : string_at(snapshot_of(findings.hello), "configPath");
}

json::array units_json(const std::vector<gateway::GatewayUnit>& units) {
    json::array list;
    for (const auto& unit : units)
        list.push_back({{"platform", "linux"},
                        {"label", unit.name},
                        {"detail", "unit: " + unit.file.string()},
                        {"scope", unit.scope},
                        {"marker", unit.program},
                        {"legacy", unit.program != "openclaw"}});
    return list;
}

void print_units(Output& out, const std::vector<gateway::GatewayUnit>& units) {
    if (units.empty()) return;
    out.line("Units of systemd that start a gateway:");
    for (const auto& unit : units)
        out.line(
            fmt::format("  - {} ({}, {})", printable(unit.name), unit.scope, printable(unit.file.string())));
}

json::array listeners_json(const std::vector<gateway::PortListener>& listeners) {
    json::array result;
    for (const auto& each : listeners) {
        json::object listener{{"address", each.address}, {"user", each.user}};
        if (each.process) {
            listener["pid"] = each.process->id;
            listener["command"] = each.process->program;
        }
        result.push_back(std::move(listener));
    }
    return result;
}

json::object status_json(const Context& context, const Findings& findings) {
    const bool answered = findings.probed && !findings.problem;
    json::object result;
    result["service"] = {{"label", "systemd"},
                         {"loaded", false},
                         {"loadedText", "enabled"},
                         {"notLoadedText", "disabled"},
                         {"command", nullptr},
                         {"runtime",
                          {{"status", answered          ? "running"
                                      : findings.probed ? "stopped"
                                                        : "unknown"}}}};
    json::object config{{"cli", config_json(context, *findings.config)}};
    if (const auto path = config_of_daemon(findings)) {
        config["daemon"] = {{"path", *path}};
        config["mismatch"] = *path != context.paths.config_file.string();
    }
    if (!findings.in_use.empty()) config["inUse"] = findings.in_use;
    result["config"] = std::move(config);
    if (findings.endpoint) {
        const auto& endpoint = *findings.endpoint;
        result["gateway"] = {{"bindMode", endpoint.bind},
                             {"bindHost", endpoint.addresses.empty() ? "" : endpoint.addresses.front()},
                             {"port", endpoint.port},
                             {"portSource", endpoint.port_source},
                             {"probeUrl", findings.target}};
        result["port"] = {{"port", endpoint.port},
                          {"status", !findings.probed || findings.elsewhere ? "unknown"
                                     : findings.port_busy                   ? "busy"
                                                                            : "free"},
                          {"listeners", listeners_json(findings.listeners)},
                          {"hints", json::array{}}};
    }
    if (findings.probed) {
        json::object rpc{{"ok", answered}, {"url", findings.target}};
        if (findings.problem) rpc["error"] = findings.problem->message;
        result["rpc"] = std::move(rpc);
    }
    if (answered) {
        const json::object* server = object_at(findings.hello, "server");
        if (server) result["server"] = *server;
        result["uptimeMs"] = integer_at(snapshot_of(findings.hello), "uptimeMs").value_or(0);
    }
    result["extraServices"] = units_json(findings.units);
    return result;
}

std::string duration_text(std::int64_t ms) {
    const std::int64_t seconds = ms / 1000;
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3600) return fmt::format("{} min", seconds / 60);
    if (seconds < 48 * 3600) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

void print_stores(Output& out, std::string_view what, const json::array* stores) {
    for (const auto& store : stores ? *stores : json::array{})
        if (const auto* object = as_object(&store))
            out.line(fmt::format("{}: {}: {}", what, printable(string_at(*object, "path").value_or("?")),
                                 printable(string_at(*object, "problem").value_or("?"))));
}

// Where what the gateway runs with isn't what is written, and why.
void print_in_use(Output& out, const json::object& in_use) {
    if (const auto problem = string_at(in_use, "problem"))
        out.line(fmt::format("Config in use: older than what is written: {}", printable(*problem)));
    for (const auto& problem : printable_texts(in_use, "tlsProblems"))
        out.line(fmt::format("TLS not as it is written: {}", problem));
    if (const auto problem = string_at(in_use, "keysProblem"))
        out.line(fmt::format("No named key opens the gateway: {}", printable(*problem)));
    if (const auto problem = string_at(in_use, "devicesProblem"))
        out.line(fmt::format("No paired device comes in: {}", printable(*problem)));
    if (const auto settings = printable_texts(in_use, "needsRestart"); !settings.empty())
        out.line(fmt::format("Restart needed for: {}", joined(settings, ", ")));
    print_stores(out, "Credentials not in use", array_at(in_use, "damagedStores"));
    print_stores(out, "Rests are kept in memory only", array_at(in_use, "unwritableStores"));
}

// Whether the port is held by somebody who doesn't answer as a gateway does.
bool is_taken(const Findings& findings) {
    const auto& problem = findings.problem;
    return problem && (problem->code == Code::unavailable || problem->code == Code::timed_out) &&
           findings.by_port && findings.port_busy && findings.endpoint;
}

void print_holders(Output& out, const Findings& findings) {
    const bool silent = findings.problem->code == Code::timed_out;
    out.line(fmt::format("{} listens on port {}{}", silent ? "Somebody who doesn't answer" : "Something else",
                         findings.endpoint->port, findings.listeners.empty() ? "." : ":"));
    for (const auto& each : findings.listeners) out.line("- " + gateway::described(each));
}

void print_text(Context& context, const Findings& findings) {
    Output& out = context.out;
    const config::Config& config = *findings.config;
    out.line(fmt::format("Config: {}{}", context.paths.shortened(context.paths.config_file),
                         !config.exists() ? " (not there; defaults apply)"
                         : config.valid() ? ""
                                          : " (invalid)"));
    for (const auto& problem : config.problems())
        out.line(fmt::format("  - {}: {}", problem.path, problem.message));
    if (findings.elsewhere) out.line("Gateway: on another machine");
    if (findings.endpoint && !findings.elsewhere) {
        const auto& endpoint = *findings.endpoint;
        out.line(fmt::format("Gateway: bind={} ({}), port={} ({})", endpoint.bind,
                             endpoint.addresses.empty() ? "?" : endpoint.addresses.front(), endpoint.port,
                             endpoint.port_source));
    }
    if (!findings.probed) return;
    out.line(fmt::format("Probe target: {}", findings.target));
    if (findings.problem) {
        out.line("RPC probe: failed");
        if (is_taken(findings)) print_holders(out, findings);
        return;
    }
    const json::object* server = object_at(findings.hello, "server");
    out.line(fmt::format("Runtime: running (version {}, up {})",
                         printable(server ? string_at(*server, "version").value_or("unknown") : "unknown"),
                         duration_text(integer_at(snapshot_of(findings.hello), "uptimeMs").value_or(0))));
    out.line("RPC probe: ok");
    const auto path = config_of_daemon(findings);
    if (path && *path != context.paths.config_file.string()) {
        out.line(fmt::format("Config mismatch: the gateway uses {}", printable(*path)));
    }
    if (!findings.audit.empty()) out.line("Audit log: " + findings.audit);
    print_in_use(out, findings.in_use);
}

// What is to be done where nothing answers: this is the command that others point to. Where somebody holds
// the port, a gateway can't be started on it.
Error advised(const Findings& findings) {
    auto problem = *findings.problem;
    if (is_taken(findings)) {
        problem.hint = gateway::taken_port_hint(findings.endpoint->port);
        return problem;
    }
    problem.hint = replaced(std::move(problem.hint), ", or see `openclaw gateway status`", "");
    problem.hint = replaced(std::move(problem.hint), ": `openclaw gateway status`", "");
    return problem;
}

Exit run_status(Context& context, const Arguments& arguments) {
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    note_weak_points(context, **config);
    Findings findings{.config = *config,
                      .endpoint = {},
                      .target = {},
                      .elsewhere = false,
                      .probed = false,
                      .by_port = false,
                      .problem = {},
                      .hello = {},
                      .in_use = {},
                      .audit = {},
                      .port_busy = false,
                      .units = {},
                      .listeners = {}};
    const auto endpoint = gateway::resolve_endpoint(**config, {});
    if (endpoint) findings.endpoint = *endpoint;
    if (!arguments.has("--no-probe")) probe(context, *options, findings);
    findings.units = gateway::find_gateway_units(context.files, context.paths.home, arguments.has("--deep"));
    if (arguments.has("--json")) {
        context.out.json(status_json(context, findings));
    } else {
        print_text(context, findings);
        print_units(context.out, findings.units);
    }
    if (findings.problem) return report(context, advised(findings));
    return endpoint ? Exit::ok : report(context, endpoint.error());
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print the findings as JSON", .kind = OptionKind::flag},
    {.name = "--no-probe", .help = "Don't contact the gateway", .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"},
    {.name = "--deep",
     .help = "Look for units that start a gateway among the system's too, not the user's alone",
     .kind = OptionKind::flag},
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command gateway_status{
    .name = "gateway status",
    .summary = "Show where the gateway listens and whether it answers",
    .options = options,
    .example = "openclaw gateway status --json",
    .run = run_status,
    .details = "The exit status is 0 when it answers, 4 when nothing does, 3 when it refuses us.",
};

}  // namespace openclaw::cli
