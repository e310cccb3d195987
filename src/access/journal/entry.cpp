#include "access/journal/entry.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace openclaw::access {

namespace {

struct Named {
    Outcome outcome;
    std::string_view name;
};
constexpr std::array outcomes = {Named{Outcome::admitted, "admitted"}, Named{Outcome::refused, "refused"},
                                 Named{Outcome::denied, "denied"},     Named{Outcome::changed, "changed"},
                                 Named{Outcome::started, "started"},   Named{Outcome::stopped, "stopped"},
                                 Named{Outcome::others, "others"}};

constexpr std::size_t line_bytes_max = 16u << 10;

void put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    return std::ranges::find(outcomes, outcome, &Named::outcome)->name;
}

std::optional<Outcome> outcome_named(std::string_view name) {
    const auto found = std::ranges::find(outcomes, name, &Named::name);
    return found == outcomes.end() ? std::nullopt : std::optional(found->outcome);
}

std::string body_of(const Entry& entry) {
    json::object object{{"n", entry.number}, {"at", to_ms(entry.at)}, {"time", iso_time(entry.at)}};
    if (entry.since) object["since"] = to_ms(*entry.since);
    object["event"] = entry.event;
    put(object, "transport", entry.transport);
    put(object, "peer", entry.peer);
    put(object, "principal", entry.principal);
    put(object, "what", entry.what);
    put(object, "reason", entry.reason);
    if (entry.times != 1) object["times"] = entry.times;
    put(object, "file", entry.file);
    put(object, "key", entry.key);
    put(object, "previous", entry.previous);
    if (entry.through) object["through"] = *entry.through;
    auto text = json::serialize(object);
    text.pop_back();
    return text;
}

Result<Entry> parse_entry(std::string_view line) {
    const auto value = parse_json(line, line_bytes_max);
    const auto* object = value ? as_object(&*value) : nullptr;
    if (!object) return fail(Code::corrupt, "not a line of the audit log");
    const auto number = integer_at(*object, "n"), at = integer_at(*object, "at");
    const auto event = string_at(*object, "event");
    if (!number || *number < 1 || !at || !event) return fail(Code::corrupt, "not a line of the audit log");
    const auto text = [&](std::string_view key) { return std::string(string_at(*object, key).value_or("")); };
    Entry entry{.number = static_cast<std::uint64_t>(*number), .at = from_ms(*at), .event = text("event")};
    if (const auto since = integer_at(*object, "since")) entry.since = from_ms(*since);
    const auto times = integer_at(*object, "times").value_or(1),
               through = integer_at(*object, "through").value_or(0);
    if (times > 1) entry.times = static_cast<std::uint64_t>(times);
    if (through > 0) entry.through = static_cast<std::uint64_t>(through);
    entry.transport = text("transport");
    entry.peer = text("peer");
    entry.principal = text("principal");
    entry.what = text("what");
    entry.reason = text("reason");
    entry.file = text("file");
    entry.key = text("key");
    entry.previous = text("previous");
    return entry;
}

}  // namespace openclaw::access
