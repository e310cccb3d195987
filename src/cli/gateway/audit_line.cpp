#include "cli/gateway/audit_line.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t reasons_shown = 4;

// The most frequent reasons first.
std::string refusals_text(const json::object& refusals) {
    std::vector<std::pair<std::int64_t, std::string>> reasons;
    std::int64_t all = 0;
    for (const auto& [reason, _] : refusals) {
        const auto times = integer_at(refusals, reason).value_or(0);
        reasons.emplace_back(times, printable(std::string_view(reason)));
        all += times;
    }
    if (all == 0) return "nobody was refused since the start";
    std::ranges::sort(reasons, std::greater());
    std::vector<std::string> shown;
    for (const auto& [times, reason] : reasons)
        if (shown.size() < reasons_shown) shown.push_back(fmt::format("{} {}", reason, times));
    return fmt::format("{} refused since the start ({}{})", all, joined(shown, ", "),
                       reasons.size() > reasons_shown ? ", …" : "");
}

}  // namespace

std::string audit_line(const json::object& status) {
    const auto* gateway = object_at(status, "gateway");
    const auto* audit = gateway ? object_at(*gateway, "audit") : nullptr;
    if (!audit) return {};
    const auto* refusals = object_at(*audit, "refusals");
    const auto refused = refusals_text(refusals ? *refusals : json::object());
    if (!bool_at(*audit, "enabled").value_or(false)) return "off; " + refused;
    const auto problem = string_at(*audit, "problem");
    return fmt::format("{} lines, {}{}", integer_at(*audit, "lines").value_or(0), refused,
                       problem ? "; not written as it should be: " + printable(*problem) : std::string());
}

}  // namespace openclaw::cli
