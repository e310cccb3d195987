#include <algorithm>

#include "base/day.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/key_desk.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

using access::KeyRecord;

Exit run_create(Context& context, const Arguments& arguments) {
    const auto now = context.clock.now();
    const auto changes = changes_asked_for(context, arguments);
    if (!changes) return report(context, changes.error());
    const auto scopes = scopes_asked_for(arguments);
    if (!scopes) return report(context, scopes.error());
    const auto id = access::new_key_id();
    const auto secret = access::new_key_secret(id);
    KeyRecord record{.id = id,
                     .name = arguments.positional().front(),
                     .scopes = *scopes,
                     .limits = {},
                     .allowance = {},
                     .made = now,
                     .digest = secret.digest};
    (*changes)(record);
    if (auto sound = access::check_key(record, now); !sound) return report(context, sound.error());
    const auto desk = open_key_desk(context);
    if (!desk) return report(context, desk.error());
    auto& book = (*desk)->book;
    if (auto free = book.check_name_is_free(record.name, now); !free) return report(context, free.error());
    const auto made = hand_out(context, arguments, secret, [&]() -> Result<KeyRecord> {
        if (auto added = book.add(record, now); !added) return std::unexpected(added.error());
        return record;
    });
    if (!made) return report(context, made.error());
    tell_gateway_and_note(context, {(*desk)->kept.path()});
    show_handed_out(context, arguments, *made, secret);
    return Exit::ok;
}

Result<Milliseconds> grace_of(const Arguments& arguments) {
    const auto text = arguments.text("--grace");
    if (!text) return access::key_grace_usual;
    const auto grace = parse_duration(*text, std::chrono::minutes(1));
    if (!grace)
        return hinted(failed(grace.error(), "--grace"), "give a time like 10m or 2h, or 0 after a leak");
    if (*grace > access::key_grace_max)
        return hinted(
            fail(Code::invalid_input, "--grace {}: an old secret is kept for 7 days at most", *text),
            "for a change without haste, make a second key and revoke this one then");
    return *grace;
}

Exit run_rotate(Context& context, const Arguments& arguments) {
    const auto now = context.clock.now();
    const auto grace = grace_of(arguments);
    if (!grace) return report(context, grace.error());
    const auto desk = open_key_desk(context);
    if (!desk) return report(context, desk.error());
    auto& book = (*desk)->book;
    const auto before = book.find(arguments.positional().front(), now);
    if (!before) return report(context, before.error());
    const auto secret = access::new_key_secret(before->id);
    const auto rotated = hand_out(context, arguments, secret,
                                  [&] { return book.rotate(before->id, secret.digest, *grace, now); });
    if (!rotated) return report(context, rotated.error());
    tell_gateway_and_note(context, {(*desk)->kept.path()});
    show_handed_out(context, arguments, *rotated, secret);
    if (arguments.has("--json")) return Exit::ok;
    context.out.note(rotated->earlier ? fmt::format("The old secret is right for another {}.",
                                                    format_left(rotated->earlier->ends - now))
                                      : std::string("The old secret opens nothing any more."));
    return Exit::ok;
}

Exit show_changed(Context& context, const Arguments& arguments, KeyDesk& desk, const KeyRecord& record,
                  const std::string& sentence) {
    tell_gateway_and_note(context, {desk.kept.path()});
    if (arguments.has("--json"))
        context.out.json(key_with_state_json(record, context.clock.now()));
    else
        context.out.line(sentence);
    return Exit::ok;
}

Exit run_revoke(Context& context, const Arguments& arguments) {
    const auto now = context.clock.now();
    const auto desk = open_key_desk(context);
    if (!desk) return report(context, desk.error());
    const auto found = (*desk)->book.find(arguments.positional().front(), now);
    if (!found) return report(context, found.error());
    const auto revoked = (*desk)->book.revoke(found->id, now);
    if (!revoked) return report(context, revoked.error());
    return show_changed(context, arguments, **desk, *revoked,
                        found->revoked
                            ? fmt::format("{} was revoked on {}.", revoked->name, day_of(*revoked->revoked))
                            : fmt::format("{} lets nobody in any more ({}).", revoked->name, revoked->id));
}

constexpr std::string_view what_changes[] = {"--scopes",  "--models",  "--agents",    "--sessions",
                                             "--expires", "--rpm",     "--tpm",       "--streams",
                                             "--budget",  "--account", "--time-zone", "--clear-breaker"};

Exit run_update(Context& context, const Arguments& arguments) {
    const auto now = context.clock.now();
    if (std::ranges::none_of(what_changes, [&](auto option) { return arguments.has(option); }))
        return report(context,
                      hinted(fail(Code::invalid_input, "nothing was named that should be different"),
                             "name it: --scopes, --models, --agents, --sessions, --expires, --budget, --rpm")
                          .error());
    const auto changes = changes_asked_for(context, arguments);
    if (!changes) return report(context, changes.error());
    const auto desk = open_key_desk(context);
    if (!desk) return report(context, desk.error());
    auto& book = (*desk)->book;
    const auto found = book.find(arguments.positional().front(), now);
    if (!found) return report(context, found.error());
    const bool release = arguments.has("--clear-breaker");
    const auto updated = book.update(
        found->id,
        [&](KeyRecord& record) {
            (*changes)(record);
            if (release) ++record.releases;
        },
        now);
    if (!updated) return report(context, updated.error());
    return show_changed(context, arguments, **desk, *updated, summary_text(*updated));
}

