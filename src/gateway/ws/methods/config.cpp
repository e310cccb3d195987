// What the gateway runs with: the config and the environment, without their secrets.
#include "base/fingerprint.h"
#include "config/files/returned.h"
#include "config/settings/settings_schema.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

json::array problems_of(const std::vector<config::Problem>& problems) {
    json::array list;
    for (const auto& problem : problems)
        list.push_back(json::object{{"path", problem.path}, {"message", problem.message}});
    return list;
}

std::string_view source_name(config::VariableSource source) {
    switch (source) {
        case config::VariableSource::process:
            return "process";
        case config::VariableSource::working_folder_file:
            return "working-folder-file";
        case config::VariableSource::state_file:
            return "state-file";
        case config::VariableSource::legacy_file:
            return "legacy-file";
        case config::VariableSource::config:
            return "config";
        case config::VariableSource::login_shell:
            return "login-shell";
    }
    return "unknown";
}

}  // namespace

// `raw` and `parsed` are what the file says, references unresolved, `config` what is in effect: all without
// secrets, in whose place stands what means "as it is" when it is sent back. A file that could not be taken
// over is shown as it stands, not as the last good one was.
net::Task<Reply> config_get(Call call) {
    auto config = call.serving->config;
    if (!call.room.means.reloader->currency().problem.empty()) {
        std::move_only_function<std::shared_ptr<const config::Config>()> read =
            [&writer_of = call.room.means.config_writer] { return writer_of().read(); };
        config = co_await call.room.means.loop.blocking(std::move(read));
    }
    auto shown = config::shown_to_clients(*config);
    co_return json::object{{"path", config->paths().config_file.string()},
                           {"exists", config->exists()},
                           {"raw", shown.text ? json::value(*shown.text) : json::value()},
                           {"parsed", std::move(shown.written)},
                           {"valid", config->valid()},
                           {"config", std::move(shown.in_effect)},
                           {"hash", call.room.revisions.of(*config)},
                           {"issues", problems_of(config->problems())},
                           {"warnings", problems_of(config->warnings())},
                           {"legacyIssues", json::array{}}};
}

Reply config_schema(Call& call) {
    return json::object{{"schema", config::settings_schema()},
                        {"uiHints", config::settings_hints()},
                        {"version", call.room.means.version},
                        {"generatedAt", iso_time(call.room.now())}};
}

Reply env_list(Call& call) {
    const auto& environment = call.config().environment();
    const auto& key = call.room.means.fingerprint_key;
    json::array rows;
    for (const auto& name : environment.names()) {
        json::array places;
        for (const auto* candidate : environment.candidates(name))
            places.push_back(json::object{{"source", json::string_view(source_name(candidate->source))},
                                          {"place", candidate->place},
                                          {"fingerprint", fingerprint(candidate->value, key)}});
        rows.push_back(json::object{{"name", name}, {"candidates", std::move(places)}});
    }
    json::array secrets;
    for (const auto& candidate : call.serving->secret.candidates)
        secrets.push_back(
            json::object{{"place", candidate.place}, {"fingerprint", fingerprint(candidate.value, key)}});
    return json::object{
        {"variables", std::move(rows)},
        {"gatewaySecret", json::object{{"mode", json::string_view(name_of(call.serving->secret.mode))},
                                       {"candidates", std::move(secrets)}}}};
}

}  // namespace openclaw::gateway::methods
