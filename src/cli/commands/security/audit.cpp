
#include "access/authority/own.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/secrets/sealing.h"
#include "cli/gateway/gateway_client.h"
#include "gateway/audit/checks.h"
#include "gateway/audit/live.h"
#include "gateway/audit/repair.h"
#include "platform/groups.h"

namespace openclaw::cli {

namespace {

namespace audit = gateway::audit;

constexpr Milliseconds patience = std::chrono::seconds(5);

struct Report {
    std::vector<audit::Finding> findings;
    std::optional<audit::Live> live;
};

std::optional<audit::Live> look_at_what_runs(Context& context, const config::Config& config,
                                             const Result<gateway::Endpoint>& endpoint) {
    if (!endpoint || config.text("gateway.mode") == "remote") return std::nullopt;
    net::Loop loop;
    return loop.run_until(audit::look_at_gateway(loop, client_host(context), *endpoint,
                                                 config.flag_or_default("gateway.tls.enabled"), patience));
}

Report audit_all(Context& context, const std::shared_ptr<const config::Config>& config, bool deep) {
    const config::AccessRules access{context.files, context.user_id, platform::group_has_others,
                                     context.paths};
    const auto endpoint = gateway::resolve_endpoint(*config, {});
    const auto secret = access::resolve_gateway_secret(*config, context.files, {});
    Sealing sealing(context, config);
    const auto seals = sealing.keys.seals();
    auto secrets = auth::sealed::count_estate(sealing.estate, false);
    const auto authorities = access::Authorities::means_of(context.files, context.clock, *config);
    Report report;
    if (deep) report.live = look_at_what_runs(context, *config, endpoint);
    report.findings = audit::findings_of(
        {.files = context.files,
         .config = *config,
         .access = access,
         .endpoint = endpoint,
         .secret = secret,
         .now = context.clock.now(),
         .own_authority = [&](const config::Config&) { return access::read_own_authority(authorities); },
         .check_own_certificate = [&] { return access::Authorities(authorities).check(); },
         .seals = seals ? std::optional(*seals) : std::nullopt,
         .secrets = secrets ? std::move(*secrets) : std::vector<auth::sealed::Count>(),
         .live = report.live ? &*report.live : nullptr});
    return report;
}

json::object summary_json(const audit::Summary& summary) {
    return {{"critical", summary.critical}, {"warn", summary.warn}, {"info", summary.info}};
}

json::object finding_json(const audit::Finding& finding) {
    json::object object{{"checkId", json::string_view(finding.check)},
                        {"severity", json::string_view(name_of(finding.severity))},
                        {"title", json::string_view(finding.title)},
                        {"detail", finding.seen.detail}};
    if (!finding.seen.remediation.empty()) object["remediation"] = finding.seen.remediation;
    return object;
}

json::object report_json(Context& context, const Report& report) {
    json::array findings;
    for (const auto& finding : report.findings) findings.push_back(finding_json(finding));
    json::object object{{"ts", to_ms(context.clock.now())},
                        {"summary", summary_json(summary_of(report.findings))},
                        {"findings", std::move(findings)}};
    if (!report.live) return object;
    json::value error;
    if (report.live->problem) error = *report.live->problem;
    object["deep"] = json::object{{"gateway",
                                   {{"attempted", true},
                                    {"url", report.live->url},
                                    {"ok", !report.live->problem},
                                    {"error", std::move(error)},
                                    {"close", nullptr}}}};
    return object;
}

bool succeeded(const std::vector<audit::Action>& actions) {
    return std::ranges::all_of(actions, [](const auto& action) { return action.problem.empty(); });
}

json::object fix_json(Context& context, const std::vector<audit::Action>& actions) {
    json::array done, errors;
    for (const auto& action : actions) {
        json::object object{{"kind", "chmod"},
                            {"path", action.repair.path.string()},
                            {"mode", action.repair.mode},
                            {"ok", action.done}};
        if (!action.skipped.empty()) object["skipped"] = action.skipped;
        if (!action.problem.empty()) object["error"] = action.problem;
        if (!action.problem.empty()) errors.emplace_back(action.problem);
        done.push_back(std::move(object));
    }
    return {{"ok", succeeded(actions)},
            {"stateDir", context.paths.state.string()},
            {"configPath", context.paths.config_file.string()},
            {"configWritten", false},
            {"changes", json::array{}},
            {"actions", std::move(done)},
            {"errors", std::move(errors)}};
}

void print_actions(Context& context, const std::vector<audit::Action>& actions, bool dry) {
    Output& out = context.out;
    out.line(dry ? "FIX (nothing was changed)" : "FIX");
    for (const auto& action : actions) {
        const auto chmod = fmt::format("chmod {:o} {}", action.repair.mode,
                                       printable(context.paths.shortened(action.repair.path)));
        if (!action.problem.empty())
            out.line(fmt::format("  {} failed: {}", chmod, printable(action.problem)));
        else if (!action.skipped.empty())
            out.line(fmt::format("  skip {} ({})", chmod, action.skipped));
        else
            out.line("  " + chmod);
    }
    if (actions.empty()) out.line("  nothing to mend");
    out.line("");
}

std::string_view heading_of(audit::Severity severity) {
    switch (severity) {
        case audit::Severity::critical:
            return "CRITICAL";
        case audit::Severity::warn:
            return "WARN";
        case audit::Severity::info:
            return "INFO";
    }
    return "INFO";
}

void print_report(Context& context, const Report& report, bool deep) {
    Output& out = context.out;
    const auto summary = summary_of(report.findings);
    out.line("OpenClaw security audit");
    out.line(fmt::format("Summary: {} critical · {} warn · {} info", summary.critical, summary.warn,
                         summary.info));
    if (!deep) out.line("Run deeper: openclaw security audit --deep");
    std::optional<audit::Severity> last;
    for (const auto& finding : report.findings) {
        if (last != finding.severity) out.line(fmt::format("\n{}", heading_of(finding.severity)));
        last = finding.severity;
        out.line(fmt::format("{} {}", finding.check, finding.title));
        out.line("  " + printable(finding.seen.detail));
        if (!finding.seen.remediation.empty()) out.line("  Fix: " + printable(finding.seen.remediation));
    }
}

// Graded, so that a timer can act on it.
Exit exit_of_report(const Report& report) {
    const auto summary = summary_of(report.findings);
    return summary.critical > 0 ? Exit::attention : summary.warn > 0 ? Exit::error : Exit::ok;
}

Exit run_audit(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    const bool deep = arguments.has("--deep"), as_json = arguments.has("--json"),
               dry = arguments.has("--dry-run");
    auto found = audit_all(context, *config, deep);
    if (!arguments.has("--fix")) {
        as_json ? context.out.json(report_json(context, found)) : print_report(context, found, deep);
        return exit_of_report(found);
    }
    const auto actions = audit::repair(context.files, found.findings, dry);
    if (!dry) found = audit_all(context, *config, deep);
    if (as_json) {
        context.out.json(
            json::object{{"fix", fix_json(context, actions)}, {"report", report_json(context, found)}});
    } else {
        print_actions(context, actions, dry);
        print_report(context, found, deep);
    }
    return exit_of_report(found);
}

constexpr Option audit_options[] = {
    {.name = "--deep", .help = "Look at the running gateway, too", .kind = OptionKind::flag},
    {.name = "--fix",
     .help = "Take permissions on our own files away from others, and say which",
     .kind = OptionKind::flag},
    {.name = "--dry-run", .help = "Say what would be mended", .kind = OptionKind::flag, .needs = "--fix"},
    {.name = "--json", .help = "Print the findings as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command security_audit{
    .name = "security audit",
    .summary = "Find what is open to others, sent in the clear or readable by others",
    .options = audit_options,
    .example = "openclaw security audit --deep",
    .run = run_audit,
    .details =
        "The exit status is 0 when there is nothing but information, 1 with warnings, 2 when something is "
        "critical. docs/security-audit.md explains each check.",
};

}  // namespace openclaw::cli
