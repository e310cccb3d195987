#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/devices/device_desk.h"
#include "cli/commands/secrets/sealing.h"
#include "cli/output/age.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

using Act = Result<json::object> (*)(DeviceDesk& desk, const Arguments& arguments);

std::string text_of(const json::object& entry, std::string_view name) {
    return printable(string_at(entry, name).value_or(""));
}

std::string scopes_of(const json::object& entry) {
    std::vector<std::string> names;
    const auto* scopes = array_at(entry, "scopes");
    for (const auto& scope : scopes ? *scopes : json::array())
        if (scope.is_string()) {
            const auto name = printable(std::string(scope.get_string()));
            const auto known = access::find_scope(name);
            names.emplace_back(known ? access::short_name_of(*known) : name);
        }
    return names.empty() ? "-" : joined(names, ", ");
}

// What a paired device may do by the tokens that it has yet.
std::string allowed(const json::object& device) {
    const auto* tokens = array_at(device, "tokens");
    const bool revoked =
        tokens && !tokens->empty() && std::ranges::all_of(*tokens, [](const json::value& token) {
            const auto* entry = as_object(&token);
            return entry && entry->contains("revokedAtMs");
        });
    return revoked ? "revoked" : scopes_of(device);
}

std::string name_of(const json::object& entry) {
    const auto name = text_of(entry, "displayName");
    return name.empty() ? text_of(entry, "platform") : name;
}

std::string age_at(const json::object& entry, std::string_view name, TimePoint now) {
    const auto at = integer_at(entry, name);
    return at ? age(std::chrono::duration_cast<Milliseconds>(now - from_ms(*at))) : "-";
}

const json::array& entries_of(const json::object& answer, std::string_view name) {
    static const json::array none;
    const auto* list = array_at(answer, name);
    return list ? *list : none;
}

void print_table(Context& context, const std::vector<std::vector<std::string>>& rows) {
    for (const auto& line : table(rows, {}, context.out.columns())) context.out.line(line);
}

void print_pending(Context& context, const json::array& pending, TimePoint now) {
    if (pending.empty()) return;
    std::vector<std::vector<std::string>> rows{{"Request", "Device", "Name", "Asks for", "From", "When"}};
    for (const auto& value : pending)
        if (const auto* entry = as_object(&value))
            rows.push_back({text_of(*entry, "requestId"), text_of(*entry, "deviceId").substr(0, 12),
                            name_of(*entry), scopes_of(*entry), text_of(*entry, "remoteIp"),
                            age_at(*entry, "ts", now)});
    context.out.line(fmt::format("Waiting ({})", rows.size() - 1));
    print_table(context, rows);
}

Exit run_list(Context& context, const Arguments& arguments) {
    auto desk = DeviceDesk::open(context, arguments);
    if (!desk) return report(context, desk.error());
    const auto answer = desk->list();
    if (!answer) return report(context, answer.error());
    if (arguments.has("--json")) {
        context.out.json(*answer);
        return Exit::ok;
    }
    const auto now = context.clock.now();
    print_pending(context, entries_of(*answer, "pending"), now);
    const auto& paired = entries_of(*answer, "paired");
    if (paired.empty()) {
        context.out.line("No device is paired.");
        return Exit::ok;
    }
    std::vector<std::vector<std::string>> rows{{"Device", "Name", "May", "Paired", "Seen"}};
    for (const auto& value : paired)
        if (const auto* entry = as_object(&value))
            rows.push_back({text_of(*entry, "deviceId").substr(0, 12), name_of(*entry), allowed(*entry),
                            age_at(*entry, "approvedAtMs", now), age_at(*entry, "lastSeenAtMs", now)});
    context.out.line(fmt::format("Paired ({})", rows.size() - 1));
    print_table(context, rows);
    return Exit::ok;
}

// Does it and says so: with --json what the gateway answered, else a sentence.
Exit act(Context& context, const Arguments& arguments, Act action, std::string (*said)(const json::object&)) {
    auto desk = DeviceDesk::open(context, arguments);
    if (!desk) return report(context, desk.error());
    const auto answer = action(*desk, arguments);
    if (!answer) return report(context, answer.error());
    if (arguments.has("--json"))
        context.out.json(*answer);
    else
        context.out.line(said(*answer));
    return Exit::ok;
}

std::string short_device(const json::object& answer) {
    return text_of(answer, "deviceId").substr(0, 12);
}

