#include "config/environment/dotenv_edit.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "config/environment/dotenv.h"

namespace openclaw::config {

namespace {

const DotenvEntry* find(const Dotenv& file, std::string_view name) {
    const auto found = std::ranges::find(file.entries, name, &DotenvEntry::name);
    return found == file.entries.end() ? nullptr : &*found;
}

// The bytes of a line, counted from 1, without its line break.
std::string_view line_of(std::string_view text, std::size_t number) {
    std::size_t start = 0;
    for (; number > 1 && start < text.size(); --number) start = text.find('\n', start) + 1;
    auto line = text.substr(start, text.find('\n', start) - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Whether all but one variable are what they were.
bool differs_only_in(const Dotenv& before, const Dotenv& after, std::string_view name) {
    return std::ranges::equal(before.entries, after.entries, [&](const auto& left, const auto& right) {
        return left.name == right.name && (left.name == name || left.value == right.value);
    });
}

}  // namespace

Result<std::string> with_variable(std::string_view text, std::string_view name, const Secret& value) {
    const auto before = parse_dotenv(text);
    if (!before) return std::unexpected(before.error());
    const auto* entry = find(*before, name);
    if (!entry) return fail(Code::not_found, "{} doesn't stand there", name);
    const auto line = line_of(text, entry->line);
    const auto head = line.substr(0, line.find(name) + name.size());
    const auto start = static_cast<std::size_t>(line.data() - text.data());
    auto changed = fmt::format("{}{}={}{}", text.substr(0, start), head, std::string_view(revealed(value)),
                               text.substr(start + line.size()));
    const auto after = parse_dotenv(changed);
    const auto* now = after ? find(*after, name) : nullptr;
    if (!now || !(now->value == value) || !differs_only_in(*before, *after, name)) {
        wipe(changed);
        return fail(Code::invalid_input, "{} can't be written anew without touching its neighbours", name);
    }
    return changed;
}

}  // namespace openclaw::config
