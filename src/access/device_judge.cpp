#include "access/device_judge.h"

#include <algorithm>

namespace openclaw::access {

bool is_open(const DeviceJudge& judge, std::string_view principal, std::uint64_t number) {
    return std::ranges::any_of(judge.opened(), [&](const DeviceJudge::Opened& opened) {
        return opened.number == number && opened.principal == principal;
    });
}

bool keeps_all(const DeviceJudge* now, const DeviceJudge* before) {
    if (!before || before == now) return true;
    return std::ranges::all_of(before->opened(), [&](const DeviceJudge::Opened& opened) {
        return now && is_open(*now, opened.principal, opened.number);
    });
}

}  // namespace openclaw::access
