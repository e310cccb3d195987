#include "cli/gateway_view.h"

#include <algorithm>

#include "auth/provider_table.h"
#include "auth/remedy.h"
#include "base/text.h"
#include "cli/gateway_client.h"

namespace openclaw::cli {
namespace {

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
    return {};
}

}  // namespace

std::optional<json::object> ask_local_gateway(Context& context, std::string method, json::object params) {
    const auto target = resolve_target(context, {});
    if (!target || target->socket.empty()) return std::nullopt;
    GatewayOptions options;
    options.timeout = std::chrono::seconds(3);
    auto answer = ask_gateway(context, options, std::move(method), std::move(params));
    if (!answer || !answer->is_object()) return std::nullopt;
    return std::move(answer->get_object());
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
