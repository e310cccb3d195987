#include "base/day.h"

#include "base/text.h"

namespace openclaw {

std::string day_of(TimePoint time) {
    constexpr std::size_t date_length = 10;
    return iso_time(time).substr(0, date_length);
}

}  // namespace openclaw
