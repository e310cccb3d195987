// What the gateway runs with: the config and the environment, without their secrets.
#include <sodium.h>

#include <array>

#include "base/fingerprint.h"
#include "config/json5/json5.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::array<char, 2 * hash.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

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
// secrets, which read as what no writer takes back. The hash is that of the file's own text, so that an
// editor can tell whether it changed.
Reply config_get(Call& call) {
    const auto& config = call.config();

    const auto raw = config.shown_text();
    auto parsed = raw ? config::parse_json5(*raw) : Result<json::value>(json::object());
    return json::object{{"path", config.paths().config_file.string()},
                        {"exists", config.exists()},
                        {"raw", raw ? json::value(*raw) : json::value()},
                        {"parsed", parsed ? std::move(*parsed) : json::value(json::object())},
                        {"valid", config.valid()},
                        {"config", config.shown()},
                        {"hash", sha256_hex(config.text())},
                        {"issues", problems_of(config.problems())},
                        {"warnings", problems_of(config.warnings())},
                        {"legacyIssues", json::array{}}};
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
