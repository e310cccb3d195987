// Who else may read and write what is ours.
#include <algorithm>
#include <array>

#include "auth/estate/estate.h"
#include "base/text.h"
#include "gateway/audit/looks.h"
#include "gateway/serving/log_file.h"

namespace openclaw::gateway::audit {

namespace {

using platform::Path;

// Of a folder with many files; the first ones stand for the rest.
constexpr std::size_t files_shown_max = 20;
constexpr std::uint32_t group_read = 0040, all_bits = 07777;

void add_files_in(const Subject& subject, const Path& folder, std::string_view ending,
                  std::vector<Path>& found) {
    const auto names = subject.files.list(folder);
    for (const auto& name : names ? *names : std::vector<std::string>())
        if (name.ends_with(ending)) found.push_back(folder / name);
}

std::vector<Path> stores(const Subject& subject) {
    std::vector<Path> found;
    for (const auto& agent : auth::sealed::agent_folders(subject.files, subject.config))
        for (const auto& file :
             {agent.own / "auth-profiles.json", agent.own / "native" / "auth-profiles.json"})
            found.push_back(file);
    return found;
}

std::vector<Path> sessions(const Subject& subject) {
    std::vector<Path> found;
    for (const auto& agent : subject.config.agents()) {
        add_files_in(subject, agent.sessions_folder, ".json", found);
        add_files_in(subject, agent.sessions_folder, ".jsonl", found);
    }
    return found;
}

std::vector<Path> authority(const Subject& subject) {
    const auto folder = subject.paths().state / "gateway" / "authority";
    std::vector<Path> found{folder};
    add_files_in(subject, folder, ".key", found);
    add_files_in(subject, folder, ".json", found);
    return found;
}

std::vector<Path> backups(const Subject& subject) {
    std::vector<Path> found;
    const auto& file = subject.paths().config_file;
    for (const auto* ending : {".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"})
        found.emplace_back(file.string() + ending);
    return found;
}

std::vector<Path> logs(const Subject& subject) {
    std::vector<Path> found;
    const auto settings = LogSettings::from(subject.config);
    if (!settings.file_name.empty()) return {settings.folder / settings.file_name};
    add_files_in(subject, settings.folder, ".log", found);
    return found;
}

// Files that are there for this user alone; the system's own (/etc/environment) are not.
std::vector<Path> environment(const Subject& subject) {
    std::vector<Path> found;
    const auto state = subject.paths().state.string() + "/";
    for (const auto& file : subject.config.environment_files())
        if (file.string().starts_with(state)) found.push_back(file);
    return found;
}

std::vector<Path> paths_of(const Subject& subject, Place place) {
    const auto& paths = subject.paths();
    switch (place) {
        case Place::state:
            return {paths.state};
        case Place::config:
            return {paths.config_file};
        case Place::included: {
            auto files = subject.config.files();
            std::erase(files, paths.config_file);
            return files;
        }
        case Place::backups:
            return backups(subject);
        case Place::environment:
            return environment(subject);
        case Place::credentials:
            return {paths.credentials_folder()};
        case Place::gateway_token:
            return {paths.gateway_token_file()};
        case Place::stores:
            return stores(subject);
        case Place::sessions:
            return sessions(subject);
        case Place::logs:
            return logs(subject);
        case Place::tls_key: {
            const auto key = subject.file_at("gateway.tls.keyPath");
            return key ? std::vector{*key} : std::vector<Path>();
        }
        case Place::authority:
            return authority(subject);
        case Place::named_keys: {
            const auto database = paths.state / "gateway" / "gateway.sqlite";
            return {database, Path(database.string() + "-wal")};
        }
    }
    return {};
}

struct Seen {
    config::AccessFacts facts;
    bool group_reads;
};

bool shows(const Seen& seen, Others others) {
    const auto& facts = seen.facts;
    switch (others) {
        case Others::write:
            return facts.others_write || facts.group_writes;
        case Others::all_write:
            return facts.others_write;
        case Others::group_write:
            return facts.group_writes && !facts.others_write;
        case Others::read:
            return facts.others_read || seen.group_reads;
        case Others::all_read:
            return facts.others_read;
        case Others::group_read:
            return seen.group_reads && !facts.others_read;
    }
    return false;
}

std::string_view who_may(const Seen& seen, Others others) {
    const bool writes =
        others == Others::write || others == Others::all_write || others == Others::group_write;
    if (writes)
        return seen.facts.others_write ? "everybody on this host may change it" : "its group may change it";
    return seen.facts.others_read ? "everybody on this host may read it" : "its group may read it";
}

std::uint32_t right_mode(const platform::FileInfo& info) {
    return info.kind == platform::FileKind::directory ? 0700 : 0600;
}

// Ours to mend: it belongs to the user, and no link leads there.
bool is_ours(const Subject& subject, const Path& path, const platform::FileInfo& info) {
    const auto link = subject.files.link_info(path);
    return link && link->kind != platform::FileKind::symlink && subject.access.user_id == info.uid;
}

std::optional<Seen> look_at_file(const Subject& subject, const Path& path) {
    const auto facts = config::access_facts(subject.access, path);
    if (!facts) return std::nullopt;
    const auto& shared = subject.access.group_is_shared;
    const bool group = (facts->info.mode & group_read) != 0 &&
                       (!shared || shared(facts->info.gid, subject.access.user_id.value_or(facts->info.uid)));
    return Seen{*facts, group};
}

}  // namespace

Observations look_at_others(const Subject& subject, Place place, Others others) {
    Observations seen_all;
    std::size_t left_out = 0;
    for (const auto& path : paths_of(subject, place)) {
        const auto seen = look_at_file(subject, path);
        if (!seen || !shows(*seen, others)) continue;
        const auto mode = right_mode(seen->facts.info);
        Observation observation{fmt::format("{} has mode {:04o}: {}", subject.shown(path),
                                            seen->facts.info.mode & all_bits, who_may(*seen, others)),
                                fmt::format("chmod {:o} {}; `openclaw security audit --fix` does that", mode,
                                            subject.shown(path))};
        const std::optional<Repair> repair =
            is_ours(subject, path, seen->facts.info) ? std::optional(Repair{path, mode}) : std::nullopt;
        if (seen_all.size() < files_shown_max)
            seen_all.push_back(std::move(observation));
        else
            ++left_out;
        if (repair) seen_all.back().repairs.push_back(*repair);  // some are told, all are mended
    }
    if (left_out > 0) seen_all.back().detail += fmt::format(" (and so it is with {} more)", left_out);
    return seen_all;
}

Observations look_at_links(const Subject& subject, Place place) {
    Observations seen;
    for (const auto& path : paths_of(subject, place)) {
        const auto info = subject.files.link_info(path);
        if (!info || info->kind != platform::FileKind::symlink) continue;
        const auto target = subject.files.real_path(path);
        seen.push_back({fmt::format("{} is a link to {}: whoever may change that place decides",
                                    subject.shown(path), target ? target->string() : "nowhere"),
                        "make sure that only you may change where it leads"});
    }
    return seen;
}

Observations look_at_owners(const Subject& subject) {
    constexpr std::array places{Place::state,         Place::config, Place::included,  Place::environment,
                                Place::credentials,   Place::stores, Place::sessions,  Place::tls_key,
                                Place::gateway_token, Place::logs,   Place::authority, Place::named_keys};
    Observations seen;
    for (const auto place : places)
        for (const auto& path : paths_of(subject, place)) {
            const auto facts = config::access_facts(subject.access, path);
            if (!facts || !facts->foreign || seen.size() >= files_shown_max) continue;
            seen.push_back(
                {fmt::format("{} belongs to user {}, who may do with it what he likes", subject.shown(path),
                             facts->info.uid),
                 fmt::format("chown {} {}", subject.access.user_id.value_or(0), subject.shown(path))});
        }
    return seen;
}

Observations look_at_synced_folder(const Subject& subject) {
    constexpr std::array<std::string_view, 5> services{"icloud", "dropbox", "google drive", "googledrive",
                                                       "onedrive"};
    const auto path = lowered(subject.paths().state.string() + "\n" + subject.paths().config_file.string());
    for (const auto service : services)
        if (path.contains(service))
            return {{fmt::format("{} seems to be copied to {}: keys and conversations go there as well",
                                 subject.shown(subject.paths().state), service),
                     "keep the state directory outside of it, and say where with OPENCLAW_STATE_DIR"}};
    return {};
}

}  // namespace openclaw::gateway::audit
