#include "auth/profiles/program_login.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t file_bytes_max = 256u << 10;
// Codex says when it last renewed its login, not until when that is good: an hour at least.
constexpr auto codex_lifetime = std::chrono::hours(1);
constexpr double milliseconds_max = 8.64e15;  // the last instant of JavaScript's calendar

constexpr std::array<ProgramLogin, 4> logins = {{
    {.owner = "qwen-cli",
     .name = "the Qwen CLI",
     .profile_id = "qwen-portal:qwen-cli",
     .provider = "qwen-portal",
     .file = ".qwen/oauth_creds.json",
     .unasked = true,
     .family = "oauth_creds"},
    {.owner = "minimax-cli",
     .name = "the MiniMax CLI",
     .profile_id = "minimax-portal:minimax-cli",
     .provider = "minimax-portal",
     .file = ".minimax/oauth_creds.json",
     .unasked = true,
     .family = "oauth_creds"},
    {.owner = "claude-code",
     .name = "Claude Code",
     .profile_id = "anthropic:claude-cli",
     .provider = "anthropic",
     .file = ".claude/.credentials.json",
     .unasked = false,
     .family = "claude"},
    {.owner = "codex",
     .name = "the Codex CLI",
     .profile_id = "openai-codex:codex-cli",
     .provider = "openai-codex",
     .file = ".codex/auth.json",
     .unasked = false,
     .family = "codex"},
}};

std::string filled(const json::object& object, std::string_view key) {
    return std::string(trimmed(string_at(object, key).value_or("")));
}

std::optional<TimePoint> time_at(const json::object& object, std::string_view key) {
    const auto number = number_at(object, key);
    if (!number || *number <= 0 || *number > milliseconds_max) return std::nullopt;
    return from_ms(static_cast<std::int64_t>(*number));
}

using Parsed = std::optional<Credential>;

Parsed parse_oauth_creds(const json::object& document) {
    const auto access = filled(document, "access_token"), refresh = filled(document, "refresh_token");
    const auto expires = time_at(document, "expiry_date");
    if (access.empty() || refresh.empty() || !expires) return std::nullopt;
    return OAuth{.access = Secret(access),
                 .refresh = Secret(refresh),
                 .expires = expires,
                 .account_id = {},
                 .project_id = {}};
}

// Without a refresh token it is a static one.
Parsed parse_claude(const json::object& document) {
    const auto* login = object_at(document, "claudeAiOauth");
    const auto access = login ? filled(*login, "accessToken") : std::string();
    const auto expires = login ? time_at(*login, "expiresAt") : std::nullopt;
    if (access.empty() || !expires) return std::nullopt;
    const auto refresh = filled(*login, "refreshToken");
    if (refresh.empty()) return Token{.token = Secret(access), .expires = expires};
    return OAuth{.access = Secret(access),
                 .refresh = Secret(refresh),
                 .expires = expires,
                 .account_id = {},
                 .project_id = {}};
}

Parsed parse_codex(const json::object& document, TimePoint modified) {
    const auto* tokens = object_at(document, "tokens");
    const auto access = tokens ? filled(*tokens, "access_token") : std::string();
    const auto refresh = tokens ? filled(*tokens, "refresh_token") : std::string();
    if (access.empty() || refresh.empty()) return std::nullopt;
    return OAuth{.access = Secret(access),
                 .refresh = Secret(refresh),
                 .expires = modified + codex_lifetime,
                 .account_id = filled(*tokens, "account_id"),
                 .project_id = {}};
}

std::optional<TimePoint> end_of(const Credential& credential) {
    if (const auto* login = std::get_if<OAuth>(&credential)) return login->expires;
    const auto* token = std::get_if<Token>(&credential);
    return token ? token->expires : std::nullopt;
}

// What a person stored under that name stays: only a login gives way to a newer login.
bool gives_way(const Profile& stored, const Profile& found) {
    if (ProviderId(stored.provider) != found.provider) return false;
    if (std::holds_alternative<ApiKey>(stored.credential)) return false;
    if (stored.managed_by.empty() && !std::holds_alternative<OAuth>(stored.credential)) return false;
    const auto stored_end = end_of(stored.credential), found_end = end_of(found.credential);
    return !stored_end || (found_end && *found_end >= *stored_end);
}

}  // namespace

std::span<const ProgramLogin> program_logins() {
    return logins;
}

const ProgramLogin* find_program_login(std::string_view owner) {
    const auto* found = std::ranges::find(logins, owner, &ProgramLogin::owner);
    return found == logins.end() ? nullptr : found;
}

Result<Profile> parse_program_login(const ProgramLogin& login, const json::object& document,
                                    TimePoint modified) {
    auto credential = login.family == "claude"  ? parse_claude(document)
                      : login.family == "codex" ? parse_codex(document, modified)
                                                : parse_oauth_creds(document);
    if (!credential) return fail(Code::corrupt, "it holds no login of {}", login.name);
    Profile profile;
    profile.id.text = login.profile_id;
    profile.provider = login.provider;
    profile.credential = std::move(*credential);
    profile.managed_by = login.owner;
    return profile;
}

RefreshOwner refresh_owner(const Profile& profile) {
    if (profile.managed_by.empty()) return {};
    const auto* login = find_program_login(profile.managed_by);
    RefreshOwner owner{.ours = false,
                       .name = login ? std::string(login->name) : printable(profile.managed_by),
                       .remedy = {}};
    owner.remedy = fmt::format("its refresh belongs to {}: log in there again when it expires", owner.name);
    return owner;
}

Store with_program_logins(Store store, std::span<const Profile> found) {
    for (const auto& profile : found) {
        const auto stored = std::ranges::find(store.profiles, profile.id, &Profile::id);
        if (stored == store.profiles.end()) {
            const bool damaged =
                std::ranges::find(store.damaged, profile.id, &DamagedProfile::id) != store.damaged.end();
            if (!damaged && find_program_login(profile.managed_by)->unasked)
                store.profiles.push_back(profile);
        } else if (gives_way(*stored, profile)) {
            stored->credential = profile.credential;
            stored->managed_by = profile.managed_by;
        }
    }
    return store;
}

ProgramLoginFiles::ProgramLoginFiles(platform::FileSystem& files, const platform::Path& home)
    : files_(files) {
    if (home.empty()) return;
    store::Document::Options options;
    options.bytes_max = file_bytes_max;
    for (const auto& login : logins)
        documents_.push_back(std::make_unique<store::Document>(files, home / login.file, options));
}

ProgramLoginFiles::Snapshots ProgramLoginFiles::load(std::span<const std::string> owners) {
    Snapshots snapshots(documents_.size());
    const std::scoped_lock guard(last_mutex_);
    last_.resize(documents_.size());
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (!logins[i].unasked && std::ranges::find(owners, logins[i].owner) == owners.end()) continue;
        if (auto content = documents_[i]->load()) last_[i] = std::move(*content);
        snapshots[i] = last_[i];
    }
    return snapshots;
}

std::vector<Profile> ProgramLoginFiles::parse(const Snapshots& snapshots) {
    std::vector<Profile> found;
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
        if (!snapshots[i]) continue;
        const auto info = files_.info(documents_[i]->path());
        auto profile = parse_program_login(logins[i], *snapshots[i], info ? info->modified : TimePoint());
        if (profile) found.push_back(std::move(*profile));
    }
    return found;
}

}  // namespace openclaw::auth