// Without an id the newest is shown, so that nobody lets in what he hasn't seen.
Result<std::string> request_to_approve(DeviceDesk& desk, const Arguments& arguments) {
    if (!arguments.positional().empty()) return arguments.positional().front();
    const auto answer = desk.list_of_gateway();
    if (!answer) return std::unexpected(answer.error());
    const auto& pending = entries_of(*answer, "pending");
    const auto* newest = pending.empty() ? nullptr : as_object(&pending.front());
    if (!newest)
        return hinted(fail(Code::not_found, "no device waits to be let in"),
                      "let it connect again; a request is kept for 5 minutes");
    const auto id = text_of(*newest, "requestId");
    if (arguments.has("--latest")) return id;
    return hinted(fail(Code::invalid_input, "the newest request is of {} at {}, which asks for: {}",
                       name_of(*newest), text_of(*newest, "remoteIp"), scopes_of(*newest)),
                  fmt::format("let it in with `openclaw devices approve {}`", id));
}

Result<std::vector<std::string>> scope_names(const Arguments& arguments) {
    std::vector<std::string> names;
    for (const auto& text : arguments.all("--scope")) {
        const auto scope = access::find_scope_by_short_name(text);
        const auto known = scope ? scope : access::find_scope(text);
        if (!known)
            return hinted(fail(Code::invalid_input, "there is no scope \"{}\"", printable(text)),
                          "docs/scopes.md lists them: chat, read, write, models, pairing, approvals, admin");
        names.emplace_back(access::name_of(*known));
    }
    return names;
}

Exit run_approve(Context& context, const Arguments& arguments) {
    const auto approve = [](DeviceDesk& desk, const Arguments& given) -> Result<json::object> {
        const auto scopes = scope_names(given);
        if (!scopes) return std::unexpected(scopes.error());
        const auto request = request_to_approve(desk, given);
        if (!request) return std::unexpected(request.error());
        return desk.approve(*request, *scopes);
    };
    return act(context, arguments, approve, [](const json::object& answer) {
        const auto* device = object_at(answer, "device");
        const json::object none;
        const auto& shown = device ? *device : none;
        return fmt::format("{} ({}) is let in: {}. It gets its token when it connects within the hour.",
                           name_of(shown), short_device(shown), scopes_of(shown));
    });
}

Exit run_reject(Context& context, const Arguments& arguments) {
    return act(
        context, arguments,
        [](DeviceDesk& desk, const Arguments& given) { return desk.reject(given.positional().front()); },
        [](const json::object& answer) { return fmt::format("{} stays out.", short_device(answer)); });
}

Exit run_remove(Context& context, const Arguments& arguments) {
    return act(
        context, arguments,
        [](DeviceDesk& desk, const Arguments& given) { return desk.remove(given.positional().front()); },
        [](const json::object& answer) {
            return fmt::format("{} is paired no more; what it had open ends.", short_device(answer));
        });
}

Exit run_rename(Context& context, const Arguments& arguments) {
    return act(
        context, arguments,
        [](DeviceDesk& desk, const Arguments& given) {
            return desk.rename(*given.text("--device"), *given.text("--name"));
        },
        [](const json::object& answer) {
            return fmt::format("{} is called \"{}\".", short_device(answer), text_of(answer, "displayName"));
        });
}

Exit run_rotate(Context& context, const Arguments& arguments) {
    const auto rotate = [](DeviceDesk& desk, const Arguments& given) -> Result<json::object> {
        const auto scopes = scope_names(given);
        if (!scopes) return std::unexpected(scopes.error());
        return desk.rotate(*given.text("--device"), given.text("--role").value_or("operator"), *scopes);
    };
    return act(context, arguments, rotate, [](const json::object& answer) {
        return fmt::format("{} has a new token, shown once: {}", short_device(answer),
                           text_of(answer, "token"));
    });
}

Exit run_revoke(Context& context, const Arguments& arguments) {
    return act(
        context, arguments,
        [](DeviceDesk& desk, const Arguments& given) {
            return desk.revoke(*given.text("--device"), given.text("--role").value_or("operator"));
        },
        [](const json::object& answer) {
            return fmt::format("The token of {} opens nothing any more.", short_device(answer));
        });
}

Exit run_clear(Context& context, const Arguments& arguments) {
    if (auto meant = confirm(context, arguments, "every device then has to be paired anew",
                             "Every device then has to be paired anew. Go on?");
        !meant)
        return report(context, meant.error());
    auto desk = DeviceDesk::open(context, arguments);
    if (!desk) return report(context, desk.error());
    const auto answer = desk->list();
    if (!answer) return report(context, answer.error());
    json::array removed, rejected;
    for (const auto& value : entries_of(*answer, "paired")) {
        const auto* entry = as_object(&value);
        const auto id = entry ? std::string(string_at(*entry, "deviceId").value_or("")) : std::string();
        if (const auto gone = desk->remove(id); !gone) return report(context, gone.error());
        removed.emplace_back(id);
    }
    for (const auto& value : arguments.has("--pending") ? entries_of(*answer, "pending") : json::array()) {
        const auto* entry = as_object(&value);
        const auto id = entry ? std::string(string_at(*entry, "requestId").value_or("")) : std::string();
        if (const auto gone = desk->reject(id); !gone) return report(context, gone.error());
        rejected.emplace_back(id);
    }
    if (arguments.has("--json"))
        context.out.json(json::object{{"removedDevices", removed}, {"rejectedPending", rejected}});
    else
        context.out.line(
            fmt::format("Devices taken off: {}. Requests rejected: {}.", removed.size(), rejected.size()));
    return Exit::ok;
}

