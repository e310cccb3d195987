#pragma once

#include <string>

#include "auth/profiles/profile_format.h"
#include "auth/store/credential_store.h"
#include "support/fake_clock.h"

namespace openclaw::test {

// A store from the text of auth-profiles.json. In it @now, @now+5m, @now-1h, @now+12h, @now+300d and
// @now+1ms stand for milliseconds since the epoch, counted from noon.
std::string with_times(std::string text, TimePoint now = noon);

inline auth::Store store_of(const std::string& text) {
    auto document = parse_json(with_times(text));
    if (!document) throw std::runtime_error(document.error().message);
    return *auth::parse_store(document->as_object());
}

// One use of a profile that was answered, as a request reports it.
inline std::vector<auth::Report> worked(const auth::ProfileId& id, TimePoint at) {
    return {{id, auth::Worked{{}, at}}};
}

inline std::string with_times(std::string text, TimePoint now) {
    constexpr std::string_view mark = "@now";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        auto end = at + mark.size();
        Milliseconds offset(0);
        if (end < text.size() && (text[end] == '+' || text[end] == '-')) {
            const bool minus = text[end] == '-';
            std::size_t digits = 0;
            const auto number = std::stoll(text.substr(end + 1), &digits);
            end += 1 + digits;
            const auto unit_end = text.find_first_not_of("dhms", end);
            const std::string unit = text.substr(end, unit_end - end);
            end = unit_end == std::string::npos ? text.size() : unit_end;
            offset = unit == "d"   ? Milliseconds(std::chrono::days(number))
                     : unit == "h" ? Milliseconds(std::chrono::hours(number))
                     : unit == "m" ? Milliseconds(std::chrono::minutes(number))
                     : unit == "s" ? Milliseconds(std::chrono::seconds(number))
                                   : Milliseconds(number);
            if (minus) offset = -offset;
        }
        text.replace(at, end - at, std::to_string(to_ms(now + offset)));
    }
    return text;
}

}  // namespace openclaw::test
