#include <algorithm>

#include "auth/legacy/source.h"
#include "auth/profiles/profile_format.h"
#include "auth/profiles/program_login.h"
#include "auth/profiles/record_names.h"

namespace openclaw::auth::legacy {
namespace {

constexpr std::size_t bytes_max = 8u << 20;

// Nothing when the file is missing; a damaged one is named among what is left.
std::optional<json::object> read_object(FileSystem& files, const Path& file, Found& found) {
    const auto leave = [&](std::string reason) {
        found.left.push_back({.source = file.string(),
                              .what = file.filename().string(),
                              .provider = {},
                              .kind = {},
                              .reason = std::move(reason),
                              .failure = true});
    };
    auto text = platform::read_if_exists(files, file, bytes_max);
    if (!text) {
        leave(text.error().message);
        return std::nullopt;
    }
    if (!*text) return std::nullopt;
    auto value = parse_json(**text, bytes_max);
    if (value && value->is_object()) return std::move(value->get_object());
    leave("it is damaged: " + (value ? std::string("not an object") : value.error().message));
    return std::nullopt;
}

void leave_odd_entries(const json::object& document, const Path& file, Found& found) {
    for (const auto& [provider, value] : document) {
        const auto* record = value.if_object();
        const auto type = record ? type_of(*record) : std::string_view();
        if (type == "api_key" || type == "token" || type == "oauth") continue;
        found.left.push_back({.source = file.string(),
                              .what = std::string(provider) + ":default",
                              .provider = provider,
                              .kind = std::string(type),
                              .reason = "its type is not one of api_key, token, oauth",
                              .failure = true});
    }
}

}  // namespace

void find_auth_json(FileSystem& files, const Path& file, const std::string& agent, Found& found) {
    const auto document = read_object(files, file, found);
    if (!document || document->contains("profiles")) return;
    leave_odd_entries(*document, file, found);
    found.sources.push_back({.file = file,
                             .what = "auth.json of an older version",
                             .agent = agent,
                             .document = from_legacy_store(*document),
                             .managed_by = {}});
}

void find_oauth_json(FileSystem& files, const Path& file, Found& found) {
    const auto document = read_object(files, file, found);
    if (!document) return;
    found.sources.push_back({.file = file,
                             .what = "oauth.json of an older version",
                             .agent = {},
                             .document = from_legacy_oauth(*document),
                             .managed_by = {}});
}

void find_profiles_json(FileSystem& files, const Path& file, const std::string& agent, Found& found) {
    auto document = read_object(files, file, found);
    if (!document) return;
    give_own_names(*document);
    const auto state = read_object(files, file.parent_path() / "auth-state.json", found);
    if (state)
        for (const std::string_view name : {"order", "lastGood", "usageStats"})
            if (const auto* value = value_at(*state, name); value && !document->contains(name))
                (*document)[name] = *value;
    found.sources.push_back({.file = file,
                             .what = "auth-profiles.json",
                             .agent = agent,
                             .document = std::move(*document),
                             .managed_by = {}});
}

void find_program_logins(FileSystem& files, const Path& home, const std::vector<std::string>& named,
                         Found& found) {
    for (const auto& login : program_logins()) {
        const Path file = home / login.file;
        const bool asked = std::ranges::find(named, login.owner) != named.end();
        if (!asked && !login.unasked) continue;
        const auto leave = [&](std::string reason) {
            found.left.push_back({.source = file.string(),
                                  .what = std::string(login.profile_id),
                                  .provider = std::string(login.provider),
                                  .kind = "oauth",
                                  .reason = std::move(reason),
                                  .failure = true});
        };
        const auto info = files.info(file);
        if (!info && asked) leave(info.error().message);
        if (!info) continue;
        const auto document = read_object(files, file, found);
        if (!document) continue;
        const auto profile = parse_program_login(login, *document, info->modified);
        if (!profile) {
            leave(profile.error().message);
            continue;
        }
        Source source{.file = file,
                      .what = fmt::format("the login of {}", login.name),
                      .agent = {},
                      .document = {},
                      .managed_by = std::string(login.owner)};
        put_profile(source.document, *profile);
        found.sources.push_back(std::move(source));
    }
}

}  // namespace openclaw::auth::legacy
