#include "access/authority/own.h"
#include "auth/legacy/at_start.h"
#include "auth/sealed/records.h"
#include "base/redact.h"
#include "base/redacting_log.h"
#include "base/version.h"
#include "cli/commands/commands.h"
#include "cli/engine.h"
#include "cli/gateway/gateway_client.h"
#include "cli/secrets.h"
#include "gateway/gateway.h"
#include "gateway/serving/log_file.h"
#include "platform/descriptor_limit.h"

namespace openclaw::cli {

namespace {

// Flags of the reference that would promise what this gateway doesn't do.
Result<void> refuse_what_has_no_effect(const Arguments& arguments) {
    if (arguments.has("--force")) {
        return hinted(
            fail(Code::invalid_input,
                 "--force would kill whatever listens on the port; this gateway never does"),
            "`openclaw gateway status` says whether it is a gateway of yours; end it yourself, or listen "
            "elsewhere with --port");
    }
    const auto tailscale = arguments.text("--tailscale").value_or("off");
    if (tailscale != "off") {
        return hinted(fail(Code::invalid_input, "--tailscale {} is not offered", tailscale),
                      "run `tailscale serve` yourself, in front of the loopback port");
    }
    return {};
}

Result<gateway::Options> options_of(Context& context, const Arguments& arguments) {
    if (auto allowed = refuse_what_has_no_effect(arguments); !allowed)
        return std::unexpected(allowed.error());
    auto given = gateway_options(context, arguments);
    if (!given) return std::unexpected(given.error());
    gateway::Options options{
        .port = arguments.text("--port"), .bind = arguments.text("--bind"), .secret = {}};
    options.secret.token = std::move(given->token);
    options.secret.password = std::move(given->password);
    const auto mode = arguments.text("--auth");
    if (mode == "token")
        options.secret.mode = access::AccessMode::token;
    else if (mode == "password")
        options.secret.mode = access::AccessMode::password;
    else if (mode == "mtls")
        options.secret.mode = access::AccessMode::mtls;
    return options;
}

// Said now, not when the first message fails. Stretching a passphrase takes its time: one that is given is
// tried when it is needed.
void warn_of_closed_key(Context& context, const config::Config& config, Log& log) {
    auth::sealed::KeyRing keys(context.files, auth::sealed::places_of(config));
    const auto document = keys.document();
    if (document && !*document && auth::sealed::finds_sealed(keys))
        return log.warn("credentials", "secrets are sealed here, but {} is gone: they can't be opened",
                        keys.path().string());
    if (document && !*document) return;
    const bool is_slow =
        document && keys.places().passphrase &&
        (*document)->find_current()->wraps.front().protection.method == auth::sealed::Method::passphrase;
    const auto key = is_slow ? auth::sealed::DataKey() : keys.current();
    if (!key)
        log.warn("credentials", "what is sealed can't be opened: {}{}{}", key.error().message,
                 key.error().hint.empty() ? "" : "; ", key.error().hint);
}

Exit run_gateway(Context& context, const Arguments& arguments) {
    auto options = options_of(context, arguments);
    if (!options) return report(context, options.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto engine = build_engine(context, **config);

    Redactor redactor;
    for (const auto& secret : {options->secret.token, options->secret.password}) {
        if (secret) redactor.add(*secret);
    }
    auto settings = gateway::LogSettings::from(**config);
    if (arguments.has("--verbose")) settings.console_level = LogLevel::debug;
    const auto log_file =
        gateway::open_log(context.files, context.clock, settings, [&](std::string_view line) {
            // Conversations don't wait for somebody to read this; the line stands in the file too.
            if (!context.out.ready()) return;
            context.out.line(line);
            context.out.flush();
        });
    register_secrets(redactor, context.files, **config);
    register_stored_secrets(redactor, context.files, **config);
    RedactingLog log(*log_file, redactor);
    warn_of_closed_key(context, **config, log);
    for (const auto& note : auth::legacy::take_over_at_start(context.files, **config, context.fingerprint_key,
                                                             context.clock.now()))
        note.is_problem ? log.warn("credentials", "{}", note.text) : log.info("credentials", "{}", note.text);
    const auto load = [&]() -> Result<std::shared_ptr<const config::Config>> {
        auto loaded = context.load_config();
        if (loaded) register_secrets(redactor, context.files, *loaded);
        return loaded;
    };
    // One ring for all of the time: opening a key may be slow.
    const auto keys =
        std::make_shared<auth::sealed::KeyRing>(context.files, auth::sealed::places_of(**config));
    const auto authorities_of = [&context, keys](const config::Config& now) {
        return access::Authorities::Means{.files = context.files,
                                          .clock = context.clock,
                                          .folder = access::authority_folder(now.paths()),
                                          .keys = keys};
    };
    auto sources = source_parts(context);
    sources.on_secrets = [&redactor](std::string_view place, std::span<const Secret* const> values) {
        redactor.hold(place, values);
    };
    const auto ended =
        gateway::run({.loop = engine->loop,
                      .files = context.files,
                      .clock = context.clock,
                      .log = log,
                      .providers = *engine->providers,
                      .http = engine->http.get(),
                      .load_config = load,
                      .authorities = authorities_of,
                      .own_authority =
                          [authorities_of](const config::Config& now) {
                              return access::read_own_authority(authorities_of(now));
                          },
                      .own_certificate =
                          [authorities_of](const config::Config& now) {
                              return access::read_own_certificate(authorities_of(now));
                          },
                      .config_writer = context.config_writer,
                      .fingerprint_key = context.fingerprint_key,
                      .version = std::string(version()),
                      .descriptors = platform::raise_descriptor_limit(),
                      .notify_socket = std::string(platform::text_of(context.variables, "NOTIFY_SOCKET")),
                      .sources = std::move(sources)},
                     std::move(*options), [&] { log_file->reopen(); });
    return ended ? Exit::ok : report(context, ended.error());
}

constexpr Option options[] = {
    {.name = "--port",
     .value_name = "PORT",
     .help = "Listen on this port (default: gateway.port, then 18789)"},
    {.name = "--bind",
     .value_name = "WHERE",
     .help = "The addresses to listen on (default: gateway.bind, then loopback)",
     .values = "loopback|lan|tailnet|auto|custom"},
    {.name = "--auth",
     .value_name = "MODE",
     .help = "How callers prove themselves (default: gateway.auth.mode, then token)",
     .values = "token|password|mtls"},
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
    {.name = "--verbose", .help = "Show debug lines too", .kind = OptionKind::flag},
    {.name = "--allow-unconfigured",
     .help = "Accepted: a gateway without a config starts anyway, locked",
     .kind = OptionKind::flag,
     .hidden = true},
    {.name = "--force", .help = "Refused", .kind = OptionKind::flag, .hidden = true},
    {.name = "--tailscale", .value_name = "MODE", .help = "Only off", .hidden = true},
};

constexpr std::string_view explanation =
    "Listens on loopback with a token, which is made at the first start. Runs until Ctrl-C or SIGTERM, which "
    "let running replies end; SIGHUP and changed files reload the config. A log file that was rotated or "
    "removed is begun anew, at SIGHUP at once.";

}  // namespace

const Command gateway_run{
    .name = "gateway run",
    .summary = "Run the gateway in the foreground",
    .options = options,
    .example = "openclaw gateway run --port 18789",
    .run = run_gateway,
    .details = explanation,
};

const Command gateway_alone{
    .name = "gateway",
    .summary = "Run the gateway in the foreground",
    .options = options,
    .example = "openclaw gateway --bind loopback",
    .run = run_gateway,
    .group = heading::gateway,
    .details = explanation,
};

}  // namespace openclaw::cli
