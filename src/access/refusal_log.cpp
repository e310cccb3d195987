#include "access/refusal_log.h"

namespace openclaw::access {

bool RefusalLog::has_room(Time now, std::string_view subsystem) {
    const std::scoped_lock guard(mutex_);
    if (!minute_start_ || now - *minute_start_ >= std::chrono::minutes(1)) {
        minute_start_ = now;
        lines_ = 0;
        if (left_out_ != 0) log_.warn(subsystem, "{} more refusals were not logged", left_out_);
        left_out_ = 0;
    }
    if (lines_ >= lines_max) {
        ++left_out_;
        return false;
    }
    ++lines_;
    return true;
}

}  // namespace openclaw::access
