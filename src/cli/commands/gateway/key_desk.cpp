#include "cli/commands/gateway/key_desk.h"

#include <algorithm>
#include <charconv>

#include "access/keys/allowance_text.h"
#include "access/keys/key_json.h"
#include "base/day.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/gateway/this_host.h"
#include "usage/zone.h"

namespace openclaw::cli {

namespace {

using access::KeyRecord;
using Change = std::function<void(KeyRecord&)>;

constexpr auto soon = std::chrono::days(14);

std::unexpected<Error> wrong(std::string_view option, std::string_view text, std::string hint) {
    return hinted(fail(Code::invalid_input, "{} can't be \"{}\"", option, printable(shortened(text, 64))),
                  std::move(hint));
}

// Names separated by commas; "any" for no restriction.
using Names = std::optional<std::vector<std::string>>;
Result<Names> list_of(std::string_view option, Names access::Limits::* list, const std::string& text) {
    access::Limits limits;
    if (text == "any") return Names();
    auto& names = (limits.*list).emplace();
    for (const auto piece : split(text, ',')) names.emplace_back(trimmed(piece));
    if (auto sound = access::check_limits(limits); !sound)
        return hinted(failed(sound.error(), "{}", option),
                      "separate names by commas; \"any\" restricts nothing");
    return std::move(limits.*list);
}

// "none" for no limit.
template <class Number>
Result<std::optional<Number>> number_of(std::string_view option, const std::string& text) {
    if (text == "none") return std::nullopt;
    Number number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc() || end != text.data() + text.size())
        return wrong(option, text, "give a whole number, or \"none\" for no limit");
    return std::optional(number);
}

Result<std::optional<TimePoint>> end_of(const std::string& text, TimePoint now) {
    if (text == "never") return std::nullopt;
    const auto time = parse_duration(text);
    if (!time) return hinted(failed(time.error(), "--expires"), "give a time like 90d or 12h, or \"never\"");
    return std::optional(now + *time);
}

// The changes that were asked for, one after the other; the first that makes no sense ends it.
class Changes {
public:
    explicit Changes(const Arguments& arguments) : arguments_(arguments) {}

    template <class Parse, class Put>
    void take(std::string_view option, Parse parse, Put put) {
        const auto text = arguments_.text(option);
        if (!text || problem_) return;
        auto parsed = parse(*text);
        if (!parsed) {
            problem_ = std::move(parsed).error();
            return;
        }
        changes_.push_back([value = std::move(*parsed), put](KeyRecord& record) { put(record, value); });
    }
    Result<Change> all() && {
        if (problem_) return std::unexpected(std::move(*problem_));
        return [changes = std::move(changes_)](KeyRecord& record) {
            for (const auto& change : changes) change(record);
        };
    }

private:
    const Arguments& arguments_;
    std::vector<Change> changes_;
    std::optional<Error> problem_;
};

void take_limits(Changes& changes) {
    const auto take_list = [&](std::string_view option, Names access::Limits::* list) {
        changes.take(
            option, [=](const std::string& text) { return list_of(option, list, text); },
            [list](KeyRecord& record, const auto& names) { record.limits.*list = names; });
    };
    take_list("--models", &access::Limits::models);
    take_list("--agents", &access::Limits::agents);
    take_list("--sessions", &access::Limits::sessions);
    changes.take(
        "--account",
        [](const std::string& text) -> Result<std::optional<std::string>> {
            if (text == "own") return std::nullopt;
            if (auto sound = access::check_key_name(text); !sound)
                return wrong("--account", text, "use letters, digits, \"-\", \"_\" and \".\"; or \"own\"");
            return std::optional(text);
        },
        [](KeyRecord& record, const auto& account) { record.limits.budget = account; });
}

void take_allowance(Changes& changes, Context& context, const Arguments& arguments) {
    changes.take(
        "--rpm", [](const std::string& text) { return number_of<std::uint32_t>("--rpm", text); },
        [](KeyRecord& record, auto number) { record.allowance.requests_per_minute = number; });
    changes.take(
        "--tpm", [](const std::string& text) { return number_of<std::uint64_t>("--tpm", text); },
        [](KeyRecord& record, auto number) { record.allowance.tokens_per_minute = number; });
    changes.take(
        "--streams", [](const std::string& text) { return number_of<std::uint32_t>("--streams", text); },
        [](KeyRecord& record, auto number) { record.allowance.streams = number; });
    changes.take(
        "--budget",
        [&](const std::string&) -> Result<std::vector<Budget>> {
            const auto texts = arguments.all("--budget");
            if (texts == std::vector<std::string>{"none"}) return std::vector<Budget>();
            return access::parse_budgets(texts);
        },
        [](KeyRecord& record, const auto& budgets) { record.allowance.budgets = budgets; });
    changes.take(
        "--time-zone",
        [&](const std::string& text) -> Result<std::string> {
            if (text == "host") return std::string();
            if (auto sound = access::check_time_zone(text); !sound)
                return failed(sound.error(), "--time-zone");
            if (auto zone = usage::Zone::load(context.files, text); !zone)
                return failed(zone.error(), "--time-zone");
            return text;
        },
        [](KeyRecord& record, const auto& zone) { record.allowance.time_zone = zone; });
}

Result<platform::Path> write_key_file(Context& context, const Arguments& arguments,
                                      const access::NewKeySecret& secret) {
    auto path = free_output_path(context, arguments, "");
    if (!path) return path;
    auto text = fmt::format("{}\n", std::string_view(revealed(secret.text)));
    const auto written = write_new_file(context.files, *path, text);
    wipe(text);
    if (written) return path;
    return failed(written.error(), "writing the key; none was made");
}

void add_list(std::string& text, std::string_view what,
              const std::optional<std::vector<std::string>>& names) {
    if (names) text += fmt::format("; only {} {}", what, names->empty() ? "none" : joined(*names, ", "));
}

}  // namespace

