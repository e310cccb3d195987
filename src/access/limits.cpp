#include "access/limits.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t entries_max = 64;
constexpr std::size_t entry_bytes_max = 512;  // a session's key has no more
constexpr std::size_t all_bytes_max = 8u << 10;

using List = std::optional<std::vector<std::string>>;

bool fits(std::string_view entry, std::string_view name) {
    if (!entry.ends_with('*')) return equal_ignoring_case(entry, name);
    entry.remove_suffix(1);
    return equal_ignoring_case(entry, name.substr(0, entry.size()));
}

bool is_plain(std::string_view entry) {
    const auto controls = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return trimmed(entry) == entry && is_utf8(entry) && std::ranges::none_of(entry, controls);
}

bool allows(const List& list, std::string_view name) {
    return !list || std::ranges::any_of(*list, [&](std::string_view entry) { return fits(entry, name); });
}

Result<void> check(std::string_view what, const List& list) {
    if (!list) return {};
    if (list->size() > entries_max)
        return hinted(fail(Code::invalid_input, "{} {} are more than a restriction may name ({})",
                           list->size(), what, entries_max),
                      "name several at once by how they begin, as in `work-*`");
    for (const auto& entry : *list) {
        if (trimmed(entry).empty()) return fail(Code::invalid_input, "an empty name among the {}", what);
        if (entry.size() > entry_bytes_max)
            return fail(Code::invalid_input, "a name among the {} is longer than {} bytes", what,
                        entry_bytes_max);
        if (!is_plain(entry))
            return fail(Code::invalid_input, "\"{}\" among the {} is no name", printable(entry), what);
        if (const auto star = entry.find('*'); star != entry.npos && star + 1 != entry.size())
            return hinted(
                fail(Code::invalid_input, "\"{}\" among the {}: `*` may only be the end", entry, what),
                "write how the names begin, as in `work-*`");
    }
    return {};
}

std::size_t bytes_of(const List& list) {
    std::size_t bytes = 0;
    for (const auto& entry : list.value_or(std::vector<std::string>())) bytes += entry.size();
    return bytes;
}

}  // namespace

bool Limits::allow_agent(std::string_view id) const {
    return allows(agents, id);
}

bool Limits::allow_session(std::string_view key, std::string_view agent_id) const {
    return allow_agent(agent_id) && allows(sessions, key);
}

bool Limits::allow_model(std::string_view key) const {
    return allows(models, key);
}

Result<void> check_limits(const Limits& limits) {
    if (auto agents = check("agents", limits.agents); !agents) return agents;
    if (auto sessions = check("sessions", limits.sessions); !sessions) return sessions;
    if (auto models = check("models", limits.models); !models) return models;
    if (bytes_of(limits.agents) + bytes_of(limits.sessions) + bytes_of(limits.models) > all_bytes_max)
        return hinted(
            fail(Code::invalid_input, "the names of a restriction take more than {} bytes", all_bytes_max),
            "name several at once by how they begin, as in `work-*`");
    return {};
}

}  // namespace openclaw::access
