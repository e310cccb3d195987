#include "auth/choice/remedy.h"

#include <algorithm>

#include "auth/choice/provider_table.h"
#include "auth/profiles/newer_store.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// An argument of a command that a person copies into a shell.
std::string quoted(const std::string& text) {
    const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_.:@/+=,").find(c) != std::string_view::npos;
    });
    return plain ? text : "'" + replaced(text, "'", "'\\''") + "'";
}

constexpr std::string_view places_mark = " [looked at: ";
constexpr std::string_view not_set_mark = " (environment): not set";
constexpr std::size_t profiles_named_max = 12;

std::vector<std::string> excluded_ids(const Resolution& resolution) {
    std::vector<std::string> ids;
    for (const auto& candidate : resolution.candidates)
        if (candidate.verdict == Verdict::excluded_by_order ||
            candidate.verdict == Verdict::excluded_by_config)
            if (candidate.source == Source::profile) ids.push_back(quoted(candidate.profile.text));
    return ids;
}

// Where to look when the secret stands elsewhere and isn't to be had.
std::string_view remedy_for_source(SecretRef::Source source) {
    switch (source) {
        case SecretRef::Source::sealed:
            return "openclaw secrets status";
        case SecretRef::Source::exec:
            return "openclaw models status --allow-exec";
        case SecretRef::Source::env:
            return "openclaw env";
        case SecretRef::Source::file:
            break;
    }
    return "openclaw models status";
}

bool rests(const Candidate& candidate) {
    return candidate.verdict == Verdict::cooling || candidate.verdict == Verdict::disabled;
}

}  // namespace

std::string place_of(const Candidate& candidate) {
    switch (candidate.source) {
        case Source::profile:
            return "profile " + candidate.profile.text;
        case Source::environment:
            return candidate.place + " (environment)";
        case Source::config_key:
            return candidate.place + " (config)";
        case Source::ambient:
            return candidate.place;
        case Source::keyless:
            return "no key needed";
    }
    return candidate.place;
}

std::string unused_text(const UnusedStore& store) {
    return fmt::format("{}: not in use, as there is a state directory of today", store.file);
}

std::vector<std::string> places_looked_at(const Resolution& resolution, const std::string& store_file) {
    std::vector<std::string> places;
    const auto is_profile = [](const Candidate& candidate) { return candidate.source == Source::profile; };
    if (std::ranges::none_of(resolution.candidates, is_profile)) {
        places.push_back(fmt::format("{}: no profile of {}", store_file, resolution.provider));
        for (const auto& store : resolution.unused) places.push_back(unused_text(store));
    }
    std::size_t profiles = 0;
    for (const auto& candidate : resolution.candidates)
        if (!is_profile(candidate) || ++profiles <= profiles_named_max)
            places.push_back(place_of(candidate) + ": " + candidate.reason);
    if (profiles > profiles_named_max)
        places.push_back(fmt::format("and {} more profiles", profiles - profiles_named_max));
    std::ranges::move(elsewhere_places(resolution.elsewhere), std::back_inserter(places));
    return places;
}

std::string looked_at(const Resolution& resolution, const std::string& store_name) {
    auto places = joined(places_looked_at(resolution, store_name), "; ");
    // So that the end of the list can be found again.
    std::ranges::replace(places, '[', '(');
    std::ranges::replace(places, ']', ')');
    return std::string(places_mark) + printable(places) + "]";
}

std::string without_places(std::string message) {
    for (auto at = message.find(places_mark); at != std::string::npos; at = message.find(places_mark)) {
        const auto end = message.find(']', at);
        message.erase(at, end == std::string::npos ? end : end - at + 1);
    }
    return message;
}

bool says_not_set(std::string_view message, std::string_view variable) {
    const auto sentence = std::string(variable) + std::string(not_set_mark);
    const auto at = message.find(sentence);
    // "Z_ZAI_API_KEY" doesn't name ZAI_API_KEY.
    return at != std::string_view::npos && (at == 0 || message[at - 1] == ' ');
}

std::string clear_rests(const ProviderId& provider) {
    return fmt::format("openclaw models auth cooldown clear --provider {}", quoted(provider));
}

std::string remedy_for(const Resolution& resolution) {
    const std::string provider = quoted(resolution.provider);
    if (!elsewhere_places(resolution.elsewhere).empty()) return "openclaw migrate";
    if (const auto ids = excluded_ids(resolution); !ids.empty())
        return fmt::format("openclaw models auth order set --provider {} {}", provider, joined(ids, " "));
    for (const auto& candidate : resolution.candidates)
        if (candidate.verdict == Verdict::unavailable && candidate.reference)
            return std::string(remedy_for_source(candidate.reference->source));
    if (std::ranges::any_of(resolution.candidates, rests)) return clear_rests(resolution.provider);
    if (resolution.provider == "amazon-bedrock" || resolution.provider == "google-vertex")
        return "openclaw env";
    const auto is_stored = [](const Candidate& candidate) { return candidate.source == Source::profile; };
    if (!resolution.unused.empty() && std::ranges::none_of(resolution.candidates, is_stored))
        return fmt::format("openclaw migrate --from {}", resolution.unused.front().folder);
    return command_that_stores(resolution.provider);
}

std::string command_that_stores(const ProviderId& provider) {
    const std::string& id = provider.text();
    const bool login =
        id == "qwen-portal" || id == "minimax-portal" || id == "openai-codex" || id == "github-copilot";
    const std::string_view custom = is_built_in(id) ? "" : " --custom";
    if (login) return fmt::format("openclaw models auth paste-token --provider {}{}", quoted(id), custom);
    return fmt::format("openclaw models auth paste-api-key --provider {}{}", quoted(id), custom);
}

Error no_credential(const Resolution& resolution, const std::string& store_file) {
    Error error{Code::denied, fmt::format("no usable credential for {}", resolution.provider), {}};
    std::string separator = ". Looked at ";
    for (const auto& place : places_looked_at(resolution, store_file)) {
        error.message += separator + place;
        separator = "; ";
    }
    error.hint = fmt::format("run `{}`", remedy_for(resolution));
    return error;
}

}  // namespace openclaw::auth
