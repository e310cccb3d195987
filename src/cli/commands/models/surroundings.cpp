#include "cli/commands/models/surroundings.h"

#include <algorithm>

#include "auth/choice/look_around.h"
#include "auth/sources/read_sources.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

// What the gateway says of one reference. Never a value.
void take_report(auth::SourceValues& values, const json::object& report) {
    const auto reference = auth::parse_secret_ref(report);
    if (!reference || !bool_at(report, "asked").value_or(false)) return;
    auth::SourceValue known;
    known.problem = string_at(report, "problem").value_or("");
    known.elsewhere = bool_at(report, "ok").value_or(false);
    if (const auto read = integer_at(report, "readAt")) known.read_at = from_ms(*read);
    values.set(*reference, {}, std::move(known));
}

// A gateway that doesn't answer soon leaves what is asked for as it is: not asked.
void ask_running_gateway(Context& context, auth::SourceValues& values,
                         const std::vector<auth::HeldReference>& wanted) {
    json::array list;
    for (const auto& held : wanted)
        if (held.reference.source == auth::SecretRef::Source::exec)
            list.push_back(auth::secret_ref_json(held.reference));
    const auto answer = gateway::ask_local_gateway(
        client_host(context), "secrets.sources", {{"references", std::move(list)}}, std::chrono::seconds(2));
    if (const auto* reports = answer ? array_at(*answer, "references") : nullptr)
        for (const auto& report : *reports)
            if (report.is_object()) take_report(values, report.get_object());
}

bool is_command(const auth::HeldReference& held) {
    return held.reference.source == auth::SecretRef::Source::exec;
}

}  // namespace

auth::Surroundings surroundings_of(Context& context, const auth::Store& store, const config::Config& config,
                                   SourceCommands commands) {
    auto surroundings =
        auth::look_around(context.files, config, context.fingerprint_key, store, context.clock.now());
    surroundings.asked_when_needed = true;
    const auto wanted = auth::asked_references(store, config);
    if (wanted.empty()) return surroundings;
    auto values = auth::read_sources(
        {context.files, context.processes, context.user_id}, auth::SourceSettings::from(config), wanted,
        commands == SourceCommands::run ? auth::Commands::run : auth::Commands::leave, context.clock);
    if (commands == SourceCommands::ask_gateway && std::ranges::any_of(wanted, is_command))
        ask_running_gateway(context, values, wanted);
    surroundings.values =
        auth::united(std::make_shared<const auth::SourceValues>(std::move(values)), surroundings.values);
    return surroundings;
}

}  // namespace openclaw::cli
