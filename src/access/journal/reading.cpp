#include "access/journal/reading.h"

#include <algorithm>
#include <ranges>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 64u << 20;

// Of one file, the last first.
void take_from(std::string_view text, const JournalFilter& filter, std::vector<Entry>& taken) {
    while (!text.empty() && taken.size() < filter.limit) {
        text.remove_suffix(text.ends_with('\n') ? 1 : 0);
        const auto start = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
        auto entry = parse_entry(text.substr(start));
        if (entry && filter.wants(*entry)) taken.push_back(std::move(*entry));
        text = text.substr(0, start);
    }
}

}  // namespace

bool JournalFilter::wants(const Entry& entry) const {
    const auto refused = [&] {
        return entry.event == name_of(Outcome::refused) || entry.event == name_of(Outcome::denied) ||
               entry.event == name_of(Outcome::others);
    };
    return entry.number > behind && (!since || entry.at >= *since) &&
           (principal.empty() || entry.principal == principal) && (!denied || refused());
}

Result<std::vector<Entry>> read_journal(platform::FileSystem& files, const JournalPlace& place,
                                        const JournalFilter& filter) {
    const auto found = journal_files(files, place.folder);
    if (!found) return std::unexpected(found.error());
    if (found->empty())
        return hinted(
            fail(Code::not_found, "there is no audit log in {}", place.folder.string()),
            "a gateway writes one while `gateway.audit.enabled` is true: start it with `openclaw gateway "
            "run`");
    std::vector<Entry> taken;
    for (const auto& file : *found | std::views::reverse) {
        const auto text = files.read(file.path, file_bytes_max);
        if (!text && text.error().code == Code::not_found) continue;  // let go meanwhile
        if (!text) return std::unexpected(text.error());
        take_from(*text, filter, taken);
        const auto oldest = parse_entry(std::string_view(*text).substr(0, text->find('\n')));
        const bool all_older =
            oldest && ((filter.since && oldest->at < *filter.since) || oldest->number <= filter.behind);
        if (taken.size() >= filter.limit || all_older) break;
    }
    std::ranges::reverse(taken);
    return taken;
}

}  // namespace openclaw::access
