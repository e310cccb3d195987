#include "base/nearest.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace openclaw {
namespace {

constexpr std::size_t longest = 128;  // names beyond this are not typing mistakes

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> known) {
    if (typed.empty() || typed.size() > longest) return std::nullopt;
    const auto wanted = lowered(typed);
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const auto& name : known) {
        if (name.size() > longest) continue;
        const auto d = distance(wanted, lowered(name));
        if (d < best_distance) {
            best_distance = d;
            best = &name;
        }
    }
    return best ? std::optional(*best) : std::nullopt;
}

}  // namespace openclaw
