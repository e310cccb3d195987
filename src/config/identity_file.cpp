#include "config/identity_file.h"

#include <utility>

#include "base/text.h"

namespace openclaw::config {
namespace {

constexpr std::size_t file_bytes_max = 256 * 1024;
constexpr std::size_t value_bytes_max = 500;

// Without the marks of bold and italic text, bullets and spaces around it.
std::string_view bare(std::string_view text) {
    constexpr std::string_view marks = " \t\r*_-";
    const auto from = text.find_first_not_of(marks);
    if (from == std::string_view::npos) return {};
    constexpr std::string_view end_marks = " \t\r*_";
    return text.substr(from, text.find_last_not_of(end_marks) - from + 1);
}

bool is_placeholder(std::string_view value) {
    return value.starts_with('(') && value.ends_with(')');
}

void keep_first(std::string& kept, std::string_view value) {
    if (kept.empty()) kept = shortened(printable(value), value_bytes_max);
}

}  // namespace

Identity parse_identity(std::string_view markdown) {
    Identity identity;
    std::string creature, vibe;
    const std::pair<std::string_view, std::string*> members[] = {
        {"name", &identity.name},     {"theme", &identity.theme}, {"emoji", &identity.emoji},
        {"avatar", &identity.avatar}, {"creature", &creature},    {"vibe", &vibe}};
    for (const auto line : split(markdown, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto label = lowered(bare(line.substr(0, colon)));
        const auto value = bare(line.substr(colon + 1));
        if (value.empty() || is_placeholder(value)) continue;
        for (const auto& [name, member] : members)
            if (label == name) keep_first(*member, value);
    }
    if (identity.theme.empty()) identity.theme = creature.empty() ? vibe : creature;
    return identity;
}

Result<Identity> read_identity(platform::FileSystem& files, const Path& file) {
    const auto text = platform::read_if_exists(files, file, file_bytes_max);
    if (!text) return std::unexpected(text.error());
    return *text ? parse_identity(**text) : Identity();
}

ShownIdentity shown_identity(platform::FileSystem& files, const AgentEntry& agent) {
    ShownIdentity shown{.identity = {.name = agent.identity_name,
                                     .theme = agent.identity_theme,
                                     .emoji = agent.identity_emoji,
                                     .avatar = agent.identity_avatar},
                        .source = {}};
    auto& identity = shown.identity;
    if (!identity.name.empty() || !identity.emoji.empty()) shown.source = "config";
    auto file = read_identity(files, agent.workspace / identity_file_name);
    if (!file) return shown;
    if (identity.name.empty() && !file->name.empty()) shown.source = "identity";
    for (const auto member : {&Identity::name, &Identity::theme, &Identity::emoji, &Identity::avatar})
        if ((identity.*member).empty()) identity.*member = std::move((*file).*member);
    if (shown.source.empty() && !identity.emoji.empty()) shown.source = "identity";
    return shown;
}

}  // namespace openclaw::config
