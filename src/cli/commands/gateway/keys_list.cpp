#include <array>

#include "base/day.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/key_desk.h"
#include "cli/commands/gateway/key_standing.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"
#include "cli/output/age.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

using access::KeyRecord;

json::object with_standing(const KeyRecord& record, const json::object& standing, TimePoint now) {
    auto object = key_with_state_json(record, now);
    if (!standing.empty()) object["standing"] = standing;
    return object;
}

std::string last_use_text(const KeyRecord& record, TimePoint now) {
    if (!record.last_used) return "never";
    return fmt::format("{} from {}", age(now - record.last_used->at), printable(record.last_used->address));
}

std::string end_text(const KeyRecord& record) {
    if (record.revoked) return day_of(*record.revoked);
    return record.ends ? day_of(*record.ends) : "no end";
}

void print(Context& context, const std::vector<KeyRecord>& records,
           const std::vector<json::object>& standings) {
    if (records.empty())
        return context.out.line("There are no keys. `openclaw gateway keys create NAME` makes one.");
    const auto now = context.clock.now();
    std::vector<std::vector<std::string>> rows{{"KEY", "STATE", "UNTIL", "LAST USED", "SPENT", "MAY"}};
    for (std::size_t i = 0; i < records.size(); ++i)
        rows.push_back({records[i].name, state_text(records[i], now), end_text(records[i]),
                        last_use_text(records[i], now), spent_text(standings[i]), powers_text(records[i])});
    constexpr std::array<std::size_t, 6> least{12, 8, 10, 10, 12, 10};
    for (const auto& line : table(rows, least, context.out.columns())) context.out.line(line);
}

// When keys were used last is written behind: a running gateway does it now.
Result<std::unique_ptr<KeyDesk>> open_desk_of_now(Context& context) {
    auto desk = open_key_desk(context);
    if (desk) tell_gateway(context, {(*desk)->kept.path()});
    return desk;
}

Exit run_list(Context& context, const Arguments& arguments) {
    const auto desk = open_desk_of_now(context);
    if (!desk) return report(context, desk.error());
    const auto records = (*desk)->book.records();
    if (!records) return report(context, records.error());
    const auto standings = standings_of(context, **desk, *records);
    if (!standings) return report(context, standings.error());
    if (!arguments.has("--json")) {
        print(context, *records, *standings);
        return Exit::ok;
    }
    json::array keys;
    for (std::size_t i = 0; i < records->size(); ++i)
        keys.push_back(with_standing((*records)[i], (*standings)[i], context.clock.now()));
    context.out.json(json::object{{"keys", std::move(keys)}});
    return Exit::ok;
}

void print_one(Context& context, const KeyRecord& record, const json::object& standing) {
    const auto now = context.clock.now();
    context.out.line(fmt::format("{} ({}): {}", record.name, record.id, state_text(record, now)));
    context.out.line("May: " + powers_text(record));
    context.out.line(fmt::format("Made {}; {}", day_of(record.made),
                                 record.revoked ? "revoked " + day_of(*record.revoked)
                                 : record.ends  ? "until " + iso_time(*record.ends)
                                                : "until it is revoked"));
    context.out.line("Last used: " + last_use_text(record, now));
    if (!record.allowance.time_zone.empty())
        context.out.line("Days begin at midnight in " + printable(record.allowance.time_zone));
    for (const auto& line : standing_lines(standing)) context.out.line(line);
    if (record.earlier && now < record.earlier->ends)
        context.out.line(fmt::format("The secret before is right for another {}",
                                     format_left(record.earlier->ends - now)));
}

Exit run_show(Context& context, const Arguments& arguments) {
    const auto desk = open_desk_of_now(context);
    if (!desk) return report(context, desk.error());
    const auto now = context.clock.now();
    const auto record = (*desk)->book.find(arguments.positional().front(), now);
    if (!record) return report(context, record.error());
    const auto standings = standings_of(context, **desk, {*record});
    if (!standings) return report(context, standings.error());
    if (arguments.has("--json"))
        context.out.json(with_standing(*record, standings->front(), now));
    else
        print_one(context, *record, standings->front());
    return Exit::ok;
}

constexpr Option options[] = {json_option};

}  // namespace

const Command gateway_keys_list{
    .name = "gateway keys list",
    .summary = "Show the keys, what each may do, what it has spent, and when it was used last",
    .options = options,
    .example = "openclaw gateway keys list --json",
    .run = run_list,
    .details =
        "Those that end within two weeks say so. Of several budgets the one is shown of which most is "
        "spent.",
};

const Command gateway_keys_show{
    .name = "gateway keys show",
    .summary = "Show all that is known of one key but its secret",
    .arguments = "NAME",
    .options = options,
    .example = "openclaw gateway keys show notebook",
    .run = run_show,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "By name or by id. The secret was shown when it was made, and isn't kept.",
};

}  // namespace openclaw::cli
