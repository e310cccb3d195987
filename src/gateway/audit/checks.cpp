#include "gateway/audit/checks.h"

#include <algorithm>
#include <array>

#include "gateway/audit/looks.h"

namespace openclaw::gateway::audit {

namespace {

using enum Severity;

constexpr std::array table = {
    Check{"gateway.bind_no_auth", critical, "Others may do everything",
          "mode `none`, and more than this host can connect", look_at_open_bind},
    Check{"gateway.loopback_no_auth", critical, "Every program of this host may do everything",
          "mode `none` on loopback", look_at_open_loopback},
    Check{"gateway.auth_unusable", critical, "The lock, or a part of it, can't be used",
          "a secret, mode, bind, authority, key or list of `gateway.auth` and `gateway.tls` that the gateway "
          "doesn't "
          "start with, or that lets nobody in",
          look_at_unusable_lock},
    Check{"gateway.secret_guessable", critical, "The gateway's secret can be guessed",
          "the token or password is short, a run, or made of words that everybody tries",
          look_at_guessable_secret},
    Check{"gateway.token_too_short", warn, "The gateway's token is short", "fewer than 24 characters",
          look_at_short_token},
    Check{"gateway.rate_limit_lenient", warn, "A password may be guessed often",
          "more than 100 guesses in a row, or less than 10 s of rest behind them", look_at_lenient_limit},
    Check{"config.secrets.gateway_password_in_config", warn, "The password stands in the config",
          "`gateway.auth.password` is neither a reference nor sealed", look_at_written_password},
    Check{"config.secrets.gateway_token_in_config", info, "The token stands in the config",
          "`gateway.auth.token` is neither a reference nor sealed", look_at_written_token},
    Check{"gateway.bind_without_tls", critical, "The lock can be read on the way",
          "more than this host can connect, without TLS and not through a tailnet", look_at_clear_bind},
    Check{"gateway.remote_without_tls", critical, "A secret goes to another host in the clear",
          "remote mode over `ws://` beyond this host", look_at_clear_remote},
    Check{"models.provider_without_tls", critical, "Keys go to a provider in the clear",
          "a provider's address is plain http beyond this network", look_at_clear_providers},
    Check{"proxy.trouble", warn, "A proxy can't be used or sees a password",
          "`HTTPS_PROXY` and its like are none, or send a password in the clear", look_at_proxies},
    Check{"gateway.trusted_proxies_wide", critical, "Everybody may say where he comes from",
          "`gateway.trustedProxies` takes in the whole of IPv4 or IPv6", look_at_wide_proxies},
    Check{"gateway.trusted_proxies_unread", warn, "A trusted proxy is none",
          "an entry of `gateway.trustedProxies` is neither an address nor a network", look_at_unread_proxies},
    Check{"gateway.trusted_proxies_missing", warn, "Reverse proxy headers are not trusted",
          "on loopback, pages of another host are allowed, and no proxy is trusted", look_at_missing_proxies},
    Check{"gateway.control_ui.origin_without_tls", warn, "A page that may call can be changed on the way",
          "an allowed origin is plain http beyond this network", look_at_clear_origins},
    Check{"gateway.control_ui.origin_unread", warn, "An allowed origin matches no page",
          "an entry of `gateway.controlUi.allowedOrigins` is neither an origin nor a host",
          look_at_useless_origins},
    Check{"gateway.tailscale_funnel", critical, "The whole internet can connect", "Tailscale mode `funnel`",
          look_at_funnel},
    Check{"gateway.tailscale_serve", info, "The tailnet can connect", "Tailscale mode `serve`",
          look_at_serve},
    Check{"gateway.tls.certificate_unusable", critical, "A certificate can't be read",
          "TLS is on, and the file at `gateway.tls.certPath`, or one of the authority's, holds none",
          look_at_unusable_certificate},
    Check{"gateway.tls.certificate_ended", critical, "A certificate has ended",
          "the gateway's or an authority's: its end is past", look_at_ended_certificate},
    Check{"gateway.tls.certificate_ends_soon", warn, "A certificate ends soon",
          "the gateway's or an authority's, within 30 days", look_at_ending_certificate},
    Check{"gateway.tls.certificate_early", warn, "A certificate doesn't count yet",
          "its beginning is to come", look_at_early_certificate},
    Check{"gateway.tls.certificate_weak", critical, "A certificate's key is weak",
          "RSA below 2048 bits, or a small curve", look_at_weak_certificate},
    Check{"config.invalid", critical, "The config is invalid, so the gateway doesn't start or reload",
          "what `openclaw config validate` refuses", look_at_config_problems},
    Check{"fs.state_dir.perms_world_writable", critical, "Everybody may change the state directory",
          "others have write permission", look_at<Place::state, Others::all_write>},
    Check{"fs.state_dir.perms_group_writable", warn, "A group may change the state directory",
          "its group has other members and write permission", look_at<Place::state, Others::group_write>},
    Check{"fs.state_dir.perms_readable", warn, "Others may look into the state directory",
          "its group or others have read permission", look_at<Place::state, Others::read>},
    Check{"fs.state_dir.symlink", warn, "The state directory is a link",
          "what `~/.openclaw` is leads elsewhere", look_at_link<Place::state>},
    Check{"fs.synced_dir", warn, "The state directory is copied elsewhere",
          "its path names iCloud, Dropbox, Google Drive or OneDrive", look_at_synced_folder},
    Check{"fs.owner", critical, "Something of ours belongs to somebody else",
          "its owner is neither you nor root", look_at_owners},
    Check{"fs.config.perms_writable", critical, "Others may change the config",
          "its group or others have write permission", look_at<Place::config, Others::write>},
    Check{"fs.config.perms_world_readable", critical, "Everybody may read the config",
          "others have read permission", look_at<Place::config, Others::all_read>},
    Check{"fs.config.perms_group_readable", warn, "A group may read the config",
          "its group has other members and read permission", look_at<Place::config, Others::group_read>},
    Check{"fs.config.symlink", warn, "The config is a link", "the file leads elsewhere",
          look_at_link<Place::config>},
    Check{"fs.config_include.perms_writable", critical, "Others may change an included file",
          "as for the config", look_at<Place::included, Others::write>},
    Check{"fs.config_include.perms_world_readable", critical, "Everybody may read an included file",
          "as for the config", look_at<Place::included, Others::all_read>},
    Check{"fs.config_include.perms_group_readable", warn, "A group may read an included file",
          "as for the config", look_at<Place::included, Others::group_read>},
    Check{"fs.config_backup.perms_readable", warn, "Others may read a backup of the config",
          "`openclaw.json.bak` and its like", look_at<Place::backups, Others::read>},
    Check{"fs.env_file.perms_writable", critical, "Others may change the variables",
          "the `.env` file of the state directory", look_at<Place::environment, Others::write>},
    Check{"fs.env_file.perms_readable", warn, "Others may read the variables",
          "the `.env` file of the state directory", look_at<Place::environment, Others::read>},
    Check{"fs.credentials_dir.perms_writable", critical, "Others may change the credentials",
          "the folder `credentials`", look_at<Place::credentials, Others::write>},
    Check{"fs.credentials_dir.perms_readable", warn, "Others may read the credentials",
          "the folder `credentials`", look_at<Place::credentials, Others::read>},
    Check{"fs.gateway_token.perms_readable", critical, "Others may read the gateway's token",
          "the file `credentials/gateway-token`", look_at<Place::gateway_token, Others::read>},
    Check{"fs.auth_profiles.perms_writable", critical, "Others may change an agent's credentials",
          "`auth-profiles.json` of an agent", look_at<Place::stores, Others::write>},
    Check{"fs.auth_profiles.perms_readable", warn, "Others may read an agent's credentials",
          "`auth-profiles.json` of an agent", look_at<Place::stores, Others::read>},
    Check{"fs.sessions_store.perms_readable", warn, "Others may read conversations",
          "`sessions.json` and transcripts", look_at<Place::sessions, Others::read>},
    Check{"fs.log_file.perms_readable", warn, "Others may read the log", "the daemon's log files",
          look_at<Place::logs, Others::read>},
    Check{"fs.tls_key.perms_readable", critical, "Others may read the certificate's key",
          "the file at `gateway.tls.keyPath`", look_at<Place::tls_key, Others::read>},
    Check{"fs.tls_key.perms_writable", critical, "Others may change the certificate's key",
          "the file at `gateway.tls.keyPath`", look_at<Place::tls_key, Others::write>},
    Check{"fs.authority.perms_readable", critical, "Others may read the authority's keys",
          "the folder `gateway/authority` and what is in it", look_at<Place::authority, Others::read>},
    Check{"fs.authority.perms_writable", critical, "Others may change the authority's keys and records",
          "the folder `gateway/authority` and what is in it", look_at<Place::authority, Others::write>},
    Check{"fs.named_keys.perms_writable", critical, "Others may change who has a key",
          "the database `gateway/gateway.sqlite`", look_at<Place::named_keys, Others::write>},
    Check{"secrets.plain_beside_sealed", warn, "Secrets stand in plain beside sealed ones",
          "the state directory is sealed, and a store or the config holds one that isn't",
          look_at_plain_beside_sealed},
    Check{"secrets.unsealed", info, "Stored secrets aren't encrypted", "nothing was sealed",
          look_at_unsealed},
    Check{"gateway.live_open", critical, "The gateway lets everybody in",
          "with `--deep`: a connection without any proof was served", look_at_open_door},
    Check{"gateway.live_wrong_proof", critical, "The gateway takes any token",
          "with `--deep`: a made-up token was served", look_at_wrong_proof},
    Check{"gateway.live_listens_wider", critical, "The gateway listens where it shouldn't",
          "with `--deep`: the kernel lists an address that isn't written", look_at_wider_listeners},
    Check{"gateway.live_foreign_listener", critical, "Somebody else's program stands at the gateway's port",
          "with `--deep`: a listener belongs to another user", look_at_foreign_listeners},
    Check{"gateway.live_transport", critical, "What runs speaks something else than what is written",
          "with `--deep`: TLS is written and isn't spoken, or the other way round", look_at_other_transport},
    Check{"gateway.live_certificate", warn, "What runs shows another certificate",
          "with `--deep`: it differs from the file at `gateway.tls.certPath`", look_at_other_certificate},
    Check{"gateway.live_config", warn, "What runs isn't what is written",
          "with `--deep`: the config in use is an older one, or a setting waits for a restart",
          look_at_old_config},
    Check{"gateway.probe_failed", warn, "The gateway doesn't answer",
          "with `--deep`: nobody answers at its port", look_at_failed_probe},
    Check{"gateway.live", info, "What answers", "with `--deep`: always, when somebody answers",
          look_at_transport},
    Check{"summary.attack_surface", info, "Attack surface summary", "always", look_at_surface},
};

}  // namespace

std::string_view name_of(Severity severity) {
    switch (severity) {
        case critical:
            return "critical";
        case warn:
            return "warn";
        case info:
            return "info";
    }
    return "info";
}

Summary summary_of(const std::vector<Finding>& findings) {
    const auto count = [&](Severity severity) {
        return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
    };
    return {count(critical), count(warn), count(info)};
}

std::span<const Check> all_checks() {
    return table;
}

std::vector<Finding> findings_of(const Subject& subject) {
    std::vector<Finding> findings;
    for (const auto severity : {critical, warn, info})
        for (const auto& check : table) {
            if (check.severity != severity) continue;
            for (auto& seen : check.look(subject))
                findings.push_back({check.id, check.severity, check.title, std::move(seen)});
        }
    return findings;
}

}  // namespace openclaw::gateway::audit