constexpr Option scopes_option{
    .name = "--scopes",
    .value_name = "LIST",
    .help = "What it may do: chat, read, write, models, admin, pairing, approvals (new keys: chat,read)"};
constexpr Option models_option{
    .name = "--models", .value_name = "LIST", .help = "Only these models, as in anthropic/claude-*; or any"};
constexpr Option agents_option{
    .name = "--agents", .value_name = "LIST", .help = "Only these agents, by id; or any"};
constexpr Option sessions_option{
    .name = "--sessions", .value_name = "LIST", .help = "Only these sessions, as in agent:work:*; or any"};
constexpr Option expires_option{
    .name = "--expires", .value_name = "TIME", .help = "How long it lasts from now: 90d, 12h; or never"};
constexpr Option rpm_option{.name = "--rpm", .value_name = "N", .help = "Requests a minute; or none"};
constexpr Option tpm_option{.name = "--tpm", .value_name = "N", .help = "Tokens a minute; or none"};
constexpr Option streams_option{
    .name = "--streams", .value_name = "N", .help = "Answers under way at once; or none"};
constexpr Option budget_option{
    .name = "--budget",
    .value_name = "WINDOW=AMOUNT",
    .help = "What may be spent in a day, week or month: day=2USD, month=5M-tokens; several, or none",
    .kind = OptionKind::repeated};
constexpr Option time_zone_option{.name = "--time-zone",
                                  .value_name = "NAME",
                                  .help = "Whose midnight begins a day: Europe/Berlin; or host"};
constexpr Option account_option{
    .name = "--account", .value_name = "NAME", .help = "Who pays, where several keys share a budget; or own"};

constexpr Option create_options[] = {
    scopes_option,  models_option, agents_option,    sessions_option, expires_option, rpm_option, tpm_option,
    streams_option, budget_option, time_zone_option, account_option,  out_option,     json_option};
constexpr Option rotate_options[] = {
    {.name = "--grace",
     .value_name = "TIME",
     .help = "How long the old secret is right as well: 10m, 2h, at most 7d; 0 after a leak (default: 10m)"},
    out_option,
    json_option};
constexpr Option revoke_options[] = {json_option};
constexpr Option update_options[] = {scopes_option,
                                     models_option,
                                     agents_option,
                                     sessions_option,
                                     expires_option,
                                     rpm_option,
                                     tpm_option,
                                     streams_option,
                                     budget_option,
                                     time_zone_option,
                                     account_option,
                                     {.name = "--clear-breaker",
                                      .help = "Let a run of equal requests go on that was ended",
                                      .kind = OptionKind::flag},
                                     json_option};

}  // namespace

const Command gateway_keys_create{
    .name = "gateway keys create",
    .summary = "Make a key for one application or person, and show it once",
    .arguments = "NAME",
    .options = create_options,
    .example =
        "openclaw gateway keys create notebook --scopes chat --models anthropic/* --budget month=5USD --rpm "
        "20",
    .run = run_create,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "It opens this gateway as a bearer, in x-api-key or api-key, or as a websocket's token, and may do "
        "what "
        "it was given. Only a digest of it is kept. With --out it goes into a new file that nobody else can "
        "read, and isn't shown.",
    .noted = Noted::with_subject,
};

const Command gateway_keys_rotate{
    .name = "gateway keys rotate",
    .summary = "Give a key another secret; what it may do stays",
    .arguments = "NAME",
    .options = rotate_options,
    .example = "openclaw gateway keys rotate notebook --grace 2h",
    .run = run_rotate,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "The old secret is right until the grace is over, and only the last one before is kept so. Then what "
        "it had opened is closed: websockets, and answers under way.",
    .noted = Noted::with_subject,
};

const Command gateway_keys_revoke{
    .name = "gateway keys revoke",
    .summary = "Let nobody in by a key any more",
    .arguments = "NAME",
    .options = revoke_options,
    .example = "openclaw gateway keys revoke notebook",
    .run = run_revoke,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "By name or by id. What it had opened is closed within a second. It can't be taken back; a new key "
        "may have the name.",
    .noted = Noted::with_subject,
};

const Command gateway_keys_update{
    .name = "gateway keys update",
    .summary = "Change what a key may do, without another secret",
    .arguments = "NAME",
    .options = update_options,
    .example = "openclaw gateway keys update notebook --models any --expires 30d",
    .run = run_update,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "What isn't named stays as it is. Whoever is connected by the key begins anew.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