constexpr Option json_option{.name = "--json", .help = "Print the answer as JSON", .kind = OptionKind::flag};
constexpr Option timeout_option{
    .name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"};
constexpr Option device_option{.name = "--device",
                               .value_name = "ID",
                               .help = "The device: its id, the beginning of it, or its name",
                               .required = true};
constexpr Option role_option{
    .name = "--role", .value_name = "ROLE", .help = "The token of this role (default: operator)"};

template <std::size_t Count>
constexpr auto with_gateway(const std::array<Option, Count>& own) {
    std::array<Option, Count + 7> all{};
    std::size_t at = 0;
    for (const auto& option : own) all[at++] = option;
    for (const auto& option :
         {json_option, timeout_option, gateway_option::url, gateway_option::token, gateway_option::token_file,
          gateway_option::password, gateway_option::password_file})
        all[at++] = option;
    return all;
}

constexpr auto plain_options = with_gateway(std::array<Option, 0>{});
constexpr auto approve_options = with_gateway(std::array{
    Option{.name = "--latest", .help = "The newest request, whichever it is", .kind = OptionKind::flag},
    Option{.name = "--scope",
           .value_name = "SCOPE",
           .help = "No more than this of what it asks for; may be repeated",
           .kind = OptionKind::repeated}});
constexpr auto rename_options = with_gateway(std::array{
    device_option,
    Option{
        .name = "--name", .value_name = "NAME", .help = "What it is called from now on", .required = true}});
constexpr auto rotate_options =
    with_gateway(std::array{device_option, role_option,
                            Option{.name = "--scope",
                                   .value_name = "SCOPE",
                                   .help = "No more than this of what it may now; may be repeated",
                                   .kind = OptionKind::repeated}});
constexpr auto revoke_options = with_gateway(std::array{device_option, role_option});
constexpr auto clear_options = with_gateway(
    std::array{Option{.name = "--yes", .help = "Don't ask", .kind = OptionKind::flag},
               Option{.name = "--pending", .help = "Reject those that wait, too", .kind = OptionKind::flag}});

}  // namespace

const Command devices_list{
    .name = "devices list",
    .summary = "Show the paired devices, and those that wait to be let in",
    .options = plain_options,
    .example = "openclaw devices list",
    .run = run_list,
};

const Command devices_approve{
    .name = "devices approve",
    .summary = "Let a device in that waits",
    .arguments = "[REQUEST]",
    .options = approve_options,
    .example = "openclaw devices approve --latest --scope chat",
    .run = run_approve,
    .arguments_max = 1,
    .details =
        "Without a request, the newest one is shown and nothing is done. Nobody lets in a device for more "
        "than he may himself, or for more than it asked for.",
    .noted = Noted::with_subject,
};

const Command devices_reject{
    .name = "devices reject",
    .summary = "Turn away a device that waits",
    .arguments = "REQUEST",
    .options = plain_options,
    .example = "openclaw devices reject 3f0c9a52-0b7e-4c1d-9d58-1a2b3c4d5e6f",
    .run = run_reject,
    .arguments_min = 1,
    .arguments_max = 1,
    .noted = Noted::with_subject,
};

const Command devices_remove{
    .name = "devices remove",
    .summary = "Take a device off, with all its tokens",
    .arguments = "DEVICE",
    .options = plain_options,
    .example = "openclaw devices remove phone",
    .run = run_remove,
    .arguments_min = 1,
    .arguments_max = 1,
    .noted = Noted::with_subject,
};

const Command devices_rename{
    .name = "devices rename",
    .summary = "Give a device another name",
    .options = rename_options,
    .example = "openclaw devices rename --device a7c7b6e1 --name phone",
    .run = run_rename,
    .noted = Noted::yes,
};

const Command devices_rotate{
    .name = "devices rotate",
    .summary = "Give a device one new token in the place of all that it has",
    .options = rotate_options,
    .example = "openclaw devices rotate --device phone --scope read",
    .run = run_rotate,
    .details = "Never for more than it was approved for. What its old tokens had opened ends.",
    .noted = Noted::yes,
};

const Command devices_revoke{
    .name = "devices revoke",
    .summary = "Let a device's tokens open nothing any more",
    .options = revoke_options,
    .example = "openclaw devices revoke --device phone",
    .run = run_revoke,
    .details = "It stays known. Who brings the gateway's token with it pairs it again.",
    .noted = Noted::yes,
};

const Command devices_clear{
    .name = "devices clear",
    .summary = "Take all devices off",
    .options = clear_options,
    .example = "openclaw devices clear --yes --pending",
    .run = run_clear,
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
