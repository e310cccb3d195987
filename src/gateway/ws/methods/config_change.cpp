// config.set, config.patch and config.apply: a client changes the config. What is written, and what is
// refused, is the writer's word; here it is only made out what the client means.
#include <algorithm>

#include "base/text.h"
#include "config/files/returned.h"
#include "config/files/writer.h"
#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/looks_secret.h"
#include "gateway/serving/reload.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

enum class Verb { set, patch, apply };

constexpr std::size_t raw_bytes_max = 400'000;
constexpr std::size_t replaced_max = 256;
constexpr std::size_t paths_shown_max = 10;
constexpr std::string_view load_again = "re-run config.get and retry";

// One request to change the config.
struct Change {
    Verb verb;
    std::string method;
    json::object sent;
    std::optional<std::string> base;  // the revision that the client has seen
    std::set<std::string> replaced;
    bool on_this_host;  // it comes from the owner, through the admin socket
    std::string note, session;
};

using Outcome = std::expected<config::Written, config::WriteRefusal>;

std::unexpected<Error> refused(std::string message, std::string hint = {}) {
    return hinted(fail(Code::invalid_input, "{}", message), std::move(hint));
}

WireResult<Change> read_change(const Call& call, Verb verb) {
    auto params = call.params();
    Change change{.verb = verb,
                  .method = call.request.method,
                  .sent = {},
                  .base = {},
                  .replaced = {},
                  .on_this_host = call.client->principal().proof() == access::Proof::socket_owner,
                  .note = {},
                  .session = {}};
    const auto raw = params.required_text("raw");
    if (raw.size() > raw_bytes_max)
        params.add_problem(fmt::format("at /raw: must NOT have more than {} characters", raw_bytes_max));
    change.base = params.filled_text("baseHash");
    change.session = params.text("sessionKey").value_or("");
    change.note = params.text("note").value_or("");
    params.integer("restartDelayMs", 0, INT64_MAX);  // nothing is restarted
    auto replaced = params.texts("replacePaths");
    if (replaced.size() > replaced_max)
        params.add_problem(fmt::format("at /replacePaths: must NOT have more than {} items", replaced_max));
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    change.replaced.insert(std::make_move_iterator(replaced.begin()),
                           std::make_move_iterator(replaced.end()));
    auto parsed = config::parse_json5(raw);
    if (!parsed) return std::unexpected(invalid_request("raw is no JSON5: " + parsed.error().message));
    if (!parsed->is_object())
        return std::unexpected(invalid_request(fmt::format("{} raw must be an object", change.method)));
    change.sent = std::move(parsed->get_object());
    return change;
}

std::set<std::string> agent_ids(const json::object& document) {
    std::set<std::string> ids;
    const auto* agents = object_at(document, "agents");
    if (const auto* entries = agents ? object_at(*agents, "entries") : nullptr)
        for (const auto& entry : *entries) ids.emplace(entry.key());
    const auto* list = agents ? array_at(*agents, "list") : nullptr;
    for (const auto& entry : list ? *list : json::array{})
        if (const auto* agent = entry.if_object())
            if (const auto id = string_at(*agent, "id")) ids.emplace(*id);
    return ids;
}

// A client that holds an old list would take agents away that it doesn't know.
Result<void> keep_agents(const json::object& before, const json::object& after) {
    const auto kept = agent_ids(after);
    for (const auto& id : agent_ids(before))
        if (!kept.contains(id))
            return refused(
                fmt::format("config.set would remove existing agent entries: {}", id),
                "agents are deleted by a command of their own, which keeps what they have written");
    return {};
}

// What says which files of this host are read, written or served, and which programs run.
Result<void> keep_what_names_files(const json::object& before, const json::object& after) {
    const std::initializer_list<config::KeyPath> parts{
        {"secrets", "providers"}, {"gateway", "tls"}, {"logging", "file"}};
    for (const auto& part : parts) {
        const auto* old = config::find_value(before, part);
        const auto* now = config::find_value(after, part);
        if ((!old && !now) || (old && now && config::same_value(*old, *now))) continue;
        return refused(
            fmt::format("{} names files and programs of the gateway's host, and is changed there only",
                        config::format_key_path(part)),
            "use the command line there, or leave that part out");
    }
    return {};
}

Result<void> check_base(const Change& change, const config::Config& before,
                        const ConfigRevisions& revisions) {
    if (!before.exists()) return {};
    if (!change.base) return refused(fmt::format("config base hash required; {}", load_again));
    if (*change.base != revisions.of(before))
        return refused(fmt::format("config changed since last load; {}", load_again));
    return {};
}

// A theme or the like: each client writes its own, over whatever stands there.
bool is_about_looks(const json::object& patch) {
    const auto* ui = object_at(patch, "ui");
    return patch.size() == 1 && ui && ui->size() == 1 && object_at(*ui, "prefs");
}

Result<void> make(const Change& change, json::object& document, const config::Config& before,
                  const ConfigRevisions& revisions) {
    const bool needs_base =
        change.verb != Verb::patch || change.base.has_value() || !is_about_looks(change.sent);
    if (needs_base)
        if (auto ok = check_base(change, before, revisions); !ok) return ok;
    const auto shown = config::shown_to_clients(before);
    auto wanted = change.verb == Verb::patch
                      ? config::document_patched(change.sent, document, shown, change.replaced)
                      : config::document_meant(change.sent, document, shown);
    if (!wanted) return std::unexpected(wanted.error());
    if (change.verb == Verb::set)
        if (auto ok = keep_agents(document, *wanted); !ok) return ok;
    if (!change.on_this_host)
        if (auto ok = keep_what_names_files(document, *wanted); !ok) return ok;
    document = std::move(*wanted);
    return {};
}

