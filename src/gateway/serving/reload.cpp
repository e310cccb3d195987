#include "gateway/serving/reload.h"

#include <algorithm>
#include <array>

#include "access/earlier_secret.h"
#include "auth/store/profile_store.h"
#include "gateway/serving/tls_lock.h"

namespace openclaw::gateway {

namespace {

// What the sockets were opened with; everything else is read where it is used.
constexpr std::array restart_paths = {"gateway.audit", "gateway.port", "gateway.bind",
                                      "gateway.customBindHost", "gateway.mode"};

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

void compare_members(const json::object& before, const json::object& after, const std::string& prefix,
                     ConfigChange& change) {
    const auto note = [&](std::string_view key, const json::value* left, const json::value* right) {
        if (left && right && *left == *right) return;
        const auto path = prefix + std::string(key);
        if (path == "gateway") {
            const json::object none;
            const auto* old_section = as_object(left);
            const auto* new_section = as_object(right);
            return compare_members(old_section ? *old_section : none, new_section ? *new_section : none,
                                   "gateway.", change);
        }
        add_once(change.changed, path);
        if (std::ranges::find(restart_paths, path) != restart_paths.end())
            add_once(change.needs_restart, path);
    };
    for (const auto& [key, value] : before) note(key, &value, after.if_contains(key));
    for (const auto& [key, value] : after)
        if (!before.contains(key)) note(key, nullptr, &value);
}

}  // namespace

std::vector<platform::Path> config_files(const config::Config& config) {
    auto paths = config.files();
    if (paths.empty()) paths.push_back(config.paths().config_file);
    std::ranges::copy(config.environment_files(), std::back_inserter(paths));
    paths.push_back(config.paths().gateway_token_file());
    std::ranges::copy(tls_files(config), std::back_inserter(paths));
    for (const auto* name : {"client-root.crt", "ledger.json"})
        paths.push_back(config.paths().state / "gateway" / "authority" / name);
    paths.push_back(access::earlier_secret_file(config.paths()));
    return paths;
}

std::vector<platform::Path> credential_files(const config::Config& config) {
    std::vector<platform::Path> paths;
    const auto add = [&](const platform::Path& folder) {
        auto file = folder / auth::store_file_name;
        if (std::ranges::find(paths, file) == paths.end()) paths.push_back(std::move(file));
    };
    for (const auto& agent : config.agents()) {
        const auto folders = auth::store_folders(config, agent);
        add(folders.own);
        add(folders.main);
    }
    return paths;
}

FileLook::FileLook(platform::FileSystem& files, const std::vector<platform::Path>& watched) : files_(&files) {
    for (const auto& path : watched) watched_.emplace_back(path, look(path));
}

bool FileLook::changed() {
    bool different = false;
    for (auto& [path, seen] : watched_) {
        auto now = look(path);
        different |= now != seen;
        seen = std::move(now);
    }
    return different;
}

void FileLook::continue_from(const FileLook& earlier) {
    for (auto& [path, seen] : watched_)
        for (const auto& [known, before] : earlier.watched_)
            if (known == path) seen = before;
}

FileLook::Seen FileLook::look(const platform::Path& path) const {
    auto info = files_->info(path);
    return info ? Seen(*info) : std::nullopt;
}

ConfigChange compare(const json::object& before, const json::object& after) {
    ConfigChange change;
    compare_members(before, after, "", change);
    std::erase(change.changed, "meta");  // the tools' own notes
    std::erase(change.changed, "wizard");
    return change;
}

}  // namespace openclaw::gateway
