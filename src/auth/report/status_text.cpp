#include <algorithm>
#include <map>
#include <span>

#include "auth/choice/provider_table.h"
#include "auth/choice/remedy.h"
#include "auth/profiles/newer_store.h"
#include "auth/profiles/program_login.h"
#include "auth/report/status_report.h"
#include "base/duration.h"
#include "base/text.h"
#include "config/agents.h"

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

std::string text_of(const json::object& object, std::string_view member) {
    return std::string(string_at(object, member).value_or(""));
}

// "and 9,980 more (--all-profiles shows them)" for what isn't shown.
std::string rest_of_list(std::size_t count, const StatusRequest& request) {
    return fmt::format("and {} more (`--all-profiles` shows them)", count - request.shown_max);
}

std::string labels_text(const ProviderStatus& status, const StatusRequest& request) {
    std::vector<std::string> labels;
    for (const auto* profile : in_file_order(status.profiles)) {
        if (labels.size() == request.shown_max) break;
        labels.push_back(masked_label(*profile, request));
    }
    if (status.profiles.size() > request.shown_max)
        labels.push_back(rest_of_list(status.profiles.size(), request));
    for (const auto* record : status.damaged) labels.push_back(damaged_label(*record));
    return joined(labels, ", ");
}

// The bits of one provider, as the JSON document has them, on one line.
std::string provider_line(const ProviderStatus& status, const StatusRequest& request) {
    const auto effective = effective_json(status, request);
    std::string line = fmt::format("- {} effective={}:{}", status.resolution.provider,
                                   text_of(effective, "kind"), text_of(effective, "detail"));
    if (!status.profiles.empty() || !status.damaged.empty())
        line += fmt::format(" | profiles={} (oauth={}, token={}, api_key={}) | {}", status.profiles.size(),
                            status.logins, status.tokens, status.api_keys, labels_text(status, request));
    const auto others = other_sources_json(status, request);
    for (const auto& [member, bit] : {std::pair("env", "env"), std::pair("modelsJson", "models.json")})
        if (const auto* found = object_at(others, member))
            line +=
                fmt::format(" | {}={} | source={}", bit, text_of(*found, "value"), text_of(*found, "source"));
    return line;
}

void add_auth(std::vector<std::string>& lines, const StatusReport& report, const StatusRequest& request) {
    lines.insert(lines.end(), {"", "Auth overview",
                               row("Auth store", request.config.paths().shortened(request.store_file))});
    lines.push_back(
        row("Shell env", !report.shell_enabled ? "off"
                         : report.shell_applied.empty()
                             ? "on"
                             : fmt::format("on (applied: {})", joined(report.shell_applied, ", "))));
    const auto logins = providers_with_logins(report);
    lines.push_back(row(fmt::format("Providers w/ OAuth/tokens ({})", logins.size()), list_or(logins, "-")));
    for (const auto& status : report.providers)
        if (status.listed) lines.push_back(provider_line(status, request));
    for (const auto& provider : report.providers)
        for (const auto& notice : provider.resolution.notices) lines.push_back("- note: " + notice);
    for (const auto& file : report.damaged_files) lines.push_back("- " + file);
    for (const auto& line : elsewhere_lines(request.store.elsewhere)) lines.push_back("- " + line);
    for (const auto& damaged : report.damaged) lines.push_back("- damaged record " + damaged);
}

// "9,900 unproven, 80 resting" of those that aren't shown.
std::string counts_text(std::span<const ProfileHealth* const> entries) {
    std::map<Truth::Word, std::size_t> counts;
    for (const auto* entry : entries) ++counts[entry->truth.word];
    std::vector<std::string> texts;
    for (const auto& [word, count] : counts) texts.push_back(fmt::format("{} {}", count, words_of(word)));
    return joined(texts, ", ");
}

// Those first that a person should know of.
int urgency(Truth::Word word) {
    using Word = Truth::Word;
    constexpr Word order[] = {Word::refused,  Word::expired,  Word::unavailable, Word::unusable,
                              Word::expiring, Word::resting,  Word::on_trial,    Word::proven,
                              Word::unknown,  Word::unproven, Word::missing};
    return static_cast<int>(std::ranges::find(order, word) - std::begin(order));
}

