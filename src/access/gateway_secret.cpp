#include "access/gateway_secret.h"

#include <array>

#include "auth/trust.h"
#include "base/fingerprint.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/random.h"
#include "base/text.h"
#include "store/replace_file.h"

namespace openclaw::access {

namespace {

constexpr std::size_t token_file_bytes_max = 4096;
constexpr std::size_t token_bytes = 24;  // 48 hex characters, as the reference makes them

struct Places {
    std::string_view flag_name;
    std::string_view config_path;
    std::string_view variable, old_variable;
};
constexpr std::array all_modes = {AccessMode::token, AccessMode::password, AccessMode::mtls,
                                  AccessMode::trusted_proxy, AccessMode::none};
constexpr Places token_places{"--token", "gateway.auth.token", "OPENCLAW_GATEWAY_TOKEN",
                              "CLAWDBOT_GATEWAY_TOKEN"};
constexpr Places password_places{"--password", "gateway.auth.password", "OPENCLAW_GATEWAY_PASSWORD",
                                 "CLAWDBOT_GATEWAY_PASSWORD"};

std::string place_of(const config::Variable& variable, const config::Paths& paths) {
    if (variable.place.empty()) return variable.name;
    return fmt::format("{} ({})", variable.name, paths.shortened(variable.place));
}

// Blank values count as unset everywhere: an empty variable must not open the lock or hide the real key.
std::vector<SecretCandidate> candidates_in(const Places& places, const std::optional<Secret>& flag,
                                           const config::Config& config) {
    std::vector<SecretCandidate> found;
    if (flag && !flag->blank()) found.push_back({std::string(places.flag_name), *flag});
    for (auto name : {places.variable, places.old_variable})
        for (const auto* variable : config.environment().candidates(name))
            if (!variable->value.blank())
                found.push_back({place_of(*variable, config.paths()), variable->value,
                                 place_kind(variable->source), variable->name, variable->place});
    if (auto text = config.text(places.config_path); text && !trimmed(*text).empty())
        found.push_back({std::string(places.config_path),
                         Secret(std::move(*text)),
                         SecretPlace::config,
                         {},
                         std::string(places.config_path)});
    return found;
}

Result<std::optional<SecretCandidate>> read_token_file(const config::Paths& paths,
                                                       platform::FileSystem& files,
                                                       std::optional<std::uint32_t> user_id) {
    const auto path = paths.gateway_token_file();
    auto info = files.info(path);
    if (!info && info.error().code == Code::not_found) return std::nullopt;
    if (!info) return failed(info.error(), "reading the gateway token");
    if (auto own = auth::check_own_secret(*info, path, user_id); !own) {
        auto error = own.error();
        error.hint += "; or delete it to get a new token";
        return failed(std::move(error), "the gateway token isn't used");
    }
    auto text = files.read(path, token_file_bytes_max);
    if (!text) return failed(text.error(), "reading the gateway token");
    Secret value(trimmed_wide(*text));
    wipe(*text);
    if (value.empty())
        return hinted(fail(Code::corrupt, "the gateway token file {} is empty", path.string()),
                      "delete it; the gateway makes a new one when it starts");
    return SecretCandidate{
        paths.shortened(path), std::move(value), SecretPlace::token_file, {}, path.string()};
}

// Where root makes the file for another user's gateway. Who may not give it away makes it for himself.
void give_to_owner_of_folder(platform::FileSystem& files, const platform::Path& path) {
    const auto folder = files.info(path.parent_path()), made = files.info(path);
    if (folder && made && folder->uid != made->uid) (void)files.set_owner(path, folder->uid, folder->gid);
}

Result<AccessMode> mode_of(const config::Config& config, const SecretFlags& flags, bool has_token,
                           bool has_password) {
    if (flags.mode) return *flags.mode;
    const auto configured = config.text("gateway.auth.mode");
    if (!configured) return has_password && !has_token ? AccessMode::password : AccessMode::token;
    return access_mode_named(*configured);
}

}  // namespace

Result<AccessMode> access_mode_named(std::string_view name) {
    std::vector<std::string> known;
    for (const auto mode : all_modes) {
        if (name_of(mode) == name) return mode;
        known.emplace_back(name_of(mode));
    }
    const auto near = nearest(name, known);
    return hinted(fail(Code::invalid_input, "gateway.auth.mode \"{}\" is not supported", printable(name)),
                  near ? fmt::format("did you mean \"{}\"?", *near)
                       : fmt::format("use one of: {}", joined(known, ", ")));
}

SecretPlace place_kind(config::VariableSource source) {
    switch (source) {
        case config::VariableSource::working_folder_file:
        case config::VariableSource::state_file:
        case config::VariableSource::legacy_file:
            return SecretPlace::variable_file;
        case config::VariableSource::config:
            return SecretPlace::config_variable;
        case config::VariableSource::process:
        case config::VariableSource::login_shell:
            return SecretPlace::process;
    }
    return SecretPlace::process;
}

Secret new_token() {
    return Secret(random_hex(token_bytes));
}

Result<void> write_token_file(const config::Paths& paths, platform::FileSystem& files, const Secret& token) {
    const auto path = paths.gateway_token_file();
    // Whose it is stays: what root writes for a gateway of another user, that one has to read.
    if (platform::exists(files, path))
        return store::replace_file(files, path, std::string_view(revealed(token)));
    const auto aside = platform::Path(path.string() + ".new");
    if (auto made = platform::make_folders(files, path.parent_path(), 0700); !made)
        return failed(made.error(), "making the gateway token");
    if (auto removed = files.remove(aside); !removed && removed.error().code != Code::not_found)
        return failed(removed.error(), "making the gateway token");
    auto file = files.create(aside, 0600);
    if (!file) return failed(file.error(), "making the gateway token");
    give_to_owner_of_folder(files, aside);
    auto written = (*file)->write(token.reveal());
    if (written) written = (*file)->sync();
    if (written) written = (*file)->close();
    if (written) written = files.rename(aside, path);
    if (written) written = files.sync_folder(path.parent_path());
    if (!written) return failed(written.error(), "making the gateway token");
    return {};
}

std::string_view name_of(AccessMode mode) {
    switch (mode) {
        case AccessMode::token:
            return "token";
        case AccessMode::password:
            return "password";
        case AccessMode::mtls:
            return "mtls";
        case AccessMode::trusted_proxy:
            return "trusted-proxy";
        case AccessMode::none:
            return "none";
    }
    return "unknown";
}

std::string GatewaySecret::described(std::string_view fingerprint_key) const {
    std::vector<std::string> parts;
    for (const auto& candidate : candidates)
        parts.push_back(candidate.place + " " + fingerprint(candidate.value, fingerprint_key));
    return parts.empty() ? "nothing is configured" : joined(parts, ", ");
}

Result<GatewaySecret> resolve_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                             const SecretFlags& flags) {
    // A lock that can't be read must not pass for one that was never set.
    for (const auto& places : {token_places, password_places})
        if (const auto closed = config.closed().find(places.config_path); closed != config.closed().end())
            return hinted(fail(Code::denied, "{} {}", closed->first, closed->second),
                          "see `openclaw config validate` and `openclaw secrets status`");
    auto tokens = candidates_in(token_places, flags.token, config);
    auto passwords = candidates_in(password_places, flags.password, config);
    auto mode = mode_of(config, flags, !tokens.empty(), !passwords.empty());
    if (!mode) return std::unexpected(mode.error());
    if (!wants_secret(*mode)) return GatewaySecret{*mode, {}};
    if (*mode == AccessMode::password) return GatewaySecret{*mode, std::move(passwords)};

    auto generated = read_token_file(config.paths(), files, config.user_id());
    // A generated file that can't be used matters only where nothing stronger is set.
    if (!generated && tokens.empty()) return std::unexpected(generated.error());
    if (generated && *generated) tokens.push_back(std::move(**generated));
    GatewaySecret secret{*mode, std::move(tokens)};
    auto earlier = read_earlier_secret(config.paths(), files, config.user_id());
    if (earlier)
        secret.earlier = std::move(*earlier);
    else
        secret.earlier_problem = std::move(earlier).error();
    return secret;
}

Result<GatewaySecret> ensure_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                            const SecretFlags& flags) {
    auto secret = resolve_gateway_secret(config, files, flags);
    if (!secret || secret->chosen() || !secret->is_needed()) return secret;
    if (secret->mode == AccessMode::password)
        return hinted(
            fail(Code::invalid_input, "gateway auth is set to password, but no password is configured"),
            "set gateway.auth.password or OPENCLAW_GATEWAY_PASSWORD");
    auto token = new_token();
    if (auto made = write_token_file(config.paths(), files, token); !made)
        return std::unexpected(made.error());
    const auto path = config.paths().gateway_token_file();
    secret->candidates.push_back(
        {config.paths().shortened(path), std::move(token), SecretPlace::token_file, {}, path.string()});
    return secret;
}

}  // namespace openclaw::access
