#include "access/devices/device_store.h"
#include "access/rotation.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/lock_view.h"
#include "cli/gateway/tell_gateway.h"
#include "cli/gateway/this_host.h"

namespace openclaw::cli {

namespace {

Result<access::GatewaySecret> token_in_use(Context& context, const config::Config& config) {
    auto secret = access::resolve_gateway_secret(config, context.files, {});
    if (!secret) return secret;
    if (secret->mode != access::AccessMode::token)
        return hinted(
            fail(Code::not_found, "the gateway is locked by {}, not by a token", name_of(secret->mode)),
            "see `openclaw gateway lock`");
    if (!secret->chosen())
        return hinted(fail(Code::not_found, "there is no token yet"),
                      "the first start of `openclaw gateway` makes one");
    return secret;
}

Exit run_show(Context& context, const Arguments& arguments) {
    const auto config = of_this_host(context.config());
    if (!config) return report(context, config.error());
    const auto secret = token_in_use(context, **config);
    if (!secret) return report(context, secret.error());
    const auto& chosen = *secret->chosen();
    const auto print = fingerprint(chosen.value, context.fingerprint_key);
    const auto now = context.clock.now();
    const bool earlier = secret->earlier && secret->earlier->stands(now);
    if (arguments.has("--json")) {
        json::object answer{{"source", chosen.place}, {"fingerprint", print}};
        if (arguments.has("--reveal")) answer["token"] = revealed(chosen.value);
        if (earlier)
            answer["earlier"] = {{"fingerprint", secret->earlier->fingerprint},
                                 {"validUntilMs", to_ms(secret->earlier->ends)}};
        context.out.json(answer);
        return Exit::ok;
    }
    if (arguments.has("--reveal")) {
        context.out.line(std::string_view(revealed(chosen.value)));
    } else {
        context.out.line(fmt::format("Token {} from {}", print, chosen.place));
        context.out.note("note: --reveal prints the token itself");
    }
    if (earlier)
        context.out.note(fmt::format("note: the one before, {}, is right for another {}",
                                     secret->earlier->fingerprint, format_left(secret->earlier->ends - now)));
    return Exit::ok;
}

Result<std::optional<Milliseconds>> grace_of(const Arguments& arguments) {
    const auto text = arguments.text("--grace");
    if (!text) return std::optional<Milliseconds>();
    const auto grace = parse_duration(*text, std::chrono::minutes(1));
    if (!grace) return failed(grace.error(), "--grace");
    if (*grace > access::grace_max)
        return hinted(fail(Code::invalid_input, "--grace {}: an old token is kept for 7 days at most", *text),
                      "for a change without haste, tell the clients first and rotate then");
    return std::optional(*grace);
}

// The gateway may take its token from where this shell sees none: its own environment, its own flags.
Result<void> check_same_place(const std::optional<LockView>& running, const access::GatewaySecret& secret) {
    const auto& here = secret.chosen()->place;
    if (!running || running->mode != "token" || running->source == here) return {};
    return hinted(
        fail(Code::denied, "the running gateway takes its token from {}, not from {}", running->source, here),
        "change it where the gateway was started, or start it again without that");
}

void print_rotated(Context& context, const access::Rotated& rotated, bool running) {
    context.out.line(fmt::format("New token {} in {}.", rotated.after, rotated.place));
    if (rotated.earlier_ends)
        context.out.line(fmt::format("The old one, {}, is right for another {}.", rotated.before,
                                     format_left(*rotated.earlier_ends - context.clock.now())));
    else
        context.out.line(fmt::format("The old one, {}, opens nothing any more{}.", rotated.before,
                                     running ? ", and what it had opened is closed" : ""));
    context.out.line("For clients: openclaw gateway token show --reveal");
}

// Whoever knew the gateway's token may have paired a device with it.
struct DeviceTokens {
    std::size_t ended = 0, kept = 0;  // devices
};
Result<DeviceTokens> end_or_count_devices(Context& context, bool all, std::vector<platform::Path>& changed) {
    access::DeviceStore store(context.files, context.paths);
    if (!all) return DeviceTokens{.kept = store.count_with_tokens().value_or(0)};
    const auto ended = store.revoke_all(context.clock.now());
    if (!ended) return std::unexpected(ended.error());
    if (*ended > 0) changed.push_back(store.path());
    return DeviceTokens{.ended = *ended};
}

void print_devices(Context& context, bool all, const DeviceTokens& devices) {
    if (all)
        context.out.line(
            fmt::format("Paired devices whose tokens open nothing any more: {}.", devices.ended));
    if (devices.kept > 0)
        context.out.note(fmt::format(
            "note: paired devices keep tokens of their own ({}); --all ends these, too", devices.kept));
}

Exit run_rotate(Context& context, const Arguments& arguments) {
    const auto grace = grace_of(arguments);
    if (!grace) return report(context, grace.error());
    const auto config = of_this_host(context.config());
    if (!config) return report(context, config.error());
    const auto secret = token_in_use(context, **config);
    if (!secret) return report(context, secret.error());
    const auto running = ask_for_lock(context);
    if (auto same = check_same_place(running, *secret); !same) return report(context, same.error());
    const auto rotated = access::rotate_token({.config = **config,
                                               .files = context.files,
                                               .writer = context.config_writer(),
                                               .fingerprint_key = context.fingerprint_key,
                                               .now = context.clock.now(),
                                               .grace = *grace});
    if (!rotated) return report(context, rotated.error());
    auto changed = rotated->changed;
    const auto devices = end_or_count_devices(context, arguments.has("--all"), changed);
    if (!devices)
        return report(context,
                      failed(devices.error(), "the token is a new one, but devices keep theirs").error());
    const auto news = tell_gateway(context, changed);
    if (arguments.has("--json")) {
        json::object answer{{"source", rotated->place},
                            {"fingerprint", rotated->after},
                            {"before", rotated->before},
                            {"running", news.has_value()},
                            {"inUse", news && news->uses_them}};
        answer["devicesEnded"] = devices->ended;
        answer["devicesKept"] = devices->kept;
        if (rotated->earlier_ends) answer["beforeValidUntilMs"] = to_ms(*rotated->earlier_ends);
        context.out.json(answer);
    } else {
        print_rotated(context, *rotated, news.has_value());
        print_devices(context, arguments.has("--all"), *devices);
    }
    if (rotated->guessable && !*grace)
        context.out.note(fmt::format("note: the old one could be guessed ({}), so it isn't right any longer",
                                     *rotated->guessable));
    if (!news || news->uses_them) return Exit::ok;
    return report(context,
                  hinted(fail(Code::unavailable, "the running gateway doesn't use it: {}", news->why_not),
                         "see `openclaw gateway status`")
                      .error());
}

constexpr Option json_option{
    .name = "--json", .help = "Print the findings as JSON", .kind = OptionKind::flag};
constexpr Option show_options[] = {
    {.name = "--reveal", .help = "Print the token itself", .kind = OptionKind::flag}, json_option};
constexpr Option rotate_options[] = {
    {.name = "--grace",
     .value_name = "TIME",
     .help = "How long the old one is right as well: 10m, 2h, at most 7d; 0 after a leak (default: 10m)"},
    {.name = "--all",
     .help = "Let the tokens of all paired devices open nothing any more, too",
     .kind = OptionKind::flag},
    json_option};

}  // namespace

const Command gateway_token_show{
    .name = "gateway token show",
    .summary = "Show where the gateway's token stands, and with --reveal the token",
    .options = show_options,
    .example = "openclaw gateway token show",
    .run = run_show,
};

const Command gateway_token_rotate{
    .name = "gateway token rotate",
    .summary = "Put a new token in the place of the one in use",
    .options = rotate_options,
    .example = "openclaw gateway token rotate --grace 10m",
    .run = run_rotate,
    .details =
        "The old one is right until the grace is over, and only the last one before is kept so. Then "
        "whatever it had opened is closed: websockets, and answers under way. A running gateway uses "
        "the new one at once. Paired devices keep their own tokens, unless --all is given.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