void add_truth(std::vector<std::string>& lines, const StatusReport& report, const StatusRequest& request) {
    lines.insert(lines.end(), {"", "What is known"});
    bool any = false;
    for (const auto& status : report.providers) {
        if (!status.listed) continue;
        any = true;
        lines.push_back(fmt::format("- {} {}: {}", status.resolution.provider, words_of(status.truth.word),
                                    printable(status.truth.text)));
        std::vector<const ProfileHealth*> entries;
        for (const auto& entry : status.profiles) entries.push_back(&entry);
        if (entries.size() > request.shown_max)
            std::ranges::partial_sort(entries,
                                      entries.begin() + static_cast<std::ptrdiff_t>(request.shown_max), {},
                                      [](const ProfileHealth* entry) {
                                          return std::pair<int, std::string_view>(urgency(entry->truth.word),
                                                                                  entry->profile->id.text);
                                      });
        const auto shown = std::min(entries.size(), request.shown_max);
        for (const auto* entry : std::span(entries).first(shown))
            lines.push_back(fmt::format("  - {} {}: {}", printable(entry->label), words_of(entry->truth.word),
                                        printable(entry->truth.text)));
        if (shown < entries.size())
            lines.push_back(
                fmt::format("  - {}: {}", rest_of_list(entries.size(), request),
                            counts_text(std::span<const ProfileHealth* const>(entries).subspan(shown))));
    }
    if (!any) lines.push_back("- nothing: no credential is stored or set");
}

void add_missing(std::vector<std::string>& lines, const StatusReport& report) {
    if (report.missing.empty()) return;
    lines.insert(lines.end(), {"", "Missing auth"});
    for (const auto& status : report.providers) {
        const auto& provider = status.resolution.provider;
        if (std::ranges::find(report.missing, provider.text()) == report.missing.end()) continue;
        const auto variables = variables_of(provider);
        std::string hint = fmt::format("Run `{}`", remedy_for(status.resolution));
        if (provider == "anthropic" && elsewhere_places(status.resolution.elsewhere).empty())
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

void add_lifetimes(std::vector<std::string>& lines, const StatusReport& report,
                   const StatusRequest& request) {
    lines.insert(lines.end(), {"", "OAuth/token status"});
    bool any = false;
    for (const auto& status : report.providers) {
        bool headed = false;
        std::size_t shown = 0;
        for (const auto& entry : status.profiles) {
            if (std::holds_alternative<ApiKey>(entry.profile->credential)) continue;
            if (++shown > request.shown_max) continue;
            if (!headed) lines.push_back("- " + status.resolution.provider.text());
            headed = any = true;
            std::string line = fmt::format("  - {} {}", entry.label, lifetime(entry, request.now));
            if (const auto owner = refresh_owner(*entry.profile); !owner.ours)
                line += fmt::format(", refreshed by {}", owner.name);
            if (!entry.profile->note.empty()) line += fmt::format(" ({})", entry.profile->note);
            lines.push_back(std::move(line));
        }
        if (shown > request.shown_max) lines.push_back("  - " + rest_of_list(shown, request));
    }
    if (!any) lines.push_back("- none");
}

std::string use_text(const ModelCheck& check) {
    if (check.uses.empty()) return check.reason;
    const bool keyless = check.chosen && check.chosen->source == Source::keyless;
    return keyless ? check.chosen->reason : "uses " + check.uses;
}

void add_next(std::vector<std::string>& lines, const StatusReport& report) {
    lines.insert(lines.end(), {"", "Next request"});
    for (const auto& check : report.checks)
        lines.push_back(
            fmt::format("- {} ({}) {}", check.model.key(), check.role, printable(use_text(check))));
    for (const auto& warning : report.plan.warnings) lines.push_back("- note: " + warning);
}

}  // namespace

std::vector<std::string> status_text(const StatusReport& report, const StatusRequest& request) {
    const auto& paths = request.config.paths();
    std::vector<std::string> lines;
    lines.push_back(row("Config", paths.shortened(paths.config_file)));
    lines.push_back(row("Agent dir", paths.shortened(config::agent_folder_of(
                                         platform::Path(request.store_file).parent_path()))));
    add_models(lines, report, request);
    add_auth(lines, report, request);
    add_missing(lines, report);
    add_truth(lines, report, request);
    add_lifetimes(lines, report, request);
    add_next(lines, report);
    return lines;
}

}  // namespace openclaw::auth
