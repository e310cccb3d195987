#include <algorithm>

#include "auth/program_login.h"
#include "auth/provider_table.h"
#include "auth/remedy.h"
#include "auth/status_report.h"
#include "base/duration.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

std::string row(std::string_view label, std::string_view value) {
    return fmt::format("{:<14}: {}", label, value);
}

std::string list_or(const std::vector<std::string>& texts, std::string_view empty) {
    return texts.empty() ? std::string(empty) : joined(texts, ", ");
}

std::vector<std::string> keys_of(const std::vector<ModelRef>& models) {
    std::vector<std::string> keys;
    for (const auto& model : models) keys.push_back(model.key());
    return keys;
}

void add_models(std::vector<std::string>& lines, const StatusReport& report, const StatusRequest& request) {
    const auto& plan = report.plan;
    const auto suffix = [&](bool from_agent) {
        return !request.agent_given ? "" : from_agent ? " (agent)" : " (defaults)";
    };
    const std::string resolved = plan.primary.key();
    lines.push_back(row(
        fmt::format("Default{}", suffix(plan.primary_from_agent)),
        plan.primary_text == resolved ? resolved : fmt::format("{} (from {})", resolved, plan.primary_text)));
    lines.push_back(
        row(fmt::format("Fallbacks ({}){}", plan.fallbacks.size(), suffix(plan.fallbacks_from_agent)),
            list_or(keys_of(plan.fallbacks), "-")));
    lines.push_back(row(fmt::format("Image model{}", suffix(false)), plan.image ? plan.image->key() : "-"));
    lines.push_back(row(fmt::format("Image fallbacks ({}){}", plan.image_fallbacks.size(), suffix(false)),
                        list_or(keys_of(plan.image_fallbacks), "-")));
    std::vector<std::string> aliases;
    for (const auto& alias : plan.aliases) aliases.push_back(fmt::format("{} -> {}", alias.name, alias.key));
    lines.push_back(row(fmt::format("Aliases ({})", aliases.size()), list_or(aliases, "-")));
    lines.push_back(
        row(fmt::format("Configured models ({})", plan.listed.size()), list_or(keys_of(plan.listed), "all")));
}

// The bits of one provider, as the JSON document has them, on one line.
std::string provider_line(const json::object& provider) {
    const auto text = [](const json::object& object, std::string_view key) {
        return std::string(string_at(object, key).value_or(""));
    };
    const auto& effective = provider.at("effective").as_object();
    std::string line = fmt::format("- {} effective={}:{}", text(provider, "provider"),
                                   text(effective, "kind"), text(effective, "detail"));
    const auto& profiles = provider.at("profiles").as_object();
    const auto& labels = profiles.at("labels").as_array();
    if (!labels.empty()) {
        line += fmt::format(" | profiles={} (oauth={}, token={}, api_key={}) | ",
                            *integer_at(profiles, "count"), *integer_at(profiles, "oauth"),
                            *integer_at(profiles, "token"), *integer_at(profiles, "apiKey"));
        std::string separator;
        for (const auto& label : labels) {
            line += separator + std::string(label.as_string());
            separator = ", ";
        }
    }
    for (const auto& [member, bit] : {std::pair("env", "env"), std::pair("modelsJson", "models.json")})
        if (const auto* found = object_at(provider, member))
            line += fmt::format(" | {}={} | source={}", bit, text(*found, "value"), text(*found, "source"));
    return line;
}

void add_auth(std::vector<std::string>& lines, const StatusReport& report, const StatusRequest& request) {
    const auto document = status_json(report, request);
    const auto& auth = document.at("auth").as_object();
    const auto as_list = [](const json::array& array) {
        std::vector<std::string> texts;
        for (const auto& entry : array) texts.emplace_back(entry.as_string());
        return texts;
    };
    lines.insert(lines.end(), {"", "Auth overview",
                               row("Auth store", request.config.paths().shortened(request.store_file))});
    lines.push_back(
        row("Shell env", !report.shell_enabled ? "off"
                         : report.shell_applied.empty()
                             ? "on"
                             : fmt::format("on (applied: {})", joined(report.shell_applied, ", "))));
    const auto logins = as_list(auth.at("providersWithOAuth").as_array());
    lines.push_back(row(fmt::format("Providers w/ OAuth/tokens ({})", logins.size()), list_or(logins, "-")));
    for (const auto& provider : auth.at("providers").as_array())
        lines.push_back(provider_line(provider.as_object()));
    for (const auto& damaged : report.damaged) lines.push_back("- damaged record " + damaged);
}

