#include "usage/zone.h"

#include <algorithm>
#include <charconv>

// A TZif file has its list twice: with 32-bit times for programs of old, and then with 64-bit times, behind
// which a line says by which rule it goes on ("CET-1CEST,M3.5.0,M10.5.0/3").

namespace openclaw::usage {

namespace {

constexpr std::size_t header_bytes = 44, file_bytes_max = 256u << 10, name_bytes_max = 64;
constexpr std::int32_t offset_max = 26 * 3600;

struct Header {
    std::uint32_t utc_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, letters = 0;
    std::size_t body_bytes(std::size_t time_bytes) const {
        return times * (time_bytes + 1) + types * std::size_t{6} + letters + leaps * (time_bytes + 4) +
               standard_marks + utc_marks;
    }
};

std::int64_t number_at(std::string_view data, std::size_t at, std::size_t bytes) {
    std::uint64_t value = bytes == 8 || static_cast<signed char>(data[at]) >= 0 ? 0 : ~std::uint64_t{0};
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(data[at + i]);
    return static_cast<std::int64_t>(value);
}

std::optional<Header> header_at(std::string_view data, std::size_t at) {
    if (data.size() < at + header_bytes || data.substr(at, 4) != "TZif") return std::nullopt;
    const auto count = [&](std::size_t index) {
        return static_cast<std::uint32_t>(number_at(data, at + 20 + 4 * index, 4));
    };
    const Header header{count(0), count(1), count(2), count(3), count(4), count(5)};
    for (const auto each :
         {header.utc_marks, header.standard_marks, header.leaps, header.times, header.types, header.letters})
        if (each > file_bytes_max) return std::nullopt;
    return header;
}

std::unexpected<Error> damaged(std::string_view name) {
    return hinted(fail(Code::corrupt, "the system's data of the time zone {} can't be read", name),
                  "install the package tzdata again");
}

bool is_zone_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '_' || c == '-' || c == '+';
    };
    return !name.empty() && name.size() <= name_bytes_max && std::ranges::all_of(name, fits) &&
           name.front() != '/' && name.back() != '/' && name.find("//") == std::string_view::npos;
}

}  // namespace

// Reads the POSIX form of a rule. Nothing that can't be read is guessed at.
class Zone::RuleReader {
public:
    explicit RuleReader(std::string_view text) : rest_(text) {}

    bool read(Rule& rule) {
        if (!skip_name() || !read_offset(rule.standard)) return false;
        rule.standard = -rule.standard;
        if (rest_.empty()) return true;
        rule.has_summer = true;
        rule.summer = rule.standard + 3600;
        if (!skip_name()) return false;
        if (!rest_.empty() && rest_.front() != ',') {
            if (!read_offset(rule.summer)) return false;
            rule.summer = -rule.summer;
        }
        return skip(',') && read_yearly(rule.begins) && skip(',') && read_yearly(rule.ends) && rest_.empty();
    }

private:
    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool skip_name() {
        const bool quoted = skip('<');
        std::size_t length = 0;
        while (length < rest_.size() && is_of_name(rest_[length], quoted)) ++length;
        rest_.remove_prefix(length);
        return length >= 3 && (!quoted || skip('>'));
    }

    static bool is_of_name(char c, bool quoted) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
    }

    bool read_number(int& value, int least, int most) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc() || value < least || value > most) return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }

    // "1", "-3:30", "02:00:00"; up to a week, as RFC 8536 has it.
    bool read_offset(std::int32_t& seconds) {
        const bool negative = skip('-');
        if (!negative) skip('+');
        if (rest_.empty() || rest_.front() == '-') return false;
        int hours = 0, minutes = 0, rest = 0;
        if (!read_number(hours, 0, 167)) return false;
        if (skip(':') && !read_number(minutes, 0, 59)) return false;
        if (skip(':') && !read_number(rest, 0, 59)) return false;
        seconds = hours * 3600 + minutes * 60 + rest;
        if (negative) seconds = -seconds;
        return true;
    }

    bool read_day(Yearly& yearly) {
        if (skip('M'))
            return read_number(yearly.month, 1, 12) && skip('.') && read_number(yearly.week, 1, 5) &&
                   skip('.') && read_number(yearly.day, 0, 6);
        const bool without_leap_day = skip('J');
        yearly.kind = without_leap_day ? Yearly::Kind::day_of_365 : Yearly::Kind::day_of_366;
        return read_number(yearly.day, without_leap_day ? 1 : 0, 365);
    }

    bool read_yearly(Yearly& yearly) {
        yearly.seconds = 2 * 3600;
        return read_day(yearly) && (!skip('/') || read_offset(yearly.seconds));
    }

    std::string_view rest_;
};

