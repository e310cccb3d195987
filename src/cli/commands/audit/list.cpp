// openclaw audit list, openclaw audit tail.
#include <unistd.h>

#include <array>
#include <csignal>

#include "access/journal/reading.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/output/table.h"
#include "net/loop/loop.h"

namespace openclaw::cli {

namespace {

using access::Entry;
using access::JournalFilter;
using access::JournalPlace;

constexpr std::int64_t limit_max = 100'000;

Result<JournalFilter> filter_of(const Arguments& arguments, TimePoint now, std::size_t limit) {
    JournalFilter filter{.principal = arguments.text("--principal").value_or(""),
                         .denied = arguments.has("--denied"),
                         .limit = limit};
    const auto wanted = arguments.integer("--limit", 1, limit_max);
    if (!wanted) return std::unexpected(wanted.error());
    if (*wanted) filter.limit = static_cast<std::size_t>(**wanted);
    const auto since = arguments.text("--since");
    if (!since) return filter;
    const auto span = parse_duration(*since);
    if (!span)
        return hinted(fail(Code::invalid_input, "--since: {}", span.error().message),
                      "say how far back, such as 30m, 12h or 7d");
    filter.since = now - *span;
    return filter;
}

json::object entry_json(const Entry& entry) {
    auto text = access::body_of(entry) + "}";
    auto value = parse_json(text);
    return value && value->is_object() ? value->get_object() : json::object();
}

std::string what_of(const Entry& entry) {
    const auto& what = entry.what.empty() ? entry.file : entry.what;
    return entry.times == 1 ? printable(what) : fmt::format("{} ({} times)", printable(what), entry.times);
}

std::vector<std::string> row_of(const Entry& entry) {
    return {iso_time(entry.at).substr(0, 19) + "Z", printable(entry.event),
            entry.principal.empty() ? "-" : printable(entry.principal),
            entry.peer.empty() ? printable(entry.transport)
                               : fmt::format("{} {}", printable(entry.transport), printable(entry.peer)),
            entry.reason.empty() ? what_of(entry)
                                 : fmt::format("{}: {}", what_of(entry), printable(entry.reason))};
}

constexpr std::array<std::size_t, 5> least{20, 8, 8, 12, 10};

void print(Context& context, const std::vector<Entry>& entries) {
    std::vector<std::vector<std::string>> rows{{"TIME", "EVENT", "WHO", "FROM", "WHAT"}};
    for (const auto& entry : entries) rows.push_back(row_of(entry));
    for (const auto& line : table(rows, least, {})) context.out.line(line);
}

Exit run_list(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    constexpr std::size_t usual_limit = 50;
    const auto filter = filter_of(arguments, context.clock.now(), usual_limit);
    if (!filter) return report(context, filter.error());
    const auto entries = access::read_journal(context.files, JournalPlace::from(**config), *filter);
    if (!entries) return report(context, entries.error());
    if (arguments.has("--json")) {
        json::array list;
        for (const auto& entry : *entries) list.push_back(entry_json(entry));
        context.out.json(json::object{{"entries", std::move(list)}});
    } else if (entries->empty()) {
        context.out.line("No line of the audit log is of that kind.");
    } else {
        print(context, *entries);
    }
    return Exit::ok;
}

// Lines as they come, each for itself.
void show(Context& context, const std::vector<Entry>& entries, bool as_json) {
    for (const auto& entry : entries)
        context.out.line(as_json ? json::serialize(entry_json(entry))
                                 : table({row_of(entry)}, least, {}).front());
}

Exit run_tail(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    constexpr std::size_t usual_limit = 10;
    auto filter = filter_of(arguments, context.clock.now(), usual_limit);
    if (!filter) return report(context, filter.error());
    const auto place = JournalPlace::from(**config);
    net::Loop loop;
    while (true) {
        const auto entries = access::read_journal(context.files, place, *filter);
        if (!entries) return report(context, entries.error());
        show(context, *entries, arguments.has("--json"));
        if (!arguments.has("--follow")) return Exit::ok;
        context.out.flush();
        if (!entries->empty()) filter->behind = entries->back().number;
        filter->limit = limit_max;
        loop.run_until(loop.sleep(std::chrono::seconds(1)));
    }
}

constexpr Option since_option{
    .name = "--since", .value_name = "TIME", .help = "Only what is not older, such as 30m, 12h or 7d"};
constexpr Option principal_option{.name = "--principal",
                                  .value_name = "ID",
                                  .help = "Only what this one did: token, owner, crt_…, key:…, user:1000"};
constexpr Option denied_option{
    .name = "--denied", .help = "Only who was refused, and what was denied", .kind = OptionKind::flag};
constexpr Option limit_option{.name = "--limit", .value_name = "N", .help = "The last N lines only"};
constexpr Option json_lines_option{.name = "--json", .help = "Print JSON", .kind = OptionKind::flag};

constexpr Option list_options[] = {since_option, principal_option, denied_option, limit_option,
                                   json_lines_option};
constexpr Option tail_options[] = {{.name = "--follow",
                                    .help = "Go on with what comes, until you stop it",
                                    .kind = OptionKind::flag,
                                    .short_name = "-f"},
                                   since_option,
                                   principal_option,
                                   denied_option,
                                   limit_option,
                                   json_lines_option};

}  // namespace

const Command audit_list{
    .name = "audit list",
    .summary = "Show who was let in, refused and denied, and what was changed",
    .options = list_options,
    .example = "openclaw audit list --denied --since 24h",
    .run = run_list,
    .details =
        "The last 50 lines, the newest at the end, unless --limit says otherwise. What repeats itself within "
        "a minute is one line with a number.",
};

const Command audit_tail{
    .name = "audit tail",
    .summary = "Show the end of the audit log, and follow it",
    .options = tail_options,
    .example = "openclaw audit tail --follow",
    .run = run_tail,
    .details =
        "The last 10 lines, and with --follow what comes after them, within about a second. With --json, a "
        "line of JSON each.",
};

}  // namespace openclaw::cli
