#include "cli/gateway/gateway_view.h"

#include <algorithm>

#include "auth/choice/provider_table.h"
#include "auth/choice/remedy.h"
#include "base/text.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {
namespace {

constexpr Milliseconds patience = std::chrono::seconds(2);

std::string text_of(const json::object& object, std::string_view member) {
    return printable(string_at(object, member).value_or(""));
}

const json::object* at_place(const json::object& explanation, std::string_view place) {
    const auto* candidates = array_at(explanation, "candidates");
    if (!candidates) return nullptr;
    for (const auto& value : *candidates)
        if (const auto* candidate = value.if_object(); candidate && string_at(*candidate, "place") == place)
            return candidate;
    return nullptr;
}

std::string identity_of(const json::object& explanation) {
    const auto* chosen = object_at(explanation, "chosen");
    return chosen ? text_of(*chosen, "place") + text_of(*chosen, "fingerprint") : std::string();
}

std::string difference_at(const json::object& here, const json::object* there) {
    const auto place = text_of(here, "place");
    const bool set_here = here.contains("fingerprint"), set_there = there && there->contains("fingerprint");
    // A secret that stands elsewhere is not set here or there, but read; who hasn't read it is not worse off.
    if (here.contains("secretRef") && set_here != set_there)
        return set_there ? std::string()
                         : fmt::format("{}: in the gateway: {}", place,
                                       there ? text_of(*there, "reason") : "it is not there");
    if (set_here && !set_there) return fmt::format("{}: set in your shell, not in the gateway", place);
    if (!set_here && set_there) return fmt::format("{}: set in the gateway, not in your shell", place);
    if (set_here && text_of(here, "fingerprint") != text_of(*there, "fingerprint"))
        return fmt::format("{}: another value in the gateway ({} here, {} there)", place,
                           text_of(here, "fingerprint"), text_of(*there, "fingerprint"));
    // The same secret there and here, but it rests in the gateway's memory, say.
    if (there && text_of(here, "verdict") != text_of(*there, "verdict"))
        return fmt::format("{}: {}", place, text_of(*there, "reason"));
    return {};
}

}  // namespace

std::optional<json::object> ask_local_gateway(Context& context, std::string method, json::object params) {
    auto answer =
        gateway::ask_local_gateway(client_host(context), std::move(method), std::move(params), patience);
    if (answer) return std::move(*answer);
    if (answer.error().code == Code::timed_out)
        context.out.note(fmt::format(
            "note: the gateway did not answer within {} s; this is what the files and this shell say",
            std::chrono::duration_cast<std::chrono::seconds>(patience).count()));
    return std::nullopt;
}

std::vector<std::string> differences_in_gateway(const json::object& here, const json::object& there) {
    if (identity_of(here) == identity_of(there)) return {};
    std::vector<std::string> lines;
    const auto* chosen = object_at(there, "chosen");
    lines.push_back(chosen ? fmt::format("uses {}: {}", text_of(*chosen, "place"), text_of(*chosen, "reason"))
                           : "uses nothing; no credential is usable there");
    if (const auto* candidates = array_at(here, "candidates"))
        for (const auto& value : *candidates)
            if (const auto* candidate = value.if_object())
                if (auto line = difference_at(*candidate, at_place(there, text_of(*candidate, "place")));
                    !line.empty())
                    lines.push_back(std::move(line));
    return lines;
}

GatewayEyes gateway_eyes(Context& context, const std::string& agent_id) {
    GatewayEyes eyes{.verdict = ask_local_gateway(context, "models.check", {{"agentId", agent_id}}),
                     .live = {}};
    const auto* remembered = eyes.verdict ? object_at(*eyes.verdict, "remembered") : nullptr;
    if (remembered) eyes.live = auth::remembered_from(*remembered);
    return eyes;
}

Result<GatewayEyes> see_as_gateway(Context& context, auth::AgentCredentials& credentials) {
    auto eyes = gateway_eyes(context, credentials.agent->id);
    if (!eyes.verdict) return eyes;
    // What the gateway doesn't remember any more is in the file by now, so that is read after it was asked.
    auto stored = credentials.store.load();
    if (!stored) return std::unexpected(stored.error());
    credentials.profiles = std::move(*stored);
    if (!eyes.live.usage().empty())
        credentials.profiles =
            std::make_shared<const auth::Store>(auth::with_remembered(*credentials.profiles, eyes.live));
    return eyes;
}

std::vector<std::string> judged_otherwise(const std::vector<auth::ModelCheck>& here,
                                          const json::object& there) {
    std::vector<std::string> lines;
    const auto* checks = array_at(there, "checks");
    for (const auto& value : checks ? *checks : json::array{}) {
        const auto* check = value.if_object();
        if (!check) continue;
        const auto same = std::ranges::find_if(here, [&](const auth::ModelCheck& each) {
            return each.model.key() == string_at(*check, "model") && each.role == string_at(*check, "role") &&
                   each.exit == integer_at(*check, "exit") &&
                   each.uses == string_at(*check, "uses").value_or("") &&
                   each.fingerprint == string_at(*check, "fingerprint").value_or("");
        });
        if (same != here.end()) continue;
        const auto uses = text_of(*check, "uses"), print = text_of(*check, "fingerprint");
        lines.push_back(fmt::format("{} ({}) {}", text_of(*check, "model"), text_of(*check, "role"),
                                    uses.empty()
                                        ? text_of(*check, "reason")
                                        : fmt::format("uses {}{}", uses, print.empty() ? "" : " " + print)));
    }
    return lines;
}

std::vector<std::string> set_here_only(std::string_view message, const config::Config& config) {
    std::vector<std::string> names;
    for (const auto& entry : auth::provider_variables)
        for (const auto name : entry.variables)
            if (!name.empty() && auth::says_not_set(message, name) &&
                config.environment().find_filled(name) && std::ranges::find(names, name) == names.end())
                names.emplace_back(name);
    return names;
}

void note_set_here_only(Context& context, std::string_view message) {
    const auto config = context.config();
    if (!config) return;
    const auto names = set_here_only(message, **config);
    if (names.empty()) return;
    const bool one = names.size() == 1;
    context.out.note(
        fmt::format("note: {} {} set in your shell, not in the gateway; write {} into {} for both",
                    joined(names, " and "), one ? "is" : "are", one ? "it" : "them",
                    context.paths.shortened(context.paths.state / ".env")));
}

}  // namespace openclaw::cli
