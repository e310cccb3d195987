#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "platform/file_system.h"

namespace openclaw::usage {

// How far a place's local time is ahead of UTC, at any time, by the system's zone data (TZif, RFC 8536).
// Never changed once it was read; usable from several threads.
class Zone {
public:
    // "Europe/Berlin". `invalid_input` for what can't be a zone's name, `not_found` where the system has no
    // such data, `corrupt` where it can't be read as such.
    static Result<std::shared_ptr<const Zone>> load(platform::FileSystem& files, std::string_view name);
    // The data of one zone. `corrupt` as above.
    static Result<std::shared_ptr<const Zone>> parse(std::string_view data, std::string_view name);

    std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;
    const std::string& name() const { return name_; }

private:
    struct Change {
        std::int64_t at = 0;
        std::int32_t offset = 0;
    };
    // When one of the two yearly changes takes place: "M3.5.0/2" and the like.
    struct Yearly {
        enum class Kind { month_week_day, day_of_365, day_of_366 } kind = Kind::month_week_day;
        int month = 0, week = 0, day = 0;
        std::int32_t seconds = 0;  // of that day, local time
    };
    // What goes on behind the last change of the list.
    struct Rule {
        std::int32_t standard = 0, summer = 0;  // ahead of UTC
        bool has_summer = false;
        Yearly begins = {}, ends = {};
    };
    class RuleReader;
    static std::int64_t change_in(int year, const Yearly& yearly, std::int32_t offset_before);
    std::int32_t by_rule(std::int64_t time) const;

    std::string name_;
    std::int32_t first_ = 0;  // before the first change
    std::vector<Change> changes_;
    bool has_rule_ = false;
    Rule rule_;
};

}  // namespace openclaw::usage