Result<std::shared_ptr<const Zone>> Zone::load(platform::FileSystem& files, std::string_view name) {
    if (!is_zone_name(name))
        return hinted(fail(Code::invalid_input, "there can't be a time zone of that name"),
                      "name one as in \"Europe/Berlin\"");
    const auto path = platform::Path("/usr/share/zoneinfo") / name;
    const auto data = files.read_range(path, 0, file_bytes_max);
    if (!data && data.error().code == Code::not_found)
        return hinted(fail(Code::not_found, "this system has no data of the time zone {}", name),
                      "name one as in \"Europe/Berlin\", or install the package tzdata");
    if (!data) return failed(data.error(), "reading the time zone {}", name);
    return parse(*data, name);
}

Result<std::shared_ptr<const Zone>> Zone::parse(std::string_view data, std::string_view name) {
    const auto first = header_at(data, 0);
    if (!first || data[4] < '2') return damaged(name);
    const auto begin = header_bytes + first->body_bytes(4);
    const auto header = header_at(data, begin);
    if (!header || header->types == 0 || data.size() < begin + header_bytes + header->body_bytes(8))
        return damaged(name);
    const auto times = begin + header_bytes, kinds = times + header->times * std::size_t{8},
               types = kinds + header->times;
    const auto offset_of = [&](std::size_t type) {
        return static_cast<std::int32_t>(number_at(data, types + type * 6, 4));
    };
    for (std::size_t type = 0; type < header->types; ++type)
        if (std::abs(offset_of(type)) > offset_max) return damaged(name);
    auto zone = std::make_shared<Zone>();
    zone->name_ = name;
    zone->first_ = offset_of(0);
    for (std::size_t i = 0; i < header->times; ++i) {
        const auto type = static_cast<unsigned char>(data[kinds + i]);
        const Change change{number_at(data, times + i * 8, 8), type < header->types ? offset_of(type) : 0};
        const bool late = zone->changes_.empty() || zone->changes_.back().at < change.at;
        if (type >= header->types || !late) return damaged(name);
        zone->changes_.push_back(change);
    }
    auto rule = data.substr(begin + header_bytes + header->body_bytes(8));
    if (rule.size() < 2 || rule.front() != '\n' || rule.find('\n', 1) == std::string_view::npos)
        return damaged(name);
    rule = rule.substr(1, rule.find('\n', 1) - 1);
    zone->has_rule_ = !rule.empty();
    if (zone->has_rule_ && !RuleReader(rule).read(zone->rule_)) return damaged(name);
    return zone;
}

std::int64_t Zone::change_in(int year, const Yearly& yearly, std::int32_t offset_before) {
    using namespace std::chrono;
    sys_days day;
    const auto january = sys_days(std::chrono::year(year) / January / 1);
    if (yearly.kind == Yearly::Kind::month_week_day) {
        const auto month = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(yearly.month));
        const weekday wanted(static_cast<unsigned>(yearly.day));
        day = yearly.week == 5 ? sys_days(month / wanted[last])
                               : sys_days(month / wanted[static_cast<unsigned>(yearly.week)]);
    } else if (yearly.kind == Yearly::Kind::day_of_366) {
        day = january + days(yearly.day);
    } else {
        const bool behind_leap_day = std::chrono::year(year).is_leap() && yearly.day >= 60;
        day = january + days(yearly.day - 1 + (behind_leap_day ? 1 : 0));
    }
    return duration_cast<seconds>(day.time_since_epoch()).count() + yearly.seconds - offset_before;
}

std::int32_t Zone::by_rule(std::int64_t time) const {
    if (!rule_.has_summer) return rule_.standard;
    const auto date = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds(std::chrono::seconds(time + rule_.standard))));
    const auto year = static_cast<int>(date.year());
    const auto begins = change_in(year, rule_.begins, rule_.standard);
    const auto ends = change_in(year, rule_.ends, rule_.summer);
    const bool summer = begins < ends ? time >= begins && time < ends : time >= begins || time < ends;
    return summer ? rule_.summer : rule_.standard;
}

std::chrono::seconds Zone::offset_at(std::chrono::sys_seconds time) const {
    const auto at = time.time_since_epoch().count();
    const auto next = std::ranges::upper_bound(changes_, at, {}, &Change::at);
    if (next == changes_.begin() && !(changes_.empty() && has_rule_)) return std::chrono::seconds(first_);
    if (next == changes_.end() && has_rule_) return std::chrono::seconds(by_rule(at));
    return std::chrono::seconds(std::prev(next)->offset);
}

}  // namespace openclaw::usage
