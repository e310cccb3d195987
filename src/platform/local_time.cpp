#include "platform/local_time.h"

#include <ctime>

namespace openclaw::platform {

std::chrono::seconds utc_offset_at(TimePoint time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    if (::localtime_r(&seconds, &local) == nullptr) return {};
    return std::chrono::seconds(local.tm_gmtoff);
}

}  // namespace openclaw::platform