void add_missing(std::vector<std::string>& lines, const StatusReport& report) {
    if (report.missing.empty()) return;
    lines.insert(lines.end(), {"", "Missing auth"});
    for (const auto& status : report.providers) {
        const auto& provider = status.resolution.provider;
        if (std::ranges::find(report.missing, provider) == report.missing.end()) continue;
        const auto variables = variables_of(provider);
        std::string hint = fmt::format("Run `{}`", remedy_for(status.resolution));
        if (provider == "anthropic")
            hint =
                "Run `claude setup-token`, then `openclaw models auth paste-token --provider anthropic`, or "
                "`openclaw models auth paste-api-key --provider anthropic`";
        if (!variables.empty()) hint += fmt::format(", or set {}", variables.back());
        lines.push_back(fmt::format("- {} {}.", provider, hint));
    }
}

std::string lifetime(const ProfileHealth& entry, TimePoint now) {
    if (entry.health == Health::unknown) return "unknown expires unknown";
    std::string text(name_of(entry.health));
    if (!entry.expires) return text;
    if (*entry.expires > now)
        return fmt::format("{} expires in {}", text, format_remaining(*entry.expires - now));
    const auto ago = format_remaining(now - *entry.expires);
    return entry.health == Health::expired
               ? fmt::format("expired {} ago", ago)
               : fmt::format("{} access token ended {} ago, refresh token present", text, ago);
}

void add_lifetimes(std::vector<std::string>& lines, const StatusReport& report, TimePoint now) {
    lines.insert(lines.end(), {"", "OAuth/token status"});
    bool any = false;
    for (const auto& status : report.providers) {
        bool headed = false;
        for (const auto& entry : status.profiles) {
            if (std::holds_alternative<ApiKey>(entry.profile->credential)) continue;
            if (!headed) lines.push_back("- " + status.resolution.provider);
            headed = any = true;
            std::string line = fmt::format("  - {} {}", entry.label, lifetime(entry, now));
            if (const auto owner = refresh_owner(*entry.profile); !owner.ours)
                line += fmt::format(", refreshed by {}", owner.name);
            if (!entry.profile->note.empty()) line += fmt::format(" ({})", entry.profile->note);
            lines.push_back(std::move(line));
        }
    }
    if (!any) lines.push_back("- none");
}

void add_next(std::vector<std::string>& lines, const StatusReport& report) {
    lines.insert(lines.end(), {"", "Next request"});
    for (const auto& check : report.checks) {
        const auto status =
            std::ranges::find(report.providers, check.model.provider,
                              [](const ProviderStatus& entry) { return entry.resolution.provider; });
        const auto* chosen = status->resolution.chosen();
        lines.push_back(chosen ? fmt::format("- {} ({}) uses {}: {}", check.model.key(), check.role,
                                             place_of(*chosen), chosen->reason)
                               : fmt::format("- {} ({}) {}", check.model.key(), check.role, check.reason));
    }
    for (const auto& warning : report.plan.warnings) lines.push_back("- note: " + warning);
}

}  // namespace

std::vector<std::string> status_text(const StatusReport& report, const StatusRequest& request) {
    const auto& paths = request.config.paths();
    std::vector<std::string> lines;
    lines.push_back(row("Config", paths.shortened(paths.config_file)));
    lines.push_back(row("Agent dir", paths.shortened(platform::Path(request.store_file).parent_path())));
    add_models(lines, report, request);
    add_auth(lines, report, request);
    add_missing(lines, report);
    add_lifetimes(lines, report, request.now);
    add_next(lines, report);
    return lines;
}

}  // namespace openclaw::auth