Result<std::unique_ptr<KeyDesk>> open_key_desk(Context& context) {
    auto config = of_this_host(context.config());
    if (!config) return std::unexpected(std::move(config).error());
    return std::make_unique<KeyDesk>(context, std::move(*config));
}

Result<Change> changes_asked_for(Context& context, const Arguments& arguments) {
    const auto now = context.clock.now();
    Changes changes(arguments);
    changes.take(
        "--scopes", [&](const std::string&) { return scopes_asked_for(arguments); },
        [](KeyRecord& record, const auto& scopes) { record.scopes = scopes; });
    changes.take(
        "--expires", [now](const std::string& text) { return end_of(text, now); },
        [](KeyRecord& record, const auto& end) { record.ends = end; });
    take_limits(changes);
    take_allowance(changes, context, arguments);
    return std::move(changes).all();
}

Result<KeyRecord> hand_out(Context& context, const Arguments& arguments, const access::NewKeySecret& secret,
                           const std::function<Result<KeyRecord>()>& keep) {
    if (!arguments.has("--out")) return keep();
    const auto path = write_key_file(context, arguments, secret);
    if (!path) return std::unexpected(path.error());
    auto kept = keep();
    if (kept) return kept;
    if (auto removed = context.files.remove(*path); !removed)
        context.out.note(fmt::format("warning: {} holds a key that opens nothing", path->string()));
    return kept;
}

void show_handed_out(Context& context, const Arguments& arguments, const KeyRecord& record,
                     const access::NewKeySecret& secret) {
    const auto now = context.clock.now();
    const auto file = arguments.text("--out");
    if (arguments.has("--json")) {
        auto object = key_with_state_json(record, now);
        if (file)
            object["file"] = *file;
        else
            object["key"] = revealed(secret.text);
        return context.out.json(object);
    }
    context.out.note(summary_text(record));
    if (file) return context.out.line("File: " + *file);
    context.out.line(std::string_view(revealed(secret.text)));
    context.out.note(
        "This is the only time that it is shown. As a bearer, in x-api-key, or as a websocket's token.");
}

std::string state_text(const KeyRecord& record, TimePoint now) {
    if (record.revoked) return "revoked";
    if (!access::stands(record, now)) return "ended";
    if (record.ends && *record.ends - now <= soon) return "ends in " + format_remaining(*record.ends - now);
    return "stands";
}

std::string summary_text(const KeyRecord& record) {
    auto text = fmt::format("{}: {}; {}", record.name, powers_text(record),
                            record.ends ? "until " + day_of(*record.ends) : "until it is revoked");
    const bool spends_nothing = std::ranges::any_of(record.allowance.budgets, [](const Budget& budget) {
        return budget.tokens == 0 || (budget.money && budget.money->nanos == 0);
    });
    if (spends_nothing) text += "; a budget of 0 lets nothing through";
    return text;
}

std::string powers_text(const KeyRecord& record) {
    auto text = scopes_text(record.scopes);
    add_list(text, "models", record.limits.models);
    add_list(text, "agents", record.limits.agents);
    add_list(text, "sessions", record.limits.sessions);
    const auto& allowance = record.allowance;
    if (allowance.requests_per_minute)
        text += fmt::format("; {} requests a minute", *allowance.requests_per_minute);
    if (allowance.tokens_per_minute)
        text += fmt::format("; {} tokens a minute", *allowance.tokens_per_minute);
    if (allowance.streams) text += fmt::format("; {} answers at once", *allowance.streams);
    if (!allowance.budgets.empty())
        text += fmt::format("; {}", joined(access::budget_texts(allowance.budgets), ", "));
    if (record.limits.budget) text += fmt::format("; paid by {}", *record.limits.budget);
    return printable(text);
}

json::object key_with_state_json(const KeyRecord& record, TimePoint now) {
    auto object = access::key_json(record);
    object["state"] = record.revoked ? "revoked" : access::stands(record, now) ? "stands" : "ended";
    object["endsSoon"] = access::stands(record, now) && record.ends && *record.ends - now <= soon;
    return object;
}

}  // namespace openclaw::cli