// What a client put into the wrong place may be a secret: it is not repeated.
std::string without_secrets(std::string_view text) {
    return config::with_secrets_hidden(text, config::Suspicion::of_shapes);
}

WireError wire_refusal(const config::WriteRefusal& refusal) {
    auto error = wire_error(refusal.error);
    error.message = without_secrets(error.message);
    if (const auto hint = string_at(error.details, "hint")) error.details["hint"] = without_secrets(*hint);
    if (refusal.problems.empty()) return error;
    const auto& first = refusal.problems.front();
    const auto more = refusal.problems.size() - 1;
    error.message =
        without_secrets(fmt::format("invalid config: {}{}{}{}", first.path, first.path.empty() ? "" : ": ",
                                    first.message, more == 0 ? "" : fmt::format(" (+{} more)", more)));
    json::array issues;
    for (const auto& problem : refusal.problems)
        issues.push_back(json::object{{"path", without_secrets(problem.path)},
                                      {"message", without_secrets(problem.message)}});
    error.details["issues"] = std::move(issues);
    return error;
}

std::vector<std::string> changed_paths(const config::Written& written) {
    std::vector<std::string> paths;
    for (const auto& edit : written.edits) paths.push_back(config::format_key_path(edit.path));
    return paths;
}

json::array texts(const std::vector<std::string>& list) {
    json::array array;
    for (const auto& text : list) array.emplace_back(text);
    return array;
}

void log_change(const Call& call, const Change& change, const std::vector<std::string>& paths) {
    std::vector<std::string> shown(
        paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(std::min(paths.size(), paths_shown_max)));
    for (auto& path : shown) path = printable(without_secrets(path));
    const auto more = paths.size() - shown.size();
    call.room.means.log.info("config", "{} by {}: {}{}", change.method, call.client->principal().shown(),
                             paths.empty() ? "nothing changed" : joined(shown, ", "),
                             more == 0 ? "" : fmt::format(" and {} more", more));
}

// What is left behind for whoever comes up after a restart: here nothing goes down, so nothing is kept.
json::object sentinel_json(const Call& call, const Change& change, bool needs_restart) {
    json::object payload{{"kind", change.verb == Verb::patch ? "config-patch" : "config-apply"},
                         {"status", "ok"},
                         {"ts", to_ms(call.room.now())},
                         {"sessionKey", change.session.empty() ? json::value() : json::value(change.session)},
                         {"message", change.note.empty() ? json::value() : json::value(change.note)},
                         {"doctorHint", "Run: openclaw config validate"},
                         {"stats", json::object{{"mode", change.method},
                                                {"root", call.config().paths().config_file.string()},
                                                {"requiresRestart", needs_restart}}}};
    return {{"persisted", false}, {"path", nullptr}, {"payload", std::move(payload)}};
}

json::object answer_json(const Call& call, const Change& change, const config::Written& written,
                         const std::vector<std::string>& paths) {
    const auto needs_restart = compare(call.config().value(), written.config->value()).needs_restart;
    json::object answer{{"ok", true},
                        {"path", call.config().paths().config_file.string()},
                        {"config", config::shown_to_clients(*written.config).in_effect},
                        {"hash", call.room.revisions.of(*written.config)},
                        {"changedPaths", texts(paths)},
                        {"needsRestart", texts(needs_restart)}};
    if (written.edits.empty()) answer["noop"] = true;
    if (change.verb != Verb::set) {
        answer["restart"] = nullptr;
        answer["sentinel"] = sentinel_json(call, change, !needs_restart.empty());
    }
    return answer;
}

// The next request finds the new config in use: what has changed on disk is taken over before anybody is
// judged. Whom it locks out still gets this answer.
net::Task<Reply> carry_out(Call call, Verb verb) {
    auto change = read_change(call, verb);
    if (!change) co_return std::unexpected(change.error());
    auto& room = call.room;
    if (const auto wait = room.changes.take(room.means.clock.steady())) {
        auto error = wire_error(fail(Code::busy, "rate limit exceeded for {}; retry after {} s",
                                     change->method, (wait->count() + 999) / 1000)
                                    .error());
        error.retry_after = *wait;
        co_return std::unexpected(std::move(error));
    }
    std::move_only_function<Outcome()> write = [&writer_of = room.means.config_writer, &change = *change,
                                                &revisions = room.revisions] {
        return writer_of().update_seen([&](json::object& document, const config::Config& before) {
            return make(change, document, before, revisions);
        });
    };
    const auto written = co_await room.means.loop.blocking(std::move(write));
    if (!written) {
        room.means.log.warn("config", "{} by {} refused", change->method, call.client->principal().shown());
        co_return std::unexpected(wire_refusal(written.error()));
    }
    const auto paths = changed_paths(*written);
    log_change(call, *change, paths);
    co_return answer_json(call, *change, *written, paths);
}

}  // namespace

net::Task<Reply> config_set(Call call) {
    return carry_out(std::move(call), Verb::set);
}

net::Task<Reply> config_patch(Call call) {
    return carry_out(std::move(call), Verb::patch);
}

net::Task<Reply> config_apply(Call call) {
    return carry_out(std::move(call), Verb::apply);
}

}  // namespace openclaw::gateway::methods
