#include "access/authority/ends.h"

#include <algorithm>
#include <array>

#include "access/authority/certificate.h"
#include "access/authority/ledger.h"

namespace openclaw::access {

namespace {

constexpr std::array ahead = {std::chrono::days(30), std::chrono::days(7), std::chrono::days(1)};

bool is_due(TimePoint ends, std::optional<TimePoint> told, TimePoint now) {
    if (ends <= now) return false;
    if (!told) return ends - ahead.front() <= now;
    return std::ranges::any_of(
        ahead, [&](std::chrono::days days) { return ends - days > *told && ends - days <= now; });
}

}  // namespace

std::vector<ComingEnd> ends_to_tell(const OwnAuthority& own, std::optional<TimePoint> told, TimePoint now) {
    std::vector<ComingEnd> found;
    for (const auto& record : own.records)
        if (stands(record, now) && is_due(record.leaves.back().ends, told, now))
            found.push_back(
                {fmt::format("the certificate \"{}\"", record.name), record.name, record.leaves.back().ends});
    for (const auto& root : own.roots)
        if (const auto facts = read_certificate(root); facts && is_due(facts->ends, told, now))
            found.push_back({fmt::format("the authority \"{}\"", facts->common_name), {}, facts->ends});
    return found;
}

}  // namespace openclaw::access
